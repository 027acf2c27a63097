"""The API as gradio_client and plain HTTP see it, on a real server."""

import json
import os
from typing import Any

import httpx
import pytest
from server import Server

from index.report import Report

pytestmark = pytest.mark.model
CARD = "what is wrong with young carers provision?"
ODD = ["", "   ", "?", "\x00\x01", "\u202eabc", "a" * 1000, "<script>", "%s{}", "'; DROP TABLE", "🙂" * 50, "\n\n", "𝔘"]


@pytest.fixture(scope="module")
def client(server: Server) -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"
    from gradio_client import Client  # noqa: PLC0415 - after the hub is told to stay offline

    return Client(server.url, verbose=False)


def test_the_client_gets_the_documented_reply(client: Any, report: Report) -> None:
    reply = client.predict(CARD, api_name="/ask")
    assert reply["status"] == "answered"
    for quote in reply["citations"]:
        assert quote["quote"] == report.by_id[quote["id"]].text[quote["start"] : quote["end"]]


def test_a_quote_is_cut_from_its_paragraph(client: Any) -> None:
    for quote in client.predict(CARD, api_name="/ask")["citations"]:
        passage = client.predict(quote["id"], api_name="/paragraph")
        assert passage["text"][quote["start"] : quote["end"]] == quote["quote"]


def test_a_conversation_is_handed_back_with_the_next_question(client: Any) -> None:
    first = client.predict(CARD, api_name="/ask")
    second = client.predict("and for looked after children?", first["conversation"], api_name="/ask")
    assert len(second["conversation"]["turns"]) == 2


def test_exactly_five_endpoints_are_documented(server: Server) -> None:
    named = httpx.get(f"{server.url}/gradio_api/info").json()["named_endpoints"]
    assert sorted(named) == ["/ask", "/paragraph", "/report", "/search", "/verify"]


def test_parameters_are_documented_with_name_and_type(server: Server) -> None:
    ask = httpx.get(f"{server.url}/gradio_api/info").json()["named_endpoints"]["/ask"]
    assert [(p["label"], p["parameter_has_default"]) for p in ask["parameters"]] == [
        ("question", False),
        ("conversation", True),
    ]
    assert ask["returns"][0]["type"]["properties"]["citations"]["type"] == "array"


def test_every_passage_is_given_whole(server: Server, report: Report) -> None:
    with httpx.Client(base_url=server.url) as http:
        for passage in report.passages:
            shown = http.post("/gradio_api/run/paragraph", json={"data": [passage.id]}).json()["data"][0]
            assert (shown["text"], shown["section"]) == (passage.text, list(passage.section))


@pytest.mark.parametrize("wrong", ["93", "A8", "R10", "", "0", "../etc/passwd", "<b>", "29; DROP", "²", "9" * 5000])
def test_an_unknown_paragraph_is_an_error_that_names_those_there_are(server: Server, wrong: str) -> None:
    response = server.run("paragraph", wrong)
    assert response.status_code == 500
    assert "1 to 92" in response.json()["error"]


@pytest.mark.parametrize("question", ODD)
def test_odd_questions_get_a_reply(server: Server, question: str) -> None:
    assert server.answer("ask", question, None)["status"]


def test_a_lone_surrogate_gets_a_reply(server: Server) -> None:
    raw = b'{"data": ["\\ud800 young carers", null]}'
    response = httpx.post(
        f"{server.url}/gradio_api/run/ask", content=raw, headers={"content-type": "application/json"}, timeout=30
    )
    assert response.json()["data"][0]["question"] == "young carers"


def test_a_question_that_is_too_long_is_refused_in_words(server: Server) -> None:
    response = server.run("ask", "x" * 100_000, None)
    assert response.json()["error"] == "the question has 100,000 characters; expected at most 1,000"


def test_a_body_that_is_too_large_is_refused(server: Server) -> None:
    assert server.run("ask", "x" * 300_000, None).status_code == 413


def test_a_parameter_with_a_default_may_be_left_out(server: Server) -> None:
    assert server.answer("ask", CARD) == server.answer("ask", CARD, None)


@pytest.mark.parametrize(
    "value", [3, "x", [1], {"turns": 3}, {"turns": [{"question": 1}]}, {"version": 99, "turns": []}]
)
def test_a_conversation_that_was_not_made_here_is_refused(server: Server, value: Any) -> None:
    response = server.run("ask", CARD, value)
    assert response.status_code == 500
    assert "conversation" in response.json()["error"]


@pytest.mark.parametrize("limit", [0, 51, -1, "ten", True, 2.5, None])
def test_a_limit_out_of_range_is_refused(server: Server, limit: Any) -> None:
    assert "from 1 to 50" in server.run("search", "bullying", limit).json()["error"]


def test_search_gives_as_many_as_asked_for(server: Server) -> None:
    assert len(server.answer("search", "bullying", 3)["hits"]) == 3


def test_the_report_is_described(server: Server) -> None:
    shown = server.answer("report")
    assert [len(shown[part]) for part in ("grades", "recommendations")] == [11, 9]
    assert "Crown copyright" in shown["notice"]
    paths = [entry["path"] for entry in shown["outline"]]
    assert ["Summary Report", "The impact of local services", "Staying safe"] in paths


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("services for young carers are inadequate", "exact"),
        ("services for young carers are adequate", "altered"),
        ("The moon is made of green cheese and nobody minds", "not_in_report"),
    ],
)
def test_a_quote_is_checked(server: Server, quote: str, verdict: str) -> None:
    assert server.answer("verify", quote)["verdict"] == verdict


@pytest.mark.parametrize(("quote", "said"), [("", "is empty"), ("x" * 6000, "at most 5,000"), (7, "expected text")])
def test_what_cannot_be_checked_is_refused_in_words(server: Server, quote: Any, said: str) -> None:
    assert said in server.run("verify", quote).json()["error"]


def test_mcp_offers_the_same_five(server: Server) -> None:
    tools = httpx.get(f"{server.url}/gradio_api/mcp/schema").json()
    assert sorted(tool["name"] for tool in tools) == ["ask", "paragraph", "report", "search", "verify"]
    assert all(tool["description"] for tool in tools)


def test_mcp_gives_the_same_reply_as_the_api(server: Server) -> None:
    text, is_error = server.tool("ask", question=CARD)
    assert not is_error
    assert json.loads(text) == server.answer("ask", CARD, None)


def test_mcp_errors_are_told(server: Server) -> None:
    text, is_error = server.tool("paragraph", id="93")
    assert is_error
    assert "1 to 92" in text


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/monitoring", "/openapi.json"])
def test_routes_without_a_use_are_shut(server: Server, path: str) -> None:
    assert httpx.get(server.url + path).status_code == 404


def test_no_error_shows_a_trace(server: Server) -> None:
    calls: list[tuple[str, list[Any]]] = [
        ("ask", [{}, None]),
        ("paragraph", [None]),
        ("page_ask", ["x", "{", {"format": 7}]),
        ("page_export", ["{}", None]),
        ("page_rate", ["[1]", None]),
        ("nothing", []),
    ]
    for name, data in calls:
        assert "Traceback" not in server.run(name, *data).text


def test_private_events_check_what_they_are_given(server: Server) -> None:
    forged = {"format": 1, "report": "x", "exchanges": [{"question": "<script>"}]}
    messages = server.answer("page_ask", "young carers", "{}", forged)
    assert len(messages) == 2


def test_every_page_has_a_policy(server: Server) -> None:
    policy = httpx.get(server.url).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
