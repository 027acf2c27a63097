"""How sentences of the sector are judged: row on row of inspection language, one sign each."""

import pytest

from rag.polarity import direction, polarity, split_clauses

GOOD = [
    "Leadership is outstanding",
    "The quality of care is good",
    "Support for families is effective",
    "Partnership working is strong",
    "Self-evaluation is robust",
    "Children achieve well",
    "Provision has improved",
    "Arrangements are well established",
    "Young people are making good progress",
    "Assessments are timely",
    "Managers respond promptly",
    "Officers are committed and ambitious",
    "The response to referrals is prompt and thorough",
    "Results are above the national average",
    "The council benefits from skilled staff",
]
BAD = [
    "Support for young carers is inadequate",
    "Provision is under developed",
    "Assessments are poor",
    "There is a lack of suitable accommodation",
    "The strategy is yet to be implemented",
    "Health checks are not always timely",
    "Monitoring is inconsistent",
    "There is no clear strategy",
    "Case files are inaccurate",
    "Thresholds are too high",
    "There are significant gaps in provision",
    "Reviews are overdue",
    "There are delays in assessment",
    "Planning is at an early stage",
    "Some young people wait too long",
    "The procedures are unclear",
    "The partnership is embryonic",
    "Capacity is limited",
    "Some cases are unallocated",
    "Joint working is insufficiently developed",
]
NEITHER = ["The council has seven wards", "There are 18 secondary schools", "A review took place in November", "?!"]
# low crime is good, low uptake is not
COUNTED = [
    ("Rates of re-offending are falling", 1),
    ("Offending has risen", -1),
    ("Bullying is rare", 1),
    ("Bullying has increased", -1),
    ("School exclusions have reduced", 1),
    ("Permanent exclusions are low", 1),
    ("Fixed-term exclusions are rising", -1),
    ("Teenage pregnancies have fallen", 1),
    ("Teenage pregnancy rates are rising", -1),
    ("Vacancy rates are high", -1),
    ("Staff turnover is low", 1),
    ("Staff turnover is high", -1),
    ("Caseloads are low", 1),
    ("Caseloads are high", -1),
    ("Infant mortality is low", 1),
    ("Truancy has decreased", 1),
    ("Homelessness has decreased", 1),
    ("Homelessness has grown", -1),
    ("There are fewer looked after children", 1),
    ("The number of looked after children has increased", -1),
    ("Referrals have fallen", 1),
    ("Unemployment is low", 1),
    ("Attainment has fallen", -1),
    ("Standards are rising", 1),
    ("Participation is low", -1),
    ("Participation has increased", 1),
    ("Immunisation rates are low", -1),
    ("Breast-feeding rates are low", -1),
    ("Breast-feeding rates are rising", 1),
    ("Aspirations are low", -1),
    ("Funding has been cut", -1),
    ("Employment is high", 1),
]


def sign(text: str) -> int:
    value = polarity(text)
    return (value > 0) - (value < 0)


@pytest.mark.parametrize("text", GOOD)
def test_praise_is_heard(text: str) -> None:
    assert sign(text) == 1


@pytest.mark.parametrize("text", BAD)
def test_blame_is_heard(text: str) -> None:
    assert sign(text) == -1


@pytest.mark.parametrize("text", NEITHER)
def test_a_plain_statement_judges_nothing(text: str) -> None:
    assert polarity(text) == 0


@pytest.mark.parametrize(("text", "expected"), COUNTED)
def test_a_direction_takes_its_sign_from_what_it_counts(text: str, expected: int) -> None:
    assert sign(text) == expected


@pytest.mark.parametrize("text", ["Numbers are low", "The total is high", "The figure has risen"])
def test_a_direction_that_counts_nothing_known_judges_nothing(text: str) -> None:
    assert polarity(text) == 0


@pytest.mark.parametrize("word", ["good", "effective", "robust", "timely", "thorough", "coherent"])
@pytest.mark.parametrize("negator", ["not", "never", "hardly", "rarely"])
def test_a_negator_turns_praise_of_any_kind(word: str, negator: str) -> None:
    assert polarity(f"Planning is {negator} {word}") < 0 < polarity(f"Planning is {word}")


@pytest.mark.parametrize("word", ["inadequate", "poor", "weak", "unsafe"])
def test_negated_blame_is_milder(word: str) -> None:
    assert polarity(f"Planning was never {word}") > polarity(f"Planning was {word}")


def test_strong_praise_outweighs_plain_praise() -> None:
    assert polarity("Teaching is outstanding") > polarity("Teaching is good")


def test_the_lists_tell_what_vectors_do_not() -> None:
    assert polarity("Support is good") > 0 > polarity("Support is inadequate")


@pytest.mark.parametrize("text", [*GOOD[:3], *BAD[:3]])
def test_capitals_change_no_judgement(text: str) -> None:
    assert polarity(text.upper()) == polarity(text)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Despite strong leadership, progress is slow.", ["Despite strong leadership,", "progress is slow."]),
        ("Care is good – however choice is limited.", ["Care is good –", "however choice is limited."]),
        ("Care is good, whereas choice is limited.", ["Care is good,", "whereas choice is limited."]),
        ("Boys do well, except in English.", ["Boys do well,", "except in English."]),
        ("Butterflies are studied in every school.", ["Butterflies are studied in every school."]),
        ("Although", ["Although"]),
        (" ", []),
    ],
)
def test_a_sentence_of_a_report_parts_where_it_turns(text: str, clauses: list[str]) -> None:
    assert [span.of(text).strip() for span in split_clauses(text)] == clauses


def test_each_clause_is_judged_by_itself() -> None:
    text = "Support is good, although choice is limited."
    good, bad = (polarity(span.of(text)) for span in split_clauses(text))
    assert good > 0 > bad


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("numbers have risen", 1),
        ("numbers have fallen", -1),
        ("more schools", 1),
        ("fewer schools", -1),
        ("more schools and fewer pupils", 0),
        ("eighteen schools", 0),
    ],
)
def test_a_direction_is_more_or_less_or_neither(text: str, expected: int) -> None:
    assert direction(text) == expected
