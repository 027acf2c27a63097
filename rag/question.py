"""Typed question -> what is asked for: subject, kind of answer, names, years.

Not here: what earlier turns add to it (conversation.py), or what answers it (retrieve.py).
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import DamerauLevenshtein

from rag.kinds import Asked, asked_kinds
from rag.vocabulary import Vocabulary
from rag.words import Phrases, Word, read_rows, split_words, stem, stop_stems

_LONGEST_COMMON = 16  # letters of a word looked up in common English; longer ones take too long
_SHORTEST_MISSPELT = 4  # letters; shorter words are too easily mistaken
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_PASSAGE = re.compile(
    r"(?P<kind>\bpara(?:graph)?s?|\brecommendations?|\brecs?|\bannexe?(?: para(?:graph)?)?|§)\.?\s*"
    r"(?:number|no\.?|nr)?\s*(?P<id>[AGR]?\d{1,3})\b(?!\s*(?:months?|years?|weeks?|days?))"
    r"(?P<annex> (?:of|in) the annexe?)?|^\W*(?P<alone>[AGR]\d{1,2})\W*$",
    re.IGNORECASE,
)
_MONTHS = frozenset(calendar.month_name) | frozenset(calendar.day_name)


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing the question names: a word, or a phrase of the sector."""

    text: str  # as typed
    stems: tuple[str, ...]  # of its words that say something
    concepts: tuple[int, ...]
    weight: float  # (0, 1]: how much it says about the subject


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `text` stands alone, frames stripped, spelling mended."""

    typed: str
    whole: str  # as typed but for misspellings: what is encoded
    text: str
    spoken: str  # whole in the report's own terms: what is encoded beside it; equals whole when nothing differs
    units: tuple[Unit, ...]
    judged: frozenset[int] = frozenset()  # which words of the text ask for good or ill
    kinds: frozenset[Asked] = frozenset()
    passage: str = ""  # id of a passage asked for by its number
    years: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # proper names the report does not know
    strange: bool = False  # none of its words is known: no language that the report is in
    places: tuple[str, ...] = ()  # councils other than the one that is inspected
    also_searched: tuple[str, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()

    @property
    def wordings(self) -> list[str]:
        """Return what is encoded of the question: the whole and, where it differs, that in the report's terms."""
        return list(dict.fromkeys((self.whole, self.spoken)))


def clean(text: str) -> str:
    """Return `text` fit to be read: no lone surrogates or control characters, white space folded."""
    plain = text.encode("utf-8", "ignore").decode("utf-8")
    plain = "".join(character if character.isprintable() else " " for character in plain)
    return " ".join(unicodedata.normalize("NFC", plain).split())


def read_question(typed: str, vocabulary: Vocabulary, without: frozenset[str] = frozenset()) -> Question:
    """Return what `typed` asks of a report with that vocabulary. `typed` is clean.

    `without` switches mechanisms off: "spelling", "glossary".
    """
    whole, corrected = (typed, ()) if "spelling" in without else _spell(typed, vocabulary)
    text = strip_frames(whole)
    judged = _judging(split_words(text))
    units = find_units(text, vocabulary, judged)
    spoken, searched = (whole, ()) if "glossary" in without else _in_the_reports_terms(whole, vocabulary)
    passage = _PASSAGE.search(text)
    return Question(
        typed,
        whole,
        text,
        spoken,
        units,
        judged,
        asked_kinds(text if text.endswith("?") else text + "?"),
        _passage_id(passage) if passage else "",
        tuple(_YEAR.findall(typed)),
        _unknown_names(typed, vocabulary),
        _strange(text, vocabulary),
        _other_places(typed, vocabulary),
        searched,
        corrected,
    )


@cache
def _frames() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(row[0], re.IGNORECASE) for row in read_rows("frames.txt"))


