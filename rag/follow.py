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
_THEY = re.compile(r"\b(they|them|their|theirs)\b", re.IGNORECASE)
_IT = re.compile(
    r"\b(?:(?:that|this|those|these|such|the same)\s+(?:one|ones|thing|things|group|service|issue|area|kids|children)|"
    r"it|its|(?:that|this|those|these)(?!\s+(?:who|whose|which|with|without|in|on|at|from|of|not|placed)\b)|"
    r"the same|the former|the latter|one|ones)\b",
    re.IGNORECASE,
)
_LONGEST_SUBJECT = 8  # words
_BRIDGES = (" ", " and ", " & ", "-")  # what may stand between the words of one thing
# Those who wrote the report: "what do they recommend about that?"
_WRITERS = re.compile(
    r"\b(?:they|it)\b(?=\s+(?:say|says|said|recommend|recommends|recommended|suggest|suggested|propose|proposed|"
    r"want|wanted|advise|advised|mention|mentions|find|found|think|thought|conclude|concluded|give|gives)\b)",
    re.IGNORECASE,
)


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
    """Return the words of a question that name its subject, as typed, with the little that stands between them."""
    units = _subject_units(text, vocabulary)
    starts = [text.lower().find(unit.text.lower()) for unit in units]
    if not units or min(starts) < 0:
        return _joined(units, text)
    phrase = text[min(starts) : max(at + len(unit.text) for at, unit in zip(starts, units, strict=True))]
    return phrase if len(phrase.split()) <= _LONGEST_SUBJECT else _joined(units, text)


def _subject_units(text: str, vocabulary: Vocabulary) -> list[Unit]:
    units = list(find_units(strip_frames(text), vocabulary)) or list(find_units(text, vocabulary))
    named = [unit for unit in units if any(_has_kind(unit, slot, vocabulary) for slot in _SLOTS)]
    return named or _last_run(units, text)


def _last_run(units: Sequence[Unit], text: str) -> list[Unit]:
    """Return the last units that stand side by side: where no term of the sector is named, most likely the subject."""
    run: list[Unit] = []
    end = 0
    for at, unit in sorted(((text.find(unit.text), unit) for unit in units), key=lambda pair: pair[0]):
        if run and text[end:at] not in _BRIDGES:
            run = []
        run.append(unit)
        end = at + len(unit.text)
    return run


def _joined(units: Sequence[Unit], text: str) -> str:
    """Return units in the order of the text, each once."""
    order = sorted(units, key=lambda unit: text.lower().find(unit.text.lower()))
    return " ".join(dict.fromkeys(unit.text for unit in order))


def merge(turn: str, topic: str, vocabulary: Vocabulary) -> Merged:
    """Return the turn as a question that stands alone, given what was talked about.

    A slot is swapped: "respite for disabled children" and "and for care leavers?" give
    "respite for care leavers". A pronoun takes what it can only stand for: "are they
    listened to?" gives "are care leavers listened to?". Else the topic's subject goes
    before: "respite care: has anyone complained about that?".
    """
    turn = strip_frames(strip_lead(turn, "return"))
    signs = shown(turn)
    bare = strip_lead(turn, "ellipsis") if "ellipsis" in signs else turn
    swapped = _swap(bare, topic, vocabulary) if _is_fragment(turn, bare, signs) else ""
    if swapped:
        return Merged(swapped, swapped)
    subject = subject_of(topic, vocabulary) or topic
    if filled := _fill(turn, topic, vocabulary):
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


def _fill(turn: str, topic: str, vocabulary: Vocabulary) -> str:
    """Return the turn with its pronoun replaced by what it stands for; "" where it has none, or that is not plain."""
    turn = _WRITERS.sub("the inspectors", turn)
    units = _subject_units(topic, vocabulary)
    people = [unit for unit in units if _is_people(unit, vocabulary)]
    if found := _THEY.search(turn):
        before = find_units(turn[: found.start()], vocabulary)
        if not people or any(_is_people(unit, vocabulary) for unit in before):
            return ""
        named = people[0].text
        owned = named + ("'" if named.endswith("s") else "'s")
        return _THEY.sub(lambda match: owned if match[0].lower() in ("their", "theirs") else named, turn, count=1)
    if _IT.search(turn) and units and not people:
        return _IT.sub(lambda _: subject_of(topic, vocabulary), turn, count=1)
    return ""


def _is_people(unit: Unit, vocabulary: Vocabulary) -> bool:
    return any(_has_kind(unit, kind, vocabulary) for kind in _PEOPLE)


def meaningful(text: str) -> int:
    """Return how many words of a turn say something of their own."""
    return sum(word.stem not in stop_stems() for word in split_words(text))
