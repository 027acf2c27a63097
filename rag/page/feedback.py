"""Visitors' thumbs as JSON lines on this computer, which the evaluation can read as candidate questions.

Off unless the server is started with --feedback.
Not here: the buttons (card.py), or the evaluation (eval/).
"""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

from index.report import Report
from rag.page import wording
from rag.reply import Reply

FILE = "feedback.jsonl"
_writing = threading.Lock()


def record(folder: Path, reply: Reply, verdict: str, report: Report) -> None:
    """Add one line: the question, how it was read, what was cited, and the verdict.

    Raises:
        ValueError: the verdict is none of those that are offered.

    """
    if verdict not in wording.FEEDBACK:
        raise ValueError(f"verdict is {verdict[:20]!r}; expected one of {', '.join(wording.FEEDBACK)}")
    line = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "report": report.metadata.id,
        "question": reply.question,
        "understood_as": reply.understood_as,
        "status": reply.status,
        "citations": [[one.passage.id, one.span.start, one.span.end] for one in reply.citations],
        "verdict": verdict,
    }
    folder.mkdir(parents=True, exist_ok=True)
    with _writing, (folder / FILE).open("a", encoding="utf-8") as kept:
        kept.write(json.dumps(line, ensure_ascii=False) + "\n")
