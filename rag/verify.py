"""Check a quote that someone printed: the report's own words, altered ones, or not in the report.

Not here: how the outcome is worded or drawn (page/).
"""

import re
from dataclasses import dataclass
from typing import Literal

from diff_match_patch import diff_match_patch
from rapidfuzz import fuzz

from index.report import Passage, Report, Span

# A quote is taken for an altered one when its best alignment with a passage scores so much,
# of 100. Short quotes align with something everywhere, so they must be nearer.
_LEAST = 72.0
_LEAST_SHORT = 80.0
_SHORT = 40  # characters
_MARGIN = 0.25  # of a quote's length, read on either side of its alignment
_FOLD = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "\u00ad": "-"})
_OUTER = "\"'“”‘’« »\n\t"
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")

Change = Literal["equal", "insert", "delete"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters: in both, only in the quote ("insert"), or only in the report ("delete")."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Exact:
    """The quote stands in the report, character for character."""

    passage: Passage
    span: Span
    also_in: tuple[str, ...]  # ids of other passages that hold the same words


@dataclass(frozen=True, slots=True)
class Altered:
    """The nearest words of the report, and what was changed in them."""

    passage: Passage
    span: Span
    pieces: tuple[Piece, ...]
    only_typography: bool  # nothing but white space, quotation marks and dashes differ


@dataclass(frozen=True, slots=True)
class NotInReport:
    """Nothing in the report is like the quote."""


Verdict = Exact | Altered | NotInReport


def verify(report: Report, quote: str) -> Verdict:
    """Return where `quote` stands in the report, or how it differs from what does.

    White space and quotation marks are evened out to find the place, and outer quotation
    marks are left off; the difference is then shown between the words as they are.

    Raises:
        ValueError: the quote is empty.

    """
    quote = quote.strip(_OUTER)
    if not quote:
        raise ValueError("the quote is empty; paste the words to be checked")
    before, after = (r"\b" if letter.isalnum() else "" for letter in (quote[0], quote[-1]))
    whole = re.compile(f"{before}{re.escape(quote)}{after}")
    exact = [(passage, found) for passage in report.passages if (found := whole.search(passage.text))]
    if exact:
        passage, found = exact[0]
        return Exact(passage, Span(*found.span()), tuple(other.id for other, _ in exact[1:]))
    return _nearest(report, quote)


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text in even typography and lower case, with the offset that each character came from."""

    text: str
    offsets: tuple[int, ...]  # one for each character, and one for the end


def _fold(text: str) -> _Folded:
    characters: list[str] = []
    offsets: list[int] = []
    for at, character in enumerate(text.translate(_FOLD)):
        if character.isspace() and characters and characters[-1] == " ":
            continue
        lowered = " " if character.isspace() else character.lower()
        characters.append(lowered if len(lowered) == 1 else character)
        offsets.append(at)
    return _Folded("".join(characters), (*offsets, len(text)))


def _nearest(report: Report, quote: str) -> Altered | NotInReport:
    wanted = _fold(quote)
    least = _LEAST_SHORT if len(quote) < _SHORT else _LEAST
    best: tuple[float, Passage, Span] | None = None
    for passage in report.passages:
        folded = _fold(passage.text)
        found = fuzz.partial_ratio_alignment(wanted.text, folded.text, score_cutoff=max(least, best[0] if best else 0))
        if found is None or (best is not None and found.score <= best[0]) or found.dest_start >= found.dest_end:
            continue
        if len(folded.text) < len(wanted.text) * 0.5:  # the passage is a scrap of the quote
            continue
        span = Span(folded.offsets[found.dest_start], folded.offsets[found.dest_end])
        best = (found.score, passage, span)
    return NotInReport() if best is None else _compare(quote, best[1], best[2])


def _compare(quote: str, passage: Passage, span: Span) -> Altered:
    """Return the difference between `quote` and the words of `passage` about `span`."""
    margin = int(len(quote) * _MARGIN) + 12
    start = _word_start(passage.text, max(0, span.start - margin))
    end = _word_end(passage.text, min(len(passage.text), span.end + margin))
    pieces = _difference(passage.text[start:end], quote)
    pieces = _level(pieces, from_end=False) if len(pieces) > 1 else pieces
    pieces = _level(pieces, from_end=True) if len(pieces) > 1 else pieces
    while pieces and pieces[0].change == "delete" and not _replaced(pieces):
        start += len(pieces.pop(0).text)
    while pieces and pieces[-1].change == "delete":
        end -= len(pieces.pop().text)
    same = _fold(passage.text[start:end]).text.strip() == _fold(quote).text.strip()
    exact_case = " ".join(passage.text[start:end].translate(_FOLD).split()) == " ".join(quote.translate(_FOLD).split())
    return Altered(passage, Span(start, max(end, start + 1)), tuple(pieces), same and exact_case)


def _replaced(pieces: list[Piece]) -> bool:
    """Say whether the words left out at the start were put otherwise, so that they belong to the difference."""
    return len(pieces) > 1 and pieces[1].change == "insert" and any(map(str.isalnum, pieces[1].text))


def _level(pieces: list[Piece], from_end: bool) -> list[Piece]:
    """Cut what is left out beside an addition at the edge to as many words as were added there.

    The margin that was read is no part of the quote: "are adequate" against "are inadequate. Provision"
    leaves out "inadequate", not "inadequate. Provision".
    """
    edge = pieces[-2:] if from_end else pieces[:2]
    out = next((piece for piece in edge if piece.change == "delete"), None)
    added = next((piece for piece in edge if piece.change == "insert"), None)
    if out is None or added is None:
        return pieces
    words = [match for match in _TOKEN.finditer(out.text) if match.group().isalnum()]
    count = sum(match.group().isalnum() for match in _TOKEN.finditer(added.text))
    if not 0 < count < len(words):
        return pieces
    at = words[count - 1].end() if from_end else words[-count].start()
    kept, margin = (out.text[:at], out.text[at:]) if from_end else (out.text[at:], out.text[:at])
    others = [piece if piece is not out else Piece("delete", kept) for piece in pieces]
    return [*others, Piece("delete", margin)] if from_end else [Piece("delete", margin), *others]


def _word_start(text: str, at: int) -> int:
    while at > 0 and not text[at - 1].isspace():
        at -= 1
    return at


def _word_end(text: str, at: int) -> int:
    while at < len(text) and not text[at].isspace():
        at += 1
    return at


def _difference(printed: str, quote: str) -> list[Piece]:
    """Return `quote` against `printed`, word by word. Each distinct word stands for one character."""
    letters: dict[str, str] = {}
    encoded = [
        "".join(letters.setdefault(token, chr(0xE000 + len(letters))) for token in _TOKEN.findall(text))
        for text in (printed, quote)
    ]
    words = {letter: token for token, letter in letters.items()}
    names: dict[int, Change] = {0: "equal", 1: "insert", -1: "delete"}
    differ = diff_match_patch()
    changes = differ.diff_main(*encoded, False)
    return [Piece(names[kind], "".join(words[letter] for letter in run)) for kind, run in changes]
