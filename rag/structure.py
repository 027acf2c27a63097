"""Questions that the report's structure answers: a passage by its number, all the recommendations, all the grades.

Not here: questions about a subject (retrieve.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from index.report import GradeRow, Passage, Recommendation, Report
from rag.question import Question
from rag.words import Phrases, read_rows, split_words, stem, stems, stop_stems

_MEANING = re.compile(r"\b\d\s*[:=]\s*([A-Za-z]+)")  # of a mark, in the key of the grades
_REFUSED = frozenset(stems("not rather instead except excluding"))  # what follows is not asked for
_NAMED = 0.6  # share of a grade's label that a question must name to ask for that grade


@dataclass(frozen=True, slots=True)
class Asked:
    """What part of the structure a question asks for."""

    passages: tuple[Passage, ...]
    narrowed: bool  # to a deadline, to who must act, to a grade's label or to a mark
    whole: bool  # nothing else is asked: these are the answer, in printed order
    denied: bool = False  # the question has them at a mark that none of them got


@cache
def _deadlines() -> Phrases[str]:
    return Phrases((spoken, heading) for spoken, heading in read_rows("deadlines.tsv"))


@cache
def _extremes() -> Phrases[str]:
    return Phrases((phrase, end) for phrase, end in read_rows("extremes.tsv"))


@cache
def _generic() -> frozenset[str]:
    return frozenset(stem(word) for row in read_rows("generic.txt") for word in row[0].split())


def read_structure(question: Question, report: Report) -> Asked | None:
    """Return the recommendations or grades that a question asks for, None where it asks for neither.

    "What must happen straight away?" asks for those of one deadline, "what does the report
    recommend about bullying?" for none in particular: the subject must choose.
    """
    marks: set[str] = set()
    if "recommendation" in question.kinds:
        asked, narrowed = _recommendations(question, report)
    elif "grade" in question.kinds:
        marks = _marks_named(question, report)
        asked, narrowed = _grades(question, marks, report)
    else:
        return None
    if not asked:
        return None
    denied = bool(marks) and not any(_marks(p) & marks for p in asked)
    return Asked(tuple(asked), narrowed, not _subject(question, report, narrowed), denied)


def _graded(report: Report) -> list[Passage]:
    return [p for p in report.passages if isinstance(p.details, GradeRow) and p.details.marks]


def _grades(question: Question, marks: set[str], report: Report) -> tuple[list[Passage], bool]:
    """Return the rows of grades whose label a question names best, or that got one of the marks it names; else all."""
    asked = _graded(report)
    said = {word.stem for word in split_words(question.text)} - stop_stems()
    named = {p.id: _share_named(p, said) for p in asked}
    best = max(named.values(), default=0.0)
    if best >= _NAMED:
        return [p for p in asked if named[p.id] == best], True
    marked = [p for p in asked if _marks(p) & marks]
    return (marked, True) if marked else (asked, False)


def _marks(passage: Passage) -> set[str]:
    return {mark.word for mark in passage.details.marks} if isinstance(passage.details, GradeRow) else set()


def _marks_named(question: Question, report: Report) -> set[str]:
    """Return the words for marks that a question names: "outstanding", or the best and the lowest that were given."""
    given = {
        mark.mark: mark.word for p in _graded(report) if isinstance(p.details, GradeRow) for mark in p.details.marks
    }
    said = [word.stem for word in split_words(question.text)]
    ends = {hit.value for hit in _extremes().find(said)} if given else set()
    words = {given[end(given)] for name, end in (("best", max), ("lowest", min)) if name in ends}
    return words | {word for word in _words_for_marks(report) if stem(word) in said}


def _words_for_marks(report: Report) -> set[str]:
    """Return the words for marks that the key of the grades explains, given or not."""
    keys = [p.text for p in report.passages if isinstance(p.details, GradeRow) and not p.details.marks]
    return {match.lower() for text in keys for match in _MEANING.findall(text)}


def _share_named(passage: Passage, said: set[str]) -> float:
    assert isinstance(passage.details, GradeRow)
    label = {word.stem for word in split_words(passage.details.label)} - stop_stems()
    return len(label & said) / max(1, len(label))


def _recommendations(question: Question, report: Report) -> tuple[list[Passage], bool]:
    """Return the recommendations of the deadline and the actor asked for; all where none is."""
    asked = [passage for passage in report.passages if isinstance(passage.details, Recommendation)]
    said = [word.stem for word in split_words(question.text)]
    hits = _deadlines().find(said)
    refused = min((at for at, word in enumerate(said) if word in _REFUSED), default=len(said))
    wanted = {hit.value for hit in hits if hit.start < refused}
    ruled_out = {hit.value for hit in hits} - wanted
    timed = [p for p in asked if _due(p, wanted) or (not wanted and ruled_out and not _due(p, ruled_out))]
    narrowed = [p for p in timed or asked if _names_actor(said, _details(p).who, asked)]
    if narrowed:
        return narrowed, True
    return (timed, True) if timed else (asked, False)


def _due(passage: Passage, headings: set[str]) -> bool:
    return any(heading in _details(passage).deadline.lower() for heading in headings)


def _details(passage: Passage) -> Recommendation:
    assert isinstance(passage.details, Recommendation)
    return passage.details


def _names_actor(said: Sequence[str], who: str, asked: Sequence[Passage]) -> bool:
    """Say whether a question names the one who must act, where that tells recommendations apart."""
    others = {_details(p).who for p in asked} - {who}
    words = [word.stem for word in split_words(who) if len(word.stem) > 2 and word.stem != "the"]
    return bool(words and others) and all(word in said for word in words)


def names_no_subject(question: Question) -> bool:
    """Say whether a question asks about the whole report: "what are the main weaknesses?"."""
    return all(word in _generic() for unit in question.units for word in unit.stems)


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
        lists = ("deadlines.tsv", "extremes.tsv")
        generic |= {word for name in lists for row in read_rows(name) for spoken in row for word in stems(spoken)}
        generic |= {stem(word) for word in _words_for_marks(report)}
    return [word for unit in question.units for word in unit.stems if word not in generic]
