import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from eval import metrics
from eval.labels import Gold, Place
from eval.metrics import Point
from index.report import Span

A, B, C, D, E = (Place(str(number), Span(0, 40)) for number in range(1, 6))
GOLD = Gold(must=((A, B), (C,)), ok=(D,))

places = st.lists(st.sampled_from([A, B, C, D, E]), max_size=6, unique=True)
ratios = st.floats(0, 1, allow_nan=False)


# Worked by hand from GOLD: two findings are needed (A or B; C), D is acceptable, E is wrong.
@pytest.mark.parametrize(
    ("cited", "top1", "precision", "completeness"),
    [
        ([], 0, 0, 0),
        ([A], 1, 1, 0.5),
        ([A, B], 1, 1, 0.5),
        ([B, C], 1, 1, 1),
        ([D, C], 0, 1, 0.5),
        ([E, A, C], 0, 2 / 3, 1),
        ([C, D, E, A], 1, 3 / 4, 1),
    ],
)
def test_citations_are_judged_as_by_hand(
    cited: list[Place], top1: float, precision: float, completeness: float
) -> None:
    found = (metrics.top1(cited, GOLD), metrics.precision(cited, GOLD), metrics.completeness(cited, GOLD))
    assert found == pytest.approx((top1, precision, completeness))


# 2 · .5 · 1 / 1.5 = 2/3.
@pytest.mark.parametrize(("one", "other", "expected"), [(0, 0, 0), (1, 0, 0), (0.5, 1, 2 / 3), (1, 1, 1)])
def test_the_harmonic_mean_is_as_by_hand(one: float, other: float, expected: float) -> None:
    assert metrics.harmonic_mean(one, other) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("status", "expected"),
    [("related", 1), ("not_covered", 1), ("help", 1), ("answered", 0), ("partial", 0), ("contradicted", 0), ("", 0)],
)
def test_only_related_not_covered_and_help_refuse(status: str, expected: float) -> None:
    assert metrics.refused(status) == expected


@pytest.mark.parametrize(
    ("status", "cited", "expected"),
    [("contradicted", [E, A], 1), ("contradicted", [E], 0), ("answered", [A], 0), ("related", [], 0)],
)
def test_a_false_premise_is_contradicted_by_a_listed_sentence(status: str, cited: list[Place], expected: float) -> None:
    assert metrics.contradicted(status, cited, [A]) == expected


@pytest.mark.parametrize(
    ("status", "cited", "expected"),
    [
        ("contradicted", [E, A], 1),
        ("contradicted", [E], 0),
        ("answered", [A], 0),
        ("related", [], 1),
        ("help", [], 1),
        ("missing", [], 0),
    ],
)
def test_a_false_premise_is_withstood_by_the_listed_sentence_or_a_refusal(
    status: str, cited: list[Place], expected: float
) -> None:
    assert metrics.withstood(status, cited, [A]) == expected


# {A, C} and {C, D, E}: one of four. Three sets: pairs 1/4, 1/2, 0, mean 1/4.
def test_agreement_is_the_mean_overlap_of_pairs() -> None:
    sets = [frozenset({A, C}), frozenset({C, D, E}), frozenset({A})]
    assert metrics.jaccard(sets[0], sets[1]) == 1 / 4
    assert metrics.agreement(sets) == pytest.approx(1 / 4)


def test_two_empty_replies_do_not_agree() -> None:
    assert metrics.jaccard(frozenset(), frozenset()) == 0


# One of two is altered by a typographic apostrophe.
def test_fidelity_is_the_share_equal_byte_for_byte() -> None:
    assert metrics.fidelity([("council's", "council's"), ("council's", "council’s")]) == 0.5
    assert metrics.fidelity([]) == 1


# Six pairs of (.9, .4, .4) over (.5, .4): .9 beats both, each .4 ties one and loses one: (2 + .5 + .5) / 6.
def test_auroc_counts_a_tie_as_half() -> None:
    assert metrics.auroc([0.9, 0.4, 0.4], [0.5, 0.4]) == pytest.approx(0.5)
    assert metrics.auroc([0.9], [0.5, 0.4]) == 1


def test_auroc_without_a_side_is_a_coin() -> None:
    assert metrics.auroc([], [0.3]) == 0.5
    assert metrics.estimate_auroc([], [0.3]) is None


@given(st.lists(ratios, min_size=1), st.lists(ratios, min_size=1))
def test_auroc_agrees_with_scikit_learn(positive: list[float], negative: list[float]) -> None:
    expected = roc_auc_score([1] * len(positive) + [0] * len(negative), [*positive, *negative])
    assert metrics.auroc(positive, negative) == pytest.approx(expected)


# Confidences .9 (right), .8 (wrong), .8 (right), .1 (wrong): thresholds at .9, .8, .1.
def test_risk_and_coverage_are_as_by_hand() -> None:
    curve = metrics.risk_coverage([0.8, 0.9, 0.8, 0.1], [False, True, True, False])
    assert curve == [Point(1 / 4, 0), Point(3 / 4, 1 / 3), Point(1, 1 / 2)]


@given(st.lists(st.tuples(ratios, st.booleans()), min_size=1))
def test_the_curve_ends_with_every_question_answered(answers: list[tuple[float, bool]]) -> None:
    curve = metrics.risk_coverage([confidence for confidence, _ in answers], [right for _, right in answers])
    assert (curve[-1].coverage, curve[-1].risk) == pytest.approx((1, np.mean([not right for _, right in answers])))
    assert [point.coverage for point in curve] == sorted({point.coverage for point in curve})


@given(places)
def test_measures_stay_in_range(cited: list[Place]) -> None:
    right, whole = metrics.precision(cited, GOLD), metrics.completeness(cited, GOLD)
    values = [right, whole, metrics.top1(cited, GOLD), metrics.harmonic_mean(right, whole)]
    assert all(0 <= value <= 1 for value in values)
    assert metrics.harmonic_mean(right, whole) <= (right + whole) / 2 + 1e-9


@given(places, places)
def test_jaccard_is_symmetric_and_in_range(one: list[Place], other: list[Place]) -> None:
    overlap = metrics.jaccard(frozenset(one), frozenset(other))
    assert 0 <= overlap <= 1
    assert overlap == metrics.jaccard(frozenset(other), frozenset(one))


@given(st.lists(ratios, min_size=1, max_size=40))
def test_an_interval_lies_among_the_values(values: list[float]) -> None:
    found = metrics.estimate(values)
    assert found is not None
    assert found.n == len(values)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9


# The normal approximation of the mean of 50 ones and 50 zeros: .5 ± 1.96 · sqrt(.25 / 100) = .402 to .598.
def test_the_bootstrap_agrees_with_the_normal_interval() -> None:
    found = metrics.estimate([0, 1] * 50)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.402, 0.598), abs=0.015)


def test_no_value_has_no_mean() -> None:
    assert metrics.estimate([]) is None
