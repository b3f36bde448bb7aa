"""The Web API methods that the local Slack knows: each takes workspace and arguments and gives the answer.

Source: https://docs.slack.dev/reference/methods; a method raises SlackRefusal with the codes listed there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.playground import people
from bot.playground.grants import SlackRefusal
from bot.playground.people import BOT_USER_ID, Channel, Person
from bot.playground.rules import Problem, check_message, check_view
from bot.playground.workspace import Message, View, Workspace

Arguments = Mapping[str, Any]
Answer = dict[str, Any]
Method = Callable[[Workspace, Arguments], Answer]


def refuse_problems(problems: Sequence[Problem], error: str = "") -> None:
    """Raise SlackRefusal when there are problems, with a message for each."""
    if problems:
        messages = tuple(f"[ERROR] {one.sentence} [json-pointer:{_pointer(one.path)}]" for one in problems)
        raise SlackRefusal(error or problems[0].error, messages)


def _pointer(path: str) -> str:
    return "/" + path.replace("[", "/").replace("]", "").replace(".", "/")


def _required(arguments: Arguments, name: str) -> str:
    value = arguments.get(name)
    if not value:
        raise SlackRefusal("invalid_arguments", (f"[ERROR] missing required field: {name}",))
    return str(value)


def _page(found: Sequence[Any], arguments: Arguments) -> tuple[Sequence[Any], Answer]:
    try:
        limit, begin = int(arguments.get("limit") or 100), int(arguments.get("cursor") or 0)
    except ValueError:
        raise SlackRefusal("invalid_cursor") from None
    end = begin + max(1, limit)
    cursor = str(end) if end < len(found) else ""
    return found[begin:end], {"response_metadata": {"next_cursor": cursor}}


def auth_test(workspace: Workspace, _: Arguments) -> Answer:
    """Tell who the token belongs to."""
    return {
        "url": f"{workspace.base_url}/",
        "team": people.TEAM_NAME,
        "team_id": people.TEAM_ID,
        "user": workspace.bot.handle,
        "user_id": BOT_USER_ID,
        "bot_id": people.BOT_ID,
        "is_enterprise_install": False,
    }


def users_info(workspace: Workspace, arguments: Arguments) -> Answer:
    """Describe one person, with the locale when asked for."""
    person = workspace.people.get(_required(arguments, "user"))
    if person is None:
        raise SlackRefusal("user_not_found")
    user = person.as_user()
    if str(arguments.get("include_locale", "")).lower() in ("true", "1"):
        user["locale"] = person.locale
    return {"user": user}


def users_list(workspace: Workspace, arguments: Arguments) -> Answer:
    """List people, in pages."""
    found, rest = _page([person.as_user() for person in workspace.people.values()], arguments)
    return {"members": found, "cache_ts": int(workspace.clock())} | rest


def users_lookup_by_email(workspace: Workspace, arguments: Arguments) -> Answer:
    """Find a person by e-mail; strangers are not found."""
    email = _required(arguments, "email").lower()
    for person in workspace.people.values():
        user = person.as_user()
        if user["profile"].get("email") == email:
            return {"user": user}
    raise SlackRefusal("users_not_found")


def conversations_info(workspace: Workspace, arguments: Arguments) -> Answer:
    """Describe one conversation that the bot is in."""
    return {"channel": _channel(workspace, arguments).as_conversation()}


def conversations_list(workspace: Workspace, arguments: Arguments) -> Answer:
    """List conversations of the asked types, in pages."""
    types = str(arguments.get("types") or "public_channel").split(",")
    wanted = [
        channel.as_conversation()
        for channel in workspace.channels.values()
        if ("im" if channel.is_im else "public_channel") in types
    ]
    found, rest = _page(wanted, arguments)
    return {"channels": found} | rest


def conversations_open(workspace: Workspace, arguments: Arguments) -> Answer:
    """Open the direct message with one person."""
    if arguments.get("channel"):
        channel = _channel(workspace, arguments)
    else:
        names = [name for name in _required(arguments, "users").split(",") if name]
        if len(names) > 1:
            raise SlackRefusal("too_many_users")
        channel = _direct(workspace, names[0])
    return {"channel": {"id": channel.id} | ({"user": channel.members[0]} if channel.is_im else {})}


def _direct(workspace: Workspace, user: str) -> Channel:
    person = workspace.people.get(user)
    if person is None or person.is_bot:
        raise SlackRefusal("user_not_found")
    return workspace.channel(workspace.bot.handle, person)


def _channel(workspace: Workspace, arguments: Arguments) -> Channel:
    name = _required(arguments, "channel")
    if name in workspace.people:
        return _direct(workspace, name)
    channel = workspace.channel(name)
    if BOT_USER_ID not in channel.members:
        raise SlackRefusal("not_in_channel")
    return channel


def _thread(arguments: Arguments) -> str:
    return str(arguments.get("thread_ts") or "")


def _content(arguments: Arguments) -> tuple[str, tuple[Mapping[str, Any], ...]]:
    """Give a message's text and blocks; raises SlackRefusal when Slack would refuse them."""
    if arguments.get("attachments"):
        raise SlackRefusal("invalid_attachments", ("[ERROR] attachments are legacy; use blocks",))
    content = {key: arguments[key] for key in ("text", "blocks") if arguments.get(key) is not None}
    refuse_problems(check_message(content))
    return content["text"], tuple(content.get("blocks", ()))


