import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_rag_engine import engine_over

from index.report import Report
from index.store import Index
from rag.question import Question, Unit, clean, find_units, read_question, strip_frames
from rag.vocabulary import Vocabulary
from rag.words import stem, stems, stop_stems

Read = Callable[[str], Question]
UnitsIn = Callable[[str], tuple[Unit, ...]]
# words of questions and odd characters; letters at random are slow to spell
PIECES = (
    "young",
    "carers",
    "good",
    "not bad",
    "FOSTER kids",
    "2015",
    "para 66",
    "R2",
    "\x00",
    "\ud800",
    "😀",
    "<b>",
    "(",
    "'",
    "ẞ",
    "\n",
    "?",
)
TYPED = st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)


@pytest.fixture(scope="module")
def words(fake_index: Index) -> Vocabulary:
    return engine_over(fake_index).vocabulary


@pytest.fixture(scope="module")
def read(words: Vocabulary) -> Read:
    """Give the reading of questions; a vocabulary is too long for Hypothesis to print."""
    return lambda typed: read_question(typed, words)


@pytest.fixture(scope="module")
def units_in(words: Vocabulary) -> UnitsIn:
    return lambda text: find_units(text, words)


@pytest.fixture(scope="module")
def long_words(words: Vocabulary) -> list[str]:
    return sorted(word for word in words.words if len(word) > 6)


@pytest.fixture(scope="module")
def known(words: Vocabulary) -> Callable[[str], bool]:
    """Give whether the report or common English has a word."""
    return lambda word: word in words.words or word in words.speller


# ---- cleaning


@given(st.text())
def test_a_cleaned_text_holds_no_control_characters(text: str) -> None:
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in clean(text))


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  young \n carers\t", "young carers"),
        ("young\x00carers", "young carers"),
        ("young\ud800 carers", "young carers"),
        ("young\u200bcarers", "young carers"),
        ("young\u2028carers", "young carers"),
        ("young\xa0carers", "young carers"),
        ("cafe\u0301", "café"),
        ("", ""),
    ],
)
def test_white_space_and_odd_characters_are_folded(typed: str, read: str) -> None:
    assert clean(typed) == read


# ---- frames


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Can you tell me about respite care?", "respite care?"),
        ("Please list the partners", "the partners"),
        ("Speaking as a parent, is the playground safe?", "is the playground safe?"),
        ("According to the report, how many nurseries are there?", "how many nurseries are there?"),
        ("In this report, is truancy mentioned?", "is truancy mentioned?"),
        ("What does the report say about sexual health?", "sexual health?"),
        ("What is the verdict on leadership?", "leadership?"),
        ("What does the report report on housing?", "housing?"),
        ("What does the report recommend about housing?", "What does the report recommend about housing?"),
        ("Name the partners", "the partners"),
        ("Name of the chair", "Name of the chair"),
        ("Hello, is the playground safe?", "is the playground safe?"),
        ("I would like to know how many nurseries there are", "how many nurseries there are"),
        ("is the playground safe, please", "is the playground safe"),
        ("Is the playground safe? Thanks", "Is the playground safe?"),
        ("Is the playground safe?", "Is the playground safe?"),
    ],
)
def test_a_question_is_read_without_its_frame(typed: str, asked: str) -> None:
    assert strip_frames(typed) == asked


@pytest.mark.parametrize("typed", ["please", "hello", "what does it say", "tell me about it", "thanks", ""])
def test_a_frame_around_nothing_stays(typed: str) -> None:
    assert strip_frames(typed) == typed


FRAMES = ("Hi, ", "please ", "tell me ", "what does the report say about ", ", thanks", "?", " ")
FRAMED = st.lists(st.sampled_from([*FRAMES, "bullying", " in Romford"]))


@given(FRAMED.map("".join))
def test_stripping_frames_twice_changes_nothing(text: str) -> None:
    assert strip_frames(strip_frames(text)) == strip_frames(text)


@given(FRAMED.map("".join))
def test_what_remains_was_typed(text: str) -> None:
    assert strip_frames(text) in text


@given(FRAMED.map("".join))
def test_a_subject_survives_its_frames(text: str) -> None:
    assert "bullying" in strip_frames(text) or "bullying" not in text


def test_a_story_is_read_with_its_question(read: Read) -> None:
    typed = "My neighbour fosters two teenagers. How often are they visited by nurses?"
    assert read(typed).text == typed


