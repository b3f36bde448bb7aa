"""The conversation about being away: until when, and who answers meanwhile."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.absence import Absence, stand_in
from bot.blocks import Message, actions, bold, context, message, paragraphs, says, words
from bot.day import WRITTEN, day, read_day
from bot.desk import Desk
from bot.ears import Ears
from bot.forms import day_field, person_field
from bot.telling import answering, tell
from bot.text import MENTION
from bot.turn import Answer, FieldErrors, Modal, Reply, Turn
from bot.way import say_button
from tiering.domain.refusal import Refusal
from tiering.people import Person, Refused, user_of
from tiering.usecases.approvals import Approval, State, moving

FORM = "away"
LONGEST = timedelta(days=365)
EXAMPLE = "away until 12 Aug cover @someone"
NO_COVER = f"Who covers for you? Choose a colleague from the list that Slack shows after @: {EXAMPLE}."

_SAID = re.compile(
    r"(?:(?:until|till) (?P<day>.+?))?,?(?: ?(?:and )?cover(?:ed)?(?: by)?:?(?: (?P<cover>.*))?)?",
    re.IGNORECASE,
)


def register(ears: Ears) -> None:
    """Listen to those who go away and come back."""
    ears.phrase(
        r"(?:i(?: am|'m|’m) )?away(?: (?P<rest>(?:until|till|cover)\b.*))?",
        away,
        EXAMPLE,
        "somebody else answers for you until then",
    )
    ears.phrase(r"(?:i(?: am|'m|’m) )?back", back, "back", "you answer for yourself again")
    ears.form(FORM, submitted)


@dataclass(frozen=True, slots=True)
class Handover:
    """What goes with somebody's absence."""

    absence: Absence
    waiting: Sequence[Approval]
    """The requests for exceptions that waited for them."""
    passed: Sequence[Approval]
    """Those of them that now wait for whoever covers."""
    further: str
    """Who answers in the end, where the cover is away too; empty otherwise."""


def away(turn: Turn, desk: Desk) -> Answer:
    """Note that somebody is away as they say, or show how things stand and ask in a form."""
    if not turn.words:
        return away_form(_now(desk, turn.person))
    said = _SAID.fullmatch(turn.words)
    written, named = (said["day"] or "", said["cover"] or "") if said else ("", "")
    if not written:
        raise Refusal(f"Until when? Say for example: {EXAMPLE}.")
    until = read_day(written, desk.today)
    if until is None:
        raise Refusal(f"I do not know the day “{written}”. Write it as {WRITTEN}.")
    cover = re.fullmatch(MENTION, named.strip().rstrip("."))
    if cover is None:
        raise Refusal(NO_COVER)
    if wrong := _wrong_day(until, desk.today):
        raise Refusal(wrong)
    return _go(turn.person, until, cover["user"], desk)


def submitted(turn: Turn, desk: Desk) -> Answer:
    """Note what was filled in."""
    until = date.fromisoformat(turn.fields["until"])
    if wrong := _wrong_day(until, desk.today):
        raise FieldErrors({"until": wrong})
    try:
        return _go(turn.person, until, turn.fields["cover"], desk)
    except Refusal as refusal:
        raise FieldErrors({"cover": str(refusal)}) from refusal


def back(turn: Turn, desk: Desk) -> Answer:
    """Note that somebody is back."""
    return Reply(back_view(desk.record.come_back(turn.person.reference)), "Back")


def away_form(now: Absence | None) -> Modal:
    """Show how things stand, and ask until when and who covers."""
    stands = (
        f"You are away until {day(now.until)}, and {now.cover_name} covers." if now else "You are not away."
    )
    then = (
        "Say “back” to me to end it."
        if now
        else "While you are, requests and messages from me go to whoever covers."
    )
    return Modal(
        "Away",
        [
            paragraphs([bold(stands, 300)], [says(then)]),
            day_field("until", "Until", now.until if now else None, "The last day on which you are away."),
            person_field(
                "cover",
                "Who covers for you",
                user_of(now.cover) if now else "",
                "A full member of this workspace.",
            ),
        ],
        "AwayForm",
        callback_id=FORM,
    )


