"""What frames the page: its head with title and menus, the dialog that checks a quote, the pane's own bar.

Not here: the report inside the pane (reading.py), or what the buttons do (cards.js, events.js).
"""

from html import escape

from index.report import Report
from rag.page import reading, wording

_SAVE = {
    "copy": "Copy as text",
    "md": "Download Markdown",
    "docx": "Download Word",
    "json": "Download JSON",
    "csv": "Download citations (CSV)",
    "print": "Print",
}


def top_html(report: Report) -> str:
    """Return the head of the page."""
    save = "".join(
        f'<li><button type="button" class="menu-item" id="save-{kind}">{text}</button></li>'
        for kind, text in _SAVE.items()
    )
    return f"""<a class="skip" href="#ask">Skip to the question</a>
<header class="masthead">
<div class="title"><p class="brand">Pinpoint</p><h1>{escape(report.metadata.title)}</h1>
<p class="published">{escape(wording.publication(report))}</p></div>
<nav class="bar" aria-label="Page">
<button type="button" id="show-overview" aria-pressed="false">Overview</button>
<button type="button" id="show-report" aria-expanded="false" aria-controls="pane">Report</button>
<button type="button" id="show-check">Check a quote</button>
<details class="menu" id="save-menu"><summary>Save</summary><ul>{save}</ul></details>
<button type="button" id="clear" title="Clear the conversation and start a new one">New</button>
</nav>
</header>
<p id="state" role="status" hidden></p>
<p id="live" class="unseen" role="status" aria-live="polite"></p>
{_check_html()}"""


def _check_html() -> str:
    return """<dialog id="check" aria-labelledby="check-title">
<form method="dialog" class="check-head">
<h2 id="check-title">Check a quote</h2><button class="close">Close</button></form>
<p id="check-help">Paste words that someone says are from this report.</p>
<textarea id="check-quote" rows="4" maxlength="5000"
aria-labelledby="check-title" aria-describedby="check-help"></textarea>
<p class="check-actions"><button type="button" id="check-now" class="primary">Check</button></p>
<div id="check-result" role="status" aria-live="polite"></div>
</dialog>"""


def pane_html(report: Report) -> str:
    """Return the report with the bar above it: place, find, citations, close."""
    jumps = " ".join(f'<a href="#{place}">{name}</a>' for place, name in reading.parts(report).items())
    return f"""<section class="pane" aria-label="The report">
<div class="pane-bar">
<p id="where" class="where"></p>
<div class="steps" hidden id="steps">
<button type="button" id="step-back" aria-label="Previous citation">‹ <span>Previous</span></button>
<span id="step-at"></span>
<button type="button" id="step-on" aria-label="Next citation"><span>Next</span> ›</button></div>
<form id="find-form" role="search"><label class="unseen" for="find">Find in the report</label>
<input id="find" type="search" placeholder="Find in the report" autocomplete="off" maxlength="100">
<span id="found" role="status"></span>
<button type="submit" id="find-next" title="Next match">Next match</button></form>
<nav class="jumps" aria-label="Parts of the report">{jumps}</nav>
<button type="button" id="hide-report">Back to the answer</button>
</div>
<div class="pane-scroll" id="pane-scroll" tabindex="0" role="region" aria-label="Text of the report">
{reading.report_html(report)}</div>
</section>"""
