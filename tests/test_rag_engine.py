"""The engine over the bundled report, opened once for all tests of rag."""

import pytest
from fake_encoder import FakeEncoder

from index.store import Index
from rag.conversation import ask
from rag.engine import MECHANISMS, Engine, open_engine

_OPENED: dict[str, Engine] = {}


def engine_over(index: Index) -> Engine:
    """Return the engine over a report with the fake encoder; opening takes most of a second, so one serves all."""
    return _OPENED.setdefault(
        index.report.sha256, _OPENED.get(index.report.sha256) or open_engine(index, FakeEncoder())
    )


def test_a_mechanism_that_there_is_not_is_refused_by_name(fake_index: Index) -> None:
    with pytest.raises(ValueError, match="telepathy"):
        open_engine(fake_index, FakeEncoder(), without=frozenset({"telepathy"}))


def test_an_engine_knows_the_years_that_its_report_names(fake_index: Index) -> None:
    assert {"2004", "2005", "2006", "2007"} <= engine_over(fake_index).years


def test_a_mechanism_switched_off_weighs_nothing(fake_index: Index) -> None:
    numbers = open_engine(fake_index, FakeEncoder(), without=frozenset({"coverage", "lexical"})).numbers
    assert [numbers.relevance[name] for name in MECHANISMS["coverage"]] == [0.0]
    assert [numbers.ranking[name] for name in MECHANISMS["lexical"]] == [0.0]


def test_without_declining_a_question_about_nothing_here_is_answered(fake_index: Index) -> None:
    asked = "What do zeppelin pilots in Peru earn?"
    bold = open_engine(fake_index, FakeEncoder(), without=frozenset({"decline"}))
    assert ask(engine_over(fake_index), asked).status in ("related", "not_covered")
    assert ask(bold, asked).status == "answered"


def test_without_conversation_a_follow_up_is_read_alone(fake_index: Index) -> None:
    forgetful = open_engine(fake_index, FakeEncoder(), without=frozenset({"conversation"}))
    before = ask(forgetful, "Is support for young carers adequate?").conversation
    assert ask(forgetful, "and for care leavers?", before).turn == "new"
