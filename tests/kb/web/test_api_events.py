"""Telling of events over HTTP: who may, what becomes of each, and what a whole batch cannot be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kb.web.desk import desk_of
from tests.kb.web.conftest import EVENTS_TOKEN, TOKEN, House, MakeHouse

PATH = "/api/v1/events"
BEARER = {"Authorization": f"Bearer {EVENTS_TOKEN}"}


def event(number: int, **changed: object) -> dict[str, object]:
    said: dict[str, object] = {"id": f"e-{number}", "contact": "C-1", "name": "invoice.sent"}
    return said | {"at": "2026-11-20T10:00:00Z"} | changed


def tell(house: House, *events: object) -> dict[str, Any]:
    answer = house.client.post(PATH, json={"events": events}, headers=BEARER)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def problem(answer: TestResponse) -> tuple[int, str]:
    assert answer.mimetype == "application/problem+json"
    return answer.status_code, answer.get_json(force=True)["detail"]


def test_each_event_of_a_batch_is_taken_once_and_the_same_again_is_known(house: House) -> None:
    assert tell(house, event(1), event(2, value=3)) == {
        "added": 2,
        "known": 0,
        "rejected": 0,
        "events": [
            {"id": "e-1", "status": "added", "problem": None},
            {"id": "e-2", "status": "added", "problem": None},
        ],
    }
    again = tell(house, event(2, value=3), event(3))
    assert [one["status"] for one in again["events"]] == ["known", "added"]


def test_what_is_wrong_with_one_event_keeps_no_other_from_being_taken(house: House) -> None:
    told = tell(house, event(1, name="Invoice"), event(2), event(2, value=9), event(2), {}, event(3, id=4))
    assert [(one["id"], one["status"]) for one in told["events"]] == [
        ("e-1", "rejected"),
        ("e-2", "added"),
        ("e-2", "rejected"),
        ("e-2", "known"),
        (None, "rejected"),
        (None, "rejected"),
    ]
    assert told["events"][2]["problem"] == "`id` is 'e-2'; another event has it, and none is changed later"
    assert told["events"][0]["problem"].startswith("`name` is 'Invoice'; expected a name such as")
    assert (told["added"], told["known"], told["rejected"]) == (1, 1, 4)


def test_nobody_without_the_token_for_events_is_listened_to(house: House, make_house: MakeHouse) -> None:
    unset = make_house(events_token=None)
    for where, headers in (
        (house, {}),
        (house, {"Authorization": f"Bearer {TOKEN}"}),
        (house, {"Authorization": f"Bearer {EVENTS_TOKEN}x"}),
        (house, {"Authorization": f"Basic {EVENTS_TOKEN}"}),
        (unset, {"Authorization": "Bearer "}),
        (unset, BEARER),
    ):
        answer = where.client.post(PATH, data=b"{", headers=headers)
        assert problem(answer) == (
            401,
            "This needs the token for events, as `Authorization: Bearer …`.",
        )
        assert "WWW-Authenticate" in answer.headers


def test_a_product_tells_600_batches_a_minute_and_whoever_guesses_tokens_no_more(
    make_house: MakeHouse,
) -> None:
    client, away = make_house().client, {"REMOTE_ADDR": "203.0.113.9"}
    guesses = {
        client.post(PATH, json={}, headers={"Authorization": f"Bearer {n}"}, environ_base=away).status_code
        for n in range(600)
    }
    assert guesses == {401}
    answer = client.post(PATH, json={"events": []}, headers=BEARER, environ_base=away)
    assert problem(answer)[0] == 429
    assert int(answer.headers["Retry-After"]) <= 60


def test_the_token_for_events_opens_nothing_else(house: House) -> None:
    for path in ("/api/v1/accounts", "/metrics"):
        assert house.client.get(path, headers=BEARER).status_code in {401, 404}
    assert house.client.get(PATH, headers=BEARER).status_code == 405


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"", 400, "The body must be JSON; it is not: EOF"),
        (b"{", 400, "The body must be JSON; it is not: EOF"),
        (b'{"events": [{"id": NaN}]}', 400, "The body must be JSON"),
        (b'{"events": [{"id": "\xff"}]}', 400, "The body must be JSON"),
        (b'{"events": [{"id": "\\ud800"}]}', 400, "The body must be JSON"),
        (b"[" * 5000, 400, "The body must be JSON"),
        (b"[]", 422, "The body must be a JSON object."),
        (b"{}", 422, "`events` is missing."),
        (b'{"events": {}}', 422, "`events` must be a list."),
        (b'{"events": [1]}', 422, "`events.0` must be a JSON object."),
        (b'{"events": [], "more": 1}', 422, "`more` is not known here."),
        (json.dumps({"events": [{}] * 501}).encode(), 422, "`events` may hold 500 at most, not 501."),
        (b" " * 524_289, 413, "The data value transmitted exceeds the capacity limit."),
    ],
)
def test_a_batch_that_is_none_is_one_problem(harbour: House, body: bytes, status: int, says: str) -> None:
    found, detail = problem(harbour.client.post(PATH, data=body, headers=BEARER))
    assert found == status
    assert detail.startswith(says)


def test_a_parameter_in_the_address_is_a_problem(harbour: House) -> None:
    answer = harbour.client.post(f"{PATH}?dry_run=1", json={"events": []}, headers=BEARER)
    assert problem(answer)[0] == 400


def test_500_events_of_the_longest_names_are_taken(house: House) -> None:
    at = "2026-11-20T10:00:00.123456789+01:00"
    longest = [
        event(n, id=f"{n:0200}", contact="c" * 320, name="n" * 60, at=at, value=123456789012345.123456)
        for n in range(500)
    ]
    assert tell(house, *longest)["added"] == 500


def test_a_record_that_is_away_is_503_and_the_batch_may_be_told_again(make_house: MakeHouse) -> None:
    house = make_house(database_url="postgresql://nobody@127.0.0.1:9/none")
    answer = house.client.post(PATH, json={"events": [event(1)]}, headers=BEARER)
    assert problem(answer)[0] == 503
    assert answer.headers["Retry-After"] == "5"


def test_hostile_text_is_rejected_and_never_repeated_as_markup(house: House) -> None:
    told = tell(
        house, event(1, id="a\0b"), event(2, contact="x\u202ey"), event(3, id="'; drop table events--")
    )
    assert [one["status"] for one in told["events"]] == ["rejected", "added", "added"]
    assert told["events"][0]["id"] is None


def test_what_was_taken_stands_in_the_audit_without_whom_it_is_about(house: House) -> None:
    tell(house, event(1))
    tell(house, event(1))
    with desk_of(house.app).store.reading() as work:
        entries = [one for one in work.audit.entries() if one.action == "take events"]
    assert [(one.who, one.details) for one in entries] == [
        ("events", {"added": 1, "known": 0, "rejected": 0})
    ]
