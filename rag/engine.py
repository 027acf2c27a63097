"""What answering needs, made once per report: the index, the encoder, the words, the ledger.

Not here: the answering (answer.py, conversation.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.embed import EncodedQuestion, Encoder, seen_alike
from index.report import Report
from index.store import Index
from rag.evidence import Evidence, Ledger, gather, open_ledger
from rag.question import Question, read_question
from rag.retrieve import Fitted, fitted, without_features
from rag.ties import find_ties
from rag.vocabulary import Vocabulary, read_vocabulary

# What can be switched off to see what it is worth, and the evidence that goes with it.
MECHANISMS: dict[str, tuple[str, ...]] = {
    "spelling": (),
    "glossary": (),
    "tuned questions": (),
    "tokens": ("tokens", "met"),
    "lexical": ("lexical",),
    "headings": ("headed",),
    "passages": ("passage", "covered_passage"),
    "coverage": ("covered",),
    "several findings": ("several",),
    "structure": ("recommends_asked", "grades_asked"),
    "decline": (),
    "denials": (),
    "quotes before": ("quoted", "beside_quoted"),
    "conversation": (),
}
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")


@dataclass(frozen=True)
class Engine:
    """A report ready to be asked. Nothing in it changes, so threads may share it."""

    index: Index
    encoder: Encoder
    vocabulary: Vocabulary
    ledger: Ledger
    numbers: Fitted
    ties: dict[int, tuple[str, ...]]  # sentence row -> ids of what follows from it, or stands behind it
    years: frozenset[str]  # that the report names
    without: frozenset[str] = frozenset()

    @property
    def report(self) -> Report:
        """Return the report that is asked."""
        return self.index.report

    def read(self, typed: str) -> Question:
        """Return what `typed` asks of this report. `typed` is clean."""
        return read_question(typed, self.vocabulary, self.without)

    def encode(self, texts: Sequence[str]) -> list[EncodedQuestion]:
        """Return questions encoded, in one pass."""
        if "tuned questions" in self.without:
            return [seen_alike(one) for one in self.encoder.encode(texts)]
        return self.encoder.encode_questions(texts)

    def gather(self, question: Question, encoded: Sequence[EncodedQuestion]) -> Evidence:
        """Return the evidence for a question whose wordings are `encoded`."""
        return gather(question, encoded, self.index, self.ledger)


def open_engine(index: Index, encoder: Encoder, without: frozenset[str] = frozenset()) -> Engine:
    """Return the engine over `index`; takes well under a second.

    Raises:
        ValueError: `without` names a mechanism that there is not.

    """
    if unknown := without - MECHANISMS.keys():
        raise ValueError(f"no mechanism is called {sorted(unknown)}; there are {sorted(MECHANISMS)}")
    vocabulary = read_vocabulary(index.report)
    ledger = open_ledger(index, vocabulary)
    numbers = without_features(fitted(), {name for one in without for name in MECHANISMS[one]})
    years = frozenset(year for passage in index.report.passages for year in _YEAR.findall(passage.text))
    published = index.report.metadata.published[:4]
    return Engine(index, encoder, vocabulary, ledger, numbers, find_ties(index, ledger), years | {published}, without)
