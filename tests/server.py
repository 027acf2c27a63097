"""A server in a process of its own, for tests that meet it as visitors do."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
LONGEST_START = 240  # seconds: two busy cores, and an index to be built


@dataclass(frozen=True)
class Server:
    """A running server: where it is, where it keeps feedback, what it has printed."""

    url: str
    feedback: Path
    log: Path

    def run(self, name: str, *data: Any) -> httpx.Response:
        """Call an endpoint by one plain POST."""
        return httpx.post(f"{self.url}/gradio_api/run/{name}", json={"data": list(data)}, timeout=30)

    def answer(self, name: str, *data: Any) -> Any:
        """Return what an endpoint gives."""
        response = self.run(name, *data)
        assert response.status_code == 200, response.text
        return response.json()["data"][0]

    def tool(self, name: str, **arguments: Any) -> tuple[str, bool]:
        """Call an MCP tool; return its text, and whether it is an error."""
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        accept = {"accept": "application/json, text/event-stream"}
        response = httpx.post(f"{self.url}/gradio_api/mcp/", json=call, headers=accept, timeout=30)
        line = next(line for line in response.text.splitlines() if line.startswith("data: "))
        result = json.loads(line.removeprefix("data: "))["result"]
        return result["content"][0]["text"], bool(result.get("isError"))


def state(url: str) -> str:
    """Return "warming", "ready" or "failed"; "down" where nothing answers."""
    try:
        with urllib.request.urlopen(f"{url}/state", timeout=5) as reply:
            return str(json.load(reply)["state"])
    except OSError:
        return "down"


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, wait_for: str = "ready", **environment: str) -> Iterator[Server]:
    """Start app.py as Gradio's users do, by GRADIO_SERVER_PORT, and stop it after."""
    port, log = free_port(), folder / "server.log"
    command = [sys.executable, "app.py", "--feedback", str(folder / "feedback")]
    env = os.environ | {"GRADIO_SERVER_PORT": str(port), "PYTHONUNBUFFERED": "1"} | environment
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(process, url, wait_for, log)
        yield Server(url, folder / "feedback", log)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", url: str, wait_for: str, log: Path) -> None:
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        now = state(url)
        if now == wait_for or (wait_for == "warming" and now == "ready"):
            return
        time.sleep(0.1)
    raise AssertionError(f"the server is not {wait_for}:\n{log.read_text()[-3000:]}")
