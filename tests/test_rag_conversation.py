"""Turns over the bundled report with the fake encoder: what is kept, what is followed, what never fails."""

from copy import deepcopy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_rag_engine import engine_over

from index.embed import SentenceTransformerEncoder
from index.store import Index
from rag.conversation import ask, asked_before, both_readings
from rag.engine import Engine, open_engine
from rag.evidence import QUOTED, quoted
from rag.reply import Reply
from rag.turns import LONGEST_CONVERSATION, Conversation, Turn, read_conversation

CITING = {"answered", "partial", "contradicted"}
TURNS = [
    "Is help for young carers adequate?",
    "and for care leavers?",
    "why?",
    "more",
    "next",
    "previous",
    "only recommendations",
    "What are the recommendations?",
    "What grades were given?",
    "paragraph 66",
    "paragraph 104",
    "bullying",
    "are they listened to?",
    "no, I meant attendance",
    "going back to bullying",
    "different question: are nurseries good?",
    "What do lorry drivers earn?",
    "thanks",
    "hello",
    "",
    "start again",
    "zeppelins",
]
ODD = [
    "\x00",
    "\ud800",
    "😀",
    "<b>",
    "</script>",
    "&amp;",
    "\n",
    "\u202e",
    "é",
    "(",
    "[",
    "\\",
    "'",
    "%s",
    "{}",
    "§",
    "٣",
    "ﬁ",
    "İ",
]

turns = st.lists(st.sampled_from(TURNS), max_size=4)


@pytest.fixture(scope="module")
def engine(fake_index: Index) -> Engine:
    return engine_over(fake_index)


def talk(index: Index, said: list[str]) -> list[Reply]:
    """Return the replies to some turns, one after another."""
    replies: list[Reply] = []
    for turn in said:
        replies.append(ask(engine_over(index), turn, replies[-1].conversation if replies else Conversation()))
    return replies


# ---- the first turn


@pytest.mark.parametrize("question", TURNS)
def test_a_first_question_needs_no_conversation(question: str, engine: Engine) -> None:
    assert ask(engine, question) == ask(engine, question, Conversation())


@pytest.mark.parametrize("handed_back", [None, {}, Conversation().to_json()])
def test_an_empty_conversation_is_as_good_as_none(handed_back: object, engine: Engine) -> None:
    conversation = read_conversation(handed_back, engine.report)
    assert ask(engine, "young carers", conversation) == ask(engine, "young carers")


@pytest.mark.parametrize("turn", ["and for care leavers?", "why?", "more", "next", "previous", "only recommendations"])
def test_a_turn_with_nothing_to_follow_is_new(turn: str, engine: Engine) -> None:
    assert ask(engine, turn).turn == "new"


# ---- what is said, not asked


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("hello", "greeting"),
        ("Good morning!", "greeting"),
        ("thanks", "thanks"),
        ("thank you very much", "thanks"),
        ("bye", "thanks"),
        ("help", "about"),
        ("what can you do?", "about"),
        ("", "empty"),
        ("   ", "empty"),
        ("?!", "empty"),
        ("😀", "empty"),
        ("\x00\ud800", "empty"),
        ("start again", "restarted"),
        ("reset", "restarted"),
    ],
)
def test_what_asks_nothing_is_helped(said: str, reason: str, engine: Engine) -> None:
    reply = ask(engine, said)
    assert (reply.status, reply.reason) == ("help", reason)


@pytest.mark.parametrize("said", ["hello", "thanks", "help", "", "?!"])
def test_what_asks_nothing_leaves_the_conversation_as_it_is(said: str, engine: Engine) -> None:
    before = ask(engine, "young carers").conversation
    assert ask(engine, said, before).conversation == before


def test_starting_again_forgets_everything(engine: Engine) -> None:
    before = ask(engine, "young carers").conversation
    assert ask(engine, "start again", before).conversation == Conversation()


@pytest.mark.parametrize("said", ["hello", "thanks", "help", "", "start again"])
def test_what_asks_nothing_is_answered_alike_at_any_turn(said: str, engine: Engine) -> None:
    before = ask(engine, "young carers").conversation
    assert ask(engine, said, before).reason == ask(engine, said).reason


# ---- what is kept


def test_a_question_is_kept_as_it_was_typed(engine: Engine) -> None:
    typed = "Could you tell me about bullying, please?"
    assert ask(engine, typed).conversation.turns[-1].question == typed


def test_what_was_cited_is_kept(engine: Engine) -> None:
    reply = ask(engine, "R2")
    assert reply.conversation.turns[-1].cited == (("R2", 0),)


def test_a_question_without_an_answer_is_kept(engine: Engine) -> None:
    assert [turn.status for turn in ask(engine, "paragraph 104").conversation.turns] == ["not_covered"]


@settings(deadline=None, max_examples=8)
@given(said=turns)
def test_a_turn_leaves_the_conversation_before_it_as_it_was(said: list[str], fake_index: Index) -> None:
    before = talk(fake_index, [*said, "bullying"])[-1].conversation
    kept = deepcopy(before)
    ask(engine_over(fake_index), "and for care leavers?", before)
    assert before == kept


