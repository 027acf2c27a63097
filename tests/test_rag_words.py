import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.words import Phrases, read_rows, split_words, stem, stems, stop_stems

WIDTHS = {
    "authorities.txt": 1,
    "asks.tsv": 2,
    "deadlines.tsv": 2,
    "degrees.tsv": 2,
    "extremes.tsv": 2,
    "directions.tsv": 2,
    "frames.txt": 1,
    "generic.txt": 1,
    "glossary.tsv": 4,
    "judging.txt": 1,
    "polarity.tsv": 2,
    "stop.txt": 1,
    "targets.tsv": 2,
    "turns.tsv": 2,
}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("carers", "carer"),
        ("Children", "child"),
        ("people", "person"),
        ("women", "woman"),
        ("identified", "identify"),
        ("mother's", "mother"),
        ("carers’", "carer"),
        ("SCHOOLS", "school"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("care", "career"), ("school", "scholar"), ("grade", "great")])
def test_different_words_keep_their_own_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_hyphens_part_words() -> None:
    assert stems("anti-bullying") == ["anti", stem("bullying")]


def test_apostrophes_do_not_part_words() -> None:
    assert len(stems("don't")) == 1


def test_underscores_part_words() -> None:
    assert stems("young_carer") == stems("young carer")


def test_punctuation_is_no_word() -> None:
    assert split_words(" … ?! —\t£ ") == []


@given(st.text(max_size=80))
def test_words_are_in_order_and_disjoint(text: str) -> None:
    ends = [0, *(edge for word in split_words(text) for edge in (word.start, word.end))]
    assert ends == sorted(ends)


@given(st.text(max_size=80))
def test_words_cover_every_letter_and_digit(text: str) -> None:
    covered = {at for word in split_words(text) for at in range(word.start, word.end)}
    assert all(at in covered for at, char in enumerate(text) if re.match(r"[^\W_]", char))


# ---- phrases


def test_the_longest_phrase_wins() -> None:
    phrases = Phrases([("young", "short"), ("young carers", "long")])
    assert [hit.value for hit in phrases.find(stems("young carers"))] == ["long"]


def test_a_shorter_phrase_is_found_where_the_longer_breaks_off() -> None:
    phrases = Phrases([("young carers forum", "long"), ("young carers", "short")])
    assert [hit.value for hit in phrases.find(stems("young carers group"))] == ["short"]


def test_phrases_do_not_overlap() -> None:
    phrases = Phrases([("young carers", "one"), ("carers forum", "other")])
    assert [hit.value for hit in phrases.find(stems("young carers forum"))] == ["one"]


def test_phrases_are_found_by_their_stems() -> None:
    assert Phrases([("young carers", 1)]).find(stems("a Young Carer"))


def test_phrases_are_found_from_left_to_right() -> None:
    phrases = Phrases([("carers", 1), ("schools", 2)])
    assert [hit.value for hit in phrases.find(stems("schools and carers and schools"))] == [2, 1, 2]


def test_pointers_are_passed_over_in_a_text() -> None:
    assert Phrases([("look after mum", 1)]).find(stems("kids who look after their mum"))


def test_pointers_are_passed_over_in_a_phrase() -> None:
    assert Phrases([("look after their mum", 1)]).find(stems("look after mum"))


def test_a_hit_spans_the_pointers_inside_it() -> None:
    (hit,) = Phrases([("look after mum", 1)]).find(stems("kids look after their mum today"))
    assert (hit.start, hit.end) == (1, 5)


def test_a_phrase_may_stand_for_several_things() -> None:
    phrases = Phrases([("care", 1), ("care", 2), ("care", 1)])
    assert [hit.value for hit in phrases.find(stems("care"))] == [1, 2]


def test_a_phrase_of_pointers_alone_is_never_found() -> None:
    assert Phrases([("the", 1), ("", 2)]).find(stems("the")) == []


def test_no_words_hold_no_phrase() -> None:
    assert Phrases([("care", 1)]).find([]) == []


# ---- the lists


def test_every_word_list_is_checked_here(request: pytest.FixtureRequest) -> None:
    folder = request.config.rootpath / "rag" / "words"
    assert {path.name for path in folder.iterdir()} == set(WIDTHS)


@pytest.mark.parametrize("name", WIDTHS)
def test_a_word_list_is_not_empty(name: str) -> None:
    assert read_rows(name)


@pytest.mark.parametrize(("name", "width"), WIDTHS.items())
def test_the_rows_of_a_word_list_have_as_many_cells_as_its_header(name: str, width: int) -> None:
    assert [row for row in read_rows(name) if len(row) != width] == []


@pytest.mark.parametrize("name", sorted(WIDTHS.keys() - {"glossary.tsv", "frames.txt", "asks.tsv", "turns.tsv"}))
def test_cells_have_no_white_space_around_them(name: str) -> None:
    assert [cell for row in read_rows(name) for cell in row if cell != cell.strip() or not cell] == []


@pytest.mark.parametrize("name", sorted(WIDTHS))
def test_no_row_of_a_word_list_stands_twice(name: str) -> None:
    assert [row for row, times in Counter(map(tuple, read_rows(name))).items() if times > 1] == []


@pytest.mark.parametrize(("name", "column"), [("asks.tsv", 1), ("turns.tsv", 1), ("frames.txt", 0)])
def test_regular_expressions_compile(name: str, column: int) -> None:
    assert all(re.compile(row[column], re.IGNORECASE) for row in read_rows(name))


@pytest.mark.parametrize(("name", "column"), [("asks.tsv", 1), ("turns.tsv", 1), ("frames.txt", 0)])
def test_no_regular_expression_matches_nothing_at_all(name: str, column: int) -> None:
    assert [row for row in read_rows(name) if re.search(row[column], "", re.IGNORECASE)] == []


def test_frames_stand_at_the_start_or_the_end() -> None:
    assert [row[0] for row in read_rows("frames.txt") if not row[0].startswith("^") and not row[0].endswith("$")] == []


def test_directions_are_up_or_down() -> None:
    assert {way for _, way in read_rows("directions.tsv")} == {"up", "down"}


def test_targets_are_good_when_high_or_low() -> None:
    assert {way for _, way in read_rows("targets.tsv")} == {"high", "low"}


def test_judgements_are_numbers_up_to_two() -> None:
    assert all(-2 <= float(value) <= 2 for _, value in read_rows("polarity.tsv"))


@pytest.mark.parametrize("name", ["polarity.tsv", "targets.tsv", "directions.tsv"])
def test_no_phrase_is_given_two_values(name: str) -> None:
    values: dict[str, set[str]] = {}
    for phrase, value in read_rows(name):
        values.setdefault(phrase.lower(), set()).add(value)
    assert [phrase for phrase, given_ in values.items() if len(given_) > 1] == []


@pytest.mark.parametrize("word", ["what", "the", "report", "inspectors"])
def test_words_that_name_no_subject_are_stop_words(word: str) -> None:
    assert stem(word) in stop_stems()


@pytest.mark.parametrize("word", ["carers", "bullying", "schools", "health"])
def test_words_that_name_a_subject_are_no_stop_words(word: str) -> None:
    assert stem(word) not in stop_stems()
