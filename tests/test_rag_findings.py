from types import SimpleNamespace

import pytest
from fake_encoder import FakeEncoder

from index.store import Index
from rag.engine import Engine, open_engine
from rag.findings import collapse, conflict, differ, repeats


@pytest.fixture(scope="module")
def engine(fake_index: Index) -> Engine:
    return open_engine(fake_index, FakeEncoder())


def clash(one: str, other: str, judged: tuple[float, float] = (0.0, 0.0)) -> bool:
    """Say whether two texts, judged so, contradict each other."""
    rows = [SimpleNamespace(text=one), SimpleNamespace(text=other)]
    return conflict(0, 1, rows, SimpleNamespace(polarity=judged))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 of them stay", "13 of them stay"),
        ("it is 5% of all", "it is 50% of all"),
        ("numbers are rising", "numbers are falling"),
    ],
)
def test_other_figures_and_directions_conflict(one: str, other: str) -> None:
    assert clash(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 of them stay", "they stay"),
        ("12 of them stay", "12 of 40 stay"),
        ("numbers are rising", "numbers have risen"),
        ("they stay", "they go"),
    ],
)
def test_what_may_both_be_true_does_not_conflict(one: str, other: str) -> None:
    assert not clash(one, other)


def test_praise_conflicts_with_blame() -> None:
    assert clash("it is good", "it is poor", (0.5, -0.5))


def test_praise_does_not_conflict_with_silence() -> None:
    assert not clash("it is good", "it is there", (0.5, 0.0))


def test_every_ranked_sentence_is_in_one_finding(engine: Engine) -> None:
    ranked = [(row, 0.9 - row / 1000) for row in range(120)]
    findings = collapse(ranked, engine.index.rows, engine.ledger, engine.vocabulary)
    assert sorted(row for one in findings for row in (one.row, *one.repeats)) == list(range(120))


def test_findings_keep_the_order_of_the_ranking(engine: Engine) -> None:
    ranked = [(row, 0.9 - row / 1000) for row in range(119, -1, -1)]
    findings = collapse(ranked, engine.index.rows, engine.ledger, engine.vocabulary)
    assert [one.row for one in findings] == sorted((one.row for one in findings), reverse=True)


def test_no_sentences_make_no_findings(engine: Engine) -> None:
    assert collapse([], engine.index.rows, engine.ledger, engine.vocabulary) == []


def test_sentences_of_one_passage_are_not_repetitions(engine: Engine) -> None:
    rows = [row.row for row in engine.index.rows if row.passage.id == "66"]
    findings = collapse([(row, 0.5) for row in rows], engine.index.rows, engine.ledger, engine.vocabulary)
    assert [one.row for one in findings] == rows


def test_a_sentence_repeats_itself(engine: Engine) -> None:
    rows = engine.index.rows
    assert all(repeats(at, at, rows, engine.ledger, engine.vocabulary) for at in range(50))


def test_repetition_goes_both_ways(engine: Engine) -> None:
    rows, ledger, words = engine.index.rows, engine.ledger, engine.vocabulary
    pairs = [(a, b) for a in range(40) for b in range(a)]
    assert all(repeats(a, b, rows, ledger, words) == repeats(b, a, rows, ledger, words) for a, b in pairs)


def test_what_differs_is_no_repetition(engine: Engine) -> None:
    rows, ledger, words = engine.index.rows, engine.ledger, engine.vocabulary
    pairs = [(a, b) for a in range(60) for b in range(a) if differ(a, b, rows, ledger)]
    assert not any(repeats(a, b, rows, ledger, words) for a, b in pairs)
