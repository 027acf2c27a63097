"""What the product got wrong, question by question, worst first: for the dev split only.

Not here: the tables (tables.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from eval.labels import Gold, Place, among
from eval.predictions import MISSING, Prediction, Quote
from eval.questions import QuestionSet
from eval.run import Trial
from eval.score import Row
from index.report import Report


@dataclass(frozen=True, slots=True)
class Asked:
    """What a row was about: the question, the turns before it, what should have been cited."""

    question: str
    before: tuple[str, ...]
    gold: Gold


def failures(trial: Trial, limit: int | None) -> Iterator[str]:
    """Return a paragraph of text for each failing row of the product, the worst first, at most `limit`."""
    run = trial.product()
    if run is None or trial.report is None:
        return
    asked = _asked(trial.questions)
    failing = sorted((row for row in run.rows if row.id in asked and badness(row) > 0), key=lambda row: -badness(row))
    yield f"{trial.name}: {len(failing)} of {len(asked)} questions fall short"
    for row in failing[:limit]:
        yield _tell(row, asked[row.id], run.predictions.get(row.id, MISSING), trial.report)


def badness(row: Row) -> float:
    """Return how far a row falls short: 0 nothing is wrong, above 1 the status or the first quote is."""
    if "refused" in row.measures:
        return 3 * (1 - row.measures["refused"])
    if "f1" not in row.measures:
        return 0.0
    return 2 * (1 - row.measures["answered"]) + (1 - row.measures["top1"]) + (1 - row.measures["f1"])


def _asked(questions: QuestionSet) -> Mapping[str, Asked]:
    found = {single.id: Asked(single.question, (), single.gold) for single in questions.singles}
    for group in questions.groups:
        found |= {f"{group.id}.{at}": Asked(text, (), group.gold) for at, text in enumerate(group.questions, 1)}
    for negative in questions.negatives:
        found[negative.id] = Asked(negative.question, (), Gold(good=negative.contradicts))
    for dialogue in questions.conversations:
        texts = tuple(turn.question for turn in dialogue.turns)
        for at, turn in enumerate(dialogue.turns):
            found[f"{dialogue.id}.{at + 1}"] = Asked(turn.question, texts[:at], turn.gold)
    return found


def _tell(row: Row, asked: Asked, given: Prediction, report: Report) -> str:
    measures = " ".join(f"{name} {value:.2f}" for name, value in row.measures.items())
    status = f"{given.status}/{given.reason}" if given.reason else given.status
    lines = [f"\n{row.id} {row.part} {row.kind}: {status}, confidence {given.confidence:.2f}; {measures}"]
    lines += [f"     after: {question}" for question in asked.before]
    lines.append(f"  Q: {asked.question}")
    lines += [f"  read as: {given.read_as}"] if given.read_as not in ("", asked.question) else []
    lines += [f"   {asked.gold.grade(quote.place)} {_cut(quote)}" for quote in given.quotes]
    lines += [f"  ~{asked.gold.grade(quote.place)} {_cut(quote)}" for quote in given.nearest[:3] if not given.quotes]
    missing = [group for group in asked.gold.must if not any(among(place, group) for place in given.cited)]
    return "\n".join([*lines, *(f"  missing {_listed(group, report)}" for group in missing)])


def _cut(quote: Quote) -> str:
    return f"{quote.place.passage}: {quote.text}"


def _listed(group: tuple[Place, ...], report: Report) -> str:
    first = group[0]
    others = f" (also {', '.join(place.passage for place in group[1:])})" if len(group) > 1 else ""
    return f"{first.passage}: {first.span.of(report.passage(first.passage).text)}{others}"
