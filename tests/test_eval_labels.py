import pytest

from eval.labels import Gold, Place, same
from index.report import Span


def place(passage: str, start: int, end: int) -> Place:
    return Place(passage, Span(start, end))


GOLD = Gold(
    must=((place("29", 0, 50), place("66", 10, 60)),),
    good=(place("29", 60, 90),),
    ok=(place("41", 0, 20),),
)


# Worked by hand: of the shorter of the two, at least half must be shared.
@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 50, True), (25, 75, True), (26, 76, False), (40, 60, True), (41, 60, False), (10, 12, True), (50, 60, False)],
)
def test_places_are_the_same_when_half_of_the_shorter_is_shared(start: int, end: int, expected: bool) -> None:
    assert same(place("29", 0, 50), place("29", start, end)) is expected


def test_places_in_two_passages_are_never_the_same() -> None:
    assert not same(place("29", 0, 50), place("30", 0, 50))


@pytest.mark.parametrize(
    ("cited", "grade"),
    [
        (place("29", 0, 50), 2),
        (place("66", 20, 60), 2),
        (place("29", 60, 90), 2),
        (place("41", 0, 20), 1),
        (place("41", 20, 40), 0),
        (place("1", 0, 50), 0),
    ],
)
def test_a_citation_gets_the_grade_of_its_label(cited: Place, grade: int) -> None:
    assert GOLD.grade(cited) == grade


def test_repetitions_are_one_finding() -> None:
    assert GOLD.finding(place("66", 10, 60)) == GOLD.finding(place("29", 0, 50))


def test_what_is_not_labelled_is_a_finding_of_its_own() -> None:
    assert GOLD.finding(place("1", 0, 50)) == place("1", 0, 50)
