"""Marks of emphasis that extraction leaves in a text.

Not here: what is done with the words between them (parse.py).
"""

import re

from index.report import Span

_BOLD = re.compile(r"(\*\*)")
_ITALIC = re.compile(r"(?<![\w*])(\*)(?=[^\s*])[^*\n]*(?<=[^\s*])(\*)(?![\w*])")


def emphasis_marks(text: str, within: Span) -> list[Span]:
    """Return the marks of "**bold**" and "*italic*", in order; a star without a partner on its line is text."""
    found = [
        Span(*match.span(group))
        for pattern in (_BOLD, _ITALIC)
        for match in pattern.finditer(text, within.start, within.end)
        for group in range(1, pattern.groups + 1)
    ]
    return sorted(found)


def unmark(text: str) -> str:
    """Return `text` without marks of emphasis and heading."""
    for mark in reversed(emphasis_marks(text, Span(0, len(text)))):
        text = text[: mark.start] + text[mark.end :]
    return " ".join(text.split()).strip("# ")
