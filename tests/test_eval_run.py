import json
from pathlib import Path

import pytest

from eval.failures import badness, failures
from eval.labels import Gold, Place
from eval.metrics import Estimate
from eval.predictions import Prediction, Quote
from eval.questions import QuestionSet, Single
from eval.results import compare_with_last, write_json
from eval.run import FidelityError, Run, System, Trial, check_fidelity, not_run, run
from eval.score import Row
from eval.tables import show, table
from index.parse import parse_file
from index.report import Report, Span

TEXT = "Care is good."
GOLD = Gold(must=((Place("1", Span(0, len(TEXT))),),))
QUESTIONS = QuestionSet((Single("s001", "dev", "fact", "Is care good?", GOLD),))
RIGHT = Prediction("answered", (Quote(Place("1", Span(0, len(TEXT))), TEXT),), 0.9)


@pytest.fixture
def small_report(small: Path) -> Report:
    return parse_file(small)


def trial(report: Report, given: Prediction) -> Trial:
    system = System("pinpoint", lambda _question: given, None)
    return Trial("small", report, QUESTIONS, (run(system, QUESTIONS, report),))


def test_a_quote_that_is_not_the_reports_ends_the_run(small_report: Report) -> None:
    altered = Prediction("answered", (Quote(Place("1", Span(0, len(TEXT))), "Care is fine."),))
    with pytest.raises(FidelityError, match=r"s001: 'Care is fine\.' does not stand at 1, 0:13; fidelity 0\.0"):
        run(System("pinpoint", lambda _question: altered, None), QUESTIONS, small_report)


def test_sentences_shown_as_nearest_must_be_the_reports_too(small_report: Report) -> None:
    shown = Prediction("related", nearest=(Quote(Place("77", Span(0, 4)), "Care"),))
    with pytest.raises(FidelityError, match="n001"):
        check_fidelity("pinpoint", {"n001": shown}, small_report)


def test_a_reply_that_fails_is_wrong_and_named(small_report: Report) -> None:
    def fail(_question: str) -> Prediction:
        raise KeyError("x")

    failed = run(System("pinpoint", fail, None), QUESTIONS, small_report)
    assert failed.faults == ("s001: KeyError: 'x'",)
    assert [row.measures["answered"] for row in failed.rows] == [0]


def test_a_report_that_is_not_at_hand_has_no_figure() -> None:
    assert list(show(not_run(Path("absent.txt")))) == ["absent: not run (the report is not at hand)\n"]


def test_a_mean_is_shown_with_its_n_and_interval() -> None:
    text = table("singles", {"pinpoint": {"top1": Estimate(153, 0.5621, 0.48, 1.0)}})
    assert text == "singles   top-1 (153)\npinpoint  .56 [.48 1.0]\n"


def test_rows_with_different_n_each_show_theirs() -> None:
    text = table("by kind", {"fact": {"top1": Estimate(4, 1, 1, 1)}, "list": {"top1": Estimate(9, 0, 0, 0)}})
    assert text.splitlines() == [
        "by kind  n  top-1",
        "fact     4  1.0 [1.0 1.0]",
        "list     9  .00 [.00 .00]",
    ]


def test_a_negative_gain_keeps_its_sign() -> None:
    assert "-.02 [-.05 .00]" in table("gain", {"without x": {"top1": Estimate(4, -0.021, -0.05, -0.001)}})


def test_tables_of_a_trial_name_report_and_counts(small_report: Report) -> None:
    head = next(iter(show(trial(small_report, RIGHT))))
    assert head == f"small ({small_report.sha256[:12]}): 1 singles, 0 groups, 0 negatives, 0 conversations\n"


def test_a_failure_shows_what_is_missing(small_report: Report) -> None:
    text = "\n".join(failures(trial(small_report, Prediction("not_covered")), None))
    assert "1 of 1 questions fall short" in text
    assert "s001 singles fact: not_covered" in text
    assert f"missing 1: {TEXT}" in text


def test_a_right_answer_is_no_failure(small_report: Report) -> None:
    assert list(failures(trial(small_report, RIGHT), None)) == ["small: 0 of 1 questions fall short"]


# A refused negative 0, an answered one 3; a refused single 2 + 1 + 1; a turn without measures 0.
@pytest.mark.parametrize(
    ("measures", "expected"),
    [({"refused": 1.0}, 0), ({"refused": 0.0}, 3), ({"answered": 0.0, "top1": 0.0, "f1": 0.0}, 4), ({}, 0)],
)
def test_badness_is_as_by_hand(measures: dict[str, float], expected: float) -> None:
    assert badness(Row("any", "kind", "x", measures)) == expected


def test_the_next_run_says_what_changed(tmp_path: Path, small_report: Report) -> None:
    path = tmp_path / "run-dev.json"
    assert compare_with_last(path, trial(small_report, Prediction("not_covered"))) == ""
    assert compare_with_last(path, trial(small_report, RIGHT)) == "since the last run: 1 better (s001); 0 worse"
    assert compare_with_last(path, trial(small_report, RIGHT)) == ""


def test_numbers_in_a_list_stay_on_one_line(tmp_path: Path) -> None:
    value = {"interval": [0.5, -1], "words": ["a", "b"], "curve": [[0, 1], [0.5, 0.25]]}
    write_json(tmp_path / "deep" / "x.json", value)
    text = (tmp_path / "deep" / "x.json").read_text("utf-8")
    assert json.loads(text) == value
    assert '"interval": [0.5, -1]' in text


def test_a_run_keeps_its_predictions(small_report: Report) -> None:
    (only,) = trial(small_report, RIGHT).runs
    assert only == Run("pinpoint", only.rows, {"s001": RIGHT}, ())
