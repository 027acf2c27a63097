"""How long a question takes, as a ratio to the encoder's own forward pass of the same question.

Both are timed warm, question by question in one run, each question for the first time, so
that neither a busy machine nor anything remembered favours one of them.
Not here: how good the answer is (score.py).
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.questions import QuestionSet
from rag.conversation import ask
from rag.engine import Engine
from rag.turns import Conversation

_WARM_UP = 5  # questions asked and not counted; the first is slower than the rest by far

Forward = Callable[[str], None]
Case = tuple[str, Conversation]  # a question, and the conversation it is asked after


@dataclass(frozen=True, slots=True)
class Timing:
    """One question, in seconds."""

    forward: float
    asked: float


@dataclass(frozen=True, slots=True)
class Speed:
    """Timings of n questions: the ratios' median and 95th percentile, and both medians in milliseconds."""

    n: int
    ratio_p50: float
    ratio_p95: float
    asked_ms: float
    forward_ms: float


def measure_speed(engine: Engine, forward: Forward, questions: QuestionSet) -> dict[str, Speed]:
    """Return the speed of questions that stand alone and of second turns; a kind without questions is left out."""
    asked = [*(one.question for one in questions.singles), *(one.question for one in questions.negatives)]
    alone = [(question, Conversation()) for question in asked]
    _time(engine, forward, alone[:_WARM_UP])
    cases = {"standing alone": alone[_WARM_UP:], "second turns": _second_turns(engine, questions)}
    return {name: summarise(_time(engine, forward, some)) for name, some in cases.items() if some}


def _second_turns(engine: Engine, questions: QuestionSet) -> list[Case]:
    opened = [[turn.question for turn in dialogue.turns[:2]] for dialogue in questions.conversations]
    return [(second, ask(engine, first).conversation) for first, second in (two for two in opened if len(two) == 2)]


def _time(engine: Engine, forward: Forward, cases: Sequence[Case]) -> list[Timing]:
    timings = []
    for at, (question, conversation) in enumerate(cases):
        passes: list[Callable[[], object]] = [
            lambda: forward(question),  # noqa: B023 - called before the next question
            lambda: ask(engine, question, conversation),  # noqa: B023
        ]
        order = (0, 1) if at % 2 else (1, 0)  # whoever comes second finds warmer caches: take turns
        took = {which: _seconds(passes[which]) for which in order}
        timings.append(Timing(took[0], took[1]))
    return timings


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def summarise(timings: Iterable[Timing]) -> Speed:
    """Return the medians and the 95th percentile of at least one timing."""
    pairs = np.array([(timing.asked, timing.forward) for timing in timings])
    ratios = pairs[:, 0] / pairs[:, 1]
    asked, forward = np.median(pairs, axis=0) * 1000
    half, most = (float(np.quantile(ratios, q)) for q in (0.5, 0.95))
    return Speed(len(pairs), half, most, float(asked), float(forward))


def show_speed(name: str, speeds: dict[str, Speed]) -> str:
    """Return the speeds as text, a line for each kind of question."""
    return "\n".join(
        f"{name}, {kind} ({speed.n}): {speed.ratio_p50:.2f} forward passes at p50, {speed.ratio_p95:.2f} at p95 "
        f"({speed.asked_ms:.1f} ms, forward pass {speed.forward_ms:.1f} ms)"
        for kind, speed in speeds.items()
    )
