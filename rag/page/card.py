"""A reply drawn as a card of the conversation: quotes with their places first, then what was made of the question.

The HTML passes through Gradio's sanitiser, which drops data-* and aria-*: what a button does
is said by its class and id (cards.js). Every text is escaped, and no line of a card is empty,
so that none of it is ever read as markdown.
Not here: the sentences (wording.py), or the report pane (reading.py).
"""

from collections.abc import Iterable, Sequence
from html import escape

from index.report import GradeRow, Passage, Recommendation, Report
from rag.page import wording
from rag.reply import Citation, Reply


def asked(question: str, number: int) -> str:
    """Return a visitor's question, inert."""
    return f'<h2 class="asked" id="asked-{number}" tabindex="-1">{_inline(question)}</h2>'


def card(reply: Reply, report: Report, number: int, feedback: bool = False) -> str:
    """Return the reply as HTML on one line; `number` makes its ids unique on the page."""
    parts = [
        f'<div class="answer {reply.status}" id="answer-{number}">',
        _read_as(reply, number),
        _status(reply, report),
        _quotes(reply.citations, report, number, "quotes"),
        _nearest(reply, report, number),
        _searched(reply),
        _source(report) if reply.citations or reply.nearest else "",
        _tools(reply, number, feedback),
        "</div>",
    ]
    return "".join(parts)


def _status(reply: Reply, report: Report) -> str:
    heading = wording.HEADINGS[reply.status]
    message = wording.message(reply, report)
    return f'<p class="status"><strong>{escape(heading)}</strong> <span class="message">{_inline(message)}</span></p>'


def _read_as(reply: Reply, number: int) -> str:
    """Return how the question was read, where that is not how it was typed."""
    if reply.status == "help" or _same(reply.understood_as, reply.question):
        return ""
    spelt = wording.in_words(f"{typed} as {read}" for typed, read in reply.corrected)
    spelling = f' <span class="spelling">({_inline(spelt)})</span>' if spelt else ""
    follows = reply.turn in {"follow_up", "repair", "return"}
    new = _button("act", f"fresh-{number}", "Ask as a new question") if follows else ""
    edit = _button("act", f"edit-{number}", "Edit")
    return f'<p class="read-as">Read as: <q>{_inline(reply.understood_as)}</q>{spelling} {new} {edit}</p>'


def _same(one: str, other: str) -> bool:
    return one.casefold().rstrip(" ?.!") == other.casefold().rstrip(" ?.!")


def _quotes(citations: Sequence[Citation], report: Report, number: int, name: str) -> str:
    if not citations:
        return ""
    items = (_quote(citation, report, f"{name}-{number}-{at}") for at, citation in enumerate(citations))
    return f'<ol class="{name}">{"".join(items)}</ol>'


def _quote(citation: Citation, report: Report, name: str) -> str:
    passage = citation.passage
    lines = [
        f'<li class="{passage.kind}" id="{name}">',
        f'<p class="place">{link(citation, wording.place(passage))}</p>',
        f'<blockquote>{_context(citation)}<span class="words">{_inline(citation.quote)}</span></blockquote>',
        _meaning(passage),
        f'<p class="section">{escape(wording.section(passage))}</p>',
        _elsewhere("Also said in", citation.also_in, report),
        _differing(citation, report),
        _elsewhere("See also", citation.see_also, report),
        f'<span class="cite-as">{escape(wording.full_citation(passage, report))}</span>',
        f'<p class="tools">{_button("act", f"copy-{name}", "Copy with citation")}</p></li>',
    ]
    return "".join(lines)


def _context(citation: Citation) -> str:
    """Return the words before a quote that would mislead alone, or the line a recommendation shares."""
    details = citation.passage.details
    if citation.context:
        before, title = citation.context.of(citation.passage.text), "The sentence before, for context"
    elif isinstance(details, Recommendation) and details.lead_in:
        before, title = details.lead_in, "What these recommendations begin with"
    else:
        return ""
    return f'<span class="context" title="{title}">{_inline(before)}</span> '


def _meaning(passage: Passage) -> str:
    """Return what a row of grades means, as its key puts it."""
    if not isinstance(passage.details, GradeRow) or not passage.details.marks:
        return ""
    return f'<p class="meaning">{escape(wording.grade(passage.details))}</p>'


def link(citation: Citation, text: str) -> str:
    """Return a link that opens the report at the quote."""
    span = citation.span
    title = f"Show {wording.short_place(citation.passage)} in the report"
    href = f"#para-{citation.passage.id}:{span.start}-{span.end}"
    return f'<a class="cite" href="{href}" title="{escape(title)}">{escape(text)}</a>'


def _differing(citation: Citation, report: Report) -> str:
    own = citation.passage.id
    line = _elsewhere("The report puts this differently in", set(citation.differs_from) - {own}, report, "differs")
    return line + (f'<p class="differs">{wording.DIFFERS_WITHIN}.</p>' if own in citation.differs_from else "")


def _elsewhere(lead: str, ids: Iterable[str], report: Report, name: str = "also") -> str:
    """Return links to other passages, in printed order: "Also said in 29, 66 and annex 6."."""
    order = list(report.by_id)
    passages = [report.by_id[one] for one in sorted(set(ids) & set(order), key=order.index)]
    if not passages:
        return ""
    return f'<p class="{name}">{lead} {wording.in_words(map(passage_link, passages))}.</p>'


def passage_link(passage: Passage) -> str:
    """Return a link that opens the report at a passage."""
    title = f"Show {wording.short_place(passage)} in the report"
    return f'<a href="#para-{passage.id}" title="{escape(title)}">{escape(wording.brief_place(passage))}</a>'


def _nearest(reply: Reply, report: Report, number: int) -> str:
    if not reply.nearest:
        return ""
    return f'<p class="nearest-lead">{wording.NEAREST}</p>{_quotes(reply.nearest, report, number, "nearest")}'


def _searched(reply: Reply) -> str:
    if not reply.also_searched:
        return ""
    return f'<p class="searched">Also searched: {_inline(", ".join(reply.also_searched))}.</p>'


def _source(report: Report) -> str:
    return f'<p class="source">Source: {escape(wording.source(report))}.</p>'


def _tools(reply: Reply, number: int, feedback: bool) -> str:
    if reply.status == "help":
        return ""
    buttons = [_button("act", f"edit-{number}", "Edit and ask again"), _button("act", f"link-{number}", "Copy link")]
    if reply.citations:
        buttons.insert(0, _button("act", f"copyall-{number}", "Copy all"))
    verdicts = _feedback(number) if feedback else ""
    return f'<p class="tools card-tools">{" ".join(buttons)}</p>{verdicts}'


def _feedback(number: int) -> str:
    reasons = "".join(_button("act", f"rate-{number}-{code}", text) for code, text in wording.FEEDBACK.items())
    return f'<details class="feedback"><summary>Was this right?</summary><p class="tools">{reasons}</p></details>'


def _button(name: str, identifier: str, text: str) -> str:
    return f'<button type="button" class="{name}" id="do-{identifier}">{escape(text)}</button>'


def _inline(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n") if line.strip())
