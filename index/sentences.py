"""Passage text -> sentence spans.

The splitting is sentencex's; this file only trims its spans and mends the two places
where its rules do not fit inspection reports.
Not here: which sentence answers a question (rag/).
"""

import re

import sentencex

from index.report import Span

_OPENS_WITH_CLOSER = re.compile(r"[\"'”’)\]]+\s+(?=\S)")


def split_sentences(text: str) -> tuple[Span, ...]:
    """Return the sentences of `text` as spans without surrounding white space, in order.

    A list keeps to its sentence: items that follow a colon on lines of their own are one
    sentence with their lead-in. An empty text gives none.
    """
    spans: list[Span] = []
    for boundary in sentencex.get_sentence_boundaries("en", _mask_list_breaks(text)):
        start, end = int(boundary["start_index"]), int(boundary["end_index"])
        if spans and (closer := _OPENS_WITH_CLOSER.match(text, start, end)):
            spans[-1] = Span(spans[-1].start, start + len(closer.group().rstrip()))
            start = closer.end()
        body = text[start:end]
        if body.strip():
            left = start + len(body) - len(body.lstrip())
            spans.append(Span(left, left + len(body.strip())))
    return tuple(spans)


def _mask_list_breaks(text: str) -> str:
    """Return `text`, same length, with the line breaks of list items turned into spaces."""
    return text.replace("\n", " ")
