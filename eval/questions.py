"""The question files: read, checked against the report they ask, split into dev and test.

A label is kept as passage id and quoted text and becomes a place when it is read; one
that the report does not contain is refused with its line.
Not here: what the questions are asked of (run.py), how replies are judged (metrics.py).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from eval.labels import Gold, Place
from index.parse import BUNDLED
from index.report import Report, Span

QUESTIONS = Path(__file__).parent / "questions"
OTHERS = Path(__file__).parents[2] / "shared" / "reports" / "others"  # reports that are not the project's to copy
SPLITS = ("train", "dev", "test")  # what numbers are fitted on, what is looked at, what is only run
JUDGED = ("dev", "test")
TYPES = (
    "fact",
    "weakness",
    "strength",
    "status",
    "list",
    "grade",
    "recommendation",
    "cause",
    "definition",
    "yesno",
)
NEGATIVE_KINDS = ("near_miss", "elsewhere", "off_topic", "false_premise", "junk")
FOLLOW_UPS = ("ellipsis", "pronoun", "drill_down", "contrast")
TURN_KINDS = ("first", *FOLLOW_UPS, "return", "change", "unanswerable", "command", "social", "repair")
_UNLABELLED = ("unanswerable", "command", "social")  # kinds of turn that may have no answer in the report


class QuestionsError(ValueError):
    """A question file that cannot be used; the text names file, line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Single:
    """One question that the report answers."""

    id: str
    split: str
    type: str
    question: str
    gold: Gold


@dataclass(frozen=True, slots=True)
class Group:
    """One question in several wordings."""

    id: str
    split: str
    type: str
    questions: tuple[str, ...]
    gold: Gold


@dataclass(frozen=True, slots=True)
class Negative:
    """A question that the report does not answer; a false premise names what contradicts it."""

    id: str
    split: str
    kind: str
    question: str
    contradicts: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation; without labels there is nothing to be cited."""

    question: str
    kind: str
    gold: Gold


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation: questions asked one after another."""

    id: str
    split: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """All questions over one report."""

    singles: tuple[Single, ...] = ()
    groups: tuple[Group, ...] = ()
    negatives: tuple[Negative, ...] = ()
    conversations: tuple[Dialogue, ...] = ()

    def only(self, split: str) -> "QuestionSet":
        """Return the questions of one split; "all" keeps those that are judged: dev and test."""
        wanted = JUDGED if split == "all" else (split,)
        kept = (_of(self.singles, wanted), _of(self.groups, wanted), _of(self.negatives, wanted))
        return QuestionSet(*kept, _of(self.conversations, wanted))

    def part(self, name: str) -> "QuestionSet":
        """Return the set with all but one part left out: "singles", "groups", "negatives", "conversations"."""
        return QuestionSet(**{name: getattr(self, name)})

    def texts(self) -> list[str]:
        """Return every question as typed, in file order."""
        grouped = [question for group in self.groups for question in group.questions]
        turns = [turn.question for dialogue in self.conversations for turn in dialogue.turns]
        return [*(s.question for s in self.singles), *grouped, *(n.question for n in self.negatives), *turns]


class _Named(Protocol):
    @property
    def id(self) -> str: ...


class _Item(_Named, Protocol):
    @property
    def split(self) -> str: ...


N = TypeVar("N", bound=_Named)
I = TypeVar("I", bound=_Item)  # noqa: E741


def _of(items: tuple[I, ...], splits: tuple[str, ...]) -> tuple[I, ...]:
    return tuple(item for item in items if item.split in splits)


def read_questions(folder: Path, report: Report) -> QuestionSet:
    """Return the questions in `folder`, with their labels found in `report`; a file that is absent holds none.

    Raises:
        QuestionsError: naming file and line: a field is missing or unknown, an id stands
            twice, or a label is not in the report.

    """
    if not any(folder.glob("*.jsonl")):
        raise QuestionsError(f"{folder}: no question files; expected singles.jsonl and its neighbours")
    return QuestionSet(
        read_rows(folder / "singles.jsonl", report, _single),
        read_rows(folder / "groups.jsonl", report, _group),
        read_rows(folder / "negatives.jsonl", report, _negative),
        read_rows(folder / "conversations.jsonl", report, _dialogue),
    )


def report_asked(folder: Path) -> Path:
    """Return the report's text that the questions in `folder` are about; one of OTHERS may not be at hand."""
    return BUNDLED if folder.name == BUNDLED.stem else OTHERS / f"{folder.name}.txt"


