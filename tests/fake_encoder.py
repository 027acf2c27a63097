"""An encoder whose vectors can be worked out by hand: a text is the sum of its words.

Texts that share words are near, others are not; nothing else counts. It needs no model
and no time, so unit tests use it in place of the real one.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from index.embed import Encoded, EncodedQuestion, Floats, seen_alike


@dataclass(frozen=True)
class FakeEncoder:
    name: str = "fake"
    dimensions: int = 256
    weights: str = "1"  # other weights give other vectors and another fingerprint

    def stamp(self) -> str:
        return self.weights

    def fingerprint(self) -> str:
        return hashlib.sha256(self.weights.encode()).hexdigest()

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        return [self._encode(text) for text in texts]

    def encode_questions(self, texts: Sequence[str]) -> list[EncodedQuestion]:
        return [seen_alike(one) for one in self.encode(texts)]

    def _encode(self, text: str) -> Encoded:
        words = re.findall(r"\w+", text.lower())
        tokens = np.zeros((0, self.dimensions), np.float32)
        if words:
            tokens = np.stack([word_vector(word, self.dimensions, self.weights) for word in words])
        total = tokens.sum(axis=0)
        norm = float(np.linalg.norm(total))
        vector = total / norm if norm else np.eye(1, self.dimensions, dtype=np.float32)[0]
        ids = np.array([word_id(word) for word in words], np.int64)
        return Encoded(vector.astype(np.float32), tokens, ids)


def word_id(word: str) -> int:
    """Return the same number for the same word, on every machine."""
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:3], "big")


@cache
def word_vector(word: str, dimensions: int, weights: str = "1") -> Floats:
    """Return a word's own direction, of unit length; two words are nearly at right angles."""
    seed = int.from_bytes(hashlib.sha256(f"{weights} {word}".encode()).digest()[:8], "big")
    drawn = np.random.default_rng(seed).standard_normal(dimensions).astype(np.float32)
    unit: Floats = drawn / np.linalg.norm(drawn)
    return unit
