"""Recommendations and the findings behind them; themes and their grades.

Not here: repetitions of one finding (findings.py).
"""

import numpy as np

from index.report import GradeRow
from index.store import Index
from rag.evidence import Ledger
from rag.words import stems

_BEHIND = 0.6  # cosine from which a finding stands behind a recommendation
_MOST = 6  # findings shown behind one recommendation


def find_ties(index: Index, ledger: Ledger) -> dict[int, tuple[str, ...]]:
    """Return for each sentence row the ids of the passages it is tied to; rows without ties are left out.

    A recommendation is tied to the findings that speak ill of its subject, they to it; the
    first sentence of a theme is tied to the theme's grade.
    """
    ties: dict[int, list[str]] = {}
    for row in index.rows:
        if row.passage.kind == "recommendation":
            for finding in _findings_behind(row.row, index, ledger):
                ties.setdefault(row.row, []).append(index.rows[finding].passage.id)
                ties.setdefault(finding, []).append(row.passage.id)
    for row in index.rows:
        opens_theme = row.passage.kind == "paragraph" and row.at == 0 and bool(row.passage.section)
        if opens_theme and (grade := _grade_of(row.passage.section[-1], index)):
            ties.setdefault(row.row, []).append(grade)
    return {row: tuple(dict.fromkeys(ids)) for row, ids in ties.items()}


def _findings_behind(row: int, index: Index, ledger: Ledger) -> list[int]:
    near = ledger.vectors @ ledger.vectors[row]
    behind = [
        int(other)
        for other in np.argsort(-near, kind="stable")
        if near[other] >= _BEHIND and index.rows[other].passage.kind == "paragraph" and ledger.polarity[other] < 0
    ]
    return behind[:_MOST]


def _grade_of(heading: str, index: Index) -> str:
    """Return the id of the row of grades whose label is the heading; "" where there is none."""
    said = set(stems(heading))
    for passage in index.report.passages:
        if (
            isinstance(passage.details, GradeRow)
            and passage.details.marks
            and set(stems(passage.details.label)) == said
        ):
            return passage.id
    return ""
