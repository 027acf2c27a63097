"""The command line of the index: build it, look into it, check a report.

Not here: asking questions (app.py), measuring answers (eval/).
"""

import argparse
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from index.embed import PACKAGED, ModelError, SentenceTransformerEncoder
from index.parse import BUNDLED, parse_file
from index.progress import say, show_progress
from index.report import Passage, Report, ReportError
from index.store import StoreError, index_folder, open_index


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status: 0, or 2 with one line on stderr."""
    options = _read_arguments(arguments)
    try:
        for line in _run(options):
            print(line)
    except (ReportError, StoreError, ModelError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m index", description="Build the index of a report, or look into it.")
    add = parser.add_argument
    add("report", nargs="?", type=Path, default=BUNDLED, help="text file of a report (default: the bundled one)")
    add("--index", type=Path, help="folder of the index (default: PINPOINT_INDEX, else index/built/)")
    add("--model", default=PACKAGED, help="sentence-transformers model, by name or folder (default: %(default)s)")
    looks = parser.add_mutually_exclusive_group()
    looks.add_argument("--show", metavar="ID", help="print one passage: 29, A6, R1, G3")
    looks.add_argument("--outline", action="store_true", help="print the headings with their paragraphs")
    looks.add_argument("--check", action="store_true", help="check that parsing loses nothing, and print counts")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> list[str]:
    if options.show is None and not options.outline and not options.check:
        return _build(options)
    report = parse_file(options.report)
    if options.show is not None:
        return describe(report.passage(options.show))
    return outline(report) if options.outline else count(report)


def _build(options: argparse.Namespace) -> list[str]:
    parse_file(options.report)  # a report that cannot be read is refused before the model loads
    folder = options.index or index_folder()
    index = open_index(options.report, folder, SentenceTransformerEncoder(options.model), say, show_progress)
    sizes = f"{len(index.report.passages)} passages, {len(index.rows)} sentences"
    return [f"{index.report.metadata.id}: {sizes}, {index.model} ({index.dimensions} dimensions), in {folder}"]


def describe(passage: Passage) -> list[str]:
    """Return a passage for people: its number, section, text and sentences."""
    recovered = "yes: lost in the source, given back from its neighbours" if passage.number_recovered else "no"
    sentences = [f"  {span.start}–{span.end}  {span.of(passage.text)}" for span in passage.sentences]
    return [
        f"{passage.id}  ({passage.label})",
        f"section: {' > '.join(passage.section)}",
        f"number recovered: {recovered}",
        "",
        passage.text,
        "",
        f"sentences: {len(sentences)}",
        *sentences,
    ]


def outline(report: Report) -> list[str]:
    """Return the headings, indented by depth, each with the passages straight under it."""
    under = {path: _range([*group]) for path, group in groupby(report.passages, key=lambda passage: passage.section)}
    return [f"{'  ' * (len(h.path) - 1)}{h.path[-1]}{under.get(h.path, '')}" for h in report.headings]


def _range(passages: Sequence[Passage]) -> str:
    first, last = passages[0].id, passages[-1].id
    return f"  {first}" if first == last else f"  {first}–{last}"


def count(report: Report) -> list[str]:
    """Return how many there are of everything in a report that passed the fidelity check."""
    furniture = sorted(piece.name for piece in report.furniture)
    pieces = ", ".join(f"{name} {len([*group])}" for name, group in groupby(furniture))
    recovered = ", ".join(passage.id for passage in report.passages if passage.number_recovered)
    return [
        f"report: {report.metadata.id} (SHA-256 {report.sha256})",
        f"passages: {len(report.passages)}: {report.id_ranges()}",
        f"sentences: {sum(len(passage.sentences) for passage in report.passages)}",
        f"headings: {len(report.headings)}",
        f"numbers recovered: {recovered or 'none'}",
        f"furniture: {pieces}",
        "fidelity: every character of the source has exactly one place",
    ]


if __name__ == "__main__":
    sys.exit(main())
