"""Lines -> blocks: headings, numbered starts, list items, prose and tables, page breaks healed.

Not here: which number a block carries, or what passage it becomes (parse.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from index import headings, tables
from index.lines import Line
from index.report import Furniture

BlockKind = Literal["heading", "numbered", "item", "prose", "table"]
_TABLE_GAP = 6  # lines in which the next grade of a table printed line by line must come


@dataclass(slots=True)
class Block:
    """Lines that belong together: one heading, one paragraph or part of one, one table."""

    kind: BlockKind
    lines: list[Line] = field(default_factory=list)
    number: int | None = None
    recovered: bool = False

    @property
    def text(self) -> str:
        """Return the block's lines as one, marks included."""
        return " ".join(line.text for line in self.lines)

    @property
    def closed(self) -> bool:
        """Say whether the block's last line could end a paragraph."""
        return self.kind in ("heading", "table") or not self.lines or self.lines[-1].closed


@dataclass(slots=True)
class Laid:
    """What a report's lines make: its blocks in order, and the furniture between them."""

    blocks: list[Block]
    furniture: list[Furniture]


def lay_blocks(lines: Sequence[Line]) -> Laid:
    """Return the blocks of a report, cover and contents set aside as furniture."""
    furniture = [Furniture(line.debris, line.span) for line in lines if line.debris and line.span]
    known, start = _front(lines, furniture)
    blocks: list[Block] = []
    at, blank = start, True
    while at < len(lines):
        line = lines[at]
        if line.span is None or line.debris:
            blank, at = True, at + 1
            continue
        taken = _take(lines, at, blocks, known, blank)
        at, blank = at + taken, False
    return Laid(blocks, furniture)


def _front(lines: Sequence[Line], furniture: list[Furniture]) -> tuple[set[str], int]:
    """Set the cover and the contents aside; return the headings they list, and where the body starts."""
    full = [at for at, line in enumerate(lines) if line.span and not line.debris]
    contents = next((at for at in full if lines[at].text.strip("# *").lower() == "contents"), None)
    if contents is not None:
        entries, end = headings.read_contents(lines, contents)
        if entries:
            _set_aside(lines[:contents], "cover", furniture)
            _set_aside(lines[contents:end], "contents", furniture)
            return set(map(headings.squash, entries)), end
    table = next((at for at in full if _opens_table(lines, at)), None)
    if table is not None:
        _set_aside(lines[:table], "cover", furniture)
        rows = tables.read_pairs(lines_of_table(lines, table)[1])
        return {headings.squash(row.grade.label) for row in rows if row.grade}, table
    body = _first_heading(lines)
    _set_aside(lines[:body], "cover", furniture)
    return set(), body


def _set_aside(lines: Sequence[Line], name: str, furniture: list[Furniture]) -> None:
    furniture.extend(Furniture(name, line.span) for line in lines if line.span and not line.debris)


def _first_heading(lines: Sequence[Line]) -> int:
    """Return the line of the heading that the first numbered paragraph stands under, 0 without one.

    That is the nearest heading of the top level, else the first from which only headings
    stand before the paragraph.
    """
    first = next((at for at, line in enumerate(lines) if line.number is not None), 0)
    leads, body = {first}, 0
    for at in range(first - 1, -1, -1):
        run = headings.heading_run(lines, at, set())
        blank = lines[at].span is None or bool(lines[at].debris)
        if at + (1 if blank else run) in leads and (blank or run):
            leads.add(at)
            body = body if blank else at
            if headings.is_top(" ".join(line.text for line in lines[at : at + run])):
                break
    return body


def _opens_table(lines: Sequence[Line], at: int) -> bool:
    return lines[at].text.lower() in ("judgement", "judgment") and bool(lines_of_table(lines, at)[1])


def lines_of_table(lines: Sequence[Line], at: int) -> tuple[list[Line], list[Line], int]:
    """Return the header and the body of a table printed line by line, and the line after it."""
    header, at = [lines[at]], at + 1
    if at < len(lines) and lines[at].text.lower() == "grade":
        header, at = [*header, lines[at]], at + 1
    body: list[Line] = []
    while True:
        reach = range(at, min(at + _TABLE_GAP, len(lines)))
        grade = next((to for to in reach if headings.GRADE.fullmatch(lines[to].text)), None)
        if grade is None or any(lines[to].closed for to in range(at, grade)):
            return header, body, at
        body += [line for line in lines[at : grade + 1] if line.span and not line.debris]
        at = grade + 1


def _take(lines: Sequence[Line], at: int, blocks: list[Block], known: set[str], blank: bool) -> int:
    """Put the line at `at` where it belongs; return how many lines were used."""
    line, last = lines[at], blocks[-1] if blocks else None
    closed = last is None or last.closed
    if _opens_table(lines, at):
        _, _, after = lines_of_table(lines, at)
        blocks.append(Block("table", [part for part in lines[at:after] if part.span and not part.debris]))
        return after - at
    alone = line.span is not None and line.body >= line.span.end
    if line.number is not None and (closed or blank or alone or line.number == _last_number(blocks) + 1):
        blocks.append(Block("numbered", [line], line.number))
        return 1
    if run := headings.heading_run(lines, at, known):
        listed = headings.squash(" ".join(part.text for part in lines[at : at + run])) in known
        if closed or (listed and blank):
            blocks.append(Block("heading", list(lines[at : at + run])))
            return run
    in_table = last is not None and last.kind == "table"
    in_paragraph = last is not None and last.kind in ("numbered", "item") and not closed
    if ("\t" in line.text and not in_paragraph) or (in_table and (_is_rule(line) or line.text.endswith("-"))):
        _extend(blocks, "table", line)
    elif line.dashed:
        blocks.append(Block("item", [line]))
    elif last and last.kind in ("numbered", "item", "prose") and not (blank and closed):
        last.lines.append(line)
    else:
        blocks.append(Block("prose", [line]))
    return 1


def _last_number(blocks: Sequence[Block]) -> int:
    return next((block.number for block in reversed(blocks) if block.number is not None), 0)


def _is_rule(line: Line) -> bool:
    return not any(character.isalnum() for character in line.text)


def _extend(blocks: list[Block], kind: BlockKind, line: Line) -> None:
    if blocks and blocks[-1].kind == kind:
        blocks[-1].lines.append(line)
    else:
        blocks.append(Block(kind, [line]))
