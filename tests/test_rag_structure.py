import pytest
from test_rag_engine import engine_over

from index.store import Index
from rag.engine import Engine
from rag.structure import Asked, names_no_subject, read_structure


@pytest.fixture(scope="module")
def engine(fake_index: Index) -> Engine:
    return engine_over(fake_index)


def asked(question: str, engine: Engine) -> Asked:
    found = read_structure(engine.read(question), engine.report)
    assert found is not None
    return found


def ids(question: str, engine: Engine) -> list[str]:
    return [passage.id for passage in asked(question, engine).passages]


ALL = [f"R{number}" for number in range(1, 10)]


@pytest.mark.parametrize(
    "question",
    [
        "What are the recommendations?",
        "list all recommendations",
        "What does the report recommend?",
        "What should the council do?",
        "all the recommendations please",
        "next steps",
    ],
)
def test_all_the_recommendations_are_listed_in_printed_order(question: str, engine: Engine) -> None:
    assert ids(question, engine) == ALL or asked(question, engine).narrowed


@pytest.mark.parametrize(
    "question", ["What are the recommendations?", "list all recommendations", "list the recommendations"]
)
def test_the_whole_list_is_the_answer(question: str, engine: Engine) -> None:
    assert asked(question, engine) == Asked(tuple(engine.report.by_id[one] for one in ALL), narrowed=False, whole=True)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What must be done immediately?", ["R1", "R2"]),
        ("urgent recommendations", ["R1", "R2"]),
        ("What are the recommendations for immediate action?", ["R1", "R2"]),
        ("recommendations to act on straight away", ["R1", "R2"]),
        ("What should happen within six months?", ["R3", "R4", "R5", "R6", "R7", "R8"]),
        ("recommendations for the next 6 months", ["R3", "R4", "R5", "R6", "R7", "R8"]),
        ("longer term recommendations", ["R9"]),
        ("What is recommended in the long run?", ["R9"]),
    ],
)
def test_recommendations_are_chosen_by_their_deadline(question: str, expected: list[str], engine: Engine) -> None:
    assert ids(question, engine) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which recommendations are for the long run and not the next six months?", ["R9"]),
        ("recommendations to act on at once rather than in the longer term", ["R1", "R2"]),
        ("Which recommendations are not urgent?", ALL[2:]),
    ],
)
def test_a_deadline_that_is_ruled_out_is_not_asked_for(question: str, expected: list[str], engine: Engine) -> None:
    assert ids(question, engine) == expected


@pytest.mark.parametrize("question", ["What must be done immediately?", "longer term recommendations"])
def test_a_deadline_narrows(question: str, engine: Engine) -> None:
    assert asked(question, engine).narrowed


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What should the primary care trust do?", ["R1"]),
        ("What does it recommend the Primary Care Trust does?", ["R1"]),
        ("What must be done by the council and its partners?", ALL[1:]),
        ("recommendations for the council and its partners in the longer term", ["R9"]),
        ("What must the council and its partners do immediately?", ["R2"]),
    ],
)
def test_recommendations_are_chosen_by_who_must_act(question: str, expected: list[str], engine: Engine) -> None:
    assert ids(question, engine) == expected


@pytest.mark.parametrize(
    "question", ["What does the report recommend about bullying?", "recommendations on housing for care leavers"]
)
def test_a_subject_among_recommendations_is_left_to_choose(question: str, engine: Engine) -> None:
    assert not asked(question, engine).whole


@pytest.mark.parametrize("question", ["What grades were given?", "list the grades", "grades", "all the ratings"])
def test_all_the_grades_are_listed_in_printed_order(question: str, engine: Engine) -> None:
    assert ids(question, engine) == [f"G{number}" for number in range(1, 12)]


@pytest.mark.parametrize(
    "question", ["What got the best grade?", "list everything that got the top mark", "What was graded outstanding?"]
)
def test_grades_are_chosen_by_their_mark(question: str, engine: Engine) -> None:
    assert asked(question, engine) == Asked(tuple(engine.report.by_id[one] for one in ("G3", "G9")), True, True)


@pytest.mark.parametrize(
    "question", ["Why was staying safe graded inadequate?", "Which services were rated inadequate?"]
)
def test_a_mark_that_was_not_given_is_denied(question: str, engine: Engine) -> None:
    assert asked(question, engine).denied


@pytest.mark.parametrize(
    "question", ["Why was staying safe graded good?", "What was graded outstanding?", "the grades"]
)
def test_a_mark_that_was_given_is_not_denied(question: str, engine: Engine) -> None:
    assert not asked(question, engine).denied


def test_recommendations_are_not_denied_for_having_no_mark(engine: Engine) -> None:
    assert not asked("What is recommended for services that were graded inadequate?", engine).denied


def test_the_key_is_no_grade(engine: Engine) -> None:
    assert "G0" not in ids("What grades were given?", engine)


def test_the_grade_of_one_subject_is_left_to_choose(engine: Engine) -> None:
    assert not asked("What was the grade for staying safe?", engine).whole


@pytest.mark.parametrize("question", ["Who runs the nurseries?", "bullying", "Is housing good?", "paragraph 66", ""])
def test_other_questions_ask_for_no_structure(question: str, engine: Engine) -> None:
    assert read_structure(engine.read(question), engine.report) is None


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("What are the main weaknesses?", True),
        ("biggest strengths", True),
        ("what went well", True),
        ("Summarise the main points", True),
        ("What are the main weaknesses in housing?", False),
        ("biggest worries about attendance", False),
        ("What went well for care leavers?", False),
    ],
)
def test_a_question_about_the_whole_report_names_no_subject(question: str, whole: bool, engine: Engine) -> None:
    assert names_no_subject(engine.read(question)) == whole
