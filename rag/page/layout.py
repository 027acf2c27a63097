"""The page: what stands where, and which event does what.

Everything a visitor does to the report happens in the browser (page.js); a question, an
export and a thumb are the only calls. The Chatbot is only ever an output: as an input it
would let a caller build components of his own.
Not here: how a reply is drawn (card.py), the report (reading.py), or the API (app.py).
"""

import inspect
import json
from collections.abc import Callable

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from index.report import Report
from rag.page import conversation, frame
from rag.page.desk import Desk
from rag.page.overview import overview_html
from rag.page.reading import report_html

_HERE = Path(__file__).parent
_SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "sans-serif"]
_MONO = ["ui-monospace", "Menlo", "Consolas", "monospace"]
THEME = gr.themes.Base(font=_SANS, font_mono=_MONO, primary_hue="slate", neutral_hue="stone")

# Gradio asks for a secret, so that the browser's copy outlives a restart it must be fixed. It
# hides nothing: what is kept is the visitor's own questions, in his own browser.
_STORAGE_KEY = "pinpoint-conversation"
_STORAGE_SECRET = "kept-in-this-browser-only"  # noqa: S105

_TAKE = "(_, kept) => [window.pinpoint.take(), kept]"
_ASKING = "(question, kept) => window.pinpoint.asking(question, kept)"
_SETTLED = "() => window.pinpoint.settled()"


def page_title(report: Report) -> str:
    """Return the title of the browser's tab."""
    return f"Pinpoint: {report.metadata.title}"


def head(report: Report) -> str:
    """Return style and script; in the head, as Gradio would rewrite the selectors of its own css=."""
    style = (_HERE / "page.css").read_text("utf-8")
    script = (_HERE / "page.js").read_text("utf-8")
    described = f'<meta name="description" content="{escape(report.metadata.title)}">'
    return f"{described}<style>{style}</style><script>{script}</script>"


def lay_out(desk: Desk, feedback: Path | None) -> None:
    """Lay out the page within the Blocks that is open."""
    report = desk.report
    kept = gr.BrowserState(None, storage_key=_STORAGE_KEY, secret=_STORAGE_SECRET)
    gr.HTML(frame.top_html(report), elem_id="top", padding=False)
    with gr.Row(elem_id="shell", equal_height=True):
        with gr.Column(elem_id="talk", min_width=280):
            gr.HTML(overview_html(report), elem_id="overview", padding=False)
            chat = _chatbot()
            notice = gr.HTML("", elem_id="notice", padding=False)
            with gr.Row(elem_id="ask-row"):
                box = gr.Textbox(
                    elem_id="ask",
                    label="Your question",
                    placeholder="Ask the report a question",
                    show_label=False,
                    lines=1,
                    max_lines=4,
                    max_length=conversation.LONGEST_QUESTION,
                    submit_btn=False,
                    scale=5,
                )
                send = gr.Button("Ask", elem_id="send", variant="primary", min_width=80, scale=0)
                stop = gr.Button("Stop", elem_id="stop", min_width=80, scale=0)
        with gr.Column(elem_id="side", min_width=280):
            gr.HTML(frame.pane_html(report_html(report)), elem_id="pane", padding=False)
    _wire(desk, feedback, chat, notice, box, send, stop, kept)


def _chatbot() -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="chat",
        label="Conversation",
        show_label=False,
        container=False,
        height="auto",
        layout="panel",
        buttons=[],
        feedback_options=None,
        latex_delimiters=[],
        group_consecutive_messages=False,
        allow_file_downloads=False,
        autoscroll=False,
        allow_tags=False,
        placeholder="",
    )


def _wire(
    desk: Desk,
    feedback: Path | None,
    chat: gr.Chatbot,
    notice: gr.HTML,
    box: gr.Textbox,
    send: gr.Button,
    stop: gr.Button,
    kept: gr.BrowserState,
) -> None:
    """Join events to what they do. Nothing is queued: a queued answer takes half as long again to appear."""
    command = gr.Textbox(visible="hidden", elem_id="command")
    act = gr.Button(visible="hidden", elem_id="act")
    export = gr.Button(visible="hidden", elem_id="export")
    file = gr.Textbox(visible="hidden", elem_id="file")
    rate = gr.Button(visible="hidden", elem_id="rate")
    quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    drawn = [chat, kept, notice, box]
    page = conversation.Page(desk, feedback)
    asked = gr.on([box.submit, send.click], page.ask, [box, kept], drawn, js=_ASKING, **quiet)
    acted = act.click(page.act, [command, kept], drawn, js=_TAKE, **quiet)
    for event in (asked, acted):
        event.then(None, js=_SETTLED, **quiet)
    stop.click(None, js="() => window.pinpoint.stop()", **quiet)
    export.click(page.export, [command, kept], [file], js=_TAKE, **quiet).then(
        None, [file], js="(file) => window.pinpoint.save(file)", **quiet
    )
    rate.click(page.rate, [command, kept], [notice], js=_TAKE, **quiet)
    demo = gr.context.Context.root_block
    assert demo is not None
    demo.load(page.open, [kept], drawn, **quiet).then(None, js="() => window.pinpoint.opened()", **quiet)


def name_parameters(endpoint: Any, function: Callable[..., Any]) -> None:
    """Label an API function's parameters by their names; Gradio counts them "1st", "2nd"."""
    demo = gr.context.Context.root_block
    assert demo is not None
    called = demo.fns[endpoint.fn_index] if hasattr(endpoint, "fn_index") else list(demo.fns.values())[-1]
    for component, name in zip(called.inputs, inspect.signature(function).parameters, strict=True):
        component.label = name
    for component in called.outputs:
        component.label = "reply"
