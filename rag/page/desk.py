"""The desk that answers: the report from the first moment, the engine as soon as it is warm.

Not here: endpoints (endpoints.py) and the page (layout.py), which both ask here.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from index.report import Report
from rag.reply import Citation, Reply
from rag.turns import Conversation

if TYPE_CHECKING:
    from rag.engine import Engine

LONGEST_WAIT = 180.0  # seconds that a question waits for the engine: a first index on a slow machine


class DeskError(RuntimeError):
    """The engine is not there; the text can be shown to a visitor."""


class Desk:
    """Answers for every visitor. Keeps nothing of what is asked."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._engine: Engine | None = None
        self._settled = threading.Event()
        self._turn = threading.Lock()  # unqueued events come all at once; the model takes them one by one

    @property
    def state(self) -> Literal["warming", "ready", "failed"]:
        """Return whether questions are answered at once, wait, or cannot be answered."""
        if not self._settled.is_set():
            return "warming"
        return "ready" if self._engine else "failed"

    def warm(self, load: Callable[[], "Engine"]) -> None:
        """Load the engine; whoever waits is answered then, or told that it failed."""
        try:
            self._engine = load()
        finally:
            self._settled.set()

    def ask(self, question: str, conversation: Conversation) -> Reply:
        """Return the reply to `question` after `conversation`.

        Raises:
            DeskError: the engine does not come.

        """
        engine = self._wait()
        from rag.conversation import ask  # noqa: PLC0415 - with faiss, not before the page is up

        with self._turn:
            return ask(engine, question, conversation)

    def search(self, query: str, limit: int) -> list[Citation]:
        """Return up to `limit` sentences near to `query`, best first.

        Raises:
            DeskError: the engine does not come.

        """
        engine = self._wait()
        from rag.conversation import search  # noqa: PLC0415 - as above

        with self._turn:
            return search(engine, query, limit)

    def _wait(self) -> "Engine":
        self._settled.wait(LONGEST_WAIT)
        if self._engine is None:
            waiting = "still warming up; ask again in a minute"
            raise DeskError(
                waiting if self.state == "warming" else "the model could not be loaded; see the server’s log"
            )
        return self._engine
