"""Labelled questions with their evidence, over every report at hand: what numbers and model are fitted on.

Not here: the fitting (fit.py, tune.py), or what the files of questions hold (questions.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.labels import Gold, Place, among
from eval.questions import QUESTIONS, QuestionSet, read_questions
from index.embed import Encoder
from index.parse import BUNDLED
from index.store import Index, index_folder, open_index
from rag.engine import Engine
from rag.evidence import Evidence
from rag.question import Question, clean

Floats = NDArray[np.float64]
DIRECT = 0.6  # in a listwise loss: weight of finding one direct sentence beside that of ranking all labelled ones
_OTHERS = Path(__file__).parents[2] / "shared" / "reports" / "others"


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

    @property
    def wordings(self) -> list[str]:
        """Return what is encoded of the question."""
        return wordings(self.question)


def wordings(question: Question) -> list[str]:
    """Return the question as typed and, where it differs, in the report's terms."""
    return list(dict.fromkeys((question.text, question.spoken)))


def reports(encoder: Encoder) -> Iterator[tuple[Index, QuestionSet]]:
    """Yield the reports at hand that have questions: the bundled one, and those beside the project."""
    for folder in sorted(QUESTIONS.iterdir()):
        source = next(
            (s for s in (BUNDLED, _OTHERS / f"{folder.name}.txt") if s.stem == folder.name and s.is_file()), None
        )
        if source is not None:
            index = open_index(source, index_folder(), encoder, print, lambda *_: None)
            yield index, read_questions(folder, index.report)


def examples(engine: Engine, questions: QuestionSet, wanted: str) -> Iterator[Example]:
    """Yield the questions of the split `wanted` that stand alone; those that hold no text are left out."""
    asked: list[tuple[str, Gold | None, str, str]] = [
        *((s.question, s.gold, s.split, s.type) for s in questions.singles),
        *((text, g.gold, g.split, g.type) for g in questions.groups for text in g.questions),
        *((n.question, None, n.split, n.kind) for n in questions.negatives),
    ]
    for text, gold, split, kind in asked:
        if split != wanted or not clean(text):
            continue
        question = engine.read(clean(text))
        evidence = engine.gather(question, engine.encode(wordings(question)))
        grades, must = _labelled(gold, engine) if gold else (None, ())
        yield Example(engine, question, evidence, grades, must, split, kind)


def _labelled(gold: Gold, engine: Engine) -> tuple[Floats, tuple[frozenset[int], ...]]:
    grades = np.zeros(len(engine.index.rows))
    labelled = {place.passage for group in (*gold.must, gold.good, gold.ok) for place in group}
    places = {row.row: Place(row.passage.id, row.span) for row in engine.index.rows if row.passage.id in labelled}
    for row, place in places.items():
        grades[row] = gold.grade(place)
    must = tuple(frozenset(row for row, place in places.items() if among(place, group)) for group in gold.must)
    return grades, must
