"""A conversation as data: what was asked, how it was read, what was cited.

Not here: what a new turn means (conversation.py).
"""

from dataclasses import dataclass
from typing import Any

from index.report import Report

LONGEST_CONVERSATION = 20  # turns kept; the oldest go first
LONGEST_QUESTION = 1000  # characters
VERSION = 1
_STATUSES = frozenset({"answered", "partial", "contradicted", "related", "not_covered", "help"})
MOST_CITED = 60  # sentences one turn may have cited
_ADVICE = "leave it out to start a new one, or hand back the one that came with the last reply"


class ConversationError(ValueError):
    """A conversation that was not made here, or no longer fits; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what became of it. Holds no text of the report and none of any answer."""

    question: str
    read_as: str
    status: str
    cited: tuple[tuple[str, int], ...] = ()  # passage id and sentence, from 0


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns so far, oldest first."""

    turns: tuple[Turn, ...] = ()

    def then(self, turn: Turn) -> "Conversation":
        """Return the conversation with one more turn; past the longest, the oldest is dropped."""
        return Conversation((*self.turns, turn)[-LONGEST_CONVERSATION:])

    def to_json(self) -> dict[str, Any]:
        """Return the conversation as a JSON value, small and readable."""
        turns = [
            {
                "question": t.question,
                "read_as": t.read_as,
                "status": t.status,
                "cited": [f"{i}:{n}" for i, n in t.cited],
            }
            for t in self.turns
        ]
        return {"version": VERSION, "turns": turns}


def read_conversation(value: Any, report: Report) -> Conversation:
    """Return the conversation that a caller handed back; None starts a new one.

    Raises:
        ConversationError: it is not one of ours, is too large, or cites what the report does not have.

    """
    if value is None or value == {}:
        return Conversation()
    if not isinstance(value, dict) or not isinstance(value.get("turns"), list):
        raise ConversationError(f"the conversation is not one that a reply gave out; {_ADVICE}")
    if value.get("version") != VERSION or isinstance(value.get("version"), bool):
        raise ConversationError(
            f"the conversation has version {str(value.get('version'))[:20]!r}, this is version {VERSION}; {_ADVICE}"
        )
    turns = value["turns"]
    if len(turns) > LONGEST_CONVERSATION:
        raise ConversationError(
            f"the conversation has {len(turns)} turns, at most {LONGEST_CONVERSATION} fit; {_ADVICE}"
        )
    return Conversation(tuple(_read_turn(turn, at, report) for at, turn in enumerate(turns, start=1)))


def _read_turn(value: Any, at: int, report: Report) -> Turn:
    if not isinstance(value, dict):
        raise ConversationError(f"turn {at} of the conversation is not an object; {_ADVICE}")
    question, read_as, status = (value.get(key) for key in ("question", "read_as", "status"))
    for name, text in (("question", question), ("read_as", read_as)):
        if not isinstance(text, str) or len(text) > 2 * LONGEST_QUESTION or not text.isprintable():
            raise ConversationError(f"turn {at} of the conversation: {name} is not a question's text; {_ADVICE}")
    if not isinstance(status, str) or status not in _STATUSES:
        raise ConversationError(f"turn {at} of the conversation: status {str(status)[:20]!r} is not known; {_ADVICE}")
    return Turn(str(question), str(read_as), str(status), _read_cited(value.get("cited", []), at, report))


def _read_cited(value: Any, at: int, report: Report) -> tuple[tuple[str, int], ...]:
    if not isinstance(value, list) or len(value) > MOST_CITED:
        raise ConversationError(
            f"turn {at} of the conversation: cited is not a list of at most {MOST_CITED}; {_ADVICE}"
        )
    cited = []
    for place in value:
        passage_id, _, number = place.partition(":") if isinstance(place, str) else ("", "", "")
        passage = report.by_id.get(passage_id)
        if (
            passage is None
            or not (number.isascii() and number.isdigit() and len(number) < 6)
            or int(number) >= len(passage.sentences)
        ):
            raise ConversationError(
                f"turn {at} of the conversation cites {str(place)[:20]!r}, which is not there; {_ADVICE}"
            )
        cited.append((passage_id, int(number)))
    return tuple(cited)
