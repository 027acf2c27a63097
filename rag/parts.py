"""A question that asks two things -> what it asks, one by one.

Not here: answering them (conversation.py).
"""

import re

from rag.follow import merge, shown
from rag.vocabulary import Vocabulary
from rag.words import split_words, stop_stems

# Where a second question begins: "…, and how many …", "…? Who …".
_SECOND = re.compile(
    r"(?:\s*,\s*|\s+)(?:and|but)(?:\s+(?:also|if so|then))?\s*,?\s+"
    r"(?=(?:how|what|who|whom|when|where|why|which|is|are|was|were|do|does|did|has|have|can|should)\b)|(?<=\?)\s+",
    re.IGNORECASE,
)
_POINTING = frozenset({"pronoun", "ellipsis", "bare"})


def parts_of(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the two questions that `text` asks, each standing alone; none where it asks one, or more than two.

    "How good is bullying support and how many children use it?" gives "How good is bullying
    support" and "how many children use bullying support?".
    """
    parts = [part.strip(" ,") for part in _SECOND.split(text) if part.strip(" ,?.")]
    if len(parts) != 2 or not _says_something(parts[0]):
        return ()
    first, second = parts
    if shown(second) & _POINTING:
        second = merge(second, first, vocabulary).text
    return (first, second) if _says_something(second) else ()


def _says_something(text: str) -> bool:
    words = split_words(text)
    return len(words) >= 3 and any(word.stem not in stop_stems() for word in words)
