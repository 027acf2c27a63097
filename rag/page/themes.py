"""What the report judges well and ill: themes with their clearest lines, what to ask of them, what is behind advice.

A general mechanism over any parsed report: polarity finds the judgements, the words before
the verb name their subject.
Not here: polarity itself (rag/polarity.py), or how it is drawn (overview.py).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

from index.report import GradeRow, Passage, Recommendation, Report, Span
from rag.polarity import polarity, split_clauses

_EACH = 2  # strengths, and weaknesses, shown for a theme
_LONGEST = 170  # characters of a sentence that can be taken in at a glance
_LEAST = 0.2  # polarity that counts as a judgement
_BEHIND = 2  # findings shown behind a recommendation
_ALIKE = 0.30  # share of a recommendation's weight that a finding must hold
_FEWEST = 2  # sentences of judgement that make a heading a theme
_EXAMPLES = 4
# "services for young carers are inadequate": what stands before the verb is the subject.
_SUBJECT = re.compile(r"^((?:[\w'’/,-]+ ){1,7}?)(?:is|are|was|were|has|have|remains?|lacks?)\b(?! been no\b)")
_LEAD_IN = re.compile(r"^(?:however|in particular|overall|in addition|nevertheless|also),? ", re.IGNORECASE)
_LEANS = re.compile(
    r"^(?:this|these|they|it|its|their|there|he|she|both|some|others?|such|all|most|many|few|although|whilst|while|but"
    r"|and|where|when|as|for|in|of|to|by|at|with|what|only)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(r"\b(?:this|these|that|those|it|its|they|their|not|who|which)\b", re.IGNORECASE)
_SHORTEST = 8  # characters of a subject
_TELLING = 3.0  # ln(sentences / sentences with the word) of a subject's rarest word: one sentence in twenty
_WORD = re.compile(r"[a-z][a-z-]{3,}")


Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the report that judges, with the question it answers."""

    passage: Passage
    span: Span
    polarity: float
    subject: str

    @property
    def text(self) -> str:
        """Return the sentence."""
        return self.span.of(self.passage.text)

    @property
    def question(self) -> str:
        """Return the question that the sentence answers."""
        if polarity(self.subject):
            return f"What does the report say about {self.subject}?"
        return f"What is {'good about' if self.polarity > 0 else 'wrong with'} {self.subject}?"


@dataclass(frozen=True, slots=True)
class Theme:
    """A heading of the report with its clearest judgements."""

    name: str
    strengths: tuple[Line, ...]
    weaknesses: tuple[Line, ...]


def find_themes(report: Report) -> tuple[Theme, ...]:
    """Return the headings that judge something, in printed order; headings of one name are one theme."""
    lines: dict[str, list[Line]] = {}
    weights = word_weights(report)
    for passage in report.passages:
        if passage.kind == "paragraph" and passage.section:
            told = [line for line in _judgements(passage) if _telling(line.subject, weights)]
            lines.setdefault(passage.section[-1], []).extend(told)
    themes = []
    for name, found in lines.items():
        weak = _clearest([line for line in found if line.polarity < 0])
        strong = _clearest([line for line in found if line.polarity > 0])
        if weak and strong and len(found) >= _FEWEST:
            themes.append(Theme(name, strong, weak))
    return tuple(themes)


def _judgements(passage: Passage) -> Iterator[Line]:
    """Yield the sentences of a passage that judge a subject they name, and are short enough to list."""
    for span in passage.sentences:
        text = span.of(passage.text)
        value = polarity(text)
        subject = subject_of(text)
        mixed = any(polarity(clause.of(text)) * value < 0 for clause in split_clauses(text))
        if abs(value) >= _LEAST and subject and not mixed and len(text) <= _LONGEST and "\n" not in text:
            yield Line(passage, span, value, subject)


def _telling(subject: str, weights: Weights) -> bool:
    """Say whether a subject names something in particular: not "services", not "children and young people"."""
    return max((weights.get(word, 0.0) for word in _WORD.findall(subject.lower())), default=0.0) >= _TELLING


