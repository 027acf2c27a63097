import base64
import csv
import io
import json
from dataclasses import replace

import pytest
from docx import Document
from replies import answered, refused

from index.report import Report
from rag.page.exports import export
from rag.page.reply import reply_json


def content(kind: str, report: Report, question: str = "Is leadership strong?") -> bytes:
    replies = [answered(report, question), refused(report)]
    return base64.b64decode(export(kind, replies, report)["content"])


def test_json_is_what_the_api_gives(report: Report) -> None:
    expected = [reply_json(answered(report), report), reply_json(refused(report), report)]
    assert json.loads(content("json", report)) == expected


def test_markdown_quotes_word_for_word_with_place_and_source(report: Report) -> None:
    text = content("md", report).decode()
    assert "> Leadership is strong and effective." in text
    assert "Paragraph 19 (Summary Report › The impact of local services)" in text
    assert "Ofsted, 6 February 2007, reference 311" in text


def test_what_a_quote_needs_goes_with_it(report: Report) -> None:
    text = content("md", report).decode()
    assert "(Before it: The capacity of the council to improve" in text
    assert "put differently in A3" in text


def test_markdown_that_a_visitor_typed_is_escaped(report: Report) -> None:
    assert "![x](http" not in content("md", report, "![x](http://example.org)").decode()


def test_word_opens_and_holds_the_quotes(report: Report) -> None:
    document = Document(io.BytesIO(content("docx", report)))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "Leadership is strong and effective." in texts
    assert "What do lorry drivers earn?" in texts


def test_word_takes_any_text(report: Report) -> None:
    assert content("docx", report, "a & b <c> \U0001f600")


def test_csv_has_a_row_for_each_citation(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(content("csv", report).decode("utf-8-sig"))))
    assert [row["paragraph"] for row in rows] == ["19", "20"]
    assert rows[0]["quote"] == "Leadership is strong and effective."


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_spreadsheet_runs_no_cell_of_it(report: Report, start: str) -> None:
    rows = list(csv.DictReader(io.StringIO(content("csv", report, f"{start}cmd()").decode("utf-8-sig"))))
    assert rows[0]["question"] == f"'{start}cmd()"


def test_how_a_question_was_read_is_exported(report: Report) -> None:
    reply = replace(answered(report), understood_as="Is the leadership of schools strong?")
    text = base64.b64decode(export("md", [reply], report)["content"]).decode()
    assert "Read as: Is the leadership of schools strong?" in text


def test_an_unknown_kind_is_refused(report: Report) -> None:
    with pytest.raises(ValueError, match="expected one of md, docx, json, csv"):
        export("exe", [], report)
