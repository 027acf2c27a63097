"""Question -> evidence: for every sentence of the report, how it bears on what is asked.

The columns are named; the weights that add them up are in fitted.json.
Not here: the weighing and the choosing (retrieve.py, answer.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from index.embed import EncodedQuestion, Floats
from index.store import Index, all_cosines, vectors_of
from rag.kinds import shown_kinds
from rag.polarity import polarity
from rag.question import Question, Unit
from rag.vocabulary import Vocabulary
from rag.words import split_words

FEATURES = (
    "sentence",  # cosine of question and sentence, the better of the question as typed and in the report's terms
    "headed",  # the same with the heading before the sentence
    "passage",  # the same with the whole passage
    "tokens",  # MaxSim: for each token of the question its nearest of the sentence, weighted by rarity and importance
    "met",  # minus the greatest need of a token that the sentence leaves unmet; 0 at most
    "denial",  # cosine of the sentence and of what would deny that which the question takes for granted
    "open",  # how far the question is one that reports leave open, the same for each sentence
    "lexical",  # BM25, the best sentence at 1
    "covered",  # weight of the question's units that the sentence, its headings or the sentence it leans on name
    "covered_passage",  # … that the passage names
    "recommends_asked",  # a recommendation, and one is asked for
    "grades_asked",
    "headline",  # the first sentence of its passage
    "quoted",  # was quoted in the turn that a later one comes after; 0 for a first question
    "beside_quoted",  # stands in the same passage as one that was
)
NEAR = FEATURES[:7]  # what follows from a question's vectors
QUOTED = FEATURES[-2:]  # what follows from the turn before
# They tell which further sentences to cite, which deny the question, and whether any answers it.
UNRANKED = ("covered", "denial", "open")
RANKED = tuple(name for name in FEATURES if name not in UNRANKED)
_EXPANSION = 0.4  # weight of the report's terms beside the words as typed, in BM25
_PHRASE_PART = 0.6  # what the words of a phrase are worth when the phrase is not there
_CONCEPT = 0.85  # what another term for the same thing is worth beside the word itself
_KINDS = ("number", "money", "date", "person", "place", "reason")


@dataclass(frozen=True)
class Rows:
    """Which rows (sentences, passages) name a stem or a concept."""

    count: int
    stems: dict[str, NDArray[np.int64]]
    concepts: dict[int, NDArray[np.int64]]

    def match(self, unit: Unit) -> Floats:
        """Return how far each row names `unit`: (count,) in [0, 1]."""
        found = np.zeros(self.count, np.float32)
        for stem in unit.stems:
            if (rows := self.stems.get(stem)) is not None:
                found[rows] += 1 / len(unit.stems)
        if len(unit.stems) > 1:
            found *= np.where(found > 0.99, 0.9, _PHRASE_PART)
        for concept in unit.concepts:
            if (rows := self.concepts.get(concept)) is not None:
                found[rows] = np.maximum(found[rows], _CONCEPT if len(unit.stems) == 1 else 1.0)
        return found


def _rows(stems: Sequence[frozenset[str]], concepts: Sequence[frozenset[int]]) -> Rows:
    return Rows(len(stems), _invert(stems), _invert(concepts))


def _invert(sets: Sequence[Iterable[Any]]) -> dict[Any, NDArray[np.int64]]:
    found: dict[Any, list[int]] = {}
    for row, one in enumerate(sets):
        for value in one:
            found.setdefault(value, []).append(row)
    return {value: np.array(rows) for value, rows in found.items()}


@dataclass(frozen=True)
class Ledger:
    """What can be said of a report's sentences before any question is asked. Rows keep printed order."""

    own: Rows
    near: Rows
    passages: Rows
    passage_of: NDArray[np.int64]  # (n,) passage row of each sentence
    polarity: Floats  # (n,)
    shows: dict[str, NDArray[np.bool_]]  # kind -> (n,)
    kinds: tuple[str, ...]  # passage kind of each sentence
    headline: Floats  # (n,) 1 for the first sentence of a paragraph
    bm25: bm25s.BM25
    token_weight: dict[int, float]
    token_starts: NDArray[np.int64]
    vectors: Floats  # (n, d) the sentences' own


