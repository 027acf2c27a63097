"""Write pictures of the page to screenshots/, at two widths, light and dark: python tests/screenshots.py [URL]

Without an address a server of its own is started.
Not here: what must hold of the page (test_app_page.py).
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright
from server import ROOT, serving

FOLDER = ROOT / "screenshots"
SIZES: list[tuple[int, int]] = [(1280, 800), (390, 844)]
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
ANSWERED = "What is wrong with young carers provision?"
REFUSED = "How many lorry drivers live in the borough?"
FOLLOWED = "and for looked after children?"


def ask(page: Page, question: str, number: int) -> None:
    """Ask a question and wait for its card."""
    page.fill("#ask textarea", question)
    page.press("#ask textarea", "Enter")
    page.wait_for_selector(f"#answer-{number}")
    page.wait_for_timeout(300)


def overview_below(page: Page) -> None:
    """Scroll the overview to its themes."""
    page.eval_on_selector("#overview", "e => { e.scrollTop = 900 }")


def check_a_quote(page: Page) -> None:
    """Check an altered quote."""
    page.click("#show-check")
    page.fill("#check-quote", "Services for young carers are adequate.")
    page.click("#check-now")
    page.wait_for_selector("#check-result .verdict")


def close_and_cite(page: Page) -> None:
    """Close the dialog and open the report at the first citation."""
    page.click("#check .close")
    page.eval_on_selector("#chat", "e => { e.scrollTop = 0 }")
    page.locator("#answer-0 a.cite").first.click()
    page.wait_for_timeout(300)


def outline(page: Page) -> None:
    """Open the outline."""
    page.click(".jumps a[href='#outline']")
    page.wait_for_timeout(300)


STEPS: list[tuple[str, Callable[[Page], Any]]] = [
    ("1-overview", lambda page: page.wait_for_timeout(300)),
    ("2-overview-themes", overview_below),
    ("3-answer", lambda page: ask(page, ANSWERED, 0)),
    ("4-follow-up", lambda page: ask(page, FOLLOWED, 1)),
    ("5-refusal", lambda page: ask(page, REFUSED, 2)),
    ("6-save-menu", lambda page: page.click("#save-menu summary")),
    ("7-check", check_a_quote),
    ("8-report", close_and_cite),
    ("9-outline", outline),
]


def take(browser: Browser, url: str, size: tuple[int, int], scheme: Literal["light", "dark"]) -> None:
    """Walk through the page once and take a picture at each step."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("html.opened", state="attached")
    for name, step in STEPS:
        step(page)
        page.screenshot(path=FOLDER / f"{size[0]}-{scheme}-{name}.png")
    context.close()


def take_all(url: str) -> None:
    """Take every picture."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        found: dict[str, Any] = {"executable_path": path} if Path(path).exists() else {}
        browser = playwright.chromium.launch(args=["--no-sandbox", "--disable-gpu", "--no-first-run"], **found)
        for size in SIZES:
            for scheme in SCHEMES:
                take(browser, url, size, scheme)
        browser.close()
    print(f"{len(SIZES) * len(SCHEMES) * len(STEPS)} pictures in {FOLDER}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        take_all(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
            take_all(server.url)
