"""The command line of app.py, and its layering."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from server import ROOT, free_port, serving, state

import app


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "app.py", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_missing_report_is_an_error_without_a_trace() -> None:
    done = run("--report", "nowhere.txt")
    assert done.returncode == 2
    assert "error: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(SystemExit):
        app.read_arguments([f"--port={port}"])


def test_gradio_s_own_variables_are_left_to_gradio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SERVER_PORT", "7999")
    assert app.read_arguments([]).port is None


def test_the_index_folder_is_named_by_flag_or_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PINPOINT_INDEX", str(tmp_path))
    assert app.read_arguments([]).index == tmp_path
    assert app.read_arguments(["--index", "there"]).index == Path("there")


def test_app_does_not_import_the_evaluation() -> None:
    for path in (ROOT / "app.py", *(ROOT / "rag").rglob("*.py")):
        imported = [
            node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        names = [getattr(node, "module", None) or node.names[0].name for node in imported]
        assert not [name for name in names if name.split(".")[0] == "eval"], path


@pytest.mark.model
def test_an_index_that_cannot_be_written_ends_the_server_in_words(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    done = run("--index", str(tmp_path / "taken" / "index"), "--port", str(free_port()))
    assert done.returncode == 2
    assert "error: " in done.stderr


@pytest.mark.model
def test_the_page_is_there_before_the_model(tmp_path: Path) -> None:
    with serving(tmp_path, wait_for="warming") as server:
        assert state(server.url) == "warming"
        assert server.answer("paragraph", "29")["label"] == "para 29"
        assert server.answer("ask", "young carers", None)["citations"]
        assert state(server.url) == "ready"
