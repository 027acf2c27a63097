"""How far two labelling passes over the bundled report agree: `python -m eval.agreement`.

The second pass was made without sight of the first: for each question of the dev and test
splits, the sentences that answer it directly, none where the report does not.
Not here: the measures of the product (metrics.py).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import cohen_kappa_score

from eval.labels import Gold, Place, among
from eval.questions import QUESTIONS, QuestionSet, read_labels, read_questions
from index.parse import BUNDLED, parse_file
from index.report import Report

SECOND = QUESTIONS / "second-pass.jsonl"


@dataclass(frozen=True)
class Agreement:
    """How far two passes agree, over the questions that both labelled."""

    n: int
    answerable: float  # share of questions that both say the report answers, or both say it does not
    kappa: float  # of the same, above chance (Cohen 1960)
    top1: float  # share of answered questions where the passes share a direct sentence
    jaccard: float  # mean overlap of the direct sentences of answered questions
    answered: int  # questions that both say the report answers


def read_second(report: Report, path: Path = SECOND) -> dict[str, tuple[Place, ...]]:
    """Return the second pass: question -> the sentences that answer it directly."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return {row["question"]: read_labels(row["direct"], report) for row in rows}


def first_pass(questions: QuestionSet) -> dict[str, tuple[Place, ...]]:
    """Return the first pass over the judged splits in the same form; a group goes by its first wording."""
    asked: list[tuple[str, Gold | None]] = [
        *((single.question, single.gold) for single in questions.singles),
        *((group.questions[0], group.gold) for group in questions.groups),
        *((negative.question, None) for negative in questions.negatives),
    ]
    return {text: _direct(gold) if gold else () for text, gold in asked}


def _direct(gold: Gold) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(place for part in (*gold.must, gold.good) for place in part))


def agreement(first: Mapping[str, Sequence[Place]], second: Mapping[str, Sequence[Place]]) -> Agreement:
    """Return how far two passes agree over the questions in both; there is at least one answered by both."""
    pairs = [(first[text], second[text]) for text in second if text in first]
    says = np.array([(bool(a), bool(b)) for a, b in pairs])
    both = [(a, b) for a, b in pairs if a and b]
    shared = [sum(among(place, b) for place in a) for a, b in both]
    overlap = [s / (len(a) + len(b) - s) for s, (a, b) in zip(shared, both, strict=True)]
    return Agreement(
        len(pairs),
        float(np.mean(says[:, 0] == says[:, 1])),
        float(cohen_kappa_score(says[:, 0], says[:, 1])),
        float(np.mean([s > 0 for s in shared])),
        float(np.mean(overlap)),
        len(both),
    )


def main() -> None:
    """Print the agreement."""
    report = parse_file(BUNDLED)
    questions = read_questions(QUESTIONS / BUNDLED.stem, report).only("all")
    found = agreement(first_pass(questions), read_second(report))
    print(f"{found.n} questions labelled twice: whether the report answers {found.answerable:.2f} alike")
    print(f"(kappa {found.kappa:.2f}); of {found.answered} that both answer, a direct sentence in common")
    print(f"{found.top1:.2f}, mean overlap of the direct sentences {found.jaccard:.2f}")


if __name__ == "__main__":
    main()
