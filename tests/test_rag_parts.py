import pytest
from test_rag_engine import engine_over

from index.store import Index
from rag.conversation import NEW, ask
from rag.engine import Engine
from rag.parts import parts_of


@pytest.fixture(scope="module")
def engine(fake_index: Index) -> Engine:
    return engine_over(fake_index)


@pytest.mark.parametrize(
    ("asked", "second"),
    [
        ("How good is bullying support and how many children use the helpline?", "how many children use the helpline"),
        ("Is attendance good? Who checks the figures?", "Who checks the figures"),
        ("Are nurseries good, but why are places so few?", "why are places so few"),
    ],
)
def test_two_questions_are_two(asked: str, second: str, engine: Engine) -> None:
    assert parts_of(asked, engine.vocabulary)[1].rstrip("?") == second


def test_the_second_takes_its_subject_from_the_first(engine: Engine) -> None:
    _, second = parts_of("How good is support for young carers and how many of them are there?", engine.vocabulary)
    assert "young carers" in second


@pytest.mark.parametrize(
    "asked",
    ["Who can and should act?", "What and why?", "How are health and education?", "bullying", "", "a? b? c?"],
)
def test_one_question_is_not_cut(asked: str, engine: Engine) -> None:
    assert parts_of(asked, engine.vocabulary) == ()


def test_a_reply_in_part_says_which_part_is_missing(engine: Engine) -> None:
    reply = ask(engine, "Is support for young carers adequate and what do zeppelin pilots in Peru earn?", NEW)
    assert reply.status == "partial"
    assert reply.citations
    assert "zeppelin" in reply.about[0]
