from dataclasses import replace

import pytest

from index.fidelity import check_fidelity
from index.parse import BUNDLED, parse_report
from index.report import Furniture, Metadata, Report, ReportError, Span

TEXT = "Care\n\n1. Care is late.\n\n2. Schools are good.\n"


@pytest.fixture
def parsed() -> Report:
    return parse_report(TEXT, Metadata("case", "case", "", "", "", ""), "", "case.txt")


def failure(text: str, report: Report) -> str:
    with pytest.raises(ReportError) as caught:
        check_fidelity(text, report, "case.txt")
    return str(caught.value)


def test_the_bundled_report_is_read_without_loss(report: Report) -> None:
    text = BUNDLED.read_text("utf-8")
    spans = [span for passage in report.passages for span in passage.source]
    spans += [span for heading in report.headings for span in heading.source]
    spans += [piece.source for piece in report.furniture]
    covered = "".join(span.of(text) for span in sorted(spans))
    assert "".join(covered.split()) == "".join(text.split())


def test_text_without_a_place_fails_by_line(parsed: Report) -> None:
    lost = replace(parsed, passages=parsed.passages[:1])
    assert failure(TEXT, lost) == ("case.txt, line 5 belongs to no passage, heading or furniture: 'Schools are good.'")


def test_text_with_two_places_fails_by_line(parsed: Report) -> None:
    doubled = replace(parsed, furniture=(*parsed.furniture, Furniture("cover", Span(0, 4))))
    assert failure(TEXT, doubled) == "case.txt, line 1 belongs to two places: 'Care'"


def test_a_changed_word_fails_by_line(parsed: Report) -> None:
    one, two = parsed.passages
    changed = replace(one, text="Care is l8te.")
    assert failure(TEXT, replace(parsed, passages=(changed, two))) == (
        "case.txt, line 3: passage 1 differs from its source"
    )


def test_sentences_that_leave_words_out_fail(parsed: Report) -> None:
    one, two = parsed.passages
    partial = replace(one, sentences=(Span(0, 7),))
    assert failure(TEXT, replace(parsed, passages=(partial, two))) == (
        "case.txt: the sentences of passage 1 do not cover its text"
    )
