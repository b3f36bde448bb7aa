"""The way back: where the answer to a turn goes, so that only the one who asked sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.blocks import Block, Message, actions, button, for_view, message, paragraphs, without, words
from bot.slack import AddressGone, Slack, SlackRefused, TooLate, modal, remembering
from bot.turn import Answer, HomePage, Modal, Reply, Spot

SAY = "say:"
"""The action of a button that says its value, as if the person had typed it after the command."""
SAY_BELOW = "say:below:"
"""The same, where the message with the button must stay: its answer stands below."""
SHARE = "share"
"""The block of buttons that share an answer; it is left out where there is no channel to share it in."""
TITLE = "Longtail"
NEEDS_A_FORM = "There is a form for that."
_OPEN = "Open the form"
_PLAIN = re.compile(r"[\w.:/#-]+")


@dataclass(frozen=True, slots=True)
class Way:
    """The way back from one turn. Every method raises SlackRefused and OSError."""

    slack: Slack
    user: str
    spot: Spot = field(default_factory=Spot)
    response_url: str = ""
    """Where a command or a press is answered."""
    trigger: str = ""
    """What opens a modal for some seconds."""
    modal_id: str = ""
    """The modal in which something was pressed."""
    typed: str = ""
    """What was typed or written, where a form cannot open at once."""
    home: bool = False
    """Whether the App Home was opened."""
    pressed: bool = False
    """Whether an answer takes the place of the message in which something was pressed."""

    @property
    def stays(self) -> bool:
        """Whether something can be said before the answer; a modal has room for one thing."""
        return bool(self.response_url or self.spot.channel or self.home)

    def directly(self) -> Way:
        """Give the way that is always there: a direct message."""
        return Way(self.slack, self.user)

    def take(self, answer: Answer) -> None:
        """Show what a turn led to."""
        match answer:
            case Reply():
                self._show(answer)
            case Modal():
                self._open(answer)
            case HomePage():
                self.slack.publish(self.user, for_view(answer.message).blocks)
            case None:
                return

    def say(self, sentence: str) -> None:
        """Say one sentence of ours, below what stands there."""
        said = message(paragraphs([words(sentence)]))
        if self.home:
            self.slack.publish(self.user, said.blocks)
        elif self.modal_id and not self.response_url:
            # A sentence must not wipe out the modal, whose fields may be half filled in.
            self.slack.push(self.trigger, modal(TITLE, said.blocks))
        else:
            self._show(Reply(said, "sentence", below=True))

    def _show(self, reply: Reply) -> None:
        if self.response_url:
            replace = self.pressed and not reply.below and not reply.public
            what = reply.message if not self.spot.direct else without(reply.message, SHARE)
            try:
                self.slack.answer(self.response_url, what, replace=replace, public=reply.public)
            except AddressGone:
                if reply.public:
                    raise
                # A form may lie open for longer than its address holds; what it did is to be said
            else:
                return
        elif reply.public:
            raise SlackRefused("sharing", "no channel")
        alone = without(reply.message, SHARE)
        if self.modal_id:
            self.slack.renew(self.modal_id, self.view(in_modal(reply)))
        elif self.spot.direct:
            self.slack.post(self.spot.channel, alone, self.spot.thread)
        elif self.spot.channel:
            self.slack.whisper(self.spot.channel, self.user, alone, self.spot.thread)
        elif not self._opened(reply):
            self.slack.post(self.user, alone)

    def _opened(self, reply: Reply) -> bool:
        """Show an answer in a modal of its own, where one still opens."""
        if not self.trigger:
            return False
        try:
            self.slack.open(self.trigger, self.view(in_modal(reply)))
        except TooLate:
            return False
        return True

    def _open(self, form: Modal) -> None:
        if not self.trigger:
            self._show(Reply(form_offered_view(self.typed), "form", below=True))
            return
        if self.modal_id:
            self.slack.push(self.trigger, self.view(form))
        else:
            self.slack.open(self.trigger, self.view(form))

    def view(self, form: Modal) -> dict[str, Any]:
        """Write a modal that remembers where its answer goes."""
        return modal(
            form.title,
            form.blocks,
            callback_id=form.callback_id,
            submit=form.submit,
            memory=remembering(self.response_url, form.memory),
        )


def in_modal(reply: Reply) -> Modal:
    """Show an answer where there is no channel to answer in, and so none to share it in."""
    return Modal(TITLE, for_view(without(reply.message, SHARE)).blocks, reply.kind)


def say_button(label: str, phrase: str, name: str = "") -> Block:
    """Make a button that says a phrase; `name` tells it from others of its row."""
    return button(label, f"{SAY}{name or phrase.split(' ')[0]}", phrase)


def quoted(name: str) -> str:
    """Write a name into a phrase so that none of its words says anything else there."""
    return '"' + name.replace('"', " ") + '"'


def in_phrase(account_id: str) -> str:
    """Write an account's id into a phrase: as it is, unless it is more than one plain word."""
    return account_id if _PLAIN.fullmatch(account_id) else quoted(account_id)


def show_button(account_id: str) -> Block:
    """Make a button that shows an account below the message in which it stands."""
    return button("Show the account", f"{SAY_BELOW}account", account_id)


def form_offered_view(typed: str) -> Message:
    """Offer the form by a button, since only a press opens one."""
    return message(paragraphs([words(NEEDS_A_FORM)]), actions("form", [say_button(_OPEN, typed, "form")]))
