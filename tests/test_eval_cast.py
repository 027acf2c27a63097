from pathlib import Path

import pytest

from eval.cast import CastError, CastTurn, content_words, read_cast, score_cast

TURNS = [
    CastTurn(("What is throat cancer?",), "What is throat cancer?"),
    CastTurn(("What is throat cancer?", "Is it treatable?"), "Is throat cancer treatable?"),
]


def test_content_words_are_stems_without_stop_words() -> None:
    assert content_words("What's the Treatment of throats?") == content_words("treatment throat")


# The rewrite adds throat, cancer; nothing is added to either turn.
def test_the_turn_as_typed_resolves_nothing() -> None:
    found = score_cast(TURNS, lambda questions: questions[-1])
    assert (found.precision, found.recall, found.f1, found.resolved, found.wrongly_expanded) == (0, 0, 0, 0, 0)


# Adds throat and lung, of throat and cancer: precision 1/2, recall 1/2; lung is also added to the first turn.
def test_added_words_are_judged_as_by_hand() -> None:
    found = score_cast(TURNS[1:], lambda questions: f"{questions[-1]} throat lung")
    assert (found.precision, found.recall, found.f1, found.resolved) == (0.5, 0.5, 0.5, 0)
    assert score_cast(TURNS, lambda questions: f"{questions[-1]} lung").wrongly_expanded == 1


def test_peoples_own_rewrites_score_1() -> None:
    rewrites = {turn.questions: turn.rewrite for turn in TURNS}
    found = score_cast(TURNS, lambda questions: rewrites[tuple(questions)])
    assert (found.precision, found.recall, found.f1, found.resolved, found.wrongly_expanded) == (1, 1, 1, 1, 0)


def test_turns_are_read_with_those_before_them(tmp_path: Path) -> None:
    rows = [
        "conversation_id\tturn_id\tid\tquery\toriginal",
        '1\t1\t1_1\tA "b?\tA "b?',
        "1\t2\t1_2\tB a?\tit?",
        "2\t1\t2_1\tC\tC",
    ]
    (tmp_path / "10_Human.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    assert read_cast(tmp_path) == [
        CastTurn(('A "b?',), 'A "b?'),
        CastTurn(('A "b?', "it?"), "B a?"),
        CastTurn(("C",), "C"),
    ]


def test_data_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CastError, match=r"10_Human\.tsv"):
        read_cast(tmp_path)
