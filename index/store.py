"""The searchable report on disk and in memory: FAISS rows for sentences and passages, and nearest.

The only import of faiss. Geometry only.
Not here: which hits answer a question (rag/retrieve.py).
"""

import hashlib
import json
import os
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

_FORMAT = 1  # raise it when what is written changes
_FILES = ("report.txt", "report.json", "sentences.faiss", "headed.faiss", "passages.faiss", "tokens.npz")
Say = Callable[[str], None]
Progress = Callable[[int, int], None]  # texts done, texts in all


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


@dataclass(frozen=True)
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
    scores, found = rows.search(query[None, :], min(k, rows.ntotal))
    order = np.lexsort((found[0], -scores[0]))
    return [Hit(int(found[0][at]), float(scores[0][at])) for at in order]


def all_cosines(rows: Any, queries: Floats) -> Floats:
    """Return the cosine of each query with every row: (q, d) gives (q, n), in row order."""
    scores, found = rows.search(np.ascontiguousarray(queries), rows.ntotal)
    cosines = np.empty_like(scores)
    np.put_along_axis(cosines, found, scores, axis=1)
    return cosines


def open_index(source: Path, folder: Path, encoder: Encoder, say: Say, progress: Progress) -> Index:
    """Return the index of the report `source`, kept in `folder`: read when it is good, else built.

    `say` is told in one line why an index is built or built again. Safe to call from
    several processes at once.

    Raises:
        ReportError: the report cannot be parsed.
        StoreError: `folder` cannot be written.

    """
    report = parse_file(source)
    wanted = _manifest(report, encoder)
    target = folder / f"{report.metadata.id}-{_digest(json.dumps(wanted, sort_keys=True).encode())[:12]}"
    if target.is_dir() and not (wrong := _fault(target, wanted)):
        return _read(target, report, encoder.name)
    _make_folder(folder)
    with FileLock(folder / ".lock"):
        stale = sorted(path for path in folder.glob(f"{report.metadata.id}-*") if path != target)
        if not target.is_dir():
            why = "the report, the model or the format changed" if stale else "first start"
        elif wrong := _fault(target, wanted):
            why = wrong
            shutil.rmtree(target)
        else:  # another process has built it meanwhile
            return _read(target, report, encoder.name)
        say(f"indexing {report.metadata.id}: {why}")
        _build(target, source, report, wanted, encoder, progress)
        for path in stale:
            shutil.rmtree(path, ignore_errors=True)
    return _read(target, report, encoder.name)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        advice = "name another with --index or PINPOINT_INDEX"
        raise StoreError(f"{folder}: cannot be written ({error.strerror}); {advice}") from None


def _manifest(report: Report, encoder: Encoder) -> dict[str, Any]:
    """Return what an index must have been made from to be used for this report and model."""
    texts = "\n".join(f"{p.id} {p.section} {p.sentences} {p.text}" for p in report.passages)
    return {
        "format": _FORMAT,
        "report": report.sha256,
        "metadata": report.metadata.id,
        "parsed": _digest(texts.encode()),
        "model": encoder.name,
        "weights": encoder.fingerprint(),
        "dimensions": encoder.dimensions,
        "faiss": version("faiss-cpu"),
    }


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _fault(target: Path, wanted: dict[str, Any]) -> str:
    """Return in a few words what is wrong with the index in `target`, "" when nothing is."""
    try:
        manifest = json.loads((target / "manifest.json").read_text("utf-8"))
        if {key: manifest.get(key) for key in wanted} != wanted:
            return "the index there was made from something else"
        for name, digest in manifest["files"].items():
            if _digest((target / name).read_bytes()) != digest:
                return f"{name} is damaged"
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        return f"the index there cannot be read ({type(error).__name__})"
    return "" if set(manifest["files"]) == set(_FILES) else "files are missing"


def _build(
    target: Path, source: Path, report: Report, wanted: dict[str, Any], encoder: Encoder, progress: Progress
) -> None:
    """Write the index into a folder of its own and rename it into place: whole, or not at all."""
    draft = Path(tempfile.mkdtemp(prefix=".building-", dir=target.parent))
    try:
        _write(draft, source, report, encoder, progress)
        files = {name: _digest((draft / name).read_bytes()) for name in _FILES}
        kept = wanted | {"files": files, "versions": {"numpy": version("numpy"), "pinpoint": _own_version()}}
        (draft / "manifest.json").write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
        os.rename(draft, target)
    except OSError as error:
        raise StoreError(f"{target.parent}: the index cannot be written ({error.strerror})") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _own_version() -> str:
    try:
        return version("pinpoint")
    except ModuleNotFoundError:
        return "unknown"


def _write(draft: Path, source: Path, report: Report, encoder: Encoder, progress: Progress) -> None:
    spans = [(passage, span) for passage in report.passages for span in passage.sentences]
    plain = [span.of(passage.text) for passage, span in spans]
    headed = [f"{_subject(passage)}: {span.of(passage.text)}" for passage, span in spans]
    whole = [f"{_subject(passage)}: {passage.text}" for passage in report.passages]
    encoded = _encode(encoder, [*plain, *headed, *whole], progress)
    cuts = (len(plain), len(plain) + len(headed))
    parts = (encoded[: cuts[0]], encoded[cuts[0] : cuts[1]], encoded[cuts[1] :])
    for name, part in zip(("sentences", "headed", "passages"), parts, strict=True):
        rows = faiss.IndexFlatIP(encoder.dimensions)
        rows.add(np.stack([one.vector for one in part]).astype(np.float32))
        faiss.write_index(rows, str(draft / f"{name}.faiss"))
    np.savez(
        draft / "tokens.npz",
        vectors=np.concatenate([one.tokens for one in parts[0]]).astype(np.float16),
        ids=np.concatenate([one.token_ids for one in parts[0]]),
        ends=np.cumsum([len(one.token_ids) for one in parts[0]]),
    )
    shutil.copyfile(source, draft / "report.txt")
    (draft / "report.json").write_text(_summary(report), "utf-8")


def _subject(passage: Passage) -> str:
    """Return what the headings above a passage say it is about."""
    return passage.section[-1] if passage.section else ""


def _encode(encoder: Encoder, texts: Sequence[str], progress: Progress) -> list[Encoded]:
    """Encode in steps, so that progress can be shown; alike lengths go together."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    encoded: dict[int, Encoded] = {}
    for start in range(0, len(order), 64):
        step = order[start : start + 64]
        encoded |= zip(step, encoder.encode([texts[at] for at in step]), strict=True)
        progress(len(encoded), len(texts))
    return [encoded[at] for at in range(len(texts))]


def _summary(report: Report) -> str:
    """Return the parsed report as JSON, for people and other programs to read."""
    passages = [
        {"id": p.id, "kind": p.kind, "section": p.section, "number_recovered": p.number_recovered, "text": p.text}
        | {"sentences": [[span.start, span.end] for span in p.sentences]}
        for p in report.passages
    ]
    return json.dumps({"id": report.metadata.id, "sha256": report.sha256, "passages": passages}, ensure_ascii=False)


def _read(target: Path, report: Report, model: str) -> Index:
    faiss_rows = (faiss.read_index(str(target / f"{name}.faiss")) for name in ("sentences", "headed", "passages"))
    with np.load(target / "tokens.npz", allow_pickle=False) as tokens:
        vectors = tokens["vectors"].astype(np.float32)
        return Index(report, model, *faiss_rows, vectors, tokens["ids"], tokens["ends"])
