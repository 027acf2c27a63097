import json
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.report import Passage, Report
from rag.turns import (
    LONGEST_CONVERSATION,
    LONGEST_QUESTION,
    VERSION,
    Conversation,
    ConversationError,
    Turn,
    read_conversation,
)

STATUSES = ["answered", "partial", "contradicted", "related", "not_covered", "help"]
TURN = Turn("Is housing good?", "housing", "answered", (("66", 0), ("A3", 1)))
AS_JSON: dict[str, Any] = {
    "question": "Is housing good?",
    "read_as": "housing",
    "status": "answered",
    "cited": ["66:0"],
}

printable = st.text(st.characters(codec="utf-8").filter(str.isprintable), max_size=40)
places = st.sampled_from([("1", 0), ("66", 1), ("A7", 0), ("R9", 0), ("G11", 0)])
turns = st.builds(Turn, printable, printable, st.sampled_from(STATUSES), st.lists(places, max_size=5).map(tuple))
conversations = st.lists(turns, max_size=LONGEST_CONVERSATION).map(lambda said: Conversation(tuple(said)))


@pytest.fixture(scope="module")
def brief(report: Report) -> Report:
    """Give the bundled report with a short name for Hypothesis to print."""

    class Brief(Report):
        def __repr__(self) -> str:
            return "bundled report"

    return Brief(report.metadata, report.sha256, report.passages, report.headings, report.furniture)


# ---- there and back


@settings(deadline=None)
@given(conversation=conversations)
def test_a_conversation_comes_back_from_json_as_it_was(conversation: Conversation, brief: Report) -> None:
    assert read_conversation(json.loads(json.dumps(conversation.to_json())), brief) == conversation


@given(conversations)
def test_a_conversation_is_plain_json(conversation: Conversation) -> None:
    assert json.loads(json.dumps(conversation.to_json())) == conversation.to_json()


def test_json_holds_no_text_of_the_report(report: Report) -> None:
    written = json.dumps(Conversation((TURN,)).to_json())
    assert report.by_id["66"].sentences[0].of(report.by_id["66"].text) not in written


@pytest.mark.parametrize("value", [None, {}])
def test_nothing_handed_back_starts_a_new_one(value: object, report: Report) -> None:
    assert read_conversation(value, report) == Conversation()


# ---- twenty turns


@given(st.integers(0, 3 * LONGEST_CONVERSATION))
def test_a_conversation_never_grows_past_its_longest(count: int) -> None:
    conversation = Conversation()
    for _ in range(count):
        conversation = conversation.then(TURN)
    assert len(conversation.turns) == min(count, LONGEST_CONVERSATION)


def test_a_conversation_holds_twenty_turns() -> None:
    assert LONGEST_CONVERSATION == 20


def test_the_oldest_turn_goes_first() -> None:
    conversation = Conversation()
    for number in range(LONGEST_CONVERSATION + 1):
        conversation = conversation.then(replace(TURN, question=str(number)))
    assert [turn.question for turn in conversation.turns][:1] == ["1"]


def test_the_newest_turn_stands_last() -> None:
    assert Conversation((TURN,)).then(replace(TURN, question="new")).turns[-1].question == "new"


# ---- what never changes


def test_a_turn_more_leaves_the_conversation_as_it_was() -> None:
    conversation = Conversation((TURN,))
    conversation.then(TURN)
    assert conversation.turns == (TURN,)


def test_a_conversation_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Conversation().turns = (TURN,)  # type: ignore[misc]


def test_a_turn_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        TURN.status = "help"  # type: ignore[misc]


def test_what_is_handed_back_is_left_as_it_was(report: Report) -> None:
    value = {"version": VERSION, "turns": [AS_JSON]}
    before = json.dumps(value)
    read_conversation(value, report)
    assert json.dumps(value) == before


def test_changing_the_json_changes_no_conversation() -> None:
    conversation = Conversation((TURN,))
    conversation.to_json()["turns"].clear()
    assert conversation.turns == (TURN,)


# ---- what is refused


def with_turn(**changed: object) -> dict[str, object]:
    return {"version": VERSION, "turns": [AS_JSON | changed]}


