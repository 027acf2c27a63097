"""Ranked sentences -> findings: repetitions are one finding, and findings that differ are marked.

Not here: how many findings an answer needs (answer.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.embed import Floats
from index.store import SentenceRow
from rag.evidence import Ledger
from rag.polarity import direction
from rag.vocabulary import Vocabulary

_SAME = 0.70  # cosine from which two sentences may be one finding; chosen on the dev split's must groups
_AKIN = 0.55  # cosine from which two findings are on one subject
_SHARED = 0.45  # share of the rarer sentence's weight that both must name
_NUMBER = re.compile(r"\d[\d,.%]*\d|\d")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the report says: the sentence that says it best, and its repetitions elsewhere."""

    row: int
    score: float  # probability in [0, 1] that it bears on the question
    repeats: tuple[int, ...] = ()


def collapse(
    ranked: Sequence[tuple[int, float]], rows: Sequence[SentenceRow], ledger: Ledger, words: Vocabulary
) -> list[Finding]:
    """Return the findings that ranked sentences make, best first; a later repetition joins the earlier."""
    findings: list[Finding] = []
    for row, score in ranked:
        for at, finding in enumerate(findings):
            if rows[finding.row].passage.id != rows[row].passage.id and repeats(finding.row, row, rows, ledger, words):
                findings[at] = replace(finding, repeats=(*finding.repeats, row))
                break
        else:
            findings.append(Finding(row, score))
    return findings


def repeats(a: int, b: int, rows: Sequence[SentenceRow], ledger: Ledger, words: Vocabulary) -> bool:
    """Say whether two sentences state one finding: one subject, one judgement, no conflicting numbers."""
    cosine = _cosine(ledger.vectors, a, b)
    if cosine < _SAME or conflict(a, b, rows, ledger) or words.groups_apart(a, b):
        return False
    return cosine >= 0.9 or _shared(a, b, words) >= _SHARED


def conflict(a: int, b: int, rows: Sequence[SentenceRow], ledger: Ledger) -> bool:
    """Say whether two sentences on one subject judge it differently or give different figures."""
    numbers = [set(_NUMBER.findall(rows[row].text)) for row in (a, b)]
    if numbers[0] and numbers[1] and not (numbers[0] <= numbers[1] or numbers[1] <= numbers[0]):
        return True
    judged = ledger.polarity[a], ledger.polarity[b]
    if min(judged) < -0.3 and max(judged) > 0.3:
        return True
    return direction(rows[a].text) * direction(rows[b].text) < 0


def differ(a: int, b: int, rows: Sequence[SentenceRow], ledger: Ledger) -> bool:
    """Say whether a reader should be told that two cited findings do not say the same."""
    return _cosine(ledger.vectors, a, b) >= _AKIN and conflict(a, b, rows, ledger)


def _cosine(vectors: Floats, a: int, b: int) -> float:
    return float(np.dot(vectors[a], vectors[b]))


def _shared(a: int, b: int, words: Vocabulary) -> float:
    """Return the weight of what both sentences name, as a share of the lighter one's: words or concepts."""
    sides = [{stem: words.weigh(stem) ** 2 for stem in words.stems[row]} for row in (a, b)]
    both = sum(sides[0][stem] for stem in sides[0].keys() & sides[1].keys())
    return both / max(1e-6, min(sum(side.values()) for side in sides))
