"""Text at the door: what a caller sends, made safe to handle. Nothing that can be read is changed.

Not here: what the text means (rag/), or how it is escaped when it is drawn (html.py).
"""

import re
from typing import Any

# Control characters but tab and newline; marks that hide or turn text around; halves of surrogate pairs.
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def clean(text: str) -> str:
    """Return `text` with each unreadable character replaced by a space, trimmed."""
    return _UNREADABLE.sub(" ", text).strip()


def clean_line(text: str) -> str:
    """Return `text` as one line that can be printed: line breaks too become spaces."""
    return "".join(character if character.isprintable() else " " for character in text).strip()


def clean_value(value: Any) -> Any:
    """Return a JSON value with every string of it cleaned, keys too."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_value(item) for item in value]
    if isinstance(value, dict):
        return {clean(str(key)): clean_value(item) for key, item in value.items()}
    return value
