"""Pinpoint's server: python app.py starts the page, the API and the MCP tools.

Not here: what the endpoints do (rag/page/endpoints.py), or how the page is laid out (rag/page/layout.py).
"""

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Before gradio is imported, which reads them then: nothing is looked up outside, and the
# queue's table of past events, rebuilt after each one, stays empty.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gradio as gr
from gradio.events import api
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse

from index.parse import BUNDLED, parse_file
from index.progress import show_progress
from index.report import ReportError
from rag.page import endpoints, layout
from rag.page.desk import Desk
from rag.page.guard import Guard
from rag.page.mcp_text import answer_in_json
from rag.page.reply import PassageJson, ReplyJson

if TYPE_CHECKING:
    from rag.engine import Engine

INDEX_FOLDER = "PINPOINT_INDEX"  # environment variable
PACKAGED_FOLDER = Path(__file__).parent / "index" / "built"
SESSIONS = 200  # visitors whose (empty) state Gradio keeps; each costs some 65 KB


def read_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python app.py", description="Ask an inspection report a question.")
    parser.add_argument("--report", type=Path, default=BUNDLED, help="text of the report (default: the bundled one)")
    parser.add_argument(
        "--index",
        type=Path,
        default=Path(os.environ.get(INDEX_FOLDER) or PACKAGED_FOLDER),
        help=f"folder of the index (default: {INDEX_FOLDER}, else index/built)",
    )
    parser.add_argument("--model", help="sentence-transformers model or folder (default: the packaged one)")
    parser.add_argument("--host", help="address to listen on (default: GRADIO_SERVER_NAME, else 127.0.0.1)")
    parser.add_argument(
        "--port", type=_port, help="port to listen on (default: GRADIO_SERVER_PORT, else the first free)"
    )
    parser.add_argument(
        "--trust-host", action="append", metavar="NAME", help="answer only requests for this host (default: for any)"
    )
    parser.add_argument(
        "--feedback", type=Path, metavar="DIR", help="keep visitors' thumbs as JSON lines in this folder (default: off)"
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no port; expected a number from 1 to 65535")
    return int(text)


def load_engine(arguments: argparse.Namespace) -> "Engine":
    """Return the engine: seconds for the model, and a minute where the report has no index yet."""
    # imported here, in the thread that loads the model: the page is up before torch is
    from index.embed import PACKAGED, SentenceTransformerEncoder  # noqa: PLC0415
    from index.store import open_index  # noqa: PLC0415
    from rag.engine import open_engine  # noqa: PLC0415

    encoder = SentenceTransformerEncoder(arguments.model or PACKAGED)
    index = open_index(arguments.report, arguments.index, encoder, _say, show_progress)
    return open_engine(index, encoder)


def register(desk: Desk) -> None:
    """Register the five endpoints with the Blocks that is being laid out; MCP serves the same functions."""

    def ask(question: str, conversation: dict[str, Any] | None = None) -> ReplyJson:
        """Ask the report a question; the reply quotes the report word for word, with paragraph numbers.

        Args:
            question: the question, in plain words, up to 1000 characters.
            conversation: the `conversation` of the reply before, to ask a follow-up; leave it out to start anew.

        """
        return endpoints.ask(desk, question, conversation)

    def paragraph(id: str) -> PassageJson:  # noqa: A002 - the endpoint's documented parameter
        """Return a paragraph, recommendation or row of grades, whole and with its place in the report.

        Args:
            id: as citations give it: "29", "A6" (annex), "R2" (recommendation), "G3" (grade).

        """
        return endpoints.paragraph(desk, id)

    def search(query: str, limit: int = 10) -> endpoints.SearchJson:
        """Return the sentences nearest to a query, best first, without judging whether they answer it.

        Args:
            query: words or a question, up to 1000 characters.
            limit: how many sentences, from 1 to 50.

        """
        return endpoints.search(desk, query, limit)

    def report() -> endpoints.ReportJson:
        """Return the report's title, publisher and date, its outline, grades and recommendations."""
        return endpoints.report(desk)

    def verify(quote: str) -> endpoints.VerdictJson:
        """Check a printed quote: "exact", "altered" with the differences, or "not_in_report".

        Args:
            quote: the words to check, up to 5000 characters.

        """
        return endpoints.check_quote(desk, quote)

    for function in (ask, paragraph, search, report, verify):
        api(function, api_name=function.__name__, queue=False)
        layout.name_parameters(function)


def build(desk: Desk, feedback: Path | None) -> gr.Blocks:
    """Return the page with its endpoints."""
    demo = endpoints.Blocks(title=layout.page_title(desk.report), analytics_enabled=False, fill_height=True)
    with demo:
        layout.lay_out(desk, feedback)
        register(desk)
    demo.queue(max_size=64, api_open=False)
    return demo


def serve(demo: gr.Blocks, desk: Desk, arguments: argparse.Namespace) -> None:
    """Start the server and return; Gradio's own environment variables hold where no argument is given."""
    middleware = [Middleware(Guard)]
    if arguments.trust_host:
        middleware.append(Middleware(TrustedHostMiddleware, allowed_hosts=arguments.trust_host))
    app, url, _ = demo.launch(
        server_name=arguments.host,
        server_port=arguments.port,
        mcp_server=True,
        quiet=True,
        prevent_thread_lock=True,
        share=False,
        show_error=False,
        enable_monitoring=False,
        run_history=False,
        footer_links=["api"],
        ssr_mode=False,
        pwa=False,
        state_session_capacity=SESSIONS,
        theme=layout.THEME,
        head=layout.head(desk.report),
        app_kwargs={"middleware": middleware, "openapi_url": None},
    )
    answer_in_json(demo)
    _say(f"Pinpoint is at {url} (API: the link below the page; MCP: {url.rstrip('/')}/gradio_api/mcp/)")

    def state(_: Request) -> JSONResponse:
        return JSONResponse({"state": desk.state})

    app.add_route("/state", state)


def main() -> int:
    """Start the server, then load the model; return the exit status."""
    arguments = read_arguments()
    try:
        desk = Desk(parse_file(arguments.report))
        serve(demo := build(desk, arguments.feedback), desk, arguments)
    except (ReportError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    threading.Thread(target=_warm, args=(desk, arguments), daemon=True).start()
    demo.block_thread()
    return 0


def _warm(desk: Desk, arguments: argparse.Namespace) -> None:
    """Load the engine; a fault ends the server, as there is nothing it could answer."""
    try:
        desk.warm(lambda: load_engine(arguments))
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        os._exit(2)
    _say("ready")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
