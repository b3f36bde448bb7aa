"""The directory: asks Slack who somebody is and remembers it for some minutes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from tiering.people import Home, Person, Refused, Roles, admit, full_name, user_of

REMEMBERED_SECONDS = 300.0
"""A colleague who becomes a guest, or leaves, is refused after this time at the latest."""
REMEMBERED_PEOPLE = 5000

log = structlog.get_logger(__name__)


class Directory:
    """People as Slack knows them; safe to use from several threads."""

    def __init__(self, home: Home, roles: Roles, timer: Callable[[], float]) -> None:
        self._home, self._roles, self._timer = home, roles, timer
        self._known: OrderedDict[tuple[str | None, str], tuple[float, Mapping[str, Any]]] = OrderedDict()
        self._lock = threading.Lock()

    def person(self, client: WebClient, user_id: str) -> Person | Refused:
        """Say who somebody is and what they may do; whoever cannot be looked up is refused."""
        return admit(self._user(client, user_id), self._home, self._roles)

    def name(self, client: WebClient, user_id: str) -> str:
        """Return what somebody is called, also one who has left; nothing where Slack cannot say."""
        user = self._user(client, user_id)
        return full_name(user) if user else ""

    @property
    def approvers(self) -> tuple[str, ...]:
        """The user ids of those who may approve exceptions, in the order of people.yaml."""
        return self._roles.approvers

    def approves(self, reference: str) -> bool:
        """Whether people.yaml lists whoever `slack:T1/U2` is among those who may approve."""
        return user_of(reference) in self.approvers

    def _user(self, client: WebClient, user_id: str) -> Mapping[str, Any] | None:
        now = self._timer()
        # A guest of one workspace may be a full member of another, so each is believed about itself.
        key = (client.token, user_id)
        with self._lock:
            found = self._known.get(key)
        if found and now - found[0] < REMEMBERED_SECONDS:
            return found[1]
        user = _ask(client, user_id)
        if user is not None:
            with self._lock:
                self._known[key] = (now, user)
                self._known.move_to_end(key)
                while len(self._known) > REMEMBERED_PEOPLE:
                    self._known.popitem(last=False)
        return user


def _ask(client: WebClient, user_id: str) -> Mapping[str, Any] | None:
    try:
        user = client.users_info(user=user_id).get("user")
    except (SlackClientError, OSError) as error:
        log.warning("slack.users_info", user=user_id, error=type(error).__name__)
        return None
    return user if isinstance(user, dict) and user.get("id") == user_id else None