# ---- spelling


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("assesment", "assessment"),
        ("saftey", "safety"),
        ("young carrers", "young carers"),
        ("behavoir", "behaviour"),
        ("recomendation", "recommendation"),
        ("bulying", "bullying"),
    ],
)
def test_a_misspelling_is_mended_to_a_word_of_the_report(typed: str, mended: str, read: Read) -> None:
    assert read(typed).text == mended


def test_a_mended_word_is_told(read: Read) -> None:
    assert read("young carrers").corrected == (("carrers", "carers"),)


def test_no_word_of_the_report_is_mended(read: Read, words: Vocabulary) -> None:
    wrong = {word: read(word).corrected for word in words.words}
    assert {word: told for word, told in wrong.items() if told} == {}


@pytest.mark.parametrize("word", ["nursery", "colour", "bicycle", "wheelchair", "neighbour", "foster", "truant"])
def test_a_common_word_is_not_mended(word: str, read: Read) -> None:
    assert read(word).corrected == ()


@pytest.mark.parametrize("typed", ["teh", "xqz", "hs"])
def test_a_short_word_is_not_mended(typed: str, read: Read) -> None:
    assert read(typed).text == typed


@pytest.mark.parametrize("typed", ["is Havvering good", "the XQZW scheme"])
def test_a_name_is_not_mended(typed: str, read: Read) -> None:
    assert read(typed).text == typed


def test_nothing_is_mended_where_spelling_is_switched_off(words: Vocabulary) -> None:
    assert read_question("young carrers", words, frozenset({"spelling"})).text == "young carrers"


@settings(deadline=None)
@given(data=st.data())
def test_a_word_is_mended_only_toward_words_known(
    data: st.DataObject, read: Read, long_words: list[str], known: Callable[[str], bool]
) -> None:
    word = data.draw(st.sampled_from(long_words))
    at = data.draw(st.integers(1, len(word) - 2))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert all(known(better) for _, better in read(swapped).corrected)


# ---- units


@pytest.mark.parametrize(
    ("typed", "concept"),
    [
        ("foster kids", "looked after children"),
        ("truants", "truancy"),
        ("NEET", "young people not in education, employment or training"),
        ("CAMHS", "child and adolescent mental health services"),
    ],
)
def test_a_lay_word_names_what_the_sector_calls_it(typed: str, concept: str, words: Vocabulary) -> None:
    named = {words.concepts[one].name for unit in find_units(typed, words) for one in unit.concepts}
    assert concept in named


def test_a_phrase_is_one_unit(words: Vocabulary) -> None:
    assert [unit.text for unit in find_units("foster kids", words)] == ["foster kids"]


def test_a_unit_is_quoted_as_typed(words: Vocabulary) -> None:
    assert [unit.text for unit in find_units("FOSTER kids!", words)] == ["FOSTER kids"]


def test_words_that_judge_are_no_units(read: Read) -> None:
    asked = read("what is wrong with leadership?")
    assert [unit.text for unit in asked.units] == ["leadership"]


def test_words_about_no_subject_are_no_units(words: Vocabulary) -> None:
    assert find_units("what is the report about", words) == ()


def test_a_word_of_the_report_alone_weighs_less_than_one_it_never_uses(words: Vocabulary) -> None:
    common, unknown = find_units("children zeppelins", words)
    assert common.weight < unknown.weight


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_a_unit_weighs_above_nothing_and_at_most_one(text: str, units_in: UnitsIn) -> None:
    assert all(0 < unit.weight <= 1 for unit in units_in(text))


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_a_unit_has_no_stop_word_among_its_stems(text: str, units_in: UnitsIn) -> None:
    assert not any(set(unit.stems) & stop_stems() for unit in units_in(text))


def test_the_report_is_searched_in_its_own_terms(read: Read) -> None:
    asked = read("what help do foster kids get")
    assert asked.also_searched == ("looked after children",)


def test_terms_that_the_report_uses_are_left_as_they_are(read: Read) -> None:
    assert read("looked after children").also_searched == ()


def test_lay_words_stay_where_the_glossary_is_switched_off(words: Vocabulary) -> None:
    asked = read_question("foster kids", words, frozenset({"glossary"}))
    assert asked.spoken == asked.text


# ---- what is asked of the subject


@pytest.mark.parametrize(
    "typed",
    [
        "what is wrong with housing?",
        "problems with housing",
        "what are the weaknesses of housing?",
        "what is going well with housing?",
        "strengths of housing",
        "is housing good?",
    ],
)
def test_words_that_ask_for_good_or_ill_name_no_subject(typed: str, read: Read) -> None:
    assert [unit.text for unit in read(typed).units] == ["housing"]