@settings(deadline=None, max_examples=8)
@given(said=turns)
def test_a_conversation_comes_back_from_json_after_any_turns(said: list[str], fake_index: Index) -> None:
    after = talk(fake_index, [*said, "bullying"])[-1].conversation
    assert read_conversation(after.to_json(), engine_over(fake_index).report) == after


@settings(deadline=None, max_examples=8)
@given(said=turns)
def test_a_turn_is_answered_by_what_came_before_and_nothing_else(said: list[str], fake_index: Index) -> None:
    assert talk(fake_index, said) == talk(fake_index, said)


@settings(deadline=None, max_examples=8)
@given(said=turns)
def test_only_turns_that_answer_cite(said: list[str], fake_index: Index) -> None:
    assert all(bool(reply.citations) == (reply.status in CITING) for reply in talk(fake_index, said))


@settings(deadline=None, max_examples=8)
@given(said=turns)
def test_every_turn_quotes_the_report(said: list[str], fake_index: Index) -> None:
    texts = {passage.id: passage.text for passage in fake_index.report.passages}
    cited = [one for reply in talk(fake_index, said) for one in (*reply.citations, *reply.nearest)]
    assert all(one.quote == texts[one.passage.id][one.span.start : one.span.end] for one in cited)


def test_a_conversation_never_grows_past_its_longest(fake_index: Index) -> None:
    replies = talk(fake_index, ["young carers", "R2", "paragraph 1"] * 8)
    assert max(len(reply.conversation.turns) for reply in replies) == LONGEST_CONVERSATION


# ---- following up


@pytest.mark.parametrize(
    "topic", ["young carers", "bullying", "housing for care leavers", "foster carers", "attendance"]
)
def test_more_never_repeats(topic: str, fake_index: Index) -> None:
    replies = talk(fake_index, [topic, *["more"] * 5])
    cited = [(one.passage.id, one.span) for reply in replies for one in reply.citations]
    assert len(cited) == len(set(cited))


@pytest.mark.parametrize("topic", ["young carers", "bullying", "R2"])
def test_more_comes_to_an_end(topic: str, fake_index: Index) -> None:
    assert talk(fake_index, [topic, *["more"] * 12])[-1].reason == "no_more"


@pytest.mark.parametrize(("turn", "passage"), [("next", "67"), ("previous", "65"), ("next paragraph", "67")])
def test_the_neighbour_of_a_passage_can_be_read_on(turn: str, passage: str, fake_index: Index) -> None:
    assert [one.passage.id for one in talk(fake_index, ["paragraph 66", turn])[-1].citations] == [passage]


def test_reading_on_goes_on(fake_index: Index) -> None:
    replies = talk(fake_index, ["paragraph 66", "next", "next", "previous"])
    assert [reply.citations[0].passage.id for reply in replies] == ["66", "67", "68", "67"]


@pytest.mark.parametrize("end", [0, -1])
def test_reading_on_ends_with_the_report(end: int, fake_index: Index) -> None:
    ids = list(fake_index.report.by_id)
    assert talk(fake_index, [f"paragraph {ids[end]}", "previous" if end == 0 else "next"])[-1].reason == "no_more"


def test_only_recommendations_are_cited_where_only_they_are_wanted(fake_index: Index) -> None:
    reply = talk(fake_index, ["What are the recommendations?", "only recommendations"])[-1]
    assert {one.passage.kind for one in reply.citations} == {"recommendation"}


def test_a_passage_number_is_read_alike_at_any_turn(fake_index: Index) -> None:
    assert (
        talk(fake_index, ["young carers", "paragraph 66"])[-1].citations
        == talk(fake_index, ["paragraph 66"])[-1].citations
    )


def test_all_recommendations_are_listed_alike_at_any_turn(fake_index: Index) -> None:
    asked = "What are the recommendations?"
    assert talk(fake_index, ["young carers", asked])[-1].citations == talk(fake_index, [asked])[-1].citations


def test_a_question_without_an_answer_is_not_followed_up(fake_index: Index) -> None:
    assert talk(fake_index, ["paragraph 104", "why?"])[-1].turn == "new"


@pytest.mark.model
def test_a_follow_up_is_read_with_what_it_follows(model_index: Index, model: SentenceTransformerEncoder) -> None:
    engine = open_engine(model_index, model)
    first = ask(engine, "Is help for young carers adequate?")
    reply = ask(engine, "and for care leavers?", first.conversation)
    assert (reply.turn, reply.understood_as) == ("follow_up", "Is help for care leavers adequate?")
    new = ask(engine, "thanks. which wards are the poorest?", reply.conversation)
    assert (new.turn, new.understood_as) == ("new", "which wards are the poorest?")


