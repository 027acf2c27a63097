"""Reply -> the JSON that API, MCP and page share.

Not here: the words of its message (wording.py), or how it is drawn (card.py).
"""

from typing import Any, TypedDict

from index.report import Metadata, Passage, Report, Span
from rag.page import wording
from rag.reply import Citation, Reply


class CitationJson(TypedDict):
    """A quote and where it stands: `quote` is the passage's text from `start` to `end`."""

    id: str
    kind: str
    label: str
    section: list[str]
    quote: str
    start: int
    end: int
    context: str | None
    also_in: list[str]
    score: float
    differs_from: list[str]
    see_also: list[str]


class SourceJson(TypedDict):
    """Which report was quoted: name it and its date of publication with every quote."""

    report: str
    title: str
    publisher: str
    published: str
    reference: str
    sha256: str


class CorrectionJson(TypedDict):
    """A word that the report does not know, and the one it was read as."""

    typed: str
    read_as: str


class ReplyJson(TypedDict):
    """The report's own words on a question, or why it has none."""

    status: str
    question: str
    understood_as: str
    message: str
    citations: list[CitationJson]
    nearest: list[CitationJson]
    source: SourceJson
    conversation: dict[str, Any]
    also_searched: list[str]
    corrected: list[CorrectionJson]
    turn: str
    found: int


class SpanJson(TypedDict):
    """A half-open range of characters."""

    start: int
    end: int


class PassageJson(TypedDict):
    """A numbered paragraph, recommendation or row of grades, whole."""

    id: str
    kind: str
    label: str
    number_recovered: bool
    section: list[str]
    text: str
    sentences: list[SpanJson]
    previous: str | None
    next: str | None
    source: SourceJson


def reply_json(reply: Reply, report: Report) -> ReplyJson:
    """Return the reply as every surface gives it."""
    return {
        "status": reply.status,
        "question": reply.question,
        "understood_as": reply.understood_as,
        "message": wording.message(reply, report),
        "citations": [citation_json(citation) for citation in reply.citations],
        "nearest": [citation_json(citation) for citation in reply.nearest],
        "source": source_json(report),
        "conversation": reply.conversation.to_json(),
        "also_searched": list(reply.also_searched),
        "corrected": [{"typed": typed, "read_as": read_as} for typed, read_as in reply.corrected],
        "turn": reply.turn,
        "found": reply.found or len(reply.citations),
    }


def citation_json(citation: Citation) -> CitationJson:
    """Return one quote with its place."""
    passage = citation.passage
    return {
        "id": passage.id,
        "kind": passage.kind,
        "label": passage.label,
        "section": list(passage.section),
        "quote": citation.quote,
        "start": citation.span.start,
        "end": citation.span.end,
        "context": citation.context.of(passage.text) if citation.context else None,
        "also_in": list(citation.also_in),
        "score": round(citation.score, 4),
        "differs_from": list(citation.differs_from),
        "see_also": list(citation.see_also),
    }


def source_json(report: Report) -> SourceJson:
    """Return what must be stated with every quote."""
    metadata: Metadata = report.metadata
    return {
        "report": metadata.id,
        "title": metadata.title,
        "publisher": metadata.publisher,
        "published": metadata.published,
        "reference": metadata.reference,
        "sha256": report.sha256,
    }


def passage_json(passage: Passage, report: Report) -> PassageJson:
    """Return a passage with its neighbours in printed order."""
    ids = list(report.by_id)
    at = ids.index(passage.id)
    return {
        "id": passage.id,
        "kind": passage.kind,
        "label": passage.label,
        "number_recovered": passage.number_recovered,
        "section": list(passage.section),
        "text": passage.text,
        "sentences": [_span(span) for span in passage.sentences],
        "previous": ids[at - 1] if at else None,
        "next": ids[at + 1] if at + 1 < len(ids) else None,
        "source": source_json(report),
    }


def _span(span: Span) -> SpanJson:
    return {"start": span.start, "end": span.end}
