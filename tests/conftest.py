import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_encoder import FakeEncoder
from playwright.sync_api import Browser, sync_playwright
from server import Server, serving

from index.embed import SentenceTransformerEncoder
from index.parse import BUNDLED, parse_file
from index.report import Report
from index.store import Index, index_folder, open_index


def silent(*_: object) -> None:
    """Say nothing: stands in for the line and the bar that people see."""


@pytest.fixture(scope="session")
def report() -> Report:
    return parse_file(BUNDLED)


@pytest.fixture(scope="session")
def fake_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Give the bundled report indexed with the fake encoder; read only, so one serves all."""
    return open_index(BUNDLED, tmp_path_factory.mktemp("fake-index"), FakeEncoder(), silent, silent)


@pytest.fixture(scope="session")
def model() -> SentenceTransformerEncoder:
    """Give the real model, for tests marked so: it takes seconds to load."""
    return SentenceTransformerEncoder()


@pytest.fixture(scope="session")
def model_index(model: SentenceTransformerEncoder) -> Index:
    """Give the bundled report as the app has it indexed; read only, so one serves all."""
    return open_index(BUNDLED, index_folder(), model, silent, silent)


@pytest.fixture(autouse=True)
def index_in_a_folder_of_its_own(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep unit tests away from the index that people use; tests of the real model share it."""
    if request.node.get_closest_marker("model") is None and request.node.get_closest_marker("browser") is None:
        monkeypatch.setenv("PINPOINT_INDEX", str(tmp_path_factory.getbasetemp() / "index"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give a report of three paragraphs, to be changed at will."""
    path = tmp_path / "small.txt"
    path.write_text(SMALL, "utf-8")
    return path


SMALL = """Introduction

1. Care is good. Young carers are not known early enough.

2. Schools are strong, and attendance is high.

3. Housing for care leavers is scarce.
"""


# ---- the server and the browser, for tests that meet the product as visitors do


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give one running server for the session; its index is the one that people use."""
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give a headless Chromium that asks nothing of the network by itself.

    One for a module: Playwright keeps an event loop running, and other tests may want their own.
    """
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        arguments = (
            "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
            " --disable-sync --no-first-run"
        )
        found = {"executable_path": path} if Path(path).exists() else {}
        browser = playwright.chromium.launch(args=arguments.split(), **found)
        yield browser
        browser.close()
