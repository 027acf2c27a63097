"""The report as a page to read: every heading, paragraph, grade and recommendation with an id of its own.

A paragraph is `para-29`, its first sentence `s-29-0`; the text stands character for character,
so that report.js can mark a span by its offsets.
Not here: the overview drawn from it (overview.py), or how it looks (page.css).
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from index.report import GradeRow, Passage, Recommendation, Report
from rag.page import wording


def report_html(report: Report) -> str:
    """Return the whole report, with its outline, for the pane beside the conversation."""
    return "".join(
        [
            '<article class="report">',
            _title(report),
            _outline(report),
            *_body(report),
            f'<p class="notice">{escape(report.metadata.notice)}</p>',
            "</article>",
        ]
    )


def parts(report: Report) -> dict[str, str]:
    """Return the parts of the report that the pane's bar jumps to: id on the page -> name."""
    found = {"outline": "Outline"}
    for passage in report.passages:
        if isinstance(passage.details, GradeRow) and passage.details.marks:
            found["grades"] = "Grades"
        elif isinstance(passage.details, Recommendation):
            found.setdefault(heading_id(report, passage.section[:1]), "Recommendations")
    return found


def _title(report: Report) -> str:
    metadata = report.metadata
    heading = f'<h2 tabindex="-1" id="report-top">{escape(metadata.title)}</h2>'
    return f'<header class="report-title">{heading}<p>{escape(wording.publication(report))}</p></header>'


def _outline(report: Report) -> str:
    """Return the headings as links, each with the passages beneath it."""
    items = []
    for path, passages in groupby(report.passages, key=lambda passage: passage.section):
        if not path:
            continue
        group = list(passages)
        reach = _reach(group)
        items.append(
            f'<li class="depth-{len(path)}"><a href="#{heading_id(report, path)}">{escape(path[-1])}</a>'
            f' <span class="reach">{escape(reach)}</span></li>'
        )
    entries = "".join(_with_parents(report, items))
    return f'<details class="outline" id="outline"><summary>Outline</summary><ol>{entries}</ol></details>'


def _with_parents(report: Report, items: list[str]) -> Iterator[str]:
    """Yield outline entries in order, with those that have no passage of their own."""
    paths = [path for path, _ in groupby(report.passages, key=lambda passage: passage.section) if path]
    shown: set[tuple[str, ...]] = set()
    for path, item in zip(paths, items, strict=True):
        for depth in range(1, len(path)):
            if path[:depth] not in shown and path[:depth] not in paths:
                shown.add(path[:depth])
                link = f'<a href="#{heading_id(report, path[:depth])}">{escape(path[depth - 1])}</a>'
                yield f'<li class="depth-{depth}">{link}</li>'
        shown.add(path)
        yield item


def _reach(passages: Sequence[Passage]) -> str:
    """Return which passages stand under a heading: "16", "21–22", ""."""
    first, last = passages[0], passages[-1]
    if first.kind != "paragraph":
        return ""
    return first.id if first is last else f"{first.id}–{last.id}"


def heading_id(report: Report, path: tuple[str, ...]) -> str:
    """Return the id of a heading on the page."""
    paths = [heading.path for heading in report.headings]
    return f"section-{paths.index(path)}" if path in paths else "report-top"


def _body(report: Report) -> Iterator[str]:
    shown: tuple[str, ...] = ()
    for path, passages in groupby(report.passages, key=lambda passage: passage.section):
        same = 0
        while same < min(len(shown), len(path)) and shown[same] == path[same]:
            same += 1
        for depth in range(same, len(path)):
            level, name = min(depth + 3, 6), heading_id(report, path[: depth + 1])
            yield f'<h{level} id="{name}" tabindex="-1">{escape(path[depth])}</h{level}>'
        shown = path
        for kind, group in groupby(passages, key=lambda passage: passage.kind):
            yield _GROUPS[kind](list(group))


def _paragraphs(passages: Sequence[Passage]) -> str:
    return "".join(_passage(passage, passage.id) for passage in passages)


def _passage(passage: Passage, number: str) -> str:
    recovered = '<span class="recovered">number recovered</span>' if passage.number_recovered else ""
    here, name = f"para-{passage.id}", escape(wording.place(passage))
    link = f'<a class="number" href="#{here}" tabindex="-1" title="Link to {name}">{escape(number)}</a>'
    return (
        f'<div class="passage {passage.kind}" id="{here}" role="group" aria-label="{name}" tabindex="-1">'
        f'{link}<p class="text">{_text(passage)}</p>{recovered}</div>'
    )


def _text(passage: Passage) -> str:
    """Return the text with each sentence in an element; no character is added or lost."""
    parts: list[str] = []
    last = 0
    for at, span in enumerate(passage.sentences):
        parts.append(escape(passage.text[last : span.start]))
        parts.append(f'<span id="s-{passage.id}-{at}">{escape(span.of(passage.text))}</span>')
        last = span.end
    return "".join(parts) + escape(passage.text[last:])


def _recommendations(passages: Sequence[Passage]) -> str:
    parts = []
    for lead_in, group in groupby(
        passages, key=lambda p: p.details.lead_in if isinstance(p.details, Recommendation) else ""
    ):
        parts.append(f'<p class="lead-in">{escape(lead_in)}</p>' if lead_in else "")
        parts += [_passage(passage, passage.id) for passage in group]
    return "".join(parts)


def _grades(passages: Sequence[Passage]) -> str:
    rows = [passage for passage in passages if isinstance(passage.details, GradeRow) and passage.details.marks]
    keys = [passage for passage in passages if isinstance(passage.details, GradeRow) and not passage.details.marks]
    columns = list(
        dict.fromkeys(mark.column for row in rows if isinstance(row.details, GradeRow) for mark in row.details.marks)
    )
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(_grade_row(row, columns) for row in rows)
    top = f'<thead><tr><th scope="col">Judgement</th>{head}</tr></thead>'
    table = f'<table class="grades" id="grades">{top}<tbody>{body}</tbody></table>'
    return "".join(_passage(key, "Key") for key in keys) + (table if rows else "")


def _grade_row(passage: Passage, columns: Sequence[str]) -> str:
    details = passage.details
    if not isinstance(details, GradeRow):
        raise TypeError(f"{passage.id} is no row of grades")
    marks = {mark.column: mark for mark in details.marks}
    cells = "".join(
        f"<td>{_mark(marks[column].mark, marks[column].word) if column in marks else ''}</td>" for column in columns
    )
    return (
        f'<tr class="passage grade" id="para-{passage.id}" tabindex="-1">'
        f'<th scope="row">{escape(details.label)}</th>{cells}</tr>'
    )


def _mark(mark: str, word: str) -> str:
    if not word or word.casefold() == mark.casefold():
        return escape(mark)
    return f"{escape(mark)} <span>{escape(word)}</span>"


_GROUPS = {"paragraph": _paragraphs, "recommendation": _recommendations, "grade": _grades}
