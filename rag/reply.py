"""What a reply is: its status, its citations, and what was made of the question.

Not here: how it is found (answer.py), its JSON and its wording for people (page/).
"""

from dataclasses import dataclass
from typing import Literal

from index.report import Passage, Span
from rag.turns import Conversation

Status = Literal["answered", "partial", "contradicted", "related", "not_covered", "help"]
# Why a reply is not simply an answer: a stable code that the page words.
Reason = Literal[
    "",
    "no_number",  # the subject is discussed, but no figure stands with it
    "no_money",
    "no_date",
    "no_name",
    "no_place",
    "no_reason",
    "no_detail",  # discussed, but not what is asked of it
    "unknown_name",  # a name the report never mentions
    "other_time",  # a year or a later time that the report does not cover
    "other_place",
    "no_polarity",  # nothing wrong, or nothing good, is said of the subject
    "part_missing",  # one of several things asked for is not there
    "presumes_otherwise",
    "no_subject",
    "no_passage",  # "paragraph 104"
    "no_topic",  # a follow-up with nothing to follow
    "empty",
    "greeting",
    "thanks",
    "about",
    "restarted",
    "no_more",
]


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote: a span of a passage, and where else the report says the same."""

    passage: Passage
    span: Span
    score: float = 0.0  # confidence in [0, 1]; orders citations, never shown as a percentage
    context: Span | None = None  # the sentence before, where the quote would mislead alone
    also_in: tuple[str, ...] = ()  # ids of passages that repeat the finding
    differs_from: tuple[str, ...] = ()  # ids of cited passages that put it otherwise, maybe its own
    see_also: tuple[str, ...] = ()  # findings behind a recommendation, what follows from a finding

    @property
    def quote(self) -> str:
        """Return the cited words, cut from the passage."""
        return self.span.of(self.passage.text)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the report says to a question, or why it says nothing."""

    status: Status
    question: str  # as typed, cleaned of control characters
    understood_as: str  # the question as it was read, standing alone
    conversation: Conversation
    reason: Reason = ""
    about: tuple[str, ...] = ()  # the words that the reason speaks of: "£", "2015", "Kingston"
    citations: tuple[Citation, ...] = ()  # best first
    nearest: tuple[Citation, ...] = ()
    also_searched: tuple[str, ...] = ()  # terms of the sector that were searched for lay words
    corrected: tuple[tuple[str, str], ...] = ()  # misspelt word, what it was read as
    turn: str = "new"  # how it was taken: "new", "follow_up", "return", "repair", "command", "social"
    confidence: float = 0.0  # how likely the report answers, in [0, 1]; for measuring, not for people
    found: int = 0  # findings there are in all, more than are cited where a list was cut
