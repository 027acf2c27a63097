import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_rag_engine import engine_over

from index.report import Report
from index.store import Index
from rag.vocabulary import Vocabulary, leans, misleads_alone, read_glossary, spelled_out
from rag.words import stem


@pytest.fixture(scope="module")
def words(fake_index: Index) -> Vocabulary:
    return engine_over(fake_index).vocabulary


# ---- acronyms: the initials of the words before, in order (Schwartz and Hearst 2003, checked strictly)


@pytest.mark.parametrize(
    ("acronym", "before", "long_form"),
    [
        ("ALI", "inspected by the Adult Learning Inspectorate", "Adult Learning Inspectorate"),
        ("CSCI", "the Commission for Social Care Inspection", "Commission for Social Care Inspection"),
        ("CAMHS", "in child and adolescent mental health services", "child and adolescent mental health services"),
        ("BME", "young people from black and minority ethnic", "black and minority ethnic"),
        ("YOT", "the work of the youth offending team", "youth offending team"),
        ("ICS", "the Integrated Children's System", "Integrated Children's System"),
        ("BAAF", "by British Association for Adoption and Fostering", "British Association for Adoption and Fostering"),
        ("OOB", "placements that are out-of-borough", "out-of-borough"),
        ("E2E", "courses in Entry to Employment", "Entry to Employment"),
    ],
)
def test_an_acronym_is_spelled_out_by_its_initials(acronym: str, before: str, long_form: str) -> None:
    assert spelled_out(acronym, before.split()) == long_form


@pytest.mark.parametrize(
    ("acronym", "before"),
    [
        ("CHAI", "the Healthcare Commission"),
        ("Ofsted", "the Office for Standards in Education"),
        ("NEET", "not in education, employment or training"),
        ("NEET", "young people without work or a course"),
        ("LAC", "children looked after"),
        ("GCSE", "five good passes"),
        ("PCT", "the Primary Care"),
        ("PCT", "the Trust of Primary Care"),
        ("PCT", "Primary Care and Community Trust"),
        ("CAF", ""),
    ],
)
def test_an_acronym_of_other_initials_is_not_spelled_out(acronym: str, before: str) -> None:
    assert spelled_out(acronym, before.split()) == ""


BEFORE = ("primary", "care", "trust", "and", "of", "the", "youth", "offending", "team", "children's")


@given(st.lists(st.sampled_from(BEFORE)), st.sampled_from(["PCT", "YOT", "CT"]))
def test_a_long_form_ends_the_words_before(before: list[str], acronym: str) -> None:
    assert " ".join(before).endswith(spelled_out(acronym, before))


@given(st.lists(st.text(min_size=1, max_size=8)), st.from_regex(r"[A-Z][A-Za-z0-9&]{1,9}", fullmatch=True))
def test_spelling_out_never_fails(before: list[str], acronym: str) -> None:
    assert isinstance(spelled_out(acronym, [word for part in before for word in part.split()]), str)


@pytest.mark.parametrize("acronym", ["ALI", "CSCI", "CAMHS", "CRB", "BME", "DAAT", "CYPP", "E2E"])
def test_an_acronym_that_the_report_spells_out_is_known(acronym: str, words: Vocabulary) -> None:
    assert words.acronyms[acronym]


@pytest.mark.parametrize("acronym", ["NEET", "LAC", "GCSE", "CHAI", "Ofsted", "RUOK", "A"])
def test_an_acronym_that_the_report_never_spells_out_is_not_defined(acronym: str, words: Vocabulary) -> None:
    assert acronym not in words.acronyms


def test_a_long_form_is_the_reports_own_words(report: Report, words: Vocabulary) -> None:
    everything = " ".join(" ".join(passage.text.split()) for passage in report.passages)
    assert [form for form in words.acronyms.values() if form not in everything] == []


# ---- weights and terms


def test_every_weight_is_above_nothing_and_at_most_one(words: Vocabulary) -> None:
    assert all(0 < weight <= 1 for weight in words.weight.values())


def test_a_rare_word_weighs_more_than_a_common_one(words: Vocabulary) -> None:
    assert words.weigh(stem("wheelchairs")) > words.weigh(stem("children"))


def test_a_word_that_the_report_never_uses_weighs_most(words: Vocabulary) -> None:
    assert words.weigh(stem("zeppelin")) == 1.0


def test_every_sentence_has_its_words(report: Report, words: Vocabulary) -> None:
    assert len(words.stems) == sum(len(passage.sentences) for passage in report.passages)


def test_a_sentence_has_its_own_words_among_those_it_leans_on(words: Vocabulary) -> None:
    assert all(own <= leaning for own, leaning in zip(words.stems, words.context, strict=True))


def test_a_sentence_has_its_own_concepts_among_those_it_leans_on(words: Vocabulary) -> None:
    assert all(own <= near for own, near in zip(words.concepts_in, words.concepts_near, strict=True))


def test_a_concept_is_spoken_of_in_one_of_its_terms(words: Vocabulary) -> None:
    known = {at: {concept.name, *concept.terms} for at, concept in enumerate(words.concepts)}
    assert {at: term for at, term in words.spoken.items() if term not in known[at]} == {}


def test_a_phrase_of_the_report_is_had(words: Vocabulary) -> None:
    assert words.has_phrase((stem("young"), stem("carers")))


def test_words_of_the_report_in_another_order_are_no_phrase_of_it(words: Vocabulary) -> None:
    assert not words.has_phrase((stem("carers"), stem("young")))


def test_the_glossary_is_large() -> None:
    assert len(read_glossary()) > 400


def test_a_concept_without_lay_words_has_none() -> None:
    assert not any("" in concept.lay for concept in read_glossary())


# ---- sentences that lean on the one before


@pytest.mark.parametrize(
    "sentence", ["However, choice is limited.", "This is a gap.", "They wait.", "It is too early."]
)
def test_a_sentence_that_points_back_misleads_alone(sentence: str) -> None:
    assert misleads_alone(sentence)


@pytest.mark.parametrize(
    "sentence", ["Choice is limited.", "Theatre is popular.", "Itineraries vary.", "Young carers wait."]
)
def test_a_sentence_about_its_own_subject_does_not_mislead(sentence: str) -> None:
    assert not misleads_alone(sentence)


@pytest.mark.parametrize(
    "sentence", ["However, choice is limited.", "Although it is good, it varies.", "Most are safe."]
)
def test_a_sentence_may_lean_on_the_one_before(sentence: str) -> None:
    assert leans(sentence)


def test_a_sentence_that_misleads_alone_leans(report: Report) -> None:
    said = [span.of(passage.text) for passage in report.passages for span in passage.sentences]
    assert [one for one in said if misleads_alone(one) and not leans(one)] == []