def away_view(handover: Handover) -> Message:
    """Confirm an absence: until when, who covers, and what follows."""
    absence = handover.absence
    first = [
        bold(f"You are away until {day(absence.until)}."),
        says(" "),
        words(absence.cover_name),
        says(" covers."),
    ]
    follows = (
        f"Until then my requests and messages go to {absence.cover_name}, and answers that name you say so."
    )
    return message(
        paragraphs(first, [words(follows, 400)], *([[words(handover.further)]] if handover.further else [])),
        paragraphs([words(sentence)]) if (sentence := _waiting(handover)) else None,
        actions("away", [say_button("I am back", "back")]),
        context("That day is included, in the company's time zone."),
    )


def back_view(was_away: bool) -> Message:
    """Say that somebody answers for themselves again."""
    if not was_away:
        return message(paragraphs([bold("You were not away.")], [says("Everything comes to you as it did.")]))
    return message(
        paragraphs([bold("Welcome back.")], [says("Requests and messages from me come to you again.")])
    )


def _waiting(handover: Handover) -> str:
    """Say what becomes of the requests that wait."""
    waiting, passed = len(handover.waiting), len(handover.passed)
    if not waiting:
        return ""
    wait = f"{waiting} requests for exceptions wait" if waiting > 1 else "One request for an exception waits"
    if passed == waiting:
        told = "them" if waiting > 1 else "it"
        return f"{wait} for your answer; whoever covers is told of {told} now."
    kept = waiting - passed
    if passed:
        stay = f"{kept} of them {'stays' if kept == 1 else 'stay'}"
    else:
        stay = "it stays" if waiting == 1 else "they stay"
    return f"{wait} for your answer; {stay} with you, since whoever covers may not give it."


def _wrong_day(until: date, today: date) -> str:
    if until < today:
        return f"{day(until)} is in the past; today is {day(today)}."
    if until - today > LONGEST:
        return f"{day(until)} is more than a year away. Choose a day until {day(today + LONGEST)}."
    return ""


def _go(person: Person, until: date, cover_id: str, desk: Desk) -> Reply:
    """Note an absence and hand over what waits; raises Refusal."""
    cover = _cover(person, cover_id, desk)
    absence = Absence(person.reference, person.name, until, cover.reference, cover.name)
    before = desk.away()
    after = [*(one for one in before if one.person != person.reference), absence]
    final = stand_in(after, person.reference)
    if final == person.reference:
        raise Refusal(
            f"{cover.name} is away too, and in the end you would cover for yourself. Choose somebody else."
        )
    waiting = [
        one
        for one in moving(desk.store, desk.clock())
        if one.state is State.OPEN and person.reference in answering(desk, one, before)
    ]
    desk.record.go_away(absence, desk.clock())
    passed = [one for one in waiting if person.reference not in answering(desk, one, after)]
    further = (
        f"{cover.name} is away too, so it goes to whoever covers there." if final != cover.reference else ""
    )

    def hand_over() -> None:
        for approval in passed:
            tell(desk, approval)

    return Reply(away_view(Handover(absence, waiting, passed, further)), "Away", then=hand_over)


def _cover(person: Person, cover_id: str, desk: Desk) -> Person:
    """Return the colleague who covers; raises Refusal."""
    if cover_id == person.id:
        raise Refusal("You cannot cover for yourself. Choose a colleague.")
    found = desk.directory.person(desk.slack.client, cover_id)
    if not isinstance(found, Refused):
        return found
    if found.because == "unknown":
        raise Refusal(
            "I could not check with Slack who that is, so nothing was changed. Please try again in a minute."
        )
    raise Refusal(
        "Only a colleague who may ask about customers here can cover for you. Choose somebody else."
    )


def _now(desk: Desk, person: Person) -> Absence | None:
    return next((one for one in desk.away() if one.person == person.reference), None)
