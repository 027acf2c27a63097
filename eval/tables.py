"""Trials as tables of text: a row for each system, then the product by type and kind.

Every mean stands with its n and its 95% interval.
Not here: JSON and the chart (results.py, chart.py), single failures (failures.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from eval.metrics import Estimate
from eval.questions import NEGATIVE_KINDS
from eval.run import Run, Trial
from eval.score import ANSWERED, Row, Summary, balance, by_kind, follow_ups, gain, mean, of_part, separation, summarise

_TITLES = {"top1": "top-1", "f1": "answer F1", "jaccard": "Jaccard", "auroc": "AUROC"}
_GAINS = {
    "singles": ("top1", "f1", "answered"),
    "negatives": ("refused",),
    "groups": ("top1", "jaccard"),
    "conversations": ("top1", "f1", "refused"),
}
Cells = Mapping[str, Estimate | None]


def table(title: str, rows: Mapping[str, Cells]) -> str:
    """Return a table of the rows' columns in the order they come; empty rows and columns are left out.

    A column's n stands in its head where all rows share it, else each row shows its own.
    """
    filled = {name: cells for name, cells in rows.items() if any(cells.values())}
    columns = list(dict.fromkeys(column for cells in filled.values() for column, cell in cells.items() if cell))
    if not filled:
        return ""
    shared = [_shared_n(filled.values(), column) for column in columns]
    numbered = not all(shared)
    head = [title, *(["n"] if numbered else []), *(map(_headed, columns, [0] * len(columns) if numbered else shared))]
    body = [
        [name, *([_counts(cells)] if numbered else []), *(_cell(cells.get(column)) for column in columns)]
        for name, cells in filled.items()
    ]
    widths = [max(len(line[at]) for line in [head, *body]) for at in range(len(head))]
    padded = ("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in [head, *body])
    return "\n".join(line.rstrip() for line in padded) + "\n"


def _headed(column: str, n: int) -> str:
    title = _TITLES.get(column, column)
    return f"{title} ({n})" if n else title


def _shared_n(rows: Iterable[Cells], column: str) -> int:
    """Return the n of a column when it is the same in all rows, else 0."""
    counts = {cell.n for cells in rows if (cell := cells.get(column))}
    return counts.pop() if len(counts) == 1 else 0


def _counts(cells: Cells) -> str:
    """Return the n of a row, or of each of its cells where they differ."""
    counts = {cell.n for cell in cells.values() if cell}
    return str(counts.pop()) if len(counts) == 1 else "/".join(str(cell.n) for cell in cells.values() if cell)


def _cell(cell: Estimate | None) -> str:
    return f"{_ratio(cell.mean)} [{_ratio(cell.low)} {_ratio(cell.high)}]" if cell else "-"


def _ratio(value: float) -> str:
    text = f"{abs(value):.2f}"
    return ("-" if value < 0 and text != "0.00" else "") + ("1.0" if text == "1.00" else text.removeprefix("0"))


def show(trial: Trial) -> Iterator[str]:
    """Return the tables of one report, top to bottom."""
    if trial.report is None:
        yield f"{trial.name}: not run (the report is not at hand)\n"
        return
    asked = trial.questions
    counts = {part: len(getattr(asked, part)) for part in ("singles", "groups", "negatives", "conversations")}
    yield f"{trial.name} ({trial.report.sha256[:12]}): " + ", ".join(f"{n} {part}" for part, n in counts.items()) + "\n"
    yield table("singles", {run.system: _means(of_part(run.rows, "singles"), ANSWERED) for run in trial.runs})
    yield table("negatives refused", {run.system: _refusals(run) for run in trial.runs})
    yield table("decision", {run.system: _decision(run) for run in trial.runs})
    grouped = (*ANSWERED, "jaccard")
    yield table("groups", {run.system: _means(of_part(run.rows, "groups"), grouped) for run in trial.runs})
    yield table("conversations", {run.system: _turns(run) for run in trial.runs})
    own = trial.product()
    if own is not None:
        yield from _details(summarise(own.rows))
        yield table("gain of a mechanism", {run.system: _gains(own, run) for run in trial.ablated})


def _details(summary: Summary) -> Iterator[str]:
    for part in ("singles", "conversations"):
        kinds = {name.partition(": ")[2]: cells for name, cells in summary.items() if name.startswith(f"{part}: ")}
        yield table(f"{part} by kind", kinds)


def _gains(own: Run, without: Run) -> Cells:
    """Return by how much each measure falls when a mechanism is removed, paired by question."""
    return {
        f"{part} {_TITLES.get(measure, measure)}": gain(own.rows, without.rows, part, measure)
        for part, measures in _GAINS.items()
        for measure in measures
    }


def _means(rows: Sequence[Row], measures: Sequence[str]) -> Cells:
    return {measure: mean(rows, measure) for measure in measures}


def _refusals(run: Run) -> Cells:
    rows = of_part(run.rows, "negatives")
    kinds = by_kind(rows)
    refused = {"all": mean(rows, "refused")} | {kind: mean(kinds.get(kind, []), "refused") for kind in NEGATIVE_KINDS}
    return refused | {"contradicted": mean(rows, "contradicted")}


def _decision(run: Run) -> Cells:
    return {"auroc": separation(run.rows), "balance": balance(run.rows)}


def _turns(run: Run) -> Cells:
    rows = of_part(run.rows, "conversations")
    kinds = by_kind(rows)
    return {
        "top1": mean(rows, "top1"),
        "completeness": mean(rows, "completeness"),
        "follow-ups top-1": mean(follow_ups(rows), "top1"),
        "changes top-1": mean(kinds.get("change", []), "top1"),
        "unanswerable refused": mean(kinds.get("unanswerable", []), "refused"),
    }
