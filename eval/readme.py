"""The kept results -> the tables of README.md: `python -m eval.readme` writes them anew.

Not here: the measuring (`python -m eval --split test --speed`, and once more with `--ablate`).
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eval.questions import NEGATIVE_KINDS
from eval.results import RESULTS
from eval.run import PRODUCT

README = Path(__file__).parents[1] / "README.md"
_OPEN, _CLOSE = "<!-- scores -->\n", "<!-- /scores -->"
_NAMES = {
    PRODUCT: "Pinpoint",
    "bm25": "BM25 over sentences, three quotes",
    "minilm": "MiniLM over sentences, three quotes",
    "convex": "their convex combination, three quotes",
}
_TITLES = {
    "havering-2007": "The bundled report:",
    "havering-2024": (
        "The same council seventeen years later, a report in another framework on which nothing was tuned "
        "(it is not part of the project):"
    ),
}
_SINGLES = ("top1", "precision", "completeness", "answered")
# Columns of the table of ablations: heading, part of the measures, measure.
_ABLATED = (
    ("single, top-1", "singles", "top1"),
    ("completeness", "singles", "completeness"),
    ("answered", "singles", "answered"),
    ("refused", "negatives", "refused"),
    ("premises contradicted", "negatives: false_premise", "contradicted"),
    ("AUROC", "decision", "auroc"),
    ("paraphrases, top-1", "groups", "top1"),
    ("turns, top-1", "conversations", "top1"),
)
_TALK = (("conversations", "top1"), ("conversations: follow-ups", "top1"), ("conversations: change", "top1"))

Measures = Mapping[str, Mapping[str, Mapping[str, Any]]]


def block(kept: Mapping[str, Any], ablated: Mapping[str, Any] | None) -> str:
    """Return the tables of a run over the test split, and those of its ablation where there is one."""
    lines: list[str] = []
    for name, report in kept["reports"].items():
        lines += [_TITLES.get(name, name), ""]
        lines += _report(report) if isinstance(report, dict) else ["not run", ""]
        if ablated and isinstance(ablated["reports"].get(name), dict) and name == "havering-2007":
            lines += _ablation(ablated["reports"][name])
    return "\n".join([*lines, *_speed(kept["speed"])])


def _report(report: Mapping[str, Any]) -> Iterator[str]:
    systems: dict[str, Measures] = {name: one["measures"] for name, one in report["systems"].items()}
    product = systems[PRODUCT]
    yield from _head("single questions", "top-1", "precision", "completeness", "answered")
    for name, measures in systems.items():
        if "singles" in measures:
            yield _row(_NAMES[name], [_cell(measures, "singles", measure) for measure in _SINGLES])
    yield ""
    if "groups" in product:
        top1, jaccard = (_cell(product, "groups", measure) for measure in ("top1", "jaccard"))
        yield f"Paraphrases: top-1 {top1}, mean Jaccard of the cited findings {jaccard}."
        yield ""
    yield from _head("questions without an answer, refused", *(kind.replace("_", " ") for kind in NEGATIVE_KINDS))
    yield _row("Pinpoint", [_cell(product, f"negatives: {kind}", "refused") for kind in NEGATIVE_KINDS])
    yield ""
    denied = _cell(product, "negatives: false_premise", "contradicted")
    yield f"False premises that are contradicted with a sentence that denies them, the others refused or not: {denied}."
    yield ""
    yield f"Telling questions with an answer from those without: AUROC {_cell(product, 'decision', 'auroc')}."
    yield ""
    columns = ("all turns, top-1", "follow-ups, top-1", "changes of subject, top-1", "turns without an answer, refused")
    yield from _head("conversations", *columns)
    for name, measures in systems.items():
        if "conversations" in measures:
            cells = [_cell(measures, part, measure) for part, measure in _TALK]
            unanswerable = _cell(measures, "conversations: unanswerable", "refused")
            yield _row(_NAMES.get(name, name), [*cells, unanswerable])
    yield ""


def _ablation(report: Mapping[str, Any]) -> Iterator[str]:
    yield "Each mechanism removed once, the rest as it was (nothing is fitted anew):"
    yield ""
    yield from _head("bundled report", *(heading for heading, _, _ in _ABLATED))
    for name, one in report["systems"].items():
        if name == PRODUCT or name.startswith("without "):
            yield _row(_NAMES.get(name, name), [_mean(one["measures"], part, key) for _, part, key in _ABLATED])
    yield ""


def _speed(speeds: Mapping[str, Any]) -> Iterator[str]:
    for name, kinds in speeds.items():
        if name == "havering-2007":
            first, later = kinds["standing alone"], kinds["second turns"]
            yield (
                "Speed, warm, in one run: a question that stands alone takes "
                f"{first['ratio_p50']:.1f} times the model's own forward pass of it at the median "
                f"({first['ratio_p95']:.1f} at the 95th percentile, n {first['n']}), "
                f"a second turn {later['ratio_p50']:.1f} times (n {later['n']})."
            )
            yield ""


def _head(*columns: str) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _cell(measures: Measures, part: str, measure: str) -> str:
    one = measures.get(part, {}).get(measure)
    if one is None:
        return "–"
    low, high = one["interval"]
    return f"{one['mean']:.2f} [{low:.2f}–{high:.2f}] ({one['n']})"


def _mean(measures: Measures, part: str, measure: str) -> str:
    one = measures.get(part, {}).get(measure)
    return "–" if one is None else f"{one['mean']:.3f}"


def main() -> None:
    """Write the tables into the README."""
    kept = json.loads((RESULTS / "test.json").read_text("utf-8"))
    path = RESULTS / "test-ablated.json"
    ablated = json.loads(path.read_text("utf-8")) if path.is_file() else None
    text = README.read_text("utf-8")
    before, _, rest = text.partition(_OPEN)
    _, _, after = rest.partition(_CLOSE)
    README.write_text(f"{before}{_OPEN}{block(kept, ablated).rstrip()}\n{_CLOSE}{after}", "utf-8")


if __name__ == "__main__":
    main()
