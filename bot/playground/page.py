"""The page in the browser: looks and works like a Slack channel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug import Response as Redirect

from bot.playground import inputs
from bot.playground.delivery import Acknowledgement
from bot.playground.gestures import Gestures
from bot.playground.grants import SlackRefusal
from bot.playground.inputs import NotOffered, Values
from bot.playground.people import BOT_USER_ID, CAST, SLACKBOT_ID, Channel, Person
from bot.playground.words import Words
from bot.playground.workspace import Message, View, Workspace

POLL_SECONDS = 20.0
"""How long the server holds a question for news open."""

_Group = tuple[str, list[Mapping[str, Any]]]


@dataclass(frozen=True)
class Reader:
    """Who looks at the page, and where."""

    person: Person
    channel: Channel


class Renderer:
    """Renders messages and views as one person sees them."""

    def __init__(self, workspace: Workspace, person: Person) -> None:
        self.workspace = workspace
        self.words = Words(person, workspace.people, workspace.channels, workspace.clock())
        self._person = person

    def message(self, message: Message) -> str:
        """Render a message with its author, time and developer's menu."""
        zone = timezone(timedelta(seconds=self._person.offset))
        moment = datetime.fromtimestamp(float(message.ts), UTC).astimezone(zone)
        shortcuts = [one for one in self.workspace.bot.shortcuts if one.on_message]
        return render_template(
            "message.html",
            message=message,
            author=self.workspace.people[message.user],
            bots=(BOT_USER_ID, SLACKBOT_ID),
            moment=moment,
            json=json.dumps(message.as_payload(), indent=2, ensure_ascii=False),
            shortcuts=shortcuts,
            **self._tools(),
        )

    def view(self, view: View) -> str:
        """Render a modal or an App Home."""
        source = json.dumps(view.payload, indent=2, ensure_ascii=False)
        return render_template("view.html", view=view, json=source, **self._tools())

    def _tools(self) -> dict[str, Any]:
        return {"words": self.words, "choices": self._choices, "local_moment": self._local_moment}

    def _choices(self, element: Mapping[str, Any]) -> list[_Group]:
        """List what a menu offers, in groups, as options; people and channels become options too."""
        kind = element["type"]
        if "option_groups" in element:
            return [(group["label"]["text"], group["options"]) for group in element["option_groups"]]
        if kind.endswith("users_select"):
            people = [one for one in self.workspace.people.values() if one.id != SLACKBOT_ID]
            return [("", [_as_option(one.id, one.name) for one in people])]
        if kind.endswith(("channels_select", "conversations_select")):
            channels = [one for one in self.workspace.channels_of(self._person) if not one.is_im]
            return [("", [_as_option(one.id, f"#{one.name}") for one in channels])]
        return [("", element.get("options", []))]

    def _local_moment(self, stamp: int) -> str:
        zone = timezone(timedelta(seconds=self._person.offset))
        return datetime.fromtimestamp(stamp, UTC).astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def _as_option(value: str, text: str) -> Mapping[str, Any]:
    return {"text": {"type": "plain_text", "text": text, "emoji": False}, "value": value}


class Page:
    """The page's addresses: one shows it, one tells news, and there is one for each gesture."""

    def __init__(self, gestures: Gestures) -> None:
        self._gestures = gestures
        self._workspace = gestures.workspace

    def show(self) -> str:
        """Show the page as one person in one channel."""
        workspace, bot = self._workspace, self._workspace.bot
        reader = _reader(workspace, request.args)
        return render_template(
            "page.html",
            reader=reader,
            home=request.args.get("tab") == "home" and reader.channel.is_im,
            people=CAST,
            channels=workspace.channels_of(reader.person),
            direct=_direct(workspace, reader.person),
            bot=bot,
            names=[one for one in workspace.people.values() if one.id != SLACKBOT_ID],
            shortcuts=[one for one in bot.shortcuts if not one.on_message],
            members=[workspace.people[member] for member in reader.channel.members],
        )

    def permalink(self, channel: str, stamp: str) -> Redirect:
        """Lead from a message's lasting address to its channel."""
        return redirect(url_for("page.show", channel=channel, _anchor=f"m{stamp[1:-6]}.{stamp[-6:]}"))

    def news(self) -> Response:
        """Tell what the reader sees, as soon as it is newer than `after`."""
        workspace, reader = self._workspace, _reader(self._workspace, request.args)
        after = request.args.get("after", 0, type=int)
        workspace.wait(lambda: workspace.version != after, POLL_SECONDS if after else 0)
        return jsonify(_news(workspace, reader, after))

    def type(self) -> Response:
        """Send what was typed."""
        reader, said = self._read()
        return _outcome(self._gestures.type(reader.person, reader.channel, str(said.get("text", "")).strip()))

    def act(self) -> Response:
        """Press or choose."""
        reader, said = self._read()
        where = _where(self._workspace, reader.person, said)
        one = _placed(where, said)
        return _outcome(self._gestures.act(reader.person, where, one, said.get("value"), _values(said)))

    def options(self) -> Response:
        """Ask what an external menu offers."""
        reader, said = self._read()
        where = _where(self._workspace, reader.person, said)
        query = str(said.get("query", ""))
        found = self._gestures.suggest(reader.person, where, _placed(where, said), query)
        words = Renderer(self._workspace, reader.person).words
        return jsonify(
            [
                {
                    "value": one["value"],
                    "html": str(words.text(one["text"])),
                    "more": str(words.text(one["description"])) if "description" in one else "",
                }
                for one in found
            ]
        )

    def submit(self) -> Response:
        """Submit a modal."""
        reader, said = self._read()
        view = _view(self._workspace, reader.person, said)
        return _outcome(self._gestures.submit(reader.person, view, _values(said)))

    def close(self) -> Response:
        """Close a modal."""
        reader, said = self._read()
        view = _view(self._workspace, reader.person, said)
        return _outcome(self._gestures.close(reader.person, view, _values(said)))

    def shortcut(self) -> Response:
        """Use a shortcut."""
        reader, said = self._read()
        where = _where(self._workspace, reader.person, said) if "ts" in said else None
        on = where if isinstance(where, Message) else None
        return _outcome(self._gestures.shortcut(reader.person, str(said.get("callback_id")), on))

    def home(self) -> Response:
        """Open the Home tab."""
        reader, _ = self._read()
        return _outcome(self._gestures.open_home(reader.person))

    def _read(self) -> tuple[Reader, Mapping[str, Any]]:
        said = request.get_json()
        if not isinstance(said, dict):
            abort(400)
        return _reader(self._workspace, said), said


