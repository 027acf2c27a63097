"""An encoder that keeps what it has encoded, so that runs over the same questions cost one pass.

Not here: timing, which takes the encoder itself (speed.py).
"""

from collections.abc import Sequence

from index.embed import Encoded, Encoder


class RememberingEncoder:
    """Another encoder's vectors, each text encoded once. The questions of a run fit in memory."""

    def __init__(self, encoder: Encoder) -> None:
        """Wrap `encoder`."""
        self._encoder = encoder
        self._known: dict[str, Encoded] = {}

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
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= zip(new, self._encoder.encode(new), strict=True)
        return [self._known[text] for text in texts]
