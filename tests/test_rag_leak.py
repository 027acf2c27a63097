"""No question of the evaluation stands in what answers it: a score on a question known by heart is no score."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.questions import JUDGED

ROOT = Path(__file__).parents[1]
QUESTIONS = sorted((ROOT / "eval" / "questions").rglob("*.jsonl"))
SHORTEST = 5  # words; shorter questions are terms of the sector, or "why not?"


def questions_in(value: object) -> Iterator[str]:
    """Yield every question of a row, in singles, groups and conversations alike."""
    if isinstance(value, list):
        for one in value:
            yield from questions_in(one)
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "question":
                yield str(one)
            elif key == "questions":
                yield from map(str, one)
            else:
                yield from questions_in(one)


def plain(text: str) -> str:
    return " ".join(text.lower().split()).strip(" ?.!")


def questions(path: Path) -> set[str]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    said = {plain(question) for row in rows if row.get("split") in JUDGED for question in questions_in(row)}
    return {question for question in said if len(question.split()) >= SHORTEST}


@pytest.fixture(scope="module")
def answering() -> dict[str, str]:
    """Give the code, lists and numbers that answer, by path; the reports themselves are not among them."""
    paths = [path for room in ("rag", "index") for path in (ROOT / room).rglob("*") if path.is_file()]
    kept = [path for path in paths if not {"reports", "built", "__pycache__"} & set(path.parts)]
    return {str(path.relative_to(ROOT)): plain(path.read_text("utf-8", "ignore")) for path in kept}


def test_there_are_questions_to_look_for() -> None:
    assert sum(len(questions(path)) for path in QUESTIONS) > 500


def test_code_and_lists_are_looked_through(answering: dict[str, str]) -> None:
    assert {"rag/question.py", "rag/words/glossary.tsv", "rag/fitted.json", "index/embed.py"} <= answering.keys()


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_question_of_the_evaluation_stands_in_what_answers_it(path: Path, answering: dict[str, str]) -> None:
    wanted = questions(path)
    assert [(question, where) for where, text in answering.items() for question in wanted if question in text] == []
