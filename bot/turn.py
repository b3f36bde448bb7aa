"""One turn of a conversation, as values: who said or pressed what, and what the bot does in return."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from bot.blocks import Block, Message
from tiering.domain.refusal import Refusal
from tiering.people import Person


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something was said or pressed."""

    channel: str = ""
    """The channel's id; empty in a modal, the App Home, or a global shortcut."""
    direct: bool = False
    """Whether it is the direct message between the person and the bot."""
    thread: str | None = None
    """The message below which an answer belongs."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a colleague typed, pressed, chose or submitted."""

    person: Person
    words: str = ""
    """The text after the command or the mention, or the value of what was pressed or chosen."""
    spot: Spot = Spot()
    action_id: str = ""
    block_id: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What was filled into a modal, by block id; what was left empty is absent."""
    memory: str = ""
    """What the bot wrote into the modal to find it again here."""
    request: str = ""
    """Slack's own name for this request, the same however often it is delivered."""
    message: str = ""
    """The text of the message on which a shortcut was used."""


@dataclass(frozen=True, slots=True)
class Tiding:
    """Something that Slack tells of and that is nobody's turn, such as that the bot was uninstalled."""

    team: str
    """The workspace that is told of."""
    event: Mapping[str, Any]
    """What happened, as Slack describes it."""
    at: datetime
    """When, to the second."""


def read_number(text: str) -> int:
    """Read a number of the record's out of a button; raises Refusal for what is none."""
    if not text.isdecimal() or len(text) > len("999999999"):
        raise Refusal("That is not a number that I know.")
    return int(text)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person sees; `kind` is all that the journal keeps of it."""

    message: Message
    kind: str
    public: bool = False
    """Whether everybody in the channel sees it, because the person shared it on purpose."""
    below: bool = False
    """Whether it stands below what was pressed, not in its place."""
    then: Callable[[], None] | None = None
    """What is done after the person was answered, such as telling others; it may take its time."""


@dataclass(frozen=True, slots=True)
class Modal:
    """A form to fill in, or an answer where there is no channel to answer in."""

    title: str
    blocks: Sequence[Block | None]
    kind: str
    callback_id: str = ""
    """Who hears of the submission; without one there is nothing to submit."""
    submit: str = "Save"
    memory: str = ""


@dataclass(frozen=True, slots=True)
class HomePage:
    """The App Home of one person."""

    message: Message
    kind: str = "Home"


Answer: TypeAlias = Reply | Modal | HomePage | None
"""What a turn leads to; nothing where there is nothing to say."""


class FieldErrors(Exception):
    """What is wrong with a submitted form: a sentence for each field, by block id."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to one colleague that nobody asked for just now, such as a request to approve."""

    key: str
    """What makes it this one message: it is sent at most once, whatever happens."""
    to: str
    """The colleague's reference, such as `slack:T1/U2`."""
    message: Message
    about: Mapping[str, Any] = field(default_factory=dict)
    in_person: bool = False
    """Whether it goes to that colleague even while somebody stands in."""
    patient: bool = False
    """Whether it waits until the one who reads it is at work."""
