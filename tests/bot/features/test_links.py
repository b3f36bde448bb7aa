"""Links to the knowledge base: what a stranger may read is shown below the message, once; all else is not."""

from __future__ import annotations

import time
from html import escape

import pytest
from hypothesis import given

from bot.features.links import SHOWN, link_view
from bot.knowledge_base import Preview
from bot.playground.delivery import Request
from bot.playground.local import LocalSlack
from bot.playground.payloads import event, link_shared
from bot.playground.workspace import Disturbance, Message
from bot.text import plain
from tests.bot.conftest import EVIL, Library
from tests.bot.hostile import HOSTILE, WORDS, assert_slack_takes

CHANNEL, CONNECTED = "sales", "globex-shared"
SUMMARY = "By mail, in a minute."


def page(title: str, summary: str = "", kind: str = "article") -> str:
    """The page of an article, as far as it matters here."""
    said = {"og:type": kind, "og:title": title} | ({"og:description": summary} if summary else {})
    metas = "".join(f'<meta property="{name}" content="{escape(text)}">' for name, text in said.items())
    return f"<!doctype html><html><head><title>{escape(title)}</title>{metas}</head><body>…</body></html>"


@pytest.fixture
def article(library: Library) -> str:
    """The address of an article that everybody may read."""
    library.pages["/articles/reset"] = page("Reset a password", SUMMARY)
    return f"{library.base_url}/articles/reset"


def writes(slack: LocalSlack, text: str, person: str = "vera", channel: str = CHANNEL) -> Message:
    """Let somebody write a message that nobody answers."""
    world = slack.workspace
    someone = world.person(person)
    slack.gestures.write(someone, world.channel(channel, someone), text)
    return slack.messages(person, channel)[-1]


def below(slack: LocalSlack, message: Message, seconds: float = 5) -> list[str]:
    """What is shown below a message, as soon as there is something."""

    def now() -> str:
        return plain(slack.workspace.message(message.channel, message.ts).unfurls)

    slack.wait(lambda: bool(now()), seconds)
    return now().split("\n") if now() else []


def nothing_below(slack: LocalSlack, message: Message) -> bool:
    """Whether nothing is shown below a message, once a later one has got what belongs to it."""
    library_url = slack.workspace.bot.unfurl_domains[0]
    later = writes(slack, f"http://{library_url}/articles/later")
    assert below(slack, later) == [f"Later (http://{library_url}/articles/later)"]
    return not below(slack, message, 0)


@pytest.fixture(autouse=True)
def later(library: Library) -> None:
    library.pages["/articles/later"] = page("Later")


def unfurls(slack: LocalSlack, message: Message) -> int:
    calls = [one for one in slack.workspace.calls if one.method == "chat.unfurl"]
    return sum(one.arguments["ts"] == message.ts for one in calls)


def test_an_article_is_shown_with_title_and_summary_as_a_stranger_reads_it(
    own_slack: LocalSlack, library: Library, article: str
) -> None:
    message = writes(own_slack, f"Have you seen {article}#by-mail ?")
    assert below(own_slack, message) == [f"Reset a password ({article}#by-mail)", SUMMARY]
    assert library.asked == [("/articles/reset", None)]


@pytest.mark.parametrize(("person", "channel"), [("gita", CHANNEL), ("xenia", CONNECTED)])
def test_it_is_shown_whoever_shares_it_and_nobody_is_told_off(
    own_slack: LocalSlack, article: str, person: str, channel: str
) -> None:
    before = len(own_slack.messages(person, channel))
    assert below(own_slack, writes(own_slack, article, person, channel))[0].startswith("Reset a password")
    assert len(own_slack.messages(person, channel)) == before + 1
    assert own_slack.messages(person, "longtail") == []


def test_what_a_stranger_may_not_read_is_not_shown(own_slack: LocalSlack, library: Library) -> None:
    library.private.add("/articles/secret")
    library.pages["/articles/secret"] = page("The margin of Acme", "Secret")
    assert nothing_below(own_slack, writes(own_slack, f"{library.base_url}/articles/secret"))


@pytest.mark.parametrize("path", ["/contact", "/", "/staff/", "/articles", "/courses/first-steps"])
def test_what_is_no_article_is_not_even_asked_for(own_slack: LocalSlack, library: Library, path: str) -> None:
    library.pages[path] = page("Something else")
    assert nothing_below(own_slack, writes(own_slack, f"{library.base_url}{path}"))
    assert [asked for asked, _ in library.asked] == ["/articles/later"]


