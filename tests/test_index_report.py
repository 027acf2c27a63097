from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.report import Passage, Report, ReportError, Span


def test_an_empty_or_reversed_span_is_refused() -> None:
    with pytest.raises(ValueError, match="span 3:3 is empty or reversed"):
        Span(3, 3)


@given(st.integers(0, 20), st.integers(1, 5), st.integers(0, 20), st.integers(1, 5))
def test_spans_overlap_when_they_share_a_character(a: int, m: int, b: int, n: int) -> None:
    shared = set(range(a, a + m)) & set(range(b, b + n))
    assert Span(a, a + m).overlaps(Span(b, b + n)) == bool(shared)


def test_a_passage_without_text_is_refused() -> None:
    with pytest.raises(ReportError, match="passage 1 has no text"):
        Passage("case", "1", "paragraph", (), " ", (Span(0, 1),), ())


@pytest.mark.parametrize("spans", [(Span(2, 4), Span(0, 2)), (Span(0, 3), Span(2, 4)), (Span(0, 9),)])
def test_sentences_out_of_order_or_range_are_refused(spans: tuple[Span, ...]) -> None:
    with pytest.raises(ReportError, match="out of order or of range"):
        Passage("case", "1", "paragraph", (), "One.", spans, ())


def test_two_passages_with_one_id_are_refused(report: Report) -> None:
    with pytest.raises(ReportError, match="two passages share an id"):
        replace(report, passages=(report.passages[0], report.passages[0]))


def test_a_passage_says_which_report_it_belongs_to(report: Report) -> None:
    assert {passage.report for passage in report.passages} == {"havering-2007"}


@pytest.mark.parametrize(("asked", "found"), [("29", "29"), (" 29 ", "29"), ("a6", "A6"), ("r1", "R1"), ("G0", "G0")])
def test_an_id_is_found_however_it_is_typed(report: Report, asked: str, found: str) -> None:
    assert report.passage(asked).id == found


@pytest.mark.parametrize(
    "asked", ["93", "A8", "R10", "G12", "", "0", "029", "-1", "٢٩", "29;", "x" * 10_000, "\0", "../1"]
)
def test_an_id_that_does_not_exist_is_refused_with_the_ids_that_do(report: Report, asked: str) -> None:
    with pytest.raises(ReportError, match=r"is not in the report; it has 1 to 92, G0 to G11, R1 to R9, A1 to A7"):
        report.passage(asked)


@pytest.mark.parametrize(
    ("passage", "label"),
    [
        ("29", "para 29"),
        ("A6", "annex 6"),
        ("R3", "recommendation 3"),
        ("G9", "grade: The education service"),
        ("G0", "key to grades"),
    ],
)
def test_a_label_is_how_people_cite_the_passage(report: Report, passage: str, label: str) -> None:
    assert report.passage(passage).label == label
