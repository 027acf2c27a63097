"""Findings over a report written so that what repeats and what differs can be told by eye."""

from collections.abc import Callable

import pytest
from fake_encoder import FakeEncoder

from index.store import Index, open_index
from rag.engine import Engine, open_engine
from rag.findings import Finding, collapse, conflict, differ, repeats

SAYS = {
    "1": "Support for young carers is inadequate.",
    "2": "Support for young carers is inadequate.",
    "3": "Support for young carers is inadequate and 12 carers wait.",
    "4": "Support for young carers is inadequate and 30 carers wait.",
    "5": "Support for young carers is strong and effective.",
    "6": "Attendance is high in every school this year.",
    "7": "Attendance is low in every school this year.",
    "8": "Housing for care leavers is scarce. Housing for care leavers is scarce.",
    "9": "Support for young carers is under developed.",
    "10": "The health trusts merged in 2005.",
    "11": "The health trusts merged in 2006.",
    "12": "Treatment by the clinic is timely.",
    "13": "Care leavers do not have timely treatment by the clinic.",
    "14": "In autumn the clinic in Romford welcomed 12 mothers from local nurseries.",
    "15": "In autumn the clinic in Romford welcomed 30 mothers from local nurseries.",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("findings")
    source = folder / "findings.txt"
    source.write_text(
        "Introduction\n\n" + "\n\n".join(f"{number}. {text}" for number, text in SAYS.items()) + "\n", "utf-8"
    )
    index: Index = open_index(source, folder / "index", FakeEncoder(), lambda *_: None, lambda *_: None)
    return open_engine(index, FakeEncoder())


@pytest.fixture
def row(engine: Engine) -> Callable[[str], int]:
    """Give the row of the first sentence of a paragraph."""
    return lambda number: next(row.row for row in engine.index.rows if row.passage.id == number)


Row = Callable[[str], int]


def found(engine: Engine, rows: list[int]) -> list[Finding]:
    ranked = [(row, 0.9 - 0.1 * at) for at, row in enumerate(rows)]
    return collapse(ranked, engine.index.rows, engine.ledger, engine.vocabulary)


def marked(engine: Engine, one: int, other: int) -> bool:
    return differ(Finding(one, 0.9), Finding(other, 0.8), engine.index.rows, engine.ledger, engine.vocabulary)


def test_the_same_words_elsewhere_are_one_finding(engine: Engine, row: Row) -> None:
    assert found(engine, [row("1"), row("2")]) == [Finding(row("1"), 0.9, (row("2"),))]


def test_the_best_sentence_speaks_for_the_finding(engine: Engine, row: Row) -> None:
    assert [finding.row for finding in found(engine, [row("2"), row("1")])] == [row("2")]


def test_figures_that_conflict_are_two_findings(engine: Engine, row: Row) -> None:
    assert [finding.row for finding in found(engine, [row("3"), row("4")])] == [row("3"), row("4")]


def test_judgements_that_conflict_are_two_findings(engine: Engine, row: Row) -> None:
    assert [finding.row for finding in found(engine, [row("1"), row("5")])] == [row("1"), row("5")]


def test_directions_that_conflict_are_two_findings(engine: Engine, row: Row) -> None:
    assert [finding.row for finding in found(engine, [row("6"), row("7")])] == [row("6"), row("7")]


def test_other_subjects_are_other_findings(engine: Engine, row: Row) -> None:
    assert [finding.row for finding in found(engine, [row("1"), row("6"), row("8")])] == [row("1"), row("6"), row("8")]


def test_a_paragraph_never_repeats_itself(engine: Engine, row: Row) -> None:
    assert [finding.repeats for finding in found(engine, [row("8"), row("8") + 1])] == [(), ()]


def test_findings_keep_their_order(engine: Engine, row: Row) -> None:
    scores = [finding.score for finding in found(engine, [row("6"), row("1"), row("2"), row("5"), row("7")])]
    assert scores == sorted(scores, reverse=True)


def test_every_ranked_sentence_is_in_one_finding(engine: Engine) -> None:
    rows = [one.row for one in engine.index.rows]
    kept = [one for finding in found(engine, rows) for one in (finding.row, *finding.repeats)]
    assert sorted(kept) == rows


def test_no_sentences_make_no_findings(engine: Engine) -> None:
    assert found(engine, []) == []


@pytest.mark.parametrize(("one", "other"), [("1", "2"), ("1", "3"), ("1", "5"), ("3", "4"), ("6", "7"), ("1", "6")])
def test_whether_two_repeat_does_not_hang_on_their_order(one: str, other: str, engine: Engine, row: Row) -> None:
    ways = [(row(one), row(other)), (row(other), row(one))]
    assert len({repeats(a, b, engine.index.rows, engine.ledger, engine.vocabulary) for a, b in ways}) == 1


@pytest.mark.parametrize(("one", "other"), [("1", "2"), ("3", "4"), ("1", "5"), ("6", "7"), ("1", "6")])
def test_whether_two_conflict_does_not_hang_on_their_order(one: str, other: str, engine: Engine, row: Row) -> None:
    ways = [(row(one), row(other)), (row(other), row(one))]
    assert len({conflict(a, b, engine.index.rows, engine.vocabulary) for a, b in ways}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("14", "15"), ("1", "5"), ("6", "7"), ("1", "9"), ("5", "9"), ("10", "11"), ("12", "13")]
)
def test_findings_that_differ_are_marked(one: str, other: str, engine: Engine, row: Row) -> None:
    assert marked(engine, row(one), row(other))


@pytest.mark.parametrize(("one", "other"), [("1", "2"), ("1", "6"), ("5", "7"), ("5", "8"), ("9", "12")])
def test_findings_that_agree_or_speak_of_other_things_are_not_marked(
    one: str, other: str, engine: Engine, row: Row
) -> None:
    assert not marked(engine, row(one), row(other))


@pytest.mark.parametrize("number", SAYS)
def test_a_sentence_does_not_conflict_with_itself(number: str, engine: Engine, row: Row) -> None:
    assert not conflict(row(number), row(number), engine.index.rows, engine.vocabulary)


def test_the_report_of_these_tests_was_read_as_written(engine: Engine) -> None:
    assert {passage.id: passage.text for passage in engine.report.passages} == SAYS


def test_a_finding_differs_where_a_repetition_of_it_does(engine: Engine, row: Row) -> None:
    one, other = Finding(row("6"), 0.9, (row("1"),)), Finding(row("9"), 0.8)
    assert differ(one, other, engine.index.rows, engine.ledger, engine.vocabulary)
