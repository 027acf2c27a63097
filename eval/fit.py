"""Fit the numbers that answering weighs with: `python -m eval.fit` writes rag/fitted.json.

Relevance, answerability, denial and follow-ups are each a linear model over named
features, fitted on the dev split of every report at hand: what the model was tuned on (the train
split) would flatter it. The test split is not read.
Not here: the features (rag/evidence.py, rag/answer.py, rag/conversation.py), the tuning of the model and the
ranking weights that come with it (tune.py).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from eval.examples import Example, Floats, examples, later_turns, reports, turn_examples
from eval.questions import FOLLOW_UPS, QuestionSet
from index.embed import SentenceTransformerEncoder
from rag import retrieve
from rag.answer import ANSWERABLE, CONTRADICTED, Weighed, weigh
from rag.conversation import Readings, turn_signs
from rag.engine import Engine, open_engine

# Share of dev questions with an answer that get one: the operating point on the risk-coverage curve.
_ANSWERED = 0.975
_WRONGED = 0.007  # share of those that may be taken for questions that the report denies
_LEAST = 0.005  # share of those whose best sentence may score less than what counts as an answer at all
_AS_GOOD = {"finding": 0.03, "several": 0.004}  # of answer F1
_FITTED = Path(retrieve.__file__).parent / "fitted.json"


def main() -> None:
    """Fit everything anew and write it."""
    encoder = SentenceTransformerEncoder()
    engines = [(open_engine(index, encoder), questions) for index, questions in reports(encoder)]
    found = [example for engine, questions in engines for example in examples(engine, questions, "dev")]
    numbers = retrieve.fitted()
    turns = [turn for engine, questions in engines for turn in turn_examples(engine, questions, "dev")]
    numbers = replace(numbers, relevance=fit_relevance([*found, *turns], numbers))
    numbers = replace(numbers, thresholds=dict(numbers.thresholds) | {"least_score": least_score(found, numbers)})
    numbers = replace(numbers, answerable=fit_answerable(found, engines, numbers))
    numbers = replace(numbers, contradicted=fit_contradicted(found, numbers))
    numbers = replace(numbers, follows=fit_follows(engines, numbers))
    numbers = replace(numbers, thresholds=choose_thresholds(found, numbers))
    keep_fitted(numbers)
    print(f"wrote {_FITTED.name} from {len(found)} questions over {len(engines)} reports")


def keep_fitted(numbers: retrieve.Fitted) -> None:
    """Write the numbers that answering weighs with."""
    _FITTED.write_text(json.dumps(_rounded(numbers), indent=2) + "\n", "utf-8")


def _rounded(numbers: retrieve.Fitted) -> dict[str, dict[str, float]]:
    parts = {part.name: getattr(numbers, part.name) for part in fields(numbers)}
    return {name: {key: round(float(value), 4) for key, value in part.items()} for name, part in parts.items()}


def _undecided(numbers: retrieve.Fitted) -> retrieve.Fitted:
    """Return the numbers as they weigh sentences, whatever they would decide."""
    return replace(numbers, answerable={"bias": 0.0}, contradicted={"bias": 0.0})


def _weighed(example: Example, numbers: retrieve.Fitted) -> Weighed:
    return weigh(example.question, example.evidence, replace(example.engine, numbers=numbers))


def fit_relevance(examples: Iterable[Example], numbers: retrieve.Fitted) -> dict[str, float]:
    """Return the weight of each sign that a sentence is labelled, given the best one: of the twelve best."""
    rows: list[Floats] = []
    labelled: list[bool] = []
    for example in examples:
        if example.grades is None:
            continue
        scores = _weighed(example, _undecided(numbers)).scores
        signs = retrieve.relevance_signs(example.evidence, scores, example.engine.ledger)
        for row in retrieve.ranked(scores, 12):
            rows.append(signs[row].astype(float))
            labelled.append(bool(example.grades[row] >= 1))
    model = LogisticRegression(C=1, max_iter=5000).fit(np.array(rows), np.array(labelled))
    return {"bias": model.intercept_[0]} | dict(zip(retrieve.RELEVANCE, model.coef_[0], strict=True))


def least_score(examples: Iterable[Example], numbers: retrieve.Fitted) -> float:
    """Return the score that the best sentence of nearly every question with an answer exceeds."""
    answered = [_weighed(example, _undecided(numbers)) for example in examples if example.grades is not None]
    return float(np.quantile([weighed.scores[weighed.best[0]] for weighed in answered], _LEAST))


def fit_answerable(
    examples: Iterable[Example], talks: Sequence[tuple[Engine, QuestionSet]], numbers: retrieve.Fitted
) -> dict[str, float]:
    """Return the weight of each sign that the report answers; questions with and without weigh alike."""
    numbers = _undecided(numbers)
    found = [(_weighed(example, numbers).signs, example.grades is not None) for example in examples]
    for readings, kind in _turns(talks, numbers):
        read = readings.fused if kind in (*FOLLOW_UPS, "repair", "unanswerable") else readings.after
        found.append((read.signs, kind != "unanswerable"))
    weighed = [{name: signs[name] for name in ANSWERABLE} for signs, _ in found]
    return _logistic(weighed, [answered for _, answered in found])


def fit_contradicted(examples: Iterable[Example], numbers: retrieve.Fitted) -> dict[str, float]:
    """Return the weight of each sign that the report denies what a question takes for granted."""
    numbers = _undecided(numbers)
    found = [(_weighed(example, numbers).signs, example.denials is not None) for example in examples]
    return _logistic([{name: signs[name] for name in CONTRADICTED} for signs, _ in found], [true for _, true in found])


def _logistic(signs: Sequence[Mapping[str, float]], positive: Sequence[bool]) -> dict[str, float]:
    names = list(signs[0])
    table = np.array([[sign[name] for name in names] for sign in signs])
    model = LogisticRegression(C=1, max_iter=5000, class_weight="balanced").fit(table, np.array(positive))
    return {"bias": float(model.intercept_[0])} | dict(zip(names, map(float, model.coef_[0]), strict=True))


def fit_follows(talks: Sequence[tuple[Engine, QuestionSet]], numbers: retrieve.Fitted) -> dict[str, float]:
    """Return the weight of each sign that a turn follows up on the one before.

    A return counts as a follow-up where it only points at what it goes back to.
    """
    signs: list[Mapping[str, float]] = []
    follows: list[bool] = []
    for readings, kind in _turns(talks, replace(numbers, follows={"bias": 0.0})):
        if kind in (*FOLLOW_UPS, "change", "return"):
            signs.append(turn_signs(readings))
            follows.append(kind in FOLLOW_UPS or (kind == "return" and "pronoun" in readings.shown))
    return _logistic(signs, follows)


def _turns(talks: Sequence[tuple[Engine, QuestionSet]], numbers: retrieve.Fitted) -> Iterator[tuple[Readings, str]]:
    """Yield the later turns of the dev conversations that are read after others, with their kinds."""
    for engine, questions in talks:
        for later in later_turns(replace(engine, numbers=numbers), questions, "dev"):
            if later.readings is not None:
                yield later.readings, later.turn.kind


def choose_thresholds(examples: Sequence[Example], numbers: retrieve.Fitted) -> dict[str, float]:
    """Return the thresholds: of answering, of contradicting, and of citing one more finding.

    Of those that do about as well the strictest is taken: paraphrases then cite more alike.
    """
    answered = [(e, _weighed(e, numbers)) for e in examples if e.grades is not None]
    answer = np.quantile([weighed.confidence for _, weighed in answered], 1 - _ANSWERED)
    contradicted = np.quantile([weighed.contradicted for _, weighed in answered], 1 - _WRONGED)
    limits = dict(numbers.thresholds) | {"answer": float(answer), "contradicted": float(contradicted), "several": 0.0}
    for name, tried in (("finding", np.arange(0.9, 0.1, -0.02)), ("several", np.arange(0, 4, 0.25))):
        scores = {float(at): _mean_f1(answered, replace(numbers, thresholds=limits | {name: at})) for at in tried}
        limits[name] = next(at for at, score in scores.items() if score >= max(scores.values()) - _AS_GOOD[name])
    return limits


def _mean_f1(answered: Iterable[tuple[Example, Weighed]], numbers: retrieve.Fitted) -> float:
    return float(np.mean([_f1(e, w, retrieve.least_finding(e.evidence, numbers)) for e, w in answered]))


def _f1(example: Example, weighed: Weighed, least: float) -> float:
    cited = [row for row in weighed.best if row == weighed.best[0] or weighed.likely[row] >= least]
    assert example.grades is not None
    precision = float(np.mean(example.grades[cited] >= 1))
    complete = float(np.mean([bool(group & set(cited)) for group in example.must]))
    return 2 * precision * complete / max(precision + complete, 1e-9)


if __name__ == "__main__":
    main()
