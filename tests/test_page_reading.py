import re
from html import unescape

from index.report import GradeRow, Report
from rag.page.reading import parts, report_html


def test_every_passage_stands_whole_under_its_id(report: Report) -> None:
    html = report_html(report)
    for passage in report.passages:
        if isinstance(passage.details, GradeRow) and passage.details.marks:
            continue
        (text,) = re.findall(rf'id="para-{passage.id}".*?<p class="text">(.*?)</p>', html, re.DOTALL)
        assert unescape(re.sub(r"<[^>]+>", "", text)) == passage.text


def test_every_grade_is_a_row_with_its_words(report: Report) -> None:
    html = report_html(report)
    for passage in report.passages:
        if isinstance(passage.details, GradeRow) and passage.details.marks:
            (row,) = re.findall(rf'id="para-{passage.id}".*?</tr>', html, re.DOTALL)
            assert all(mark.word in row for mark in passage.details.marks)


def test_no_id_stands_twice(report: Report) -> None:
    ids = re.findall(r' id="([^"]+)"', report_html(report))
    assert len(ids) == len(set(ids)) > len(report.passages)


def test_every_sentence_has_an_id(report: Report) -> None:
    html = report_html(report)
    spans = sum(len(p.sentences) for p in report.passages if not (isinstance(p.details, GradeRow) and p.details.marks))
    assert len(re.findall(r'<span id="s-', html)) == spans


def test_every_heading_of_the_report_is_a_heading_of_the_page(report: Report) -> None:
    html = report_html(report)
    for heading in report.headings:
        assert re.search(rf"<h[3-6][^>]*>{re.escape(heading.path[-1])}</h[3-6]>".replace("'", "&#x27;"), html)


def test_a_recovered_number_says_so(report: Report) -> None:
    assert re.search(r'id="para-52".*?number recovered.*?id="para-53"', report_html(report), re.DOTALL)


def test_the_bar_leads_to_places_that_exist(report: Report) -> None:
    html = report_html(report)
    assert list(parts(report).values()) == ["Outline", "Grades", "Recommendations"]
    assert all(f'id="{place}"' in html for place in parts(report))


def test_terms_of_use_stand_below_the_report(report: Report) -> None:
    assert "Crown copyright 2007" in report_html(report)
