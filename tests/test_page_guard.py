import contextlib
from typing import Any

import pytest

from rag.page.guard import LARGEST_BODY, Guard, is_shut

SHUT = [
    "/gradio_api/upload",
    "/gradio_api/upload_progress",
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/proxy=http://example.org",
    "/gradio_api/stream/x",
    "/gradio_api/component_server",
    "/gradio_api/run-history/records",
    "/gradio_api/vibe-code",
    "/monitoring/summary",
    "/gradio_api/deep_link",
]
OPEN = ["/", "/gradio_api/run/ask", "/gradio_api/info", "/gradio_api/mcp/", "/assets/index.js", "/state", "/config"]


@pytest.mark.parametrize("path", SHUT)
def test_routes_without_a_use_are_shut(path: str) -> None:
    assert is_shut(path)


@pytest.mark.parametrize("path", OPEN)
def test_the_page_s_own_routes_are_open(path: str) -> None:
    assert not is_shut(path)


def call(sizes: list[int], headers: list[tuple[bytes, bytes]], path: str = "/") -> list[dict[str, Any]]:
    """Send a body in pieces through the guard to an application that reads all of it."""
    sent: list[dict[str, Any]] = []
    pieces = [
        {"type": "http.request", "body": b"x" * n, "more_body": at + 1 < len(sizes)} for at, n in enumerate(sizes)
    ]

    async def application(_: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"fine"})

    async def receive() -> dict[str, Any]:
        return pieces.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": headers}
    with contextlib.suppress(StopIteration):  # nothing in it waits, so no event loop is needed
        Guard(application)(scope, receive, send).send(None)
    return sent


def test_an_ordinary_body_passes_with_the_policy_set() -> None:
    start = call([1000], [])[0]
    assert start["status"] == 200
    assert b"default-src 'self'" in dict(start["headers"])[b"content-security-policy"]


def test_a_body_that_says_it_is_too_large_is_refused() -> None:
    assert call([1], [(b"content-length", str(LARGEST_BODY + 1).encode())])[0]["status"] == 413


def test_a_body_that_goes_on_too_long_is_refused() -> None:
    assert call([LARGEST_BODY // 2] * 4, [])[0]["status"] == 413


def test_a_malformed_length_is_refused() -> None:
    assert call([1], [(b"content-length", b"many")])[0]["status"] == 400


def test_a_shut_route_is_not_found() -> None:
    assert call([1], [], "/gradio_api/upload")[0]["status"] == 404
