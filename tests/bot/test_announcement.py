"""Announcements: what stands in them, and that no name in them is more than a name."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.announcement import (
    SHOWN,
    announcement,
    contacts_view,
    endings_view,
    moves_view,
    reviews_view,
    searches_view,
)
from bot.footnote import CONFIDENTIAL, Footnote
from bot.news import TOPICS, Letter
from bot.signal import TAKE, signal_blocks, signals_view
from bot.text import unescaped
from tests.bot.hostile import HOSTILE, WORDS, assert_slack_takes
from tests.conftest import NOON, TODAY
from tiering.domain.decision import Decision, Reason
from tiering.domain.exception import Grant
from tiering.usecases.news import News, Subject
from tiering.usecases.signals import Kind, Raised

ZONE = ZoneInfo("Europe/London")
NOTES = st.builds(Footnote, st.booleans(), st.lists(HOSTILE, max_size=5), st.booleans())
REASONS = st.builds(
    Reason,
    criterion=HOSTILE,
    value=HOSTILE,
    threshold=HOSTILE,
    effect=st.just("tier 2"),
    sentence=HOSTILE,
    source=HOSTILE,
    as_of=st.none() | st.dates(),
)
DECISIONS = st.builds(
    Decision,
    account_id=st.just("A-1"),
    tier=st.integers(1, 3),
    provisional=st.booleans(),
    reasons=st.lists(REASONS, min_size=1, max_size=3).map(tuple),
    policy_version=st.just(1),
    decided_on=st.just(TODAY),
)
SUBJECTS = st.builds(
    Subject,
    WORDS.map(lambda one: one[:200]),
    HOSTILE,
    st.none() | HOSTILE,
    st.none() | DECISIONS,
    HOSTILE,
)
GRANTS = st.builds(
    Grant,
    id=st.integers(1, 99),
    account_id=st.just("A-1"),
    tier=st.none() | st.integers(1, 3),
    service=HOSTILE,
    reason=HOSTILE,
    approver=HOSTILE,
    granted_by=HOSTILE,
    starts_on=st.dates(),
    until=st.dates(),
)
URLS = st.one_of(
    HOSTILE, st.just("https://kb.example/articles/a"), st.just("https://kb.example/" + "x" * 4000)
)


@st.composite
def news(draw: st.DrawFn) -> News:
    words, more = draw(HOSTILE), draw(st.none() | HOSTILE)
    payload = {
        "before": draw(st.integers(1, 9)),
        "after": draw(st.integers(1, 9)),
        "slug": words,
        "title": words,
        "url": draw(URLS),
        "owner": more,
        "due_on": draw(st.dates()),
        "query": words,
        "times": draw(st.integers(1, 10**9)),
        "since": draw(st.dates()),
        "number": words,
        "account_name": more,
        "subject": words,
    }
    number = draw(st.integers(1, 10**9))
    return News(number, NOON, "any", payload, draw(st.none() | SUBJECTS), grant=draw(st.none() | GRANTS))


def raised(number: int = 1, **values: object) -> Raised:
    known: dict[str, object] = {
        "id": number,
        "account_id": "A-1",
        "account": "Acme",
        "csm": "Dana",
        "kind": Kind.OPEN_CASES,
        "about": "",
        "sentence": "7 cases are open.",
        "raised_at": NOON,
        "ended_at": None,
        "taken_by": None,
        "taken_by_name": None,
        "taken_at": None,
    }
    return Raised(**(known | values))  # type: ignore[arg-type]  # any field by its name


@st.composite
def signals(draw: st.DrawFn) -> Raised:
    taken = draw(st.booleans())
    return raised(
        draw(st.integers(1, 10**9)),
        account_id=draw(WORDS)[:200],
        account=draw(HOSTILE),
        sentence=draw(HOSTILE),
        ended_at=draw(st.none() | st.just(NOON)),
        taken_by="slack:T1/U1" if taken else None,
        taken_by_name=draw(HOSTILE) if taken else None,
        taken_at=NOON if taken else None,
    )


@given(st.lists(news(), min_size=1, max_size=SHOWN + 5, unique_by=lambda one: one.id), NOTES)
def test_an_announcement_takes_any_words(found: list[News], note: Footnote) -> None:
    for view in (moves_view, reviews_view, searches_view, contacts_view):
        assert_slack_takes(view(found, note))
    assert_slack_takes(endings_view(found, lambda service: service, note))


@given(st.lists(signals(), min_size=1, max_size=12, unique_by=lambda one: one.id), NOTES)
def test_signals_take_any_words(found: list[Raised], note: Footnote) -> None:
    assert_slack_takes(signals_view(found, ZONE, note))
    assert list(signal_blocks(found, ZONE, TAKE))
    assert Footnote.read(note.kept()).block() is not None or note.block() is None


@given(
    st.sampled_from(list(TOPICS)),
    st.lists(news(), min_size=1, max_size=3, unique_by=lambda one: one.id),
    st.booleans(),
)
def test_a_letter_is_written_for_every_topic(topic: str, found: list[News], public: bool) -> None:
    with_signals = [News(one.id, NOON, "signal", {}, one.about, raised(one.id)) for one in found]
    of_signals = topic in ("signals", "over-servicing")
    letter = Letter("key", topic, "U1", public, with_signals if of_signals else found)
    shown, about = announcement(letter, str, ZONE)
    assert_slack_takes(shown)
    assert about["public"] == public


def moved(before: int, after: int, name: str) -> News:
    return News(
        1, NOON, "tier_changed", {"before": before, "after": after}, Subject(name, name, None, None, "")
    )


def test_several_moves_are_told_up_and_down_and_each_can_be_opened() -> None:
    shown = moves_view([moved(2, 1, "Acme"), moved(1, 3, "Globex")], Footnote())
    assert unescaped(shown.text).split("\n") == [
        "2 accounts moved to another tier.",
        "Up",
        "• Acme: tier 2 to tier 1",
        "Down",
        "• Globex: tier 1 to tier 3",
        "[Show an account]",
        "• Acme, Now tier 1",
        "• Globex, Now tier 3",
    ]


def test_what_stands_in_a_channel_says_that_it_is_confidential() -> None:
    assert moves_view([moved(2, 1, "Acme")], Footnote(public=True)).text.endswith(CONFIDENTIAL)


def test_more_signals_than_fit_are_counted_and_can_be_shown() -> None:
    shown = signals_view([raised(number) for number in range(1, 12)], ZONE, Footnote())
    assert "[And 3 more: show all]" in unescaped(shown.text)


def test_a_signal_that_is_over_says_so() -> None:
    shown = signals_view([raised(ended_at=NOON + timedelta(days=1))], ZONE, Footnote())
    assert "It is within the threshold again." in shown.text


def test_what_is_no_address_is_no_link() -> None:
    payload = {
        "slug": "a",
        "title": "Quotes",
        "url": "javascript:alert(1)",
        "owner": None,
        "due_on": date(2026, 11, 1),
    }
    shown = reviews_view([News(1, NOON, "article.overdue", payload)], Footnote())
    assert "javascript" not in repr(shown.blocks)
