"""Signals: what of an account wants attention, and who takes care of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.announcing import tell_of_taken
from bot.blocks import Message, actions, bold, context, divider, message, paragraphs, says, words
from bot.desk import Desk
from bot.ears import Ears
from bot.managers import names_of
from bot.signal import TAKE, TAKE_HERE, signal_blocks, taken_words
from bot.turn import Answer, Reply, Turn, read_number
from bot.way import say_button
from tiering.usecases.signals import Raised, standing, take, taken_since

LATELY = timedelta(days=1)
"""So long after somebody took a signal others may still have to be told."""
LISTED = 15
OWN, EVERYBODYS = "own", "every"
"""How the ids of a list's blocks begin, so that it can be shown anew."""


def register(ears: Ears) -> None:
    """Listen to those who look for signals and to those who take one."""
    ears.phrase(
        r"(?:my )?signals", mine, "signals", "what of your accounts wants a look: open cases, falling usage …"
    )
    ears.phrase(r"all signals|signals all", everybodys)
    ears.action(TAKE, taken)
    ears.action(TAKE_HERE, taken_here)
    ears.chores.append(follow)


def mine(turn: Turn, desk: Desk) -> Answer:
    """Show the signals of the accounts of whoever asks."""
    return Reply(_listed(turn, desk, own=True), "Signals")


def everybodys(turn: Turn, desk: Desk) -> Answer:
    """Show the signals of all accounts."""
    return Reply(_listed(turn, desk, own=False), "Signals")


def taken(turn: Turn, desk: Desk) -> Answer:
    """Let whoever presses take care of a signal; the messages that told of it say so."""
    raised = _take(turn, desk)
    return Reply(
        taken_view(raised, desk.zone, mine=raised.taken_by == turn.person.reference),
        "SignalTaken",
        below=True,
        then=lambda: tell_of_taken(desk, raised),
    )


def taken_here(turn: Turn, desk: Desk) -> Answer:
    """Let whoever presses in a list take care of a signal, and show the list anew."""
    raised = _take(turn, desk)
    shown = _listed(turn, desk, own=turn.block_id.startswith(OWN))
    return Reply(shown, "SignalTaken", then=lambda: tell_of_taken(desk, raised))


def follow(desk: Desk) -> None:
    """Say of every signal that was taken lately who took it, wherever that does not stand yet."""
    for raised in taken_since(desk.store, desk.clock() - LATELY):
        tell_of_taken(desk, raised)


def list_view(found: Sequence[Raised], zone: ZoneInfo, *, own: bool) -> Message:
    """List signals, those of which nobody takes care first."""
    whose = "your accounts" if own else "all accounts"
    other = (
        say_button("Signals of all accounts", "all signals", "all")
        if own
        else say_button("Only mine", "signals", "mine")
    )
    if not found:
        return message(
            paragraphs(
                [bold(f"No signal holds of {whose}.")],
                [says("Open cases, answers to surveys and usage are looked at once a day.")],
            ),
            actions("signals", [other]),
        )
    ordered = sorted(found, key=lambda one: one.taken_by is not None)
    free = sum(one.taken_by is None for one in found)
    many = len(found) > 1
    state = (
        "somebody takes care of each"
        if not free
        else f"{free:,} of them wait{'s' if free == 1 else ''} for somebody"
    )
    return message(
        paragraphs(
            [bold(f"{len(found):,} signal{'s' if many else ''}"), says(f" of {whose}; "), words(f"{state}.")]
        ),
        divider(),
        *signal_blocks(ordered[:LISTED], zone, TAKE_HERE, OWN if own else EVERYBODYS),
        context(f"And {len(found) - LISTED:,} more.") if len(found) > LISTED else None,
        actions("signals", [other]),
    )


def taken_view(raised: Raised, zone: ZoneInfo, *, mine: bool) -> Message:
    """Say who takes care of a signal now."""
    said = "You take care of it." if mine else taken_words(raised, zone)
    return message(paragraphs([bold(raised.account), says(": "), words(said)]))


def _listed(turn: Turn, desk: Desk, *, own: bool) -> Message:
    names = names_of(turn.person) if own else None
    return list_view(standing(desk.store, names, desk.inquiry(turn.person)), desk.zone, own=own)


def _take(turn: Turn, desk: Desk) -> Raised:
    name = turn.person.name or turn.person.id
    return take(desk.store, read_number(turn.words), name, desk.inquiry(turn.person))
