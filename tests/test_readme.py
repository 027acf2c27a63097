import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = re.findall(r"```sh\n(.+?)\n```", README, re.DOTALL)
NAMED = re.findall(r"`((?:index|rag|eval|app)[\w/]*(?:\.py|/)?)`", README)
SCORES = README[README.index("<!-- scores -->") : README.index("<!-- /scores -->")]


def test_the_readme_names_two_commands_within_its_first_forty_lines() -> None:
    assert all(command in "\n".join(README.splitlines()[:40]) for command in COMMANDS[:2])


def test_the_check_on_a_fresh_machine_runs_the_readmes_own_test_command() -> None:
    assert re.search(r"grep .* README\.md", (ROOT / ".ci" / "run").read_text("utf-8"))


@pytest.mark.parametrize("place", sorted(set(NAMED)))
def test_a_room_on_the_map_is_there(place: str) -> None:
    assert (ROOT / place).exists()


def test_the_map_names_rooms() -> None:
    assert len(NAMED) > 10


@pytest.mark.parametrize(
    ("report", "measure"), [("havering-2007", "top1"), ("havering-2007", "completeness"), ("havering-2024", "top1")]
)
def test_the_scores_are_those_of_the_last_run(report: str, measure: str) -> None:
    kept = json.loads((ROOT / "eval" / "results" / "test.json").read_text("utf-8"))
    score = kept["reports"][report]["systems"]["pinpoint"]["measures"]["singles"][measure]
    assert f"| {score['mean']:.2f} [" in SCORES
