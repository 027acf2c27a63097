"""Ranked sentences -> findings: repetitions are one finding, and findings that differ are marked.

Not here: how many findings an answer needs (answer.py).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from index.embed import Floats
from index.store import SentenceRow
from rag.evidence import Ledger
from rag.polarity import direction, judgements, split_clauses
from rag.vocabulary import Vocabulary
from rag.words import Phrases, read_rows, stem, stems, stop_stems

# The four below were chosen on the labelled pairs of eval/pairs/: `python -m eval.pairs` counts how they do.
_AKIN = 0.55  # cosine from which two sentences may say one thing, or differ over it
_SAME = 0.35  # share of the words of either, by weight, that both must have to say one thing
_NAMED = 0.6  # share of the lighter clause's subject that the other must name to be about the same …
_SUBJECT = 0.3  # … and share of the subjects of both
_NUMBER = re.compile(r"\d[\d,.%]*\d|\d")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_AUXILIARIES = frozenset(stems("do does did is are was were has have had can could will would"))
_COUNT = re.compile(r"(\d[\d,.]*%?)\s+(?:of (?:the )?)?([a-z]+)")


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
    """Say whether two sentences state one finding: mostly the same words, judged alike, no conflicting numbers."""
    if _cosine(ledger.vectors, a, b) < _AKIN or words.groups_apart(a, b):
        return False
    numbers = [set(_NUMBER.findall(rows[row].text)) for row in (a, b)]
    if numbers[0] and numbers[1] and not (numbers[0] <= numbers[1] or numbers[1] <= numbers[0]):
        return False
    both, either = words.stems[a] & words.stems[b], words.stems[a] | words.stems[b]
    return _weight(both, words) >= _SAME * _weight(either, words) and not conflict(a, b, rows, words)


def conflict(a: int, b: int, rows: Sequence[SentenceRow], words: Vocabulary) -> bool:
    """Say whether two sentences judge one subject in another degree, or give it another figure, year or direction.

    So do those that say of one group of people what another has not: timely for most, not for care leavers.
    """
    here, there = (_clauses(rows[row].text) for row in (a, b))
    if any(_at_odds(one, other) and _on_one_subject(one, other, words) for one in here for other in there):
        return True
    groups = [words.concepts_in[row] & words.groups for row in (a, b)]
    return groups[0] != groups[1] and any(
        one.judgements & other.denied | one.denied & other.judgements and one.subject & other.subject
        for one in here
        for other in there
    )


def differ(one: Finding, other: Finding, rows: Sequence[SentenceRow], ledger: Ledger, words: Vocabulary) -> bool:
    """Say whether a reader should be told that two findings of paragraphs do not say the same, wherever they stand."""
    return any(
        rows[a].passage.kind == rows[b].passage.kind == "paragraph"
        and _cosine(ledger.vectors, a, b) >= _AKIN
        and conflict(a, b, rows, words)
        for a in (one.row, *one.repeats)
        for b in (other.row, *other.repeats)
    )


@dataclass(frozen=True, slots=True)
class _Clause:
    """What a clause says, and of what."""

    subject: frozenset[str]  # stems of what is neither judgement nor direction
    degrees: frozenset[int]  # of its judgements: 0 inadequate … 3 good
    direction: int
    years: frozenset[str]
    counts: frozenset[tuple[str, str]]  # what is counted, and the figure
    judgements: frozenset[tuple[str, ...]]  # what speaks well of the subject …
    denied: frozenset[tuple[str, ...]]  # … and what it is said not to be: "do not have timely treatment"


@cache
def _degrees() -> Phrases[int]:
    return Phrases((phrase, int(degree)) for phrase, degree in read_rows("degrees.tsv"))


@cache
def _judging() -> frozenset[str]:
    """Return the stems that say how things are, not what is."""
    lists = ("degrees.tsv", "polarity.tsv", "directions.tsv")
    return frozenset(one for name in lists for row in read_rows(name) for one in stems(row[0])) | stop_stems()


@cache
def _clauses(text: str) -> tuple[_Clause, ...]:
    return tuple(_read_clause(span.of(text)) for span in split_clauses(text))


def _read_clause(text: str) -> _Clause:
    said = stems(text)
    praise = [(hit.start, tuple(said[hit.start : hit.end])) for hit in judgements().find(said) if hit.value > 0]
    denial = next((at for at in range(1, len(said)) if said[at] == "not" and said[at - 1] in _AUXILIARIES), len(said))
    return _Clause(
        frozenset(said) - _judging(),
        frozenset(hit.value for hit in _degrees().find(said)),
        direction(text),
        frozenset(_YEAR.findall(text)),
        frozenset((stem(counted), figure) for figure, counted in _COUNT.findall(text.lower())),
        frozenset(words for at, words in praise if at < denial),
        frozenset(words for at, words in praise if at > denial),
    )


def _at_odds(one: _Clause, other: _Clause) -> bool:
    """Say whether two clauses cannot be said of one thing in one breath."""
    if one.degrees and other.degrees and not one.degrees & other.degrees:
        return True
    if one.years and other.years and not one.years & other.years:
        return True
    counted = dict(other.counts)
    return one.direction * other.direction < 0 or any(
        counted.get(what, figure) != figure for what, figure in one.counts
    )


def _on_one_subject(one: _Clause, other: _Clause, words: Vocabulary) -> bool:
    shared = _weight(one.subject & other.subject, words)
    lighter = min(_weight(clause.subject, words) for clause in (one, other))
    return (
        shared > 0 and shared >= _NAMED * lighter and shared >= _SUBJECT * _weight(one.subject | other.subject, words)
    )


def _cosine(vectors: Floats, a: int, b: int) -> float:
    return float(np.dot(vectors[a], vectors[b]))


def _weight(said: Iterable[str], words: Vocabulary) -> float:
    """Return how much stems say of a subject, rare ones most."""
    return sum(words.weigh(one) ** 2 for one in said)