def subject_of(sentence: str) -> str:
    """Return what a sentence is about, where it says so before its verb; "" where it leans on another sentence.

    "In particular, services for young carers are inadequate." gives "services for young carers".
    """
    plain = _LEAD_IN.sub("", sentence)
    match = _SUBJECT.match(plain)
    if match is None or _LEANS.match(plain):
        return ""
    subject = re.sub(r"^(?:the|a|an) (?=\w+ \w+)", "", match[1].strip().rstrip(","), flags=re.IGNORECASE)
    if "," in subject or len(subject) < _SHORTEST or _POINTS.search(subject):
        return ""
    first, _, rest = subject.partition(" ")
    known = first.isupper() or any(letter.isupper() for letter in first[1:])
    return subject if known else f"{first.lower()} {rest}".strip()


def _clearest(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the strongest judgements, one for each subject, in printed order."""
    ranked = sorted(lines, key=_plainness)
    chosen: list[Line] = []
    for line in ranked:
        words = set(_WORD.findall(line.subject.lower()))
        if len(chosen) < _EACH and not any(words & set(_WORD.findall(other.subject.lower())) for other in chosen):
            chosen.append(line)
    return tuple(sorted(chosen, key=lambda line: (_order(line.passage), line.span)))


def _plainness(line: Line) -> tuple[float, int]:
    """Order lines: the clearest judgement first, then the shortest."""
    return -abs(line.polarity), len(line.text)


def _order(passage: Passage) -> int:
    return passage.source[0].start


def example_questions(report: Report, themes: Sequence[Theme]) -> list[str]:
    """Return a few questions that this report can answer, drawn from its own themes."""
    lines = sorted((line for theme in themes for line in (*theme.weaknesses, *theme.strengths)), key=_plainness)
    weakest = [line for line in lines if line.polarity < 0]
    strongest = [line for line in lines if line.polarity > 0]
    questions = [line.question for line in (*weakest[:1], *strongest[:1])]
    advice = [passage.details for passage in report.passages if isinstance(passage.details, Recommendation)]
    deadlines = list(dict.fromkeys(details.deadline for details in advice))
    if deadlines:
        questions.append(
            f"What is recommended {lower_first(deadlines[0])}?" if deadlines[0] else "What is recommended?"
        )
    graded = [p.details for p in report.passages if isinstance(p.details, GradeRow) and p.details.marks]
    if graded:
        questions.append(f"What grade was given for {lower_first(graded[0].label)}?")
    return questions[:_EXAMPLES]


def lower_first(text: str) -> str:
    """Return a label as it stands within a sentence; an acronym keeps its capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def word_weights(report: Report) -> Weights:
    """Return the weight of each word: rare words tell passages apart."""
    sentences = [span.of(p.text) for p in report.passages for span in p.sentences]
    counts = Counter(word for text in sentences for word in set(_WORD.findall(text.lower())))
    return {word: log(len(sentences) / count) for word, count in counts.items()}


def findings_behind(passage: Passage, report: Report, weights: Weights) -> list[tuple[Passage, Span]]:
    """Return the critical sentences that share most of a recommendation's weight of words, in printed order."""
    wanted = set(_WORD.findall(passage.text.lower()))
    whole = sum(weights[word] for word in wanted) or 1.0
    scored = []
    for other in report.passages:
        for span in other.sentences:
            text = span.of(other.text)
            share = sum(weights[word] for word in wanted & set(_WORD.findall(text.lower()))) / whole
            if other.kind == "paragraph" and share >= _ALIKE and polarity(text) < 0:
                scored.append((share, other, span))
    best = sorted(scored, key=lambda one: (-one[0], _order(one[1])))[:_BEHIND]
    return sorted(((other, span) for _, other, span in best), key=lambda one: (_order(one[0]), one[1]))
