"""The report as data: what a parsed inspection report is, and what must hold of it.

Not here: how text becomes a Report (parse.py), or how it is kept on disk (store.py).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["paragraph", "recommendation", "grade"]


class ReportError(ValueError):
    """A report that cannot be read or does not hold together; the text says where and what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of character offsets: of the source file, or of a passage's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span {self.start}:{self.end} is empty or reversed")

    def of(self, text: str) -> str:
        """Return the characters of `text` that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: "Span") -> bool:
        """Say whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What a recommendation says beside its own words."""

    deadline: str  # the heading of its group, "" where the report groups none
    lead_in: str  # the sentence it shares with its neighbours, "" where it stands alone
    who: str  # who must act, "" where the report does not say


@dataclass(frozen=True, slots=True)
class Mark:
    """One judgement in a row of grades."""

    column: str  # heading of its column
    mark: str  # as printed: "3", or "Good"
    word: str  # what the key says the mark means, in lower case: "good"


@dataclass(frozen=True, slots=True)
class GradeRow:
    """What was judged, with a mark for each column that has one; the key itself has none."""

    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A numbered paragraph, a recommendation, or a row of grades, with its exact text.

    `text` is the source with line and page breaks healed and emphasis marks left out;
    nothing else is changed. `sentences` are spans of `text`, in order and disjoint.
    """

    report: str
    id: str
    kind: Kind
    section: tuple[str, ...]
    text: str
    sentences: tuple[Span, ...]
    source: tuple[Span, ...]
    number_recovered: bool = False
    details: Recommendation | GradeRow | None = None

    def __post_init__(self) -> None:
        if not self.text.strip() or not self.sentences:
            raise ReportError(f"passage {self.id} has no text")
        last = 0
        for span in self.sentences:
            if span.start < last or span.end > len(self.text):
                raise ReportError(f"passage {self.id}: sentence {span} is out of order or of range")
            last = span.end

    @property
    def label(self) -> str:
        """Return how people cite the passage: "para 29", "annex 6", "recommendation 3"."""
        if isinstance(self.details, GradeRow):
            return f"grade: {self.details.label}" if self.details.marks else "key to grades"
        if self.kind == "recommendation":
            return f"recommendation {self.id.lstrip('R')}"
        in_annex = bool(self.section) and self.section[0].casefold().startswith(("annex", "appendix"))
        return f"annex {self.id.removeprefix('A')}" if in_annex and not self.id.isdigit() else f"para {self.id}"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body, with the path it closes and the source it was read from."""

    path: tuple[str, ...]
    source: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Furniture:
    """Source text that is neither passage nor heading, by name: "cover", "contents", "page number"."""

    name: str
    source: Span


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a reader must be told about a report: title, publisher, date, reference, terms of use."""

    id: str
    title: str
    publisher: str
    published: str  # ISO date
    reference: str
    notice: str


@dataclass(frozen=True)
class Report:
    """One inspection report. Passages stand in printed order."""

    metadata: Metadata
    sha256: str  # of the source file's bytes
    passages: tuple[Passage, ...]
    headings: tuple[Heading, ...]
    furniture: tuple[Furniture, ...]

    def __post_init__(self) -> None:
        if len(self.by_id) != len(self.passages):
            raise ReportError(f"{self.metadata.id}: two passages share an id")

    @cached_property
    def by_id(self) -> dict[str, Passage]:
        """Return the passages by id, in printed order."""
        return {passage.id: passage for passage in self.passages}

    @cached_property
    def grade_key(self) -> Passage | None:
        """Return the passage that explains the marks, where the report prints one."""
        rows = (p for p in self.passages if isinstance(p.details, GradeRow))
        return next((p for p in rows if isinstance(p.details, GradeRow) and not p.details.marks), None)

    def passage(self, passage_id: str) -> Passage:
        """Return the passage with that id.

        Raises:
            ReportError: there is none; the text names the ids that do exist.

        """
        found = self.by_id.get(passage_id.strip().upper()) if len(passage_id) < 20 else None
        if found is None:
            raise ReportError(f"passage {passage_id[:20]!r} is not in the report; it has {self.id_ranges()}")
        return found

    def id_ranges(self) -> str:
        """Return the ids that exist, as ranges: "1 to 92, A1 to A7, R1 to R9, G0 to G11"."""
        series: dict[str, list[str]] = {}
        for passage_id in self.by_id:
            series.setdefault(passage_id.rstrip("0123456789"), []).append(passage_id)
        return ", ".join(f"{ids[0]} to {ids[-1]}" if len(ids) > 1 else ids[0] for ids in series.values())
