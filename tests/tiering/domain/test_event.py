"""What may be said of an event, and the sentence for whatever cannot be meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOON
from tiering.domain.event import Event, is_event_name, parse_event

SAID: dict[str, object] = {
    "id": "e-1",
    "contact": "C-1",
    "name": "invoice.sent",
    "at": "2026-11-20T10:00:00Z",
}
AT = datetime(2026, 11, 20, 10, tzinfo=UTC)


def problems(**changed: object) -> list[str]:
    found = parse_event(SAID | changed, NOON)
    assert isinstance(found, list), found
    return found


def event(**changed: object) -> Event:
    found = parse_event(SAID | changed, NOON)
    assert isinstance(found, Event), found
    return found


def test_an_event_says_who_did_what_when() -> None:
    assert event() == Event("e-1", "C-1", "invoice.sent", AT, None)
    assert event(value="12.50").value == Decimal("12.5")
    assert event(value=3).value == Decimal(3)
    assert event(contact=None, email="Jane@Acme.com").who == "jane@acme.com"
    assert event(contact=" Jane@Acme.com ").who == "jane@acme.com", "an address as a contact is one too"


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-20T11:00:00+01:00",
        "2026-11-20 10:00:00z",
        "2026-11-20t10:00:00.000000Z",
        "2026-11-20T10:00:00.000000000Z",
    ],
)
def test_a_moment_is_kept_in_utc_however_rfc_3339_lets_it_be_written(at: str) -> None:
    assert event(at=at).at == AT
    assert event(at=at).at.tzinfo is UTC


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"id": None}, "`id` is missing; expected an id that no other event has"),
        ({"id": 7}, "`id` is 7; expected text"),
        ({"id": "x" * 201}, f"`id` is '{'x' * 56}...; expected at most 200 characters"),
        ({"id": "a\0b"}, "`id` is 'a\\x00b'; expected text without control characters"),
        ({"id": "a\ud800b"}, "`id` is 'a\\ud800b'; expected text without control characters"),
        ({"contact": None}, "`email` is missing; expected an address such as jane@acme.com, or `contact` "
         "with a contact's id"),
        ({"contact": None, "email": "jane"}, "`email` is 'jane'; expected an address such as jane@acme.com, "
         "or `contact` with a contact's id"),
        ({"email": "j@acme.com"}, "`contact` is 'C-1'; expected either `contact` or `email`, not both"),
        ({"name": "Invoice sent"}, "`name` is 'Invoice sent'; expected a name such as invoice.sent: small "
         "letters and digits, with . _ or - between them"),
        ({"at": "2026-11-20"}, "`at` is '2026-11-20'; expected a moment with its zone, such as "
         "2026-11-23T10:00:00Z"),
        ({"at": "2026-02-30T10:00:00Z"}, "`at` is '2026-02-30T10:00:00Z'; expected a moment with its zone, "
         "such as 2026-11-23T10:00:00Z"),
        ({"at": "1999-12-31T23:59:59Z"}, "`at` is '1999-12-31T23:59:59Z'; expected a moment since the year "
         "2000"),
        ({"at": "2027-01-01T00:00:00Z"}, "`at` is '2027-01-01T00:00:00Z'; expected a moment that is not in "
         "the future"),
        ({"value": True}, "`value` is True; expected a number of at most 1,000,000,000,000,000, such as 3 "
         "or 12.5"),
        ({"value": 1e300}, "`value` is 1e+300; expected a number of at most 1,000,000,000,000,000, such as "
         "3 or 12.5"),
        ({"vaule": 1}, "there is no `vaule`; an event has id, contact, email, name, at, value"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_sentence(changed: dict[str, object], sentence: str) -> None:
    assert problems(**changed) == [sentence]


@pytest.mark.parametrize("value", [None, -1, 10.5, "nine"])
def test_an_answer_about_recommending_us_has_a_number_from_0_to_10(value: object) -> None:
    assert len(problems(name="nps_answered", value=value)) == 1
    assert event(name="nps_answered", value=0).value == Decimal(0)


def test_another_clock_may_be_five_minutes_ahead_and_no_more() -> None:
    assert event(at=(NOON + timedelta(minutes=5)).isoformat()).at == NOON + timedelta(minutes=5)
    assert len(problems(at=(NOON + timedelta(minutes=5, seconds=1)).isoformat())) == 1


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = parse_event({}, NOON)
    assert isinstance(found, list)
    assert [one.split(" ")[0] for one in found] == ["`id`", "`email`", "`name`", "`at`"]


@pytest.mark.parametrize("name", ["signed_up", "invoice.sent", "a", "crew-report.opened_2"])
def test_names_are_small_letters_and_digits_with_marks_between(name: str) -> None:
    assert is_event_name(name)


@pytest.mark.parametrize(
    "name", ["", "2fa", "a..b", "a.", ".a", "Invoice", "a b", "a/b", "é", "a\n", "a" * 61]
)
def test_other_names_are_none(name: str) -> None:
    assert not is_event_name(name)


_JSON = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)
)
_AT = st.datetimes(timezones=st.timezones()).map(datetime.isoformat) | st.just("0001-01-01T00:00:00+14:00")


@given(st.dictionaries(st.sampled_from(["id", "contact", "email", "name", "value", "x"]), _JSON), _AT | _JSON)
def test_whatever_is_said_is_an_event_that_can_be_kept_or_sentences(
    said: dict[str, object], at: object
) -> None:
    found = parse_event(SAID | said | {"at": at}, NOON)
    if isinstance(found, Event):
        f"{found.id}{found.who}".encode()
        assert "\0" not in found.id + found.who
        assert datetime(2000, 1, 1, tzinfo=UTC) <= found.at <= NOON + timedelta(minutes=5)
        assert parse_event(SAID | said | {"at": at}, NOON) == found
    else:
        assert found
        assert all(len(one) < 250 for one in found)