def strip_frames(text: str) -> str:
    """Return the question without what people wrap around it; as it was where nothing would remain.

    "Could you tell me what the report says about bullying, please?" gives "bullying".
    """
    at_hand, changed = text.strip(), True
    while changed:
        changed = False
        for frame in _frames():
            rest = frame.sub("", at_hand, count=1).strip(" ,;:-")
            if rest != at_hand.strip(" ,;:-") and _says_something(rest):
                at_hand, changed = rest, True
    return at_hand


def _says_something(text: str) -> bool:
    return any(word.stem not in stop_stems() for word in split_words(text))


def _spell(text: str, vocabulary: Vocabulary) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return `text` with misspelt words mended, and what was mended.

    A word is misspelt when neither the report, the glossary nor common English has it; a
    word of the report one or two letters away is preferred to one of English.
    """
    corrected: list[tuple[str, str]] = []
    mended, last = "", 0
    for match in re.finditer(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text):
        word = match.group()
        better = _better_spelling(word, vocabulary, at_start=match.start() == 0)
        if better:
            corrected.append((word, better))
            mended += text[last : match.start()] + better
            last = match.end()
    return mended + text[last:], tuple(corrected)


def _better_spelling(word: str, vocabulary: Vocabulary, at_start: bool) -> str:
    """Return what a word was meant to be: "" for one that is no misspelling, or that nothing is near to."""
    lower = word.lower()
    short = len(word) < _SHORTEST_MISSPELT or "'" in word or "’" in word or word.isupper()
    if short or (word[0].isupper() and not at_start) or _is_word(lower, vocabulary):
        return ""
    reach = 1 if len(word) < 6 else 2
    near = [(DamerauLevenshtein.distance(lower, own, score_cutoff=reach), own) for own in vocabulary.words]
    best = min(near, default=(9, ""), key=lambda one: (one[0], -vocabulary.words.get(one[1], 0)))
    common = (vocabulary.speller.correction(lower) if len(lower) <= _LONGEST_COMMON else None) or lower
    if best[0] > 1 and common != lower and stem(common) in vocabulary.weight:
        return str(common)
    if best[0] <= reach:
        return best[1]
    return str(common) if common != lower else ""


def _is_word(lower: str, vocabulary: Vocabulary) -> bool:
    """Say whether the report, the glossary or common English knows a word."""
    return stem(lower) in vocabulary.known or lower in vocabulary.speller


@cache
def _judging_phrases() -> Phrases[bool]:
    return Phrases((phrase, True) for (phrase,) in read_rows("judging.txt"))


def _judging(words: list[Word]) -> frozenset[int]:
    """Return which words ask for good or ill."""
    hits = _judging_phrases().find([word.stem for word in words])
    return frozenset(at for hit in hits for at in range(hit.start, hit.end))


def find_units(text: str, vocabulary: Vocabulary, judged: frozenset[int] = frozenset()) -> tuple[Unit, ...]:
    """Return what `text` names: phrases of the sector and single words; `judged` words judge and name nothing."""
    words = split_words(text)
    units: list[Unit] = []
    taken: set[int] = set()
    spans: dict[tuple[int, int], list[int]] = {}
    for hit in vocabulary.lay.find([word.stem for word in words]):
        kind = vocabulary.concepts[hit.value].kind
        if kind != "judgement" or not judged.intersection(range(hit.start, hit.end)):
            spans.setdefault((hit.start, hit.end), []).append(hit.value)
    for (start, end), concepts in spans.items():
        if all(words[at].stem in stop_stems() or at in judged for at in range(start, end)):
            continue
        taken.update(range(start, end))
        said = tuple(words[at].stem for at in range(start, end) if words[at].stem not in stop_stems())
        typed = text[words[start].start : words[end - 1].end]
        units.append(Unit(typed, said, tuple(concepts), _weight(said, concepts, vocabulary)))
    for at, word in enumerate(words):
        if at not in taken and at not in judged and word.stem not in stop_stems():
            typed = text[word.start : word.end]
            units.append(Unit(typed, (word.stem,), (), _weight((word.stem,), (), vocabulary)))
    return tuple(units)


def _weight(said: tuple[str, ...], concepts: list[int] | tuple[int, ...], vocabulary: Vocabulary) -> float:
    """Return how much a unit says: the rarest of its words, or its concept where the report has that."""
    weights = [vocabulary.concept_weight[one] for one in concepts if one in vocabulary.concept_weight]
    if not weights or len(said) == 1:
        weights += [vocabulary.weigh(one) for one in said if one in vocabulary.weight or not weights]
    return max(0.05, (max(weights, default=0.1) - 0.15) / 0.85)


def _in_the_reports_terms(text: str, vocabulary: Vocabulary) -> tuple[str, tuple[str, ...]]:
    """Return `text` with phrases of the sector as this report has them, and the terms put in.

    "foster kids" gives "looked after children", where the report says so.
    """
    words = split_words(text)
    pieces, last, searched = [], 0, []
    done: set[tuple[int, int]] = set()
    for hit in vocabulary.lay.find([word.stem for word in words]):
        spoken = vocabulary.spoken.get(hit.value)
        start, end = words[hit.start].start, words[hit.end - 1].end
        if spoken is None or (start, end) in done or vocabulary.concepts[hit.value].kind == "judgement":
            continue
        done.add((start, end))
        if vocabulary.has_phrase(tuple(word.stem for word in words[hit.start : hit.end])):
            continue
        pieces += [text[last:start], spoken]
        last = end
        searched.append(spoken)
    return "".join(pieces) + text[last:], tuple(dict.fromkeys(searched))


def _passage_id(match: re.Match[str]) -> str:
    if match["alone"]:
        return match["alone"].upper()
    kind, number = match["kind"].lower(), match["id"].upper()
    if number[0].isalpha():
        return number
    return ("A" if match["annex"] else {"r": "R", "a": "A"}.get(kind[0], "")) + number


@cache
def _authorities() -> re.Pattern[str]:
    names = [row[0] for row in read_rows("authorities.txt")]
    always = "|".join(re.escape(name) for name in names if not name.endswith("*"))
    capital = "|".join(re.escape(name.removesuffix("*")) for name in names if name.endswith("*"))
    # "Reading the summary" reads, and names no council.
    reads = r"(?!\s+(?:the|this|that|these|those|a|an|through|between|over|it|its|your|my|our|their)\b)"
    return re.compile(rf"\b(?:(?i:{always})|(?:{capital}){reads})(?=\b|['’])")


def _other_places(typed: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the councils that a question names, but for the one whose report this is."""
    found = [match.group() for match in _authorities().finditer(typed)]
    return tuple(dict.fromkeys(name for name in found if stem(name) not in vocabulary.own_place))


def _unknown_names(typed: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the proper names in what a question asks that neither the report nor common English knows.

    Capitals that open a sentence, and questions in capitals throughout, tell nothing; nor do
    names in the story before the question: "We teach near Camelot. Are classes too big?"
    """
    if typed.isupper():
        return ()
    names = []
    for match in re.finditer(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z’'-]{2,}", _asking(typed)):
        word = match.group()
        stems = {stem(word), stem(word.removesuffix("s"))}
        if stems.isdisjoint(vocabulary.known) and stems.isdisjoint(stop_stems()) and word not in _MONTHS:
            names.append(word)
    return tuple(dict.fromkeys(names))


def _strange(text: str, vocabulary: Vocabulary) -> bool:
    """Say whether a text has words and neither the report, the glossary nor common English knows any of them."""
    words = split_words(text)
    return bool(words) and not any(
        word.stem in stop_stems() or _is_word(text[word.start : word.end].lower(), vocabulary) for word in words
    )


def _asking(typed: str) -> str:
    """Return the last sentence of a text that asks, the whole text where none does."""
    asking = [sentence for sentence in re.split(r"(?<=[.!?])\s+", typed) if sentence.endswith("?")]
    return asking[-1] if asking else typed
