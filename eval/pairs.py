"""How well repetitions and disagreements between two sentences are told: `python -m eval.pairs`.

Pairs of sentences that one reply might carry, labelled by reading: do they state one finding, and should a reader
of one be told of the other, since they do not say the same of one thing? The numbers of rag/findings.py were
chosen on them, so the figures flatter.
Not here: questions and what answers them (questions.py).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.labels import Place
from eval.questions import one_of, read_labels, read_rows, report_asked
from index.embed import SentenceTransformerEncoder
from index.report import Report
from index.store import index_folder, open_index
from rag.engine import Engine, open_engine
from rag.findings import Finding, differ, repeats

PAIRS = Path(__file__).parent / "pairs"
KINDS = ("no", "tone", "fact", "groups", "turn")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences and how they stand to each other."""

    id: str
    one: Place
    other: Place
    repeat: bool
    differ: str  # of KINDS: judged more or less strongly, other facts, other people, judged the other way
    sure: bool  # the labeller was


@dataclass(frozen=True, slots=True)
class Told:
    """How often something was told of pairs that it is, and should have been, told of."""

    marked: int
    right: int
    surely_wrong: int  # told of a pair whose label says otherwise, with certainty
    labelled: int

    @property
    def precision(self) -> float:
        """Return the share of the marked that are right, 0 where nothing is marked."""
        return self.right / max(1, self.marked)

    @property
    def recall(self) -> float:
        """Return the share of the labelled that are marked, 0 where nothing is labelled."""
        return self.right / max(1, self.labelled)


def read_pairs(path: Path, report: Report) -> tuple[Pair, ...]:
    """Return the pairs in a file.

    Raises:
        QuestionsError: naming file and line: a field is missing or unknown, or a sentence is not in the report.

    """
    return read_rows(path, report, _pair)


def _pair(row: dict[str, Any], report: Report) -> Pair:
    one, other = read_labels([row["one"], row["other"]], report)
    return Pair(row["id"], one, other, bool(row["repeat"]), one_of(row["differ"], KINDS), bool(row["sure"]))


def repeated(pairs: Iterable[Pair], engine: Engine) -> list[bool]:
    """Say which pairs the product takes for one finding; sentences of one paragraph never are."""
    index, ledger, words = engine.index, engine.ledger, engine.vocabulary
    return [
        pair.one.passage != pair.other.passage and repeats(one, other, index.rows, ledger, words)
        for pair, (one, other) in _rows(pairs, engine)
    ]


def differing(pairs: Iterable[Pair], engine: Engine) -> list[bool]:
    """Say which pairs the product would mark as differing."""
    index, ledger, words = engine.index, engine.ledger, engine.vocabulary
    return [
        differ(Finding(one, 1.0), Finding(other, 1.0), index.rows, ledger, words)
        for _, (one, other) in _rows(pairs, engine)
    ]


def _rows(pairs: Iterable[Pair], engine: Engine) -> Iterator[tuple[Pair, tuple[int, int]]]:
    at = {(row.passage.id, row.span.start): row.row for row in engine.index.rows}
    for pair in pairs:
        one, other = (at[place.passage, place.span.start] for place in (pair.one, pair.other))
        yield pair, (one, other)


def count(pairs: Iterable[Pair], marks: Iterable[bool], labelled: Callable[[Pair], bool]) -> Told:
    """Return how often marks agree with labels."""
    found = [(marked, labelled(pair), pair.sure) for pair, marked in zip(pairs, marks, strict=True)]
    return Told(
        sum(marked for marked, _, _ in found),
        sum(marked and right for marked, right, _ in found),
        sum(marked and not right and sure for marked, right, sure in found),
        sum(right for _, right, _ in found),
    )


def main() -> None:
    """Print a line for each report and sort of mark."""
    encoder = SentenceTransformerEncoder()
    for path in sorted(PAIRS.glob("*.jsonl")):
        source = report_asked(path.with_suffix(""))
        if not source.is_file():
            print(f"{path.stem}: not run, the report is not at hand")
            continue
        engine = open_engine(open_index(source, index_folder(), encoder, print, lambda *_: None), encoder)
        pairs = read_pairs(path, engine.report)
        _tell(path.stem, "one finding", pairs, repeated(pairs, engine), lambda pair: pair.repeat)
        _tell(path.stem, "differing", pairs, differing(pairs, engine), lambda pair: pair.differ != "no")


def _tell(name: str, sort: str, pairs: Sequence[Pair], marks: list[bool], labelled: Callable[[Pair], bool]) -> None:
    told = count(pairs, marks, labelled)
    print(
        f"{name}, {sort}: {told.right} of {told.marked} right ({told.precision:.2f}), "
        f"{told.surely_wrong} surely wrong; {told.recall:.2f} of {told.labelled} found (n {len(pairs)})"
    )


if __name__ == "__main__":
    main()
