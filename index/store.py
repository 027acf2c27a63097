"""The searchable report on disk and in memory: FAISS rows for sentences and passages, and nearest.

The only import of faiss. Geometry only.
Not here: which hits answer a question (rag/retrieve.py).
"""

import hashlib
import io
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from index.embed import Encoded, Encoder, Floats
from index.parse import parse_file
from index.report import Passage, Report, Span
from index.vectors import Progress, ReportVectors, encode_report

_FORMAT = 1  # raise it when what is written changes
_VECTORS = ("sentences", "headed", "passages")
_FILES = (*(f"{name}.faiss" for name in _VECTORS), "tokens.npz", "report.json")
# What a manifest must agree on, and what is said when it does not.
_REASONS = {
    "format": "another version of Pinpoint made the index",
    "report": "the report changed",
    "parsed": "the report is now parsed otherwise",
    "model": "another model made the index",
    "dimensions": "another model made the index",
    "faiss": "another version of FAISS made the index",
}
Say = Callable[[str], None]


class StoreError(OSError):
    """An index that cannot be written or read; the text says what to do."""


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """One row of the sentence index: a sentence and the passage it stands in."""

    row: int
    passage: Passage
    at: int  # which sentence of the passage, from 0
    span: Span

    @property
    def text(self) -> str:
        """Return the sentence."""
        return self.span.of(self.passage.text)


@dataclass(frozen=True, slots=True)
class Hit:
    """A row near to a query, with its cosine."""

    row: int
    score: float


@dataclass(frozen=True, eq=False)
class Index:
    """A report with its vectors. Rows keep printed order."""

    report: Report
    model: str
    sentences: Any  # faiss.Index over the sentences as printed
    headed: Any  # faiss.Index over the sentences with their headings before them
    passages: Any  # faiss.Index over whole passages
    tokens: Floats  # (t, d): token vectors of all sentences, one after another
    token_ids: NDArray[np.int64]  # (t,)
    token_ends: NDArray[np.int64]  # (n,): where each sentence's tokens end

    @cached_property
    def rows(self) -> tuple[SentenceRow, ...]:
        """Return the sentences in row order."""
        spans = ((p, at, span) for p in self.report.passages for at, span in enumerate(p.sentences))
        return tuple(SentenceRow(row, p, at, span) for row, (p, at, span) in enumerate(spans))

    @property
    def dimensions(self) -> int:
        """Return the length of the vectors."""
        return int(self.sentences.d)


def nearest(rows: Any, query: Floats, k: int) -> list[Hit]:
    """Return the k rows of a FAISS index nearest to `query`, best first.

    `query` is (d,) float32 of unit length. Scores are cosines in [-1, 1]; ties keep
    report order. A short index gives fewer than k.

    Raises:
        ValueError: k < 1, or d differs from the index.

    """
    if k < 1:
        raise ValueError(f"k is {k}; expected at least 1")
    if query.shape != (rows.d,):
        raise ValueError(f"query has shape {query.shape}; the index holds {rows.d} dimensions")
    cosines = all_cosines(rows, query[None, :])[0]
    # FAISS itself keeps no order among ties, so neither its k best nor their order is used.
    best = np.argsort(-cosines, kind="stable")[:k]
    return [Hit(int(row), float(cosines[row])) for row in best]


def all_cosines(rows: Any, queries: Floats) -> Floats:
    """Return the cosine of each query with every row: (q, d) gives (q, n), in row order."""
    # All rows are wanted, in their order: FAISS's own search would sort them first, at three times the cost.
    held = faiss.rev_swig_ptr(rows.get_xb(), rows.ntotal * rows.d).reshape(rows.ntotal, rows.d)
    cosines: Floats = np.ascontiguousarray(queries) @ held.T
    return cosines


def vectors_of(rows: Any) -> Floats:
    """Return the vectors of a FAISS index as they were put in: (n, d), in row order."""
    vectors: Floats = rows.reconstruct_n(0, rows.ntotal)
    return vectors


def index_folder() -> Path:
    """Return the folder that indexes are kept in: PINPOINT_INDEX, else `built` beside this file."""
    return Path(os.environ.get("PINPOINT_INDEX") or Path(__file__).parent / "built")


def open_index(source: Path, folder: Path, encoder: Encoder, say: Say, progress: Progress) -> Index:
    """Return the index of the report `source`, kept in `folder`: read when it is good, else built.

    `say` is told in one line why an index is built. Safe to call from several processes
    at once: one builds, the others wait for it. A kill at any moment leaves the old index
    or the new one: data is written to a folder of its own, and the manifest that names
    the folder is replaced last, in one step.

    Raises:
        ReportError: the report cannot be parsed.
        ModelError: the packaged model's weights are not the published ones.
        StoreError: `folder` cannot be written.

    """
    report = parse_file(source)
    if isinstance(found := _read(folder, report, encoder), Index):
        return found
    _make_folder(folder)
    with FileLock(folder / ".lock"):
        # Another process may have built it meanwhile.
        if isinstance(found := _read(folder, report, encoder), Index):
            return found
        say(f"indexing {report.metadata.id}: {found}")
        _build(folder, report, encoder, progress)
        if isinstance(found := _read(folder, report, encoder), Index):
            return found
    raise StoreError(f"{folder}: the index cannot be read back ({found}); name another folder")


