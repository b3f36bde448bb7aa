"""What the bot says to Slack: answers, messages, modals and App Homes; Slack's limits are waited out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot.blocks import Block, Message, plain_text

SECONDS = 3
"""How long Slack may take to answer us."""
WAITS = 2
"""How often a call is tried again that Slack put off (HTTP 429), after the time that it names."""
MEMORY = 3000
"""Characters that a modal can keep for us (docs.slack.dev/reference/views)."""
TITLE = 24
PAGE = 200
"""People of one answer, as Slack advises."""
_UNSURE = frozenset({"fatal_error", "internal_error"})
"""Slack says of these errors that some of it may have been done; so it is of an answer that is no JSON."""
_TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})


class SlackRefused(Exception):
    """Slack did not take what we said."""

    def __init__(self, what: str, error: str) -> None:
        super().__init__(f"Slack answered {what} with {error[:200]}")
        self.error = error


class SlackUnsure(SlackRefused):
    """Slack failed in a way after which nobody knows whether it did what we said."""


class AddressGone(SlackRefused):
    """The half hour in which a command or a press can be answered where it happened is over."""


class TooLate(SlackRefused):
    """The seconds in which Slack opens a modal after a press are over."""


def waiting_out_limits() -> list[Any]:
    """Make what repeats a call that Slack put off; a call of unknown outcome is never repeated."""
    return [RateLimitErrorRetryHandler(max_retry_count=WAITS)]


def client(token: str | None, api_url: str) -> WebClient:
    """Make a client of Slack's Web API."""
    return WebClient(
        token=token,
        base_url=f"{api_url.rstrip('/')}/",
        timeout=SECONDS,
        retry_handlers=waiting_out_limits(),
    )


@dataclass(frozen=True, slots=True)
class Slack:
    """Slack, as one workspace's token may use it. Every method raises SlackRefused and OSError."""

    client: WebClient

    def answer(
        self, response_url: str, what: Message, *, replace: bool = False, public: bool = False
    ) -> None:
        """Answer a command or a press where it happened: to the person alone, unless it is public.

        Raises AddressGone.
        """
        webhook = WebhookClient(response_url, timeout=SECONDS, retry_handlers=waiting_out_limits())
        said = webhook.send(
            text=what.text,
            blocks=list(what.blocks),
            response_type="in_channel" if public else "ephemeral",
            replace_original=replace,
        )
        if said.status_code != HTTPStatus.OK:
            refused = AddressGone if said.status_code == HTTPStatus.NOT_FOUND else SlackRefused
            raise refused("an answer", f"{said.status_code} {said.body}")

    def post(self, channel: str, what: Message, thread: str | None = None) -> str:
        """Post a message in a channel, or directly to a person by their id; returns Slack's name for it."""
        said = _call(
            self.client.chat_postMessage,
            channel=channel,
            text=what.text,
            blocks=list(what.blocks),
            unfurl_links=False,
            unfurl_media=False,
            **({"thread_ts": thread} if thread else {}),
        )
        return f"{said['channel']}/{said['ts']}"

    def change(self, receipt: str, what: Message) -> None:
        """Write a message of ours anew; `receipt` is what `post` returned."""
        channel, _, ts = receipt.partition("/")
        _call(self.client.chat_update, channel=channel, ts=ts, text=what.text, blocks=list(what.blocks))

    def whisper(self, channel: str, user: str, what: Message, thread: str | None = None) -> None:
        """Show a message in a channel to one person alone."""
        _call(
            self.client.chat_postEphemeral,
            channel=channel,
            user=user,
            text=what.text,
            blocks=list(what.blocks),
            **({"thread_ts": thread} if thread else {}),
        )

    def unfurl(self, channel: str, ts: str, shown: Mapping[str, Message]) -> None:
        """Show something below the links of a message, by their addresses as they stand in it."""
        unfurls = {url: {"blocks": list(what.blocks)} for url, what in shown.items()}
        _call(self.client.chat_unfurl, channel=channel, ts=ts, unfurls=unfurls)

    def open(self, trigger: str, view: Mapping[str, Any]) -> None:
        """Open a modal for whoever pressed just now; raises TooLate."""
        _call(self.client.views_open, trigger_id=trigger, view=view)

    def push(self, trigger: str, view: Mapping[str, Any]) -> None:
        """Lay a modal upon the one in which something was pressed; raises TooLate."""
        _call(self.client.views_push, trigger_id=trigger, view=view)

    def renew(self, view_id: str, view: Mapping[str, Any]) -> None:
        """Show something else in an open modal."""
        _call(self.client.views_update, view_id=view_id, view=view)

    def publish(self, user: str, blocks: Sequence[Block]) -> None:
        """Write the App Home of a person."""
        _call(self.client.views_publish, user_id=user, view={"type": "home", "blocks": list(blocks)})

    def members(self) -> Iterator[Mapping[str, Any]]:
        """Describe everybody whom the workspace knows, as Slack does."""
        cursor = ""
        while True:
            said = _call(self.client.users_list, limit=PAGE, **({"cursor": cursor} if cursor else {}))
            yield from said["members"]
            cursor = (said.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def channel(self, channel: str) -> Mapping[str, Any]:
        """Describe a channel as Slack does."""
        found: Mapping[str, Any] = _call(self.client.conversations_info, channel=channel)["channel"]
        return found


def _call(method: Callable[..., SlackResponse], **arguments: Any) -> SlackResponse:
    name = method.__name__.replace("_", ".")
    try:
        return method(**arguments)
    except SlackApiError as error:
        code = str(error.response.get("error") or "")
        if code in _TOO_LATE:
            raise TooLate(name, code) from error
        raise (SlackUnsure if code in _UNSURE or not code else SlackRefused)(name, code) from error
    except SlackClientError as error:
        raise SlackUnsure(name, type(error).__name__) from error


def modal(
    title: str, blocks: Sequence[Block | None], *, callback_id: str = "", submit: str = "", memory: str = ""
) -> dict[str, Any]:
    """Write a modal; without a callback id there is nothing to submit."""
    view: dict[str, Any] = {
        "type": "modal",
        "title": plain_text(title, TITLE),
        "close": plain_text("Cancel" if callback_id else "Close", TITLE),
        "blocks": [block for block in blocks if block is not None],
        "private_metadata": memory,
    }
    if callback_id:
        view |= {"callback_id": callback_id, "submit": plain_text(submit, TITLE)}
    return view


def remembering(response_url: str, memory: str) -> str:
    """Write what a modal keeps for us: where its answer goes, and what the conversation wants to find again.

    Slack gives this to nobody but the app, and the address only answers this person, where they asked, for
    half an hour: it may lie here. A memory that is too long loses the address, not the words: the answer then
    arrives as a direct message.
    """
    kept = json.dumps([response_url, memory], ensure_ascii=False, separators=(",", ":"))
    if len(kept) > MEMORY:
        kept = json.dumps(["", memory], ensure_ascii=False, separators=(",", ":"))
    return kept


def remembered(kept: str) -> tuple[str, str]:
    """Read back where the answer goes and what was remembered; nothing where it is not of our making."""
    try:
        response_url, memory = json.loads(kept)
    except (ValueError, TypeError):
        return "", ""
    return str(response_url), str(memory)
