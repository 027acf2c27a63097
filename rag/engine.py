"""What answering needs, made once per report: the index, the encoder, and the words.

Not here: the answering (answer.py, conversation.py).
"""

from dataclasses import dataclass

from index.embed import Encoder
from index.report import Report
from index.store import Index


@dataclass(frozen=True)
class Engine:
    """A report ready to be asked. Safe to share between threads as long as calls take turns."""

    index: Index
    encoder: Encoder

    @property
    def report(self) -> Report:
        """Return the report that is asked."""
        return self.index.report


def open_engine(index: Index, encoder: Encoder) -> Engine:
    """Return the engine over `index`; reads the word lists, takes well under a second."""
    return Engine(index, encoder)
