"""Questions that the report's structure answers: a passage by its number, all the recommendations, all the grades.

Not here: questions about a subject (retrieve.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from index.report import GradeRow, Passage, Recommendation, Report
from rag.question import Question
from rag.words import Phrases, read_rows, split_words, stem, stop_stems

_NAMED = 0.6  # share of a grade's label that a question must name to ask for that grade


@dataclass(frozen=True, slots=True)
class Asked:
    """What part of the structure a question asks for."""

    passages: tuple[Passage, ...]
    narrowed: bool  # to a deadline or to who must act
    whole: bool  # nothing else is asked: these are the answer, in printed order


@cache
def _deadlines() -> Phrases[str]:
    return Phrases((spoken, heading) for spoken, heading in read_rows("deadlines.tsv"))


@cache
def _generic() -> frozenset[str]:
    return frozenset(stem(word) for row in read_rows("generic.txt") for word in row[0].split())


def read_structure(question: Question, report: Report) -> Asked | None:
    """Return the recommendations or grades that a question asks for, None where it asks for neither.

    "What must happen straight away?" asks for those of one deadline, "what does the report
    recommend about bullying?" for none in particular: the subject must choose.
    """
    if "recommendation" in question.kinds:
        asked, narrowed = _recommendations(question, report)
    elif "grade" in question.kinds:
        asked, narrowed = _grades(question, report)
    else:
        return None
    if not asked:
        return None
    return Asked(tuple(asked), narrowed, not _subject(question, report, narrowed))


def _grades(question: Question, report: Report) -> tuple[list[Passage], bool]:
    """Return the rows of grades whose label a question names best; all where it names none."""
    asked = [p for p in report.passages if isinstance(p.details, GradeRow) and p.details.marks]
    said = {word.stem for word in split_words(question.text)} - stop_stems()
    named = {p.id: _share_named(p, said) for p in asked}
    best = max(named.values(), default=0.0)
    return ([p for p in asked if named[p.id] == best], True) if best >= _NAMED else (asked, False)


def _share_named(passage: Passage, said: set[str]) -> float:
    assert isinstance(passage.details, GradeRow)
    label = {word.stem for word in split_words(passage.details.label)} - stop_stems()
    return len(label & said) / max(1, len(label))


def _recommendations(question: Question, report: Report) -> tuple[list[Passage], bool]:
    """Return the recommendations of the deadline and the actor asked for; all where none is."""
    asked = [passage for passage in report.passages if isinstance(passage.details, Recommendation)]
    said = [word.stem for word in split_words(question.text)]
    headings = {hit.value for hit in _deadlines().find(said)}
    timed = [p for p in asked if any(heading in _details(p).deadline.lower() for heading in headings)]
    narrowed = [p for p in timed or asked if _names_actor(said, _details(p).who, asked)]
    if narrowed:
        return narrowed, True
    return (timed, True) if timed else (asked, False)


def _details(passage: Passage) -> Recommendation:
    assert isinstance(passage.details, Recommendation)
    return passage.details


def _names_actor(said: Sequence[str], who: str, asked: Sequence[Passage]) -> bool:
    """Say whether a question names the one who must act, where that tells recommendations apart."""
    others = {_details(p).who for p in asked} - {who}
    words = [word.stem for word in split_words(who) if len(word.stem) > 2 and word.stem != "the"]
    return bool(words and others) and all(word in said for word in words)


def _subject(question: Question, report: Report, narrowed: bool) -> list[str]:
    """Return the words of a question that name a subject beyond the structure itself."""
    generic = set(_generic())
    if narrowed:
        generic |= {
            word.stem
            for p in report.passages
            if isinstance(p.details, Recommendation)
            for word in split_words(p.details.who)
        }
        generic |= {word for row in read_rows("deadlines.tsv") for spoken in row for word in map(stem, spoken.split())}
    return [word for unit in question.units for word in unit.stems if word not in generic]
