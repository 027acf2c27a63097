"""The overview before the first question: examples, grades, themes, recommendations. Each line asks its question.

Not here: how the themes are found (themes.py), or the report in full (reading.py).
"""

from collections.abc import Sequence
from html import escape
from itertools import groupby

from index.report import GradeRow, Mark, Passage, Recommendation, Report, Span
from rag.page import wording
from rag.page.themes import (
    Line,
    Theme,
    Weights,
    example_questions,
    find_themes,
    findings_behind,
    lower_first,
    word_weights,
)


def overview_html(report: Report) -> str:
    """Return the overview as HTML."""
    themes = find_themes(report)
    return "".join(
        [
            '<section class="overview" aria-label="Overview of the report">',
            _examples(example_questions(report, themes)),
            _grades(report),
            _themes(themes),
            _recommendations(report),
            f'<p class="source">Source: {escape(wording.source(report))}.</p>',
            f'<p class="notice">{escape(report.metadata.notice)}</p></section>',
        ]
    )


def _ask(question: str, text: str, name: str = "") -> str:
    """Return a button that asks a question; `text` is HTML."""
    title = escape(f"Ask: {question}")
    return f'<button type="button" class="ask-this {name}" value="{escape(question)}" title="{title}">{text}</button>'


def _examples(questions: Sequence[str]) -> str:
    items = "".join(f"<li>{_ask(question, escape(question), 'example')}</li>" for question in questions)
    return (
        f'<h2>{escape(wording.WELCOME)}</h2><p class="lead">{escape(wording.PROMISE)}</p>'
        f'<ul class="examples">{items}</ul>'
    )


def _grades(report: Report) -> str:
    rows = [(p, p.details) for p in report.passages if isinstance(p.details, GradeRow) and p.details.marks]
    if not rows:
        return ""
    best = max([4, *(int(m.mark) for _, row in rows for m in row.marks if m.mark.isdigit())])
    items = []
    for passage, row in rows:
        marks = {mark.mark: mark for mark in row.marks}
        shown = "".join(_bar(mark, best) for mark in marks.values())
        question = f"What grade was given for {lower_first(row.label)}?"
        items.append(f"<li>{_ask(question, escape(row.label), 'graded')}{shown}{_number(passage, None)}</li>")
    key = f'<p class="key">{escape(report.grade_key.text)}</p>' if report.grade_key else ""
    return f'<h2>Grades</h2><ul class="chart">{"".join(items)}</ul>{key}'


def _bar(mark: Mark, best: int) -> str:
    """Return a mark in words, with boxes where it is a number."""
    boxes = ""
    if mark.mark.isdigit() and int(mark.mark) <= best:
        filled = int(mark.mark)
        drawn = "<i></i>" * filled + '<i class="none"></i>' * (best - filled)
        boxes = f'<span class="boxes" aria-hidden="true">{drawn}</span>'
    return f'<span class="mark-of">{boxes}<span class="word">{escape(wording.mark_in_words(mark))}</span></span>'


def _number(passage: Passage, span: Span | None) -> str:
    """Return a link into the report by the passage's number."""
    at = f":{span.start}-{span.end}" if span else ""
    title = f"Show {wording.short_place(passage)} in the report"
    return f'<a class="to" href="#para-{passage.id}{at}" title="{escape(title)}">{escape(passage.id)}</a>'


def _themes(themes: Sequence[Theme]) -> str:
    if not themes:
        return ""
    parts = [
        f'<div class="theme"><h3>{escape(theme.name)}</h3>'
        f"{_lines('Strengths', theme.strengths)}{_lines('Weaknesses', theme.weaknesses)}</div>"
        for theme in themes
    ]
    return f"<h2>Strengths and weaknesses</h2>{''.join(parts)}"


def _lines(title: str, lines: Sequence[Line]) -> str:
    items = "".join(
        f"<li>{_ask(line.question, escape(line.text), 'line')} {_number(line.passage, line.span)}</li>"
        for line in lines
    )
    return f'<h4 class="{title.lower()}">{title}</h4><ul class="lines">{items}</ul>'


def _recommendations(report: Report) -> str:
    found = [(p, p.details) for p in report.passages if isinstance(p.details, Recommendation)]
    if not found:
        return ""
    parts = []
    weights = word_weights(report)
    for deadline, group in groupby(found, key=lambda pair: pair[1].deadline):
        items = "".join(_recommendation(passage, report, weights) for passage, _ in group)
        parts.append(f'<div class="theme"><h3>{escape(deadline)}</h3><ul class="lines">{items}</ul></div>')
    return f"<h2>Recommendations</h2>{''.join(parts)}"


def _recommendation(passage: Passage, report: Report, weights: Weights) -> str:
    behind = findings_behind(passage, report, weights)
    because = ", ".join(_number(found, span) for found, span in behind)
    said = f' <span class="behind">Findings behind it: {because}</span>' if because else ""
    question = f"What does the report say in recommendation {passage.id.lstrip('R')}?"
    return f"<li>{_ask(question, escape(passage.text), 'line')} {_number(passage, None)}{said}</li>"
