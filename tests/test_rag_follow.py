import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.report import Report
from rag.follow import meaningful, merge, shown, strip_lead, subject_of
from rag.vocabulary import Vocabulary, read_vocabulary


@pytest.fixture(scope="module")
def words(report: Report) -> Vocabulary:
    return read_vocabulary(report)


@pytest.mark.parametrize(
    ("turn", "topic", "alone"),
    [
        ("and for care leavers?", "respite for disabled children", "respite for care leavers"),
        ("what about young carers?", "respite for disabled children", "respite for young carers"),
    ],
)
def test_a_group_takes_the_place_of_another(turn: str, topic: str, alone: str, words: Vocabulary) -> None:
    assert merge(turn, topic, words).text == alone


def test_a_swap_becomes_the_topic(words: Vocabulary) -> None:
    merged = merge("and for care leavers?", "respite for disabled children", words)
    assert merged.topic == merged.text


@pytest.mark.parametrize(
    ("turn", "topic", "alone"),
    [
        ("are they listened to?", "care leavers", "are care leavers listened to?"),
        ("who listens to them?", "care leavers", "who listens to care leavers?"),
        ("how is it monitored?", "bullying", "how is bullying monitored?"),
        ("is their housing good?", "care leavers", "is care leavers' housing good?"),
    ],
)
def test_a_pronoun_takes_the_topics_subject(turn: str, topic: str, alone: str, words: Vocabulary) -> None:
    assert merge(turn, topic, words).text == alone


def test_a_pronoun_leaves_the_topic_as_it_was(words: Vocabulary) -> None:
    assert merge("are they listened to?", "care leavers", words).topic == "care leavers"


@pytest.mark.parametrize("turn", ["why?", "how many?", "when was this?", "any numbers?"])
def test_a_drill_down_keeps_the_subject(turn: str, words: Vocabulary) -> None:
    assert "young carers" in merge(turn, "young carers", words).text


@pytest.mark.parametrize("turn", ["why?", "how many?"])
def test_a_drill_down_keeps_the_topic(turn: str, words: Vocabulary) -> None:
    assert merge(turn, "young carers", words).topic == "young carers"


def test_the_subject_of_a_question_is_what_it_names(words: Vocabulary) -> None:
    assert subject_of("What does the report say about young carers?", words) == "young carers"


@settings(max_examples=60, deadline=None)
@given(turn=st.text(max_size=40), topic=st.text(max_size=40))
def test_any_turn_and_topic_can_be_merged(words: Vocabulary, turn: str, topic: str) -> None:
    assert isinstance(merge(turn, topic, words).text, str)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("hello", "greeting"),
        ("many thanks", "thanks"),
        ("start again", "restart"),
        ("more", "more"),
        ("next", "next"),
        ("previous paragraph", "previous"),
        ("only recommendations", "only_recommendations"),
        ("no, I meant fostering", "repair"),
        ("going back to young carers", "return"),
        ("a different question: schools", "change"),
        ("what about schools?", "ellipsis"),
        ("are they safe?", "pronoun"),
        ("why?", "bare"),
    ],
)
def test_the_wording_of_a_turn_shows_what_it_is(text: str, sign: str) -> None:
    assert sign in shown(text)


@pytest.mark.parametrize("text", ["young carers", "Schools in Havering", "Helplines for parents", "Hilldene school"])
def test_a_plain_question_shows_no_command(text: str) -> None:
    assert shown(text) == frozenset()


def test_a_lead_is_stripped() -> None:
    assert strip_lead("what about schools?", "ellipsis") == "schools?"


def test_a_lead_alone_is_kept() -> None:
    assert strip_lead("what about", "ellipsis") == "what about"


@pytest.mark.parametrize(("text", "count"), [("", 0), ("why is that?", 0), ("young carers", 2), ("are carers safe", 2)])
def test_only_words_that_say_something_are_counted(text: str, count: int) -> None:
    assert meaningful(text) == count
