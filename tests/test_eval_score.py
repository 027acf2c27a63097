from collections.abc import Sequence

import pytest

from eval.labels import Gold, Place
from eval.predictions import Prediction, Quote
from eval.questions import QUESTIONS, Dialogue, Group, Negative, QuestionSet, Single, Turn, read_questions
from eval.score import balance, follow_ups, gain, judge, mean, of_part, reliability, score, separation, summarise
from index.parse import BUNDLED
from index.report import Report, Span

A, B, C = (Place(str(number), Span(0, 40)) for number in range(1, 4))
GOLD = Gold(must=((A,), (B,)))


def reply(*cited: Place, status: str = "answered", confidence: float = 1.0) -> Prediction:
    return Prediction(status, tuple(Quote(place, "") for place in cited), confidence)


REFUSAL = reply(status="related", confidence=0.0)


@pytest.fixture
def questions() -> QuestionSet:
    turns = (Turn("a?", "first", GOLD), Turn("b?", "pronoun", GOLD), Turn("c?", "unanswerable", Gold()))
    return QuestionSet(
        (Single("s001", "dev", "fact", "a?", GOLD), Single("s002", "dev", "list", "b?", GOLD)),
        (Group("g01", "dev", "fact", ("a?", "b?"), GOLD),),
        (Negative("n001", "dev", "near_miss", "d?", ()), Negative("n002", "dev", "false_premise", "e?", (C,))),
        (Dialogue("c01", "dev", (*turns, Turn("thanks", "social", Gold()))),),
    )


def test_a_refusal_of_a_question_with_an_answer_scores_nothing() -> None:
    assert set(judge(GOLD, reply(A, B, status="related")).values()) == {0.0}


# Cites one of two findings and one wrong sentence: precision 1/2, completeness 1/2, F1 1/2.
def test_an_answer_is_judged_as_by_hand() -> None:
    assert judge(GOLD, reply(A, C)) == {"top1": 1, "precision": 0.5, "completeness": 0.5, "f1": 0.5, "answered": 1}


def test_a_missing_prediction_is_wrong_and_stays_in_the_denominator(questions: QuestionSet) -> None:
    rows = score(questions, {})
    for row in rows:
        assert all(value == 0 for value in row.measures.values())
    found = mean(of_part(rows, "singles"), "top1")
    assert found is not None
    assert (found.n, found.mean) == (2, 0)


def perfect(questions: QuestionSet) -> dict[str, Prediction]:
    """Return what a system that makes no mistake replies: one sentence of every needed finding, else a refusal."""
    given = {single.id: whole(single.gold) for single in questions.singles}
    for group in questions.groups:
        # Each wording cites another repetition of the same findings.
        given |= {f"{group.id}.{at}": whole(group.gold, at) for at in range(1, len(group.questions) + 1)}
    for negative in questions.negatives:
        contradicting = reply(*negative.contradicts, status="contradicted", confidence=0.0)
        given[negative.id] = contradicting if negative.contradicts else REFUSAL
    for dialogue in questions.conversations:
        given |= {f"{dialogue.id}.{at}": whole(turn.gold) for at, turn in enumerate(dialogue.turns, 1)}
    return given


def whole(gold: Gold, repetition: int = 0) -> Prediction:
    return reply(*(group[repetition % len(group)] for group in gold.must)) if gold.must else REFUSAL


def test_a_perfect_run_over_the_shipped_questions_scores_1(report: Report) -> None:
    shipped = read_questions(QUESTIONS / BUNDLED.stem, report)
    rows = score(shipped, perfect(shipped))
    values = {name: one.mean for cells in summarise(rows).values() for name, one in cells.items() if one}
    assert set(values.values()) == {1.0}
    assert {"top1", "precision", "completeness", "f1", "answered", "refused", "jaccard", "auroc"} <= set(values)


def test_a_social_turn_is_left_out_of_the_means(questions: QuestionSet) -> None:
    rows = score(questions, perfect(questions))
    assert next(row for row in rows if row.id == "c01.4").measures == {}


def test_follow_ups_leave_out_first_turns(questions: QuestionSet) -> None:
    assert [row.id for row in follow_ups(score(questions, {}))] == ["c01.2"]


# Two answered of two, one refused of two: (1 + .5) / 2.
def test_balance_is_the_mean_of_answered_and_refused(questions: QuestionSet) -> None:
    given = perfect(questions) | {"n001": reply(A)}
    found = balance(score(questions, given))
    assert found is not None
    assert found.mean == pytest.approx(0.75)


# Confidences of singles .9 and .4, of negatives .5 and 0: three of four pairs are in order.
def test_separation_is_between_singles_and_negatives(questions: QuestionSet) -> None:
    given = perfect(questions) | {
        "s001": reply(A, confidence=0.9),
        "s002": reply(A, confidence=0.4),
        "n001": reply(A, confidence=0.5),
    }
    found = separation(score(questions, given))
    assert found is not None
    assert found.mean == pytest.approx(0.75)


def test_to_answer_a_negative_is_a_risk(questions: QuestionSet) -> None:
    given = perfect(questions) | {"n001": reply(A, confidence=2.0)}
    assert reliability(score(questions, given))[0].risk == 1


# Without the mechanism one of two first quotes is lost.
def test_a_gain_is_paired_by_question(questions: QuestionSet) -> None:
    own, without = (score(questions, perfect(questions) | change) for change in ({}, {"s002": reply(C)}))
    found = gain(own, without, "singles", "top1")
    assert found is not None
    assert (found.n, found.mean) == (2, 0.5)


def paraphrases(replies: Sequence[Prediction], questions: QuestionSet) -> float:
    given = {f"g01.{at}": one for at, one in enumerate(replies, 1)}
    return next(row for row in score(questions, given) if row.id == "g01").measures["jaccard"]


# {A, B} and {A}: one of two findings is shared.
def test_paraphrases_agree_by_findings(questions: QuestionSet) -> None:
    assert paraphrases([reply(A, B), reply(A)], questions) == 0.5
    assert paraphrases([reply(A, B), REFUSAL], questions) == 0
