"""Source text -> lines, each with its offsets and what it looks like on its own.

Not here: what a line means in its place (parse.py).
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from index.report import ReportError, Span

# "12. Text", "- 12. Text", "**12.** Text", and a number alone on its line. At most three digits: years are not numbers.
_NUMBERED = re.compile(r"\s*(?:[-–•]\s+)?(?:\*\*)?(\d{1,3})\.(?:\*\*)?(?:\s+|$)")
# Bullets print as dashes, as squares and dots, or as marks of a symbol font in the private use area.
_BULLET = re.compile(r"\s*[-–•◼▪■●·\uf000-\uf0ff\u2756]\s+(?=\S)")
_PAGE_NUMBER = re.compile(r"(?:page\s+)?(\d{1,4})(?:\s+of\s+\d{1,4})?", re.IGNORECASE)
_PAGE_STEP = 2  # from one page number to the next: pages with a picture or a title print none
_RUNNING_HEAD_REPEATS = 3  # times a line must stand beside page numbers to be a running head
_RUNNING_HEAD_PAGES = 0.25  # ratio of the pages it must stand on: a chapter's title stands on fewer
_RUNNING_HEAD_REACH = 3  # lines with text between a running head and its page number


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where its text stands in the source, and the marks it opens with."""

    row: int  # counted from 1
    span: Span | None  # without surrounding white space; None for a blank line
    text: str
    number: int | None = None  # of a numbered paragraph
    dashed: bool = False
    indented: bool = False
    body: int = 0  # offset in the source where the text after number or bullet begins
    debris: str = ""  # "page number" or "running head"

    @property
    def closed(self) -> bool:
        """Say whether the line could end a paragraph."""
        return self.text.rstrip("\"'”’)*").endswith((".", "?", "!", ":"))


def read_text(path: Path) -> tuple[bytes, str]:
    """Return the file's bytes and their text.

    Raises:
        ReportError: the file cannot be read, is empty, holds binary data, or is not UTF-8.

    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReportError(f"{path.name}: cannot be read ({error.strerror}); name a text file") from None
    if not data.strip():
        raise ReportError(f"{path.name}: the file is empty; expected the text of a report")
    if b"\0" in data:
        row = data[: data.index(b"\0")].count(b"\n") + 1
        raise ReportError(f"{path.name}, line {row}: binary data; expected plain text in UTF-8")
    try:
        return data, data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        what = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise ReportError(f"{path.name}, line {row}: {what}") from None


def split_lines(text: str) -> list[Line]:
    """Return the lines of `text`, blank ones too, with page debris marked."""
    lines: list[Line] = []
    offset = 0
    for row, raw in enumerate(text.split("\n"), start=1):
        lines.append(_read_line(row, raw, offset))
        offset += len(raw) + 1
    return _mark_running_heads(_mark_page_numbers(lines))


def _read_line(row: int, raw: str, offset: int) -> Line:
    body = raw.strip().strip("\ufeff").strip()
    if not body:
        return Line(row, None, "")
    start = offset + raw.index(body)
    span = Span(start, start + len(body))
    indented = raw[0] in " \t"
    if numbered := _NUMBERED.match(raw):
        at = offset + numbered.end()
        return Line(row, span, body, int(numbered[1]), body[0] in "-–•", indented, min(at, span.end))
    if bullet := _BULLET.match(raw):
        return Line(row, span, body, None, True, indented, offset + bullet.end())
    return Line(row, span, body, None, False, indented, start)


def _mark_page_numbers(lines: list[Line]) -> list[Line]:
    """Mark page numbers: bare numbers beside a blank line, or in step with the bare number before or after.

    A year that a wrapped line left alone in the middle of a paragraph is neither.
    """
    bare = [(at, int(found[1])) for at, line in enumerate(lines) if (found := _PAGE_NUMBER.fullmatch(line.text))]
    numbers = [number for _, number in bare]
    in_step = {
        at
        for before, (at, number), after in zip([None, *numbers], bare, [*numbers[1:], None], strict=False)
        if (before is not None and 0 < number - before <= _PAGE_STEP)
        or (after is not None and 0 < after - number <= _PAGE_STEP)
    }
    alone = {at for at, _ in bare if at in (0, len(lines) - 1) or None in (lines[at - 1].span, lines[at + 1].span)}
    pages = in_step | alone
    return [_as_debris(line, "page number") if at in pages else line for at, line in enumerate(lines)]


def _mark_running_heads(lines: list[Line]) -> list[Line]:
    """Mark the lines that stand again and again beside page numbers, and at most once elsewhere (on the cover)."""
    full = [line for line in lines if line.span]
    pages = [at for at, line in enumerate(full) if line.debris]
    near = {to for at in pages for to in range(at - _RUNNING_HEAD_REACH, at + _RUNNING_HEAD_REACH + 1)}
    beside = Counter(
        line.text for at, line in enumerate(full) if at in near and not line.debris and line.number is None
    )
    everywhere = Counter(line.text for line in full)
    least = max(_RUNNING_HEAD_REPEATS, _RUNNING_HEAD_PAGES * len(pages))
    heads = {text for text, count in beside.items() if count >= max(least, everywhere[text] - 1)}
    return [_as_debris(line, "running head") if line.text in heads else line for line in lines]


def _as_debris(line: Line, name: str) -> Line:
    return Line(line.row, line.span, line.text, debris=name)
