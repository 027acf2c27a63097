"""The page's events: ask, ask again, clear, restore, export, rate.

Each takes what the browser keeps and returns what is drawn. Nothing is held on the server
between two calls, so visitors cannot see each other.
Not here: which control triggers what (layout.py), or what is kept (kept.py).
"""

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from rag.page import exports, feedback, wording
from rag.page.card import asked, card
from rag.page.clean import clean_line, clean_value
from rag.page.desk import Desk, DeskError
from rag.page.endpoints import refusing
from rag.page.kept import Exchange, KeptError, keep, restore
from rag.turns import LONGEST_QUESTION, Conversation

Drawn = tuple[list[dict[str, str]], Any, str, Any]  # messages, what to keep, notice, the question box


@dataclass(frozen=True)
class Page:
    """The page over a desk; `ratings` is the folder for thumbs, where they are wanted."""

    desk: Desk
    ratings: Path | None

    def ask(self, question: Any, command: Any, kept: Any) -> Drawn:
        """Answer a question that was typed, after the conversation so far or in place of an earlier one."""
        return self._ask(question, self._before(_order(command), kept))

    def act(self, command: Any, kept: Any) -> Drawn:
        """Do what a button asks: a question as a new one, or in place of an earlier one, or a clear page."""
        order = _order(command)
        match order.get("do"):
            case "clear":
                return self._draw((), "")
            case "ask":
                fresh = order.get("fresh") is True
                return self._ask(order.get("question"), self._before(order, kept), fresh)
        return self._draw(self._restore(kept), "")

    def open(self, kept: Any) -> Drawn:
        """Draw the page as the browser left it."""
        return self._draw(self._restore(kept), "", gr.skip())

    @refusing
    def export(self, command: Any, kept: Any) -> str:
        """Return the conversation as a file in JSON: its name, type and content in base 64."""
        replies = [exchange.reply for exchange in self._restore(kept)]
        kind = str(_order(command).get("kind"))
        if kind == "copy":
            return json.dumps(exports.export("md", replies, self.desk.report) | {"copy": True})
        return json.dumps(exports.export(kind, replies, self.desk.report))

    @refusing
    def rate(self, command: Any, kept: Any) -> str:
        """Keep a thumb, where the server was started to keep them."""
        order, exchanges = _order(command), self._restore(kept)
        place = order.get("number")
        if self.ratings is None or not isinstance(place, int) or not 0 <= place < len(exchanges):
            return ""
        feedback.record(self.ratings, exchanges[place].reply, str(order.get("verdict")), self.desk.report)
        return _notice(wording.THANKS)

    def _before(self, order: dict[str, Any], kept: Any) -> tuple[Exchange, ...]:
        """Return the exchanges that a question comes after."""
        exchanges = self._restore(kept)
        place = order.get("replace")
        return exchanges[:place] if isinstance(place, int) and 0 <= place < len(exchanges) else exchanges

    def _ask(self, typed: Any, exchanges: tuple[Exchange, ...], fresh: bool = False) -> Drawn:
        question = clean_line(str(typed or ""))
        if len(question) > LONGEST_QUESTION:
            return self._draw(exchanges, wording.too_long(len(question), LONGEST_QUESTION), gr.skip())
        if not question:
            return self._draw(exchanges, wording.EMPTY, gr.skip())
        before = exchanges[-1].reply.conversation if exchanges and not fresh else Conversation()
        try:
            reply = self.desk.ask(question, before)
        except DeskError as error:
            return self._draw(exchanges, str(error), gr.skip())
        return self._draw((*exchanges, Exchange(reply)), "")

    def _draw(self, exchanges: tuple[Exchange, ...], notice: str, box: Any = "") -> Drawn:
        report = self.desk.report
        messages = []
        for number, exchange in enumerate(exchanges):
            reply = exchange.reply
            messages.append({"role": "user", "content": asked(reply.question, number)})
            drawn = card(reply, report, number, self.ratings is not None)
            messages.append({"role": "assistant", "content": drawn})
        return messages, keep(exchanges, report), _notice(notice), box

    def _restore(self, kept: Any) -> tuple[Exchange, ...]:
        """Return the exchanges that the browser kept; what cannot be read is set aside."""
        try:
            return restore(kept, self.desk.report)
        except KeptError:
            return ()


def _order(command: Any) -> dict[str, Any]:
    try:
        order = clean_value(json.loads(str(command)))
    except ValueError:
        return {}
    return order if isinstance(order, dict) else {}


def _notice(text: str) -> str:
    return f'<p role="status">{escape(text)}</p>' if text else ""
