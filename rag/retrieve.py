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

from index.embed import Floats
from rag.evidence import FEATURES, Evidence

_FITTED = Path(__file__).parent / "fitted.json"


@dataclass(frozen=True)
class Fitted:
    """Numbers fitted on the dev split, by `python -m eval.fit`."""

    ranking: Mapping[str, float]  # feature of evidence -> weight
    relevance: Mapping[str, float]  # what turns a score into a probability
    answerable: Mapping[str, float]  # sign of an answer -> weight
    follows: Mapping[str, float]  # sign of a follow-up -> weight
    thresholds: Mapping[str, float]

    @property
    def weights(self) -> Floats:
        """Return the ranking weights in the order of FEATURES."""
        return np.array([self.ranking[name] for name in FEATURES], np.float32)


@cache
def fitted() -> Fitted:
    """Return the numbers that are shipped."""
    return Fitted(**json.loads(_FITTED.read_text("utf-8")))


def without_features(numbers: Fitted, names: set[str]) -> Fitted:
    """Return the numbers with the weights of some features at nothing."""
    return replace(numbers, ranking={name: 0.0 if name in names else w for name, w in numbers.ranking.items()})


def score(evidence: Evidence, numbers: Fitted) -> Floats:
    """Return the weighted evidence of each sentence: (n,), comparable between questions."""
    return evidence.table @ numbers.weights


def probabilities(scores: Floats, numbers: Fitted) -> Floats:
    """Return for each sentence how likely it bears on the question: (n,) in [0, 1].

    Two things count: the score itself, and how far it falls behind the best.
    """
    w = numbers.relevance
    behind = scores.max() - scores
    return 1 / (1 + np.exp(-(w["bias"] + w["score"] * scores + w["behind"] * behind)))


def logistic(signs: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the probability that weighted signs add up to, in (0, 1); a sign without a weight counts nothing."""
    total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in signs.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def ranked(scores: Floats, most: int) -> Sequence[int]:
    """Return the rows of the `most` best sentences; ties keep printed order."""
    return [int(row) for row in np.argsort(-scores, kind="stable")[:most]]
