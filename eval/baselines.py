"""The systems beside the product: three rankings of sentences that never refuse, four ways to use a conversation.

Each cites its three best sentences. The conversation baselines rank by the convex combination.
Not here: the product (predictions.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from eval.labels import Place
from eval.predictions import Answer, Prediction, Quote, Talk
from index.embed import Encoder, Floats
from index.store import Index, all_cosines

_CITED = 3
_LEXICAL = 0.2  # weight of BM25, scaled to a maximum of 1, beside the cosine; measured on 110 questions in design.md
_FUSION = (0.4, 0.3, 0.3)  # weights of topic + current, current, topic in the ungated fusion of design.md
_STEMMER = Stemmer.Stemmer("english")
Scores = Callable[[str], NDArray[np.float64]]  # a question -> a score for each sentence, in row order


@dataclass(frozen=True)
class Sentences:
    """A report's sentences with what ranks them."""

    index: Index
    encoder: Encoder
    lexical: bm25s.BM25

    def bm25(self, question: str) -> NDArray[np.float64]:
        """Return BM25 (k1 1.5, b .75) of each sentence, at least 0; a question without content words gives zeros."""
        words = _words([question])[0]
        if not words:
            return np.zeros(len(self.index.rows))
        return np.array(self.lexical.get_scores(words), dtype=np.float64)

    def cosines(self, question: str) -> NDArray[np.float64]:
        """Return the cosine of each sentence with the question."""
        vector: Floats = self.encoder.encode([question])[0].vector
        return all_cosines(self.index.sentences, vector[None, :]).astype(np.float64).ravel()

    def convex(self, question: str) -> NDArray[np.float64]:
        """Return cosine + .2 · BM25 / max BM25."""
        lexical = self.bm25(question)
        return self.cosines(question) + _LEXICAL * lexical / max(float(lexical.max()), 1e-9)


def open_sentences(index: Index, encoder: Encoder) -> Sentences:
    """Return the sentences of `index`, ready to be ranked."""
    lexical = bm25s.BM25()
    lexical.index(_words([row.text for row in index.rows]), show_progress=False)
    return Sentences(index, encoder, lexical)


def answerers(sentences: Sentences) -> dict[str, Answer]:
    """Return the rankings that answer single questions, by name."""
    scores: dict[str, Scores] = {"bm25": sentences.bm25, "minilm": sentences.cosines, "convex": sentences.convex}
    return {name: partial(_answer, sentences.index, score) for name, score in scores.items()}


def talkers(sentences: Sentences) -> dict[str, Talk]:
    """Return the four ways to use the turns before, by name."""
    join = {"no history": _current, "previous question": _after_question, "question and answer": _after_answer}
    talks: dict[str, Talk] = {name: partial(_talk, sentences, joined) for name, joined in join.items()}
    return talks | {"ungated fusion": partial(_fused, sentences)}


def _answer(index: Index, scores: Scores, question: str) -> Prediction:
    return _cite(index, scores(question))


def _cite(index: Index, scores: NDArray[np.float64]) -> Prediction:
    best = np.argsort(-scores, kind="stable")[:_CITED]
    rows = [index.rows[at] for at in best]
    quotes = tuple(Quote(Place(row.passage.id, row.span), row.text) for row in rows)
    return Prediction("answered", quotes, float(scores[best[0]]))


def _talk(
    sentences: Sentences, joined: Callable[[str, str, Prediction], str], questions: Sequence[str]
) -> list[Prediction]:
    predictions: list[Prediction] = []
    for at, question in enumerate(questions):
        asked = joined(question, questions[at - 1], predictions[-1]) if at else question
        predictions.append(_cite(sentences.index, sentences.convex(asked)))
    return predictions


def _current(question: str, _before: str, _reply: Prediction) -> str:
    return question


def _after_question(question: str, before: str, _reply: Prediction) -> str:
    return f"{before} {question}"


def _after_answer(question: str, before: str, reply: Prediction) -> str:
    return f"{before} {reply.quotes[0].text} {question}"


def _fused(sentences: Sentences, questions: Sequence[str]) -> list[Prediction]:
    """Mix the scores of every turn with those of the question before it, follow-up or not."""
    predictions = []
    for at, question in enumerate(questions):
        before = questions[max(at - 1, 0)]
        asked = (f"{before} {question}", question, before) if at else (question,) * 3
        scores = [weight * sentences.convex(text) for weight, text in zip(_FUSION, asked, strict=True)]
        predictions.append(_cite(sentences.index, np.sum(scores, axis=0)))
    return predictions


def _words(texts: Sequence[str]) -> list[list[str]]:
    words: list[list[str]] = bm25s.tokenize(
        list(texts), stopwords="en", stemmer=_STEMMER, return_ids=False, show_progress=False
    )
    return words
