"""Linking a channel to an account, so that questions asked there need no name."""

from __future__ import annotations

from bot.blocks import Block, Message, Run, actions, bold, code, message, paragraphs, says, tidy
from bot.card import LINK_GONE
from bot.choosing import unclear
from bot.day import day
from bot.desk import Desk
from bot.ears import Ears
from bot.turn import Answer, Reply, Turn
from bot.way import in_phrase, say_button
from tiering.domain.refusal import Refusal
from tiering.usecases.ask import Meant, meant

NO_CHANNEL = "Only a channel can be linked to an account. Say it in the channel that the account is about."


def register(ears: Ears) -> None:
    """Listen to those who say what a channel is about."""
    ears.phrase(
        r"link(?: this(?: channel)?)?(?: (?:to|with))? (?P<rest>(?!(?:this|to|with)\b).+)",
        linked,
        usage="link acme",
        summary="make this channel about one account: no name needed here",
    )
    ears.phrase(r"link(?: this(?: channel)?)?", shown)
    ears.phrase(
        r"unlink(?: this(?: channel)?)?", unlinked, usage="unlink", summary="make it about none again"
    )


def linked(turn: Turn, desk: Desk) -> Answer:
    """Let the channel be about an account, whatever it was about before."""
    team, channel = _place(turn)
    answer = meant(desk.store, turn.words, desk.inquiry(turn.person))
    if not isinstance(answer, Meant):
        return unclear(answer, "link {}")
    before = _account(turn, desk)
    desk.record.link(team, channel, answer.account_id, turn.person.reference, desk.clock())
    return Reply(linked_view(answer, before, desk.commands["tier"]), "ChannelLinked")


def shown(turn: Turn, desk: Desk) -> Answer:
    """Show what the channel is about, and who said so."""
    team, channel = _place(turn)
    link = desk.record.link_of(team, channel)
    if link is None:
        return Reply(no_link_view(desk.commands["tier"]), "NoChannelLink")
    account = _account(turn, desk)
    if account is None:
        raise Refusal(LINK_GONE)
    since = day(link.at.astimezone(desk.zone).date())
    return Reply(
        link_view(account, f"Linked by {desk.called(link.by)} on {since}.", desk.commands["tier"]),
        "ChannelLink",
    )


def unlinked(turn: Turn, desk: Desk) -> Answer:
    """Let the channel be about no account any more."""
    team, channel = _place(turn)
    account = _account(turn, desk)
    if not desk.record.unlink(team, channel):
        return Reply(no_link_view(desk.commands["tier"]), "NoChannelLink")
    return Reply(unlinked_view(account), "ChannelUnlinked")


def _place(turn: Turn) -> tuple[str, str]:
    """Return the team and the channel that are spoken of; raises Refusal where there is no channel."""
    if not turn.spot.channel or turn.spot.direct:
        raise Refusal(NO_CHANNEL)
    return turn.person.team, turn.spot.channel


def _account(turn: Turn, desk: Desk) -> Meant | None:
    """Return the account that the channel is about, or the one that it was merged into."""
    here = desk.linked(turn.person, turn.spot)
    found = meant(desk.store, "", desk.inquiry(turn.person), here) if here else None
    return found if isinstance(found, Meant) else None


def linked_view(account: Meant, before: Meant | None, command: str) -> Message:
    """Say what the channel is about from now on."""
    was = f" It was about {tidy(before.name)} before." if before and before != account else ""
    return message(
        paragraphs([says("This channel is about "), bold(account.name), says(f" now.{was}")], _ways(command)),
        _next(account),
    )


def link_view(account: Meant, since: str, command: str) -> Message:
    """Say what the channel is about."""
    return message(
        paragraphs(
            [says("This channel is about "), bold(account.name), says(".")],
            [says(f"{tidy(since, 160)} "), *_ways(command)],
        ),
        _next(account),
    )


def no_link_view(command: str) -> Message:
    """Say that the channel is about no account, and how that changes."""
    return message(
        paragraphs(
            [says("This channel is linked to no account.")],
            [
                says("Link it with "),
                code(f"{command} link acme"),
                says("; questions here then need no name."),
            ],
        )
    )


def unlinked_view(account: Meant | None) -> Message:
    """Say that the channel is about no account any more."""
    what = [says("This channel is not about "), bold(account.name), says(" any more.")] if account else []
    return message(
        paragraphs(what or [says("This channel is linked to no account any more.")]),
        actions("channel", [say_button("Link it again", f"link {in_phrase(account.account_id)}")])
        if account
        else None,
    )


def _ways(command: str) -> list[Run]:
    """Say what can be asked without a name."""
    asked = [run for ask in ("", " qbr", " why") for run in (code(f"{command}{ask}"), says(", "))]
    return [*asked[:-1], says(" answer for it here; only whoever asks sees the answer.")]


def _next(account: Meant) -> Block | None:
    show = say_button("Show the account", account.account_id, "account")
    return actions("channel", [show, say_button("Unlink", "unlink")])
