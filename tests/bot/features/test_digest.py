"""The weekly digest: to each CSM once a week, in the morning, unless they do not want it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.book import Shown
from bot.cli import main
from bot.digest import Outcome, digest_view, send
from bot.features.digest import switched_view
from bot.playground.workspace import Disturbance
from bot.server import Parts
from tests.bot.features.exception.office import CHANNEL, lines
from tests.bot.features.test_book import book_of, granted, over
from tests.bot.hostile import HOSTILE, assert_slack_takes
from tests.bot.newsroom import MORNING, Newsroom, newsroom
from tests.bot.test_announcement import ZONE, signals
from tests.conftest import TODAY, MakeUrl
from tiering.content import Content
from tiering.usecases.book import Renewal
from tiering.usecases.deciding import Mover
from tiering.usecases.digest import Digest
from tiering.usecases.signals import Raised

NEXT_MONDAY = MORNING + timedelta(days=4)
WEEK = "Your week: 1 account moved, 1 signal holds."


@pytest.fixture
def room(parts: Parts, content: Content, make_url: MakeUrl) -> Iterator[Newsroom]:
    """Dana's account fell and has a signal on Friday; the week after begins."""
    with newsroom(parts, content, make_url("sqlite")) as opened:
        opened.clock.now = MORNING.replace(day=27)
        opened.acme_falls()
        opened.raises("A-1")
        opened.minute()
        opened.clock.now = NEXT_MONDAY
        yield opened


def digests(room: Newsroom, person: str = "dana") -> list[str]:
    first = [lines(one)[0] for one in room.messages(person)]
    return [one for one in first if one.startswith("Your week")]


def test_a_digest_comes_on_monday_once_however_many_processes_there_are(room: Newsroom) -> None:
    room.minute()
    room.minute()
    assert digests(room) == [WEEK]
    assert lines(room.messages("dana")[-1]) == [
        WEEK,
        "You look after 1 account.",
        "",
        "Moved to another tier in the last seven days",
        "• Acme Corporation: tier 1 to tier 2",
        "Signals",
        "• Acme Corporation: 7 cases were open on 27 November 2026; from 5 on somebody should look.",
        "[Show an account]",
        "• Acme Corporation, A signal",
        "[My book]",
        "[Signals]",
        "Once a week, in the morning. To have it no more, say “digest off” to me.",
    ]


def test_it_waits_for_the_morning_where_its_reader_is(room: Newsroom) -> None:
    room.clock.now = NEXT_MONDAY.replace(hour=9)
    room.minute()
    assert digests(room) == []
    room.clock.now = NEXT_MONDAY
    room.minute()
    assert digests(room) == [WEEK]


@pytest.mark.parametrize(("days", "comes"), [(1, True), (2, True), (3, False), (4, False)])
def test_what_could_not_come_on_monday_comes_until_wednesday(room: Newsroom, days: int, comes: bool) -> None:
    room.later(days=days)
    room.minute()
    assert bool(digests(room)) == comes


def test_who_does_not_want_it_has_none_until_they_do(room: Newsroom) -> None:
    (said,) = room.slack.command("dana", CHANNEL, "/tier digest off")
    assert lines(said)[0] == "Your digest comes no more."
    room.minute()
    assert digests(room) == []
    (said,) = room.slack.press("dana", said, "say:digest", "digest on")
    assert lines(said)[0] == "Your digest comes each Monday."
    room.minute()
    assert digests(room) == [WEEK]


def test_where_nothing_needs_a_look_none_is_sent_and_none_looked_for_again(room: Newsroom) -> None:
    desk = room.another().chores.desk
    found = {one.name: outcome for one, outcome, _ in send(desk)}
    assert found == {
        "Dana Whitfield": Outcome.SENT,
        "Marcus": Outcome.NOBODY,
        "Sofia Caruso": Outcome.NOBODY,
    }
    room.later(days=7)
    room.measures("A-1", "open_cases", 0)
    assert room.raises() == []
    found = {one.name: outcome for one, outcome, _ in send(desk)}
    assert found["Dana Whitfield"] is Outcome.CALM
    assert {one.name: outcome for one, outcome, _ in send(desk)}["Dana Whitfield"] is Outcome.TOLD


def test_what_slack_refuses_may_be_sent_again(room: Newsroom) -> None:
    desk = room.another().chores.desk
    room.slack.workspace.disturb(Disturbance("chat.postMessage", error="ratelimited"))
    assert next(one for _, one, shown in send(desk) if shown) is Outcome.FAILED
    assert next(one for _, one, shown in send(desk) if shown) is Outcome.SENT


def test_who_asks_sees_theirs_at_once_and_who_has_no_book_is_asked_whose(room: Newsroom) -> None:
    (shown,) = room.slack.command("dana", CHANNEL, "/tier digest")
    assert lines(shown)[0] == WEEK
    (shown,) = room.slack.command("vera", CHANNEL, "/tier my digest")
    assert lines(shown)[0] == "No account has a CSM called “Vera Novak”."


def test_the_command_prints_whom_it_would_tell_what_and_tells_each_once(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = tmp_path_factory.mktemp("content")
    (content / "people.yaml").write_text('quiet_hours: {begin: "00:00", end: "00:00", weekends: no}\n')
    monkeypatch.setenv("CONTENT_DIR", str(content))
    monkeypatch.setenv("DATABASE_URL", room.parts.store.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SLACK_BOT_TOKEN", room.slack.workspace.bot.credentials.bot_token)
    monkeypatch.setenv("SLACK_APP_TOKEN", room.slack.workspace.bot.credentials.app_token)
    monkeypatch.setenv("SLACK_API_URL", room.slack.api_url)
    for told in ("would be told", "is told", "has it already"):
        ran = CliRunner().invoke(main, ["digest", *(["--dry-run"] if told == "would be told" else [])])
        assert ran.exit_code == 0, ran.output
        assert f"Dana Whitfield {told}.\n" in ran.stdout
        assert "Sofia Caruso is no one colleague in Slack.\n" in ran.stdout
        assert ("    • Acme Corporation: 7 cases were open" in ran.stdout) == (told == "would be told")
    assert len(digests(room)) == 1


@given(
    st.lists(st.builds(Mover, HOSTILE, HOSTILE, st.integers(1, 9), st.integers(1, 9)), max_size=12),
    st.lists(signals(), max_size=12, unique_by=lambda one: one.id),
    HOSTILE,
)
def test_a_digest_takes_any_words(moves: list[Mover], found: list[Raised], words: str) -> None:
    book = book_of(
        csm=words,
        renewals=(Renewal("A-1", words, 1, TODAY),),
        ending=(granted(words, reason=words, service=words),),
        over=(over(words, "9", "1"),),
    )
    assert_slack_takes(digest_view(Shown(book, str), Digest(book, tuple(moves), tuple(found)), ZONE))
    assert_slack_takes(digest_view(Shown(book_of(), str), Digest(book_of(), (), ()), ZONE))
    assert_slack_takes(switched_view(True))
    assert_slack_takes(switched_view(False))
