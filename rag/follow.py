"""A turn and its topic -> the question that stands alone.

Not here: whether a turn follows up at all (conversation.py), what it is answered with (answer.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rag.question import Unit, find_units, strip_frames
from rag.vocabulary import Vocabulary
from rag.words import read_rows, split_words, stop_stems

# Kinds of concept that take each other's place: "and for care leavers?" changes the group, not the subject.
_SLOTS = ("group", "place", "body", "role", "service", "outcome", "issue", "process", "document", "resource")
_PEOPLE = frozenset({"group", "role", "body"})
_THEY = re.compile(r"\b(they|them|their|theirs|he|she|him|her|his|hers)\b", re.IGNORECASE)
_IT = re.compile(
    r"\b(?:(?:that|this|those|these|such|the same)\s+(?:one|ones|thing|things|group|service|issue|area|kids|children)|"
    r"it|its|that|this|those|these|the same|the former|the latter|one|ones)\b",
    re.IGNORECASE,
)
# Those who wrote the report: "what do they recommend about that?"
_WRITERS = re.compile(
    r"\b(?:they|it)\b(?=\s+(?:say|says|said|recommend|recommends|recommended|suggest|suggested|propose|proposed|"
    r"want|wanted|advise|advised|mention|mentions|find|found|think|thought|conclude|concluded|give|gives)\b)",
    re.IGNORECASE,
)
_FILLS_SUBJECT = re.compile(r"\b(it|that|this)('s)?\s+(is|was|has|seem)", re.IGNORECASE)


@cache
def signs_of_turns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return what the wording of a turn can show, each with its pattern."""
    return tuple((sign, re.compile(pattern, re.IGNORECASE)) for sign, pattern in read_rows("turns.tsv"))


def shown(text: str) -> frozenset[str]:
    """Return the signs that the wording of a turn shows: "greeting", "ellipsis", "pronoun" and others."""
    return frozenset(sign for sign, pattern in signs_of_turns() if pattern.search(text))


def strip_lead(text: str, *signs: str) -> str:
    """Return a turn without the words that only tie it to the turn before; as it was where none remain."""
    for sign, pattern in signs_of_turns():
        if sign in signs:
            rest = pattern.sub("", text, count=1).strip(" ,.;:-!")
            text = rest if split_words(rest) else text
    return text


@dataclass(frozen=True, slots=True)
class Merged:
    """A turn read with its topic."""

    text: str  # stands alone
    topic: str  # what the next turn follows up on


def subject_of(text: str, vocabulary: Vocabulary) -> str:
    """Return the words of a question that name its subject, as typed."""
    return _joined(_subject_units(text, vocabulary), text)


def _subject_units(text: str, vocabulary: Vocabulary) -> list[Unit]:
    units = list(find_units(strip_frames(text), vocabulary)) or list(find_units(text, vocabulary))
    named = [unit for unit in units if any(_has_kind(unit, slot, vocabulary) for slot in _SLOTS)]
    return named or sorted(units, key=lambda unit: -unit.weight)[:2]


def _joined(units: Sequence[Unit], text: str) -> str:
    """Return units in the order of the text, each once."""
    order = sorted(units, key=lambda unit: text.lower().find(unit.text.lower()))
    return " ".join(dict.fromkeys(unit.text for unit in order))


def merge(turn: str, topic: str, vocabulary: Vocabulary) -> Merged:
    """Return the turn as a question that stands alone, given what was talked about.

    A slot is swapped: "respite for disabled children" and "and for care leavers?" give
    "respite for care leavers". A pronoun takes the topic's subject: "are they listened
    to?" gives "are care leavers listened to?". Else the topic's subject goes before.
    """
    turn = strip_frames(strip_lead(turn, "return"))
    signs = shown(turn)
    bare = strip_lead(turn, "ellipsis") if "ellipsis" in signs else turn
    swapped = _swap(bare, topic, vocabulary) if _is_fragment(turn, bare, signs) else ""
    if swapped:
        return Merged(swapped, swapped)
    subject = subject_of(topic, vocabulary) or topic
    if filled := _fill(turn, topic, subject, vocabulary):
        return Merged(filled, topic)
    extra = _joined([u for u in _subject_units(bare, vocabulary) if u.weight > 0.3], bare)
    grown = f"{topic.rstrip(' ?.!')} {extra}" if extra and "ellipsis" in signs else topic
    return Merged(f"{subject}: {bare}", grown)


def _is_fragment(turn: str, bare: str, signs: frozenset[str]) -> bool:
    """Say whether a turn is only a new filling for a slot: "and for care leavers?"."""
    words = split_words(bare)
    verbs = {
        "is",
        "are",
        "was",
        "were",
        "do",
        "does",
        "did",
        "has",
        "have",
        "can",
        "should",
        "will",
        "why",
        "how",
        "who",
        "when",
    }
    return len(words) <= 7 and (
        bare != turn or "ellipsis" in signs or not verbs & {turn[w.start : w.end].lower() for w in split_words(turn)}
    )


def _swap(bare: str, topic: str, vocabulary: Vocabulary) -> str:
    """Return the topic with one of its units replaced by the turn's; "" where none has the same slot."""
    new = _subject_units(bare, vocabulary)
    old = _subject_units(topic, vocabulary)
    for slot in _SLOTS:
        here = [unit for unit in new if _has_kind(unit, slot, vocabulary)]
        there = [unit for unit in old if _has_kind(unit, slot, vocabulary)]
        if here and there and not set(here[0].concepts) & set(there[0].concepts):
            at = topic.lower().find(there[0].text.lower())
            return topic[:at] + bare.strip(" ?.!") + topic[at + len(there[0].text) :]
    return ""


def _has_kind(unit: Unit, slot: str, vocabulary: Vocabulary) -> bool:
    return any(vocabulary.concepts[one].kind == slot for one in unit.concepts)


def _fill(turn: str, topic: str, subject: str, vocabulary: Vocabulary) -> str:
    """Return the turn with its pronoun replaced by what it stands for; "" where it has none."""
    turn = _WRITERS.sub("the inspectors", turn)
    people = [
        unit for unit in _subject_units(topic, vocabulary) if any(_has_kind(unit, k, vocabulary) for k in _PEOPLE)
    ]
    if _THEY.search(turn):
        named = people[0].text if people else subject
        owned = named + ("'" if named.endswith("s") else "'s")
        return _THEY.sub(lambda match: owned if match[0].lower() in ("their", "his", "her") else named, turn, count=1)
    if _IT.search(turn):
        return _IT.sub(lambda _: subject, turn, count=1)
    return ""


def meaningful(text: str) -> int:
    """Return how many words of a turn say something of their own."""
    return sum(word.stem not in stop_stems() for word in split_words(text))
