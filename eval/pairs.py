"""How well repetitions and disagreements between two sentences are told: `python -m eval.pairs`.

Pairs of sentences that one reply might carry, labelled by reading: do they state one finding, and should a reader
of one be told of the other, since they do not say the same of one thing? The numbers of rag/findings.py were
chosen on them, so the figures flatter.
Not here: questions and what answers them (questions.py).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.labels import Place
from eval.questions import QuestionsError, read_labels, report_asked
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


def read_pairs(path: Path, report: Report) -> list[Pair]:
    """Return the pairs in a file.

    Raises:
        QuestionsError: naming file and line: a field is missing or unknown, or a sentence is not in the report.

    """
    pairs = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            pairs.append(_pair(json.loads(line), report))
        except (QuestionsError, KeyError, ValueError) as error:
            raise QuestionsError(f"{path.name}, line {number}: {error}") from None
    return pairs


def _pair(row: dict[str, object], report: Report) -> Pair:
    one, other = read_labels([row["one"], row["other"]], report)  # type: ignore[list-item]
    if row["differ"] not in KINDS:
        raise QuestionsError(f"{row['differ']!r} is not known; expected one of {', '.join(KINDS)}")
    return Pair(str(row["id"]), one, other, bool(row["repeat"]), str(row["differ"]), bool(row["sure"]))


def repeated(pair: Pair, engine: Engine) -> bool:
    """Say whether the product takes a pair for one finding; sentences of one paragraph never are."""
    one, other = _rows(pair, engine)
    apart = pair.one.passage != pair.other.passage
    return apart and repeats(one, other, engine.index.rows, engine.ledger, engine.vocabulary)


def differing(pair: Pair, engine: Engine) -> bool:
    """Say whether the product would mark a pair as differing."""
    one, other = (Finding(row, 1.0) for row in _rows(pair, engine))
    return differ(one, other, engine.index.rows, engine.ledger, engine.vocabulary)


def _rows(pair: Pair, engine: Engine) -> list[int]:
    at = {(row.passage.id, row.span.start): row.row for row in engine.index.rows}
    return [at[place.passage, place.span.start] for place in (pair.one, pair.other)]


def count(pairs: Iterable[Pair], marks: Iterable[bool], labelled: Callable[[Pair], bool]) -> Told:
    """Return how often marks agree with labels."""
    found = [(marked, labelled(pair), pair.sure) for pair, marked in zip(pairs, marks, strict=True)]
    return Told(
        sum(marked for marked, _, _ in found),
        sum(marked and right for marked, right, _ in found),
        sum(marked and not right and sure for marked, right, sure in found),
        sum(right for _, right, _ in found),
    )


def engines(encoder: SentenceTransformerEncoder) -> Iterator[tuple[str, Engine | None, Path]]:
    """Yield each file of pairs with an engine over its report, None where the report is not at hand."""
    for path in sorted(PAIRS.glob("*.jsonl")):
        source = report_asked(path.with_suffix(""))
        if source.is_file():
            index = open_index(source, index_folder(), encoder, print, lambda *_: None)
            yield path.stem, open_engine(index, encoder), path
        else:
            yield path.stem, None, path


def main() -> None:
    """Print a line for each report and sort of mark."""
    for name, engine, path in engines(SentenceTransformerEncoder()):
        if engine is None:
            print(f"{name}: not run, the report is not at hand")
            continue
        pairs = read_pairs(path, engine.report)
        _tell(name, "one finding", pairs, [repeated(p, engine) for p in pairs], lambda pair: pair.repeat)
        _tell(name, "differing", pairs, [differing(p, engine) for p in pairs], lambda pair: pair.differ != "no")


def _tell(name: str, sort: str, pairs: Sequence[Pair], marks: list[bool], labelled: Callable[[Pair], bool]) -> None:
    told = count(pairs, marks, labelled)
    print(
        f"{name}, {sort}: {told.right} of {told.marked} right ({told.precision:.2f}), "
        f"{told.surely_wrong} surely wrong; {told.recall:.2f} of {told.labelled} found (n {len(pairs)})"
    )


if __name__ == "__main__":
    main()
