"""Labelled questions with their evidence, over every report at hand: what numbers and model are fitted on.

Not here: the fitting (fit.py, tune.py), or what the files of questions hold (questions.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eval.labels import Gold, Place, among
from eval.questions import QUESTIONS, QuestionSet, Turn, read_questions, report_asked
from index.embed import Encoder
from index.store import Index, index_folder, open_index
from rag.conversation import Readings, asked_before, both_readings, read_alone, told
from rag.engine import Engine
from rag.evidence import Evidence
from rag.question import Question, clean
from rag.turns import Conversation
from rag.turns import Turn as Asked

Floats = NDArray[np.float64]
DIRECT = 0.6  # in a listwise loss: weight of finding one direct sentence beside that of ranking all labelled ones
_ENCODED = 256  # questions encoded together
_UNTOLD = ("social", "command")  # kinds of turn that nothing follows up on


@dataclass(frozen=True)
class Example:
    """A question with its evidence and what its labels say of each sentence."""

    engine: Engine
    question: Question
    evidence: Evidence
    grades: Floats | None  # (n,) 0, 1 or 2 for each sentence; None for a question without an answer
    must: tuple[frozenset[int], ...]
    split: str
    kind: str
    wordings: list[str]  # what is encoded of it
    denials: Floats | None = None  # (n,) 2 for each sentence that denies what a question takes for granted, else 0


def reports(encoder: Encoder) -> Iterator[tuple[Index, QuestionSet]]:
    """Yield the reports at hand that have questions: the bundled one, and those beside the project."""
    for folder in sorted(QUESTIONS.iterdir()):
        if (source := report_asked(folder)).is_file():
            index = open_index(source, index_folder(), encoder, print, lambda *_: None)
            yield index, read_questions(folder, index.report)


def examples(engine: Engine, questions: QuestionSet, wanted: str) -> Iterator[Example]:
    """Yield the questions of the split `wanted` that stand alone; those that hold no text are left out."""
    wanted_only = questions.only(wanted)
    asked: list[tuple[str, Gold, str]] = [
        *((s.question, s.gold, s.type) for s in wanted_only.singles),
        *((text, g.gold, g.type) for g in wanted_only.groups for text in g.questions),
        *((n.question, Gold(good=n.contradicts), n.kind) for n in wanted_only.negatives),
    ]
    kept = [(engine.read(clean(text)), gold, kind) for text, gold, kind in asked if clean(text)]
    for start in range(0, len(kept), _ENCODED):
        part = kept[start : start + _ENCODED]
        encoded = iter(engine.encode([text for question, _, _ in part for text in question.wordings]))
        for question, gold, kind in part:
            evidence = engine.gather(question, [next(encoded) for _ in question.wordings])
            grades, must = _labelled(gold, engine)
            example = Example(engine, question, evidence, None, must, wanted, kind, question.wordings)
            yield replace(example, grades=grades) if must else replace(example, denials=grades if gold.good else None)


@dataclass(frozen=True)
class Later:
    """A later turn of a labelled conversation, with what was asked before it."""

    turn: Turn
    before: Conversation
    readings: Readings | None


def later_turns(engine: Engine, questions: QuestionSet, wanted: str) -> Iterator[Later]:
    """Yield the later turns of a split, as if every turn before that has an answer had been answered."""
    for dialogue in questions.only(wanted).conversations:
        before = Conversation()
        for turn in dialogue.turns:
            text = clean(turn.question)
            readings = both_readings(text, read_alone(text, engine), before, engine)
            if before.turns and turn.kind not in (*_UNTOLD, "first"):
                yield Later(turn, before, readings)
            topic = readings.merged.topic if readings and turn.kind not in ("change", "first") else turn.question
            if turn.gold.must and turn.kind not in _UNTOLD:
                before = before.then(Asked(turn.question, topic, "answered", _cited(turn.gold, engine)))


def _cited(gold: Gold, engine: Engine) -> tuple[tuple[str, int], ...]:
    """Return what an answer would have cited: the first place of each finding."""
    firsts = [group[0] for group in gold.must]
    return tuple((r.passage.id, r.at) for r in engine.index.rows if among(Place(r.passage.id, r.span), firsts))


def turn_examples(engine: Engine, questions: QuestionSet, wanted: str) -> Iterator[Example]:
    """Yield the later turns of a split, each worded as it is encoded: after the questions before it."""
    for later in later_turns(engine, questions, wanted):
        alone = engine.read(clean(later.turn.question))
        read = later.readings.after if later.readings else None
        evidence = read.evidence if read else engine.gather(alone, engine.encode([alone.whole]))
        gold = later.turn.gold if later.turn.gold.must else None
        grades, must = _labelled(gold, engine) if gold else (None, ())
        wordings = [told(asked_before(later.before, engine), alone.whole)]
        question = read.question if read else alone
        yield Example(engine, question, evidence, grades, must, wanted, later.turn.kind, wordings)


def _labelled(gold: Gold, engine: Engine) -> tuple[Floats, tuple[frozenset[int], ...]]:
    grades = np.zeros(len(engine.index.rows))
    labelled = {place.passage for group in (*gold.must, gold.good, gold.ok) for place in group}
    places = {row.row: Place(row.passage.id, row.span) for row in engine.index.rows if row.passage.id in labelled}
    for row, place in places.items():
        grades[row] = gold.grade(place)
    must = tuple(frozenset(row for row, place in places.items() if among(place, group)) for group in gold.must)
    return grades, must
