import pytest

from rag.kinds import asked_kinds, shown_kinds


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many schools are there?", "number"),
        ("What percentage of pupils stay on?", "number"),
        ("How much does it cost?", "money"),
        ("What is the budget?", "money"),
        ("When was the review?", "date"),
        ("By when must it be done?", "date"),
        ("Who runs it?", "person"),
        ("Which organisation pays?", "person"),
        ("Where is it?", "place"),
        ("Which wards are poor?", "place"),
        ("Why is it poor?", "reason"),
        ("What caused it?", "reason"),
        ("What does DAAT mean?", "definition"),
        ("Is it good?", "yesno"),
        ("List the wards", "list"),
        ("What grade was given?", "grade"),
        ("What should the council do?", "recommendation"),
        ("What does it recommend?", "recommendation"),
    ],
)
def test_a_question_asks_for_a_kind_of_answer(question: str, kind: str) -> None:
    assert kind in asked_kinds(question)


@pytest.mark.parametrize("question", ["young carers", "bullying in schools", ""])
def test_an_open_question_asks_for_no_kind(question: str) -> None:
    assert asked_kinds(question) == frozenset()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("There are 12 of them", "number"),
        ("It rose by 5 per cent", "number"),
        ("It cost £300", "money"),
        ("This was done in 2006", "date"),
        ("It opened last September", "date"),
        ("It is run by the Primary Care Trust", "person"),
        ("It is based in Romford", "place"),
        ("It closed because of delays", "reason"),
    ],
)
def test_a_text_holds_a_kind_of_answer(text: str, kind: str) -> None:
    assert kind in shown_kinds(text)


@pytest.mark.parametrize("text", ["", "Provision is good"])
def test_a_text_without_particulars_holds_no_kind(text: str) -> None:
    assert shown_kinds(text) == frozenset()
