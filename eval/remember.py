"""An encoder that keeps what it has encoded, so that runs over the same questions cost one pass.

Not here: timing, which takes the encoder itself (speed.py).
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from index.embed import Encoded, EncodedQuestion, Encoder


class RememberingEncoder:
    """Another encoder's vectors, each text encoded once. The questions of a run fit in memory."""

    def __init__(self, encoder: Encoder) -> None:
        """Wrap `encoder`."""
        self._encoder = encoder
        self._texts: dict[str, Encoded] = {}
        self._questions: dict[str, EncodedQuestion] = {}

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._encoder.name

    @property
    def dimensions(self) -> int:
        """Return the length of the model's vectors."""
        return self._encoder.dimensions

    def fingerprint(self) -> str:
        """Return the digest of the model's weights."""
        return self._encoder.fingerprint()

    def stamp(self) -> str:
        """Return what changes when the weights' files do."""
        return self._encoder.stamp()

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Return one Encoded for each text, in order; only texts not met before reach the model, in one batch."""
        return _remembered(texts, self._texts, self._encoder.encode)

    def encode_questions(self, texts: Sequence[str]) -> list[EncodedQuestion]:
        """Return one EncodedQuestion for each question, in order; only those not met before reach the model."""
        return _remembered(texts, self._questions, self._encoder.encode_questions)


E = TypeVar("E")


def _remembered(texts: Sequence[str], known: dict[str, E], encode: Callable[[Sequence[str]], list[E]]) -> list[E]:
    new = [text for text in dict.fromkeys(texts) if text not in known]
    known |= zip(new, encode(new), strict=True)
    return [known[text] for text in texts]
