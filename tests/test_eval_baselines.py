import numpy as np
import pytest
from fake_encoder import FakeEncoder

from eval.baselines import Sentences, answerers, open_sentences, talkers
from eval.remember import RememberingEncoder
from index.store import Index

QUESTION = "young carers are not identified early enough"
NAMES = ("bm25", "minilm", "convex")
TALKS = ("no history", "previous question", "question and answer", "ungated fusion")


@pytest.fixture(scope="module")
def sentences(fake_index: Index) -> Sentences:
    return open_sentences(fake_index, FakeEncoder())


@pytest.mark.parametrize("name", NAMES)
def test_a_ranking_cites_three_sentences_and_never_refuses(sentences: Sentences, name: str) -> None:
    reply = answerers(sentences)[name](QUESTION)
    assert (reply.status, len(reply.quotes)) == ("answered", 3)


@pytest.mark.parametrize("name", NAMES)
def test_a_ranking_quotes_the_report(sentences: Sentences, fake_index: Index, name: str) -> None:
    for quote in answerers(sentences)[name](QUESTION).quotes:
        assert quote.text == quote.place.span.of(fake_index.report.passage(quote.place.passage).text)


def test_a_question_without_content_words_has_no_lexical_score(sentences: Sentences) -> None:
    assert not sentences.bm25("of the to?").any()


def test_the_convex_combination_adds_a_fifth_of_scaled_bm25(sentences: Sentences) -> None:
    lexical = sentences.bm25(QUESTION)
    expected = sentences.cosines(QUESTION) + 0.2 * lexical / lexical.max()
    assert np.allclose(sentences.convex(QUESTION), expected)


@pytest.mark.parametrize("name", TALKS)
def test_a_conversation_baseline_replies_to_every_turn(sentences: Sentences, name: str) -> None:
    assert len(talkers(sentences)[name](["young carers", "and housing?", "why?"])) == 3


def test_a_first_question_is_answered_as_if_alone(sentences: Sentences) -> None:
    alone = answerers(sentences)["convex"](QUESTION)
    firsts = [talk([QUESTION])[0] for talk in talkers(sentences).values()]
    assert [first.cited for first in firsts] == [alone.cited] * len(TALKS)


def test_a_text_is_encoded_once() -> None:
    met: list[str] = []

    class Counting(FakeEncoder):
        def encode(self, texts):  # type: ignore[no-untyped-def]
            met.extend(texts)
            return super().encode(texts)

    encoder = RememberingEncoder(Counting())
    encoder.encode(["a", "b", "a"])
    again = encoder.encode(["b", "c"])
    assert met == ["a", "b", "c"]
    assert np.array_equal(again[0].vector, FakeEncoder().encode(["b"])[0].vector)
