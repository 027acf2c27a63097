from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.kinds import Asked, Shown, asked_kinds, shown_kinds


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many nurseries are there?", "number"),
        ("What percentage of pupils walk to school?", "number"),
        ("What is the exclusion rate?", "number"),
        ("How long do families wait?", "number"),
        ("Any figures?", "number"),
        ("How much does respite cost?", "money"),
        ("What is the transport budget?", "money"),
        ("whats the budget for transport?", "money"),
        ("transport costs for schools", "money"),
        ("When was the trust set up?", "date"),
        ("By when must it be done?", "date"),
        ("What is the deadline?", "date"),
        ("Who chairs the board?", "person"),
        ("Which organisation runs the scheme?", "person"),
        ("Where do care leavers live?", "place"),
        ("Which wards are poorest?", "place"),
        ("Why is choice limited?", "reason"),
        ("What caused the delay?", "reason"),
        ("How come nobody noticed?", "reason"),
        ("What does YOT stand for?", "definition"),
        ("Define corporate parenting", "definition"),
        ("Is housing adequate?", "yesno"),
        ("Do pupils feel safe?", "yesno"),
        ("What grade did health get?", "grade"),
        ("How was management rated?", "grade"),
        ("What does it recommend?", "recommendation"),
        ("What should the council do?", "recommendation"),
        ("What are the next steps?", "recommendation"),
    ],
)
def test_a_question_asks_for_its_kind(question: str, kind: Asked) -> None:
    assert kind in asked_kinds(question)


@pytest.mark.parametrize("question", ["bullying", "foster carers", "attendance of boys", "help for families", ""])
def test_an_open_question_asks_for_no_kind(question: str) -> None:
    assert asked_kinds(question) == frozenset()


@pytest.mark.parametrize("question", ["How good is teaching?", "How is bullying dealt with?", "How well do pupils do?"])
def test_a_how_of_manner_asks_for_no_number(question: str) -> None:
    assert "number" not in asked_kinds(question)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Absence fell to 4.2% of sessions.", "number"),
        ("There are eighteen schools, of which twelve are full.", "number"),
        ("It cost £2.3 million.", "money"),
        ("It was set up in 2004.", "date"),
        ("It opened last September.", "date"),
        ("Plans are reviewed within ten days.", "date"),
        ("It is chaired by the director.", "person"),
        ("The scheme is run by Relate Counselling.", "person"),
        ("Deprivation is greatest in Gooshays.", "place"),
        ("Two wards are deprived.", "place"),
        ("Choice is limited because funding fell.", "reason"),
        ("Progress is slow due to turnover.", "reason"),
    ],
)
def test_a_sentence_shows_its_kind(text: str, kind: Shown) -> None:
    assert kind in shown_kinds(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Choice is limited.", "number"),
        ("Choice is wide in 2006.", "money"),
        ("Choice is wide.", "date"),
        ("Provision may be good.", "date"),
        ("Choice is wide.", "person"),
        ("Choice is wide.", "place"),
        ("Choice is wide.", "reason"),
    ],
)
def test_a_sentence_does_not_show_what_it_lacks(text: str, kind: Shown) -> None:
    assert kind not in shown_kinds(text)


def test_a_capital_that_opens_a_sentence_is_no_place() -> None:
    assert "place" not in shown_kinds("Progress is slow. Teaching improves.")


@given(st.text())
def test_only_known_kinds_are_shown(text: str) -> None:
    assert shown_kinds(text) <= set(get_args(Shown))


@given(st.text())
def test_only_known_kinds_are_asked(text: str) -> None:
    assert asked_kinds(text) <= set(get_args(Asked))


@pytest.mark.parametrize("question", ["How many nurseries are there?", "Who chairs the board?", "Why is it?"])
def test_small_letters_ask_for_the_same(question: str) -> None:
    assert asked_kinds(question.lower()) == asked_kinds(question)
