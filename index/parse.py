"""Report text -> Report: passages, sections, recommendations, grades.

It knows the shape of numbered inspection reports, not any one report.
Not here: lines (lines.py), blocks (blocks.py), lost numbers (numbers.py), the proof that
nothing was lost (fidelity.py).
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index import tables
from index.blocks import Block, lay_blocks
from index.emphasis import emphasis_marks, unmark
from index.fidelity import check_fidelity
from index.headings import is_actions, is_grades, nest
from index.lines import Line, read_text, split_lines
from index.numbers import number_blocks, open_series
from index.report import (
    Furniture,
    GradeRow,
    Heading,
    Kind,
    Metadata,
    Passage,
    Recommendation,
    Report,
    ReportError,
    Span,
)
from index.sentences import split_sentences

_ACTOR = re.compile(r"((?:The |[A-Z])[^.:;]{2,80}?)\s+(?:should|must|needs? to|will)\b")
_DEMAND = re.compile(r"\b(should|must)\b")
_REPORTS = Path(__file__).parent / "reports"
BUNDLED = _REPORTS / "havering-2007.txt"


def parse_file(path: Path) -> Report:
    """Return the report in the text file `path`, checked for fidelity.

    Metadata is read from the JSON file of the same name beside it; without one the title
    is the file's name and the rest is empty.

    Raises:
        ReportError: the file is not a numbered report that can be read whole.

    """
    data, text = read_text(path)
    return parse_report(text, _read_metadata(path), hashlib.sha256(data).hexdigest(), path.name)


def parse_report(text: str, metadata: Metadata, sha256: str, name: str) -> Report:
    """Return the report that `text` holds; `name` is what errors call it.

    Raises:
        ReportError: naming the line and what was expected there.

    """
    laid = lay_blocks(split_lines(text))
    number_blocks(laid.blocks, name)
    walk = _Walk(text, metadata.id, name, laid.furniture)
    walk.follow(laid.blocks)
    report = Report(metadata, sha256, tuple(walk.passages), tuple(walk.headings), tuple(walk.furniture))
    check_fidelity(text, report, name)
    return report


def _read_metadata(path: Path) -> Metadata:
    beside = path.with_suffix(".json")
    if not beside.exists():
        return Metadata(path.stem, path.stem, "", "", "", "")
    try:
        known = json.loads(beside.read_text("utf-8"))
        return Metadata(path.stem, **{key: str(value) for key, value in known.items()})
    except (ValueError, TypeError, AttributeError) as error:
        wanted = "title, publisher, published, reference and notice"
        raise ReportError(f"{beside.name}: expected a JSON object with {wanted} ({error})") from None


@dataclass(slots=True)
class _Draft:
    """A passage while its lines are still coming."""

    id: str
    row: int  # of its first line
    kind: Kind
    section: tuple[str, ...]
    recovered: bool = False
    details: Recommendation | GradeRow | None = None
    parts: list[str] = field(default_factory=list)
    source: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class _Walk:
    """The way through the blocks, and what has been found on it."""

    text: str
    report: str
    name: str  # what errors call the source
    furniture: list[Furniture]
    passages: list[Passage] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    section: tuple[str, ...] = ()
    actions: tuple[str, ...] | None = None  # path of the heading that recommendations stand under
    lead_in: str = ""
    series: str = ""
    key: dict[str, str] = field(default_factory=dict)
    draft: _Draft | None = None
    counts: dict[str, int] = field(default_factory=dict)

    def follow(self, blocks: Sequence[Block]) -> None:
        """Turn every block into a passage, a heading, or furniture."""
        last = max(at for at, block in enumerate(blocks) if block.number is not None)
        paths = self._paths(blocks, last)
        for at, block in enumerate(blocks):
            if block.kind == "heading" and at in paths:
                self._open(block, paths[at])
            elif block.number is not None:
                self._start_paragraph(block)
            elif block.kind == "table":
                self._read_table(block)
            elif at > last and self.actions is None and (at > last + 1 or blocks[last].closed):
                self._finish()
                self._aside("end matter", block.lines)
            else:
                self._read_text(block)
        self._finish()

    def _paths(self, blocks: Sequence[Block], last: int) -> dict[int, tuple[str, ...]]:
        """Return the path of each heading; one that groups recommendations stands under theirs.

        Recommendations come in groups where no text stands between their heading and the next.
        """
        plain: list[tuple[int, str, bool]] = []
        grouped: dict[int, int] = {}
        for at, block in enumerate(blocks):
            if block.kind != "heading" or (at > last and not is_actions(unmark(block.text))):
                continue
            after = blocks[at + 1].kind if at + 1 < len(blocks) else "prose"
            groups = bool(plain) and is_actions(plain[-1][1]) and blocks[plain[-1][0] + 1].kind == "heading"
            if groups and after in ("item", "prose"):
                grouped[at] = len(plain) - 1
            else:
                grouping = is_actions(unmark(block.text))
                plain.append((at, unmark(block.text), after != "heading" or grouping))
        nested = nest([(text, has_text) for _, text, has_text in plain])
        paths = {at: path for (at, _, _), path in zip(plain, nested, strict=True)}
        return paths | {at: (*nested[under], unmark(blocks[at].text)) for at, under in grouped.items()}

    def _open(self, block: Block, path: tuple[str, ...]) -> None:
        self._finish()
        self.section, self.lead_in = path, ""
        self.actions = next((path[: at + 1] for at, part in enumerate(path) if is_actions(part)), None)
        self.headings.append(Heading(path, tuple(self._spans(block.lines))))

    def _start_paragraph(self, block: Block) -> None:
        self._finish()
        if block.number == 1 and any(passage.kind == "paragraph" for passage in self.passages):
            self.series = open_series(self.series)
        row = block.lines[0].row
        self.draft = _Draft(f"{self.series}{block.number}", row, "paragraph", self.section, block.recovered)
        self._add(block.lines, marked=True)

    def _read_text(self, block: Block) -> None:
        if self.actions is not None:
            self._read_action(block)
        elif self._explains_grades(block):
            self._read_key(block)
        elif self.draft is None:
            self._aside("unnumbered text", block.lines)
        else:
            self._add(block.lines, broken=block.kind == "item")

    def _explains_grades(self, block: Block) -> bool:
        """Say whether the block is the key to the grades, the line that announces it, or more of it."""
        if self.draft is not None:
            return self.draft.id == "G0"
        announces = block.text.endswith(":") and bool(self.section) and is_grades(self.section[-1])
        explains = announces or bool(tables.read_key(block.text))
        return explains and not any(passage.id == "G0" for passage in self.passages)

    def _read_action(self, block: Block) -> None:
        self._finish()
        if block.kind == "prose" and block.text.endswith(":"):
            self.lead_in = unmark(block.text)
            self._aside("lead-in", block.lines)
            return
        if block.kind == "prose" and not self.lead_in and not _DEMAND.search(block.text):
            self._aside("unnumbered text", block.lines)
            return
        assert self.actions is not None
        deadline = self.section[len(self.actions)] if len(self.section) > len(self.actions) else ""
        actor = _ACTOR.match(self.lead_in or unmark(block.text[2:] if block.lines[0].dashed else block.text))
        details = Recommendation(deadline, self.lead_in, actor[1] if actor else "")
        self.draft = _Draft(self._next("R"), block.lines[0].row, "recommendation", self.section, details=details)
        self._add(block.lines, marked=True)

    def _read_key(self, block: Block) -> None:
        self.key |= tables.read_key(block.text)
        if self.draft is None:
            self.draft = _Draft("G0", block.lines[0].row, "grade", self.section, details=GradeRow("key", ()))
        worded = [line for line in block.lines if any(map(str.isalnum, line.text))]
        self._aside("rule", [line for line in block.lines if line not in worded])
        self._add(worded)

    def _read_table(self, block: Block) -> None:
        tabbed = any("\t" in line.text for line in block.lines)
        columns = tables.read_columns(block.lines, [self._whole(line) for line in block.lines], self.key)
        rows = columns if tabbed else _pairs(block.lines)
        if not any(row.grade for row in rows):
            self._read_text(block)
            return
        self._finish()
        for row in rows:
            if row.grade is None:
                self._aside("table header", row.lines)
                continue
            self.draft = _Draft(
                self._next("G"), row.lines[0].row, "grade", self.section or ("Grades",), details=row.grade
            )
            self._add(row.lines)
            self._finish()

    def _whole(self, line: Line) -> str:
        """Return the line with the tabs that open and close it."""
        assert line.span is not None
        start = self.text.rfind("\n", 0, line.span.start) + 1
        end = self.text.find("\n", line.span.end)
        return self.text[start : end if end >= 0 else len(self.text)]

    def _next(self, series: str) -> str:
        self.counts[series] = self.counts.get(series, 0) + 1
        return f"{series}{self.counts[series]}"

    def _add(self, lines: Sequence[Line], marked: bool = False, broken: bool = False) -> None:
        """Add lines to the passage at hand: `marked` sets the first one's number or bullet aside."""
        assert self.draft is not None
        for at, line in enumerate(lines):
            assert line.span is not None
            body = line.span
            if marked and at == 0 and line.body > line.span.start:
                self.furniture.append(Furniture("number or bullet", _trim(self.text, line.span.start, line.body)))
                if line.body >= line.span.end:
                    continue
                body = Span(line.body, line.span.end)
            pieces = list(self._unemphasised(body))
            self.draft.source += pieces
            words = " ".join("".join(piece.of(self.text) for piece in pieces).split())
            self.draft.parts.append(("\n" if broken and at == 0 else "") + words)

    def _unemphasised(self, body: Span) -> Iterator[Span]:
        """Yield the pieces of `body` between its emphasis marks, which are set aside."""
        at = body.start
        for mark in emphasis_marks(self.text, body):
            self.furniture.append(Furniture("emphasis", mark))
            if mark.start > at:
                yield Span(at, mark.start)
            at = mark.end
        if at < body.end:
            yield Span(at, body.end)

    def _spans(self, lines: Sequence[Line]) -> list[Span]:
        return [line.span for line in lines if line.span]

    def _aside(self, name: str, lines: Sequence[Line]) -> None:
        self.furniture += [Furniture(name, span) for span in self._spans(lines)]

    def _finish(self) -> None:
        draft, self.draft = self.draft, None
        if draft is None:
            return
        text = _join(draft.parts)
        if not text:
            raise ReportError(
                f"{self.name}, line {draft.row}: {draft.kind} {draft.id} has no text; expected some after it"
            )
        sentences = (Span(0, len(text)),) if draft.kind == "grade" else split_sentences(text)
        source, details = tuple(draft.source), draft.details
        self.passages.append(
            Passage(self.report, draft.id, draft.kind, draft.section, text, sentences, source, draft.recovered, details)
        )


def _pairs(lines: Sequence[Line]) -> list[tables.TableRow]:
    header = 2 if len(lines) > 1 and lines[1].text.lower() == "grade" else 1
    return [tables.TableRow(tuple(lines[:header]), None), *tables.read_pairs(lines[header:])]


def _trim(text: str, start: int, end: int) -> Span:
    return Span(start, start + len(text[start:end].rstrip()))


def _join(parts: Sequence[str]) -> str:
    """Return lines as one text: a word broken at its hyphen is closed up, list items keep their line.

    "pre-" and "proceedings" give "pre-proceedings"; "a study" and "of provision", "a study of provision".
    """
    joined: list[str] = []
    for part in parts:
        broken = bool(joined) and re.search(r"[a-z]-$", joined[-1][-2:]) and part[:1].islower()
        joined.append(part if not joined or broken or part.startswith("\n") else f" {part}")
    return "".join(joined)