# ---- names, years, passage numbers


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("What about Fotheringay?", ("Fotheringay",)),
        ("Did Fotheringay meet Ramsbottom and Fotheringay?", ("Fotheringay", "Ramsbottom")),
        ("What about Havering?", ()),
        ("What did Ofsted find?", ()),
        ("Fotheringay opens the sentence", ()),
        ("WHAT ABOUT FOTHERINGAY", ()),
        ("is it good? Fotheringay opens this one", ()),
        ("what about fotheringay", ()),
        ("We teach near Fotheringay. Are classes too big?", ()),
        ("Are classes too big? We teach near Fotheringay.", ()),
        ("We teach there. What about Fotheringay?", ("Fotheringay",)),
        ("Who runs the Childrens Rights team", ()),
    ],
)
def test_a_name_the_report_does_not_know_is_noticed(typed: str, names: tuple[str, ...], read: Read) -> None:
    assert read(typed).names == names


@pytest.mark.parametrize(
    ("typed", "strange"),
    [
        ("xqzzt vrrblk", True),
        ("a" * 500, True),
        ("xqzzt for young carers", False),
        ("why xqzzt", False),
        ("giraffes", False),
        ("2006", False),
        ("??", False),
    ],
)
def test_a_text_without_a_known_word_is_strange(typed: str, strange: bool, read: Read) -> None:
    assert read(typed).strange == strange


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("attendance in 2015", ("2015",)),
        ("from 1998 to 2006", ("1998", "2006")),
        ("attendance in 2015/16", ("2015",)),
        ("room 1066", ()),
        ("tel 02015551234", ()),
        ("attendance", ()),
    ],
)
def test_years_are_read_from_a_question(typed: str, years: tuple[str, ...], read: Read) -> None:
    assert read(typed).years == years


@pytest.mark.parametrize(
    ("typed", "passage"),
    [
        ("paragraph 66", "66"),
        ("Paragraph 66", "66"),
        ("para 66", "66"),
        ("para. 66", "66"),
        ("para66", "66"),
        ("paragraph number 66", "66"),
        ("paragraph no. 66", "66"),
        ("What does paragraph 66 say?", "66"),
        ("read me paragraph 104", "104"),
        ("para A3", "A3"),
        ("annex 3", "A3"),
        ("annexe 3", "A3"),
        ("annex A3", "A3"),
        ("annex paragraph 3", "A3"),
        ("recommendation 3", "R3"),
        ("rec 3", "R3"),
        ("R3", "R3"),
        ("r3", "R3"),
        ("a3?", "A3"),
        ("G2", "G2"),
    ],
)
def test_a_passage_is_asked_for_by_its_number(typed: str, passage: str, read: Read) -> None:
    assert read(typed).passage == passage


@pytest.mark.parametrize("typed", ["66", "A4 paper", "paragraphs", "the M25", "12 paragraphs", "key stage 2", "E2E"])
def test_other_numbers_ask_for_no_passage(typed: str, read: Read) -> None:
    assert read(typed).passage == ""


def test_every_passage_can_be_asked_for_by_its_label(report: Report, read: Read) -> None:
    labelled = {passage.id: passage.label for passage in report.passages if passage.kind != "grade"}
    read = {one: read(label).passage for one, label in labelled.items()}
    assert read == {one: one for one in labelled}


@settings(deadline=None)
@given(text=TYPED)
def test_a_question_keeps_what_was_typed(text: str, read: Read) -> None:
    assert read(clean(text)).typed == clean(text)


@settings(deadline=None)
@given(text=TYPED)
def test_judged_words_are_words_of_the_question(text: str, read: Read) -> None:
    asked = read(clean(text))
    assert all(at < len(stems(asked.text)) for at in asked.judged)


def test_the_report_knows_its_own_place(words: Vocabulary) -> None:
    assert stem("Havering") in words.known


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("How does Reading do?", ("Reading",)),
        ("Reading: how good is its fostering?", ("Reading",)),
        ("Reading the summary, is fostering good?", ()),
        ("Is Croydon better?", ("Croydon",)),
        ("is croydon better?", ("croydon",)),
    ],
)
def test_a_council_is_told_from_the_word_it_is_named_like(typed: str, places: tuple[str, ...], read: Read) -> None:
    assert read(typed).places == places
