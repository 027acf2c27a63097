"""The page: what stands where, and which event does what.

Everything a visitor does to the report happens in the browser (report.js); a question, an
export and a thumb are the only calls. The Chatbot is only ever an output: as an input it
would let a caller build components of his own.
Not here: how a reply is drawn (card.py), the report (reading.py), or the API (app.py).
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from index.report import Report
from rag.page import conversation, frame
from rag.page.desk import Desk
from rag.page.overview import overview_html
from rag.turns import LONGEST_QUESTION

_HERE = Path(__file__).parent
_SCRIPTS = ("page.js", "report.js", "cards.js", "events.js")
_SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "sans-serif"]
_MONO = ["ui-monospace", "Menlo", "Consolas", "monospace"]
THEME = gr.themes.Base(font=_SANS, font_mono=_MONO, primary_hue="slate", neutral_hue="stone")

# Gradio asks for a secret, so that the browser's copy outlives a restart it must be fixed. It
# hides nothing: what is kept is the visitor's own questions, in his own browser.
_STORAGE_KEY = "pinpoint-conversation"
_STORAGE_SECRET = "kept-in-this-browser-only"  # noqa: S105

_TAKE = "(_, kept) => [window.pinpoint.take(), kept]"
_ASKING = "(question, _, kept) => window.pinpoint.asking(question, kept)"
_SETTLED = "() => window.pinpoint.settled()"
# Private events are hidden from clients, not closed to them: each checks what it is given.
_QUIET: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}


def page_title(report: Report) -> str:
    """Return the title of the browser's tab."""
    return f"Pinpoint: {report.metadata.title}"


def head(report: Report) -> str:
    """Return style and script; in the head, as Gradio would rewrite the selectors of its own css=."""
    style = (_HERE / "page.css").read_text("utf-8")
    parts = "".join((_HERE / name).read_text("utf-8") for name in _SCRIPTS)
    script = f'(() => {{\n"use strict";\n{parts}}})();'
    described = f'<meta name="description" content="{escape(report.metadata.title)}">'
    return f"{described}<style>{style}</style><script>{script}</script>"


@dataclass(frozen=True, slots=True)
class Controls:
    """What a visitor works with, and what an answer changes."""

    chat: gr.Chatbot
    kept: gr.BrowserState
    notice: gr.HTML
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button


def lay_out(desk: Desk, feedback: Path | None) -> None:
    """Lay out the page within the Blocks that is open."""
    report = desk.report
    kept = gr.BrowserState(None, storage_key=_STORAGE_KEY, secret=_STORAGE_SECRET)
    _html(frame.top_html(report), "top")
    with gr.Row(elem_id="shell", equal_height=True):
        with gr.Column(elem_id="talk", min_width=280):
            _html(overview_html(report), "overview")
            chat = _chatbot()
            notice = _html("", "notice")
            with gr.Row(elem_id="ask-row"):
                box = _question_box()
                send = gr.Button("Ask", elem_id="send", variant="primary", min_width=80, scale=0)
                stop = gr.Button("Stop", elem_id="stop", min_width=80, scale=0)
        with gr.Column(elem_id="side", min_width=280):
            _html(frame.pane_html(report), "pane")
    _wire(conversation.Page(desk, feedback), Controls(chat, kept, notice, box, send, stop))


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        elem_id="ask",
        label="Your question",
        placeholder="Ask a question",
        show_label=False,
        lines=1,
        max_lines=4,
        max_length=LONGEST_QUESTION,
        scale=5,
    )


def _html(value: str, name: str) -> gr.HTML:
    """Return HTML without Gradio's typography. It sanitises nothing, so no word of a visitor goes in here."""
    return gr.HTML(value, elem_id=name, padding=False, apply_default_css=False, js_on_load=None)


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


def _wire(page: conversation.Page, on: Controls) -> None:
    """Join events to what they do. Nothing is queued: a queued answer takes half as long again to appear."""
    command = gr.Textbox(visible="hidden", elem_id="command")
    file = gr.Textbox(visible="hidden", elem_id="file")
    act, export, rate = (gr.Button(visible="hidden", elem_id=name) for name in ("act", "export", "rate"))
    drawn = [on.chat, on.kept, on.notice, on.box]
    order = {"inputs": [command, on.kept], "js": _TAKE, **_QUIET}
    asked = gr.on(
        [on.box.submit, on.send.click],
        page.ask,
        [on.box, command, on.kept],
        drawn,
        js=_ASKING,
        api_name="page_ask",
        **_QUIET,
    )
    acted = act.click(page.act, outputs=drawn, api_name="page_act", **order)
    for event in (asked, acted):
        event.then(None, js=_SETTLED, **_QUIET)
    on.stop.click(None, js="() => window.pinpoint.stop()", **_QUIET)
    exported = export.click(page.export, outputs=[file], api_name="page_export", **order)
    exported.then(None, [file], js="(file) => window.pinpoint.save(file)", **_QUIET)
    rate.click(page.rate, outputs=[on.notice], api_name="page_rate", **order)
    opened = _root().load(page.open, [on.kept], drawn, api_name="page_open", **_QUIET)
    opened.then(None, js="() => window.pinpoint.opened()", **_QUIET)


def _root() -> gr.Blocks:
    demo = gr.context.Context.root_block
    if demo is None:
        raise ValueError("no Blocks is open; call within `with demo:`")
    return demo


def name_parameters(function: Callable[..., Any]) -> None:
    """Label an API function's parameters by their names; Gradio counts them "1st", "2nd"."""
    called = next(one for one in _root().fns.values() if one.api_name == function.__name__)
    names = [*inspect.signature(function).parameters, "reply"]
    for component, name in zip([*called.inputs, *called.outputs], names, strict=True):
        component.label = name  # type: ignore[union-attr]
