"""The bot's listeners: they find out who takes a turn, let them speak, and say it when something fails."""

from __future__ import annotations

import secrets
import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeAlias

import structlog
from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.blocks import Choice, options
from bot.day import readable
from bot.desk import Desk
from bot.ears import Handler, Heed, Offer
from bot.gesture import is_turn, read_tiding, read_turn, request_of, way_back
from bot.slack import Slack, SlackRefused, TooLate
from bot.turn import Answer, FieldErrors, Modal, Reply
from bot.way import Way
from bot.workspaces import NotInstalled
from tiering.domain.refusal import Refusal
from tiering.people import Person, Refused
from tiering.usecases.ask import NoSuchAccount
from tiering.usecases.policy import NoPolicy
from tiering.usecases.record import RecordUnavailable

RECORD_AWAY = "The record cannot be reached just now; nothing was lost, please try again."
NO_POLICY = "No tier policy is in force yet. Operations can publish one with `tiering publish`."
ACCOUNT_GONE = "That account is no longer in the record. Please ask again."
NOT_INSTALLED = (
    "Longtail is not installed in this workspace as it must be. Whoever looks after it can install it again."
)
PRESS_AGAIN = "That took too long for Slack, which opens a form only at once. Please press again."
SLOW = "This takes longer than usual; the answer will follow."
SLOW_FORM = "This takes longer than usual. Press again in a moment; nothing will be done twice."
UNEXPECTED = (
    "Sorry, something went wrong and there is no answer. Please try again; "
    "if it stays so, tell operations the reference {}."
)
SLOW_SECONDS = 1.7
"""After so long, whoever waits is told that it takes longer; a record that is away has been said by then."""
REMEMBERED_FORMS = 1000

Said: TypeAlias = Mapping[str, Any]
"""What a form is acknowledged with."""

log = structlog.get_logger(__name__)


def answering(desk: Desk, handler: Handler) -> Callable[..., None]:
    """Make a Bolt listener of a handler: only colleagues reach it, and only they see what it says.

    It serves commands, presses, shortcuts, messages and the opening of the App Home; what Slack delivers
    again is answered once.
    """

    def listener(body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
        if not is_turn(body):
            return
        here = desk_at(desk, body, client, context)
        if here is None:
            return
        way = way_back(body, here.slack)
        answer: Answer = None
        waiting = way if way.stays else way.directly()
        with _boundary(way), _patience(lambda: tell(waiting, SLOW)):
            request = request_of(body)
            if request and not desk.record.first_time(request, desk.clock()):
                return
            person = _person(here, way, context)
            if person is None:
                return
            answer = handler(read_turn(body, person), here)
            _note(desk, person, answer)
            way.take(answer)
        _follow_up(answer)

    return listener


def submitting(desk: Desk, handler: Handler) -> Callable[..., None]:
    """Make a listener for a submitted form: mistakes stand beside their fields, an answer follows the form.

    What is wrong with a part that is no field stands beside the first one, as what is wrong with the whole.
    A modal takes the place of the form.
    """
    receipts = Receipts()

    def listener(body: dict[str, Any], context: BoltContext, ack: Ack) -> None:
        delivery = str(body.get("trigger_id") or "")
        if given := receipts.find(delivery):
            ack(**given)
            return
        names = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
        # Slack waits three seconds for it; pressing again is safe, since whoever writes knows the form.
        with _patience(lambda: ack(**_beside(names, SLOW_FORM))):
            try:
                here = replace(desk, slack=desk.workspaces.slack(context.team_id or ""))
            except (NotInstalled, RecordUnavailable) as error:
                ack(**_beside(names, explained(error)))
                return
            way = way_back(body, here.slack)
            said, person, answer = _submitted(body, way, names, here, handler)
        receipts.keep(delivery, said)
        ack(**said)
        if person is None:
            return
        with _boundary(way):
            # Submitted again, a form is answered again for Slack, but the person reads it once.
            if isinstance(answer, Modal):
                _note(desk, person, answer)
            elif desk.record.first_time(f"answer to {request_of(body)}", desk.clock()):
                _note(desk, person, answer)
                way.take(answer)
        _follow_up(answer)

    return listener


class Receipts:
    """What forms were acknowledged with: one that is delivered again is given the same, and is not read."""

    def __init__(self) -> None:
        self._given: OrderedDict[str, Said] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, delivery: str) -> Said | None:
        """Return what a delivery was acknowledged with, where it has come before."""
        with self._lock:
            return self._given.get(delivery)

    def keep(self, delivery: str, said: Said) -> None:
        """Remember what a delivery was acknowledged with; one without a name is not remembered."""
        with self._lock:
            if delivery:
                self._given[delivery] = said
            if len(self._given) > REMEMBERED_FORMS:
                self._given.popitem(last=False)


