"""Numbers of paragraphs: that they follow each other, and which paragraph lost its own.

Not here: which block is a paragraph (blocks.py).
"""

from collections.abc import Sequence
from itertools import pairwise

from index.blocks import Block
from index.headings import is_actions, is_grades, is_top
from index.report import ReportError

_LETTERS = "ABCDEFHIJKLMNOPQSTUVWXYZ"  # of series of paragraphs that start again at 1


def number_blocks(blocks: Sequence[Block], name: str) -> None:
    """Check that paragraph numbers follow each other; give a lost number back to its paragraph.

    A series starts at 1 and may start again at 1 under a later heading. Where numbers
    jump, the blocks between must hold just as many that read like a paragraph's start.

    Raises:
        ReportError: there is no numbered paragraph, or the numbers jump.

    """
    expected, since = 1, 0
    for at, block in enumerate(blocks):
        if block.number is None:
            continue
        if block.number == 1 and expected > 1 and any(part.kind == "heading" for part in blocks[since:at]):
            expected = 1
        elif missing := block.number - expected:
            carriers = _carriers(blocks, since, at)
            if len(carriers) != missing:
                line = block.lines[0].row
                follows = f"follows {expected - 1}" if expected > 1 else "comes first"
                raise ReportError(f"{name}, line {line}: paragraph {block.number} {follows}; expected {expected}")
            for number, carrier in enumerate(carriers, start=expected):
                carrier.kind, carrier.number, carrier.recovered = "numbered", number, True
        expected, since = block.number + 1, at + 1
    if expected == 1:
        raise ReportError(f"{name}, line 1: no numbered paragraph found; expected one that opens with '1.'")


def _carriers(blocks: Sequence[Block], since: int, at: int) -> list[Block]:
    """Return the blocks from `since` to `at` that read like the start of a paragraph whose number was lost.

    That is an item at the margin, or text straight under a heading; and where every
    paragraph of the report stands apart, any text that does. Recommendations and grades
    never had a number.
    """
    found: list[Block] = []
    unnumbered, apart = False, _stand_apart(blocks)
    for before, block in zip([None, *blocks][since:at], blocks[since:at], strict=True):
        if block.kind == "heading":
            heading = block.text.strip("#* ")
            unnumbered = is_actions(heading) or is_grades(heading) or (unnumbered and not is_top(heading))
        elif not unnumbered and (
            _opens_item(block) or _opens_section(before, block) or (apart and block.kind == "prose")
        ):
            found.append(block)
    return found


def _stand_apart(blocks: Sequence[Block]) -> bool:
    """Say whether a blank line stands before every numbered paragraph that follows another paragraph."""
    return all(
        block.lines[0].row - before.lines[-1].row > 1
        for before, block in pairwise(blocks)
        if block.number is not None and before.kind != "heading"
    )


def _opens_item(block: Block) -> bool:
    return block.kind == "item" and not block.lines[0].indented and _first_letter(block).isupper()


def _opens_section(before: Block | None, block: Block) -> bool:
    return block.kind in ("prose", "item") and before is not None and before.kind == "heading"


def _first_letter(block: Block) -> str:
    return next((character for character in block.text if character.isalpha()), "")


def open_series(last: str) -> str:
    """Return the letters of the series of numbers after `last`: "" gives "A", "Z" gives "AA".

    G and R are left out: grades and recommendations carry them.
    """
    if not last:
        return _LETTERS[0]
    at = _LETTERS.index(last[0]) + 1
    return _LETTERS[at] * len(last) if at < len(_LETTERS) else _LETTERS[0] * (len(last) + 1)
