"""The measures: pure functions, each with its formula, range and what an empty input gives.

All are ratios in [0, 1]; higher is better except for the risk of `risk_coverage`.
Not here: which question gets which measure (score.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from eval.labels import Gold, Place, among

ANSWERS = ("answered", "partial", "contradicted")
REFUSALS = ("related", "not_covered", "help")
_RESAMPLES = 2000  # of a bootstrap: the interval's ends move by less than .01 between seeds at n = 100
_SEED = 20070206


def top1(cited: Sequence[Place], gold: Gold) -> float:
    """Return 1 when the first citation answers directly (grade 2), else 0; nothing cited is 0."""
    return float(bool(cited) and gold.grade(cited[0]) == 2)


def precision(cited: Sequence[Place], gold: Gold) -> float:
    """Return the share of citations of grade 1 or 2; nothing cited is 0."""
    return sum(gold.grade(place) > 0 for place in cited) / len(cited) if cited else 0.0


def completeness(cited: Sequence[Place], gold: Gold) -> float:
    """Return the share of the groups of `must` with a place among the citations; no group is 1."""
    covered = [any(among(place, group) for place in cited) for group in gold.must]
    return sum(covered) / len(covered) if covered else 1.0


def harmonic_mean(one: float, other: float) -> float:
    """Return 2ab / (a + b), 0 where both are 0: answer F1 from precision and completeness."""
    return 2 * one * other / (one + other) if one + other else 0.0


def refused(status: str) -> float:
    """Return 1 when the status says that the report does not answer, else 0."""
    return float(status in REFUSALS)


def contradicted(status: str, cited: Sequence[Place], contradicts: Sequence[Place]) -> float:
    """Return 1 when a false premise is contradicted with a listed sentence, else 0."""
    return float(status == "contradicted" and any(among(place, contradicts) for place in cited))


def withstood(status: str, cited: Sequence[Place], contradicts: Sequence[Place]) -> float:
    """Return 1 when a false premise is refused or contradicted with a listed sentence, else 0."""
    return contradicted(status, cited, contradicts) or refused(status)


def jaccard(one: frozenset[Place], other: frozenset[Place]) -> float:
    """Return |a ∩ b| / |a ∪ b|; two empty sets are 0, for both questions have an answer."""
    return len(one & other) / len(one | other) if one | other else 0.0


def agreement(findings: Sequence[frozenset[Place]]) -> float:
    """Return the mean Jaccard overlap over all pairs; fewer than two sets are 0."""
    pairs = list(combinations(findings, 2))
    return sum(jaccard(one, other) for one, other in pairs) / len(pairs) if pairs else 0.0


def fidelity(quotes: Sequence[tuple[str, str]]) -> float:
    """Return the share of pairs (as quoted, as the report has it) equal byte for byte; no quote is 1."""
    return sum(quoted.encode() == printed.encode() for quoted, printed in quotes) / len(quotes) if quotes else 1.0


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the chance that a positive's score exceeds a negative's, ties counting half.

    Mann and Whitney's U / (m·n); .5 is a coin, and the value when either side is empty.
    """
    if not len(positive) or not len(negative):
        return 0.5
    ordered = np.sort(np.asarray(negative, dtype=np.float64))
    below = np.searchsorted(ordered, positive, side="left")
    ties = np.searchsorted(ordered, positive, side="right") - below
    return float((below + ties / 2).mean() / len(ordered))


@dataclass(frozen=True, slots=True)
class Point:
    """Of the questions, the share answered at some threshold, and the share of those that is wrong."""

    coverage: float
    risk: float


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> list[Point]:
    """Return a point for each distinct confidence as the threshold, highest first.

    El-Yaniv and Wiener, "On the foundations of noise-free selective classification" (2010).
    """
    order = np.argsort(-np.asarray(confidences, dtype=np.float64), kind="stable")
    wrong = np.cumsum(~np.asarray(right, dtype=bool)[order])
    ends = [at for at, row in enumerate(order) if _last_of_its_value(at, row, order, confidences)]
    return [Point((at + 1) / len(order), float(wrong[at]) / (at + 1)) for at in ends]


def _last_of_its_value(at: int, row: int, order: NDArray[np.intp], confidences: Sequence[float]) -> bool:
    return at + 1 == len(order) or confidences[order[at + 1]] != confidences[row]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over n questions with its bootstrap 95% interval."""

    n: int
    mean: float
    low: float
    high: float


def estimate(values: Sequence[float]) -> Estimate | None:
    """Return the mean with its percentile-bootstrap 95% interval; None when there is no value.

    Efron, "Bootstrap methods: another look at the jackknife" (1979). The seed is fixed.
    """
    if not len(values):
        return None
    numbers = np.asarray(values, dtype=np.float64)
    drawn = np.random.default_rng(_SEED).integers(0, len(numbers), (_RESAMPLES, len(numbers)))
    low, high = np.quantile(numbers[drawn].mean(axis=1), [0.025, 0.975])
    return Estimate(len(numbers), float(numbers.mean()), float(low), float(high))


def estimate_auroc(positive: Sequence[float], negative: Sequence[float]) -> Estimate | None:
    """Return the AUROC with its bootstrap 95% interval, both sides resampled; n counts both."""
    if not len(positive) or not len(negative):
        return None
    random = np.random.default_rng(_SEED)
    values = [
        auroc(*(random.choice(side, len(side)).tolist() for side in (positive, negative)))
        for _ in range(_RESAMPLES // 4)
    ]
    low, high = np.quantile(values, [0.025, 0.975])
    return Estimate(len(positive) + len(negative), auroc(positive, negative), float(low), float(high))
