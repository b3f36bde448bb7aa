"""One turn of a conversation: who said or pressed what, what the bot shows, and says when it fails."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import structlog
from slack_bolt import BoltContext, Respond
from slack_sdk import WebClient

from bot.blocks import Message, message, paragraphs, words
from bot.directory import Directory
from bot.knowledge_base import KnowledgeBase
from bot.people import Person, Refused
from tiering.domain.service import Prose
from tiering.usecases.ask import Inquiry, NoSuchAccount
from tiering.usecases.policy import NoPolicy
from tiering.usecases.record import RecordUnavailable, Store

RECORD_AWAY = "The record cannot be reached just now; nothing was lost, please try again."
NO_POLICY = "No tier policy is in force yet. Operations can publish one with `tiering publish`."
ACCOUNT_GONE = "That account is no longer in the record. Please ask again."
UNEXPECTED = (
    "Sorry, something went wrong and there is no answer. Please try again; "
    "if it stays so, tell operations the reference {}."
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command as Slack must be told of it."""

    name: str
    usage: str
    summary: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What a colleague typed, pressed or chose."""

    person: Person
    words: str
    """The text after the command, or the value of what was pressed or chosen."""
    command: str = ""
    """`/tier`, or nothing where something was pressed."""
    action_id: str = ""
    block_id: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person sees; `kind` is all that the journal keeps of it."""

    message: Message
    kind: str


Handler = Callable[[Turn], Reply]
"""Answers a turn; raises what the error boundary knows how to say."""


class Journal(Protocol):
    """Notes who asked which kind of thing; never the words."""

    def __call__(self, who: str, kind: str) -> None:
        """Note one turn."""


@dataclass(frozen=True)
class Desk:
    """What every conversation needs to answer."""

    store: Store
    prose: Callable[[], Prose]
    """Gives the catalogue's wording of this moment."""
    zone: ZoneInfo
    """The company's own, which says what day it is."""
    clock: Callable[[], datetime]
    knowledge_base: KnowledgeBase
    directory: Directory
    journal: Journal

    def inquiry(self, person: Person) -> Inquiry:
        """Say who asks, and on which day."""
        return Inquiry(person.reference, self.clock().astimezone(self.zone).date(), self.prose())


class SlackRefused(Exception):
    """Slack did not take an answer."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"Slack answered {status}: {body[:200]}")


def answering(desk: Desk, handler: Handler) -> Callable[..., None]:
    """Make a Bolt listener of a handler: only colleagues reach it, and only they see what it says."""

    def listener(body: dict[str, Any], context: BoltContext, client: WebClient, respond: Respond) -> None:
        try:
            person = desk.directory.person(client, context.user_id or "")
            if isinstance(person, Refused):
                log.info("refused", user=context.user_id, team=context.team_id, because=person.because)
                send(respond, sentence(person.sentence))
                return
            turn = _turn(person, body)
            reply = handler(turn)
            desk.journal(person.reference, reply.kind)
            send(respond, reply.message, replace=not turn.command)
        except Exception as error:  # noqa: BLE001 (the error boundary; Bolt's forgets the acknowledgement)
            apologise(error, respond)

    return listener


def _turn(person: Person, body: dict[str, Any]) -> Turn:
    if "command" in body:
        return Turn(person, body.get("text") or "", command=body["command"])
    action = body["actions"][0]
    value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
    return Turn(person, value, action_id=action["action_id"], block_id=action["block_id"])


def sentence(what: str) -> Message:
    """Make a message of one sentence of ours."""
    return message(paragraphs([words(what)]))


def send(respond: Respond, what: Message, replace: bool = False) -> None:
    """Show a message to the person alone, in place of what was pressed or below; raises SlackRefused."""
    answer = respond(
        text=what.text, blocks=list(what.blocks), response_type="ephemeral", replace_original=replace
    )
    if answer.status_code != 200:
        raise SlackRefused(answer.status_code, answer.body)


def apologise(error: Exception, respond: Respond) -> None:
    """Say in one sentence what went wrong; everything else is for the log, which gets no words of anybody."""
    reference = secrets.token_hex(4)
    match error:
        case RecordUnavailable():
            said = RECORD_AWAY
        case NoPolicy():
            said = NO_POLICY
        case NoSuchAccount():
            said = ACCOUNT_GONE
        case _:
            said = UNEXPECTED.format(reference)
    log.error(
        "failed",
        reference=reference,
        error=type(error).__name__,
        detail=str(error) if isinstance(error, RecordUnavailable | SlackRefused) else None,
        trace=[f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__)],
    )
    if respond.response_url is None:
        return
    try:
        send(respond, sentence(said))
    except (OSError, SlackRefused) as unsaid:
        log.warning("unsaid", reference=reference, error=type(unsaid).__name__, detail=str(unsaid))
