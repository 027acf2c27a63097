"""The five endpoints as functions: typed for the API's own pages, checked inside.

Not here: how they are registered with Gradio and MCP (app.py).
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypedDict, TypeVar

import gradio as gr

from index.report import GradeRow, Recommendation, Report, ReportError
from rag.page import wording
from rag.page.clean import clean, clean_line, clean_value
from rag.page.desk import Desk, DeskError
from rag.page.reply import (
    CitationJson,
    PassageJson,
    ReplyJson,
    SourceJson,
    citation_json,
    passage_json,
    reply_json,
    source_json,
)
from rag.turns import LONGEST_QUESTION, Conversation, ConversationError, read_conversation
from rag.verify import Altered, Exact, NotInReport, Verdict, verify

MOST_HITS = 50
LONGEST_QUOTE = 5000  # characters: longer than any paragraph

P = ParamSpec("P")
R = TypeVar("R")


class SearchJson(TypedDict):
    """Sentences near to a query, without a judgement whether they answer it."""

    query: str
    hits: list[CitationJson]
    source: SourceJson


class MarkJson(TypedDict):
    """One judgement: the column it stands in, the mark as printed, and its word."""

    column: str
    mark: str
    word: str


class GradeJson(TypedDict):
    """What was judged, and how."""

    id: str
    label: str
    marks: list[MarkJson]


class RecommendationJson(TypedDict):
    """What is to be done, by when and by whom."""

    id: str
    deadline: str
    lead_in: str
    who: str
    text: str


class HeadingJson(TypedDict):
    """A heading as its path, and the passages directly beneath it."""

    path: list[str]
    passages: list[str]


class ReportJson(TypedDict):
    """What the report is and how it is laid out."""

    source: SourceJson
    notice: str
    outline: list[HeadingJson]
    grade_key: str
    grades: list[GradeJson]
    recommendations: list[RecommendationJson]


class PieceJson(TypedDict):
    """A run of words: in both ("equal"), only in the quote ("insert"), only in the report ("delete")."""

    change: str
    text: str


class VerdictJson(TypedDict):
    """Whether the words stand in the report; `text` is what it prints there."""

    verdict: str
    message: str
    quote: str
    id: str | None
    label: str | None
    section: list[str]
    start: int | None
    end: int | None
    text: str | None
    also_in: list[str]
    differences: list[PieceJson]
    source: SourceJson


class Blocks(gr.Blocks):
    """Gradio's Blocks, taking a call that leaves out parameters which have a default.

    Its own API pages say that they may be left out, but a plain POST without them fails there.
    """

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        """Fill in the defaults at the end of `inputs`, then check as ever."""
        missing = block_fn.inputs[len(inputs) :]
        if block_fn.api_visibility == "public" and inputs:
            inputs.extend(component.value for component in missing)
        super().validate_inputs(block_fn, inputs)


class Refusal(gr.Error):
    """An error for the caller's eyes, without a trace in the log."""

    def __init__(self, message: str) -> None:
        super().__init__(message, print_exception=False)


def refusing(function: Callable[P, R]) -> Callable[P, R]:
    """Return `function` with the errors that are meant for callers told to them."""

    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (ReportError, ConversationError, DeskError, ValueError) as error:
            raise Refusal(str(error)) from None

    return told


@refusing
def ask(desk: Desk, question: Any, conversation: Any) -> ReplyJson:
    """Return the reply to a question."""
    asked = question_of(question)
    before = conversation_of(conversation, desk.report)
    return reply_json(desk.ask(asked, before), desk.report)


def question_of(value: Any) -> str:
    """Return a question fit to be asked.

    Raises:
        ValueError: it is no text, or too long.

    """
    question = clean_line(_text(value, "question"))
    if len(question) > LONGEST_QUESTION:
        raise ValueError(f"the question has {len(question):,} characters; expected at most {LONGEST_QUESTION:,}")
    return question


def conversation_of(value: Any, report: Report) -> Conversation:
    """Return the conversation that was handed back; nothing starts a new one."""
    if value is None or value in ({}, ""):
        return Conversation()
    return read_conversation(clean_value(value), report)


@refusing
def paragraph(desk: Desk, passage_id: Any) -> PassageJson:
    """Return one passage whole."""
    return passage_json(desk.report.passage(_text(passage_id, "id")), desk.report)


@refusing
def search(desk: Desk, query: Any, limit: Any) -> SearchJson:
    """Return sentences near to a query."""
    wanted = question_of(query)
    if not wanted:
        raise ValueError("the query is empty; expected some words to look for")
    if isinstance(limit, float) and limit.is_integer():
        limit = int(limit)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_HITS:
        raise ValueError(f"limit is {str(limit)[:20]}; expected a whole number from 1 to {MOST_HITS}")
    hits = [citation_json(hit) for hit in desk.search(wanted, limit)]
    return {"query": wanted, "hits": hits, "source": source_json(desk.report)}


def report(desk: Desk) -> ReportJson:
    """Return what the report is, its outline, grades and recommendations."""
    found = desk.report
    beneath: dict[tuple[str, ...], list[str]] = {heading.path: [] for heading in found.headings}
    for passage in found.passages:
        beneath.setdefault(passage.section, []).append(passage.id)
    return {
        "source": source_json(found),
        "notice": found.metadata.notice,
        "outline": [{"path": list(path), "passages": ids} for path, ids in beneath.items()],
        "grade_key": found.grade_key.text if found.grade_key else "",
        "grades": [
            {
                "id": passage.id,
                "label": passage.details.label,
                "marks": [{"column": m.column, "mark": m.mark, "word": m.word} for m in passage.details.marks],
            }
            for passage in found.passages
            if isinstance(passage.details, GradeRow) and passage.details.marks
        ],
        "recommendations": [
            {
                "id": passage.id,
                "deadline": passage.details.deadline,
                "lead_in": passage.details.lead_in,
                "who": passage.details.who,
                "text": passage.text,
            }
            for passage in found.passages
            if isinstance(passage.details, Recommendation)
        ],
    }


@refusing
def check_quote(desk: Desk, quote: Any) -> VerdictJson:
    """Return whether a quote stands in the report."""
    words = _text(quote, "quote")
    if len(words) > LONGEST_QUOTE:
        raise ValueError(f"the quote has {len(words):,} characters; expected at most {LONGEST_QUOTE:,}")
    return verdict_json(words, verify(desk.report, words), desk.report)


def verdict_json(quote: str, verdict: Verdict, report: Report) -> VerdictJson:
    """Return the outcome of a check as every surface gives it."""
    found: VerdictJson = {
        "verdict": "not_in_report",
        "message": wording.verdict(verdict),
        "quote": quote,
        "id": None,
        "label": None,
        "section": [],
        "start": None,
        "end": None,
        "text": None,
        "also_in": [],
        "differences": [],
        "source": source_json(report),
    }
    if isinstance(verdict, NotInReport):
        return found
    passage, span = verdict.passage, verdict.span
    found["verdict"] = "exact" if isinstance(verdict, Exact) else "altered"
    found["id"], found["label"], found["section"] = passage.id, passage.label, list(passage.section)
    found["start"], found["end"], found["text"] = span.start, span.end, span.of(passage.text)
    match verdict:
        case Exact():
            found["also_in"] = list(verdict.also_in)
        case Altered():
            found["differences"] = [{"change": piece.change, "text": piece.text} for piece in verdict.pieces]
    return found


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name} is {type(value).__name__}; expected text")
    return clean(value)