def page(gestures: Gestures) -> Blueprint:
    """Make the blueprint."""
    blueprint = Blueprint("page", __name__)
    shown = Page(gestures)
    blueprint.add_url_rule("/", "show", shown.show)
    blueprint.add_url_rule("/archives/<channel>/<stamp>", "permalink", shown.permalink)
    blueprint.add_url_rule("/page/news", "news", shown.news)
    for gesture in (
        shown.type,
        shown.act,
        shown.options,
        shown.submit,
        shown.close,
        shown.shortcut,
        shown.home,
    ):
        name = gesture.__name__
        blueprint.add_url_rule(f"/page/{name}", name, gesture, methods=["POST"])
    blueprint.register_error_handler(SlackRefusal, _refused)
    blueprint.register_error_handler(NotOffered, _refused)
    return blueprint


def _refused(problem: Exception) -> tuple[Response, int]:
    return jsonify(problem=str(problem)), 400


def _news(workspace: Workspace, reader: Reader, after: int) -> dict[str, Any]:
    """Gather what the reader should see now; HTML only for what changed after the version `after`."""
    renderer = Renderer(workspace, reader.person)
    with workspace.changed:
        version = workspace.version
        messages = workspace.messages(reader.person, reader.channel)
        modal, home = workspace.top_view(reader.person.id), workspace.home(reader.person.id)
    return {
        "version": version,
        "messages": [
            {"ts": one.ts, "html": renderer.message(one) if one.version > after else ""} for one in messages
        ],
        "latest": _latest(workspace, reader.person),
        "modal": _seen_view(renderer, modal),
        "home": _seen_view(renderer, home),
    }


def _latest(workspace: Workspace, reader: Person) -> dict[str, dict[str, str]]:
    """Tell when each person last heard something, by channel: of others only what the bot wrote directly."""
    rooms = [(one, _direct(workspace, one)) for one in CAST if one != reader]
    rooms += [(reader, channel) for channel in workspace.channels_of(reader)]
    found: dict[str, dict[str, str]] = {}
    for person, channel in rooms:
        heard = [one.ts for one in workspace.messages(person, channel) if one.user != person.id]
        found.setdefault(person.handle, {}).update({channel.id: heard[-1]} if heard else {})
    return found


def _direct(workspace: Workspace, person: Person) -> Channel:
    return next(one for one in workspace.channels_of(person) if one.is_im)


def _seen_view(renderer: Renderer, view: View | None) -> dict[str, Any] | None:
    if view is None:
        return None
    return {"id": view.id, "version": view.version, "html": renderer.view(view)}


def _reader(workspace: Workspace, given: Mapping[str, Any]) -> Reader:
    """Find who looks where; without a word, operations in the first channel that they are in."""
    person = workspace.person(str(given.get("as") or "olivia"))
    if person not in CAST:
        raise SlackRefusal("user_not_found")
    if given.get("channel"):
        return Reader(person, workspace.channel(str(given["channel"]), person))
    return Reader(person, workspace.channels_of(person)[0])


def _where(workspace: Workspace, person: Person, said: Mapping[str, Any]) -> Message | View:
    if "view" in said:
        return _view(workspace, person, said)
    channel = workspace.channel(str(said.get("channel")), person)
    message = workspace.message(channel.id, str(said.get("ts")))
    if message.visible_to not in (None, person.id):
        raise SlackRefusal("message_not_found")
    # What a message unfurled can be acted on like its own blocks.
    return replace(message, blocks=(*message.blocks, *message.unfurls))


def _view(workspace: Workspace, person: Person, said: Mapping[str, Any]) -> View:
    view = workspace.view(str(said.get("view")))
    if view.person != person.id:
        raise SlackRefusal("not_found")
    return view


def _placed(where: Message | View, said: Mapping[str, Any]) -> inputs.Placed:
    for one in inputs.placed(where.blocks):
        if (one.block_id, one.action_id) == (said.get("block_id"), said.get("action_id")):
            return one
    raise NotOffered("this element is no longer there")


def _values(said: Mapping[str, Any]) -> Values:
    values = said.get("values")
    if not isinstance(values, dict):
        return {}
    return {str(block): filled for block, filled in values.items() if isinstance(filled, dict)}


def _outcome(answer: Acknowledgement | None) -> Response:
    if answer is None:
        return jsonify(sent=False)
    return jsonify(sent=True, error=answer.error, milliseconds=round(answer.seconds * 1000))
