"""What Slack says happened (a command, a press, a form, a message), read into a turn and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.slack import Slack, remembered
from bot.turn import Spot, Tiding, Turn
from bot.way import SAY_BELOW, Way
from tiering.people import Person

Body = Mapping[str, Any]


def makes_sense(body: Body) -> bool:
    """Tell whether what we read of a request has the shape that Slack gives it."""
    for key in ("event", "user", "view", "channel", "message"):
        if not isinstance(body.get(key) or {}, dict):
            return False
    actions = body.get("actions") or []
    if not isinstance(actions, list) or not all(isinstance(one, dict) for one in actions):
        return False
    view = body.get("view") or {}
    state = view.get("state") or {}
    if not isinstance(state, dict) or not isinstance(state.get("values") or {}, dict):
        return False
    if body.get("type") == "view_submission":
        return isinstance(view.get("id"), str) and isinstance(view.get("blocks"), list)
    if body.get("type") == "block_actions":
        return bool(actions) and all(isinstance(one.get("action_id"), str) for one in actions)
    return body.get("type") != "event_callback" or isinstance((body.get("event") or {}).get("type"), str)


def is_turn(body: Body) -> bool:
    """Tell a colleague's turn from what else Slack tells: messages of bots (ours too), edits, other tabs."""
    event = body.get("event")
    if not event:
        return True
    if event.get("bot_id") or event.get("subtype") or not event.get("user"):
        return False
    return bool(event["type"] != "app_home_opened" or event.get("tab") == "home")


def request_of(body: Body) -> str:
    """Return Slack's own name for a request, the same however often it is delivered."""
    if body.get("type") == "view_submission":
        return str(body["view"]["id"])
    return str(body.get("event_id") or body.get("trigger_id") or "")


def read_turn(body: Body, person: Person) -> Turn:
    """Read what was said, pressed, chosen or submitted."""
    event, view = body.get("event") or {}, body.get("view") or {}
    action = (body.get("actions") or [{}])[0]
    words = (
        event.get("text")
        or body.get("text")
        or (body.get("value") if body.get("type") == "block_suggestion" else None)
        or _value(action)
    )
    return Turn(
        person,
        words=str(words or ""),
        spot=_spot(body),
        action_id=str(action.get("action_id") or body.get("action_id") or ""),
        block_id=str(action.get("block_id") or body.get("block_id") or ""),
        fields=_fields(view),
        memory=remembered(str(view.get("private_metadata") or ""))[1],
        request=request_of(body),
        message=str((body.get("message") or {}).get("text") or "")
        if body.get("type") == "message_action"
        else "",
    )


def read_tiding(body: Body, team: str) -> Tiding:
    """Read what Slack tells of; a body without a time is as old as can be."""
    seconds = body.get("event_time")
    at = datetime.fromtimestamp(seconds if isinstance(seconds, int) else 0, UTC)
    return Tiding(team, body.get("event") or {}, at)


def way_back(body: Body, slack: Slack) -> Way:
    """Find out where the answer to a turn goes."""
    if event := body.get("event"):
        home = event.get("type") == "app_home_opened"
        user, typed = str(event.get("user") or ""), str(event.get("text") or "")
        return Way(slack, user, Spot() if home else _spot(body), typed=typed, home=home)
    user = str((body.get("user") or {}).get("id") or body.get("user_id") or "")
    view = body.get("view") or {}
    if body.get("type") == "view_submission":
        # The form closes; its answer goes where it was asked for, which the form remembers.
        return Way(slack, user, response_url=remembered(str(view.get("private_metadata") or ""))[0])
    trigger = str(body.get("trigger_id") or "")
    if body.get("type") in ("message_action", "shortcut"):
        # It answers in a modal: the channel may be one that the bot is not in, or there is none.
        return Way(slack, user, trigger=trigger)
    return Way(
        slack,
        user,
        _spot(body),
        response_url=str(body.get("response_url") or ""),
        trigger=trigger,
        modal_id=str(view["id"]) if view.get("type") == "modal" else "",
        pressed=any(not str(one.get("action_id")).startswith(SAY_BELOW) for one in body.get("actions") or ()),
    )


def _spot(body: Body) -> Spot:
    if event := body.get("event"):
        channel = str(event.get("channel") or "")
        return Spot(channel, event.get("channel_type") == "im", event.get("thread_ts"))
    channel = str((body.get("channel") or {}).get("id") or body.get("channel_id") or "")
    return Spot(channel, direct=channel.startswith("D"))


def _fields(view: Mapping[str, Any]) -> dict[str, str]:
    """Read a form's values, whatever element holds them; what is empty is left out."""
    values = (view.get("state") or {}).get("values") or {}
    read = {block: _value(next(iter(elements.values()), {})) for block, elements in values.items()}
    return {block: value for block, value in read.items() if value}


def _value(element: Mapping[str, Any]) -> str:
    """Return what an element holds: a text, a day, a person, or the value of an option."""
    option = element.get("selected_option") or {}
    held = (
        element.get("value"),
        element.get("selected_date"),
        element.get("selected_user"),
        option.get("value"),
    )
    return next((str(value) for value in held if value), "")
