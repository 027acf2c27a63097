import pytest

from index.report import GradeRow, Recommendation, Report
from rag.question import read_question
from rag.structure import Asked, read_structure
from rag.vocabulary import Vocabulary, read_vocabulary


@pytest.fixture(scope="module")
def words(report: Report) -> Vocabulary:
    return read_vocabulary(report)


def read(typed: str, words: Vocabulary, report: Report) -> Asked | None:
    return read_structure(read_question(typed, words), report)


def ids(typed: str, words: Vocabulary, report: Report) -> list[str]:
    asked = read(typed, words, report)
    assert asked is not None
    return [passage.id for passage in asked.passages]


@pytest.mark.parametrize("typed", ["What are all the recommendations?", "What does the report recommend?"])
def test_all_recommendations_stand_in_printed_order(typed: str, words: Vocabulary, report: Report) -> None:
    assert ids(typed, words, report) == [p.id for p in report.passages if isinstance(p.details, Recommendation)]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("What must happen straight away?", ["R1", "R2"]),
        ("Which recommendations are urgent?", ["R1", "R2"]),
        ("recommendations for the next six months", ["R3", "R4", "R5", "R6", "R7", "R8"]),
        ("What must be done in the longer term?", ["R9"]),
    ],
)
def test_a_deadline_narrows_the_recommendations(
    typed: str, wanted: list[str], words: Vocabulary, report: Report
) -> None:
    assert ids(typed, words, report) == wanted


def test_who_must_act_narrows_the_recommendations(words: Vocabulary, report: Report) -> None:
    assert ids("What should the Primary Care Trust do?", words, report) == ["R1"]


@pytest.mark.parametrize("typed", ["What must happen straight away?", "What should the Primary Care Trust do?"])
def test_a_narrowed_list_says_so(typed: str, words: Vocabulary, report: Report) -> None:
    asked = read(typed, words, report)
    assert asked is not None
    assert asked.narrowed


def test_a_list_of_all_is_not_narrowed(words: Vocabulary, report: Report) -> None:
    asked = read("What are all the recommendations?", words, report)
    assert asked is not None
    assert not asked.narrowed


@pytest.mark.parametrize("typed", ["What are all the recommendations?", "What must happen straight away?"])
def test_a_question_without_a_subject_is_answered_by_the_list(typed: str, words: Vocabulary, report: Report) -> None:
    asked = read(typed, words, report)
    assert asked is not None
    assert asked.whole


@pytest.mark.parametrize("typed", ["What does it recommend about bullying?", "What grade did the health service get?"])
def test_a_question_with_a_subject_is_not_answered_by_the_list(typed: str, words: Vocabulary, report: Report) -> None:
    asked = read(typed, words, report)
    assert asked is not None
    assert not asked.whole


def test_grades_are_those_that_have_a_mark(words: Vocabulary, report: Report) -> None:
    marked = [p.id for p in report.passages if isinstance(p.details, GradeRow) and p.details.marks]
    assert ids("What grades were given?", words, report) == marked


@pytest.mark.parametrize("typed", ["young carers", "How good is education?", "paragraph 66", ""])
def test_other_questions_are_not_for_the_structure(typed: str, words: Vocabulary, report: Report) -> None:
    assert read(typed, words, report) is None
