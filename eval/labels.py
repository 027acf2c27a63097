"""Where a sentence stands in a report, and what a good answer cites.

Not here: reading labels from question files (questions.py), measures over them (metrics.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from index.report import Span


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span of a passage: what is cited, or what should be."""

    passage: str  # its id
    span: Span


@dataclass(frozen=True, slots=True)
class Gold:
    """What a good answer cites; every place is a sentence.

    A complete answer has one place of each group of `must`. Places of `must` and `good`
    answer directly (grade 2), places of `ok` are acceptable (grade 1), all else is 0.
    """

    must: tuple[tuple[Place, ...], ...] = ()
    good: tuple[Place, ...] = ()
    ok: tuple[Place, ...] = ()

    def grade(self, cited: Place) -> int:
        """Return 2, 1 or 0 for a cited place."""
        if any(among(cited, group) for group in (*self.must, self.good)):
            return 2
        return 1 if among(cited, self.ok) else 0

    def finding(self, cited: Place) -> Place:
        """Return one place for all that state the same finding: the first of its group, else its label or itself."""
        for group in self.must:
            if among(cited, group):
                return group[0]
        return next((label for label in (*self.good, *self.ok) if same(cited, label)), cited)


def same(one: Place, other: Place) -> bool:
    """Say whether two places share at least half of the shorter, in the same passage."""
    if one.passage != other.passage:
        return False
    shared = min(one.span.end, other.span.end) - max(one.span.start, other.span.start)
    return 2 * shared >= min(_length(one), _length(other))


def among(place: Place, places: Iterable[Place]) -> bool:
    """Say whether `place` is the same as any of `places`."""
    return any(same(place, other) for other in places)


def _length(place: Place) -> int:
    return place.span.end - place.span.start
