"""Announcements in channels: which channel hears of what. To colleagues themselves news comes unasked."""

from __future__ import annotations

from collections.abc import Sequence

from bot.announcing import tell_news
from bot.blocks import Message, actions, bold, code, context, message, paragraphs, points, says, words
from bot.day import day
from bot.desk import Desk
from bot.ears import Ears
from bot.footnote import CONFIDENTIAL
from bot.news import TOPICS
from bot.places import Place, place
from bot.slack import SlackRefused
from bot.storage import Hearing
from bot.turn import Answer, Reply, Turn
from bot.way import say_button
from tiering.domain.refusal import Refusal

NO_CHANNEL = "News is announced in channels. Say it in the channel in which colleagues are to hear of it."
NOT_YOURS = "Only managers and operations may say what a channel hears of."
NOT_HERE = "This channel is shared with another company, so nothing is announced here."
NOT_SEEN = "I am not in this channel. Invite me, so that I can see who reads it, and say it again."
NO_TOPIC = "I announce {}. Say for example: announce {} here."


def register(ears: Ears) -> None:
    """Listen to those who say what channels hear of, and tell everybody the news."""
    ears.phrase(
        r"announce(?: (?P<rest>(?!off\b|nothing\b).+?))?(?: here| in this channel)?",
        announced,
        "announce tier-changes here",
        "for managers and operations: this channel hears of it too",
    )
    ears.phrase(
        r"announce (?:off|nothing)(?: here)?",
        silenced,
        "announce off",
        "this channel hears of nothing any more",
    )
    ears.phrase(r"announcements", listed, "announcements", "which channels hear of what")
    ears.chores.append(tell_news)


def announced(turn: Turn, desk: Desk) -> Answer:
    """Let the channel hear of a topic, if only colleagues of ours read it."""
    team, channel = _place(turn)
    topic = _topic(turn.words)
    match place(desk.slack, channel):
        case Place.CONNECTED:
            raise Refusal(NOT_HERE)
        case Place.UNKNOWN:
            raise Refusal(NOT_SEEN)
        case Place.DIRECT:
            raise Refusal(NO_CHANNEL)
    if not desk.slack.channel(channel).get("is_member"):
        raise Refusal(NOT_SEEN)
    desk.record.announce(Hearing(team, channel, topic, turn.person.reference, desk.clock()))
    return Reply(announced_view(topic, _topics_of(desk, team, channel)), "Announced")


def silenced(turn: Turn, desk: Desk) -> Answer:
    """Let the channel hear of nothing any more."""
    team, channel = _place(turn)
    return Reply(silenced_view(desk.record.announce_no_more(team, channel)), "Silenced")


def listed(turn: Turn, desk: Desk) -> Answer:
    """Show which channels hear of what, and what there is to hear."""
    hearings = desk.record.hearings()
    here = _topics_of(desk, turn.person.team, turn.spot.channel)
    lines = (
        [
            (
                _named(desk, one),
                one.topic,
                f"since {day(one.at.astimezone(desk.zone).date())}, by {desk.called(one.by)}",
            )
            for one in hearings
        ]
        if turn.person.manages
        else []
    )
    return Reply(listed_view(here, lines, desk.commands["tier"]), "Announcements")


def announced_view(topic: str, topics: Sequence[str]) -> Message:
    """Say what the channel hears of from now on."""
    others = [one for one in topics if one != topic]
    also = [[says("It also hears of "), words(", ".join(others)), says(".")]] if others else []
    return message(
        paragraphs(
            [says("This channel hears of "), bold(topic), says(f" from now on: {TOPICS[topic]}.")], *also
        ),
        actions("announcements", [say_button("Announce nothing here", "announce off")]),
        context(f"At work hours only. {CONFIDENTIAL}"),
    )


def silenced_view(topics: Sequence[str]) -> Message:
    """Say that the channel hears of nothing any more."""
    if not topics:
        return message(paragraphs([says("This channel hears of nothing.")]))
    return message(
        paragraphs(
            [bold("Nothing is announced here any more.")],
            [says("It was "), words(", ".join(topics)), says(". To colleagues themselves news still comes.")],
        )
    )


def listed_view(here: Sequence[str], lines: Sequence[tuple[str, str, str]], command: str) -> Message:
    """Show what this channel hears of, what the others do, and what can be announced."""
    now = ", ".join(here)
    return message(
        paragraphs(
            [bold(f"This channel hears of {now}." if here else "Nothing is announced in this channel.", 300)],
            [
                says("News comes to whoever looks after the account, directly. A channel hears of it after "),
                code(f"{command} announce tier-changes here"),
                says("."),
            ],
        ),
        points("What can be announced", [[bold(topic), says(f": {what}")] for topic, what in TOPICS.items()]),
        points(
            "Where it is",
            [
                [words(channel), says(" hears of "), bold(topic), says(" "), words(more)]
                for channel, topic, more in lines
            ],
        ),
    )


def _place(turn: Turn) -> tuple[str, str]:
    """Return the team and the channel that are spoken of; raises Refusal."""
    if not turn.person.manages:
        raise Refusal(NOT_YOURS)
    if not turn.spot.channel or turn.spot.direct:
        raise Refusal(NO_CHANNEL)
    return turn.person.team, turn.spot.channel


def _topic(words: str) -> str:
    """Return the topic that somebody names, however they write it; raises Refusal."""
    said = "-".join(words.casefold().replace("-", " ").split())
    fitting = [topic for topic in TOPICS if said and topic.startswith(said)]
    if len(fitting) != 1:
        first = next(iter(TOPICS))
        raise Refusal(NO_TOPIC.format(", ".join(TOPICS), first))
    return fitting[0]


def _topics_of(desk: Desk, team: str, channel: str) -> list[str]:
    return [one.topic for one in desk.record.hearings() if (one.team, one.channel) == (team, channel)]


def _named(desk: Desk, hearing: Hearing) -> str:
    """Return what a channel is called; Slack may not say it."""
    try:
        return f"#{desk.workspaces.slack(hearing.team).channel(hearing.channel)['name']}"
    except (SlackRefused, KeyError, OSError):
        return "a channel that I am no longer in"