def _submitted(
    body: dict[str, Any], way: Way, names: Sequence[str], desk: Desk, handler: Handler
) -> tuple[Said, Person | None, Answer]:
    """Return how a form is acknowledged; and, where it was taken, who sent it and what follows."""
    try:
        admitted = desk.directory.person(way.slack.client, way.user)
        if isinstance(admitted, Refused):
            return _beside(names, admitted.sentence), None, None
        answer = handler(read_turn(body, admitted), desk)
    except FieldErrors as wrong:
        return {"response_action": "errors", "errors": wrong.errors}, None, None
    except Refusal as refusal:
        return _beside(names, readable(str(refusal)), refusal.about), None, None
    except Exception as error:  # noqa: BLE001 (the error boundary; a form without an answer loses what was typed)
        return _beside(names, explained(error)), None, None
    if isinstance(answer, Modal):
        return {"response_action": "update", "view": way.view(answer)}, admitted, answer
    return {"response_action": "clear"}, admitted, answer


def _beside(names: Sequence[str], sentence: str, about: str = "") -> Said:
    """Let a sentence stand beside the field that it is about, otherwise beside the first."""
    field = about if about in names else next(iter(names), "")
    return {"response_action": "errors", "errors": {field: sentence}}


def offering(desk: Desk, offer: Offer) -> Callable[..., None]:
    """Make a listener for a menu whose options depend on what is typed; strangers are offered nothing."""

    def listener(body: dict[str, Any], context: BoltContext, ack: Ack) -> None:
        choices: Sequence[Choice] = []
        try:
            here = replace(desk, slack=desk.workspaces.slack(context.team_id or ""))
            person = desk.directory.person(here.slack.client, context.user_id or "")
            if not isinstance(person, Refused):
                choices = offer(read_turn(body, person), here)
        except Exception as error:  # noqa: BLE001 (the error boundary; a menu has no room for a sentence)
            explained(error)
        ack(options=options(choices))

    return listener


def heeding(desk: Desk, heed: Heed) -> Callable[..., None]:
    """Make a listener for what Slack tells of and is nobody's turn, so that nobody is answered."""

    def listener(body: dict[str, Any], context: BoltContext) -> None:
        try:
            heed(read_tiding(body, context.team_id or ""), desk)
        except Exception as error:  # noqa: BLE001 (the error boundary, where there is nobody to tell)
            explained(error)

    return listener


def desk_at(desk: Desk, body: Mapping[str, Any], client: WebClient, context: BoltContext) -> Desk | None:
    """Return the desk in the workspace where a turn is taken; where it has none, say so as far as one can."""
    try:
        return replace(desk, slack=desk.workspaces.slack(context.team_id or ""))
    except (NotInstalled, RecordUnavailable) as error:
        apologise(error, way_back(body, Slack(client)))
        return None


def _person(desk: Desk, way: Way, context: BoltContext) -> Person | None:
    """Say who takes the turn; whoever may not is told so."""
    person = desk.directory.person(desk.slack.client, way.user)
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
def _patience(tell: Callable[[], object]) -> Iterator[None]:
    """Tell whoever waits that it takes longer, where it does; never after what follows."""
    timer = threading.Timer(SLOW_SECONDS, tell)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


@contextmanager
def _boundary(way: Way) -> Iterator[None]:
    """Say in one sentence what went wrong in a turn."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 (the error boundary; Bolt's forgets the acknowledgement)
        apologise(error, way)


def apologise(error: Exception, way: Way) -> None:
    """Say in one sentence what went wrong, where there is anybody to say it to."""
    tell(way, explained(error))


def tell(way: Way, sentence: str) -> None:
    """Say a sentence where the answer would stand, or else as a direct message."""
    for back in (way, way.directly()):
        try:
            back.say(sentence)
        except (OSError, SlackRefused) as unsaid:
            log.warning("unsaid", error=type(unsaid).__name__, detail=str(unsaid))
        else:
            return


def explained(error: Exception) -> str:
    """Return the sentence for an error; everything else is for the log, which gets no words of anybody."""
    match error:
        case Refusal():
            return readable(str(error))
        case FieldErrors():
            return str(error)
        case NoPolicy():
            return NO_POLICY
        case NoSuchAccount():
            return ACCOUNT_GONE
        case TooLate():
            return PRESS_AGAIN
        case NotInstalled():
            log.warning("not installed")
            return NOT_INSTALLED
    reference = secrets.token_hex(4)
    log.error(
        "failed",
        reference=reference,
        error=type(error).__name__,
        detail=str(error) if isinstance(error, RecordUnavailable | SlackRefused) else None,
        trace=[f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__)],
    )
    return RECORD_AWAY if isinstance(error, RecordUnavailable) else UNEXPECTED.format(reference)
