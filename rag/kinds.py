"""What kind of answer a question asks for, and which kinds a text holds.

A figure asked for must stand in the text; a subject alone is not an answer.
Not here: the subject (question.py).
"""

import re
from functools import cache
from typing import Literal, cast

from rag.words import read_rows

Asked = Literal[
    "number", "money", "date", "person", "place", "reason", "definition", "yesno", "grade", "recommendation"
]
# Kinds that a text visibly holds or lacks.
Shown = Literal["number", "money", "date", "person", "place", "reason"]

_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million "
    "half third quarter dozen none all no"
)
_SHOWS: dict[str, str] = {
    "number": r"\b\d[\d,.]*\s*(?:%|per ?cent)?|\b(?:" + "|".join(_NUMBER_WORDS.split()) + r")\b",
    "money": r"£|\b(?:pounds|million|pence)\b",
    "date": r"\b(?:19|20)\d\d\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December|spring|summer|autumn|winter)\b(?! be)|\b(?:immediate|(?:six|three|twelve) months|longer term|recently|"
    r"end of the year|last year|past year|earlier|weeks?|days?|hours?)\b",
    "person": r"(?<!^)(?<![.!?] )\b(?:[A-Z][a-z]+(?:\s+(?:of|for|and|the|[A-Z][\w']+))*\s+[A-Z][\w']+|"
    r"[A-Z]{2,}[a-z]?)\b|\b(?:council|director|member|leader|head|trust|board|partnership|team|group|service|services|officers?|nurses?|"
    r"workers?|doctor|police|staff|schools?|colleges?|partners|authority|agencies|inspectors|carers|parents|"
    r"headteachers|"
    r"providers?|panel|councillors|professionals|consortium|department|sector)\b",
    "place": r"(?<!^)(?<![.!?] )\b[A-Z][a-z]{3,}\b|\b(?:wards?|boroughs?|estates?|schools?|communit(?:y|ies)|areas?|"
    r"neighbourhoods?|centres?|settings?|hospitals?|homes?|accommodation|streets?|placements?)\b",
    "reason": r"\b(?:because|since|due to|owing to|as a result|result(?:s|ed|ing)? (?:in|of|from)|led to|leads? to|"
    r"leading to|caus\w+|contribut\w+|through|by \w+ing|despite|so that|enabl\w+|lack\w*|as there|impact\w*|hinder\w*|"
    r"given|reflect\w*|thanks to|means? that|insufficient\w*|shortages?|pressures?|limited|has been|have been|"
    r"delay\w*|"
    r"thresholds?|culture|inconsistent|linked|being)\b",
}


@cache
def _asked_patterns() -> list[tuple[Asked, re.Pattern[str]]]:
    rows = read_rows("asks.tsv")
    return [
        (cast(Asked, kind), re.compile(pattern, re.IGNORECASE if "[A-Z]" not in pattern else 0))
        for kind, pattern in rows
    ]


@cache
def _shown_patterns() -> dict[str, re.Pattern[str]]:
    return {kind: re.compile(pattern) for kind, pattern in _SHOWS.items()}


def asked_kinds(question: str) -> frozenset[Asked]:
    """Return the kinds of answer a question asks for; none for an open question."""
    return frozenset(kind for kind, pattern in _asked_patterns() if pattern.search(question))


def shown_kinds(text: str) -> frozenset[Shown]:
    """Return the kinds of answer that a sentence or clause holds."""
    return frozenset(cast(Shown, kind) for kind, pattern in _shown_patterns().items() if pattern.search(text))