@pytest.mark.model
def test_a_subject_that_is_only_discussed_can_be_pointed_at(
    model_index: Index, model: SentenceTransformerEncoder
) -> None:
    engine = open_engine(model_index, model)
    first = ask(engine, "How many young carers are there?")
    assert (first.status, first.reason) == ("related", "no_number")
    reply = ask(engine, "what is wrong with their support?", first.conversation)
    assert (reply.turn, reply.status) == ("follow_up", "answered")
    assert all("young carers" in citation.quote for citation in reply.citations)
    new = ask(engine, "How good are schools?", first.conversation)
    assert new.turn == "new"


# ---- odd text


@settings(deadline=None, max_examples=10)
@given(typed=st.text(max_size=15))
@example(typed="\x00\x01\x02young carers\x7f")
@example(typed="\ud800young carers\udfff")
@example(typed="👩‍👩‍👧 carers 😀😀😀")
@example(typed="<script>alert('young carers')</script>")
@example(typed="<img src=x onerror=alert(1)> &lt;b&gt;")
@example(typed="young carers'; DROP TABLE reports; --")
@example(typed="\u202eyoung carers\u202c \u200b\ufeff")
@example(typed="\\1 \\g<0> (?P<x> [ ( * +")
def test_odd_text_never_fails(typed: str, fake_index: Index) -> None:
    assert ask(engine_over(fake_index), typed).status


@settings(deadline=None, max_examples=20)
@given(typed=st.lists(st.sampled_from([*TURNS, *ODD]), max_size=8).map(" ".join), before=turns)
def test_odd_text_among_turns_never_fails(typed: str, before: list[str], fake_index: Index) -> None:
    assert talk(fake_index, [*before, typed, "more"])[-1].status


@pytest.mark.parametrize("character", ["a", "(", "\n", "\x00", "\ud800", "😀", "?"])
def test_a_hundred_thousand_characters_never_fail(character: str, engine: Engine) -> None:
    assert ask(engine, character * 100_000).status in {"help", "not_covered", "related"}


def test_a_long_question_is_cut_in_the_conversation(engine: Engine) -> None:
    turn = ask(engine, "young carers " * 200).conversation.turns[-1]
    assert max(len(turn.question), len(turn.read_as)) <= 1000


@pytest.mark.parametrize("typed", ["young\x00carers", "young \ud800carers", "\u202eyoung carers"])
def test_a_reply_repeats_no_control_characters(typed: str, engine: Engine) -> None:
    assert ask(engine, typed).question == "young carers"


def test_what_is_encoded_before_a_follow_up_leaves_room_for_it(engine: Engine) -> None:
    asked = [Turn("Is support for young carers adequate? " * 20, "young carers", "answered")] * 5
    before = asked_before(Conversation(tuple(asked)), engine)
    assert before
    assert sum(map(len, before)) <= 400


def test_only_answered_questions_stand_before_a_follow_up(engine: Engine) -> None:
    turns = (Turn("bullying", "bullying", "answered"), Turn("zeppelins", "zeppelins", "not_covered"))
    assert asked_before(Conversation(turns), engine) == ["bullying"]


# ---- what was quoted before


def beside(conversation: Conversation, engine: Engine) -> set[str]:
    """Return the passages that a turn after `conversation` takes to be beside what was quoted."""
    readings = both_readings("and why is that?", engine.read("and why is that?"), conversation, engine)
    assert readings is not None
    column = readings.after.evidence.column("beside_quoted")
    return {row.passage.id for row in engine.index.rows if column[row.row]}


def test_a_later_turn_knows_the_passages_that_were_quoted(engine: Engine) -> None:
    turn = Turn("young carers", "young carers", "answered", (("66", 0), ("29", 1)))
    assert beside(Conversation((turn,)), engine) == {"29", "66"}


def test_the_last_turn_that_was_answered_is_the_one_that_counts(engine: Engine) -> None:
    first = Turn("bullying", "bullying", "answered", (("50", 0),))
    second = Turn("young carers", "young carers", "answered", (("66", 0),))
    failed = Turn("zeppelins", "zeppelins", "not_covered")
    assert beside(Conversation((first, second, failed)), engine) == {"66"}


def test_a_return_counts_from_what_it_goes_back_to(engine: Engine) -> None:
    first = Turn("bullying", "bullying", "answered", (("50", 0),))
    second = Turn("young carers", "young carers", "answered", (("66", 0),))
    typed = "going back to bullying, why is that?"
    readings = both_readings(typed, engine.read(typed), Conversation((first, second)), engine)
    assert readings is not None
    column = readings.after.evidence.column("quoted")
    assert [row.passage.id for row in engine.index.rows if column[row.row]] == ["50"]


def test_nothing_was_quoted_before_a_first_question(engine: Engine) -> None:
    question = engine.read("young carers")
    evidence = engine.gather(question, engine.encode(question.wordings))
    assert not any(evidence.column(name).any() for name in QUOTED)


def test_what_is_quoted_stands_in_its_passage(engine: Engine) -> None:
    [row] = [row.row for row in engine.index.rows if (row.passage.id, row.at) == ("66", 0)]
    itself, beside = quoted([row], engine.ledger).T
    assert itself.sum() == itself[row] == beside[row] == 1
    assert beside.sum() == len(engine.report.by_id["66"].sentences)
