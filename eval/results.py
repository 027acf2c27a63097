"""Results on disk: the summary as JSON for readers and the README, the last run's rows for comparison.

Not here: the chart (chart.py), tables (tables.py).
"""

import json
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.cast import CastScore
from eval.failures import badness
from eval.metrics import Estimate
from eval.run import Run, Trial
from eval.score import PARTS, Summary, reliability, summarise
from eval.speed import Speed

_PACKAGES = ("pinpoint", "numpy", "faiss-cpu", "bm25s", "sentence-transformers", "torch")
RESULTS = Path(__file__).parent / "results"
_CURVE = 40  # points kept of a risk-coverage curve


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON, lists of numbers on one line; its folder is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, indent=1, ensure_ascii=False)
    text = re.sub(r"\[\s+([-\d.,\s]+?)\s+\]", lambda found: f"[{' '.join(found[1].split())}]", text)
    path.write_text(text + "\n", "utf-8")


def as_json(
    trials: Sequence[Trial], model: str, speeds: Mapping[str, Mapping[str, Speed]], cast: Mapping[str, CastScore]
) -> dict[str, Any]:
    """Return everything that was measured, with the versions it was measured with."""
    return {
        "versions": {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES},
        "model": model,
        "reports": {trial.name: _trial(trial) for trial in trials},
        "speed": {name: {kind: asdict(speed) for kind, speed in some.items()} for name, some in speeds.items()},
        "cast": {name: asdict(one) for name, one in cast.items()},
    }


def _trial(trial: Trial) -> dict[str, Any] | str:
    if trial.report is None:
        return "not run"
    return {
        "sha256": trial.report.sha256,
        "questions": {part: len(getattr(trial.questions, part)) for part in PARTS},
        "fidelity": 1.0,  # a run with less fails
        "systems": {run.system: _run(run) for run in (*trial.runs, *trial.ablated)},
    }


def _run(run: Run) -> dict[str, Any]:
    curve = reliability(run.rows)
    thinned = curve[:: max(1, len(curve) // _CURVE)]
    return {
        "measures": _rounded(summarise(run.rows)),
        "risk_coverage": [[round(point.coverage, 3), round(point.risk, 3)] for point in thinned],
        "faults": len(run.faults),
    }


def _rounded(summary: Summary) -> dict[str, dict[str, Any]]:
    return {name: {key: _estimate(one) for key, one in cells.items() if one} for name, cells in summary.items()}


def _estimate(one: Estimate) -> dict[str, Any]:
    return {"n": one.n, "mean": round(one.mean, 4), "interval": [round(one.low, 4), round(one.high, 4)]}


def compare_with_last(path: Path, trial: Trial) -> str:
    """Return which questions the product answers better and worse than when `path` was written, and write it anew.

    Questions that were not asked this time keep what they had.
    """
    run = trial.product()
    if run is None:
        return ""
    last: dict[str, dict[str, float]] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    known = last.get(trial.name, {})
    now = {row.id: round(badness(row), 4) for row in run.rows if row.measures}
    better = [row_id for row_id, value in now.items() if value < known.get(row_id, value)]
    worse = [row_id for row_id, value in now.items() if value > known.get(row_id, value)]
    write_json(path, last | {trial.name: known | now})
    return f"since the last run: {_counted('better', better)}; {_counted('worse', worse)}" if better or worse else ""


def _counted(word: str, ids: Sequence[str]) -> str:
    return f"{len(ids)} {word}" + (f" ({' '.join(ids)})" if ids else "")
