import subprocess
import sys
from pathlib import Path

import pytest
from fake_encoder import FakeEncoder

from index import __main__ as cli
from index.embed import ModelError

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "SentenceTransformerEncoder", lambda model: FakeEncoder(name=model))


def test_a_build_says_what_it_made_and_where(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([str(small), "--index", str(tmp_path / "here"), "--model", "fake"]) == 0
    assert capsys.readouterr().out == (
        f"small: 3 passages, 4 sentences, fake (256 dimensions), in {tmp_path / 'here'}\n"
    )


def test_a_build_draws_its_progress_on_stderr(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main([str(small), "--index", str(tmp_path / "here")])
    assert capsys.readouterr().err == f"indexing small: first start\n\r[{'#' * 30}] 11 of 11 texts\n"


def test_the_folder_comes_from_the_environment(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINPOINT_INDEX", str(tmp_path / "there"))
    cli.main([str(small)])
    assert (tmp_path / "there" / "small.manifest.json").is_file()


def test_show_prints_a_recovered_passage_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--show", "66"])
    out = capsys.readouterr().out
    assert out.startswith("66  (para 66)\nsection: Main Report > The impact of local services > Making a positive")
    assert "number recovered: yes" in out


def test_show_prints_every_sentence_with_its_offsets(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--show", "12"])
    assert capsys.readouterr().out.endswith(
        "number recovered: no\n\nThere are no young offender institutions in the area.\n\n"
        "sentences: 1\n  0–53  There are no young offender institutions in the area.\n"
    )


def test_outline_prints_headings_with_their_paragraphs(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--outline"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["Introduction  1–6", "Context  7–15", "Summary Report"]
    assert "    Staying safe  50–56" in lines


def test_check_prints_counts(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--check"])
    out = capsys.readouterr().out
    assert "passages: 120: 1 to 92, G0 to G11, R1 to R9, A1 to A7" in out
    assert "numbers recovered: 47, 52, 66" in out


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--show", "93"], "passage '93' is not in the report; it has 1 to 92, G0 to G11, R1 to R9, A1 to A7"),
        (["none.txt"], "none.txt: cannot be read (No such file or directory); name a text file"),
        (["none.txt", "--check"], "none.txt: cannot be read (No such file or directory); name a text file"),
    ],
)
def test_an_error_is_one_line_and_status_two(
    arguments: list[str], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    assert capsys.readouterr() == ("", f"error: {error}\n")


def test_a_folder_that_cannot_be_written_is_one_line(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([str(small), "--index", str(small / "index")]) == 2
    assert capsys.readouterr().err.startswith(f"error: {small / 'index'}: cannot be written")


def test_a_model_that_is_not_there_is_one_line(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(model: str) -> FakeEncoder:
        raise ModelError(f"{model!r} is not here")

    monkeypatch.setattr(cli, "SentenceTransformerEncoder", refuse)
    assert cli.main([str(small), "--model", "nowhere"]) == 2
    assert capsys.readouterr().err == "error: 'nowhere' is not here\n"


def test_the_command_runs_without_the_model_where_it_needs_none() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "index", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert "sentence_transformers" not in done.stderr
    assert "torch" not in done.stderr
