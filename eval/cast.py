"""An outside check on follow-ups: TREC CAsT 2019 turns as typed, against people's rewrites of them.

Gold of a turn: the stemmed content words of the rewrite that are not in the typed turn.
Judged: the words that a resolver adds to the typed turn. By this measure rule-based
resolution scores F1 .684, the best published combination .754, people's bag of words .797
(Vakulenko et al., "A comparison of question rewriting methods", ECIR 2021).
Not here: conversations over a report (score.py).
"""

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS

_FILE = "10_Human.tsv"
_STOP = frozenset(STOPWORDS_EN_PLUS)
_STEMMER = Stemmer.Stemmer("english")
Resolve = Callable[[Sequence[str]], str]  # the questions so far -> the last one, standing alone


class CastError(ValueError):
    """CAsT data that cannot be read."""


@dataclass(frozen=True, slots=True)
class CastTurn:
    """A typed turn with those before it, and its rewrite."""

    questions: tuple[str, ...]  # as typed, the turn itself last
    rewrite: str


@dataclass(frozen=True, slots=True)
class CastScore:
    """What a resolver adds, pooled over turns; ratios, all but `wrongly_expanded` better when higher."""

    turns: int
    precision: float  # of the added words, the share that the rewrite adds too; nothing added is 0
    recall: float
    f1: float
    resolved: float  # of the turns that need words, the share that got all of them
    wrongly_expanded: float  # of the turns that need none, the share that got some


def read_cast(folder: Path) -> list[CastTurn]:
    """Return all turns, in file order.

    Raises:
        CastError: the file is missing or has no such columns.

    """
    path = folder / _FILE
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        asked: dict[str, list[str]] = {}
        turns = []
        for row in rows:
            before = asked.setdefault(row["conversation_id"], [])
            before.append(row["original"])
            turns.append(CastTurn(tuple(before), row["query"]))
    except (OSError, KeyError) as error:
        raise CastError(f"{path}: {error}; expected the columns conversation_id, query, original") from None
    return turns


def score_cast(turns: Sequence[CastTurn], resolve: Resolve) -> CastScore:
    """Return how well `resolve` adds the words that people add."""
    pairs = [_gold_and_added(turn, resolve) for turn in turns]
    hits = sum(len(gold & added) for gold, added in pairs)
    precision = _share(hits, sum(len(added) for _, added in pairs))
    recall = _share(hits, sum(len(gold) for gold, _ in pairs))
    needy = [gold <= added for gold, added in pairs if gold]
    alone = [bool(added) for gold, added in pairs if not gold]
    f1 = _share(2 * precision * recall, precision + recall)
    return CastScore(len(turns), precision, recall, f1, _share(sum(needy), len(needy)), _share(sum(alone), len(alone)))


def content_words(text: str) -> frozenset[str]:
    """Return the stems of the words that are not stop words, in lower case."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'s", ""))
    return frozenset(_STEMMER.stemWords([word for word in words if word not in _STOP]))


def _gold_and_added(turn: CastTurn, resolve: Resolve) -> tuple[frozenset[str], frozenset[str]]:
    typed = content_words(turn.questions[-1])
    return content_words(turn.rewrite) - typed, content_words(resolve(turn.questions)) - typed


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def compare(folder: Path) -> dict[str, CastScore]:
    """Return the product's resolver beside the turn as typed and the turn with the question before it."""
    from rag.conversation import resolve_alone  # noqa: PLC0415 - only this check needs it

    turns = read_cast(folder)
    resolvers: dict[str, Resolve] = {
        "pinpoint": resolve_alone,
        "as typed": lambda questions: questions[-1],
        "previous question": lambda questions: " ".join(questions[-2:]),
    }
    return {name: score_cast(turns, resolve) for name, resolve in resolvers.items()}


def show_cast(scores: dict[str, CastScore]) -> str:
    """Return the scores as a table of text."""
    head = f"{'CAsT 2019':18}turns  precision  recall  F1    resolved  wrongly expanded"
    lines = [
        f"{name:18}{s.turns:<7}{s.precision:<11.3f}{s.recall:<8.3f}{s.f1:<6.3f}{s.resolved:<10.3f}{s.wrongly_expanded:.3f}"
        for name, s in scores.items()
    ]
    return "\n".join([head, *lines]) + "\n"
