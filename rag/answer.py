"""Question and evidence -> a reply with citations, or one that says why not.

Not here: earlier turns (conversation.py), the wording of replies (page/).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from index.embed import Floats
from index.report import Passage, Span
from rag import structure
from rag.engine import Engine
from rag.evidence import Evidence
from rag.findings import Finding, collapse, differ, repeats
from rag.polarity import direction, polarity
from rag.question import Question
from rag.reply import Citation, Reason, Reply, Status
from rag.retrieve import denials, least_finding, logistic, probabilities, ranked, score
from rag.turns import Conversation
from rag.vocabulary import misleads_alone

_DEPTH = 30  # sentences looked at for findings
_MOST = 12  # findings cited
_LEVEL = 2.0  # of score: what comes as near the best answers a question that names no subject as well
_OTHERWISE = 0.5  # of the least probability of a finding, for one that differs from those cited
_NEAREST = 3
_AS_NAMED = 0.1  # of what is asked: sentences that name so much less come after those that name most of it
_UNNAMED = 100.0  # more than any two scores are apart
_DENIALS = 4  # sentences cited that deny what a question takes for granted …
_AS_MUCH = 1.0  # … whose scores fall no further behind the best
CONTRADICTED = ("denial", "denied", "agrees")
ANSWERABLE = (
    "score",
    "lead",
    "denied",
    "tokens",
    "units",
    "asks_recommendation",
    "asks_reason",
    "lacks_reason",
    "follows",
)
_NEVER = ("unknown_name", "strange", "other_year", "other_place")  # signs of what is declined however near it comes
_KIND_REASONS: dict[str, Reason] = {
    "money": "no_money",
    "number": "no_number",
    "date": "no_date",
    "person": "no_name",
    "place": "no_place",
    "reason": "no_reason",
}


@dataclass(frozen=True)
class Weighed:
    """A question with its sentences weighed."""

    question: Question
    evidence: Evidence
    scores: Floats  # (n,)
    likely: Floats  # (n,) probability that a sentence bears on the question
    denials: Floats  # (n,) how a sentence denies what the question takes for granted, comparable with its score
    best: Sequence[int]  # rows, best first
    signs: dict[str, float] = field(default_factory=dict)
    confidence: float = 0.0  # probability that the report answers
    contradicted: float = 0.0  # probability that it denies what the question takes for granted


def weigh(question: Question, evidence: Evidence, engine: Engine, *, follows: bool = False) -> Weighed:
    """Return the question with its sentences ranked, and how likely it is that the report answers it."""
    scores = score(evidence, engine.numbers) + _asked_rows(question, engine)
    likely = probabilities(evidence, scores, engine.ledger, engine.numbers)
    weighed = Weighed(question, evidence, scores, likely, denials(evidence, engine.numbers), ranked(scores, _DEPTH))
    signs = read_signs(weighed, engine) | {"follows": float(follows)}
    numbers = engine.numbers
    confidence, contradicted = logistic(signs, numbers.answerable), logistic(signs, numbers.contradicted)
    return replace(weighed, signs=signs, confidence=confidence, contradicted=contradicted)


def _asked_rows(question: Question, engine: Engine) -> Floats:
    """Return what the structure adds to a score: the recommendations of the deadline asked for go first."""
    boost = np.zeros(len(engine.index.rows), np.float32)
    asked = structure.read_structure(question, engine.report)
    if asked is not None and asked.narrowed:
        wanted = {passage.id for passage in asked.passages}
        for row in engine.index.rows:
            boost[row.row] = engine.numbers.thresholds["asked_for"] if row.passage.id in wanted else 0.0
    return boost


def _of_other_groups(question: Question, engine: Engine) -> set[int]:
    """Return the sentences about other people than those asked about: care leavers, not young carers."""
    words = engine.vocabulary
    asked = {one for unit in question.units for one in unit.concepts if one in words.groups}
    near = enumerate(words.concepts_near) if asked else ()
    return {row for row, concepts in near if concepts & words.groups and not concepts & asked}


def read_signs(weighed: Weighed, engine: Engine) -> dict[str, float]:
    """Return the named signs that tell whether the report answers, and why not, each near [0, 1].

    ANSWERABLE are weighed: how near the best sentence comes and how far it leads, how much is
    asked, whether a reason that is asked for stands there. The others say what is missing.
    """
    question, evidence, best = weighed.question, weighed.evidence, weighed.best[0]
    weights = np.array([unit.weight for unit in question.units] or [0.0])
    named = np.array(evidence.unit_best[: len(weights)] or [0.0])
    least = engine.numbers.thresholds["least_score"]  # an answer that comes no nearer is none, and outdone by none
    near = [row for row in weighed.best[:5] if weighed.scores[best] - weighed.scores[row] < 2.0]
    signs = {
        "score": float(weighed.scores[best]) / 10,
        "lead": float(weighed.scores[best] - weighed.scores[weighed.best[:6][-1]]) / 5,
        "denial": float(weighed.denials.max()) / 10,
        "denied": float(weighed.denials.max() - max(weighed.scores[best], least)) / 5,
        "agrees": _agrees(question, int(weighed.denials.argmax()), engine),
        "tokens": float(evidence.column("tokens")[best]),
        "units": min(1.0, len(question.units) / 8),
        "asks_recommendation": float("recommendation" in question.kinds),
        "unnamed": float((weights * (named < 0.5)).sum() / max(weights.sum(), 1e-6)),
        "unknown_name": float(bool(question.names)),
        "strange": float(question.strange),
        "other_place": float(_elsewhere(weighed, engine)),
        "other_year": float(any(year not in engine.years for year in question.years)),
    }
    for kind in _KIND_REASONS:
        asked = kind in question.kinds
        shown = any(engine.ledger.shows[kind][row] for row in near) if asked else False
        signs[f"asks_{kind}"] = float(asked)
        signs[f"lacks_{kind}"] = float(asked and not shown)
    return signs


def _agrees(question: Question, row: int, engine: Engine) -> float:
    """Return how far a sentence judges as the question does, in [-1, 1]: 1 for "so poor" and "is poor"."""
    text = engine.index.rows[row].text
    alike = polarity(question.text) * float(engine.ledger.polarity[row]) + direction(question.text) * direction(text)
    return max(-1.0, min(1.0, alike))


def _elsewhere(weighed: Weighed, engine: Engine) -> bool:
    """Say whether a question is about another council, of which the best sentences say nothing."""
    said = " ".join(engine.index.rows[row].text for row in weighed.best[:3]).lower()
    return any(place.lower() not in said for place in weighed.question.places)


def answer(weighed: Weighed, engine: Engine) -> Reply:
    """Return the reply to one weighed question; its conversation is for the caller to set."""
    question = weighed.question
    reply = Reply("answered", question.typed, question.text, Conversation(), confidence=weighed.confidence)
    reply = replace(reply, also_searched=question.also_searched, corrected=question.corrected)
    asked = structure.read_structure(question, engine.report)
    if question.passage:
        return _numbered(question, reply, engine)
    if asked is not None and asked.denied and "yesno" not in question.kinds:
        cited = tuple(_whole(passage) for passage in asked.passages)
        return replace(reply, status="contradicted", reason="presumes_otherwise", citations=cited)
    if asked is not None and asked.whole:
        cited = tuple(_whole(passage) for passage in asked.passages)
        return replace(reply, citations=cited, found=len(cited), confidence=1.0)
    unknown = any(weighed.signs[name] for name in _NEVER)
    limits = engine.numbers.thresholds
    if weighed.contradicted > limits["contradicted"] and not unknown and "denials" not in engine.without:
        cited = cite(_denials(weighed, engine), engine)
        return replace(reply, status="contradicted", reason="presumes_otherwise", citations=cited)
    doubtful = unknown or weighed.confidence < limits["answer"]
    if doubtful and "decline" not in engine.without:
        return _declined(weighed, reply, engine)
    findings = find(weighed, engine)
    return replace(reply, citations=cite(findings, engine), found=len(findings))


def find(weighed: Weighed, engine: Engine, floor: float | None = None) -> list[Finding]:
    """Return the findings that answer, best first: until the next is no longer about the question.

    Where no subject is named ("what are the main weaknesses?") nothing is more about it than
    another, and all that come near the best answer. `floor` is the least probability of a
    finding, where the fitted one is not wanted.
    """
    least = floor if floor is not None else least_finding(weighed.evidence, engine.numbers)
    best = weighed.best[0]
    others = _of_other_groups(weighed.question, engine)
    enough = weighed.likely >= least
    if floor is None and structure.names_no_subject(weighed.question):
        enough |= weighed.scores > weighed.scores[best] - _LEVEL
    kept = [row for row in weighed.best if row == best or (enough[row] and row not in others)]
    scored = [(row, float(weighed.likely[row])) for row in kept]
    findings = _collapsed(scored, engine)
    return (findings + _otherwise(findings, weighed, least, engine))[:_MOST]


def _otherwise(findings: Sequence[Finding], weighed: Weighed, least: float, engine: Engine) -> list[Finding]:
    """Return what less likely sentences say otherwise than what is cited: a reader of one should see both."""
    cited = {row for finding in findings for row in (finding.row, *finding.repeats)}
    rows, ledger, words = engine.index.rows, engine.ledger, engine.vocabulary
    doubtful = (
        Finding(row, float(weighed.likely[row]))
        for row in weighed.best
        if row not in cited and weighed.likely[row] >= _OTHERWISE * least
    )
    otherwise = [
        (other.row, other.score)
        for other in doubtful
        if any(differ(one, other, rows, ledger, words) for one in findings)
    ]
    return _collapsed(otherwise, engine)


def _collapsed(scored: Sequence[tuple[int, float]], engine: Engine) -> list[Finding]:
    """Return the findings that sentences with their probabilities make, each with its repetitions everywhere."""
    findings = collapse(scored, engine.index.rows, engine.ledger, engine.vocabulary)
    return [_with_repeats(finding, engine) for finding in findings]


def _with_repeats(finding: Finding, engine: Engine) -> Finding:
    """Return the finding with the places of the whole report that repeat it."""
    rows, ledger = engine.index.rows, engine.ledger
    near = np.flatnonzero(ledger.vectors @ ledger.vectors[finding.row] >= 0.6)
    others = [
        int(row)
        for row in near
        if rows[row].passage.id != rows[finding.row].passage.id
        and rows[row].passage.kind == "paragraph"
        and repeats(finding.row, int(row), rows, ledger, engine.vocabulary)
    ]
    return replace(finding, repeats=tuple(dict.fromkeys((*finding.repeats, *others))))


def cite(findings: Sequence[Finding], engine: Engine) -> tuple[Citation, ...]:
    """Return the citations of findings, with context, repetitions, disagreements and ties."""
    rows, least = engine.index.rows, 1.0
    apart = {
        pair
        for pair in combinations(range(len(findings)), 2)
        if differ(findings[pair[0]], findings[pair[1]], rows, engine.ledger, engine.vocabulary)
    }
    cited = []
    for at, finding in enumerate(findings):
        row = rows[finding.row]
        elsewhere = dict.fromkeys(rows[other].passage.id for other in sorted(finding.repeats))
        differing = [
            rows[other.row].passage.id for to, other in enumerate(findings) if (min(at, to), max(at, to)) in apart
        ]
        least = min(least, finding.score)
        cited.append(
            Citation(
                row.passage,
                row.span,
                least,
                _context(row.passage, row.at),
                tuple(one for one in elsewhere if one != row.passage.id),
                tuple(dict.fromkeys(differing)),
                engine.ties.get(finding.row, ()),
            )
        )
    return tuple(cited)


def _context(passage: Passage, at: int) -> Span | None:
    """Return the sentence before, where the quote would mislead alone."""
    sentence = passage.sentences[at].of(passage.text)
    return passage.sentences[at - 1] if at and misleads_alone(sentence) else None


def _whole(passage: Passage) -> Citation:
    """Return a citation of a whole passage."""
    return Citation(passage, Span(passage.sentences[0].start, passage.sentences[-1].end), 1.0)


def _numbered(question: Question, reply: Reply, engine: Engine) -> Reply:
    found = engine.report.by_id.get(question.passage)
    if found is None:
        return replace(reply, status="not_covered", reason="no_passage", about=(question.passage,), confidence=0.0)
    return replace(reply, citations=(_whole(found),), found=1, confidence=1.0)


def _declined(weighed: Weighed, reply: Reply, engine: Engine) -> Reply:
    """Return the reply that says what is missing, with the nearest passages."""
    status, reason, about = _why_not(weighed, engine)
    nearest = [Finding(row, float(weighed.likely[row])) for row in _on_subject(weighed)]
    shown = cite(nearest, engine) if status == "related" or weighed.question.units else ()
    return replace(reply, status=status, reason=reason, about=about, nearest=shown)


def _on_subject(weighed: Weighed) -> Sequence[int]:
    """Return the sentences nearest to a question that has no answer: of those that name most of it, the best."""
    covered = weighed.evidence.column("covered")
    named = np.where(covered >= covered.max() - _AS_NAMED, weighed.scores, weighed.scores - _UNNAMED)
    return ranked(named, _NEAREST)


def _denials(weighed: Weighed, engine: Engine) -> list[Finding]:
    """Return the findings that deny what a question takes for granted, best first."""
    best = float(weighed.denials.max())
    rows = [row for row in ranked(weighed.denials, _DENIALS) if weighed.denials[row] >= best - _AS_MUCH]
    return _collapsed([(row, weighed.contradicted) for row in rows], engine)


def _why_not(weighed: Weighed, engine: Engine) -> tuple[Status, Reason, tuple[str, ...]]:
    question, signs = weighed.question, weighed.signs
    about_it = bool(question.units) and signs["unnamed"] <= engine.numbers.thresholds["unnamed"]
    unnamed = tuple(
        unit.text for unit, named in zip(question.units, weighed.evidence.unit_best, strict=False)
        if named < 0.5 and unit.weight >= 0.95
    )  # fmt: skip
    status: Status = "related" if about_it else "not_covered"
    if years := tuple(year for year in question.years if year not in engine.years):
        return status, "other_time", years
    if signs["other_place"]:
        return status, "other_place", question.places
    if question.names:
        return status, "unknown_name", question.names
    if not about_it:
        return status, "no_subject", unnamed[:3]
    for kind, reason in _KIND_REASONS.items():
        if signs[f"lacks_{kind}"] or (signs[f"asks_{kind}"] and kind != "place"):
            return status, reason, ()
    return status, "no_detail", unnamed[:3]
