import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.report import Report
from rag.turns import LONGEST_CONVERSATION, Conversation, ConversationError, Turn, read_conversation

TURN = Turn("young carers?", "young carers", "answered", (("18", 0), ("66", 1)))


def sent(**changes: Any) -> dict[str, Any]:
    """Return a conversation of one turn as a caller hands it back, with that turn changed."""
    value = Conversation((TURN,)).to_json()
    value["turns"][0] |= changes
    return value


def test_a_conversation_comes_back_as_it_went(report: Report) -> None:
    talk = Conversation((TURN, Turn("why?", "young carers: why?", "related")))
    assert read_conversation(json.loads(json.dumps(talk.to_json())), report) == talk


@pytest.mark.parametrize("value", [None, {}])
def test_nothing_starts_a_new_conversation(value: Any, report: Report) -> None:
    assert read_conversation(value, report) == Conversation()


@given(st.integers(0, 60))
def test_a_conversation_holds_at_most_twenty_turns(turns: int) -> None:
    talk = Conversation()
    for at in range(turns):
        talk = talk.then(Turn(str(at), str(at), "answered"))
    assert [turn.question for turn in talk.turns] == [str(at) for at in range(turns)][-LONGEST_CONVERSATION:]


def test_a_further_turn_leaves_the_conversation_as_it_was() -> None:
    talk = Conversation((TURN,))
    talk.then(TURN)
    assert talk == Conversation((TURN,))


def test_a_conversation_holds_no_text_of_the_report() -> None:
    assert set(sent()["turns"][0]) == {"question", "read_as", "status", "cited"}


@pytest.mark.parametrize("value", [[], "talk", 1, True, {"turns": "x", "version": 1}, {"version": 1}, [{}]])
def test_what_is_no_conversation_is_refused(value: Any, report: Report) -> None:
    with pytest.raises(ConversationError, match="not one that a reply gave out"):
        read_conversation(value, report)


@pytest.mark.parametrize("version", [0, 2, None, "1", "9" * 5000])
def test_another_version_is_refused(version: Any, report: Report) -> None:
    with pytest.raises(ConversationError, match=r"has version .*this is version 1"):
        read_conversation(sent() | {"version": version}, report)


def test_too_many_turns_are_refused(report: Report) -> None:
    value = sent()
    value["turns"] *= LONGEST_CONVERSATION + 1
    with pytest.raises(ConversationError, match="has 21 turns, at most 20 fit"):
        read_conversation(value, report)


@pytest.mark.parametrize("turn", [None, "x", 1, []])
def test_a_turn_that_is_no_object_is_refused(turn: Any, report: Report) -> None:
    with pytest.raises(ConversationError, match="turn 1 of the conversation is not an object"):
        read_conversation({"version": 1, "turns": [turn]}, report)


@pytest.mark.parametrize("text", [None, 1, ["x"], "x" * 5000, "a\x00b", "a\nb", "\ud800"])
@pytest.mark.parametrize("name", ["question", "read_as"])
def test_a_question_that_is_none_is_refused(name: str, text: Any, report: Report) -> None:
    with pytest.raises(ConversationError, match=f"turn 1 of the conversation: {name}"):
        read_conversation(sent(**{name: text}), report)


@pytest.mark.parametrize("status", [None, "", "hacked", 1])
def test_an_unknown_status_is_refused(status: Any, report: Report) -> None:
    with pytest.raises(ConversationError, match=r"status .* is not known"):
        read_conversation(sent(status=status), report)


@pytest.mark.parametrize("place", ["104:0", "18:99", "18:-1", "18", "18:", ":0", "18:x", "18:²", 18, None, ["18", 0]])
def test_a_place_that_is_not_there_is_refused(place: Any, report: Report) -> None:
    with pytest.raises(ConversationError, match=r"turn 1 of the conversation cites .*not there"):
        read_conversation(sent(cited=[place]), report)


@pytest.mark.parametrize("cited", [None, "18:0", {}, ["18:0"] * 61])
def test_citations_that_are_no_short_list_are_refused(cited: Any, report: Report) -> None:
    with pytest.raises(ConversationError, match="cited is not a list of at most 60"):
        read_conversation(sent(cited=cited), report)


def test_a_refusal_names_the_turn(report: Report) -> None:
    value = sent()
    value["turns"] = [value["turns"][0], value["turns"][0] | {"status": "odd"}]
    with pytest.raises(ConversationError, match="turn 2 "):
        read_conversation(value, report)


@pytest.mark.parametrize("value", [[], sent(status="odd"), sent(cited=["104:0"]), sent() | {"version": 0}])
def test_a_refusal_says_what_to_do(value: Any, report: Report) -> None:
    with pytest.raises(ConversationError, match="leave it out to start a new one"):
        read_conversation(value, report)


def test_a_refusal_is_short_whatever_was_sent(report: Report) -> None:
    with pytest.raises(ConversationError) as refused:
        read_conversation(sent(cited=["x" * 100_000]), report)
    assert len(str(refused.value)) < 300
