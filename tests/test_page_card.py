import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replies import answered, refused

from index.report import Report
from rag.page.card import asked, card
from rag.page.clean import clean, clean_line

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](http://example.org/x.png)",
    "[x](javascript:alert(1))",
    "</h2><form action=http://example.org>",
    "{{constructor.constructor('alert(1)')()}}",
    "`` <svg onload=alert(1)> ``",
    "\n\n# heading\n\n- list",
]


class Tags(HTMLParser):
    """Collects the tags and attributes of some HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(html: str) -> Tags:
    parser = Tags()
    parser.feed(html)
    return parser


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_a_visitor_types_is_only_text(report: Report, typed: str) -> None:
    reply = replace(answered(report), understood_as=typed, also_searched=(typed,), corrected=((typed, typed),))
    for html in (asked(typed, 0), card(reply, report, 0)):
        found = parsed(html)
        assert not set(found.tags) & {"script", "img", "svg", "form", "iframe"}
        assert not [name for name, _ in found.attributes if name.startswith("on")]
        assert "\n" not in html  # an empty line would end the HTML block, and markdown begin


@given(st.text(max_size=200))
def test_a_question_reads_as_it_was_typed(typed: str) -> None:
    line = clean_line(typed)
    assert parsed(asked(line, 3)).text == line


def test_quotes_and_their_places_come_first(report: Report) -> None:
    html = card(answered(report), report, 0)
    assert html.index("Paragraph 19") < html.index("Leadership is strong") < html.index("Summary Report")


def test_a_citation_links_to_the_very_words(report: Report) -> None:
    span = report.by_id["19"].sentences[3]
    assert f'href="#para-19:{span.start}-{span.end}"' in card(answered(report), report, 0)


def test_repetition_and_disagreement_are_said_in_words(report: Report) -> None:
    html = re.sub(r"<[^>]+>", "", card(answered(report), report, 0))
    assert "Also said in 86." in html
    assert "The report puts this differently in annex 3." in html


def test_every_answer_states_source_and_date(report: Report) -> None:
    for reply in (answered(report), refused(report)):
        assert "Ofsted, 6 February 2007, reference 311" in card(reply, report, 0)


def test_a_refusal_says_what_is_missing_and_shows_the_nearest(report: Report) -> None:
    text = parsed(card(refused(report), report, 0)).text
    assert "The report has nothing on “lorry drivers”." in text
    assert "The nearest passages" in text


def test_a_refusal_is_told_by_words_not_colour(report: Report) -> None:
    assert "Not in this report" in parsed(card(refused(report), report, 0)).text


def test_thumbs_are_offered_only_where_they_are_kept(report: Report) -> None:
    assert "Wrong paragraph" not in card(answered(report), report, 0)
    assert "Wrong paragraph" in card(answered(report), report, 0, feedback=True)


def test_reading_a_question_otherwise_is_shown_and_can_be_undone(report: Report) -> None:
    html = card(replace(answered(report), understood_as="Leadership of schools?", turn="follow_up"), report, 2)
    assert "Read as:" in html
    assert 'id="do-fresh-2"' in html
    assert 'id="do-edit-2"' in html


def test_no_percentage_is_shown(report: Report) -> None:
    assert "0.5" not in card(answered(report), report, 0)
    assert "%" not in card(answered(report), report, 0)


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=60))
def test_cleaned_text_can_be_written_anywhere(text: str) -> None:
    assert clean(text).encode("utf-8").decode("utf-8") == clean(text)


def test_lone_surrogates_and_controls_become_spaces() -> None:
    assert clean("a\ud800b\x00c\u202ed") == "a b c d"
