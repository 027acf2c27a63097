"""Predictions -> a row of measures for each question -> means with intervals.

Not here: the measures themselves (metrics.py), how a table looks (tables.py).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval import metrics
from eval.labels import Gold
from eval.metrics import Estimate
from eval.predictions import MISSING, Prediction
from eval.questions import FOLLOW_UPS, Dialogue, Group, Negative, QuestionSet, Single

ANSWERED = ("top1", "precision", "completeness", "f1", "answered")  # measures of a question with an answer
PARTS = ("singles", "groups", "negatives", "conversations")


@dataclass(frozen=True, slots=True)
class Row:
    """One question judged. A group has a row for each wording and one for their agreement."""

    part: str
    kind: str  # the question's type, the negative's or the turn's kind
    id: str  # "s017", "g03.2", "c05.4"
    measures: Mapping[str, float]  # empty where there is nothing to judge: a social turn
    confidence: float = 0.0


Predictions = Mapping[str, Prediction]  # by row id


def score(questions: QuestionSet, predictions: Predictions) -> list[Row]:
    """Return a row for each question; one without a prediction is wrong by every measure."""
    rows = [_score_single(single, predictions.get(single.id, MISSING)) for single in questions.singles]
    rows += [row for group in questions.groups for row in _score_group(group, predictions)]
    rows += [_score_negative(negative, predictions.get(negative.id, MISSING)) for negative in questions.negatives]
    return rows + [row for dialogue in questions.conversations for row in _score_dialogue(dialogue, predictions)]


def judge(gold: Gold, prediction: Prediction) -> dict[str, float]:
    """Return the measures of a question with an answer; a refusal scores 0 on all."""
    if prediction.status not in metrics.ANSWERS:
        return dict.fromkeys(ANSWERED, 0.0)
    cited = prediction.cited
    right, whole = metrics.precision(cited, gold), metrics.completeness(cited, gold)
    values = (metrics.top1(cited, gold), right, whole, metrics.harmonic_mean(right, whole), 1.0)
    return dict(zip(ANSWERED, values, strict=True))


def _score_single(single: Single, given: Prediction) -> Row:
    return Row("singles", single.type, single.id, judge(single.gold, given), given.confidence)


def _score_group(group: Group, predictions: Predictions) -> list[Row]:
    given = [predictions.get(f"{group.id}.{at}", MISSING) for at in range(1, len(group.questions) + 1)]
    rows = [
        Row("groups", group.type, f"{group.id}.{at}", judge(group.gold, one), one.confidence)
        for at, one in enumerate(given, 1)
    ]
    findings = [frozenset(group.gold.finding(place) for place in one.cited) for one in given]
    return [*rows, Row("groups", group.type, group.id, {"jaccard": metrics.agreement(findings)})]


def _score_negative(negative: Negative, given: Prediction) -> Row:
    measures = {"refused": metrics.refused(given.status)}
    if negative.kind == "false_premise":
        judged = (given.status, given.cited, negative.contradicts)
        measures = {"refused": metrics.withstood(*judged), "contradicted": metrics.contradicted(*judged)}
    return Row("negatives", negative.kind, negative.id, measures, given.confidence)


def _score_dialogue(dialogue: Dialogue, predictions: Predictions) -> list[Row]:
    rows = []
    for at, turn in enumerate(dialogue.turns, 1):
        turn_id = f"{dialogue.id}.{at}"
        given = predictions.get(turn_id, MISSING)
        measures: dict[str, float] = {}
        if turn.gold.must:
            measures = judge(turn.gold, given)
        elif turn.kind == "unanswerable":
            measures = {"refused": metrics.refused(given.status)}
        rows.append(Row("conversations", turn.kind, turn_id, measures, given.confidence))
    return rows


def mean(rows: Iterable[Row], measure: str) -> Estimate | None:
    """Return the mean of one measure over the rows that have it, with its interval."""
    return metrics.estimate([row.measures[measure] for row in rows if measure in row.measures])


def gain(rows: Iterable[Row], without: Iterable[Row], part: str, measure: str) -> Estimate | None:
    """Return the mean over questions of the measure minus the same question's without, with its interval."""
    others = {row.id: row.measures.get(measure, 0.0) for row in without}
    mine = [row for row in of_part(rows, part) if measure in row.measures]
    return metrics.estimate([row.measures[measure] - others.get(row.id, 0.0) for row in mine])


def separation(rows: Sequence[Row]) -> Estimate | None:
    """Return the AUROC of the confidence: single questions against negatives."""
    return metrics.estimate_auroc(*(_confidences(rows, part) for part in ("singles", "negatives")))


def _confidences(rows: Iterable[Row], part: str) -> list[float]:
    return [row.confidence for row in rows if row.part == part]


def balance(rows: Sequence[Row]) -> Estimate | None:
    """Return the mean of the answered rate on singles and the refusal rate on negatives; ends are means of ends."""
    sides = [mean(of_part(rows, "singles"), "answered"), mean(of_part(rows, "negatives"), "refused")]
    found = [side for side in sides if side is not None]
    if len(found) < len(sides):
        return None
    ends = ((one.mean, one.low, one.high) for one in found)
    return Estimate(sum(one.n for one in found), *(sum(values) / 2 for values in zip(*ends, strict=True)))


def of_part(rows: Iterable[Row], part: str) -> list[Row]:
    """Return the rows of one part."""
    return [row for row in rows if row.part == part]


def by_kind(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the rows by type or kind, in the order they first come."""
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(row.kind, []).append(row)
    return kinds


def follow_ups(rows: Iterable[Row]) -> list[Row]:
    """Return the turns that lean on the one before."""
    return [row for row in rows if row.part == "conversations" and row.kind in FOLLOW_UPS]


def reliability(rows: Sequence[Row]) -> list[metrics.Point]:
    """Return the risk-coverage curve over singles and negatives; to answer a negative is always wrong."""
    asked = [row for row in rows if row.part in ("singles", "negatives")]
    right = [bool(row.measures.get("top1", 0.0)) for row in asked]
    return metrics.risk_coverage([row.confidence for row in asked], right) if asked else []


Summary = dict[str, dict[str, Estimate | None]]
_Fold = Callable[[Sequence[Row]], Estimate | None]


def summarise(rows: Sequence[Row]) -> Summary:
    """Return every mean: by part, and within a part by type or kind ("singles: weakness")."""
    summary: Summary = {}
    for part in PARTS:
        mine = of_part(rows, part)
        named = {part: mine} | {f"{part}: {kind}": some for kind, some in by_kind(mine).items()}
        summary |= {name: {m: mean(some, m) for m in _measures(some)} for name, some in named.items() if some}
    whole: dict[str, _Fold] = {"auroc": separation, "balance": balance}
    summary["decision"] = {name: fold(rows) for name, fold in whole.items()}
    if turns := follow_ups(rows):
        summary["conversations: follow-ups"] = {m: mean(turns, m) for m in _measures(turns)}
    return summary


def _measures(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(measure for row in rows for measure in row.measures))
