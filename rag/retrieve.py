"""Question -> sentences worth reading, best first, each with how likely it bears on the question.

Not here: the evidence itself (evidence.py), whether it is an answer (answer.py).
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed import Floats
from rag.evidence import FEATURES, Evidence, Ledger

_FITTED = Path(__file__).parent / "fitted.json"


@dataclass(frozen=True)
class Fitted:
    """Numbers fitted on the dev split, by `python -m eval.fit`."""

    ranking: Mapping[str, float]  # feature of evidence -> weight; those of UNRANKED have none
    denial: Mapping[str, float]  # feature of evidence -> weight, of a sentence that denies the question
    relevance: Mapping[str, float]  # what turns a score into a probability
    answerable: Mapping[str, float]  # sign of an answer -> weight
    contradicted: Mapping[str, float]  # sign of a question that the report denies -> weight
    follows: Mapping[str, float]  # sign of a follow-up -> weight
    thresholds: Mapping[str, float]


@cache
def fitted() -> Fitted:
    """Return the numbers that are shipped."""
    return Fitted(**json.loads(_FITTED.read_text("utf-8")))


def denials(evidence: Evidence, numbers: Fitted) -> Floats:
    """Return how each sentence denies what the question takes for granted: (n,), comparable with its scores."""
    return _weighed(evidence, numbers.denial) + np.float32(numbers.denial["bias"])


def without_features(numbers: Fitted, names: set[str]) -> Fitted:
    """Return the numbers with the weights of some features and signs, or some thresholds, at nothing."""
    ranking, relevance, thresholds = (
        {name: 0.0 if name in names else weight for name, weight in part.items()}
        for part in (numbers.ranking, numbers.relevance, numbers.thresholds)
    )
    return replace(numbers, ranking=ranking, relevance=relevance, thresholds=thresholds)


def score(evidence: Evidence, numbers: Fitted) -> Floats:
    """Return the weighted evidence of each sentence: (n,), comparable between questions."""
    return _weighed(evidence, numbers.ranking)


def _weighed(evidence: Evidence, weights: Mapping[str, float]) -> Floats:
    """Return the evidence of each sentence added up: (n,); a feature without a weight counts nothing."""
    summed: Floats = evidence.table @ np.array([weights.get(name, 0.0) for name in FEATURES], np.float32)
    return summed


RELEVANCE = (
    "score",
    "behind",  # how far the score falls behind the best
    "gap",  # how far the next one falls behind it
    "crowd",  # how many come near the best: where one stands out, it is mostly the whole answer
    "tokens",  # as evidence has it
    "covered",  # what the sentence with its context names of the question
    "akin",  # cosine with the best sentence
)
_NEAR_BEST = 3.0  # of score


def relevance_signs(evidence: Evidence, scores: Floats, ledger: Ledger) -> Floats:
    """Return what tells whether a sentence bears on the question, given the best: (n, len(RELEVANCE))."""
    order = _best_first(scores)
    best = int(order[0])
    behind = scores[best] - scores
    gap = np.zeros_like(scores)
    gap[order[:-1]] = scores[order[:-1]] - scores[order[1:]]
    columns = (
        scores / 10,
        behind / 5,
        gap / 3,
        np.full_like(scores, np.count_nonzero(behind < _NEAR_BEST) / 16),
        evidence.column("tokens"),
        evidence.column("covered"),
        ledger.vectors @ ledger.vectors[best],
    )
    return np.stack(columns, axis=1).astype(np.float32)


def probabilities(evidence: Evidence, scores: Floats, ledger: Ledger, numbers: Fitted) -> Floats:
    """Return for each sentence how likely it bears on the question: (n,) in [0, 1]."""
    weights = np.array([numbers.relevance[name] for name in RELEVANCE], np.float32)
    total = numbers.relevance["bias"] + relevance_signs(evidence, scores, ledger) @ weights
    likely: Floats = 1 / (1 + np.exp(-total))
    return likely


def least_finding(evidence: Evidence, numbers: Fitted) -> float:
    """Return the least probability of a further finding: the more of them a question asks for, the less will do.

    Where it asks for one the limit is `finding`; its log odds fall by `several` with each doubling.
    """
    one, less = numbers.thresholds["finding"], numbers.thresholds["several"]
    return logistic({"several": max(0.0, evidence.several)}, {"bias": math.log(one / (1 - one)), "several": -less})


def logistic(signs: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the probability that weighted signs add up to, in (0, 1); a sign without a weight counts nothing."""
    total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in signs.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def ranked(scores: Floats, most: int) -> Sequence[int]:
    """Return the rows of the `most` best sentences; ties keep printed order."""
    return [int(row) for row in _best_first(scores)[:most]]


def _best_first(scores: Floats) -> NDArray[np.int64]:
    return np.argsort(-scores, kind="stable")
