import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.questions import QUESTIONS


def test_failures_of_the_test_split_stay_unread(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--split", "test", "--failures"])
    assert end.value.code == 2
    assert "the test split stays unread" in capsys.readouterr().err


@pytest.mark.model
def test_a_run_prints_tables_and_keeps_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = str(QUESTIONS / "havering-2007")
    assert main(["--questions", questions, "--only", "singles", "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    kept = json.loads((tmp_path / "dev.json").read_text("utf-8"))["reports"]["havering-2007"]
    for system in ("pinpoint", "bm25", "minilm", "convex"):
        assert f"\n{system} " in printed
        assert kept["systems"][system]["measures"]["singles"]["top1"]["n"] == kept["questions"]["singles"]
    assert (tmp_path / "havering-2007-dev.png").stat().st_size > 10_000