def holds(folder: Path, split: str) -> bool:
    """Say whether a folder has questions of a split; "all" means those that are judged."""
    wanted = JUDGED if split == "all" else (split,)
    rows = (json.loads(line) for path in sorted(folder.glob("*.jsonl")) for _, line in _lines(path))
    return any(row.get("split") in wanted for row in rows)


def read_rows(path: Path, report: Report, make: Callable[[dict[str, Any], Report], N]) -> tuple[N, ...]:
    """Return what `make` makes of each line of a file, none of one that is absent; QuestionsError names the line."""
    items: dict[str, N] = {}
    for number, line in _lines(path):
        try:
            item = make(json.loads(line), report)
            if item.id in items:
                raise QuestionsError(f"id {item.id!r} stands twice")
        except (QuestionsError, KeyError, TypeError, ValueError) as error:
            raise QuestionsError(f"{path.name}, line {number}: {_wrong(error)}") from None
        items[item.id] = item
    return tuple(items.values())


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    text = path.read_text("utf-8") if path.is_file() else ""
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _wrong(error: Exception) -> str:
    match error:
        case KeyError():
            return f"field {error.args[0]!r} is missing"
        case json.JSONDecodeError():
            return f"not a JSON object ({error.msg.lower()})"
        case _:
            return str(error)


def _single(row: dict[str, Any], report: Report) -> Single:
    asked = (_text(row["question"]), _gold(row, report, needed=True))
    return Single(_text(row["id"]), one_of(row["split"], SPLITS), one_of(row["type"], TYPES), *asked)


def _group(row: dict[str, Any], report: Report) -> Group:
    questions = tuple(_text(question) for question in row["questions"])
    if len(questions) < 2:
        raise QuestionsError(f"{len(questions)} wording in the group; expected at least 2")
    asked = (questions, _gold(row, report, needed=True))
    return Group(_text(row["id"]), one_of(row["split"], SPLITS), one_of(row["type"], TYPES), *asked)


def _negative(row: dict[str, Any], report: Report) -> Negative:
    kind = one_of(row["kind"], NEGATIVE_KINDS)
    contradicts = read_labels(row.get("contradicts", []), report)
    if (kind == "false_premise") != bool(contradicts):
        raise QuestionsError(f"kind {kind!r} with {len(contradicts)} in 'contradicts'; only a false premise has some")
    if not isinstance(row["question"], str):  # junk may be empty
        raise QuestionsError(f"question is {row['question']!r}; expected text")
    return Negative(_text(row["id"]), one_of(row["split"], SPLITS), kind, row["question"], contradicts)


def _dialogue(row: dict[str, Any], report: Report) -> Dialogue:
    turns = tuple(_turn(turn, report) for turn in row["turns"])
    if not turns:
        raise QuestionsError("the conversation has no turn")
    return Dialogue(_text(row["id"]), one_of(row["split"], SPLITS), turns)


def _turn(row: dict[str, Any], report: Report) -> Turn:
    kind = one_of(row["kind"], TURN_KINDS)
    return Turn(_text(row["question"]), kind, _gold(row, report, needed=kind not in _UNLABELLED))


def _gold(row: dict[str, Any], report: Report, *, needed: bool) -> Gold:
    must = tuple(read_labels(group, report) for group in row.get("must", []))
    if (needed and not must) or not all(must):
        raise QuestionsError("'must' is empty or holds an empty group; expected what a complete answer cites")
    return Gold(must, read_labels(row.get("good", []), report), read_labels(row.get("ok", []), report))


def read_labels(labels: list[dict[str, str]], report: Report) -> tuple[Place, ...]:
    """Return the places of labels, each a passage id with the quoted text; QuestionsError for one that is not there."""
    return tuple(_place(label["id"], label["quote"], report) for label in labels)


def _place(passage_id: str, quote: str, report: Report) -> Place:
    passage = report.by_id.get(passage_id)
    if passage is None:
        raise QuestionsError(f"paragraph {passage_id!r} is not in the report")
    start = passage.text.find(quote) if quote else -1
    if start < 0:
        raise QuestionsError(f"{passage.label} does not contain {quote!r}")
    return Place(passage_id, Span(start, start + len(quote)))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise QuestionsError(f"{value!r} stands where text is expected")
    return value


def one_of(value: object, known: tuple[str, ...]) -> str:
    """Return a value that is among the known ones; QuestionsError for another."""
    if value not in known:
        raise QuestionsError(f"{value!r} is not known; expected one of {', '.join(known)}")
    return str(value)
