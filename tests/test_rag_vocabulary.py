from collections import Counter

import pytest

from index.report import Report
from rag.vocabulary import Vocabulary, leans, misleads_alone, read_glossary, read_vocabulary, spelled_out
from rag.words import read_rows, stem, stems


@pytest.fixture(scope="module")
def words(report: Report) -> Vocabulary:
    return read_vocabulary(report)


@pytest.mark.parametrize(
    ("acronym", "before", "long_form"),
    [
        ("ALI", "the Adult Learning Inspectorate", "Adult Learning Inspectorate"),
        ("CSCI", "and the Commission for Social Care Inspection", "Commission for Social Care Inspection"),
        ("BME", "from black and minority ethnic", "black and minority ethnic"),
        ("CAMHS", "child and adolescent mental health services", "child and adolescent mental health services"),
    ],
)
def test_an_acronym_is_spelled_out_by_the_words_before(acronym: str, before: str, long_form: str) -> None:
    assert spelled_out(acronym, before.split()) == long_form


@pytest.mark.parametrize(
    ("acronym", "before"),
    [
        ("PCT", "the primary care"),
        ("ALI", "Learning Adult Inspectorate"),
        ("ALI", "Adults who like Inspectorates"),
        ("ALI", "Adult Learning Inspectorate report"),
        ("ALI", "alimentary"),
        ("ALI", ""),
    ],
)
def test_an_acronym_needs_every_initial_in_order(acronym: str, before: str) -> None:
    assert spelled_out(acronym, before.split()) == ""


@pytest.mark.parametrize("acronym", ["CSCI", "ALI", "BME", "CAMHS", "DAAT"])
def test_the_report_spells_out_its_acronyms(acronym: str, words: Vocabulary) -> None:
    assert acronym in words.acronyms


def test_initials_of_every_acronym_found_are_in_its_long_form(words: Vocabulary) -> None:
    assert all(long[0].lower() == short[0].lower() for short, long in words.acronyms.items())


# ---- the glossary


def test_the_glossary_is_not_empty() -> None:
    assert len(read_glossary()) > 100


def test_a_row_of_the_glossary_has_four_columns() -> None:
    assert [row for row in read_rows("glossary.tsv") if len(row) != 4] == []


def test_no_concept_stands_twice() -> None:
    names = Counter(concept.name.lower() for concept in read_glossary())
    assert [name for name, times in names.items() if times > 1] == []


def test_no_term_is_empty() -> None:
    terms = [term for concept in read_glossary() for term in (concept.name, *concept.terms, *concept.lay)]
    assert [term for term in terms if not term.strip() or term != term.strip()] == []


def test_every_concept_has_a_term() -> None:
    assert [concept.name for concept in read_glossary() if not concept.terms] == []


def test_no_concept_gives_a_term_twice() -> None:
    twice = [concept.name for concept in read_glossary() if len(set(concept.terms)) < len(concept.terms)]
    assert twice == []


def test_concepts_are_of_few_kinds() -> None:
    assert {concept.kind for concept in read_glossary()} == {
        "group", "process", "resource", "role", "service", "body", "issue", "place", "document", "outcome", "judgement",
    }  # fmt: skip


# ---- the words of the report


def test_every_sentence_has_its_words(words: Vocabulary, report: Report) -> None:
    spoken = [frozenset(stems(span.of(passage.text))) for passage in report.passages for span in passage.sentences]
    assert list(words.stems) == spoken


def test_a_sentence_with_its_context_loses_no_word(words: Vocabulary) -> None:
    assert all(own <= near for own, near in zip(words.stems, words.context, strict=True))


def test_a_sentence_with_its_context_loses_no_concept(words: Vocabulary) -> None:
    assert all(own <= near for own, near in zip(words.concepts_in, words.concepts_near, strict=True))


def test_weights_are_above_nothing_and_at_most_one(words: Vocabulary) -> None:
    assert all(0 < weight <= 1 for weight in words.weight.values())


def test_a_rare_word_weighs_more_than_a_common_one(words: Vocabulary) -> None:
    assert words.weigh(stem("chlamydia")) > words.weigh(stem("children"))


def test_a_word_the_report_lacks_weighs_most(words: Vocabulary) -> None:
    assert words.weigh("giraff") == 1


def test_a_phrase_does_not_run_over_a_sentence_end(words: Vocabulary, report: Report) -> None:
    passage = report.by_id["1"]
    last, first = stems(passage.sentences[0].of(passage.text)), stems(passage.sentences[1].of(passage.text))
    assert not words.has_phrase((*last[-3:], *first[:3]))


def test_a_phrase_of_the_report_is_found(words: Vocabulary) -> None:
    assert words.has_phrase(tuple(stems("Adult Learning Inspectorate")))


def test_a_part_of_a_word_is_no_phrase(words: Vocabulary) -> None:
    assert not words.has_phrase(("chlamyd",)) or "chlamyd" in words.weight


@pytest.mark.parametrize("sentence", ["This is good.", "However, care is good.", "They are listened to."])
def test_a_sentence_that_points_back_misleads_alone(sentence: str) -> None:
    assert (misleads_alone(sentence), leans(sentence)) == (True, True)


@pytest.mark.parametrize("sentence", ["Care is good.", "Itemised bills are good.", "Thistles grow."])
def test_a_sentence_that_stands_alone_does_not_mislead(sentence: str) -> None:
    assert not misleads_alone(sentence)
