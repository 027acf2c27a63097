"""A conversation as data: what was asked, how it was read, what was cited.

Not here: what a new turn means (conversation.py).
"""

from dataclasses import dataclass
from typing import Any

from index.report import Report

LONGEST_CONVERSATION = 20  # turns kept; the oldest go first
LONGEST_QUESTION = 1000  # characters
VERSION = 1


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
        ConversationError: it is not one of ours, or is too large.
    """
    raise NotImplementedError
