import json
from dataclasses import replace
from itertools import product
from typing import get_args

import pytest
from replies import answered, refused

from index.report import Report
from rag.page import wording
from rag.page.reply import passage_json, reply_json
from rag.reply import Reason, Reply, Status
from rag.turns import Conversation

DOCUMENTED = [
    "status",
    "question",
    "understood_as",
    "message",
    "citations",
    "nearest",
    "source",
    "conversation",
    "also_searched",
    "corrected",
    "turn",
    "found",
]
OF_A_CITATION = ["id", "kind", "label", "section", "quote", "start", "end", "context", "also_in", "score"]


def test_a_reply_has_the_documented_keys_in_their_order(report: Report) -> None:
    assert list(reply_json(answered(report), report)) == DOCUMENTED


def test_a_citation_has_the_documented_keys_first(report: Report) -> None:
    (first, *_) = reply_json(answered(report), report)["citations"]
    assert list(first) == [*OF_A_CITATION, "differs_from", "see_also"]


def test_a_quote_is_the_passage_between_its_offsets(report: Report) -> None:
    for quote in reply_json(answered(report), report)["citations"]:
        assert quote["quote"] == report.by_id[quote["id"]].text[quote["start"] : quote["end"]]


def test_the_source_states_publisher_and_date(report: Report) -> None:
    source = reply_json(refused(report), report)["source"]
    assert (source["publisher"], source["published"], source["reference"]) == ("Ofsted", "2007-02-06", "311")


def test_a_reply_is_plain_json(report: Report) -> None:
    assert json.loads(json.dumps(reply_json(answered(report), report))) == reply_json(answered(report), report)


@pytest.mark.parametrize(("status", "reason"), list(product(get_args(Status), get_args(Reason))))
def test_every_status_and_reason_is_worded(report: Report, status: Status, reason: Reason) -> None:
    for about in ((), ("Kingston", "2015")):
        text = wording.message(Reply(status, "q", "q", Conversation(), reason, about), report)
        assert text
        assert "{" not in text
        assert "  " not in text
        assert "%" not in text


@pytest.mark.parametrize(
    ("cited", "found", "said"), [(1, 1, ""), (2, 2, ""), (3, 3, "3 passages"), (8, 8, "8 passages"), (3, 9, "3 of 9")]
)
def test_a_reply_with_many_quotes_says_how_many_there_are(report: Report, cited: int, found: int, said: str) -> None:
    quotes = (answered(report).citations * cited)[:cited]
    text = wording.message(replace(answered(report), citations=quotes, found=found), report)
    assert said in text
    assert any(letter.isdigit() for letter in text) == bool(said)


def test_a_message_cannot_be_made_to_run_on(report: Report) -> None:
    reply = Reply("not_covered", "q", "q", Conversation(), "unknown_name", ("x" * 5000,))
    assert len(wording.message(reply, report)) < 200


def test_braces_in_a_question_are_only_braces(report: Report) -> None:
    reply = Reply("not_covered", "q", "q", Conversation(), "unknown_name", ("{ids.__class__}",))
    assert "{ids.__class__}" in wording.message(reply, report)


def test_passages_know_their_neighbours(report: Report) -> None:
    shown = passage_json(report.by_id["47"], report)
    assert (shown["previous"], shown["next"], shown["number_recovered"]) == ("46", "48", True)


def test_the_first_and_last_passage_have_one_neighbour(report: Report) -> None:
    ids = list(report.by_id)
    assert passage_json(report.by_id[ids[0]], report)["previous"] is None
    assert passage_json(report.by_id[ids[-1]], report)["next"] is None
