import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.questions import NEGATIVE_KINDS, QUESTIONS, TYPES, QuestionsError, QuestionSet, read_questions
from index.parse import BUNDLED, parse_file
from index.report import Report

LABEL = {"id": "1", "quote": "Care is good."}
SINGLE = {"id": "s001", "split": "dev", "type": "fact", "question": "Is care good?", "must": [[LABEL]]}
NEGATIVE = {
    "id": "n001",
    "split": "test",
    "kind": "false_premise",
    "question": "Why is care bad?",
    "contradicts": [LABEL],
}
DIALOGUE = {
    "id": "c01",
    "split": "dev",
    "turns": [
        {"question": "Is care good?", "kind": "first", "must": [[LABEL]]},
        {"question": "thanks", "kind": "social"},
    ],
}
Write = Callable[..., Path]


@pytest.fixture
def small_report(small: Path) -> Report:
    return parse_file(small)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give what writes rows to a question file of a folder of its own."""

    def write_rows(name: str, *rows: dict[str, Any] | str) -> Path:
        folder = tmp_path / "questions"
        folder.mkdir(exist_ok=True)
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        return folder

    return write_rows


def test_a_label_becomes_the_place_of_its_quote(write: Write, small_report: Report) -> None:
    (single,) = read_questions(write("singles", SINGLE), small_report).singles
    ((label,),) = single.gold.must
    assert label.span.of(small_report.passage(label.passage).text) == "Care is good."


def label_of(passage: str, quote: str) -> dict[str, Any]:
    return {"must": [[{"id": passage, "quote": quote}]]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (label_of("104", "Care is good."), "paragraph '104' is not in the report"),
        (label_of("2", "Care is good."), "para 2 does not contain 'Care is good.'"),
        (label_of("1", "care is good."), "para 1 does not contain 'care is good.'"),
        (label_of("1", ""), "para 1 does not contain ''"),
        ({"good": [{"id": "9", "quote": "x"}]}, "paragraph '9' is not in the report"),
        ({"must": []}, "'must' is empty"),
        ({"must": [[]]}, "'must' is empty"),
        ({"split": "tuning"}, "'tuning' is not known; expected one of train, dev, test"),
        ({"type": "riddle"}, "'riddle' is not known"),
        ({"question": " "}, "' ' stands where text is expected"),
        ({"id": "s000"}, "id 's000' stands twice"),
    ],
)
def test_a_bad_single_is_refused_with_its_line(
    write: Write, small_report: Report, change: dict[str, Any], message: str
) -> None:
    folder = write("singles", SINGLE | {"id": "s000"}, "", SINGLE | change)
    with pytest.raises(QuestionsError) as refusal:
        read_questions(folder, small_report)
    assert str(refusal.value).startswith(f"singles.jsonl, line 3: {message}")


@pytest.mark.parametrize(
    ("name", "row", "message"),
    [
        ("singles", "{", "not a JSON object"),
        ("singles", {"id": "s001"}, "field 'question' is missing"),
        ("groups", SINGLE | {"questions": ["Is care good?"]}, "1 wording in the group"),
        ("negatives", NEGATIVE | {"contradicts": []}, "kind 'false_premise' with 0 in 'contradicts'"),
        ("negatives", NEGATIVE | {"kind": "near_miss"}, "kind 'near_miss' with 1 in 'contradicts'"),
        ("negatives", NEGATIVE | {"kind": "hard"}, "'hard' is not known"),
        ("conversations", DIALOGUE | {"turns": []}, "the conversation has no turn"),
        ("conversations", DIALOGUE | {"turns": [{"question": "why?", "kind": "pronoun"}]}, "'must' is empty"),
    ],
)
def test_every_file_is_refused_with_its_line(
    write: Write, small_report: Report, name: str, row: dict[str, Any] | str, message: str
) -> None:
    with pytest.raises(QuestionsError) as refusal:
        read_questions(write(name, row), small_report)
    assert str(refusal.value).startswith(f"{name}.jsonl, line 1: {message}")


def test_a_folder_without_questions_is_refused(tmp_path: Path, small_report: Report) -> None:
    with pytest.raises(QuestionsError, match="no question files"):
        read_questions(tmp_path / "nothing", small_report)


def test_a_split_keeps_its_questions_only(write: Write, small_report: Report) -> None:
    write("singles", SINGLE)
    write("conversations", DIALOGUE)
    questions = read_questions(write("negatives", NEGATIVE), small_report)
    assert questions.only("all") == questions
    assert questions.only("test") == QuestionSet(negatives=questions.negatives)
    assert questions.only("dev").part("singles") == QuestionSet(singles=questions.singles)


# What the project ships. The second report is not the project's to copy, so its labels are
# checked when it is at hand, by running the evaluation; here its questions are only counted.


def rows(part: str) -> list[dict[str, Any]]:
    files = sorted(QUESTIONS.glob(f"*/{part}.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def shipped(report: Report) -> QuestionSet:
    return read_questions(QUESTIONS / BUNDLED.stem, report)


def test_the_shipped_sets_are_large_enough(shipped: QuestionSet) -> None:
    assert len(shipped.singles) >= 250
    assert len(shipped.negatives) >= 120
    assert len(shipped.groups) >= 20
    assert len(rows("conversations")) >= 60


def test_most_of_the_judged_negatives_are_near_misses(shipped: QuestionSet) -> None:
    kinds = Counter(negative.kind for negative in shipped.only("all").negatives)
    assert kinds["near_miss"] >= 60
    assert kinds.most_common(1)[0][0] == "near_miss"
    assert set(kinds) == set(NEGATIVE_KINDS)


def test_every_type_is_asked_in_both_splits(shipped: QuestionSet) -> None:
    for split in ("dev", "test"):
        assert {single.type for single in shipped.only(split).singles} == set(TYPES)


def test_judged_groups_have_three_to_five_wordings_and_conversations_three_to_six_turns() -> None:
    judged = [group for group in rows("groups") if group["split"] != "train"]
    assert {len(group["questions"]) for group in judged} <= {3, 4, 5}
    talks = [dialogue for dialogue in rows("conversations") if dialogue["split"] != "train"]
    assert {len(dialogue["turns"]) for dialogue in talks} <= {3, 4, 5, 6}


def wordings(row: dict[str, Any]) -> set[str]:
    """Return what a row asks without help from a turn before, in one spelling."""
    opening = row["turns"][0]["question"] if "turns" in row else row.get("question")
    return {" ".join(text.lower().split()) for text in row.get("questions", [opening])}


@pytest.mark.parametrize("folder", sorted(path.name for path in QUESTIONS.glob("*") if path.is_dir()))
def test_no_question_is_in_two_splits(folder: str) -> None:
    asked: dict[str, set[str]] = {"train": set(), "dev": set(), "test": set()}
    for path in sorted((QUESTIONS / folder).glob("*.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            asked[row["split"]] |= wordings(row)
    assert any(asked.values())
    assert not asked["dev"] & asked["test"]
    assert not asked["train"] & (asked["dev"] | asked["test"])
