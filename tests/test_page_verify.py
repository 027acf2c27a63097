import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.parse import BUNDLED, parse_file
from rag.verify import Altered, Exact, NotInReport, verify

REPORT = parse_file(BUNDLED)
SENTENCES = [(p, s) for p in REPORT.passages for s in p.sentences if len(s.of(p.text)) > 40]


def rejoined(verdict: Altered, leave: str) -> str:
    return "".join(piece.text for piece in verdict.pieces if piece.change != leave)


@given(st.sampled_from(SENTENCES))
def test_a_sentence_of_the_report_is_exact(one: tuple) -> None:  # type: ignore[type-arg]
    passage, span = one
    verdict = verify(REPORT, span.of(passage.text))
    assert isinstance(verdict, Exact)
    assert verdict.span.of(verdict.passage.text) == span.of(passage.text).strip("\"'“”‘’« »\n\t")


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SENTENCES), st.integers(0, 10**6))
def test_a_changed_word_is_found_and_shown(one: tuple, seed: int) -> None:  # type: ignore[type-arg]
    passage, span = one
    words = span.of(passage.text).split(" ")
    words[random.Random(seed).randrange(len(words))] = "zebra"
    quote = " ".join(words)
    verdict = verify(REPORT, quote)
    assert isinstance(verdict, Altered)
    assert rejoined(verdict, "insert") == verdict.span.of(verdict.passage.text)
    assert rejoined(verdict, "delete") == quote.strip("\"'“”‘’« »\n\t")
    assert any("zebra" in piece.text for piece in verdict.pieces if piece.change == "insert")


CHANGES = [
    ("services for young carers are adequate", "18", ["inadequate"], ["adequate"]),
    ("Services for young carers are inadequate.", "18", ["services"], ["Services"]),
    ("services for young carers are not inadequate.", "18", [], ["not"]),
    ("Support for young carers is developed.", "41", ["under"], []),
]


@pytest.mark.parametrize(("quote", "passage_id", "left_out", "added"), CHANGES)
def test_the_difference_is_the_word_that_matters(
    quote: str, passage_id: str, left_out: list[str], added: list[str]
) -> None:
    verdict = verify(REPORT, quote)
    assert isinstance(verdict, Altered)
    found = {kind: [p.text.strip() for p in verdict.pieces if p.change == kind] for kind in ("delete", "insert")}
    assert (verdict.passage.id, found["delete"], found["insert"]) == (passage_id, left_out, added)


@pytest.mark.parametrize(
    "quote",
    [
        "The council's Olympic swimming team won four medals in Athens.",
        "zebra crossing",
        "xyzzy",
        "Lorem ipsum dolor sit",
    ],
)
def test_other_words_are_not_in_the_report(quote: str) -> None:
    assert isinstance(verify(REPORT, quote), NotInReport)


def test_spacing_alone_is_told_apart_from_wording() -> None:
    verdict = verify(REPORT, "In  particular,\nservices for young carers are   inadequate.")
    assert isinstance(verdict, Altered)
    assert verdict.only_typography
    assert verdict.passage.id == "18"


def test_outer_quotation_marks_are_left_off() -> None:
    assert isinstance(verify(REPORT, "“services for young carers are inadequate.”"), Exact)


def test_a_part_of_a_word_is_no_quote() -> None:
    assert not isinstance(verify(REPORT, "adequate and improvin"), Exact)


@pytest.mark.parametrize("empty", ["", "  ", "“”"])
def test_an_empty_quote_is_refused(empty: str) -> None:
    with pytest.raises(ValueError, match="the quote is empty"):
        verify(REPORT, empty)
