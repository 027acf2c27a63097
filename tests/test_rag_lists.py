"""The word lists: a practitioner edits them, so a slip must be caught with its row (see also test_rag_words.py)."""

import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from rag.kinds import Asked
from rag.words import read_rows, stems

LISTS = Path(__file__).parents[1] / "rag" / "words"
COLUMNS = {
    "asks.tsv": ["kind", "pattern"],
    "deadlines.tsv": ["spoken", "heading"],
    "degrees.tsv": ["phrase", "degree"],
    "directions.tsv": ["word", "way"],
    "extremes.tsv": ["phrase", "end"],
    "glossary.tsv": ["concept", "kind", "terms", "lay"],
    "polarity.tsv": ["phrase", "value"],
    "targets.tsv": ["target", "good_when"],
    "turns.tsv": ["sign", "pattern"],
}
PHRASES = [
    "polarity.tsv",
    "degrees.tsv",
    "extremes.tsv",
    "targets.tsv",
    "directions.tsv",
    "deadlines.tsv",
]
PEOPLE = {"body", "group", "role"}
THINGS = {"document", "issue", "judgement", "outcome", "place", "process", "resource", "service"}


def test_every_table_is_tested() -> None:
    assert sorted(path.name for path in LISTS.glob("*.tsv")) == sorted(COLUMNS)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_opens_with_its_header(name: str) -> None:
    lines = [line for line in (LISTS / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[0].split("\t") == COLUMNS[name]


@pytest.mark.parametrize("name", COLUMNS)
def test_only_lay_words_may_be_missing(name: str) -> None:
    needed = 3 if name == "glossary.tsv" else 2
    assert [row for row in read_rows(name) if not all(row[:needed])] == []


@pytest.mark.parametrize("name", PHRASES)
def test_every_phrase_has_words(name: str) -> None:
    assert [row for row in read_rows(name) if not stems(row[0])] == []


def test_a_direction_is_one_word() -> None:
    assert [row for row in read_rows("directions.tsv") if len(stems(row[0])) != 1] == []


@pytest.mark.parametrize("name", ["degrees.tsv", "extremes.tsv", "directions.tsv", "targets.tsv", "deadlines.tsv"])
def test_forms_of_one_phrase_stand_for_one_thing(name: str) -> None:
    values: dict[tuple[str, ...], set[str]] = {}
    for phrase, value in read_rows(name):
        values.setdefault(tuple(stems(phrase)), set()).add(value)
    assert [phrase for phrase, several in values.items() if len(several) > 1] == []


def test_every_deadline_has_a_wording() -> None:
    assert {heading for _, heading in read_rows("deadlines.tsv")} == {"immediate", "six months", "longer term"}


def test_every_kind_of_answer_has_a_pattern() -> None:
    assert {row[0] for row in read_rows("asks.tsv")} == set(get_args(Asked))


def test_glossary_kinds_are_known() -> None:
    assert {row[1] for row in read_rows("glossary.tsv")} == PEOPLE | THINGS


def test_no_concept_stands_twice() -> None:
    counts = Counter(row[0].casefold() for row in read_rows("glossary.tsv"))
    assert [name for name, count in counts.items() if count > 1] == []


def test_no_glossary_term_is_empty() -> None:
    cells = [(row[0], cell.split("; ")) for row in read_rows("glossary.tsv") for cell in row[2:] if cell]
    assert [name for name, terms in cells if not all(stems(term) for term in terms)] == []


def test_glossary_terms_are_parted_by_a_semicolon_and_a_space() -> None:
    cells = [cell for row in read_rows("glossary.tsv") for cell in row[2:]]
    assert [cell for cell in cells if re.search(r";(?! \S)|\s;", cell)] == []


def test_no_term_stands_twice_in_its_row() -> None:
    rows = {
        row[0]: [t.casefold() for cell in row[2:] if cell for t in cell.split("; ")]
        for row in read_rows("glossary.tsv")
    }
    assert [name for name, terms in rows.items() if len(set(terms)) < len(terms)] == []
