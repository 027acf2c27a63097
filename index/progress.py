"""What a person at a terminal is told while an index is built, on stderr.

Not here: when it is built, and why (store.py).
"""

import sys

_WIDTH = 30  # characters of the bar


def say(line: str) -> None:
    """Print a line."""
    print(line, file=sys.stderr, flush=True)


def show_progress(done: int, total: int) -> None:
    """Draw a bar over the one before; the last one ends the line."""
    filled = _WIDTH * done // max(total, 1)
    end = "\n" if done >= total else ""
    print(f"\r[{'#' * filled}{'.' * (_WIDTH - filled)}] {done} of {total} texts", end=end, file=sys.stderr, flush=True)
