"""The directory: asks Slack who somebody is and remembers it for some minutes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.slack import Slack, SlackRefused
from tiering.domain.names import fold
from tiering.people import Home, Person, Refused, Roles, admit, full_name, user_of

REMEMBERED_SECONDS = 300.0
"""A colleague who becomes a guest, or leaves, is refused after this time at the latest."""
REMEMBERED_PEOPLE = 5000
LISTED_SECONDS = 3600.0
"""Whoever is new, or is called otherwise now, is found by name after this time at the latest."""

log = structlog.get_logger(__name__)


class Directory:
    """People as Slack knows them; safe to use from several threads."""

    def __init__(self, home: Home, roles: Roles, timer: Callable[[], float]) -> None:
        self._home, self._roles, self._timer = home, roles, timer
        self._known: OrderedDict[tuple[str | None, str], tuple[float, Mapping[str, Any]]] = OrderedDict()
        self._listed: dict[str | None, tuple[float, tuple[Person, ...]]] = {}
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

    @property
    def operations(self) -> tuple[str, ...]:
        """The user ids of operations."""
        return self._roles.operations

    @property
    def managers(self) -> tuple[str, ...]:
        """The user ids of managers, in the order of people.yaml."""
        return tuple(one for one in self._roles.managers if "@" not in one)

    def called(self, slacks: Sequence[Slack], name: str) -> Person | None:
        """Return the one colleague whom a name of the CRM means; None where it is nobody's, or that of two.

        people.yaml comes first, then full names, then what people call themselves; of our workspaces the
        first counts in which anybody is called so. Raises SlackRefused and OSError.
        """
        if listed := self._roles.named(name):
            return self._listed_colleague(slacks, listed)
        wanted = fold(name)
        for colleagues in map(self._colleagues, slacks):
            full = [one for one in colleagues if wanted and fold(one.name) == wanted]
            if named := full or [one for one in colleagues if wanted and fold(one.display_name) == wanted]:
                return named[0] if len(named) == 1 else None
        return None

    def _listed_colleague(self, slacks: Sequence[Slack], user_id: str) -> Person | None:
        found = [self.person(slack.client, user_id) for slack in slacks]
        colleague = next((one for one in found if isinstance(one, Person)), None)
        if colleague is None and any(isinstance(one, Refused) and one.because == "unknown" for one in found):
            raise SlackRefused("users.info", "nothing that can be read")
        return colleague

    def _colleagues(self, slack: Slack) -> tuple[Person, ...]:
        """Return every full member of a workspace, as Slack listed them within the last hour."""
        now, key = self._timer(), slack.client.token
        with self._lock:
            known = self._listed.get(key)
        if known and now - known[0] < LISTED_SECONDS:
            return known[1]
        admitted = (admit(user, self._home, self._roles) for user in slack.members())
        found = tuple(one for one in admitted if isinstance(one, Person))
        with self._lock:
            self._listed[key] = (now, found)
        return found

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
