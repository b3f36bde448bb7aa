"""What a person can do in Slack (type, press, choose, submit), and what Slack makes of the bot's answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.playground import inputs, payloads
from bot.playground.delivery import Acknowledgement, Delivery, Request
from bot.playground.grants import SlackRefusal
from bot.playground.inputs import Values
from bot.playground.people import BOT_USER_ID, Channel, Person
from bot.playground.rules import check_message, check_options, check_view
from bot.playground.workspace import Message, SlashCommand, View, Workspace

TROUBLE = "We had some trouble connecting. Try again?"
"""What a modal says when the bot fails."""

_TROUBLE_WITH_ACTION = {
    "operation_timeout": "Operation timed out. Apps need to respond within 3 seconds.",
    "dispatch_failed": "This app responded with an error, or could not be reached.",
}
_URL = re.compile(r"https?://[^\s<>|]+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NAME = re.compile(r"(?<![\w@/#&.])([@#])([\w-]+)")


class Gestures:
    """A person's hands: each gesture sends the bot a request and carries out what the answer says."""

    def __init__(self, workspace: Workspace, delivery: Delivery) -> None:
        self.workspace = workspace
        self.delivery = delivery
        self._offered: dict[tuple[str, str], list[Mapping[str, Any]]] = {}

    # Writing

    def type(self, person: Person, channel: Channel, text: str) -> Acknowledgement | None:
        """Send what was typed into the composer: a slash command, or a message."""
        if text.startswith("/"):
            return self.command(person, channel, text)
        return self.write(person, channel, text)

    def command(self, person: Person, channel: Channel, text: str) -> Acknowledgement | None:
        """Use a slash command; one that the bot has not declared is refused by Slack itself."""
        name, _, rest = text.partition(" ")
        declared = {known.name: known for known in self.workspace.bot.commands}
        if name not in declared:
            self.workspace.notice(person, channel, f"`{escaped(name)}` is not a valid command.")
            return None
        request = payloads.command(person, channel, name, self._command_text(declared[name], rest.strip()))
        request["trigger_id"] = self.workspace.grants.trigger(person.id)
        request["response_url"] = self._response_url(person, channel)
        answer = self.delivery.send(Request("slash_commands", request))
        problem = answer.error or self._say(answer.said, person, channel)
        if problem:
            self.workspace.notice(person, channel, f'{name} failed with the error "{problem}"')
        return answer

    def _command_text(self, command: SlashCommand, text: str) -> str:
        if not command.escape:
            return text
        return self._with_names(text, lambda sigil, found, name: f"<{sigil}{found}|{name}>")

    def _with_names(self, text: str, write: Callable[[str, str, str], str]) -> str:
        def replaced(match: re.Match[str]) -> str:
            sigil, name = match.groups()
            try:
                found = self.workspace.person(name).id if sigil == "@" else self.workspace.channel(name).id
            except SlackRefusal:
                return match.group()
            return write(sigil, found, name)

        return _NAME.sub(replaced, text)

    def _say(self, said: Mapping[str, Any], person: Person, channel: Channel) -> str:
        """Show what a command's acknowledgement says at once; gives Slack's error code, if any."""
        if not said.get("text") and not said.get("blocks"):
            return ""
        if check_message(said):
            return "invalid_command_response"
        alone = None if said.get("response_type") == "in_channel" else person.id
        blocks = tuple(said.get("blocks", ()))
        self.workspace.post(
            Message(channel.id, "", BOT_USER_ID, said.get("text", ""), blocks, visible_to=alone)
        )
        return ""

    def write(self, person: Person, channel: Channel, text: str) -> Acknowledgement | None:
        """Write a message; the bot hears of mentions, of direct messages, and of links that it unfurls."""
        marked = _EMAIL.sub(r"<mailto:\g<0>|\g<0>>", _URL.sub(r"<\g<0>>", escaped(text)))
        marked = self._with_names(
            marked, lambda sigil, found, name: f"<{sigil}{found}>" if sigil == "@" else f"<#{found}|{name}>"
        )
        message = self.workspace.post(Message(channel.id, "", person.id, marked))
        bot = self.workspace.bot
        answer = None
        if channel.is_im and "message.im" in bot.events:
            answer = self._tell(payloads.message_event("message", person, message), channel)
        elif f"<@{BOT_USER_ID}>" in marked and "app_mention" in bot.events:
            answer = self._tell(payloads.message_event("app_mention", person, message), channel)
        links = [url for url in _URL.findall(text) if url.split("/")[2] in bot.unfurl_domains]
        if links and "link_shared" in bot.events:
            answer = self._tell(payloads.link_shared(person, message, links), channel)
        return answer

    def _tell(self, event: Mapping[str, Any], channel: Channel) -> Acknowledgement:
        workspace = self.workspace
        wrapped = payloads.event(event, workspace.new_id("Ev"), workspace.clock(), channel)
        return self.delivery.send(Request("events_api", wrapped))

    # Pressing and choosing

    def act(
        self, person: Person, where: Message | View, one: inputs.Placed, value: object, values: Values
    ) -> Acknowledgement:
        """Press or choose in a message, a modal or the App Home; `values` is what else is filled in there.

        Raises NotOffered when the element does not offer `value`.
        """
        offered = self._offered.get((_name(where), one.action_id), [])
        action = inputs.action_of(one, value, offered)
        state = self._state(where, _with_value(values, one, value))
        payload = self._interaction("block_actions", person, where, state)
        payload["actions"] = [action | {"action_ts": self.workspace.new_ts()}]
        payload["trigger_id"] = self.workspace.grants.trigger(person.id)
        channel = self._channel(where, person)
        if isinstance(where, Message):
            payload["response_url"] = self._response_url(person, channel, where.ts)
        answer = self.delivery.send(Request("interactive", payload))
        if answer.error:
            self._trouble(where, person, _TROUBLE_WITH_ACTION[answer.error])
        return answer

    def suggest(
        self, person: Person, where: Message | View, one: inputs.Placed, query: str
    ) -> list[Mapping[str, Any]]:
        """Ask the bot what an external menu offers for `query`; gives the options, flat, or none."""
        payload = self._interaction("block_suggestion", person, where, self._state(where, {}))
        payload |= {"action_id": one.action_id, "block_id": one.block_id, "value": query}
        answer = self.delivery.send(Request("interactive", payload))
        if answer.error or check_options(answer.said):
            return []
        options = inputs.options_of(answer.said)
        self._offered[(_name(where), one.action_id)] = options
        return options

    # Modals

    def submit(self, person: Person, view: View, values: Values) -> Acknowledgement | None:
        """Submit a modal; nothing is sent when Slack itself sees that a field is empty or malformed."""
        state = self._state(view, values)
        complaints = inputs.complaints(view.blocks, state)
        if complaints:
            self.workspace.complain(view, complaints)
            return None
        payload = payloads.in_view("view_submission", person, view, state)
        payload |= {"trigger_id": self.workspace.grants.trigger(person.id), "response_urls": []}
        answer = self.delivery.send(Request("interactive", payload))
        if answer.error or not self._after_submission(view, answer.said):
            self.workspace.complain(view, {}, TROUBLE)
        return answer

    def _after_submission(self, view: View, said: Mapping[str, Any]) -> bool:
        """Do what the bot's acknowledgement of a submission says; false when Slack would refuse it."""
        action = said.get("response_action")
        if action in ("update", "push"):
            if check_view(said.get("view")) or said["view"]["type"] != "modal":
                return False
            if action == "push":
                self.workspace.open_view(view.person, said["view"], on=view)
            else:
                self.workspace.update_view(view, said["view"])
        elif action == "errors":
            errors = said.get("errors")
            if not isinstance(errors, dict) or not errors.keys() <= {
                block["block_id"] for block in view.blocks
            }:
                return False
            self.workspace.complain(view, errors)
        elif action == "clear":
            self.workspace.close_views(view.person)
        else:
            self.workspace.close_view(view)
        return True

    def close(self, person: Person, view: View, values: Values) -> Acknowledgement | None:
        """Close a modal with its cross; the bot hears of it when the view says `notify_on_close`."""
        everything = bool(view.payload.get("clear_on_close"))
        payload = payloads.in_view("view_closed", person, view, self._state(view, values))
        if everything:
            self.workspace.close_views(person.id)
        else:
            self.workspace.close_view(view)
        if not view.payload.get("notify_on_close"):
            return None
        return self.delivery.send(Request("interactive", payload | {"is_cleared": everything}))

    # Shortcuts and the App Home

    def shortcut(self, person: Person, callback_id: str, on: Message | None = None) -> Acknowledgement:
        """Use a global shortcut, or one on a message."""
        ts = self.workspace.new_ts()
        if on is None:
            payload = payloads.shortcut(person, callback_id, ts)
        else:
            channel = self.workspace.channels[on.channel]
            payload = payloads.message_shortcut(person, channel, on, callback_id, ts)
            payload["response_url"] = self._response_url(person, channel)
        payload["trigger_id"] = self.workspace.grants.trigger(person.id)
        return self.delivery.send(Request("interactive", payload))

    def open_home(self, person: Person) -> Acknowledgement | None:
        """Open the App Home tab."""
        if "app_home_opened" not in self.workspace.bot.events:
            return None
        channel = self.workspace.channel(self.workspace.bot.handle, person)
        home = self.workspace.home(person.id)
        return self._tell(payloads.home_opened(person, channel, self.workspace.new_ts(), home), channel)

    # Parts of the above

    def _interaction(
        self, kind: str, person: Person, where: Message | View, state: Mapping[str, Any]
    ) -> dict[str, Any]:
        if isinstance(where, View):
            return payloads.in_view(kind, person, where, state)
        return payloads.in_message(kind, person, self._channel(where, person), where) | {"state": state}

    def _state(self, where: Message | View, values: Values) -> Mapping[str, Any]:
        offered: Sequence[Mapping[str, Any]] = [
            option
            for (name, _), options in self._offered.items()
            if name == _name(where)
            for option in options
        ]
        return inputs.state_of(where.blocks, values, offered)

    def _channel(self, where: Message | View, person: Person) -> Channel:
        name = where.channel if isinstance(where, Message) else self.workspace.bot.handle
        return self.workspace.channel(name, person)

    def _response_url(self, person: Person, channel: Channel, original: str | None = None) -> str:
        token = self.workspace.grants.response(person.id, channel.id, original)
        return f"{self.workspace.base_url}/response/{token}"

    def _trouble(self, where: Message | View, person: Person, sentence: str) -> None:
        if isinstance(where, View) and where.payload["type"] == "modal":
            self.workspace.complain(where, {}, sentence)
        else:
            self.workspace.notice(person, self._channel(where, person), sentence)


def escaped(text: str) -> str:
    """Escape the three characters that Slack's markup reserves."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _name(where: Message | View) -> str:
    return where.id if isinstance(where, View) else where.ts


def _with_value(values: Values, one: inputs.Placed, value: object) -> Values:
    return {**values, one.block_id: {**values.get(one.block_id, {}), one.action_id: value}}
