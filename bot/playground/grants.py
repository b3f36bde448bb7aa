"""What Slack hands out for a short time: triggers for modals, urls for answers, codes of installations."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

TRIGGER_SECONDS = 3.0
"""A trigger_id opens one modal in this time (docs.slack.dev/interactivity/handling-user-interaction)."""
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5
"""A response_url may be used so often in so many seconds (same source)."""

CODE_SECONDS = 10 * 60.0
"""How long a code can be exchanged (docs.slack.dev/authentication/installing-with-oauth)."""


class SlackRefusal(Exception):
    """Slack's answer `ok: false` with an error code, and messages that say more."""

    def __init__(self, error: str, messages: tuple[str, ...] = ()) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages


@dataclass
class ResponseUrl:
    """Where an answer goes: a person in a channel, and the message that it may replace or delete.

    An answer to an action on a message `replaces` that message unless it says otherwise.
    """

    person: str
    channel: str
    original: str | None
    replaces: bool
    expires: float
    uses: int = 0


@dataclass
class _Trigger:
    person: str
    expires: float
    used: bool = False


class Grants:
    """Everything handed out and not yet forgotten; safe to use from several threads.

    `clock` gives seconds since 1970; `new_token` makes an unguessable string of a length.
    """

    def __init__(self, clock: Callable[[], float], new_token: Callable[[int], str]) -> None:
        self._clock = clock
        self._new_token = new_token
        self._lock = threading.Lock()
        self._triggers: dict[str, _Trigger] = {}
        self._responses: dict[str, ResponseUrl] = {}
        self._codes: dict[str, tuple[str, float]] = {}

    def trigger(self, person: str) -> str:
        """Make a trigger_id for an action of this person."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            trigger = f"{self._new_token(12)}.{self._new_token(11)}.{self._new_token(20)}"
            self._triggers[trigger] = _Trigger(person, now + TRIGGER_SECONDS)
            return trigger

    def use_trigger(self, trigger: str) -> str:
        """Exchange a trigger_id for its person, once; raises SlackRefusal with views.open's own codes."""
        with self._lock:
            granted = self._triggers.get(trigger)
            if granted is None:
                raise SlackRefusal("invalid_trigger_id")
            if granted.used:
                raise SlackRefusal("exchanged_trigger_id")
            if self._clock() > granted.expires:
                raise SlackRefusal("expired_trigger_id")
            granted.used = True
            return granted.person

    def response(self, person: str, channel: str, original: str | None) -> str:
        """Make the token of a response_url."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            token = self._new_token(24)
            self._responses[token] = ResponseUrl(
                person, channel, original, original is not None, now + RESPONSE_SECONDS
            )
            return token

    def use_response(self, token: str) -> ResponseUrl:
        """Use a response_url once more; raises SlackRefusal `expired_url` or `used_url`."""
        with self._lock:
            response = self._responses.get(token)
            if response is None or self._clock() > response.expires:
                raise SlackRefusal("expired_url")
            if response.uses >= RESPONSE_USES:
                raise SlackRefusal("used_url")
            response.uses += 1
            return response

    def code(self, person: str) -> str:
        """Make the code with which this person's installation is confirmed."""
        with self._lock:
            code = self._new_token(32)
            self._codes[code] = (person, self._clock() + CODE_SECONDS)
            return code

    def use_code(self, code: str) -> str:
        """Exchange a code for whoever installed, once; raises SlackRefusal."""
        with self._lock:
            person, expires = self._codes.pop(code, ("", 0.0))
        if not person:
            raise SlackRefusal("invalid_code")
        if self._clock() > expires:
            raise SlackRefusal("code_expired")
        return person

    def _forget(self, now: float) -> None:
        # A trigger is remembered for a while after its end, so that late use is told from nonsense.
        self._triggers = {
            key: kept for key, kept in self._triggers.items() if kept.expires + RESPONSE_SECONDS > now
        }
        self._responses = {key: kept for key, kept in self._responses.items() if kept.expires > now}
