import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.polarity import direction, polarity, split_clauses

WORDS = ["good", "poor", "not", "crime", "low", "high", "uptake", "excellent", "inadequate", "and"]


def clauses(text: str) -> list[str]:
    return [span.of(text).strip(" ;,") for span in split_clauses(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Care is good, although choice is limited", ["Care is good", "although choice is limited"]),
        ("Care is good but choice is limited", ["Care is good", "but choice is limited"]),
        ("Care is good, whilst choice is limited", ["Care is good", "whilst choice is limited"]),
        ("Care is good; choice is limited", ["Care is good", "choice is limited"]),
        ("Care is good; however, choice is limited", ["Care is good", "however, choice is limited"]),
        ("Whilst care is good, choice is limited", ["Whilst care is good", "choice is limited"]),
        ("Although care is good, choice is limited", ["Although care is good", "choice is limited"]),
    ],
)
def test_a_sentence_parts_where_it_turns(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts


@pytest.mark.parametrize("text", ["Care is good", "red, white and blue", "Schools, colleges and nurseries are good"])
def test_a_sentence_that_does_not_turn_is_one_clause(text: str) -> None:
    assert clauses(text) == [text]


def test_an_empty_text_has_no_clauses() -> None:
    assert split_clauses("") == []


@given(st.lists(st.sampled_from(["care", "is", "good", "but", "although", ",", ";", "whilst", " ", "-"]), max_size=20))
def test_clauses_are_in_order_and_disjoint(parts: list[str]) -> None:
    edges = [edge for span in split_clauses(" ".join(parts)) for edge in (span.start, span.end)]
    assert edges == sorted(edges)


@given(st.lists(st.sampled_from(["care", "is", "good", "but", "although", ",", ";", "whilst"]), max_size=20))
def test_clauses_leave_no_word_out(parts: list[str]) -> None:
    text = " ".join(parts)
    assert "".join(span.of(text) for span in split_clauses(text)).split() == text.split()


@pytest.mark.parametrize(
    "text",
    [
        "Care is good",
        "Provision is outstanding",
        "Behaviour is excellent",
        "Support is effective",
        "Arrangements are strong",
        "Standards have improved",
    ],
)
def test_praise_is_good(text: str) -> None:
    assert polarity(text) > 0


@pytest.mark.parametrize(
    "text",
    [
        "Support for young carers is inadequate",
        "Monitoring is underdeveloped",
        "Arrangements are weak",
        "Provision is poor",
        "Choice is limited",
        "Care is not good",
        "There is a lack of good housing",
        "Support is insufficient",
    ],
)
def test_blame_is_ill(text: str) -> None:
    assert polarity(text) < 0


@pytest.mark.parametrize("text", ["", "The building is red", "Seven inspectors visited", "2007"])
def test_a_text_that_does_not_judge_is_neither(text: str) -> None:
    assert polarity(text) == 0


@pytest.mark.parametrize("text", ["Crime is low", "low crime", "a fall in crime", "fewer exclusions", "low absence"])
def test_little_of_what_is_bad_is_good(text: str) -> None:
    assert polarity(text) > 0


@pytest.mark.parametrize("text", ["Crime is high", "high crime", "rising crime", "exclusions have increased"])
def test_much_of_what_is_bad_is_ill(text: str) -> None:
    assert polarity(text) < 0


@pytest.mark.parametrize("text", ["Uptake is low", "low uptake", "attendance is low", "falling attendance"])
def test_little_of_what_is_good_is_ill(text: str) -> None:
    assert polarity(text) < 0


@pytest.mark.parametrize("text", ["Uptake is high", "high uptake", "attendance is high", "rising attendance"])
def test_much_of_what_is_good_is_good(text: str) -> None:
    assert polarity(text) > 0


@pytest.mark.parametrize("word", ["not", "never", "hardly", "rarely"])
def test_a_negator_turns_praise(word: str) -> None:
    assert polarity(f"Care is {word} good") < 0


def test_a_negator_far_away_turns_nothing() -> None:
    assert polarity("No one at the council offices disputes that care is good") > 0


def test_a_negated_weakness_is_not_a_weakness() -> None:
    assert polarity("Provision is not inadequate") >= 0


@given(
    st.lists(
        st.sampled_from(["good", "poor", "not", "crime", "low", "high", "uptake", "excellent", "inadequate", "and"]),
        max_size=30,
    )
)
def test_polarity_stays_in_range(words: list[str]) -> None:
    assert -1 <= polarity(" ".join(words)) <= 1


@pytest.mark.parametrize(("text", "way"), [("numbers are rising", 1), ("numbers fell", -1), ("numbers", 0)])
def test_a_direction_is_that_of_its_words(text: str, way: int) -> None:
    assert direction(text) == way


def test_a_text_that_goes_both_ways_has_no_direction() -> None:
    assert direction("absence fell while attendance rose") == 0
