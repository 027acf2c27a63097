import pytest

from eval.agreement import Agreement, agreement, first_pass, read_second
from eval.labels import Place
from eval.questions import QUESTIONS, read_questions
from index.parse import BUNDLED, parse_file
from index.report import Span


def places(*numbers: int) -> tuple[Place, ...]:
    """Give one place for each number, all in different passages."""
    return tuple(Place(str(number), Span(0, 10)) for number in numbers)


def test_agreement_is_as_worked_by_hand() -> None:
    first = {"a": places(1, 2), "b": places(3), "c": (), "d": places(4), "only the first": places(9)}
    second = {"a": places(1), "b": places(5), "c": (), "d": ()}
    # alike on a, b, c; by chance 3/4 * 2/4 + 1/4 * 2/4 = 1/2, so kappa is (3/4 - 1/2) / (1/2);
    # of a and b only a shares a sentence, one of two.
    assert agreement(first, second) == Agreement(4, 0.75, pytest.approx(0.5), 0.5, 0.25, 2)


def test_the_second_pass_labels_the_judged_questions() -> None:
    report = parse_file(BUNDLED)
    first = first_pass(read_questions(QUESTIONS / BUNDLED.stem, report).only("test"))
    second = read_second(report)
    asked = [text for text in first if text.strip()]
    assert sum(text in second for text in asked) > 0.9 * len(asked)
