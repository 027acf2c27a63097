import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_rag_engine import engine_over

from index.store import Index
from rag.conversation import resolve_alone
from rag.follow import meaningful, merge, shown, strip_lead, subject_of
from rag.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def words(fake_index: Index) -> Vocabulary:
    return engine_over(fake_index).vocabulary


# ---- a new filling for the slot


@pytest.mark.parametrize(
    ("turn", "topic", "read"),
    [
        ("and for care leavers?", "respite for disabled children", "respite for care leavers"),
        ("what about young carers?", "respite for disabled children", "respite for young carers"),
        ("how about asylum seekers?", "education of looked after children", "education of asylum seekers"),
        ("and care leavers?", "housing for young carers", "housing for care leavers"),
    ],
)
def test_a_fragment_takes_the_place_of_what_it_replaces(turn: str, topic: str, read: str, words: Vocabulary) -> None:
    assert merge(turn, topic, words).text == read


def test_a_swap_is_what_the_next_turn_follows(words: Vocabulary) -> None:
    assert merge("and for care leavers?", "respite for disabled children", words).topic == "respite for care leavers"


def test_the_same_group_again_swaps_nothing(words: Vocabulary) -> None:
    assert "respite" in merge("and for foster kids?", "respite for looked after children", words).text


def test_a_fragment_of_another_kind_swaps_nothing(words: Vocabulary) -> None:
    assert "care leavers" in merge("and in 2006?", "housing for care leavers", words).text


# ---- a pronoun


@pytest.mark.parametrize(
    ("turn", "topic", "read"),
    [
        ("are they listened to?", "what support do care leavers get", "are care leavers listened to?"),
        ("their health?", "looked after children", "looked after children's health?"),
        ("how is it funded?", "respite care", "how is respite care funded?"),
        ("who helps them?", "support for young carers", "who helps young carers?"),
    ],
)
def test_a_pronoun_takes_what_it_stands_for(turn: str, topic: str, read: str, words: Vocabulary) -> None:
    assert merge(turn, topic, words).text == read


def test_a_pronoun_leaves_the_topic_as_it_was(words: Vocabulary) -> None:
    assert merge("how is it funded?", "respite care", words).topic == "respite care"


# ---- a drill-down


@pytest.mark.parametrize("turn", ["why?", "since when?", "how many?", "who says so?"])
@pytest.mark.parametrize("topic", ["respite care", "housing for care leavers", "bullying"])
def test_a_bare_turn_is_asked_of_the_topic(turn: str, topic: str, words: Vocabulary) -> None:
    assert merge(turn, topic, words).text == f"{subject_of(topic, words)}: {turn}"


def test_a_drill_down_leaves_the_topic_as_it_was(words: Vocabulary) -> None:
    assert merge("why?", "respite care", words).topic == "respite care"


def test_an_addition_grows_the_topic(words: Vocabulary) -> None:
    assert merge("and the recommendations?", "young carers", words).topic == "young carers recommendations"


PIECES = ("and", "what about", "they", "it", "care leavers", "respite", "why", "2006", "?", "😀", "\\1", "(")
SAID = st.lists(st.sampled_from(PIECES), max_size=6)


@settings(deadline=None)
@given(turn=SAID.map(" ".join), topic=SAID.map(" ".join))
def test_merging_never_fails(turn: str, topic: str, fake_index: Index) -> None:
    assert isinstance(merge(turn, topic, engine_over(fake_index).vocabulary).text, str)


# ---- the subject


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What does the report say about bullying?", "bullying"),
        ("respite care", "respite care"),
        ("Could you tell me about truancy, please?", "truancy"),
    ],
)
def test_a_subject_stands_without_its_frame(question: str, subject: str, words: Vocabulary) -> None:
    assert subject_of(question, words) == subject


def test_a_subject_is_quoted_as_typed(words: Vocabulary) -> None:
    assert subject_of("FOSTER Kids", words) == "FOSTER Kids"


# ---- the signs of a turn


@pytest.mark.parametrize(
    ("turn", "sign"),
    [
        ("hello", "greeting"),
        ("Good morning!", "greeting"),
        ("thanks", "thanks"),
        ("thank you very much", "thanks"),
        ("that's helpful", "thanks"),
        ("bye", "thanks"),
        ("what can you do?", "about"),
        ("help", "about"),
        ("are you a robot?", "about"),
        ("start again", "restart"),
        ("reset", "restart"),
        ("new conversation", "restart"),
        ("forget that", "restart"),
        ("more", "more"),
        ("show me more please", "more"),
        ("anything else?", "more"),
        ("next", "next"),
        ("next paragraph", "next"),
        ("previous", "previous"),
        ("the paragraph before", "previous"),
        ("only recommendations", "only_recommendations"),
        ("no, I meant adoption", "repair"),
        ("going back to housing", "return"),
        ("different question: is adoption slow?", "change"),
        ("and for care leavers?", "ellipsis"),
        ("what about adoption?", "ellipsis"),
        ("are they safe?", "pronoun"),
        ("why?", "bare"),
    ],
)
def test_a_turn_shows_its_sign(turn: str, sign: str) -> None:
    assert sign in shown(turn)


@pytest.mark.parametrize(
    "turn",
    [
        "Is there more bullying in primary schools?",
        "What thanks do foster carers get?",
        "Who can help young carers?",
        "Do schools start again in September?",
        "How are the next of kin told?",
        "Hello Kitty",
        "Good",
        "the good morning club",
    ],
)
def test_a_question_is_no_command(turn: str) -> None:
    assert not shown(turn) & {"greeting", "about", "restart", "more", "next", "previous", "only_recommendations"}


@given(st.text())
def test_any_text_may_be_searched_for_signs(text: str) -> None:
    assert "" not in shown(text)


def test_what_only_ties_a_turn_to_the_last_is_stripped() -> None:
    assert strip_lead("different question: is adoption slow?", "change").endswith("is adoption slow?")


def test_a_turn_that_only_ties_stays() -> None:
    assert strip_lead("what about", "ellipsis") == "what about"


@given(st.text())
def test_stripping_no_sign_changes_nothing(text: str) -> None:
    assert strip_lead(text) == text


@pytest.mark.parametrize(
    ("turn", "count"), [("why?", 0), ("are they", 0), ("adoption", 1), ("adopt and foster", 2), ("", 0)]
)
def test_meaningful_words_are_counted(turn: str, count: int) -> None:
    assert meaningful(turn) == count


# ---- without a report


@pytest.mark.parametrize(
    ("questions", "understood"),
    [
        (["respite for disabled children", "and for care leavers?"], "respite for care leavers"),
        (["What support do care leavers get?", "are they listened to?"], "are care leavers listened to?"),
        (["Is bullying common?"], "Is bullying common?"),
        (["Is bullying common?", "Who adopts children?"], "Who adopts children?"),
        ([], ""),
    ],
)
def test_the_last_question_is_understood_after_the_others(questions: list[str], understood: str) -> None:
    assert resolve_alone(questions) == understood


def test_they_who_recommend_wrote_the_report(words: Vocabulary) -> None:
    read = merge("what do they recommend about that?", "housing for care leavers", words).text
    assert read.startswith("what do the inspectors recommend about")
    assert "care leavers" in read