def _read(folder: Path, report: Report, encoder: Encoder) -> Index | str:
    """Return the index kept in `folder`, or in a few words why there is none to use."""
    manifest = _manifest_path(folder, report)
    if not manifest.exists():
        return "first start"
    try:
        kept = json.loads(manifest.read_text("utf-8"))
        if wrong := _disagreement(kept, report, encoder):
            return wrong
        place = folder / str(kept["data"])
        files = {name: (place / name).read_bytes() for name in _FILES}
        damaged = [name for name, data in files.items() if _digest(data) != kept["files"][name]]
        return f"{damaged[0]} is damaged" if damaged else _assemble(files, report, encoder.name)
    except FileNotFoundError as error:
        return f"{Path(str(error.filename)).name} is missing"
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        return f"the index cannot be read ({type(error).__name__})"


def _disagreement(kept: dict[str, Any], report: Report, encoder: Encoder) -> str:
    """Return in a few words what the index was made from that is not what is wanted; "" for nothing."""
    wanted = _wanted(report, encoder)
    for key, reason in _REASONS.items():
        if kept.get(key) != wanted[key]:
            return reason
    # Weights are hashed when an index is built, and again only when their files look changed.
    if kept.get("stamp") != encoder.stamp() and kept.get("weights") != encoder.fingerprint():
        return "the model's weights changed"
    return ""


def _wanted(report: Report, encoder: Encoder) -> dict[str, Any]:
    """Return what an index must have been made from to be used for this report and model."""
    parsed = "\n".join(f"{p.id} {p.section} {p.sentences} {p.text}" for p in report.passages)
    return {
        "format": _FORMAT,
        "report": report.sha256,
        "parsed": _digest(parsed.encode()),
        "model": encoder.name,
        "dimensions": encoder.dimensions,
        "faiss": version("faiss-cpu"),
    }


def _assemble(files: dict[str, bytes], report: Report, model: str) -> Index:
    """Return the index that the files hold.

    Raises:
        ValueError: they do not hold as many vectors as the report has sentences and passages.

    """
    sentences, headed, passages = (
        faiss.deserialize_index(np.frombuffer(files[f"{name}.faiss"], np.uint8)) for name in _VECTORS
    )
    with np.load(io.BytesIO(files["tokens.npz"]), allow_pickle=False) as kept:
        tokens, ids, ends = kept["vectors"].astype(np.float32), kept["ids"], kept["ends"]
    index = Index(report, model, sentences, headed, passages, tokens, ids, ends)
    counts = [sentences.ntotal, headed.ntotal, passages.ntotal, len(ends)]
    if counts != [len(index.rows), len(index.rows), len(report.passages), len(index.rows)]:
        raise ValueError(f"the index holds {counts} vectors")
    return index


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _manifest_path(folder: Path, report: Report) -> Path:
    return folder / f"{report.metadata.id}.manifest.json"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        advice = "name another with --index or PINPOINT_INDEX"
        raise StoreError(f"{folder}: cannot be written ({error.strerror}); {advice}") from None


def _build(folder: Path, report: Report, encoder: Encoder, progress: Progress) -> None:
    """Write an index into a folder of its own, then the manifest that makes it the one in use."""
    data = folder / f"{report.metadata.id}-{secrets.token_hex(4)}"
    weights, stamp = encoder.fingerprint(), encoder.stamp()
    files = _files(report, encode_report(report, encoder, progress))
    manifest = _wanted(report, encoder) | {
        "weights": weights,
        "stamp": stamp,
        "data": data.name,
        "files": {name: _digest(content) for name, content in files.items()},
        "made_with": {name: version(name) for name in ("numpy", "sentencex")},
    }
    try:
        data.mkdir()
        for name, content in files.items():
            (data / name).write_bytes(content)
        (data / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
        (data / "manifest.json").replace(_manifest_path(folder, report))
    except OSError as error:
        raise StoreError(f"{folder}: the index cannot be written ({error.strerror})") from None
    finally:
        _sweep(folder, report)


def _sweep(folder: Path, report: Report) -> None:
    """Remove the data of older indexes of the report, and of builds that were cut short."""
    try:
        kept = json.loads(_manifest_path(folder, report).read_text("utf-8"))["data"]
    except (OSError, ValueError, LookupError, TypeError):
        kept = None
    data = re.compile(re.escape(report.metadata.id) + "-[0-9a-f]{8}")
    for path in folder.iterdir():
        if data.fullmatch(path.name) and path.name != kept:
            shutil.rmtree(path, ignore_errors=True)


def _files(report: Report, vectors: ReportVectors) -> dict[str, bytes]:
    """Return the files of an index, by name."""
    rows = (vectors.sentences, vectors.headed, vectors.passages)
    files = {f"{name}.faiss": _vector_file(part) for name, part in zip(_VECTORS, rows, strict=True)}
    return files | {"tokens.npz": _token_file(vectors.sentences), "report.json": _summary(report).encode()}


def _vector_file(part: Sequence[Encoded]) -> bytes:
    vectors = np.stack([one.vector for one in part]).astype(np.float32)
    rows = faiss.IndexFlatIP(vectors.shape[1])
    rows.add(vectors)
    return bytes(faiss.serialize_index(rows))


def _token_file(sentences: Sequence[Encoded]) -> bytes:
    file = io.BytesIO()
    np.savez(
        file,
        vectors=np.concatenate([one.tokens for one in sentences]).astype(np.float16),
        ids=np.concatenate([one.token_ids for one in sentences]),
        ends=np.cumsum([len(one.token_ids) for one in sentences]),
    )
    return file.getvalue()


def _summary(report: Report) -> str:
    """Return the parsed report as JSON, for people and other programs to read."""
    passages = [
        {"id": p.id, "kind": p.kind, "section": p.section, "number_recovered": p.number_recovered, "text": p.text}
        | {"sentences": [[span.start, span.end] for span in p.sentences]}
        for p in report.passages
    ]
    return json.dumps({"id": report.metadata.id, "sha256": report.sha256, "passages": passages}, ensure_ascii=False)
