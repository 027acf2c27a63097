"""The door of the server: body cap, closed routes, security headers. Plain ASGI.

Not here: what the routes that stay open answer (Gradio, endpoints.py).
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

LARGEST_BODY = 256 * 1024  # bytes: thirty questions with their quotes' places take a tenth of it

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# Gradio's page is built from inline scripts and compiles some of its own; everything else is 'self'.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'self'"
)
_HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
# Nothing is uploaded, proxied, streamed or looked into here, so these routes of Gradio's are shut.
_SHUT = (
    "/upload",
    "/upload_progress",
    "/proxy=",
    "/file=",
    "/file/",
    "/stream/",
    "/process_recording",
    "/vibe-",
    "/undo-vibe-edit",
    "/run-history/",
    "/runs",
    "/component_server",
    "/custom_component/",
    "/profiling/",
    "/dev/",
)
_SHUT_AT_ROOT = ("/monitoring", "/gradio_api/deep_link", "/login")


class Guard:
    """Stands before the application and turns away what it has no business with."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if is_shut(scope["path"].removeprefix(scope.get("root_path", "").rstrip("/"))):
            await _refuse(send, 404, "not served here")
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit():
            await _refuse(send, 400, "content-length is not a number")
            return
        if int(length) > LARGEST_BODY:
            await _refuse(send, 413, f"the request is larger than {LARGEST_BODY // 1024} KB")
            return
        await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        taken = 0
        answered = False

        async def capped() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST_BODY:
                raise _TooLargeError
            return message

        async def headed(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        try:
            await self.app(scope, capped, headed)
        except _TooLargeError:
            if not answered:
                await _refuse(send, 413, f"the request is larger than {LARGEST_BODY // 1024} KB")


class _TooLargeError(Exception):
    """A body without a length that went on for too long."""


def is_shut(path: str) -> bool:
    """Say whether a path is one of Gradio's that this page has no use for."""
    inner = path.removeprefix("/gradio_api")
    return any(path.startswith(shut) for shut in _SHUT_AT_ROOT) or (
        inner != path and any(inner.startswith(shut) for shut in _SHUT)
    )


async def _refuse(send: Send, status: int, error: str) -> None:
    body = json.dumps({"error": error}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
