"""python -m eval: ask the question sets, print the tables, keep the results.

Not here: everything it calls.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.failures import failures
from eval.questions import QUESTIONS, SPLITS, QuestionsError, read_questions
from eval.remember import RememberingEncoder
from eval.run import SYSTEMS, FidelityError, Trial, ablated, not_run, run_all, systems
from eval.score import PARTS
from eval.tables import show
from index.embed import ModelError, SentenceTransformerEncoder
from index.parse import BUNDLED
from index.report import ReportError
from index.store import Index, StoreError, index_folder, open_index

_PROJECT = Path(__file__).parents[1]
OTHERS = _PROJECT.parent / "shared" / "reports" / "others"  # reports that are not the project's to copy
RESULTS = Path(__file__).parent / "results"


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
    for folder in sorted(path for path in QUESTIONS.glob("*") if path.is_dir()):
        yield BUNDLED if folder.name == BUNDLED.stem else OTHERS / f"{folder.name}.txt", folder


def _try(source: Path, folder: Path, encoder: RememberingEncoder, options: argparse.Namespace) -> Trial:
    if not source.is_file() and options.report is None:
        return not_run(source)
    index = _open(source, encoder)
    questions = read_questions(folder, index.report).only(options.split)
    questions = questions.part(options.only) if options.only else questions
    encoder.encode(questions.texts())
    chosen = systems(index, encoder, options.system)
    if options.ablate:
        chosen += ablated(index, encoder)
    return run_all(chosen, source.stem, questions, index.report)


def _open(source: Path, encoder: RememberingEncoder) -> Index:
    return open_index(source, index_folder(), encoder, _say, lambda _done, _all: None)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; 0 when every question got a reply, else 1."""
    options = _parse(arguments)
    encoder = RememberingEncoder(SentenceTransformerEncoder())
    faults = 0
    for source, folder in _sources(options):
        trial = _try(source, folder, encoder, options)
        print("\n".join(text for text in show(trial) if text))
        if options.failures is not None:
            print("\n".join(failures(trial, options.failures if options.failures >= 0 else None)), end="\n\n")
        for run in trial.runs:
            faults += len(run.faults)
            for fault in run.faults:
                _say(f"{run.system}, {fault}")
    return int(faults > 0)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (QuestionsError, FidelityError, ReportError, StoreError, ModelError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
