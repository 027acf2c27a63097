"""The proof that parsing lost, doubled or changed nothing.

Not here: the parsing itself (parse.py).
"""

import re

from index.report import Passage, Report, ReportError, Span


def check_fidelity(text: str, report: Report, name: str) -> None:
    """Check that every character of the source that is not white space has exactly one place.

    A place is a passage, a heading, or a named piece of furniture. And every passage's
    text must be its source, white space aside.

    Raises:
        ReportError: naming the line and the text that is missing, doubled or changed.

    """
    _check_cover(text, report, name)
    for passage in report.passages:
        _check_text(text, passage, name)


def _check_cover(text: str, report: Report, name: str) -> None:
    spans = [span for passage in report.passages for span in passage.source]
    spans += [span for heading in report.headings for span in heading.source]
    spans += [piece.source for piece in report.furniture]
    at = 0
    for span in sorted(spans):
        if span.start < at:
            raise ReportError(f"{_place(text, span.start, name)} belongs to two places: {_sample(span.of(text))}")
        _check_gap(text, at, span.start, name)
        at = span.end
    _check_gap(text, at, len(text), name)


def _check_gap(text: str, start: int, end: int, name: str) -> None:
    gap = text[start:end].strip("\ufeff \t\r\n\f\v\u00a0")
    if gap:
        at = start + text[start:end].index(gap)
        raise ReportError(f"{_place(text, at, name)} belongs to no passage, heading or furniture: {_sample(gap)}")


def _check_text(text: str, passage: Passage, name: str) -> None:
    printed = "".join(span.of(text) for span in passage.source)
    if re.sub(r"\s", "", printed) != re.sub(r"\s", "", passage.text):
        where = _place(text, passage.source[0].start if passage.source else 0, name)
        raise ReportError(f"{where}: passage {passage.id} differs from its source")
    covered = "".join(Span(s.start, s.end).of(passage.text) for s in passage.sentences)
    if re.sub(r"\s", "", covered) != re.sub(r"\s", "", passage.text):
        raise ReportError(f"{name}: the sentences of passage {passage.id} do not cover its text")


def _place(text: str, at: int, name: str) -> str:
    return f"{name}, line {text.count(chr(10), 0, at) + 1}"


def _sample(text: str) -> str:
    return repr(text[:60] + ("…" if len(text) > 60 else ""))
