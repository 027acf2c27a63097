import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import SMALL, silent
from fake_encoder import FakeEncoder
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.embed import Encoded, Floats
from index.report import ReportError
from index.store import Index, StoreError, all_cosines, index_folder, nearest, open_index

TESTS = Path(__file__).parent
FILES = ["sentences.faiss", "headed.faiss", "passages.faiss", "tokens.npz", "report.json"]


class CountingEncoder(FakeEncoder):
    """Counts the texts it was given."""

    def encode(self, texts: list[str]) -> list[Encoded]:  # type: ignore[override]
        TEXTS.extend(texts)
        return super().encode(texts)


TEXTS: list[str] = []


def opened(report: Path, folder: Path, encoder: FakeEncoder | None = None) -> tuple[Index, list[str]]:
    """Return the index and the lines said while it was opened."""
    said: list[str] = []
    return open_index(report, folder, encoder or FakeEncoder(), said.append, silent), said


def data_folder(folder: Path) -> Path:
    return folder / str(json.loads((folder / "small.manifest.json").read_text("utf-8"))["data"])


def contents(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


# Geometry.


def unit(rows: Floats) -> Floats:
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)


@pytest.fixture(scope="module")
def query() -> Floats:
    return FakeEncoder().encode(["services for young carers are inadequate"])[0].vector


@pytest.mark.parametrize("k", [1, 7, 100, 10_000])
def test_nearest_agrees_with_brute_force(fake_index: Index, query: Floats, k: int) -> None:
    rows = fake_index.sentences
    cosines = rows.reconstruct_n(0, rows.ntotal) @ query
    expected = sorted(range(rows.ntotal), key=lambda row: (-round(float(cosines[row]), 5), row))[:k]
    found = nearest(rows, query, k)
    assert [round(hit.score, 4) for hit in found] == pytest.approx(
        [round(float(cosines[r]), 4) for r in expected], abs=2e-4
    )


def test_the_nearest_sentence_is_the_one_that_shares_most_words(fake_index: Index, query: Floats) -> None:
    [best] = nearest(fake_index.sentences, query, 1)
    assert "services for young carers are inadequate" in fake_index.rows[best.row].text


def test_ties_keep_report_order(small: Path, tmp_path: Path) -> None:
    same = "\n\n".join(f"{number}. The same words." for number in range(1, 41))
    small.write_text(f"Care\n\n{same}\n", "utf-8")
    index, _ = opened(small, tmp_path / "index")
    hits = nearest(index.sentences, FakeEncoder().encode(["same words"])[0].vector, 15)
    assert [hit.row for hit in hits] == list(range(15))


def test_a_short_index_gives_fewer_than_k(small: Path, tmp_path: Path) -> None:
    index, _ = opened(small, tmp_path / "index")
    query = FakeEncoder().encode(["carers"])[0].vector
    assert sorted(hit.row for hit in nearest(index.sentences, query, 50)) == [0, 1, 2, 3]


def test_scores_are_cosines(fake_index: Index, query: Floats) -> None:
    assert all(-1.0001 <= hit.score <= 1.0001 for hit in nearest(fake_index.sentences, query, 10_000))


def test_k_below_one_is_refused(fake_index: Index, query: Floats) -> None:
    with pytest.raises(ValueError, match="k is 0; expected at least 1"):
        nearest(fake_index.sentences, query, 0)


def test_a_query_of_other_dimensions_is_refused(fake_index: Index) -> None:
    with pytest.raises(ValueError, match=r"query has shape \(3,\); the index holds 256 dimensions"):
        nearest(fake_index.sentences, np.ones(3, np.float32), 1)


@settings(max_examples=25, deadline=None)
@given(arrays(np.float32, (3, 256), elements=st.floats(-1, 1, width=32)))
def test_all_cosines_stand_in_row_order(fake_index: Index, queries: Floats) -> None:
    rows = fake_index.passages
    expected = unit(queries) @ rows.reconstruct_n(0, rows.ntotal).T
    assert np.allclose(all_cosines(rows, unit(queries)), expected, atol=1e-5)


# Rows.


def test_rows_are_the_sentences_in_printed_order(fake_index: Index) -> None:
    expected = [span.of(p.text) for p in fake_index.report.passages for span in p.sentences]
    assert [row.text for row in fake_index.rows] == expected


def test_every_sentence_has_its_tokens(fake_index: Index) -> None:
    starts = [0, *fake_index.token_ends[:-1]]
    lengths = [end - start for start, end in zip(starts, fake_index.token_ends, strict=True)]
    assert lengths == [len(FakeEncoder().encode([row.text])[0].token_ids) for row in fake_index.rows]


# Built once, reused after.


def test_the_first_start_says_why_it_builds(small: Path, tmp_path: Path) -> None:
    assert opened(small, tmp_path / "index")[1] == ["indexing small: first start"]


def test_a_second_start_says_nothing_and_encodes_nothing(small: Path, tmp_path: Path) -> None:
    opened(small, tmp_path / "index", CountingEncoder())
    TEXTS.clear()
    _, said = opened(small, tmp_path / "index", CountingEncoder())
    assert (said, TEXTS) == ([], [])


