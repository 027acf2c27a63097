"""What a question takes for granted, and the bundled report denies: with the real model."""

import pytest

from index.embed import SentenceTransformerEncoder
from index.store import Index
from rag.conversation import ask
from rag.engine import Engine, open_engine

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def engine(model_index: Index, model: SentenceTransformerEncoder) -> Engine:
    return open_engine(model_index, model)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("why are school councils so rare?", "school councils"),
        ("why did attendance collapse?", "attendance"),
        ("Given that leadership is so weak, who is going to step in?", "leadership"),
    ],
)
def test_what_denies_a_question_is_quoted(asked: str, said: str, engine: Engine) -> None:
    reply = ask(engine, asked)
    assert reply.status == "contradicted"
    assert said in reply.citations[0].quote.lower()


@pytest.mark.parametrize(
    "asked",
    [
        "Are there school councils in all schools?",
        "How good is attendance?",
        "Why is support for young carers so poor?",
    ],
)
def test_a_question_that_is_right_is_not_contradicted(asked: str, engine: Engine) -> None:
    assert ask(engine, asked).status == "answered"
