"""python -m eval: ask the question sets, print the tables, keep the results.

Not here: everything it calls.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.cast import CastError, CastScore, compare, show_cast
from eval.failures import failures
from eval.questions import QUESTIONS, SPLITS, QuestionsError, holds, read_questions, report_asked
from eval.remember import RememberingEncoder
from eval.results import RESULTS, as_json, compare_with_last, write_json
from eval.run import SYSTEMS, FidelityError, Trial, ablated, not_run, run, systems
from eval.score import PARTS
from eval.speed import Speed, measure_speed, show_speed
from eval.tables import show
from index.embed import ModelError, SentenceTransformerEncoder
from index.parse import BUNDLED
from index.report import ReportError
from index.store import StoreError, index_folder, open_index
from rag.engine import open_engine

_PROJECT = Path(__file__).parents[1]


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m eval", description="Ask the question sets and print the scores.")
    add = parser.add_argument
    add("--report", type=Path, help="a report's text file (default: the bundled report, and the others at hand)")
    add("--questions", type=Path, help="the folder of its questions (default: the folder of the report's name here)")
    add("--split", choices=(*SPLITS, "all"), default="dev")
    add("--system", choices=(*SYSTEMS, "all"), default="all")
    add("--only", choices=PARTS)
    add("--failures", type=int, nargs="?", const=-1, metavar="N", help="print the N worst failures, all without N")
    add("--ablate", action="store_true", help="run the product again without each of its mechanisms")
    add("--speed", action="store_true", help="time questions against the encoder's forward pass")
    add("--cast", type=Path, metavar="DIR", help="score the resolver on the TREC CAsT 2019 rewrites in DIR")
    add("--out", type=Path, metavar="DIR", help=f"where results are kept (default: {RESULTS.relative_to(_PROJECT)})")
    options = parser.parse_args(arguments)
    if options.failures is not None and options.split != "dev":
        parser.error("failures are read on the dev split only; the test split stays unread")
    return options


def _sources(options: argparse.Namespace) -> Iterator[tuple[Path, Path]]:
    """Return the reports to ask, each with the folder of its questions."""
    if options.report or options.questions:
        source = options.report or BUNDLED
        yield source, options.questions or QUESTIONS / source.stem
        return
    for folder in sorted(path for path in QUESTIONS.glob("*") if holds(path, options.split)):
        yield report_asked(folder), folder


@dataclass(frozen=True, slots=True)
class _Tried:
    """One report's trial, and its timings where they were asked for."""

    trial: Trial
    speeds: dict[str, Speed]


def _try(source: Path, folder: Path, options: argparse.Namespace, model: SentenceTransformerEncoder) -> _Tried:
    if not source.is_file() and options.report is None:
        return _Tried(not_run(source), {})
    index = open_index(source, index_folder(), model, _say, lambda _done, _all: None)
    questions = read_questions(folder, index.report).only(options.split)
    questions = questions.part(options.only) if options.only else questions
    encoder = RememberingEncoder(model)
    encoder.encode(questions.texts())
    runs = [run(system, questions, index.report) for system in systems(index, encoder, options.system)]
    without = ablated(index, encoder) if options.ablate else ()
    removed = [run(system, questions, index.report) for system in without]
    trial = Trial(source.stem, index.report, questions, tuple(runs), tuple(removed))
    return _Tried(trial, measure_speed(open_engine(index, model), model.forward, questions) if options.speed else {})


def _print(tried: _Tried, options: argparse.Namespace) -> None:
    trial = tried.trial
    print("\n".join(text for text in show(trial) if text))
    if tried.speeds:
        print(show_speed(trial.name, tried.speeds), end="\n\n")
    if options.split != "dev":
        return
    if changed := compare_with_last((options.out or RESULTS) / "run-dev.json", trial):
        print(changed, end="\n\n")
    if options.failures is not None:
        print("\n".join(failures(trial, options.failures if options.failures >= 0 else None)), end="\n\n")


def _keep(everything: Sequence[_Tried], cast: dict[str, CastScore], model: str, options: argparse.Namespace) -> None:
    """Write results and charts of a whole run; a narrowed one is only kept where --out says."""
    if options.out is None and (options.only or options.report or options.questions or options.system != "all"):
        return
    from eval.chart import draw  # noqa: PLC0415 - matplotlib takes a second, and is of no use before

    name = f"{options.split}-ablated" if options.ablate else options.split
    folder = options.out or RESULTS
    trials = [tried.trial for tried in everything]
    speeds = {tried.trial.name: tried.speeds for tried in everything if tried.speeds}
    write_json(folder / f"{name}.json", as_json(trials, model, speeds, cast))
    for trial in trials:
        if trial.report is not None:
            draw(trial, options.split, folder / f"{trial.name}-{options.split}.png")


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; 0 when every question got a reply, else 1."""
    options = _parse(arguments)
    cast = compare(options.cast) if options.cast else {}
    if cast:
        print(show_cast(cast))
    model = SentenceTransformerEncoder()
    everything = []
    for source, folder in _sources(options):
        everything.append(_try(source, folder, options, model))
        _print(everything[-1], options)
    _keep(everything, cast, model.name, options)
    runs = [run for tried in everything for run in (*tried.trial.runs, *tried.trial.ablated)]
    faults = [f"{run.system}, {fault}" for run in runs for fault in run.faults]
    for fault in faults:
        _say(fault)
    return int(bool(faults))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (QuestionsError, FidelityError, CastError, ReportError, StoreError, ModelError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