def test_an_index_is_read_from_a_folder_that_cannot_be_written(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    opened(small, folder)
    (folder / ".lock").unlink()
    (folder / ".lock").mkdir()  # whoever wants to write now fails, root or not
    assert opened(small, folder)[1] == []


WORDS = st.lists(st.sampled_from(["carers", "schools", "housing", "care", "nurse", "bullying"]), min_size=1, max_size=6)


@settings(max_examples=15, deadline=None)
@given(paragraphs=st.lists(WORDS, min_size=1, max_size=6), asked=WORDS)
def test_save_then_load_leaves_nearest_unchanged(
    tmp_path_factory: pytest.TempPathFactory, paragraphs: list[list[str]], asked: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("saved")
    report = folder / "small.txt"
    lines = [f"{number}. The {' '.join(words)}." for number, words in enumerate(paragraphs, start=1)]
    report.write_text("Care\n\n" + "\n\n".join(lines), "utf-8")
    encoder = FakeEncoder()
    query = encoder.encode([" ".join(asked)])[0].vector
    vectors = np.stack([encoded.vector for encoded in encoder.encode([line.partition(" ")[2] for line in lines])])
    open_index(report, folder, encoder, silent, silent)
    loaded = open_index(report, folder, encoder, silent, silent)
    hits = nearest(loaded.sentences, query, len(lines))
    assert {hit.row: hit.score for hit in hits} == pytest.approx(dict(enumerate(vectors @ query)), abs=1e-5)


# Stale, damaged, foreign: noticed, and said in one line.


def test_a_changed_report_is_indexed_again(small: Path, tmp_path: Path) -> None:
    opened(small, tmp_path / "index")
    small.write_text(SMALL.replace("scarce", "plentiful"), "utf-8")
    index, said = opened(small, tmp_path / "index")
    assert said == ["indexing small: the report changed"]
    assert index.rows[-1].text == "Housing for care leavers is plentiful."


@pytest.mark.parametrize(
    ("encoder", "why"),
    [
        (FakeEncoder(name="other"), "another model made the index"),
        (FakeEncoder(dimensions=64), "another model made the index"),
        (FakeEncoder(weights="2"), "the model's weights changed"),
    ],
    ids=["name", "dimensions", "weights"],
)
def test_another_model_makes_the_index_again(small: Path, tmp_path: Path, encoder: FakeEncoder, why: str) -> None:
    opened(small, tmp_path / "index")
    assert opened(small, tmp_path / "index", encoder)[1] == [f"indexing small: {why}"]


def test_weights_whose_files_only_look_changed_do_not_make_the_index_again(small: Path, tmp_path: Path) -> None:
    class Touched(FakeEncoder):
        def stamp(self) -> str:
            return "another time"

    opened(small, tmp_path / "index")
    assert opened(small, tmp_path / "index", Touched())[1] == []


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", ["truncated", "flipped", "emptied", "missing"])
def test_a_harmed_file_is_noticed_and_made_again(small: Path, tmp_path: Path, name: str, harm: str) -> None:
    opened(small, tmp_path / "index")
    path = data_folder(tmp_path / "index") / name
    data = path.read_bytes()
    if harm == "missing":
        path.unlink()
    else:
        cut = len(data) // 2
        path.write_bytes(
            {"truncated": data[:cut], "flipped": data[:cut] + b"?" + data[cut + 1 :], "emptied": b""}[harm]
        )
    said = opened(small, tmp_path / "index")[1]
    assert said == [f"indexing small: {name} is {'missing' if harm == 'missing' else 'damaged'}"]
    assert opened(small, tmp_path / "index")[1] == []


@pytest.mark.parametrize("manifest", [b"", b"{", b"[]", b"null", b'"x"', b"{}", b"\xff\xfe", b'{"format": 1}'])
def test_a_manifest_that_is_none_is_noticed_and_made_again(small: Path, tmp_path: Path, manifest: bytes) -> None:
    opened(small, tmp_path / "index")
    (tmp_path / "index" / "small.manifest.json").write_bytes(manifest)
    assert len(opened(small, tmp_path / "index")[1]) == 1
    assert opened(small, tmp_path / "index")[1] == []


def test_files_of_another_report_under_a_manifest_that_fits_are_noticed(small: Path, tmp_path: Path) -> None:
    longer = tmp_path / "longer" / "small.txt"
    longer.parent.mkdir()
    longer.write_text(SMALL + "\n4. One more.\n", "utf-8")
    opened(longer, tmp_path / "foreign")
    opened(small, tmp_path / "index")
    mine, theirs = tmp_path / "index" / "small.manifest.json", tmp_path / "foreign" / "small.manifest.json"
    shutil.copytree(data_folder(theirs.parent), tmp_path / "index" / "small-00000000")
    foreign = json.loads(theirs.read_text("utf-8"))["files"]
    manifest = json.loads(mine.read_text("utf-8")) | {"data": "small-00000000", "files": foreign}
    mine.write_text(json.dumps(manifest), "utf-8")
    assert opened(small, tmp_path / "index")[1] == ["indexing small: the index cannot be read (ValueError)"]


def test_the_data_of_an_older_index_is_removed(small: Path, tmp_path: Path) -> None:
    opened(small, tmp_path / "index")
    opened(small, tmp_path / "index", FakeEncoder(name="other"))
    assert contents(tmp_path / "index") == [data_folder(tmp_path / "index").name, "small.manifest.json"]


def test_indexes_of_other_reports_are_left_alone(small: Path, tmp_path: Path) -> None:
    other = tmp_path / "small-town.txt"
    other.write_text(SMALL, "utf-8")
    opened(other, tmp_path / "index")
    opened(small, tmp_path / "index")
    opened(small, tmp_path / "index", FakeEncoder(name="other"))
    assert opened(other, tmp_path / "index")[1] == []


def test_a_report_that_cannot_be_read_leaves_the_index_alone(small: Path, tmp_path: Path) -> None:
    opened(small, tmp_path / "index")
    before = contents(tmp_path / "index")
    small.write_text("No numbers here.\n", "utf-8")
    with pytest.raises(ReportError):
        opened(small, tmp_path / "index")
    assert contents(tmp_path / "index") == before


# Folders.


def test_a_folder_that_cannot_be_made_is_a_clear_error(small: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(StoreError, match=r"cannot be written .*; name another with --index or PINPOINT_INDEX"):
        opened(small, tmp_path / "file" / "index")


def test_the_folder_can_be_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PINPOINT_INDEX", str(tmp_path))
    assert index_folder() == tmp_path


def test_the_folder_is_built_beside_the_code_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINPOINT_INDEX", "")
    assert index_folder() == TESTS.parent / "index" / "built"


# Kills and races: real processes, which index with an encoder that takes its time.

BUILD = """
import sys, time
from pathlib import Path
from fake_encoder import FakeEncoder
from index.store import open_index

class Slow(FakeEncoder):
    def encode(self, texts):
        time.sleep(float(sys.argv[3]))
        return super().encode(texts)

def say(line):
    print(line, flush=True)

def progress(done, total):
    print("encoded", done, "of", total, flush=True)

index = open_index(Path(sys.argv[1]), Path(sys.argv[2]), Slow(name=sys.argv[4]), say, progress)
print("rows", len(index.rows), flush=True)
"""


def start(report: Path, folder: Path, seconds: float, model: str = "fake") -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", BUILD, str(report), str(folder), str(seconds), model]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_a_first_build_that_is_killed_leaves_nothing_in_the_way(small: Path, tmp_path: Path) -> None:
    process = start(small, tmp_path / "index", 60)
    assert process.stdout is not None
    assert process.stdout.readline() == "indexing small: first start\n"
    process.kill()
    process.communicate()
    index, said = opened(small, tmp_path / "index")
    assert (said, len(index.rows)) == (["indexing small: first start"], 4)


def test_a_rebuild_that_is_killed_leaves_the_old_index(small: Path, tmp_path: Path) -> None:
    opened(small, tmp_path / "index")
    process = start(small, tmp_path / "index", 60, "other")
    assert process.stdout is not None
    assert process.stdout.readline() == "indexing small: another model made the index\n"
    process.kill()
    process.communicate()
    assert opened(small, tmp_path / "index")[1] == []


@pytest.mark.parametrize("step", ["mkdir", "write_bytes", "write_text", "replace"])
def test_a_build_that_dies_while_writing_leaves_the_old_index(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    folder = tmp_path / "index"
    opened(small, folder)

    def die(path: Path, *_: object, **__: object) -> None:
        if folder in path.parents and path != folder:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, step, die)
        with pytest.raises(KeyboardInterrupt):
            opened(small, folder, FakeEncoder(name="other"))
    assert opened(small, folder)[1] == []


def test_what_a_killed_build_left_is_swept_away_by_the_next(small: Path, tmp_path: Path) -> None:
    left = tmp_path / "index" / "small-0123abcd"
    left.mkdir(parents=True)
    (left / "sentences.faiss").write_bytes(b"half")
    opened(small, tmp_path / "index")
    assert not left.exists()


def test_two_processes_at_once_build_one_index(small: Path, tmp_path: Path) -> None:
    processes = [start(small, tmp_path / "index", 0.5) for _ in range(2)]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert sum(out.count("first start") for out, _ in outputs) == 1
    assert all("rows 4" in out for out, _ in outputs)


def test_two_models_at_once_leave_an_index_that_is_whole(small: Path, tmp_path: Path) -> None:
    processes = [start(small, tmp_path / "index", 0.2, model) for model in ("one", "two")]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert all("rows 4" in out for out, _ in outputs), outputs
    kept = json.loads((tmp_path / "index" / "small.manifest.json").read_text("utf-8"))["model"]
    assert opened(small, tmp_path / "index", replace(FakeEncoder(), name=kept))[1] == []


def test_opening_a_built_index_takes_less_than_a_second(small: Path, tmp_path: Path, fake_index: Index) -> None:
    del fake_index  # its parse and its imports are paid for
    opened(small, tmp_path / "index")
    began = time.perf_counter()
    opened(small, tmp_path / "index")
    assert time.perf_counter() - began < 1
