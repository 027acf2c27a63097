"""Report -> the vectors that are kept of it: of its sentences, and of its passages.

Not here: the model (embed.py), the files (store.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.embed import Encoded, Encoder
from index.report import Passage, Report

_STEP = 64  # texts between two reports of progress
Progress = Callable[[int, int], None]  # texts done, texts in all


@dataclass(frozen=True, slots=True)
class ReportVectors:
    """A report as vectors, each list in printed order."""

    sentences: list[Encoded]  # as printed
    headed: list[Encoded]  # sentences with the heading above them before them
    passages: list[Encoded]  # whole, with their heading; a model may cut long ones short


def encode_report(report: Report, encoder: Encoder, progress: Progress) -> ReportVectors:
    """Return the vectors of `report`; `progress` hears how far it is."""
    spans = [(passage, span) for passage in report.passages for span in passage.sentences]
    plain = [span.of(passage.text) for passage, span in spans]
    headed = [f"{_subject(passage)}: {span.of(passage.text)}" for passage, span in spans]
    whole = [f"{_subject(passage)}: {passage.text}" for passage in report.passages]
    encoded = _encode(encoder, [*plain, *headed, *whole], progress)
    cut, last = len(plain), len(plain) + len(headed)
    return ReportVectors(encoded[:cut], encoded[cut:last], encoded[last:])


def _subject(passage: Passage) -> str:
    """Return what the heading above a passage says it is about."""
    return passage.section[-1] if passage.section else ""


def _encode(encoder: Encoder, texts: Sequence[str], progress: Progress) -> list[Encoded]:
    """Encode in steps, so that progress can be shown; alike lengths go together."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    encoded: dict[int, Encoded] = {}
    for start in range(0, len(order), _STEP):
        step = order[start : start + _STEP]
        encoded |= zip(step, encoder.encode([texts[at] for at in step]), strict=True)
        progress(len(encoded), len(texts))
    return [encoded[at] for at in range(len(texts))]
