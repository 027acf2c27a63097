"""Replies over the bundled report with the fake encoder: what holds of every one, whatever the numbers fitted."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_encoder import FakeEncoder
from test_rag_engine import engine_over

from index.store import Index, open_index
from rag.answer import answer, cite, find, weigh
from rag.conversation import ask, search
from rag.engine import Engine, open_engine
from rag.evidence import Evidence
from rag.findings import differ
from rag.reply import Citation, Reply
from rag.retrieve import denials, least_finding

QUESTIONS = [
    "Is help for young carers adequate?",
    "bullying",
    "What is wrong with housing for care leavers?",
    "What is going well in early years?",
    "How many nurseries are inadequate?",
    "Why is choice of placement limited?",
    "Who is responsible for safeguarding?",
    "Why are exclusions so high?",
    "foster kids",
    "What are the recommendations?",
    "What must be done immediately?",
    "What grades were given?",
    "What was the grade for staying safe?",
    "paragraph 66",
    "paragraph 104",
    "R2",
    "What do lorry drivers earn?",
    "What did Fotheringay say about attendance?",
    "zeppelins",
    "<b>attendance</b>",
]
CITING = {"answered", "partial", "contradicted"}


@pytest.fixture(scope="module")
def engine(fake_index: Index) -> Engine:
    return engine_over(fake_index)


@pytest.fixture(scope="module", params=QUESTIONS)
def reply(request: pytest.FixtureRequest, engine: Engine) -> Reply:
    return ask(engine, request.param)


def shown(reply: Reply) -> tuple[Citation, ...]:
    return (*reply.citations, *reply.nearest)


# ---- quotes


def test_a_quote_is_cut_from_the_report(reply: Reply, engine: Engine) -> None:
    texts = {passage.id: passage.text for passage in engine.report.passages}
    assert all(one.quote == texts[one.passage.id][one.span.start : one.span.end] for one in shown(reply))


def test_a_quote_is_whole_sentences(reply: Reply) -> None:
    edges = [({s.start for s in one.passage.sentences}, {s.end for s in one.passage.sentences}) for one in shown(reply)]
    assert all(
        one.span.start in starts and one.span.end in ends
        for one, (starts, ends) in zip(shown(reply), edges, strict=True)
    )


def test_nothing_is_cited_twice(reply: Reply) -> None:
    cited = [(one.passage.id, one.span) for one in reply.citations]
    assert len(set(cited)) == len(cited)


def test_context_is_the_sentence_before_the_quote(reply: Reply) -> None:
    leaning = [one for one in shown(reply) if one.context is not None]
    before = [
        one.passage.sentences[[s.start for s in one.passage.sentences].index(one.span.start) - 1] for one in leaning
    ]
    assert [one.context for one in leaning] == before


def test_a_quote_is_not_said_to_stand_where_it_stands(reply: Reply) -> None:
    assert not any(one.passage.id in one.also_in for one in shown(reply))


def test_a_quote_differs_from_its_own_paragraph_only_where_that_is_quoted_again(reply: Reply) -> None:
    quoted = Counter(one.passage.id for one in reply.citations)
    assert all(quoted[one.passage.id] > 1 for one in reply.citations if one.passage.id in one.differs_from)


def test_every_place_named_beside_a_quote_is_in_the_report(reply: Reply, engine: Engine) -> None:
    named = {place for one in shown(reply) for place in (*one.also_in, *one.differs_from, *one.see_also)}
    assert named <= engine.report.by_id.keys()


def test_a_quote_differs_only_from_what_is_cited_with_it(reply: Reply) -> None:
    cited = {one.passage.id for one in reply.citations}
    assert {place for one in reply.citations for place in one.differs_from} <= cited


def test_a_disagreement_is_marked_on_both_sides(reply: Reply) -> None:
    pairs = {(one.passage.id, other) for one in reply.citations for other in one.differs_from}
    assert pairs == {(other, one) for one, other in pairs}


def test_a_citation_scores_as_a_probability(reply: Reply) -> None:
    assert all(0 <= one.score <= 1 for one in shown(reply))


# ---- the reply as a whole


def test_only_a_reply_that_answers_cites(reply: Reply) -> None:
    assert bool(reply.citations) == (reply.status in CITING)


def test_only_a_reply_that_does_not_answer_names_the_nearest(reply: Reply) -> None:
    assert not reply.nearest or reply.status in {"related", "not_covered"}


def test_the_nearest_are_about_the_subject(engine: Engine) -> None:
    limits = dict(engine.numbers.thresholds) | {"answer": 2.0, "contradicted": 2.0}
    shy = replace(engine, numbers=replace(engine.numbers, thresholds=limits))
    reply = ask(shy, "young carers")
    assert reply.status == "related"
    assert all("young carers" in one.quote for one in reply.nearest)


def test_a_reply_that_does_not_answer_has_a_reason(reply: Reply) -> None:
    assert reply.reason or reply.status == "answered"


def test_confidence_is_a_probability(reply: Reply) -> None:
    assert 0 <= reply.confidence <= 1


def test_at_least_as_much_is_found_as_is_cited(reply: Reply) -> None:
    assert reply.status != "answered" or reply.found >= len(reply.citations)


def test_the_same_question_gets_the_same_reply(reply: Reply, engine: Engine) -> None:
    assert ask(engine, reply.question) == reply


# ---- passages by number, recommendations, grades


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("paragraph 66", "66"),
        ("Paragraph 1", "1"),
        ("para 92", "92"),
        ("annex 7", "A7"),
        ("R9", "R9"),
        ("G11", "G11"),
        ("G0", "G0"),
    ],
)
def test_a_passage_asked_for_by_its_number_is_the_answer(question: str, passage: str, engine: Engine) -> None:
    assert [one.passage.id for one in ask(engine, question).citations] == [passage]


def test_a_passage_asked_for_is_given_whole(engine: Engine) -> None:
    for passage in engine.report.passages[::5]:
        (one,) = ask(engine, f"paragraph {passage.id}").citations
        assert (one.span.start, one.span.end) == (passage.sentences[0].start, passage.sentences[-1].end)


@pytest.mark.parametrize(
    ("question", "passage"), [("paragraph 104", "104"), ("recommendation 10", "R10"), ("annex 8", "A8"), ("G12", "G12")]
)
def test_a_passage_that_is_not_there_is_named(question: str, passage: str, engine: Engine) -> None:
    reply = ask(engine, question)
    assert (reply.status, reply.reason, reply.about) == ("not_covered", "no_passage", (passage,))


def test_all_recommendations_are_cited_in_printed_order(engine: Engine) -> None:
    cited = [one.passage.id for one in ask(engine, "What are the recommendations?").citations]
    assert cited == [f"R{number}" for number in range(1, 10)]


def test_recommendations_of_one_deadline_are_cited_alone(engine: Engine) -> None:
    assert [one.passage.id for one in ask(engine, "What must be done immediately?").citations] == ["R1", "R2"]


def test_all_grades_are_cited_in_printed_order(engine: Engine) -> None:
    cited = [one.passage.id for one in ask(engine, "What grades were given?").citations]
    assert cited == [f"G{number}" for number in range(1, 12)]


# ---- searching, weighing, finding


@pytest.mark.parametrize("limit", [1, 3, 10, 50])
def test_a_search_gives_as_many_sentences_as_asked(limit: int, engine: Engine) -> None:
    assert len(search(engine, "young carers", limit)) == limit


@pytest.mark.parametrize("query", ["young carers", "attendance", "housing for care leavers"])
def test_a_search_gives_single_sentences(query: str, engine: Engine) -> None:
    assert all(one.span in one.passage.sentences for one in search(engine, query))


def test_a_search_names_the_subject_first(engine: Engine) -> None:
    assert "wheelchair" in search(engine, "wheelchairs")[0].quote


def test_every_sentence_is_weighed(engine: Engine) -> None:
    question = engine.read("young carers")
    weighed = weigh(question, engine.gather(question, engine.encode([question.text])), engine)
    assert weighed.scores.shape == weighed.likely.shape == (len(engine.index.rows),)


def test_findings_above_every_probability_are_the_best_alone(engine: Engine) -> None:
    question = engine.read("young carers")
    weighed = weigh(question, engine.gather(question, engine.encode([question.text])), engine)
    assert [finding.row for finding in find(weighed, engine, floor=2.0)] == [weighed.best[0]]


def test_no_findings_are_no_citations(engine: Engine) -> None:
    assert cite([], engine) == ()


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("Why was staying safe graded inadequate?", "contradicted"),
        ("Which services were rated inadequate?", "contradicted"),
        ("Was anything graded inadequate?", "answered"),
    ],
)
def test_a_mark_nothing_got_is_answered_with_the_marks_given(question: str, status: str, engine: Engine) -> None:
    read = engine.read(question)
    reply = answer(weigh(read, engine.gather(read, engine.encode(read.wordings)), engine), engine)
    assert reply.status == status
    assert {one.passage.kind for one in reply.citations} == {"grade"}


def test_what_is_said_otherwise_is_cited_from_a_lower_probability(engine: Engine) -> None:
    read = engine.read("How good is support for young carers?")
    weighed = weigh(read, engine.gather(read, engine.encode(read.wordings)), engine)
    rows, ledger, words = engine.index.rows, engine.ledger, engine.vocabulary
    cited = find(weighed, engine, floor=1.01)
    assert len(cited) > 1
    assert find(weighed, engine, floor=1e9) == cited[:1]
    assert all(any(differ(one, other, rows, ledger, words) for other in cited if other != one) for one in cited[1:])


# ---- what the report denies


def denying(engine: Engine) -> Engine:
    """Return the engine that takes every question for one that the report denies."""
    return replace(engine, numbers=replace(engine.numbers, contradicted={"bias": 9.0}))


def test_a_question_that_is_denied_is_contradicted_by_what_denies_it_most(engine: Engine) -> None:
    read = engine.read("Why is help for young carers so good?")
    weighed = weigh(read, engine.gather(read, engine.encode(read.wordings)), denying(engine))
    reply = answer(weighed, denying(engine))
    assert (reply.status, reply.reason) == ("contradicted", "presumes_otherwise")
    first = engine.index.rows[int(weighed.denials.argmax())]
    assert (reply.citations[0].passage.id, reply.citations[0].span) == (first.passage.id, first.span)


def test_what_the_report_never_names_is_not_contradicted(engine: Engine) -> None:
    assert ask(denying(engine), "Why is Fotheringay so poor?").status in ("related", "not_covered")


def test_without_denials_nothing_is_contradicted(engine: Engine) -> None:
    blind = replace(denying(engine), without=frozenset({"denials"}))
    assert ask(blind, "Is help for young carers adequate?").status != "contradicted"


def test_a_denial_is_weighed_as_fitted(engine: Engine) -> None:
    read = engine.read("young carers")
    evidence = engine.gather(read, engine.encode(read.wordings))
    numbers = replace(engine.numbers, denial={"bias": -2.0, "tokens": 3.0})
    assert np.allclose(denials(evidence, numbers), 3 * evidence.column("tokens") - 2)


def test_a_denial_is_not_measured_against_what_is_no_answer(engine: Engine) -> None:
    read = engine.read("young carers")
    evidence = engine.gather(read, engine.encode(read.wordings))

    def denied(least: float) -> float:
        limits = dict(engine.numbers.thresholds) | {"least_score": least}
        shifted = replace(engine, numbers=replace(engine.numbers, thresholds=limits))
        weighed = weigh(read, evidence, shifted)
        assert weighed.signs["denied"] == pytest.approx(
            (weighed.denials.max() - max(weighed.scores.max(), least)) / 5, abs=1e-5
        )
        return weighed.signs["denied"]

    assert denied(-1000.0) == denied(-2000.0)
    assert denied(1000.0) < denied(-1000.0)


def test_what_a_question_needs_is_met_by_sentences_that_say_it(engine: Engine) -> None:
    read = engine.read("young carers zeppelins")
    [alike] = engine.encode([read.whole])
    need = np.array([float(token == alike.token_ids[0]) for token in alike.token_ids], np.float32)  # "young"
    met = engine.gather(read, [replace(alike, need=need)]).column("met")
    says = np.array(["young" in row.text.lower().replace("-", " ").split() for row in engine.index.rows])
    assert says.any()
    assert met[says] == pytest.approx(0, abs=1e-2)
    assert met[~says].max() < -0.1
    assert not engine.gather(read, [alike]).column("met").any()


def test_how_open_a_question_is_is_the_same_for_each_sentence(engine: Engine) -> None:
    read = engine.read("young carers")
    [alike] = engine.encode([read.whole])
    assert set(engine.gather(read, [replace(alike, open=0.5)]).column("open").tolist()) == {0.5}


# ---- how many findings are cited


@pytest.mark.parametrize("asked", [-2.0, -0.1, 0.0])
def test_where_one_finding_is_asked_for_a_further_one_must_be_as_likely_as_fitted(engine: Engine, asked: float) -> None:
    evidence = Evidence(np.zeros((0, 0), np.float32), (), asked)
    assert least_finding(evidence, engine.numbers) == pytest.approx(engine.numbers.thresholds["finding"])


def test_the_more_findings_are_asked_for_the_less_likely_a_further_one_need_be(engine: Engine) -> None:
    limits = [least_finding(Evidence(np.zeros((0, 0), np.float32), (), asked), engine.numbers) for asked in (0, 1, 2)]
    assert 1 > limits[0] > limits[1] > limits[2] > 0


@pytest.mark.parametrize("typed", ["help for families", "foster kids", "What is going well in early years?"])
def test_a_list_holds_what_an_answer_with_fewer_findings_does(engine: Engine, typed: str) -> None:
    read = engine.read(typed)
    [encoded] = engine.encode([read.whole])
    found = [
        find(weigh(read, engine.gather(read, [replace(encoded, several=several)]), engine), engine)
        for several in (0.0, 1.0, 9.0)
    ]
    rows = [{row for finding in part for row in (finding.row, *finding.repeats)} for part in found]
    assert rows[0] <= rows[1] <= rows[2]
    assert rows[0] < rows[2]


def test_where_no_subject_is_named_all_that_come_near_the_best_are_cited(engine: Engine) -> None:
    read = engine.read("What are the main weaknesses?")
    weighed = weigh(read, engine.gather(read, engine.encode(read.wordings)), engine)
    cited = {row for finding in find(weighed, engine) for row in (finding.row, *finding.repeats)}
    best = weighed.scores[weighed.best[0]]
    assert cited >= set([row for row in weighed.best if weighed.scores[row] > best - 2][:5])
    assert find(weighed, engine, floor=1.01) == find(weighed, engine)[:1]


@pytest.mark.parametrize(
    ("typed", "said", "agrees"),
    [
        ("Why is support for carers so poor?", "Support for young carers is poor.", 1),
        ("Why is support for carers so good?", "Support for young carers is poor.", -1),
        ("Why do so few people complain?", "The number of complaints is low.", 1),
        ("Why have complaints soared?", "The number of complaints is low.", -1),
        ("Who visits carers?", "Support for young carers is poor.", 0),
    ],
)
def test_a_sentence_that_judges_as_the_question_does_is_told_from_one_that_denies_it(
    typed: str, said: str, agrees: int, tmp_path: Path
) -> None:
    (tmp_path / "small.txt").write_text(f"Introduction\n\n1. {said}\n", "utf-8")
    index = open_index(tmp_path / "small.txt", tmp_path / "index", FakeEncoder(), lambda *_: None, lambda *_: None)
    engine = open_engine(index, FakeEncoder())
    read = engine.read(typed)
    signs = weigh(read, engine.gather(read, engine.encode(read.wordings)), engine).signs
    assert np.sign(signs["agrees"]) == agrees
