"""Ask systems the questions of a set, judge what they reply.

Not here: which systems there are (predictions.py, baselines.py), printing (tables.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from eval import metrics
from eval.baselines import answerers, open_sentences, talkers
from eval.predictions import MISSING, Answer, Prediction, Quote, Talk, answer_with, talk_with
from eval.questions import QuestionSet
from eval.score import Row, score
from index.embed import Encoder
from index.report import Report
from index.store import Index
from rag.engine import Engine, open_engine

PRODUCT = "pinpoint"
T = TypeVar("T")
SYSTEMS = (PRODUCT, "bm25", "minilm", "convex")


class FidelityError(ValueError):
    """A quote that is not what the report has at its place; the run fails."""


@dataclass(frozen=True, slots=True)
class System:
    """Something that replies: to single questions, to conversations, or to both."""

    name: str
    answer: Answer | None
    talk: Talk | None


@dataclass(frozen=True, slots=True)
class Run:
    """One system's replies to a question set, judged."""

    system: str
    rows: tuple[Row, ...]
    predictions: dict[str, Prediction]  # by row id
    faults: tuple[str, ...]  # replies that failed with an exception: "s017: KeyError: 'x'"


@dataclass(frozen=True, slots=True)
class Trial:
    """A report with the questions it was asked and the runs over them; no run where it is not at hand."""

    name: str
    report: Report | None
    questions: QuestionSet
    runs: tuple[Run, ...]
    ablated: tuple[Run, ...] = ()  # the product without one of its mechanisms

    def product(self) -> Run | None:
        """Return the product's own run, None where it was not asked."""
        return next((run for run in self.runs if run.system == PRODUCT), None)


def product(engine: Engine, name: str = PRODUCT) -> System:
    """Return the product as a system."""
    return System(name, answer_with(engine), talk_with(engine))


def systems(index: Index, encoder: Encoder, wanted: str) -> list[System]:
    """Return the systems named by `wanted`: one of SYSTEMS, or "all".

    The conversation baselines rank by the convex combination and come with it.
    """
    found = [product(open_engine(index, encoder))] if wanted in (PRODUCT, "all") else []
    if wanted == PRODUCT:
        return found
    sentences = open_sentences(index, encoder)
    found += [System(name, answer, None) for name, answer in answerers(sentences).items() if wanted in (name, "all")]
    if wanted in ("convex", "all"):
        found += [System(name, None, talk) for name, talk in talkers(sentences).items()]
    return found


def ablated(index: Index, encoder: Encoder) -> Iterator[System]:
    """Return the product with each of its mechanisms removed, one at a time."""
    from rag.engine import MECHANISMS  # noqa: PLC0415 - only an ablation needs it

    for mechanism in MECHANISMS:
        yield product(open_engine(index, encoder, without=frozenset({mechanism})), f"without {mechanism}")


def run(system: System, questions: QuestionSet, report: Report) -> Run:
    """Return the system's replies to all questions, judged.

    Raises:
        FidelityError: a quote differs from the report at its place.

    """
    faults: list[str] = []
    predictions: dict[str, Prediction] = {}
    if system.answer is not None:
        for row_id, question in _single_questions(questions):
            predictions[row_id] = _guarded(partial(system.answer, question), row_id, MISSING, faults)
    if system.talk is not None:
        for dialogue in questions.conversations:
            asked = [turn.question for turn in dialogue.turns]
            none: list[Prediction] = []
            replies = _guarded(partial(system.talk, asked), dialogue.id, none, faults)
            predictions |= {f"{dialogue.id}.{at}": reply for at, reply in enumerate(replies, 1)}
    check_fidelity(system.name, predictions, report)
    judged = score(_asked(system, questions), predictions)
    return Run(system.name, tuple(judged), predictions, tuple(faults))


def _single_questions(questions: QuestionSet) -> list[tuple[str, str]]:
    grouped = [(f"{group.id}.{at}", text) for group in questions.groups for at, text in enumerate(group.questions, 1)]
    return [
        *((single.id, single.question) for single in questions.singles),
        *grouped,
        *((negative.id, negative.question) for negative in questions.negatives),
    ]


def _asked(system: System, questions: QuestionSet) -> QuestionSet:
    """Return the questions that the system is made to answer."""
    return QuestionSet(
        *((questions.singles, questions.groups, questions.negatives) if system.answer else ((), (), ())),
        questions.conversations if system.talk else (),
    )


def _guarded(reply: Callable[[], T], row_id: str, missing: T, faults: list[str]) -> T:
    """Return the reply, or `missing` with the fault kept: one broken question must not hide the others."""
    try:
        return reply()
    except Exception as error:  # whatever it is, it is counted as wrong and reported
        faults.append(f"{row_id}: {type(error).__name__}: {error}")
        return missing


def check_fidelity(name: str, predictions: dict[str, Prediction], report: Report) -> None:
    """Check that every quote shown is the report's own text at its place.

    Raises:
        FidelityError: naming the first that is not.

    """
    shown = [(row_id, quote) for row_id, given in predictions.items() for quote in (*given.quotes, *given.nearest)]
    share = metrics.fidelity([(quote.text, _printed(quote, report)) for _, quote in shown])
    if share < 1:
        row_id, quote = next((i, q) for i, q in shown if q.text != _printed(q, report))
        place = f"{quote.place.passage}, {quote.place.span.start}:{quote.place.span.end}"
        raise FidelityError(f"{name}, {row_id}: {quote.text!r} does not stand at {place}; fidelity {share:.4f}")


def _printed(quote: Quote, report: Report) -> str:
    passage = report.by_id.get(quote.place.passage)
    return quote.place.span.of(passage.text) if passage else ""


def not_run(source: Path) -> Trial:
    """Return the trial of a report that is not at hand: no figure."""
    return Trial(source.stem, None, QuestionSet(), ())
