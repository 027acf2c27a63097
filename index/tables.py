"""Tables of grades -> rows, in the two shapes that inspection reports print them.

Not here: where the table stands (parse.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.headings import GRADE
from index.lines import Line
from index.report import GradeRow, Mark

_KEY_ENTRY = re.compile(r"(\d)\s*[:=]\s*([A-Za-z][A-Za-z ]*)")
_MARK = re.compile(r"\d|outstanding|good|adequate|satisfactory|inadequate|requires improvement.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableRow:
    """The lines of one row, and what the row says; `grade` is None for a header."""

    lines: tuple[Line, ...]
    grade: GradeRow | None


def read_key(text: str) -> dict[str, str]:
    """Return mark -> word from a line such as "4: outstanding; 3: good"; {} when it is no key."""
    entries = {mark: word.strip().lower() for mark, word in _KEY_ENTRY.findall(text)}
    return entries if len(entries) > 1 else {}


def read_columns(lines: Sequence[Line], texts: Sequence[str], key: dict[str, str]) -> list[TableRow]:
    """Return the rows of a table whose cells are parted by tabs, header first.

    A label that ends in a hyphen on a line of its own goes on in the next line.
    `texts` are the lines with the white space that opens and closes them: it tells columns.
    """
    columns: list[str] = []
    rows: list[TableRow] = []
    wrapped: list[Line] = []
    for line, text in zip(lines, texts, strict=True):
        if "\t" not in text and text.rstrip().endswith("-"):
            wrapped.append(line)
            continue
        cells = [cell.strip() for cell in text.split("\t")]
        marks = [(at, cell) for at, cell in enumerate(cells[1:], start=1) if _MARK.fullmatch(cell)]
        if not marks or not cells[0]:
            columns = cells if sum(map(bool, cells)) > 1 else columns
            rows.append(TableRow((*wrapped, line), None))
            wrapped = []
            continue
        named = [(columns[at] if at < len(columns) else "", mark) for at, mark in marks]
        marked = tuple(Mark(column, mark, key.get(mark, mark.lower())) for column, mark in named)
        label = _unwrap(" ".join([*(part.text for part in wrapped), cells[0]]))
        rows.append(TableRow((*wrapped, line), GradeRow(label, marked)))
        wrapped = []
    return [*rows, *(TableRow((line,), None) for line in wrapped)]


def read_pairs(lines: Sequence[Line]) -> list[TableRow]:
    """Return the rows of a table printed line by line: a label, wrapped or not, then its grade."""
    rows: list[TableRow] = []
    label: list[Line] = []
    for line in lines:
        if not GRADE.fullmatch(line.text):
            label.append(line)
            continue
        text = _unwrap(" ".join(part.text for part in label))
        rows.append(TableRow((*label, line), GradeRow(text, (Mark("", line.text, line.text.lower()),))))
        label = []
    return rows


def _unwrap(label: str) -> str:
    """Return the label without the space that a line break left after its hyphen."""
    return re.sub(r"(?<=\w)- (?=[a-z])", "-", " ".join(label.split()))
