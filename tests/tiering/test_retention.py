"""How long things are kept, as site.yaml says it, and what is forgotten then."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from kb.storage.requests import requests
from kb.storage.votes import votes
from tests.conftest import NOON, OLGA
from tiering.retention import Retention, read_retention
from tiering.storage.ageing import PORTION, Ageing
from tiering.storage.database import transaction
from tiering.storage.tables import deliveries, events
from tiering.usecases.privacy import forget_old, old
from tiering.usecases.record import Store


def read(folder: Path, text: str) -> tuple[Retention | None, list[str]]:
    (folder / "site.yaml").write_text(text)
    found, problems = read_retention(folder)
    return found, [str(problem) for problem in problems]


def test_what_is_not_said_is_kept_for_the_usual_time(tmp_path: Path) -> None:
    assert read(tmp_path, "name: Harbour\n") == (Retention(), [])
    assert read(tmp_path, "retention: {visits: 7}\n") == (Retention(visits=7), [])
    assert read_retention(tmp_path / "nowhere")[0] == Retention()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("retention:\n  visit: 7\n", "site.yaml:2: unknown key `retention.visit`; did you mean `visits`?"),
        ("retention: {visits: 0}\n", "site.yaml:1: `retention.visits` is 0; expected a number of at least 1"),
        (
            "retention: {mails: 30}\n",
            "site.yaml:1: `retention.mails` is 30; expected a number of at least 90",
        ),
        ("retention: {votes: true}\n", "site.yaml:1: `retention.votes` is true; expected a whole number"),
        ("retention: [90]\n", "site.yaml:1: `retention` is a list; expected lines of `key: value`"),
    ],
)
def test_what_cannot_be_meant_is_named_and_nothing_is_forgotten(
    tmp_path: Path, text: str, problem: str
) -> None:
    assert read(tmp_path, text) == (None, [problem])


def fill(store: Store) -> None:
    """Put two of everything in, one of them old."""
    vote = {"slug": "a", "revision": "r", "helpful": True, "reasons": [], "comment": "No.", "kind": "contact"}
    asked = {
        "kind": "contact", "contact": "C-1", "name": "Ann", "address": "ann@acme.com", "subject": "S",
        "message": "M", "shown": ["a"], "opened": [], "mail_tries": 0,
    }  # fmt: skip
    mail = {
        "kind": "programme",
        "recipient": "C-1",
        "about": {"step": "one"},
        "sent_at": NOON,
        "receipt": "<1>",
    }
    with transaction(store.engine) as connection:
        for number, days in enumerate((731, 1)):
            at, key = NOON - timedelta(days=days), f"k{number}"
            connection.execute(insert(votes).values(key=key, contact="C-1", at=at, **vote))
            connection.execute(insert(requests).values(number=key, form=key, asked_at=at, **asked))
            connection.execute(insert(deliveries).values(key=key, claimed_at=at, **mail))
        for number, days in enumerate((800, 790, 1)):
            told = {"who": "C-1", "name": "plan opened", "received_at": NOON}
            connection.execute(insert(events).values(id=str(number), at=NOON - timedelta(days), **told))


def test_what_is_kept_long_enough_is_forgotten_once_and_the_counts_stay(store: Store) -> None:
    fill(store)
    expected = {"visits": 0, "sign_in": 0, "requests": 1, "votes": 1, "events": 1, "mails": 1}
    assert old(store, Retention()) == expected
    assert forget_old(store, Retention(), OLGA) == expected
    assert not any(old(store, Retention()).values())
    with store.reading() as work:
        cast = [(row.contact, row.comment) for row in work.connection.execute(select(votes))]
        mails = {row.key: (row.recipient, row.receipt) for row in work.connection.execute(select(deliveries))}
        asked = {row.number: row.message for row in work.connection.execute(select(requests))}
        told = set(work.connection.execute(select(events.c.id)).scalars())
        (line,) = work.audit.entries(newest=1)
    assert sorted(cast, key=str) == [("C-1", "No."), (None, "")]
    assert mails == {"k0": ("", None), "k1": ("C-1", "<1>")}
    assert asked == {"k0": "[erased]", "k1": "M"}
    assert told == {"0", "2"}
    assert (line.action, line.details) == ("forget", {"rows": expected})


def test_however_much_there_is_each_transaction_forgets_a_portion(sqlite_store: Store) -> None:
    rows = [
        {"key": str(number), "kind": "sign-in", "recipient": "a@b.com", "about": {}, "claimed_at": NOON}
        for number in range(PORTION + 1)
    ]
    with transaction(sqlite_store.engine) as connection:
        connection.execute(insert(deliveries), [row | {"claimed_at": NOON - timedelta(40)} for row in rows])
    assert forget_old(sqlite_store, Retention(), OLGA)["sign_in"] == PORTION + 1


def test_what_became_newer_since_it_was_found_is_not_forgotten(store: Store) -> None:
    fill(store)
    with store.reading() as work:
        found = list(Ageing(work.connection, Retention().days, work.at).look())
    assert [(one.table.name, one.keys) for one in found if one.kept.noun == "events"] == [
        ("events", [("1",)])
    ]
    with store.begin() as work:
        work.connection.execute(update(events).values(at=NOON))
        work.connection.execute(update(votes).values(at=NOON))
        counts = {
            one.table.name: Ageing(work.connection, Retention().days, work.at).forget(one) for one in found
        }
    assert counts == {"kb_votes": 0, "kb_requests": 1, "events": 0, "deliveries": 1}
