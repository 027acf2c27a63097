"""Which room may use which: index <- rag <- app and eval, and one door for each heavy library."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("index", "rag", "eval", "app")
FORBIDDEN = {
    "index": {"rag", "eval", "app"},
    "rag": {"eval", "app"},
    "eval": {"app"},
    "app": {"eval"},
}
DOORS = {"sentence_transformers": "index/embed.py", "faiss": "index/store.py"}


def sources(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py")) if (ROOT / room).is_dir() else [ROOT / f"{room}.py"]


def imports(path: Path) -> set[str]:
    """Return the top-level names that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_sources(room: str) -> None:
    assert all(path.is_file() for path in sources(room))
    assert sources(room)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_stands_before_it(room: str) -> None:
    wrong = {str(path.relative_to(ROOT)): imports(path) & FORBIDDEN[room] for path in sources(room)}
    assert {path: names for path, names in wrong.items() if names} == {}


@pytest.mark.parametrize("library", DOORS)
def test_a_heavy_library_has_one_door(library: str) -> None:
    users = [str(path.relative_to(ROOT)) for room in ROOMS for path in sources(room) if library in imports(path)]
    assert users == [DOORS[library]]


def test_nothing_is_unpickled() -> None:
    readers = {"pickle", "dill", "joblib", "shelve", "cloudpickle", "marshal"}
    users = [str(path.relative_to(ROOT)) for room in ROOMS for path in sources(room) if readers & imports(path)]
    assert users == []
