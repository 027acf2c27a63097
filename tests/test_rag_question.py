import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.report import Report
from rag.question import Question, clean, read_question, strip_frames
from rag.vocabulary import Vocabulary, read_vocabulary
from rag.words import split_words


@pytest.fixture(scope="module")
def words(report: Report) -> Vocabulary:
    return read_vocabulary(report)


def read(typed: str, words: Vocabulary, *without: str) -> Question:
    return read_question(clean(typed), words, frozenset(without))


@given(st.text())
def test_a_clean_text_has_no_control_characters(text: str) -> None:
    assert not any(char < " " or "\x7f" <= char <= "\x9f" for char in clean(text))


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_cleaning_drops_lone_surrogates() -> None:
    assert clean("\ud800 carers") == "carers"


# ---- frames


@pytest.mark.parametrize(
    "typed",
    [
        "Can you tell me about bullying please",
        "tell me about bullying",
        "Does the report mention bullying?",
        "what did inspectors find about bullying?",
        "Hello, bullying?",
        "What does the report say about bullying?",
    ],
)
def test_what_people_wrap_around_a_question_is_stripped(typed: str) -> None:
    assert strip_frames(typed).rstrip("?") == "bullying"


@pytest.mark.parametrize("typed", ["please", "hello", "thanks", "tell me", ""])
def test_a_frame_alone_is_kept(typed: str) -> None:
    assert strip_frames(typed) == typed


@pytest.mark.parametrize("typed", ["young carers", "How good is education?", "Why is housing scarce?"])
def test_a_bare_question_keeps_its_words(typed: str) -> None:
    assert strip_frames(typed) == typed


@settings(deadline=None)
@given(st.lists(st.sampled_from(["please", "tell me about", "bullying", "hello,", "the report", "carers", "?"])))
def test_stripping_only_takes_away(parts: list[str]) -> None:
    typed = " ".join(parts)
    assert strip_frames(typed) in typed


def test_frames_can_be_left_on(words: Vocabulary) -> None:
    assert read("tell me about bullying", words, "frames").text == "tell me about bullying"


# ---- spelling


@pytest.mark.parametrize(
    ("typed", "mended"), [("bullyng", "bullying"), ("fostring", "fostering"), ("chlamidya", "chlamydia")]
)
def test_a_misspelt_word_is_mended(typed: str, mended: str, words: Vocabulary) -> None:
    assert read(typed, words).corrected == ((typed, mended),)


@pytest.mark.parametrize("typed", ["bullyng", "fostring", "chlamidya", "projct", "edcuation", "inadeqate", "websit"])
def test_spelling_is_mended_only_toward_known_words(typed: str, words: Vocabulary) -> None:
    better = [to for _, to in read(typed, words).corrected]
    assert all(to in words.words or to in words.speller for to in better)


def test_no_word_of_the_report_is_ever_mended(words: Vocabulary, report: Report) -> None:
    texts = [span.of(passage.text) for passage in report.passages for span in passage.sentences[:1]]
    assert [fixed for text in texts if (fixed := read(text, words, "frames").corrected)] == []


def test_common_words_that_the_report_lacks_are_kept(words: Vocabulary) -> None:
    assert read("giraffe umbrella volcano", words).corrected == ()


@pytest.mark.parametrize("typed", ["the mayor of Kingstn", "the XQZW team", "a cat", "can't"])
def test_names_acronyms_and_short_words_are_not_mended(typed: str, words: Vocabulary) -> None:
    assert read(typed, words).corrected == ()


def test_spelling_can_be_left_alone(words: Vocabulary) -> None:
    assert read("bullyng", words, "spelling").text == "bullyng"


# ---- names, years and numbers


def test_a_name_that_the_report_lacks_is_noticed(words: Vocabulary) -> None:
    assert read("What about Smithers of Kingston?", words).names == ("Smithers", "Kingston")


@pytest.mark.parametrize("typed", ["What about Havering?", "Kingston", "WHAT ABOUT KINGSTON", "Who works in Romford?"])
def test_no_other_word_is_taken_for_an_unknown_name(typed: str, words: Vocabulary) -> None:
    assert read(typed, words).names == ()


@pytest.mark.parametrize(
    ("typed", "years"),
    [("in 2015", ("2015",)), ("from 1998 to 2006", ("1998", "2006")), ("12015 or 3000", ()), ("carers", ())],
)
def test_years_are_noticed(typed: str, years: tuple[str, ...], words: Vocabulary) -> None:
    assert read(typed, words).years == years


@pytest.mark.parametrize(
    ("typed", "passage_id"),
    [
        ("paragraph 66", "66"),
        ("What does para 12 say?", "12"),
        ("paragraph number 7", "7"),
        ("recommendation 3", "R3"),
        ("rec no. 5", "R5"),
        ("annex 4", "A4"),
        ("R2", "R2"),
        ("g11?", "G11"),
        ("paragraph 104", "104"),
    ],
)
def test_a_passage_is_asked_for_by_its_number(typed: str, passage_id: str, words: Vocabulary) -> None:
    assert read(typed, words).passage == passage_id


@pytest.mark.parametrize("typed", ["year 11 pupils", "66", "In 2006", "young carers", "the 14-19 strategy"])
def test_other_numbers_ask_for_no_passage(typed: str, words: Vocabulary) -> None:
    assert read(typed, words).passage == ""


# ---- what is named


def test_every_unit_is_cut_from_the_question(words: Vocabulary) -> None:
    question = read("How well are kids who look after their mum supported in Harold Hill?", words)
    assert question.units
    assert all(unit.text in question.text for unit in question.units)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40))
def test_a_unit_weighs_between_nothing_and_one(words: Vocabulary, text: str) -> None:
    assert all(0 < unit.weight <= 1 for unit in read(text, words, "spelling").units)


@pytest.mark.parametrize(("typed", "sign"), [("What is wrong?", -1), ("What is good?", 1), ("carers in care", 0)])
def test_a_question_asks_for_good_or_ill(typed: str, sign: int, words: Vocabulary) -> None:
    assert read(typed, words).polarity == sign


def test_words_that_judge_name_nothing(words: Vocabulary) -> None:
    question = read("What is wrong with fostering?", words)
    judging = {split_words(question.text)[at].stem for at in question.judged}
    assert judging.isdisjoint(stem for unit in question.units for stem in unit.stems)


@pytest.mark.parametrize("typed", ["Why is crime low?", "What caused the delays?", "How come schools are full?"])
def test_a_why_takes_something_for_granted(typed: str, words: Vocabulary) -> None:
    assert read(typed, words).presumes


@pytest.mark.parametrize("typed", ["Is crime low?", "young carers", "Who runs it?"])
def test_other_questions_take_nothing_for_granted(typed: str, words: Vocabulary) -> None:
    assert not read(typed, words).presumes


def test_a_told_story_is_left_out(words: Vocabulary) -> None:
    typed = "My son is ten. He likes football. Which schools give medicine to pupils?"
    assert read(typed, words).text == "Which schools give medicine to pupils?"
