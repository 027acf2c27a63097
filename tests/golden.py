"""Golden cases: what a parsed report looks like as JSON."""

from typing import Any

from index.report import GradeRow, Passage, Recommendation, Report


def as_golden(report: Report) -> dict[str, Any]:
    return {
        "passages": [_passage(passage) for passage in report.passages],
        "headings": [" > ".join(heading.path) for heading in report.headings],
        "furniture": sorted({piece.name for piece in report.furniture}),
    }


def _passage(passage: Passage) -> dict[str, Any]:
    golden = {
        "id": passage.id,
        "label": passage.label,
        "section": " > ".join(passage.section),
        "text": passage.text,
        "sentences": [span.of(passage.text) for span in passage.sentences],
    }
    if passage.number_recovered:
        golden["number_recovered"] = True
    match passage.details:
        case Recommendation(deadline, lead_in, who):
            golden["recommendation"] = {"deadline": deadline, "lead_in": lead_in, "who": who}
        case GradeRow(_, marks):
            golden["marks"] = [[mark.column, mark.mark, mark.word] for mark in marks]
    return golden
