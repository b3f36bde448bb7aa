"""The bot's listeners: they find out who takes a turn, let them speak, and say it when something fails."""

from __future__ import annotations

import secrets
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.blocks import options
from bot.desk import Desk
from bot.ears import Handler, Offer
from bot.gesture import is_turn, read_turn, request_of, way_back
from bot.people import Person, Refused
from bot.slack import Slack, SlackRefused, TooLate
from bot.turn import Answer, FieldErrors, Modal, Reply
from bot.way import Way
from tiering.domain.refusal import Refusal
from tiering.usecases.ask import NoSuchAccount
from tiering.usecases.policy import NoPolicy
from tiering.usecases.record import RecordUnavailable

RECORD_AWAY = "The record cannot be reached just now; nothing was lost, please try again."
NO_POLICY = "No tier policy is in force yet. Operations can publish one with `tiering publish`."
ACCOUNT_GONE = "That account is no longer in the record. Please ask again."
PRESS_AGAIN = "That took too long for Slack, which opens a form only at once. Please press again."
SLOW = "This takes longer than usual; the answer will follow here."
UNEXPECTED = (
    "Sorry, something went wrong and there is no answer. Please try again; "
    "if it stays so, tell operations the reference {}."
)
SLOW_SECONDS = 1.5
"""After so long, whoever waits is told that it takes longer."""

log = structlog.get_logger(__name__)


def answering(desk: Desk, handler: Handler) -> Callable[..., None]:
    """Make a Bolt listener of a handler: only colleagues reach it, and only they see what it says.

    It serves commands, presses, shortcuts, messages and the opening of the App Home; what Slack delivers
    again is answered once.
    """

    def listener(body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
        if not is_turn(body):
            return
        way = way_back(body, Slack(client))
        answer: Answer = None
        with _boundary(way), _patience(way):
            request = request_of(body)
            if request and not desk.record.first_time(request, desk.clock()):
                return
            person = _person(desk, client, way, context)
            if person is None:
                return
            answer = handler(read_turn(body, person), desk)
            _note(desk, person, answer)
            way.take(answer)
        _follow_up(answer)

    return listener


def submitting(desk: Desk, handler: Handler) -> Callable[..., None]:
    """Make a listener for a submitted form: mistakes stand beside their fields, an answer follows the form.

    What is wrong with a part that is no field stands beside the first one, as what is wrong with the whole.
    A modal takes the place of the form.
    """

    def listener(body: dict[str, Any], client: WebClient, ack: Ack) -> None:
        way = way_back(body, Slack(client))
        names = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
        first = names[0] if names else ""
        try:
            admitted = desk.directory.person(client, way.user)
            if isinstance(admitted, Refused):
                ack(response_action="errors", errors={first: admitted.sentence})
                return
            answer = handler(read_turn(body, admitted), desk)
        except FieldErrors as wrong:
            ack(response_action="errors", errors=wrong.errors)
            return
        except Refusal as refusal:
            beside = refusal.about if refusal.about in names else first
            ack(response_action="errors", errors={beside: str(refusal)})
            return
        except Exception as error:  # noqa: BLE001 (the error boundary; a form without an answer loses what was typed)
            ack(response_action="errors", errors={first: explained(error)})
            return
        if isinstance(answer, Modal):
            ack(response_action="update", view=way.view(answer))
            _note(desk, admitted, answer)
            return
        ack(response_action="clear")
        with _boundary(way):
            # Delivered again, a form is answered again for Slack, but the person reads it once.
            if desk.record.first_time(f"answer to {request_of(body)}", desk.clock()):
                _note(desk, admitted, answer)
                way.take(answer)
        _follow_up(answer)

    return listener


def offering(desk: Desk, offer: Offer) -> Callable[..., None]:
    """Make a listener for a menu whose options depend on what is typed; strangers are offered nothing."""

    def listener(body: dict[str, Any], client: WebClient, context: BoltContext, ack: Ack) -> None:
        person = desk.directory.person(client, context.user_id or "")
        if isinstance(person, Refused):
            ack(options=[])
            return
        try:
            choices = offer(read_turn(body, person), desk)
        except Exception as error:  # noqa: BLE001 (the error boundary; a menu has no room for a sentence)
            explained(error)
            choices = []
        ack(options=options(choices))

    return listener


def _person(desk: Desk, client: WebClient, way: Way, context: BoltContext) -> Person | None:
    """Say who takes the turn; whoever may not is told so."""
    person = desk.directory.person(client, way.user)
    if not isinstance(person, Refused):
        return person
    log.info("refused", user=way.user, team=context.team_id, because=person.because)
    way.say(person.sentence)
    return None


def _note(desk: Desk, person: Person, answer: Answer) -> None:
    if answer is not None:
        desk.journal(person.reference, answer.kind)


def _follow_up(answer: Answer) -> None:
    """Do what follows an answer; it was given, so what fails now is for the log and for the chores."""
    if not isinstance(answer, Reply) or answer.then is None:
        return
    try:
        answer.then()
    except Exception as error:  # noqa: BLE001 (the error boundary, behind the answer)
        explained(error)


@contextmanager
def _patience(way: Way) -> Iterator[None]:
    """Tell whoever waits that it takes longer, where it does."""

    def tell() -> None:
        try:
            way.say(SLOW)
        except (OSError, SlackRefused) as unsaid:
            log.warning("unsaid", error=type(unsaid).__name__, detail=str(unsaid))

    # A modal or the App Home has no place for it.
    timer = threading.Timer(SLOW_SECONDS, tell) if way.response_url or way.spot.channel else None
    if timer:
        timer.daemon = True
        timer.start()
    try:
        yield
    finally:
        if timer:
            timer.cancel()


@contextmanager
def _boundary(way: Way) -> Iterator[None]:
    """Say in one sentence what went wrong in a turn."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 (the error boundary; Bolt's forgets the acknowledgement)
        apologise(error, way)


def apologise(error: Exception, way: Way) -> None:
    """Say in one sentence what went wrong, where there is anybody to say it to."""
    said = explained(error)
    try:
        way.say(said)
    except (OSError, SlackRefused) as unsaid:
        log.warning("unsaid", error=type(unsaid).__name__, detail=str(unsaid))


def explained(error: Exception) -> str:
    """Return the sentence for an error; everything else is for the log, which gets no words of anybody."""
    match error:
        case Refusal() | FieldErrors():
            return str(error)
        case NoPolicy():
            return NO_POLICY
        case NoSuchAccount():
            return ACCOUNT_GONE
        case TooLate():
            return PRESS_AGAIN
    reference = secrets.token_hex(4)
    log.error(
        "failed",
        reference=reference,
        error=type(error).__name__,
        detail=str(error) if isinstance(error, RecordUnavailable | SlackRefused) else None,
        trace=[f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__)],
    )
    return RECORD_AWAY if isinstance(error, RecordUnavailable) else UNEXPECTED.format(reference)
