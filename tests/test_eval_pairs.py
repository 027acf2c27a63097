import json
from pathlib import Path

import pytest
from fake_encoder import FakeEncoder

from eval.pairs import KINDS, PAIRS, Pair, count, differing, read_pairs, repeated
from eval.questions import QuestionsError
from index.parse import BUNDLED
from index.report import Report
from index.store import Index
from rag.engine import open_engine


@pytest.fixture(scope="module")
def pairs(report: Report) -> tuple[Pair, ...]:
    return read_pairs(PAIRS / f"{BUNDLED.stem}.jsonl", report)


def test_every_kind_of_difference_is_among_the_pairs(pairs: tuple[Pair, ...]) -> None:
    assert {pair.differ for pair in pairs} == set(KINDS)


def test_no_pair_repeats_and_differs_in_fact(pairs: tuple[Pair, ...]) -> None:
    assert not [pair.id for pair in pairs if pair.repeat and pair.differ in ("fact", "groups", "turn")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"differ": "mood"}, "'mood' is not known"),
        ({"one": {"id": "900", "quote": "No."}}, "'900' is not in the report"),
        ({"repeat": None}, "'repeat'"),
    ],
)
def test_a_pair_that_cannot_be_read_names_its_line(
    change: dict[str, object], message: str, tmp_path: Path, report: Report
) -> None:
    row = json.loads((PAIRS / f"{BUNDLED.stem}.jsonl").read_text("utf-8").splitlines()[0]) | change
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps({key: value for key, value in row.items() if value is not None}), "utf-8")
    with pytest.raises(QuestionsError, match=f"line 1.*{message}"):
        read_pairs(path, report)


def test_marks_are_counted_against_labels(pairs: tuple[Pair, ...]) -> None:
    told = count(pairs, [True] * len(pairs), lambda pair: pair.repeat)
    assert (told.marked, told.right) == (len(pairs), told.labelled)
    assert told.recall == 1.0


def test_nothing_marked_is_nothing_found(pairs: tuple[Pair, ...]) -> None:
    told = count(pairs, [False] * len(pairs), lambda pair: pair.repeat)
    assert (told.precision, told.recall, told.surely_wrong) == (0.0, 0.0, 0)


def test_most_of_what_is_marked_is_right(pairs: tuple[Pair, ...], fake_index: Index) -> None:
    engine = open_engine(fake_index, FakeEncoder())
    one = count(pairs, repeated(pairs, engine), lambda pair: pair.repeat)
    apart = count(pairs, differing(pairs, engine), lambda pair: pair.differ != "no")
    assert one.precision >= 0.8
    assert apart.precision >= 0.6
