import re

import pytest

from index.report import Report
from rag.page.overview import overview_html
from rag.page.themes import example_questions, find_themes, findings_behind, subject_of, word_weights

SUBJECTS = [
    ("In particular, services for young carers are inadequate.", "services for young carers"),
    ("The speech and language therapy service is adequate and improving.", "speech and language therapy service"),
    ("However, provision of specialist wheelchairs is poor.", "provision of specialist wheelchairs"),
    ("CAMHS services are improving.", "CAMHS services"),
    ("This is not yet effective.", ""),
    ("They have yet to make an impact.", ""),
    ("However, the impact of these in shaping services is not well evidenced.", ""),
    ("Good progress.", ""),
]


@pytest.mark.parametrize(("sentence", "subject"), SUBJECTS)
def test_a_subject_is_what_stands_before_the_verb(sentence: str, subject: str) -> None:
    assert subject_of(sentence) == subject


def test_themes_are_headings_of_the_report(report: Report) -> None:
    names = {heading.path[-1] for heading in report.headings}
    themes = find_themes(report)
    assert len(themes) >= 5
    assert {theme.name for theme in themes} <= names


def test_lines_are_sentences_of_the_report(report: Report) -> None:
    for theme in find_themes(report):
        for line in (*theme.strengths, *theme.weaknesses):
            assert line.span in line.passage.sentences


def test_strengths_are_praise_and_weaknesses_are_not(report: Report) -> None:
    for theme in find_themes(report):
        assert all(line.polarity > 0 for line in theme.strengths)
        assert all(line.polarity < 0 for line in theme.weaknesses)


def test_examples_come_from_the_report(report: Report) -> None:
    questions = example_questions(report, find_themes(report))
    assert len(questions) == 4
    assert any("young carers" in question for question in questions)


def test_findings_stand_behind_their_recommendation(report: Report) -> None:
    behind = findings_behind(report.by_id["R4"], report, word_weights(report))
    assert next((passage.id, "bullying" in span.of(passage.text)) for passage, span in behind) == ("23", True)


def test_every_line_of_the_overview_asks_a_question(report: Report) -> None:
    html = overview_html(report)
    questions = re.findall(r'<button[^>]*class="ask-this[^"]*" value="([^"]*)"', html)
    assert len(questions) > 30
    assert all(question.endswith("?") for question in questions)


def test_the_overview_shows_every_grade_and_recommendation(report: Report) -> None:
    html = overview_html(report)
    wanted = [p.id for p in report.passages if p.kind != "paragraph" and p.id != "G0"]
    assert all(f'href="#para-{passage_id}"' in html for passage_id in wanted)