@pytest.mark.parametrize(
    "body", ["", "no page", page("A file", kind="website"), page(" "), "\x00<meta property"]
)
def test_a_page_that_does_not_say_that_it_is_an_article_is_not_shown(
    own_slack: LocalSlack, library: Library, body: str
) -> None:
    library.pages["/articles/odd"] = body
    assert nothing_below(own_slack, writes(own_slack, f"{library.base_url}/articles/odd"))


def test_only_what_everybody_may_read_is_shown_of_several_links_and_each_once(
    own_slack: LocalSlack, library: Library, article: str
) -> None:
    library.private.add("/articles/secret")
    message = writes(own_slack, f"{library.base_url}/articles/secret or {article} or {article}")
    assert below(own_slack, message) == [f"Reset a password ({article})", SUMMARY]


def test_of_many_links_a_few_are_shown(own_slack: LocalSlack, library: Library) -> None:
    urls = [f"{library.base_url}/articles/n{number}" for number in range(SHOWN + 3)]
    for number in range(SHOWN + 3):
        library.pages[f"/articles/n{number}"] = page(f"Article {number}")
    assert len(below(own_slack, writes(own_slack, " ".join(urls)))) == SHOWN


def told(slack: LocalSlack, message: Message, url: str, name: str, **changes: object) -> None:
    """Let Slack tell of a link, under a name of its own."""
    inner = link_shared(slack.workspace.person("vera"), message, [url]) | changes
    channel = slack.workspace.channels[message.channel]
    slack.delivery.send(Request("events_api", event(inner, name, time.time(), channel)))


def test_a_message_gets_it_once_however_often_slack_tells_of_it(own_slack: LocalSlack, article: str) -> None:
    message = writes(own_slack, article)
    below(own_slack, message)
    told(own_slack, message, article, "EvAGAIN")
    own_slack.redeliver(own_slack.deliveries[0])
    assert not nothing_below(own_slack, message)
    assert unfurls(own_slack, message) == 1


def test_a_link_that_is_only_being_written_is_left_alone(own_slack: LocalSlack, article: str) -> None:
    message = writes(own_slack, "I am writing")
    told(own_slack, message, article, "EvCOMPOSER", source="composer", channel="COMPOSER")
    assert nothing_below(own_slack, message)


@pytest.mark.parametrize(
    "links", [None, "text", [None], [{"url": 7}], [{}], [{"url": "http://127.0.0.1:1/articles/x"}]]
)
def test_what_makes_no_sense_is_left_alone(own_slack: LocalSlack, library: Library, links: object) -> None:
    message = writes(own_slack, "Hello")
    told(own_slack, message, "http://x/", "EvODD", links=links)
    assert nothing_below(own_slack, message)
    assert [asked for asked, _ in library.asked] == ["/articles/later"]


def test_where_the_knowledge_base_is_away_nothing_is_shown_and_nobody_is_told(
    own_slack: LocalSlack, library: Library, article: str
) -> None:
    library.broken.add("/articles/reset")
    assert nothing_below(own_slack, writes(own_slack, article))
    assert ("/articles/reset", None) in library.asked
    assert own_slack.messages("vera", "longtail") == []


def test_where_slack_refuses_it_nobody_is_told(own_slack: LocalSlack, article: str) -> None:
    own_slack.workspace.disturb(Disturbance("chat.unfurl", error="cannot_unfurl_url"))
    message = writes(own_slack, article)
    assert own_slack.wait(lambda: unfurls(own_slack, message) == 1)
    assert nothing_below(own_slack, message)


def test_hostile_titles_are_words(own_slack: LocalSlack, library: Library) -> None:
    library.pages["/articles/evil"] = page(EVIL, "<script>alert(1)</script> *bold*")
    url = f"{library.base_url}/articles/evil"
    assert below(own_slack, writes(own_slack, url)) == [f"{EVIL} ({url})", "<script>alert(1)</script> *bold*"]


@given(title=WORDS, summary=HOSTILE)
def test_whatever_an_article_says_of_itself_slack_takes_it(title: str, summary: str) -> None:
    assert_slack_takes(link_view("https://help.example.com/articles/a", Preview(title, summary)))