def post_message(workspace: Workspace, arguments: Arguments) -> Answer:
    """Post a message that everybody in the channel sees."""
    channel = _channel(workspace, arguments)
    text, blocks = _content(arguments)
    message = workspace.post(Message(channel.id, "", BOT_USER_ID, text, blocks, thread=_thread(arguments)))
    return {"channel": channel.id, "ts": message.ts, "message": message.as_payload()}


def post_ephemeral(workspace: Workspace, arguments: Arguments) -> Answer:
    """Post a message that one person sees."""
    channel = _channel(workspace, arguments)
    user = _required(arguments, "user")
    if user not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    text, blocks = _content(arguments)
    message = workspace.post(
        Message(channel.id, "", BOT_USER_ID, text, blocks, visible_to=user, thread=_thread(arguments))
    )
    return {"message_ts": message.ts}


def _own_message(workspace: Workspace, arguments: Arguments, refusal: str) -> Message:
    message = workspace.message(_channel(workspace, arguments).id, _required(arguments, "ts"))
    if message.visible_to:
        raise SlackRefusal("message_not_found")
    if message.user != BOT_USER_ID:
        raise SlackRefusal(refusal)
    return message


def update_message(workspace: Workspace, arguments: Arguments) -> Answer:
    """Write one of the bot's own messages anew; ephemeral ones cannot be reached this way."""
    message = _own_message(workspace, arguments, "cant_update_message")
    text, blocks = _content(arguments)
    message = workspace.change(message, text=text, blocks=blocks, edited=True)
    return {"channel": message.channel, "ts": message.ts, "text": text, "message": message.as_payload()}


def delete_message(workspace: Workspace, arguments: Arguments) -> Answer:
    """Delete one of the bot's own messages."""
    message = _own_message(workspace, arguments, "cant_delete_message")
    workspace.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(workspace: Workspace, arguments: Arguments) -> Answer:
    """Give a message's lasting address."""
    message = workspace.message(_channel(workspace, arguments).id, _required(arguments, "message_ts"))
    link = f"{workspace.base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return {"channel": message.channel, "permalink": link}


def unfurl(workspace: Workspace, arguments: Arguments) -> Answer:
    """Show blocks below the links of a message."""
    message = workspace.message(_channel(workspace, arguments).id, _required(arguments, "ts"))
    unfurls = arguments.get("unfurls")
    if not isinstance(unfurls, dict) or not unfurls:
        raise SlackRefusal("missing_unfurls")
    blocks: list[Mapping[str, Any]] = []
    for shown in unfurls.values():
        found = shown.get("blocks", []) if isinstance(shown, dict) else None
        refuse_problems(check_message({"text": "unfurl", "blocks": found}), "cannot_unfurl_url")
        blocks += found or []
    workspace.change(message, unfurls=workspace.named(blocks))
    return {}


