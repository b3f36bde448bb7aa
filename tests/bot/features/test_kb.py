"""`/kb`: finding an article, and sharing it where others may read along."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import knowledge_base
from bot.features.kb import articles_view, help_view
from bot.knowledge_base import Article, Hit, Hits
from bot.playground.local import LocalSlack
from bot.playground.workspace import Message
from bot.sharing import AWAY, NOT_PUBLIC
from bot.text import unescaped
from tests.bot.conftest import Library
from tests.bot.hostile import HOSTILE, WORDS, assert_slack_takes

CHANNEL = "customer-success"
CONTACT = Article("https://help.example.com/contact")


def searches(slack: LocalSlack, text: str, channel: str = CHANNEL) -> Message:
    (answer,) = slack.command("vera", channel, text)
    assert answer.visible_to == slack.workspace.person("vera").id
    return answer


def lines(answer: Message) -> list[str]:
    return unescaped(answer.text).split("\n")


def test_articles_are_shown_with_the_passage_that_answers(slack: LocalSlack, library: Library) -> None:
    library.finds(
        "Reset a password", "Sign in", total=23, section="By mail", snippet="Press <mark>reset</mark>."
    )
    said = lines(searches(slack, "/kb reset password"))
    assert said == [
        "The best 2 of 23 articles for “reset password”.",
        "Only you see them. What you share is the title and the link.",
        "",
        f"Reset a password ({library.base_url}/articles/reset-a-password)",
        "By mail: Press reset.",
        "[Share with the channel]",
        f"Sign in ({library.base_url}/articles/sign-in)",
        "By mail: Press reset.",
        "[Share with the channel]",
    ]
    assert library.asked == [("/api/v1/search?q=reset+password&limit=5", None)]


def test_one_of_them_is_shared_with_the_channel_as_title_and_link_alone(
    slack: LocalSlack, library: Library
) -> None:
    library.finds("Reset a password", "Sign in")
    answer = searches(slack, "/kb reset password")
    (shared,) = slack.press("vera", answer, "share_link:", f"{library.base_url}/articles/sign-in\nSign in")
    assert shared.visible_to is None
    assert lines(shared) == [f"Sign in ({library.base_url}/articles/sign-in)", "Shared by Vera Novak."]
    assert library.asked[-1] == ("/articles/sign-in", None)


def test_a_public_page_may_be_shared_where_another_company_reads_along(
    slack: LocalSlack, library: Library
) -> None:
    library.finds("Sign in")
    answer = searches(slack, "/kb sign in", "globex-shared")
    (shared,) = slack.press("vera", answer, "share_link:")
    assert [one.ts for one in slack.messages("xenia", "globex-shared")].count(shared.ts) == 1
    assert lines(shared)[-1] == "Shared by Vera Novak."


def test_a_page_that_has_become_private_stays_with_whoever_found_it(
    slack: LocalSlack, library: Library
) -> None:
    library.finds("Sign in")
    answer = searches(slack, "/kb sign in")
    library.private.add("/articles/sign-in")
    (refused,) = slack.press("vera", answer, "share_link:")
    assert (refused.visible_to, lines(refused)) == (slack.workspace.person("vera").id, [NOT_PUBLIC])


def test_while_nobody_can_tell_whether_a_page_is_public_it_is_not_shared(
    slack: LocalSlack, library: Library
) -> None:
    library.finds("Sign in")
    answer = searches(slack, "/kb sign in")
    library.status = 503
    (refused,) = slack.press("vera", answer, "share_link:")
    assert (refused.visible_to, lines(refused)) == (slack.workspace.person("vera").id, [AWAY])


def test_in_a_direct_message_there_is_no_channel_to_share_with(slack: LocalSlack, library: Library) -> None:
    library.finds("Sign in")
    (answer,) = slack.say("vera", "longtail", "kb sign in")
    assert lines(answer)[0] == "One article for “sign in”."
    assert not any("Share" in line for line in lines(answer)[2:])


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("kb sign in", "sign+in"),
        ("search articles for sign in", "sign+in"),
        ("look for an article about R&D <now>", "R%26D+%3Cnow%3E"),
        ("search the knowledge base for help@acme.example", "help%40acme.example"),
        ("kb https://acme.example/login fails", "acme.example%2Flogin+fails"),
        ('kb "sign in"', "sign+in"),
    ],
)
def test_a_search_may_be_put_in_plain_words(
    slack: LocalSlack, library: Library, said: str, asked: str
) -> None:
    library.finds("Sign in")
    slack.say("vera", "longtail", said)
    assert library.asked == [(f"/api/v1/search?q={asked}&limit=5", None)]


def test_a_correction_is_one_press_away(slack: LocalSlack, library: Library) -> None:
    library.finds(did_you_mean="password")
    answer = searches(slack, "/kb pasword")
    assert lines(answer) == [
        "No article answers “pasword”.",
        f"Try fewer or other words, or send the customer to the contact page ({library.base_url}/contact).",
        "[Did you mean “password”?]",
    ]
    library.finds("Reset a password")
    (again,) = slack.press("vera", answer, "say:meant")
    assert (again.ts, lines(again)[0]) == (answer.ts, "One article for “password”.")


def test_a_knowledge_base_that_is_slow_is_said_to_be_away_within_two_seconds(
    slack: LocalSlack, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge_base, "TIMEOUT", 0.2)
    library.delay = 1.0
    began = time.monotonic()
    said = lines(searches(slack, "/kb sign in"))
    assert time.monotonic() - began < 1
    assert said[0] == "The knowledge base does not answer just now."


@pytest.mark.parametrize("text", ["/kb", "/kb help", "/kb  ", "/tier kb"])
def test_alone_it_says_how_to_search(slack: LocalSlack, library: Library, text: str) -> None:
    said = lines(searches(slack, text))
    assert said[0] == "Type /kb and what the customer wants to know."
    assert said[1] == f"Or browse the knowledge base ({library.base_url}/) as customers read it."
    assert library.asked == []


def test_a_guest_may_not_search(slack: LocalSlack, library: Library) -> None:
    (answer,) = slack.command("gita", CHANNEL, "/kb sign in")
    assert answer.text.startswith("Sorry, only full members")
    assert library.asked == []


HITS = st.builds(Hit, st.just("https://help.example.com/articles/a"), WORDS, st.none() | HOSTILE, HOSTILE)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(HOSTILE, st.lists(HITS, max_size=5), st.integers(0, 10**6), st.none() | HOSTILE, st.booleans())
def test_no_words_can_break_what_was_found(
    asked: str, hits: list[Hit], total: int, meant: str | None, away: bool
) -> None:
    assert_slack_takes(articles_view(asked, Hits(tuple(hits), total, meant, away), CONTACT))


@given(st.from_regex(r"/[a-z0-9_-]{1,31}", fullmatch=True))
def test_the_help_fits(command: str) -> None:
    assert_slack_takes(help_view(command, Article("https://help.example.com/")))
