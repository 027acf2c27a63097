"""The report's words: stems, weights, concepts and acronyms, sentence by sentence.

Made once per report. Not here: vectors (index/), or what a question makes of the words (question.py).
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from spellchecker import SpellChecker

from index.report import Passage, Report
from rag.words import Phrases, read_rows, split_words, stem
from rag.words import stems as stems_of

M = TypeVar("M")
H = TypeVar("H", bound=Hashable)
_EVERYONE = "children and young people"  # the concept of the glossary that tells no group from another
_DEFINED = re.compile(r"\(([A-Z][A-Za-z0-9&]{1,9})\)")
_ANAPHOR = re.compile(
    r"(however|this|these|they|their|it|its|in particular|for example|for instance|although|whilst|despite|such|both|"
    r"in addition|similarly|some|others?|most|many|all|here|there are also|also|the project|the service|the scheme|"
    r"the trust|the group|a high|a low)\b",
    re.IGNORECASE,
)
_MISLEADS = re.compile(
    r"(however|this|these|they|their|them|it|its|in particular|for example|for instance|such|despite this|in addition|"
    r"similarly|consequently|as a result|as a consequence|therefore|others|here|the latter|both of|neither|also)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Concept:
    """One line of the glossary: what the sector calls it, and what else people call it."""

    name: str
    kind: str
    terms: tuple[str, ...]
    lay: tuple[str, ...]


def read_glossary() -> tuple[Concept, ...]:
    """Return the concepts of the sector, in the order of the list."""
    rows = read_rows("glossary.tsv")
    return tuple(Concept(n, k, tuple(t.split("; ")), tuple(w.split("; ")) if w else ()) for n, k, t, w in rows)


@dataclass(frozen=True)
class Vocabulary:
    """What words a report uses, and where."""

    concepts: tuple[Concept, ...]
    terms: Phrases[int]  # the sector's terms -> concept
    lay: Phrases[int]  # the sector's terms and lay words -> concept
    stems: tuple[frozenset[str], ...]  # of each sentence
    context: tuple[frozenset[str], ...]  # of each sentence with what it leans on: the one before, its headings
    concepts_in: tuple[frozenset[int], ...]  # of each sentence
    concepts_near: tuple[frozenset[int], ...]  # of each sentence with what it leans on
    weight: dict[str, float]  # idf of each stem of the report, scaled to (0, 1]
    concept_weight: dict[int, float]
    groups: frozenset[int]  # concepts that are groups of people, but for children at large
    spoken: dict[int, str]  # concept -> its term as this report has it
    own_place: frozenset[str]  # stems of the report's title: they name the place that is inspected
    acronyms: dict[str, str]  # acronym -> its long form, as the report defines it
    speller: SpellChecker
    known: frozenset[str]  # stems of the report and the glossary
    running: str  # the stems of the report one after another, sentences parted by line breaks
    words: dict[str, int]  # words of the report in lower case, of four letters or more, and how often it has them

    def has_phrase(self, words: tuple[str, ...]) -> bool:
        """Say whether the report has these stems one after another."""
        return f" {' '.join(words)} " in self.running

    def groups_apart(self, a: int, b: int) -> bool:
        """Say whether two sentences speak of different groups of people: care leavers, young carers."""
        here, there = ({one for one in self.concepts_near[row] if one in self.groups} for row in (a, b))
        return bool(here and there) and not here & there

    def weigh(self, stem_: str) -> float:
        """Return how much a stem says about a subject: 1 for one the report never uses."""
        return self.weight.get(stem_, 1.0)


def leans(sentence: str) -> bool:
    """Say whether a sentence opens by leaning on the one before."""
    return _ANAPHOR.match(sentence) is not None


def misleads_alone(sentence: str) -> bool:
    """Say whether a reader would misread the sentence without the one before."""
    return _MISLEADS.match(sentence) is not None


def read_vocabulary(report: Report) -> Vocabulary:
    """Return the vocabulary of `report`."""
    concepts = read_glossary()
    acronyms = dict(_defined_acronyms(report))
    terms = Phrases([(term, at) for at, concept in enumerate(concepts) for term in concept.terms])
    lay = Phrases([(word, at) for at, concept in enumerate(concepts) for word in (*concept.terms, *concept.lay)])
    own = [_words_of(passage) for passage in report.passages]
    running = "\n".join(f" {' '.join(words)} " for passage in own for words in passage)
    stems = tuple(frozenset(words) for passage in own for words in passage)
    found = [[frozenset(hit.value for hit in terms.find(words)) for words in passage] for passage in own]
    near = tuple(_lean(report, own, frozenset))
    near_concepts = tuple(frozenset(hit.value for hit in terms.find(list(words))) for words in _lean(report, own, list))
    concepts_in = tuple(one for passage in found for one in passage)
    return Vocabulary(
        concepts,
        terms,
        lay,
        stems,
        near,
        concepts_in,
        tuple(a | b for a, b in zip(concepts_in, near_concepts, strict=True)),
        _idf(stems),
        _idf(concepts_in),
        frozenset(at for at, concept in enumerate(concepts) if concept.kind == "group" and concept.name != _EVERYONE),
        _spoken(running, concepts, {one for sentence in concepts_in for one in sentence}),
        frozenset(stems_of(report.metadata.title)),
        acronyms,
        _speller(report),
        frozenset().union(*stems)
        | frozenset(s for c in concepts for t in (*c.terms, *c.lay) for s in map(stem, re.split(r"[\s/-]+", t))),
        running,
        Counter(word.lower() for passage in report.passages for word in re.findall(r"[^\W\d_]{4,}", passage.text)),
    )


def _words_of(passage: Passage) -> list[list[str]]:
    return [[word.stem for word in split_words(span.of(passage.text))] for span in passage.sentences]


def _lean(report: Report, own: list[list[list[str]]], make: Callable[[list[str]], M]) -> Iterator[M]:
    """Yield for each sentence its words with those of its headings and of the sentence it leans on."""
    for passage, sentences in zip(report.passages, own, strict=True):
        headings = [word.stem for part in passage.section[-1:] for word in split_words(part)]
        details = passage.details
        if passage.kind == "recommendation" and details is not None:
            headings += [word.stem for word in split_words(getattr(details, "lead_in", ""))]
        for at, words in enumerate(sentences):
            before = sentences[at - 1] if at and leans(passage.sentences[at].of(passage.text)) else []
            yield make([*headings, *before, *words])


def _idf(sets: tuple[frozenset[H], ...]) -> dict[H, float]:
    counts = Counter(one for found in sets for one in found)
    most = math.log(1 + max(1, len(sets)))
    return {one: math.log(1 + len(sets) / count) / most for one, count in counts.items()}


def _spoken(running: str, concepts: tuple[Concept, ...], used: set[int]) -> dict[int, str]:
    """Return for each concept in use the term of it that the report uses most, words before acronyms."""
    spoken = {}
    for at in used:
        counts = [(running.count(f" {' '.join(stems_of(term))} "), term) for term in concepts[at].terms]
        worded = [(count, term) for count, term in counts if count and not term.isupper()]
        spoken[at] = max(worded or [(0, concepts[at].name)], key=lambda one: one[0])[1]
    return spoken


def _defined_acronyms(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the acronyms that the report spells out: "the Adult Learning Inspectorate (ALI)".

    The initials must be those of the words before, in order (Schwartz and Hearst 2003,
    checked strictly: each letter opens a word; small words may be left out).
    """
    for passage in report.passages:
        for match in _DEFINED.finditer(passage.text):
            before = passage.text[: match.start()].split()[-12:]
            if long_form := spelled_out(match[1], before):
                yield match[1], long_form


def spelled_out(acronym: str, before: list[str]) -> str:
    """Return the words at the end of `before` whose initials make `acronym`; "" when none do."""
    letters = [letter for letter in acronym.lower() if letter.isalpha()]
    for start in range(len(before) - 1, -1, -1):
        words = [part.lower() for word in before[start:] for part in re.split(r"[-/]", word) if part]
        small = {"and", "of", "the", "for", "to", "in", "with", "s"}
        initials = [word[0] for word in words if word not in small]
        every = [word[0] for word in words]
        if letters in (initials, every) and words[0] not in small:
            return " ".join(before[start:]).strip(",;:")
    return ""


def _speller(report: Report) -> SpellChecker:
    speller = SpellChecker(language="en", distance=1)
    words = [word.lower() for passage in report.passages for word in re.findall(r"[A-Za-z]{3,}", passage.text)]
    speller.word_frequency.load_words(words)
    return speller
