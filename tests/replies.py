"""Replies made by hand over the bundled report, for tests of how they are shown."""

from index.report import Report, Span
from rag.reply import Citation, Reply
from rag.turns import Conversation, Turn

NEW = Conversation()


def citation(report: Report, passage_id: str, sentence: int = 0, **more: object) -> Citation:
    """Return a citation of one sentence."""
    passage = report.by_id[passage_id]
    return Citation(passage, passage.sentences[sentence], 0.5, **more)  # type: ignore[arg-type]


def answered(report: Report, question: str = "Is leadership strong?", before: Conversation = NEW) -> Reply:
    """Return a plain answer with context, repetitions and disagreement."""
    first = report.by_id["20"].sentences[0]
    quotes = (
        citation(report, "19", 3, also_in=("86",)),
        citation(report, "20", 1, context=Span(first.start, first.end), differs_from=("A3",), see_also=("R7",)),
    )
    turn = Turn(question, question, "answered", (("19", 3), ("20", 1)))
    conversation = Conversation((*before.turns, turn))
    return Reply("answered", question, question, conversation, citations=quotes, also_searched=("management",))


def refused(report: Report, question: str = "What do lorry drivers earn?", before: Conversation = NEW) -> Reply:
    """Return a refusal with the nearest passages."""
    conversation = Conversation((*before.turns, Turn(question, question, "not_covered")))
    nearest = (citation(report, "9", 2),)
    return Reply("not_covered", question, question, conversation, "no_subject", ("lorry drivers",), nearest=nearest)
