from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.report import Report
from index.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in split_sentences(text)]


def test_an_empty_text_has_no_sentence() -> None:
    assert split_sentences(" \n") == ()


def test_a_closing_quotation_mark_stays_with_its_sentence() -> None:
    assert sentences("Carers say: “We are heard.” They are visited.") == [
        "Carers say: “We are heard.”",
        "They are visited.",
    ]


def test_list_items_stay_with_their_lead_in() -> None:
    assert sentences("It used:\n- a survey\n- data. It was good.") == ["It used:\n- a survey\n- data.", "It was good."]


def test_an_abbreviation_ends_no_sentence() -> None:
    assert len(sentences("Some agencies, e.g. the police, were slow.")) == 1


def test_the_bundled_report_has_about_as_many_sentences_as_counted_by_hand(report: Report) -> None:
    # 667 by hand; the difference lies in full stops that extraction lost.
    assert 640 <= sum(len(passage.sentences) for passage in report.passages) <= 690


@given(st.text(alphabet="ab A.?!:\n-”) 19é", max_size=200))
def test_spans_are_ordered_and_disjoint(text: str) -> None:
    spans = split_sentences(text)
    assert all(one.end <= two.start for one, two in pairwise(spans))


@given(st.text(alphabet="ab A.?!:\n-”) 19é", max_size=200))
def test_sentences_rejoin_to_the_text(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@given(st.text(alphabet="ab A.?!:\n-”) 19é", max_size=200))
def test_a_sentence_has_no_white_space_around_it(text: str) -> None:
    assert all(one == one.strip() for one in sentences(text))
