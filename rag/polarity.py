"""Does a text speak well or ill of its subject? A lexicon of inspection language, clause by clause.

Not here: which subject is asked about (question.py), or which sentences are about it (retrieve.py).
"""

import re
from functools import cache

from index.report import Span
from rag.words import Phrases, read_rows, split_words, stem, stems

_CLAUSE = re.compile(
    r"(?:[,;:]\s+|\s+[–-]\s+|\s+)(?=(?:although|though|but|whilst|while|whereas|despite|however|except)\b)|;\s+"
    r"|,\s+(?=(?:and|which|as|with|so)\b)|,\s+(?=[a-z])",
    re.IGNORECASE,
)
_STRONG = re.compile(r"(although|though|but|whilst|while|whereas|despite|however|except)\b", re.IGNORECASE)
_NEGATORS = frozenset(
    map(
        stem,
        ("no", "not", "never", "nor", "without", "few", "little", "hardly", "rarely", "lack", "lacks", "insufficient"),
    )
)
_REACH = 3  # words between a negator and the word it turns


@cache
def judgements() -> Phrases[float]:
    """Return the phrases that judge, each with how well it speaks of its subject, in [-2, 2]."""
    values: dict[tuple[str, ...], tuple[str, float]] = {}
    for phrase, value in read_rows("polarity.tsv"):  # forms of one word are one judgement
        values.setdefault(tuple(stems(phrase)), (phrase, float(value)))
    return Phrases(values.values())


@cache
def _targets() -> Phrases[str]:
    return Phrases((phrase, way) for phrase, way in read_rows("targets.tsv"))


@cache
def _directions() -> dict[str, int]:
    return {stem(word): 1 if way == "up" else -1 for word, way in read_rows("directions.tsv")}


def split_clauses(text: str) -> list[Span]:
    """Return the clauses of a sentence, parted where it turns: at although, whilst, but, however, semicolons.

    "Care is good, although choice is limited" gives "Care is good" and "although choice is limited".
    A leading "Whilst …," parts at its comma.
    """
    cuts = [0]
    opens = _STRONG.match(text)
    for match in _CLAUSE.finditer(text):
        turning = _STRONG.match(text, match.end()) or match.group().startswith(";")
        if turning or (opens and len(cuts) == 1 and match.group().startswith(",")):
            cuts.append(match.end())
    ends = [*cuts[1:], len(text)]
    return [Span(start, end) for start, end in zip(cuts, ends, strict=True) if text[start:end].strip()]


def polarity(text: str) -> float:
    """Return how well a clause or sentence speaks of its subject, in [-1, 1]; 0 where it does not judge.

    Low crime is good and low uptake is not: a direction takes its sign from what it counts.
    """
    words = [word.stem for word in split_words(text)]
    hits = [(hit.start, hit.end, hit.value) for hit in judgements().find(words)]
    score = sum(_turned(words, start, value) for start, _, value in hits)
    score += _counted(words)
    return max(-1.0, min(1.0, score / 2))


def _turned(words: list[str], start: int, value: float) -> float:
    """Return the value of a judgement, turned when a negator stands before it."""
    negated = _NEGATORS.intersection(words[max(0, start - _REACH) : start])
    if not negated:
        return value
    return -0.8 * value if value > 0 else -0.4 * value


def _counted(words: list[str]) -> float:
    """Return what the directions of a clause say of the things it counts."""
    ways = [(at, _directions()[word]) for at, word in enumerate(words) if word in _directions()]
    targets = _targets().find(words)
    if not ways or not targets:
        return 0.0
    total = 0.0
    for target in targets:
        at, way = min(ways, key=lambda one: abs(one[0] - target.start))
        if abs(at - target.start) <= 6 and not target.start <= at < target.end:
            total += way if target.value == "high" else -way
    return max(-1.5, min(1.5, total))


def direction(text: str) -> int:
    """Return 1 where a text speaks of more, -1 where it speaks of less, 0 where of neither or both."""
    ways = {_directions()[word.stem] for word in split_words(text) if word.stem in _directions()}
    return ways.pop() if len(ways) == 1 else 0
