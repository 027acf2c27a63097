import contextlib
import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replies import answered, refused

from index.parse import BUNDLED, parse_file
from index.report import Report
from rag.page.kept import MOST_EXCHANGES, Exchange, KeptError, keep, restore
from rag.page.reply import reply_json
from rag.turns import LONGEST_CONVERSATION, Conversation

REPORT = parse_file(BUNDLED)


def talk(report: Report, turns: int) -> list[Exchange]:
    conversation = Conversation()
    exchanges = []
    for at in range(turns):
        make = refused if at % 3 == 2 else answered
        reply = make(report, f"Question {at}?", conversation)
        conversation = Conversation(reply.conversation.turns[-LONGEST_CONVERSATION:])
        exchanges.append(Exchange(replace(reply, conversation=conversation)))
    return exchanges


def as_json(exchanges: Any, report: Report) -> str:
    return json.dumps([reply_json(exchange.reply, report) for exchange in exchanges])


@pytest.mark.parametrize("turns", [1, 2, 7, 20, 25])
def test_a_conversation_comes_back_byte_for_byte(report: Report, turns: int) -> None:
    exchanges = talk(report, turns)
    through = json.loads(json.dumps(keep(exchanges, report)))
    assert as_json(restore(through, report), report) == as_json(exchanges, report)


def test_a_new_conversation_within_one_comes_back(report: Report) -> None:
    exchanges = [*talk(report, 3), *talk(report, 2)]
    assert as_json(restore(keep(exchanges, report), report), report) == as_json(exchanges, report)


def test_nothing_of_the_report_is_kept(report: Report) -> None:
    assert "Leadership is strong" not in json.dumps(keep(talk(report, 3), report))


def test_the_oldest_go_first_and_the_rest_is_whole(report: Report) -> None:
    exchanges = talk(report, MOST_EXCHANGES + 4)
    restored = restore(keep(exchanges, report), report)
    assert as_json(restored, report) == as_json(exchanges[-MOST_EXCHANGES:], report)


def test_thirty_exchanges_stay_far_below_the_body_cap(report: Report) -> None:
    assert len(json.dumps(keep(talk(report, MOST_EXCHANGES), report))) < 64 * 1024


@pytest.mark.parametrize("nothing", [None, {}, "", []])
def test_nothing_kept_gives_an_empty_page(report: Report, nothing: Any) -> None:
    assert restore(nothing, report) == ()


def test_another_report_s_conversation_is_set_aside(report: Report) -> None:
    kept = keep(talk(report, 1), report) | {"report": "0" * 16}
    with pytest.raises(KeptError):
        restore(kept, report)


@pytest.mark.parametrize(
    "forged",
    [
        {"id": "93"},
        {"at": [0, 10**9]},
        {"at": [5, 2]},
        {"at": "xx"},
        {"score": "<b>"},
        {"also_in": ["<script>"]},
        {"context": [0, 10**6]},
    ],
)
def test_a_browser_cannot_put_words_into_the_report(report: Report, forged: dict[str, Any]) -> None:
    kept = deepcopy(keep(talk(report, 1), report))
    kept["exchanges"][0]["quotes"][0].update(forged)
    with pytest.raises(KeptError):
        restore(kept, report)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(junk, junk)
def test_whatever_comes_back_is_read_or_refused(value: Any, exchanges: Any) -> None:
    for kept in (value, {"format": 1, "report": REPORT.sha256[:16], "exchanges": exchanges}):
        with contextlib.suppress(KeptError):
            assert isinstance(restore(kept, REPORT), tuple)
