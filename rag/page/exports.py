"""The conversation as a file: Markdown, Word, JSON, and its citations as CSV.

Not here: the page's own drawing of a reply (card.py).
"""

import base64
import csv
import io
import json
import re
from collections.abc import Sequence
from typing import TypedDict

from docx import Document
from docx.shared import Pt

from index.report import Report
from rag.page import wording
from rag.page.reply import reply_json
from rag.reply import Citation, Reply

_COLUMNS = ("question", "status", "paragraph", "kind", "section", "quote", "start", "end", "also in", "source")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so


class FileJson(TypedDict):
    """A file for the browser to save; `content` is base 64."""

    name: str
    type: str
    content: str


def export(kind: str, replies: Sequence[Reply], report: Report) -> FileJson:
    """Return the conversation as a file of that kind: "md", "docx", "json" or "csv".

    Raises:
        ValueError: there is no such kind.

    """
    if kind not in _WRITERS:
        raise ValueError(f"kind is {kind[:20]!r}; expected one of {', '.join(_WRITERS)}")
    writer, mime = _WRITERS[kind]
    name = f"{report.metadata.id}-{'citations' if kind == 'csv' else 'conversation'}.{kind}"
    return {"name": name, "type": mime, "content": base64.b64encode(writer(replies, report)).decode()}


def as_markdown(replies: Sequence[Reply], report: Report) -> bytes:
    """Return the conversation as Markdown; what visitors typed is escaped."""
    lines = [f"# {_plain(report.metadata.title)}", "", _plain(wording.source(report)), ""]
    for reply in replies:
        lines += [f"## {_plain(reply.question)}", ""]
        if reply.understood_as and reply.understood_as != reply.question:
            lines += [f"Read as: {_plain(reply.understood_as)}", ""]
        lines += [f"**{wording.HEADINGS[reply.status]}.** {_plain(wording.message(reply, report))}", ""]
        for citation in reply.citations:
            lines += _markdown_quote(citation)
        if reply.nearest:
            lines += [wording.NEAREST, ""]
        for citation in reply.nearest:
            lines += _markdown_quote(citation)
    lines += ["---", "", f"Source: {_plain(wording.source(report))}.", "", _plain(report.metadata.notice), ""]
    return "\n".join(lines).encode("utf-8")


def _markdown_quote(citation: Citation) -> list[str]:
    quoted = [f"> {_plain(line)}" for line in citation.quote.split("\n")]
    return [*[_plain(line) + "\n" for line in _before(citation)], *quoted, ">", f"> — {_plain(_place(citation))}", ""]


def _before(citation: Citation) -> list[str]:
    """Return the line that goes before a quote which would mislead alone; none for most."""
    return [f"(Before it: {citation.context.of(citation.passage.text)})"] if citation.context else []


def _place(citation: Citation) -> str:
    """Return where a quote stands, and where the report says the same or otherwise."""
    parts = [f"{wording.place(citation.passage)} ({wording.section(citation.passage)})"]
    if citation.also_in:
        parts.append(f"also said in {wording.in_words(citation.also_in)}")
    own = citation.passage.id
    if differing := [one for one in citation.differs_from if one != own]:
        parts.append(f"put differently in {wording.in_words(differing)}")
    if own in citation.differs_from:
        parts.append(wording.DIFFERS_WITHIN[0].lower() + wording.DIFFERS_WITHIN[1:])
    return "; ".join(parts)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("\n", " "))


def as_word(replies: Sequence[Reply], report: Report) -> bytes:
    """Return the conversation as a Word document."""
    document = Document()
    document.core_properties.title = report.metadata.title
    document.core_properties.author = ""
    document.add_heading(report.metadata.title, 0)
    document.add_paragraph(wording.source(report))
    for reply in replies:
        document.add_heading(reply.question, 1)
        if reply.understood_as and reply.understood_as != reply.question:
            document.add_paragraph(f"Read as: {reply.understood_as}")
        status = document.add_paragraph()
        status.add_run(f"{wording.HEADINGS[reply.status]}. ").bold = True
        status.add_run(wording.message(reply, report))
        for citation in reply.citations:
            _word_quote(document, citation)
        if reply.nearest:
            document.add_paragraph(wording.NEAREST)
        for citation in reply.nearest:
            _word_quote(document, citation)
    closing = document.add_paragraph(f"Source: {wording.source(report)}. {report.metadata.notice}")
    for run in closing.runs:
        run.font.size = Pt(9)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _word_quote(document: "Document", citation: Citation) -> None:  # type: ignore[valid-type]
    for line in _before(citation):
        document.add_paragraph(line)  # type: ignore[attr-defined]
    document.add_paragraph(citation.quote, style="Intense Quote")  # type: ignore[attr-defined]
    document.add_paragraph(_place(citation))  # type: ignore[attr-defined]


def as_json(replies: Sequence[Reply], report: Report) -> bytes:
    """Return the replies as the API gives them."""
    return (json.dumps([reply_json(reply, report) for reply in replies], ensure_ascii=False, indent=2) + "\n").encode()


def as_csv(replies: Sequence[Reply], report: Report) -> bytes:
    """Return one row for each citation, with a mark at the start by which Excel knows UTF-8."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(_COLUMNS)
    for reply in replies:
        for citation in reply.citations:
            passage, span = citation.passage, citation.span
            texts = [reply.question, reply.status, passage.id, passage.kind, wording.section(passage), citation.quote]
            after = [" ".join(citation.also_in), wording.source(report)]
            writer.writerow([*map(_cell, texts), span.start, span.end, *map(_cell, after)])
    return ("\ufeff" + stream.getvalue()).encode("utf-8")


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


_WRITERS = {
    "md": (as_markdown, "text/markdown"),
    "docx": (as_word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "json": (as_json, "application/json"),
    "csv": (as_csv, "text/csv"),
}
