"""Which lines are headings, and how headings nest.

Not here: what stands under a heading (parse.py).
"""

import re
from collections.abc import Sequence

from index.lines import Line

_LONGEST = 160  # characters of a heading, wrapped lines joined
_CONTENTS_ROW = re.compile(r"(?P<text>.*?\S)(?:\s+|\s*\.{2,}\s*)(?P<page>\d{1,3})")
_WRAPPED = 3  # lines that one row of a contents page may take
# Top-level headings of inspection reports in Britain since 2005, whichever the framework.
_TOP = re.compile(
    r"(introduction|context|about (this|the) (inspection|review|area)|executive summary|summary( report)?|"
    r"main (report|findings)|grades?|judgements?|recommendations?|next steps|"
    r"annex\b.*|appendix\b.*|glossary|conclusion|"
    r"information about (this|the) .*|what needs to improve.*|areas? for (priority action|improvement|development).*|"
    r"what (the .* (is|are) doing well|works well).*|key strengths.*)\W*",
    re.IGNORECASE,
)
_ACTIONS = re.compile(
    r"(recommendations?|next steps|what needs to improve.*|areas? for (priority action|improvement|development).*)\W*",
    re.IGNORECASE,
)
_GRADES = re.compile(r"(grades?|judgements?)\b", re.IGNORECASE)
_GRADE_WORDS = r"(outstanding|good|adequate|satisfactory|inadequate|requires improvement( to be good)?)"
GRADE = re.compile(_GRADE_WORDS, re.IGNORECASE)
_JUDGED = re.compile(rf"\W*(is|are)?\W*{_GRADE_WORDS}\W*", re.IGNORECASE)


def squash(text: str) -> str:
    """Return `text` without white space and in lower case: equal for a heading and its wrapped twin."""
    return re.sub(r"\s+", "", text).casefold()


def is_actions(heading: str) -> bool:
    """Say whether recommendations, or the areas to improve, stand under `heading`."""
    return _ACTIONS.fullmatch(heading) is not None


def is_top(heading: str) -> bool:
    """Say whether `heading` is of the top level in every framework."""
    return _TOP.fullmatch(heading) is not None


def is_grades(heading: str) -> bool:
    """Say whether a table of grades stands under `heading`."""
    return _GRADES.match(heading) is not None


def read_contents(lines: Sequence[Line], start: int) -> tuple[list[str], int]:
    """Return the headings of the contents page that opens at `start`, and the line after it.

    A row is a heading and its page, on the same line or on one of its own straight below;
    a heading without a page is wrapped and goes on in the next line. `start` is the line
    that says "Contents".
    """
    entries: list[str] = []
    row: list[str] = []
    end = start + 1
    for at, line in enumerate(lines[start + 1 :], start=start + 1):
        if line.span is None or (line.debris and not row):
            continue
        if len(row) == _WRAPPED or len(line.text) > _LONGEST or line.dashed:
            break
        paged = _CONTENTS_ROW.fullmatch(line.text)
        bare = bool(row) and line.text.isdigit() and lines[at - 1].span is not None
        if not paged and not bare and (line.closed or line.number is not None):
            break
        row += [paged["text"]] if paged else [] if bare else [line.text]
        if paged or bare:
            entries.append(" ".join(" ".join(row).split()))
            row, end = [], at + 1
    return entries, end


def heading_run(lines: Sequence[Line], at: int, known: set[str]) -> int:
    """Return how many lines from `at` make one heading: 0 when the line opens none.

    `known` holds squashed headings that the report itself lists, in its contents or its
    table of grades. An unlisted heading must read like one: short, no sentence, opening
    with a capital, and standing alone or straight before a numbered paragraph.
    """
    run: list[Line] = []
    best = 0
    for line in lines[at : at + 4]:
        if line.span is None or line.debris or line.number is not None or line.dashed or "\t" in line.text.strip():
            break
        run.append(line)
        joined = " ".join(part.text for part in run)
        if squash(joined) in known or _is_judged(joined, known):
            best = len(run)
    return best or (_unlisted_run(lines, at, run) if run else 0)


def _is_judged(text: str, known: set[str]) -> bool:
    """Say whether `text` is a judgement of the table with its grade: "…in care: inadequate"."""
    squashed = squash(text)
    return any(
        squashed.startswith(label) and _JUDGED.fullmatch(text[_plain_length(text, len(label)) :]) for label in known
    )


def _plain_length(text: str, count: int) -> int:
    """Return the offset in `text` after `count` characters that are not white space."""
    seen = 0
    for at, character in enumerate(text):
        seen += not character.isspace()
        if seen == count:
            return at + 1
    return len(text)


def _unlisted_run(lines: Sequence[Line], at: int, run: Sequence[Line]) -> int:
    joined = " ".join(line.text for line in run)
    after = at + len(run)
    while after < len(lines) and (lines[after].span is None or lines[after].debris):
        after += 1
    numbered_next = after < len(lines) and lines[after].number is not None
    blank_before = at == 0 or lines[at - 1].span is None or bool(lines[at - 1].debris)
    stands_alone = blank_before and (at + len(run) >= len(lines) or lines[at + len(run)].span is None)
    bulleted_next = after < len(lines) and lines[after].dashed
    if not (numbered_next or bulleted_next or (stands_alone and len(run) == 1)):
        return 0
    return len(run) if _reads_like_heading(joined) else 0


def _reads_like_heading(text: str) -> bool:
    return (
        len(text) <= _LONGEST
        and text[0].isupper()
        and not re.search(r"[.;!,]$|[.;!]\s|:$", text)
        and not re.match(r"(©|https?:|www\.)", text, re.IGNORECASE)
    )


def nest(headings: Sequence[tuple[str, bool]]) -> list[tuple[str, ...]]:
    """Return the path of each heading, itself last.

    Each heading comes with whether text stands straight under it. A heading that is
    followed at once by another, anywhere in the report, holds the headings after it, up to
    the next one of its own kind or of the top level: "Summary Report", "Outcomes",
    "The impact of local services", "Being healthy" gives Summary Report > Outcomes and
    Summary Report > The impact … > Being healthy, if somewhere in the report "The impact …"
    stands straight above "Being healthy".
    """
    holders = {squash(text) for text, has_text in headings if not has_text}
    paths: list[tuple[str, ...]] = []
    holding: list[str] = []
    for text, _ in headings:
        if is_top(text):
            holding = []
        if squash(text) in map(squash, holding):
            holding = holding[: [squash(held) for held in holding].index(squash(text))]
        paths.append((*holding, text))
        if squash(text) in holders:
            holding = [*holding, text]
    return paths