def open_ledger(index: Index, vocabulary: Vocabulary) -> Ledger:
    """Return the ledger of a report."""
    order = {passage.id: at for at, passage in enumerate(index.report.passages)}
    passage_of = np.array([order[row.passage.id] for row in index.rows])
    by_passage = [np.flatnonzero(passage_of == at) for at in range(len(order))]
    bm25 = bm25s.BM25(method="lucene")
    bm25.index([sorted(words) or ["-"] for words in vocabulary.context], show_progress=False)
    ends = index.token_ends
    return Ledger(
        _rows(vocabulary.stems, vocabulary.concepts_in),
        _rows(vocabulary.context, vocabulary.concepts_near),
        _rows(
            [frozenset().union(*(vocabulary.context[row] for row in rows)) for rows in by_passage],
            [frozenset().union(*(vocabulary.concepts_near[row] for row in rows)) for rows in by_passage],
        ),
        passage_of,
        np.array([polarity(row.text) for row in index.rows], np.float32),
        _shown(index),
        tuple(row.passage.kind for row in index.rows),
        np.array([row.at == 0 and row.passage.kind == "paragraph" for row in index.rows], np.float32),
        bm25,
        _token_weights(index),
        np.concatenate([[0], ends[:-1]]),
        vectors_of(index.sentences),
    )


def _shown(index: Index) -> dict[str, NDArray[np.bool_]]:
    shown = [shown_kinds(row.text) for row in index.rows]
    return {kind: np.array([kind in one for one in shown]) for kind in _KINDS}


def _token_weights(index: Index) -> dict[int, float]:
    """Return idf of each token of the model's vocabulary over the report's sentences, scaled to (0, 1]."""
    starts = np.concatenate([[0], index.token_ends[:-1]])
    counts: dict[int, int] = {}
    for start, end in zip(starts, index.token_ends, strict=True):
        for token in set(index.token_ids[start:end].tolist()):
            counts[token] = counts.get(token, 0) + 1
    most = np.log(1 + len(starts))
    return {token: float(np.log(1 + len(starts) / count) / most) for token, count in counts.items()}


@dataclass(frozen=True)
class Nearness:
    """What follows from a question's vectors."""

    table: Floats  # (n, len(NEAR))
    several: float  # as Evidence has it


@dataclass(frozen=True)
class Evidence:
    """How each sentence bears on a question: (n, len(FEATURES)), rows in printed order."""

    table: Floats
    unit_best: tuple[float, ...]  # for each unit of the question, how well the report names it anywhere
    several: float = 0.0  # how far the question asks for several findings, as index.embed.EncodedQuestion has it

    def column(self, name: str) -> Floats:
        """Return one column by its name."""
        return self.table[:, FEATURES.index(name)]

    def nearer(self, found: Nearness) -> "Evidence":
        """Return the evidence with what follows from a question's vectors."""
        table = self.table.copy()
        table[:, : len(NEAR)] = found.table
        return replace(self, table=table, several=found.several)

    def after(self, found: Floats) -> "Evidence":
        """Return the evidence with the columns of QUOTED: (n, len(QUOTED))."""
        table = self.table.copy()
        table[:, -len(QUOTED) :] = found
        return replace(self, table=table)


def gather(question: Question, encoded: Sequence[EncodedQuestion], index: Index, ledger: Ledger) -> Evidence:
    """Return the evidence for `question`, whose wordings are `encoded`: as typed first, then in the report's terms."""
    return named(question, ledger).nearer(near(encoded, index, ledger))


