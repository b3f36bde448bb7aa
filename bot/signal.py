"""Signals as blocks: what crossed which threshold, and a button for whoever takes care of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from bot.approval import moment
from bot.blocks import Block, Message, Run, actions, bold, button, message, paragraphs, says, tidy, words
from bot.day import readable
from bot.footnote import Footnote
from bot.way import SAY_BELOW, show_button
from tiering.usecases.signals import Raised

TAKE = "signal_take"
"""The action of a button in a message that was sent; its value is the signal's number."""
TAKE_HERE = "signals_take"
"""The same in a list that somebody asked for, which is then shown anew."""
SHOWN = 8
"""Signals of one message."""


def signals_view(raised: Sequence[Raised], zone: ZoneInfo, footnote: Footnote) -> Message:
    """Tell of signals that one run raised."""
    return message(
        paragraphs([bold(_headline(raised))]) if len(raised) > 1 else None,
        *signal_blocks(raised[:SHOWN], zone, TAKE),
        _rest(raised),
        footnote.block(),
    )


def signal_blocks(
    raised: Sequence[Raised], zone: ZoneInfo, action: str, section: str = "signal"
) -> Iterator[Block | None]:
    """Show signals, each with its buttons or with who takes care of it; `section` begins the blocks' ids."""
    for one in raised:
        yield paragraphs([bold(one.account), says(": "), words(readable(one.sentence))], *_taken(one, zone))
        take = [] if one.taken_by else [button("I take it", action, str(one.id))]
        yield actions(f"{section}:{one.id}", [*take, show_button(one.account_id)])


def taken_words(one: Raised, zone: ZoneInfo) -> str:
    """Say who takes care of a signal, and since when."""
    when = f" on {moment(one.taken_at, zone)}" if one.taken_at else ""
    return f"Taken by {tidy(one.taken_by_name or 'a colleague')}{when}."


def _taken(one: Raised, zone: ZoneInfo) -> list[list[Run]]:
    lines = [[words(taken_words(one, zone))]] if one.taken_by else []
    return [*lines, [says("It is within the threshold again.")]] if one.ended_at else lines


def _headline(raised: Sequence[Raised]) -> str:
    accounts = len({one.account_id for one in raised})
    return f"{accounts:,} accounts need a look." if accounts > 1 else f"{len(raised)} signals of one account."


def _rest(raised: Sequence[Raised]) -> Block | None:
    rest = len(raised) - SHOWN
    if rest <= 0:
        return None
    return actions("signals", [button(f"And {rest:,} more: show all", f"{SAY_BELOW}signals", "signals")])