def _view(arguments: Arguments, kind: str) -> dict[str, Any]:
    view = arguments.get("view")
    refuse_problems(check_view(view), "invalid_arguments")
    if not isinstance(view, dict) or view["type"] != kind:
        raise SlackRefusal("invalid_arguments", (f"[ERROR] only a {kind} view can be used here",))
    return view


def open_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Open a modal for whoever caused the trigger."""
    view = _view(arguments, "modal")
    person = workspace.grants.use_trigger(_required(arguments, "trigger_id"))
    return {"view": workspace.open_view(person, view).as_payload()}


def push_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Lay a modal over the one that the trigger came from."""
    view = _view(arguments, "modal")
    person = workspace.grants.use_trigger(_required(arguments, "trigger_id"))
    beneath = workspace.top_view(person)
    if beneath is None:
        raise SlackRefusal("not_found")
    return {"view": workspace.open_view(person, view, on=beneath).as_payload()}


def update_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Write an open modal anew; with `hash`, only when nobody did so in between."""
    payload = _view(arguments, "modal")
    view = workspace.view(str(arguments.get("view_id") or arguments.get("external_id") or ""))
    _same_hash(view, arguments)
    return {"view": workspace.update_view(view, payload).as_payload()}


def publish_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Write a person's App Home."""
    payload = _view(arguments, "home")
    person: Person | None = workspace.people.get(_required(arguments, "user_id"))
    if person is None:
        raise SlackRefusal("user_not_found")
    home = workspace.home(person.id)
    if home is not None:
        _same_hash(home, arguments)
    return {"view": workspace.publish_home(person.id, payload).as_payload()}


def _same_hash(view: View, arguments: Arguments) -> None:
    if arguments.get("hash") and arguments["hash"] != view.hash:
        raise SlackRefusal("hash_conflict")


def oauth_access(workspace: Workspace, arguments: Arguments) -> Answer:
    """Exchange the code that came back with whoever installed the app for the bot's token, once."""
    installer = workspace.grants.use_code(_required(arguments, "code"))
    return {
        "app_id": people.APP_ID,
        "authed_user": {"id": installer},
        "scope": ",".join(sorted(workspace.bot.scopes or ())),
        "token_type": "bot",
        "access_token": workspace.bot.credentials.bot_token,
        "bot_user_id": BOT_USER_ID,
        "team": {"id": people.TEAM_ID, "name": people.TEAM_NAME},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def refuse_unscoped(workspace: Workspace, method: str, arguments: Arguments) -> None:
    """Raise SlackRefusal where the app was not allowed what a method needs."""
    needed = _SCOPES.get(method, "")
    channel = workspace.channels.get(str(arguments.get("channel") or ""))
    if method == "conversations.info" and channel and channel.is_im:
        needed = "im:read"
    if needed and workspace.bot.scopes is not None and needed not in workspace.bot.scopes:
        raise SlackRefusal("missing_scope", (f"needed: {needed}",))


_SCOPES = {
    "users.info": "users:read",
    "users.list": "users:read",
    "users.lookupByEmail": "users:read.email",
    "conversations.info": "channels:read",
    "conversations.list": "channels:read",
    "conversations.open": "im:write",
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.unfurl": "links:write",
}
"""What methods need by their pages under https://docs.slack.dev/reference/methods; others need nothing."""

METHODS: Mapping[str, Method] = {
    "api.test": lambda _, arguments: {"args": dict(arguments)} if arguments else {},
    "auth.test": auth_test,
    "oauth.v2.access": oauth_access,
    "users.info": users_info,
    "users.list": users_list,
    "users.lookupByEmail": users_lookup_by_email,
    "conversations.info": conversations_info,
    "conversations.list": conversations_list,
    "conversations.open": conversations_open,
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update_message,
    "chat.delete": delete_message,
    "chat.getPermalink": get_permalink,
    "chat.unfurl": unfurl,
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
}
