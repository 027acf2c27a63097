"""The chart of a trial: measures by system with their intervals, and the risk-coverage curves.

The only import of matplotlib.
Not here: the figures behind it (score.py), JSON (results.py).
"""

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from eval.metrics import Estimate
from eval.run import Run, Trial
from eval.score import balance, mean, of_part, reliability

_BARS = {
    "top-1": ("singles", "top1"),
    "precision": ("singles", "precision"),
    "completeness": ("singles", "completeness"),
    "answered": ("singles", "answered"),
    "refused": ("negatives", "refused"),
    "paraphrases\ntop-1": ("groups", "top1"),
}


def draw(trial: Trial, split: str, path: Path) -> None:
    """Write the chart of one report as a PNG file; nothing without runs over single questions."""
    runs = [run for run in trial.runs if of_part(run.rows, "singles")]
    if not runs:
        return
    figure = Figure(figsize=(12, 4.5), layout="constrained")
    bars, curve = figure.subplots(1, 2, width_ratios=(2, 1))
    for at, run in enumerate(runs):
        _draw_bars(bars, run, at, len(runs))
        points = reliability(run.rows)
        curve.plot([point.coverage for point in points], [point.risk for point in points], label=run.system)
    bars.set_xticks(range(len(_BARS) + 1), [*_BARS, "balance"])
    bars.set(ylim=(0, 1.02), title=f"{trial.name}, {split} split, with 95% intervals")
    curve.set(xlim=(0, 1), ylim=(0, 1), xlabel="coverage", ylabel="risk", title="risk and coverage")
    figure.legend(*bars.get_legend_handles_labels(), loc="outside lower center", ncols=len(runs))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def _draw_bars(axes: Any, run: Run, at: int, systems: int) -> None:
    width = 0.8 / systems
    found = [mean(of_part(run.rows, part), measure) for part, measure in _BARS.values()]
    for place, one in enumerate([*found, balance(run.rows)]):
        if one is not None:
            where = place - 0.4 + width * (at + 0.5)
            label = {"label": run.system} if place == 0 else {}
            axes.bar(where, one.mean, width, yerr=_reach(one), color=f"C{at}", ecolor="0.4", **label)


def _reach(one: Estimate) -> list[list[float]]:
    return [[max(one.mean - one.low, 0)], [max(one.high - one.mean, 0)]]
