"""Words: tokens with their stems, and the word lists that a practitioner can review.

Not here: which words a report uses (vocabulary.py), or what a question asks (question.py).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

import Stemmer

T = TypeVar("T")
_LISTS = Path(__file__).parent / "words"
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_POSSESSIVE = re.compile(r"['’]s?$")
_STEMMER = Stemmer.Stemmer("english")
# Plurals that no stemmer brings together with their singular.
_IRREGULAR = {"children": "child", "kids": "kid", "people": "person", "women": "woman", "men": "man"}


_POINTERS = frozenset(
    (
        "a",
        "an",
        "the",
        "my",
        "your",
        "his",
        "her",
        "it",
        "its",
        "our",
        "their",
        "this",
        "that",
        "these",
        "those",
        "some",
    )
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its stem and where it stands."""

    stem: str
    start: int
    end: int


@cache
def stem(word: str) -> str:
    """Return the stem of one word, in lower case, without a possessive ending."""
    plain = _POSSESSIVE.sub("", word.lower())
    return str(_STEMMER.stemWord(_IRREGULAR.get(plain, plain)))


def split_words(text: str) -> list[Word]:
    """Return the words of `text` in order; hyphens part words, apostrophes do not."""
    return [Word(stem(match.group()), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def stems(text: str) -> list[str]:
    """Return the stems of the words of `text`, in order."""
    return [word.stem for word in split_words(text)]


def read_rows(name: str) -> list[list[str]]:
    """Return the rows of a word list, cells parted by tabs, without its header and comments."""
    lines = (_LISTS / name).read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return rows[1:] if name.endswith(".tsv") else rows


@cache
def stop_stems() -> frozenset[str]:
    """Return the stems of the words that say nothing about a subject."""
    return frozenset(stem(word) for row in read_rows("stop.txt") for word in row[0].split())


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A phrase found in a text: words [start, end) of the text, and what the phrase stands for."""

    start: int
    end: int
    value: T


class Phrases(Generic[T]):
    """Phrases that stand for something, found in a text by their stems, longest first."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        """Take phrases with what they stand for; one phrase may stand for several things."""
        self._values: dict[tuple[str, ...], list[T]] = {}
        for phrase, value in entries:
            known = self._values.setdefault(tuple(word for word in stems(phrase) if word not in _POINTERS), [])
            if value not in known:
                known.append(value)
        self._values.pop((), None)
        self._longest: dict[str, int] = {}
        for key in self._values:
            self._longest[key[0]] = max(len(key), self._longest.get(key[0], 0))

    def find(self, words: Sequence[str]) -> list[Found[T]]:
        """Return the phrases in a sequence of stems, left to right, longest first, none overlapping.

        Words that only point, as "the" and "my", are passed over: "look after his mum" is
        "look after their mum".
        """
        at_words = [at for at, word in enumerate(words) if word not in _POINTERS]
        said = [words[at] for at in at_words]
        found: list[Found[T]] = []
        at = 0
        while at < len(said):
            longest = min(self._longest.get(said[at], 0), len(said) - at)
            for size in range(longest, 0, -1):
                if values := self._values.get(tuple(said[at : at + size])):
                    found += [Found(at_words[at], at_words[at + size - 1] + 1, value) for value in values]
                    at += size - 1
                    break
            at += 1
        return found
