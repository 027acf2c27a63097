"""Fit the numbers that answering weighs with: `python -m eval.fit` writes rag/fitted.json.

Ranking, relevance, answerability and follow-ups are each a linear model over named
features, fitted on the dev split of every report at hand: what the model was tuned on (the train
split) would flatter it. The test split is not read.
Not here: the features (rag/evidence.py, rag/answer.py, rag/conversation.py), the tuning of the model (tune.py).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression

from eval.examples import DIRECT, Example, Floats, examples, reports
from eval.questions import FOLLOW_UPS, QuestionSet
from index.embed import SentenceTransformerEncoder
from rag import retrieve
from rag.answer import Weighed, weigh
from rag.conversation import Readings, both_readings, turn_signs
from rag.engine import Engine, open_engine
from rag.evidence import FEATURES
from rag.question import clean
from rag.turns import Conversation, Turn

_FITTED = Path(retrieve.__file__).parent / "fitted.json"
_L2_RANKING = 1e-2  # by cross-validation over dev: .001 to .03 differ by less than a point


def main() -> None:
    """Fit everything anew and write it."""
    encoder = SentenceTransformerEncoder()
    engines = [(open_engine(index, encoder), questions) for index, questions in reports(encoder)]
    found = [example for engine, questions in engines for example in examples(engine, questions, "dev")]
    numbers = retrieve.fitted()
    numbers = replace(numbers, ranking=fit_ranking([e for e in found if e.grades is not None]))
    numbers = replace(numbers, relevance=fit_relevance(found, numbers))
    numbers = replace(numbers, answerable=fit_answerable(found, engines, numbers))
    numbers = replace(numbers, follows=fit_follows(engines, numbers))
    numbers = replace(numbers, thresholds=dict(numbers.thresholds) | choose_thresholds(found, numbers))
    _FITTED.write_text(json.dumps(_rounded(numbers), indent=2) + "\n", "utf-8")
    print(f"wrote {_FITTED.name} from {len(found)} questions over {len(engines)} reports")


def _rounded(numbers: retrieve.Fitted) -> dict[str, dict[str, float]]:
    parts = {name: getattr(numbers, name) for name in ("ranking", "relevance", "answerable", "follows", "thresholds")}
    return {name: {key: round(float(value), 4) for key, value in part.items()} for name, part in parts.items()}


def fit_ranking(examples: Sequence[Example]) -> dict[str, float]:
    """Return the weight of each feature of evidence.

    Listwise: the softmax over a report's sentences should give its mass to the labelled
    ones (Cao et al. 2007), half of it by what any one direct sentence gets.
    """
    spread = np.concatenate([example.evidence.table for example in examples]).std(axis=0) + 1e-6
    tables = [example.evidence.table / spread for example in examples]
    grades = [example.grades for example in examples if example.grades is not None]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = _L2_RANKING * weights @ weights, 2 * _L2_RANKING * weights
        for table, grade in zip(tables, grades, strict=True):
            scores = table @ weights
            logs = scores - logsumexp(scores)
            share = np.exp(logs)
            direct = np.where(grade >= 2, share, 0)
            aim = (1 - DIRECT) * grade / grade.sum() + DIRECT * direct / max(direct.sum(), 1e-30)
            total -= DIRECT * np.log(max(direct.sum(), 1e-30)) / len(tables)
            total -= (1 - DIRECT) * (grade / grade.sum()) @ logs / len(tables)
            slope = slope - table.T @ (aim - share) / len(tables)
        return float(total), slope

    best = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B")
    return dict(zip(FEATURES, best.x / spread, strict=True))


def _weighed(example: Example, numbers: retrieve.Fitted) -> Weighed:
    return weigh(example.question, example.evidence, replace(example.engine, numbers=numbers))


def fit_relevance(examples: Iterable[Example], numbers: retrieve.Fitted) -> dict[str, float]:
    """Return the weight of each sign that a sentence is labelled, given the best one: of the twelve best."""
    rows: list[Floats] = []
    labelled: list[bool] = []
    for example in examples:
        if example.grades is None:
            continue
        scores = _weighed(example, replace(numbers, answerable={"bias": 0.0})).scores
        signs = retrieve.relevance_signs(example.evidence, scores, example.engine.ledger)
        for row in retrieve.ranked(scores, 12):
            rows.append(signs[row].astype(float))
            labelled.append(bool(example.grades[row] >= 1))
    model = LogisticRegression(C=1, max_iter=5000).fit(np.array(rows), np.array(labelled))
    return {"bias": model.intercept_[0]} | dict(zip(retrieve.RELEVANCE, model.coef_[0], strict=True))


def fit_answerable(
    examples: Iterable[Example], talks: Sequence[tuple[Engine, QuestionSet]], numbers: retrieve.Fitted
) -> dict[str, float]:
    """Return the weight of each sign that the report answers; questions with and without weigh alike."""
    numbers = replace(numbers, answerable={"bias": 0.0})
    found = [(_weighed(example, numbers).signs, example.grades is not None) for example in examples]
    for readings, kind in _turns(talks, numbers):
        if kind in (*FOLLOW_UPS, "repair", "unanswerable"):
            found.append((readings.fused.signs, kind != "unanswerable"))
    return _logistic([signs for signs, _ in found], [answered for _, answered in found], strength=0.5)


def _logistic(
    signs: Sequence[Mapping[str, float]], positive: Sequence[bool], strength: float = 1.0
) -> dict[str, float]:
    names = list(signs[0])
    table = np.array([[sign[name] for name in names] for sign in signs])
    model = LogisticRegression(C=strength, max_iter=5000, class_weight="balanced").fit(table, np.array(positive))
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
    """Yield the later turns of the dev conversations, read both ways, with their kinds."""
    for engine, questions in talks:
        tried = replace(engine, numbers=numbers)
        for dialogue in questions.only("dev").conversations:
            conversation = Conversation()
            for turn in dialogue.turns:
                readings = both_readings(clean(turn.question), conversation, tried)
                if readings is not None:
                    yield readings, turn.kind
                new = readings is None or turn.kind in ("change", "first")
                topic = turn.question if new or readings is None else readings.merged.topic
                if turn.kind not in ("social", "unanswerable", "command"):
                    conversation = conversation.then(Turn(turn.question, topic, "answered"))


def choose_thresholds(examples: Sequence[Example], numbers: retrieve.Fitted) -> dict[str, float]:
    """Return the thresholds that do best: of answering, and of citing one more finding."""
    weighed = [(example, _weighed(example, numbers)) for example in examples]
    answer = max(
        np.arange(0.2, 0.8, 0.02),
        key=lambda at: (
            np.mean([w.confidence >= at for e, w in weighed if e.grades is not None])
            + np.mean([w.confidence < at for e, w in weighed if e.grades is None])
        ),
    )
    answered = [(e, w) for e, w in weighed if e.grades is not None]
    chosen = {}
    for name, listed in (("finding", False), ("list_finding", True)):
        part = [(e, w) for e, w in answered if bool({"list", "recommendation", "grade"} & e.question.kinds) == listed]
        chosen[name] = max(np.arange(0.1, 0.9, 0.02), key=lambda at: np.mean([_f1(e, w, at) for e, w in part] or [0]))
    return {"answer": float(answer), **{name: float(at) for name, at in chosen.items()}}


def _f1(example: Example, weighed: Weighed, least: float) -> float:
    cited = [row for row in weighed.best if row == weighed.best[0] or weighed.likely[row] >= least][:8]
    assert example.grades is not None
    precision = float(np.mean(example.grades[cited] >= 1))
    complete = float(np.mean([bool(group & set(cited)) for group in example.must]))
    return 2 * precision * complete / max(precision + complete, 1e-9)


if __name__ == "__main__":
    main()
