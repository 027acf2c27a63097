"""The page as a visitor meets it: a real server, a real headless Chromium, at two widths."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from server import Server

pytestmark = [pytest.mark.browser, pytest.mark.model]
CARD = "what is wrong with young carers provision?"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
HOSTILE = [
    "<img src=http://example.org/x.png onerror=\"document.title='taken'\">",
    "![x](http://example.org/x.png)",
    "<script>document.title='taken'</script><form action=http://example.org><input></form>",
    "[young carers](javascript:document.title='taken') {{7*7}} ${7*7}",
]


@dataclass
class Visitor:
    """A visitor with a browser of his own, and what it asked of the network and said in its log."""

    page: Page
    url: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str = "/") -> "Visitor":
        self.page.goto(self.url + address)
        self.page.wait_for_selector("html.opened", state="attached")
        return self

    def ask(self, question: str, number: int = 0) -> None:
        self.page.fill("#ask textarea", question)
        self.page.press("#ask textarea", "Enter")
        self.answered(number)

    def answered(self, number: int = 0) -> None:
        self.page.wait_for_selector(f"#answer-{number}")
        self.page.wait_for_function("!document.documentElement.classList.contains('asking')")

    def marked(self) -> str:
        return " ".join(self.page.locator("#pane mark.cited").all_inner_texts())


@pytest.fixture
def visit(server: Server, chromium: Browser) -> Iterator[Any]:
    contexts = []

    def arrive(size: Any = None, scheme: Any = "light", **more: Any) -> Visitor:
        context = chromium.new_context(viewport=size or WIDE, color_scheme=scheme, reduced_motion="reduce", **more)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        visitor = Visitor(context.new_page(), server.url)
        visitor.page.set_default_timeout(15_000)
        visitor.page.on("request", lambda request: visitor.requests.append(request.url))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.page.on("console", lambda line: visitor.complaints.append(line.text) if line.type == "error" else None)
        return visitor

    yield arrive
    for context in contexts:
        context.close()


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_a_citation_opens_the_report_at_the_marked_sentence(visit: Any, size: Any) -> None:
    visitor = visit(size).open()
    visitor.ask(CARD)
    link = visitor.page.locator("#answer-0 .quotes a.cite").first
    words = visitor.page.locator("#answer-0 .quotes .words").first.inner_text()
    before = len(visitor.requests)
    link.click()
    assert visitor.marked() == words
    expect(visitor.page.locator("#pane mark.cited").first).to_be_in_viewport()
    assert len(visitor.requests) == before  # no round trip
    assert visitor.complaints == []


def test_on_a_phone_back_returns_to_the_chat(visit: Any) -> None:
    visitor = visit(PHONE).open()
    visitor.ask(CARD)
    link = visitor.page.locator("#answer-0 a.cite").first
    link.click()
    expect(visitor.page.locator("#hide-report")).to_be_in_viewport()
    visitor.page.go_back()
    expect(visitor.page.locator("#hide-report")).not_to_be_in_viewport()
    expect(link).to_be_in_viewport()
    expect(link).to_be_focused()


def test_the_button_closes_the_report_too(visit: Any) -> None:
    visitor = visit(PHONE).open()
    visitor.page.click("#show-report")
    expect(visitor.page.locator("#report-top")).to_be_in_viewport()
    visitor.page.click("#hide-report")
    expect(visitor.page.locator("#report-top")).not_to_be_in_viewport()


def test_citations_are_stepped_through(visit: Any) -> None:
    visitor = visit().open()
    visitor.ask("What is recommended for action over the next six months?")
    visitor.page.locator("#answer-0 .quotes a.cite").first.click()
    texts = visitor.page.locator("#answer-0 .quotes .words").all_inner_texts()
    assert len(texts) > 1
    visitor.page.click("#step-on")
    assert visitor.marked() == texts[1]
    visitor.page.click("#step-back")
    assert visitor.marked() == texts[0]


def test_the_conversation_outlives_a_reload(visit: Any) -> None:
    visitor = visit().open()
    visitor.ask(CARD)
    visitor.ask("and for looked after children?", 1)
    before = visitor.page.locator("#chat .answer").all_inner_texts()
    visitor.page.reload()
    visitor.answered(1)
    assert visitor.page.locator("#chat .answer").all_inner_texts() == before


def test_clearing_leaves_nothing_to_a_reload(visit: Any) -> None:
    visitor = visit().open()
    visitor.ask(CARD)
    visitor.page.on("dialog", lambda dialog: dialog.accept())
    visitor.page.click("#clear")
    expect(visitor.page.locator("#chat .answer")).to_have_count(0)
    visitor.page.reload()
    visitor.page.wait_for_selector("html.opened", state="attached")
    expect(visitor.page.locator("#overview h2").first).to_be_visible()
    assert "young" not in visitor.page.url


def test_a_question_in_the_address_is_asked_once(visit: Any) -> None:
    visitor = visit().open("/?q=young+carers")
    visitor.answered()
    visitor.page.reload()
    visitor.answered()
    expect(visitor.page.locator("#chat .answer")).to_have_count(1)
    assert "q=young%20carers" in visitor.page.url


def test_a_permalink_opens_its_passage(visit: Any) -> None:
    visitor = visit().open("/#para-29")
    for place in ("29", "A6", "R2", "G3"):
        visitor.page.evaluate(f"location.hash = '#para-{place}'")
        expect(visitor.page.locator(f"#para-{place}.shown")).to_be_in_viewport()


def test_a_permalink_to_words_marks_them(visit: Any) -> None:
    visitor = visit(PHONE).open("/#para-18:70-126")
    assert visitor.marked() == "In particular, services for young carers are inadequate."
    expect(visitor.page.locator("mark.cited").first).to_be_in_viewport()


def test_a_link_to_no_passage_does_nothing(visit: Any) -> None:
    visitor = visit().open("/#para-93:1-2")
    expect(visitor.page.locator("#ask textarea")).to_be_visible()
    assert visitor.complaints == []


def test_the_report_is_searched(visit: Any) -> None:
    visitor = visit().open()
    visitor.page.fill("#find", "young carers")
    visitor.page.press("#find", "Enter")
    expect(visitor.page.locator("#found")).to_have_text(re.compile(r"^1 of \d+$"))
    expect(visitor.page.locator("mark.match.current").first).to_be_in_viewport()
    visitor.page.fill("#find", "xyzzy")
    expect(visitor.page.locator("#found")).to_have_text("No matches")


def test_the_outline_leads_to_its_headings(visit: Any) -> None:
    visitor = visit().open()
    visitor.page.click(".jumps a[href='#grades']")
    expect(visitor.page.locator("#grades")).to_be_in_viewport()
    visitor.page.click(".outline summary")
    visitor.page.locator(".outline a", has_text="Service management").last.click()
    expect(visitor.page.locator(".report h5", has_text="Service management").last).to_be_in_viewport()


def test_a_quote_is_copied_with_its_full_citation(visit: Any) -> None:
    visitor = visit().open()
    visitor.ask(CARD)
    words = visitor.page.locator("#answer-0 .quotes .words").first.inner_text()
    visitor.page.locator("#answer-0 .quotes .act").first.click()
    expect(visitor.page.locator("#live")).to_have_text("Copied with its citation.")
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"“{words}”\n— ")
    assert copied.endswith("Ofsted, 6 February 2007, reference 311")


def test_the_conversation_is_downloaded(visit: Any, server: Server) -> None:
    visitor = visit().open()
    visitor.ask(CARD)
    for kind in ("md", "docx", "json", "csv"):
        visitor.page.click("#save-menu summary")
        with visitor.page.expect_download() as download:
            visitor.page.click(f"#save-{kind}")
        data = download.value.path().read_bytes()
        assert download.value.suggested_filename.endswith(f".{kind}")
        assert data[:2] == b"PK" if kind == "docx" else b"young carers" in data
        if kind == "json":  # the same reply on the page as over the API, byte for byte
            assert json.loads(data) == [server.answer("ask", CARD, None)]


def test_the_page_prints_as_a_document(visit: Any) -> None:
    visitor = visit().open()
    visitor.ask(CARD)
    visitor.page.emulate_media(media="print")
    expect(visitor.page.locator("#answer-0 .source")).to_be_visible()
    for screen_only in ("#ask-row", "#side", ".bar", "#answer-0 .card-tools"):
        expect(visitor.page.locator(screen_only)).to_be_hidden()


def test_a_printed_quote_is_checked(visit: Any) -> None:
    visitor = visit().open()
    visitor.page.click("#show-check")
    visitor.page.fill("#check-quote", "Nobody printed <b>these</b> words, whoever says so")
    visitor.page.click("#check-now")
    expect(visitor.page.locator("#check-result")).to_have_text("These words are not in the report.")
    visitor.page.fill("#check-quote", "services for young carers are adequate")
    visitor.page.click("#check-now")
    expect(visitor.page.locator("#check-result .verdict")).to_contain_text("have been altered")
    expect(visitor.page.locator("#check-result del")).to_have_text("inadequate")
    visitor.page.click("#check-result a")
    expect(visitor.page.locator("#para-18")).to_be_in_viewport()


def test_a_line_of_the_overview_asks_its_question(visit: Any) -> None:
    visitor = visit().open()
    line = visitor.page.locator("#overview .ask-this.line").first
    question = line.get_attribute("value")
    line.click()
    visitor.answered()
    expect(visitor.page.locator("#asked-0")).to_have_text(question)
    visitor.page.click("#show-overview")
    expect(visitor.page.locator("#overview .chart")).to_be_visible()


def test_a_question_is_edited_and_asked_again(visit: Any) -> None:
    visitor = visit().open()
    visitor.ask(CARD)
    visitor.ask("school councils", 1)
    visitor.page.locator("#answer-0 .card-tools .act", has_text="Edit").click()
    expect(visitor.page.locator("#ask textarea")).to_have_value(CARD)
    visitor.ask("bullying in schools", 0)
    expect(visitor.page.locator("#chat .asked")).to_have_text(["bullying in schools"])


def test_a_visit_by_keyboard_alone(visit: Any) -> None:
    visitor = visit().open()
    press = visitor.page.keyboard.press
    press("Tab")
    expect(visitor.page.locator(".skip")).to_be_focused()
    press("Enter")
    expect(visitor.page.locator("#ask textarea")).to_be_focused()
    visitor.page.keyboard.type(CARD)
    press("Enter")
    visitor.answered()
    for _ in range(60):
        press("Shift+Tab")
        if visitor.page.evaluate("document.activeElement.matches('#answer-0 a.cite')"):
            break
    press("Enter")
    assert visitor.marked()
    expect(visitor.page.locator(".passage.shown")).to_be_focused()


def test_a_new_answer_is_announced(visit: Any) -> None:
    visitor = visit().open()
    visitor.ask(CARD)
    expect(visitor.page.locator("#live")).to_contain_text("aragraph")
    assert visitor.page.locator("#chat [role=log]").get_attribute("aria-live") == "off"


def test_what_is_typed_stays_text(visit: Any) -> None:
    visitor = visit().open()
    for number, typed in enumerate(HOSTILE):
        visitor.ask(typed, number)
        expect(visitor.page.locator(f"#asked-{number}")).to_have_text(typed)
    assert visitor.page.title() != "taken"
    assert visitor.page.locator("#chat .message :is(img, script, form, svg, iframe)").count() == 0
    assert all(request.startswith((visitor.url, "data:", "blob:")) for request in visitor.requests)


def test_a_stranger_s_link_stays_text(visit: Any) -> None:
    visitor = visit().open(
        "/?q=%3Cimg%20src%3Dx%20onerror%3D%22document.title%3D'taken'%22%3E![a](http://example.org/b)"
    )
    visitor.answered()
    assert visitor.page.title() != "taken"
    assert visitor.page.locator("#chat .message :is(img, script)").count() == 0


def test_nothing_is_asked_of_the_outside(visit: Any) -> None:
    visitor = visit().open()
    visitor.ask(CARD)
    visitor.page.locator("#answer-0 a.cite").first.click()
    outside = [one for one in visitor.requests if not one.startswith((visitor.url, "data:", "blob:"))]
    assert (outside, visitor.complaints) == ([], [])


def test_visitors_do_not_see_each_other(visit: Any) -> None:
    one, other = visit().open(), visit().open()
    one.ask(CARD)
    other.ask("school councils")
    for visitor, question in ((one, CARD), (other, "school councils")):
        visitor.page.reload()
        visitor.answered()
        expect(visitor.page.locator("#chat .asked")).to_have_text([question])


def test_a_thumb_is_kept_with_its_reason(visit: Any, server: Server) -> None:
    visitor = visit().open()
    visitor.ask("school councils")
    visitor.page.click("#answer-0 .feedback summary")
    visitor.page.locator("#answer-0 .feedback .act", has_text="Wrong paragraph").click()
    expect(visitor.page.locator("#notice")).to_contain_text("Thank you")
    line = json.loads((server.feedback / "feedback.jsonl").read_text().splitlines()[-1])
    assert (line["question"], line["verdict"]) == ("school councils", "wrong_paragraph")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_axe_finds_nothing(visit: Any, scheme: str, size: Any) -> None:
    visitor = visit(size, scheme).open()
    assert faults(visitor.page) == []
    visitor.ask(CARD)
    visitor.page.locator("#answer-0 a.cite").first.click()
    assert faults(visitor.page) == []


def faults(page: Page) -> list[str]:
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = Axe().run(page, options=rules).response["violations"]
    return [f"{one['id']}: {node['html'][:160]} {node['any'][:1]}" for one in found for node in one["nodes"][:3]]


def test_at_twice_the_text_size_nothing_is_cut_off(visit: Any) -> None:
    visitor = visit({"width": 640, "height": 400}).open()  # 1280 by 800 at 200 %
    visitor.ask(CARD)
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(visitor.page.locator("#ask textarea")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, PHONE, {"width": 320, "height": 640}])
def test_nothing_scrolls_sideways(visit: Any, size: Any) -> None:
    visitor = visit(size).open()
    for step in ("overview", "answer"):
        if step == "answer":
            visitor.ask(CARD)
        wide = visitor.page.evaluate(
            "[...document.querySelectorAll('#overview, #chat, #top, html')]"
            ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.id || e.tagName)"
        )
        assert wide == [], step


def test_a_slow_question_can_be_stopped(visit: Any) -> None:
    visitor = visit().open()
    visitor.page.route("**/run/predict*", lambda _: None)  # a server that never answers
    visitor.page.fill("#ask textarea", CARD)
    visitor.page.press("#ask textarea", "Enter")
    visitor.page.click("#stop")
    expect(visitor.page.locator("#stop")).to_be_hidden()
    visitor.page.unroute("**/run/predict*")
    visitor.ask("school councils")
    expect(visitor.page.locator("#chat .asked")).to_have_text(["school councils"])


def test_the_page_says_when_the_model_is_warming_up(visit: Any) -> None:
    visitor = visit()
    states = iter(["warming", "warming"])
    visitor.page.route("**/state", lambda route: route.fulfill(json={"state": next(states, "ready")}))
    visitor.open()
    expect(visitor.page.locator("#state")).to_contain_text("Warming up")
    expect(visitor.page.locator("#state")).to_be_hidden()
    expect(visitor.page.locator("#live")).to_have_text("Ready for questions.")


def test_the_first_paint_comes_within_a_second(visit: Any) -> None:
    visitor = visit().open()
    paint = visitor.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    print(f"\nfirst paint after {paint:.0f} ms")
    assert paint < 1000


def test_an_answer_is_on_screen_soon_after_the_engine_has_it(visit: Any, record_property: Any) -> None:
    """Within 150 ms of the engine's own time on a warm server: the least of nine each, as other work only adds."""
    visitor = visit().open()
    visitor.ask(CARD)
    timed = visitor.page.evaluate(TIMING, [CARD, 9])
    page, engine = min(timed["page"]), min(timed["api"])
    record_property("page_ms", round(page))
    record_property("engine_ms", round(engine))
    print(f"\non screen after {page:.0f} ms, over the API {engine:.0f} ms: {page / engine:.1f} times, n = 9")
    assert page - engine < 150


TIMING = """async ([question, times]) => {
  const box = document.querySelector('#ask textarea');
  const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set;
  const took = { page: [], api: [] };
  for (let at = 0; at < times; at++) {
    const asked = question.replace('?', ' ' + at + '?');
    let start = performance.now();
    await (await fetch('gradio_api/run/ask', { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: [asked, null] }) })).json();
    took.api.push(performance.now() - start);
    set.call(box, asked);
    box.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((done) => setTimeout(done, 60));
    const seen = new Promise((done) => {
      const look = () => (document.getElementById('answer-' + (at + 1)) ? done() : requestAnimationFrame(look));
      look();
    });
    start = performance.now();
    document.querySelector('#send').click();
    await seen;
    took.page.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 60));
  }
  return took;
}"""
