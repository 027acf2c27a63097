"""The conversation as the visitor's browser keeps it: questions, and where the quotes stand. No text of the report.

What comes back is read with suspicion: quotes are cut from the report again, so a browser
cannot put words into it.
Not here: what a turn means to the next question (rag/conversation.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from index.report import Report, Span
from rag.page.clean import clean_line, clean_value
from rag.reply import Citation, Reason, Reply, Status
from rag.turns import (
    LONGEST_CONVERSATION,
    LONGEST_QUESTION,
    VERSION,
    Conversation,
    ConversationError,
    read_conversation,
)

MOST_EXCHANGES = 30  # on the page; the oldest go first
_MOST_QUOTES = 120  # in one reply; "list all grades" has a dozen
_FORMAT = 1


class KeptError(ValueError):
    """What the browser kept was not kept by this page, or is of another report."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question on the page and its reply."""

    reply: Reply


def keep(exchanges: Sequence[Exchange], report: Report) -> dict[str, Any]:
    """Return what the browser is to keep, newest last."""
    kept = []
    before = Conversation()
    for exchange in exchanges[-MOST_EXCHANGES:]:
        kept.append(_kept(exchange.reply) | _step(before, exchange.reply.conversation))
        before = exchange.reply.conversation
    return {"format": _FORMAT, "report": report.sha256[:16], "exchanges": kept}


def restore(value: Any, report: Report) -> tuple[Exchange, ...]:
    """Return the exchanges that a browser kept; nothing kept gives none.

    Raises:
        KeptError: it was not made here, or belongs to another report.

    """
    if not value:
        return ()
    try:
        value = clean_value(value)
        if value["format"] != _FORMAT or value["report"] != report.sha256[:16]:
            raise KeptError("kept from another report")
        return tuple(_restored(value["exchanges"][-MOST_EXCHANGES:], report))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ConversationError) as error:
        raise KeptError("what the browser kept cannot be read") from error


def _step(before: Conversation, after: Conversation) -> dict[str, Any]:
    """Return how a turn changed the conversation: nothing, one turn more, or the whole of it."""
    turns = after.to_json()["turns"]
    if after == before:
        return {"added": []}
    if after.turns and after.turns == (*before.turns, after.turns[-1])[-LONGEST_CONVERSATION:]:
        return {"added": turns[-1:]}
    return {"whole": turns}


def _restored(kept: Any, report: Report) -> list[Exchange]:
    exchanges: list[Exchange] = []
    turns: list[Any] = []
    for one in kept:
        turns = one["whole"] if "whole" in one else [*turns, *one["added"]][-LONGEST_CONVERSATION:]
        conversation = read_conversation({"version": VERSION, "turns": turns}, report) if turns else Conversation()
        exchanges.append(Exchange(_reply(one, conversation, report)))
    return exchanges


def _kept(reply: Reply) -> dict[str, Any]:
    return {
        "question": reply.question,
        "read": reply.understood_as,
        "status": reply.status,
        "reason": reply.reason,
        "about": list(reply.about),
        "quotes": [_place(citation) for citation in reply.citations],
        "nearest": [_place(citation) for citation in reply.nearest],
        "searched": list(reply.also_searched),
        "corrected": [list(pair) for pair in reply.corrected],
        "turn": reply.turn,
        "found": reply.found,
    }


def _reply(value: Any, conversation: Conversation, report: Report) -> Reply:
    if value["status"] not in get_args(Status) or value["reason"] not in get_args(Reason):
        raise KeptError("a status that there is not")
    return Reply(
        status=value["status"],
        question=_words(value["question"]),
        understood_as=_words(value["read"]),
        conversation=conversation,
        reason=value["reason"],
        about=tuple(map(_words, value["about"])),
        citations=tuple(_citation(one, report) for one in value["quotes"][:_MOST_QUOTES]),
        nearest=tuple(_citation(one, report) for one in value["nearest"][:_MOST_QUOTES]),
        also_searched=tuple(map(_words, value["searched"])),
        corrected=tuple((_words(typed), _words(read)) for typed, read in value["corrected"]),
        turn=_words(value["turn"]),
        found=int(value["found"]),
    )


def _place(citation: Citation) -> dict[str, Any]:
    place: dict[str, Any] = {"id": citation.passage.id, "at": [citation.span.start, citation.span.end]}
    place["score"] = round(citation.score, 4)
    if citation.context:
        place["context"] = [citation.context.start, citation.context.end]
    for name in ("also_in", "differs_from", "see_also"):
        if ids := getattr(citation, name):
            place[name] = list(ids)
    return place


def _citation(value: Any, report: Report) -> Citation:
    passage = report.passage(value["id"])
    others = {
        name: tuple(report.passage(passage_id).id for passage_id in value.get(name, ()))
        for name in ("also_in", "differs_from", "see_also")
    }
    context = _span(value["context"], passage.text) if "context" in value else None
    return Citation(passage, _span(value["at"], passage.text), float(value["score"]), context, **others)


def _span(value: Any, text: str) -> Span:
    start, end = map(int, value)
    if end > len(text):
        raise KeptError("a place beyond the end of a passage")
    return Span(start, end)


def _words(value: Any) -> str:
    return clean_line(str(value))[: LONGEST_QUESTION * 2]