def near(encoded: Sequence[EncodedQuestion], index: Index, ledger: Ledger) -> Nearness:
    """Return how near the nearest of some wordings of one question comes to each sentence."""
    parts = (index.sentences, index.headed, index.passages, index.sentences)
    sentence, headed, passage, denial = (
        all_cosines(part, np.stack([one.views[at] for one in encoded])).max(axis=0) for at, part in enumerate(parts)
    )
    tokens, met = np.max([_max_sim(one, index, ledger) for one in encoded], axis=0)
    left_open = np.full_like(tokens, max(one.open for one in encoded))
    columns = [sentence, headed, passage[ledger.passage_of], tokens, met, denial, left_open]
    return Nearness(np.stack(columns, axis=1).astype(np.float32), max(one.several for one in encoded))


def quoted(rows: Sequence[int], ledger: Ledger) -> Floats:
    """Return how each sentence stands to those of `rows`, which were quoted: (n, len(QUOTED))."""
    itself = np.zeros(ledger.own.count, bool)
    itself[list(rows)] = True
    beside = np.isin(ledger.passage_of, ledger.passage_of[itself])
    return np.stack([itself, beside], axis=1).astype(np.float32)


def named(question: Question, ledger: Ledger) -> Evidence:
    """Return the evidence for `question` that needs neither vectors nor an earlier turn; NEAR and QUOTED are at 0."""
    weights = np.array([unit.weight for unit in question.units] or [1.0], np.float32)
    own = _matches(question.units, ledger.own)
    about = np.maximum(own, _matches(question.units, ledger.near) * 0.9)
    whole = _matches(question.units, ledger.passages)
    total = weights.sum()
    columns = dict.fromkeys((*NEAR, *QUOTED), np.zeros(ledger.own.count, np.float32))
    columns |= {
        "lexical": _lexical(question, ledger),
        "covered": weights @ about / total,
        "covered_passage": (weights @ whole / total)[ledger.passage_of],
    }
    columns |= _asked_kinds(question, ledger) | {"headline": ledger.headline}
    table = np.stack([columns[name] for name in FEATURES], axis=1).astype(np.float32)
    return Evidence(table, tuple(float(best) for best in about.max(axis=1)))


def _matches(units: Sequence[Unit], rows: Rows) -> Floats:
    """Return (units, rows); one row of zeros for a question that names nothing."""
    if not units:
        return np.zeros((1, rows.count), np.float32)
    return np.stack([rows.match(unit) for unit in units])


def _lexical(question: Question, ledger: Ledger) -> Floats:
    typed = [stem for unit in question.units for stem in unit.stems]
    spoken = [word.stem for word in split_words(question.spoken)] if question.spoken != question.whole else []
    scores = np.zeros(ledger.own.count, np.float32)
    for words, weight in ((typed, 1.0), ([word for word in spoken if word not in typed], _EXPANSION)):
        known = [word for word in words if word in ledger.near.stems]
        if known:
            scores += weight * ledger.bm25.get_scores(known)
    return scores / max(float(scores.max()), 1e-6)


def _max_sim(encoded: EncodedQuestion, index: Index, ledger: Ledger) -> Floats:
    """Return for the question's tokens and their best cosines in each sentence what FEATURES calls tokens and met.

    (2, n): the weighted mean of the cosines, and minus the greatest weighted lack.
    """
    if not len(encoded.token_ids):
        return np.zeros((2, ledger.own.count), np.float32)
    rarity = np.array([ledger.token_weight.get(int(token), 1.0) for token in encoded.token_ids], np.float32)
    weights = rarity * encoded.importance
    best = np.maximum.reduceat(index.tokens @ encoded.tokens.T, ledger.token_starts, axis=0)
    unmet = ((1 - best) * (rarity * encoded.need)).max(axis=1)
    return np.stack([best @ (weights / weights.sum()), -unmet])


def _asked_kinds(question: Question, ledger: Ledger) -> dict[str, Floats]:
    kinds = np.array(ledger.kinds)
    return {
        f"{asked}_asked": ((kinds == kind) & (kind in question.kinds)).astype(np.float32)
        for asked, kind in (("recommends", "recommendation"), ("grades", "grade"))
    }
