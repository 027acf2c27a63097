"""What a system replies, in the form that is judged; the product's systems.

A system that answers one question is an `Answer`; one that follows a conversation is a `Talk`.
Not here: the systems it is compared with (baselines.py), the judging (score.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.labels import Place
from rag.conversation import ask
from rag.engine import Engine
from rag.reply import Citation, Reply
from rag.turns import Conversation


@dataclass(frozen=True, slots=True)
class Quote:
    """A place with the words that were shown for it."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """A reply as it is judged. `confidence` in [0, 1] says how surely the report answers."""

    status: str
    quotes: tuple[Quote, ...] = ()  # cited, best first
    confidence: float = 0.0
    nearest: tuple[Quote, ...] = ()  # shown without being cited
    read_as: str = ""
    reason: str = ""

    @property
    def cited(self) -> tuple[Place, ...]:
        """Return the cited places, best first."""
        return tuple(quote.place for quote in self.quotes)


Answer = Callable[[str], Prediction]
Talk = Callable[[Sequence[str]], list[Prediction]]  # one prediction for each question, in order

MISSING = Prediction("missing")  # stands where a system gave nothing: wrong by every measure


def answer_with(engine: Engine) -> Answer:
    """Return the product, asked one question at a time."""
    return lambda question: predict(ask(engine, question))


def talk_with(engine: Engine) -> Talk:
    """Return the product, asked a conversation."""

    def talk(questions: Sequence[str]) -> list[Prediction]:
        conversation = Conversation()
        predictions = []
        for question in questions:
            reply = ask(engine, question, conversation)
            conversation = reply.conversation
            predictions.append(predict(reply))
        return predictions

    return talk


def predict(reply: Reply) -> Prediction:
    """Return a reply of the product in the form that is judged."""
    return Prediction(
        reply.status,
        tuple(_quote(citation) for citation in reply.citations),
        _confidence(reply),
        tuple(_quote(citation) for citation in reply.nearest),
        reply.understood_as,
        reply.reason,
    )


def _quote(citation: Citation) -> Quote:
    return Quote(Place(citation.passage.id, citation.span), citation.quote)


def _confidence(reply: Reply) -> float:
    first = reply.citations[0].score if reply.citations else 0.0
    return float(getattr(reply, "confidence", first))
