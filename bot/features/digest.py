"""The conversation about the weekly digest, and the sending of it."""

from __future__ import annotations

from bot.blocks import Message, actions, bold, message, paragraphs, says
from bot.book import Shown
from bot.desk import Desk
from bot.digest import WEEK, digest_view, send
from bot.ears import Ears
from bot.managers import managers_view, names_of
from bot.turn import Answer, Reply, Turn
from bot.way import say_button
from tiering.usecases.book import csms
from tiering.usecases.digest import digest, moves_since

LAST_DAY = 3
"""Until which day of the week a digest may come by itself that could not come on Monday: Wednesday."""


def register(ears: Ears) -> None:
    """Listen to those who want their digest, now or never again, and send it once a week."""
    ears.phrase(
        r"(?:my )?digest", mine, "digest", "your week: moves, signals, renewals; it comes each Monday"
    )
    ears.phrase(
        r"(?:my )?digest (?P<rest>on|off)",
        switched,
        "digest off",
        "it comes no more; “digest on” brings it back",
    )
    ears.chores.append(weekly)


def mine(turn: Turn, desk: Desk) -> Answer:
    """Show whoever asks their digest now."""
    names, inquiry = names_of(turn.person), desk.inquiry(turn.person)
    found = digest(desk.store, names, moves_since(desk.store, desk.clock() - WEEK), inquiry)
    if found.book.csm is None:
        return Reply(managers_view(names, csms(desk.store, inquiry), (), "book {}".format), "ManagerUnknown")
    return Reply(digest_view(Shown(found.book, desk.service_name), found, desk.zone), "Digest")


def switched(turn: Turn, desk: Desk) -> Answer:
    """Let the digest come, or come no more."""
    wanted = turn.words.casefold() == "on"
    desk.record.send_digest(turn.person.reference, wanted, desk.clock())
    return Reply(switched_view(wanted), "DigestSwitched")


def switched_view(wanted: bool) -> Message:
    """Say whether the digest comes from now on."""
    if wanted:
        return message(
            paragraphs(
                [bold("Your digest comes each Monday.")], [says("Where nothing needs a look, it does not.")]
            )
        )
    return message(
        paragraphs([bold("Your digest comes no more.")], [says("Say “digest” to see it when you like.")]),
        actions("digest", [say_button("Let it come again", "digest on")]),
    )


def weekly(desk: Desk) -> None:
    """Send the digests of this week that are still to be sent, in the first days of it."""
    if desk.today.isoweekday() <= LAST_DAY:
        for _ in send(desk):
            pass
