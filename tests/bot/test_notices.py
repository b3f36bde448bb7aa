"""Notices: whatever Slack does, a message goes out once, and what became of it is noted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.absence import Absence
from bot.blocks import Message, message, paragraphs, words
from bot.directory import Directory
from bot.notices import Notices, rewrite
from bot.playground.app import serve
from bot.playground.local import LocalSlack
from bot.playground.people import GITA, MARCO, OLIVIA, STELLA, TEAM_ID, VERA, XENIA, Person
from bot.playground.workspace import Disturbance
from bot.server import new_workspace
from bot.slack import Slack
from bot.slack import client as slack_client
from bot.storage import BotRecord
from bot.turn import Notice
from bot.workspaces import OneWorkspace
from tests.conftest import NOON, TODAY, noon
from tiering.people import Home, Roles
from tiering.usecases.deliveries import Delivery, delivered, uncertain
from tiering.usecases.record import RecordUnavailable, Store, open_store

KEY = "request:7:to:marco"


def reference(person: str) -> str:
    return f"slack:T1/{person}"


def saying(sentence: str) -> Message:
    return message(paragraphs([words(sentence)]))


def notice(key: str = KEY, *, in_person: bool = False) -> Notice:
    return Notice(key, reference(MARCO.id), saying("Please answer."), {"request": 7}, in_person=in_person)


@dataclass(frozen=True)
class Post:
    """What sends notices, to whom, and what is noted of it."""

    local: LocalSlack
    store: Store
    notify: Notices

    def read(self, person: str) -> list[str]:
        return [one.text for one in self.local.messages(person, "longtail")]

    def noted(self, key: str = KEY) -> Delivery:
        found = delivered(self.store, key)
        assert found is not None
        return found

    def uncertain(self) -> list[str]:
        return [one.key for one in uncertain(self.store, NOON + timedelta(seconds=1))]

    def disturbed(self, method: str = "chat.postMessage", **how: object) -> None:
        self.local.workspace.disturb(Disturbance(method, **how))  # type: ignore[arg-type]  # any of its fields


def colleagues() -> Directory:
    return Directory(Home(frozenset([TEAM_ID])), Roles(), lambda: 0.0)


@pytest.fixture
def post(store: Store) -> Iterator[Post]:
    workspace = new_workspace(random.Random(1))
    with serve(workspace) as local:
        slack = Slack(slack_client(workspace.bot.credentials.bot_token, local.api_url))
        yield Post(
            local, store, Notices(store, BotRecord(store), OneWorkspace(slack), colleagues(), lambda: TODAY)
        )


def test_a_notice_is_sent_once_and_its_receipt_is_kept(post: Post) -> None:
    assert [post.notify(notice()) for _ in range(3)] == [True, False, False]
    assert post.read("marco") == ["Please answer."]
    found = post.noted()
    assert (found.kind, found.recipient, found.about) == ("slack", reference(MARCO.id), {"request": 7})
    (sent,) = post.local.messages("marco", "longtail")
    assert found.receipt == f"{sent.channel}/{sent.ts}"


def test_of_many_who_send_at_once_one_does(post: Post) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(lambda _: post.notify(notice()), range(4))) == [False, False, False, True]
    assert post.read("marco") == ["Please answer."]


def go_away(post: Post, person: str, cover: str, until: date = TODAY) -> None:
    absence = Absence(reference(person), person, until, reference(cover), cover)
    BotRecord(post.store).go_away(absence, NOON)


def test_it_goes_to_whoever_stands_in(post: Post) -> None:
    go_away(post, MARCO.id, OLIVIA.id)
    go_away(post, OLIVIA.id, VERA.id)
    post.notify(notice())
    assert (post.read("vera"), post.read("marco"), post.read("olivia")) == (["Please answer."], [], [])
    assert post.noted().recipient == reference(VERA.id)


def test_what_is_for_one_in_person_goes_to_nobody_else(post: Post) -> None:
    go_away(post, MARCO.id, OLIVIA.id)
    post.notify(notice(in_person=True))
    assert (post.read("marco"), post.read("olivia")) == (["Please answer."], [])


def test_whoever_came_back_yesterday_answers_for_themselves(post: Post) -> None:
    go_away(post, MARCO.id, OLIVIA.id, TODAY - timedelta(days=1))
    post.notify(notice())
    assert post.read("marco") == ["Please answer."]


@pytest.mark.parametrize("person", [GITA, STELLA, XENIA])
def test_whoever_is_no_colleague_any_more_is_told_nothing(post: Post, person: Person) -> None:
    assert post.notify(replace(notice(), to=reference(person.id)))
    assert post.read(person.handle) == []
    assert "does not show a colleague" in (post.noted().failure or "")
    assert post.uncertain() == []


def test_whoever_is_no_colleague_any_more_stands_in_for_nobody(post: Post) -> None:
    go_away(post, MARCO.id, GITA.id)
    post.notify(notice())
    assert (post.read("marco"), post.read("gita")) == (["Please answer."], [])


@pytest.mark.parametrize("error", ["channel_not_found", "user_disabled", "ratelimited", "invalid_auth"])
def test_what_slack_refuses_has_failed_and_may_be_sent_again(post: Post, error: str) -> None:
    post.disturbed(error=error)
    assert post.notify(notice())
    assert post.noted().failure == f"Slack answered chat.postMessage with {error}"
    assert post.uncertain() == []
    assert post.notify(notice())
    assert post.read("marco") == ["Please answer."]
    assert post.noted().failure is None


@pytest.mark.parametrize("error", ["fatal_error", "internal_error"])
def test_after_an_error_in_which_slack_may_have_sent_it_nobody_sends_it_again(post: Post, error: str) -> None:
    post.disturbed(error=error)
    assert post.notify(notice())
    assert (post.noted().failure, post.noted().receipt) == (None, None)
    assert post.uncertain() == [KEY]
    assert not post.notify(notice())


def test_when_slack_hangs_nobody_knows_and_it_is_not_sent_again(post: Post) -> None:
    post.notify.workspaces.slack(TEAM_ID).client.timeout = 0.1  # type: ignore[assignment] # seconds of any kind
    post.disturbed(delay=0.5)
    assert post.notify(notice())
    assert post.uncertain() == [KEY]
    assert not post.notify(notice())
    assert post.local.wait(lambda: bool(post.read("marco")), 5)
    assert post.read("marco") == ["Please answer."]


def test_a_limit_is_waited_out(post: Post) -> None:
    post.disturbed(retry_after=0, times=2)
    assert post.notify(notice())
    assert post.read("marco") == ["Please answer."]
    assert post.noted().sent_at == NOON


def test_a_limit_without_end_is_a_refusal(post: Post) -> None:
    post.disturbed(retry_after=0, times=3)
    assert post.notify(notice())
    assert post.read("marco") == []
    assert "ratelimited" in (post.noted().failure or "")


def test_where_there_is_no_connection_nothing_was_sent(store: Store) -> None:
    nobody = Slack(slack_client("xoxb-1", "http://127.0.0.1:9"))
    notify = Notices(store, BotRecord(store), OneWorkspace(nobody), colleagues(), lambda: TODAY)
    assert notify(notice())
    found = delivered(store, KEY)
    assert found is not None
    assert found.failure == "not sent, since Slack does not show a colleague (unknown)"


def test_a_connection_that_breaks_before_anything_was_said_is_a_failure(post: Post) -> None:
    post.notify(notice("other", in_person=True))
    token = post.local.workspace.bot.credentials.bot_token
    nobody = Slack(slack_client(token, "http://127.0.0.1:9"))
    assert replace(post.notify, workspaces=OneWorkspace(nobody))(notice())
    assert post.noted().failure == "Slack cannot be reached"


def test_a_record_that_is_away_lets_nothing_go_out(post: Post, tmp_path: Path) -> None:
    gone = open_store(f"sqlite:///{tmp_path / 'nowhere' / 'longtail.db'}", noon)
    with pytest.raises(RecordUnavailable):
        replace(post.notify, store=gone)(notice())
    assert post.read("marco") == []
    gone.close()


def test_a_notice_is_written_anew_once(post: Post) -> None:
    post.notify(notice())
    there, sent = post.notify.workspaces, post.noted()
    assert rewrite(post.store, there, f"{KEY}:closed", sent, saying("Answered."))
    assert not rewrite(post.store, there, f"{KEY}:closed", sent, saying("Something else."))
    assert post.read("marco") == ["Answered."]
    assert post.noted(f"{KEY}:closed").kind == "slack-change"


def test_what_could_not_be_written_anew_may_be_tried_again(post: Post) -> None:
    post.notify(notice())
    there, sent = post.notify.workspaces, post.noted()
    post.disturbed("chat.update", error="cant_update_message")
    assert rewrite(post.store, there, f"{KEY}:closed", sent, saying("Answered."))
    assert post.read("marco") == ["Please answer."]
    assert rewrite(post.store, there, f"{KEY}:closed", sent, saying("Answered."))
    assert post.read("marco") == ["Answered."]