REFUSED = [
    ("not one of ours", []),
    ("not one of ours", "hello"),
    ("not one of ours", 7),
    ("not one of ours", False),
    ("not one of ours", {"version": VERSION}),
    ("not one of ours", {"version": VERSION, "turns": "none"}),
    ("not one of ours", {"version": VERSION, "turns": {"0": AS_JSON}}),
    ("older", {"turns": []}),
    ("older", {"version": VERSION - 1, "turns": []}),
    ("newer", {"version": VERSION + 1, "turns": []}),
    ("another version", {"version": str(VERSION), "turns": []}),
    ("another version", {"version": "9" * 10_000, "turns": []}),
    ("oversized", {"version": VERSION, "turns": [AS_JSON] * (LONGEST_CONVERSATION + 1)}),
    ("oversized", with_turn(question="a" * (2 * LONGEST_QUESTION + 1))),
    ("oversized", with_turn(read_as="a" * (2 * LONGEST_QUESTION + 1))),
    ("oversized", with_turn(cited=["66:0"] * 61)),
    ("tampered", {"version": VERSION, "turns": ["Is housing good?"]}),
    ("tampered", {"version": VERSION, "turns": [None]}),
    ("tampered", with_turn(question=None)),
    ("tampered", with_turn(question=["a"])),
    ("tampered", with_turn(question="a\x00b")),
    ("tampered", with_turn(question="a\nb")),
    ("tampered", with_turn(question="a\ud800b")),
    ("tampered", with_turn(read_as=7)),
    ("tampered", with_turn(status=None)),
    ("tampered", with_turn(status="certain")),
    ("tampered", with_turn(cited=None)),
    ("tampered", with_turn(cited="66:0")),
    ("tampered", with_turn(cited=[66])),
    ("tampered", with_turn(cited=[["66", 0]])),
    ("tampered", with_turn(cited=["104:0"])),
    ("tampered", with_turn(cited=["66:999"])),
    ("tampered", with_turn(cited=["66:-1"])),
    ("tampered", with_turn(cited=["66"])),
    ("tampered", with_turn(cited=["66:"])),
    ("tampered", with_turn(cited=["66:²"])),
    ("tampered", with_turn(cited=["66:٣"])),
    ("tampered", with_turn(cited=["66:0:0"])),
]


@pytest.mark.parametrize(("why", "value"), REFUSED)
def test_what_was_not_made_here_is_refused(why: str, value: object, report: Report) -> None:  # noqa: ARG001
    with pytest.raises(ConversationError):
        read_conversation(value, report)


@pytest.mark.parametrize(("why", "value"), REFUSED)
def test_a_refusal_says_what_to_do(why: str, value: object, report: Report) -> None:  # noqa: ARG001
    with pytest.raises(ConversationError, match="leave it out to start a new one, or hand back"):
        read_conversation(value, report)


@pytest.mark.parametrize(("why", "value"), REFUSED)
def test_a_refusal_is_brief(why: str, value: object, report: Report) -> None:  # noqa: ARG001
    with pytest.raises(ConversationError) as refusal:
        read_conversation(value, report)
    assert len(str(refusal.value)) < 250


def test_a_refusal_names_the_turn(report: Report) -> None:
    value = {"version": VERSION, "turns": [AS_JSON, AS_JSON | {"cited": ["104:0"]}]}
    with pytest.raises(ConversationError, match="turn 2"):
        read_conversation(value, report)


def test_a_refusal_names_what_is_cited_and_not_there(report: Report) -> None:
    with pytest.raises(ConversationError, match="104:0"):
        read_conversation(with_turn(cited=["104:0"]), report)


def test_a_conversation_over_another_report_is_refused(report: Report) -> None:
    passages: tuple[Passage, ...] = tuple(one for one in report.passages if one.id != "66")
    other = Report(report.metadata, "", passages, (), ())
    with pytest.raises(ConversationError):
        read_conversation(Conversation((TURN,)).to_json(), other)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.sampled_from(["answered", "66:0", "turns"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["version", "turns", "cited"]), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(value=JUNK)
def test_junk_is_refused_or_read(value: object, brief: Report) -> None:
    try:
        read = read_conversation(value, brief)
    except ConversationError:
        return
    assert isinstance(read, Conversation)


@settings(deadline=None)
@given(question=JUNK, read_as=JUNK, cited=JUNK)
def test_a_turn_of_junk_is_refused_or_read(question: object, read_as: object, cited: object, brief: Report) -> None:
    try:
        read = read_conversation(with_turn(question=question, read_as=read_as, cited=cited), brief)
    except ConversationError:
        return
    assert len(read.turns) == 1
