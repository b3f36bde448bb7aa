"""Installations: where the bot is installed, with which token, and what proves that one was wanted."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from cryptography.fernet import Fernet, InvalidToken
from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Installation as Granted
from slack_sdk.oauth.installation_store import InstallationStore
from slack_sdk.oauth.state_store import OAuthStateStore

from bot.storage import BotRecord, Installation

STATE_SECONDS = 600
"""How long somebody may take over an installation."""

log = structlog.get_logger(__name__)


class NotOurs(BoltError):
    """A workspace is none of those that the company has named."""


class Seal:
    """Seals what only this deployment may read, under a key made of SECRET_KEY."""

    def __init__(self, secret_key: str) -> None:
        key = hmac.digest(secret_key.encode(), b"longtail installations", "sha256")
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def close(self, text: str, now: datetime) -> str:
        """Seal a text."""
        return self._fernet.encrypt_at_time(text.encode(), int(now.timestamp())).decode()

    def open(self, sealed: str, now: datetime, seconds: int | None = None) -> str | None:
        """Return what was sealed, `seconds` ago at most; None for what is older, or is not of our making."""
        try:
            if seconds is None:
                return self._fernet.decrypt(sealed).decode()
            return self._fernet.decrypt_at_time(sealed, seconds, int(now.timestamp())).decode()
        except (InvalidToken, ValueError):  # the latter of what is not even ASCII
            return None


@dataclass(frozen=True)
class Installations(InstallationStore):
    """Keeps the token of each workspace, sealed, so that who reads the record cannot speak as the bot."""

    record: BotRecord
    seal: Seal
    teams: frozenset[str]
    """The workspaces of the company; of others nothing is kept, nor read where it was kept before."""
    clock: Callable[[], datetime]

    def save(self, installation: Granted) -> None:
        """Keep what Slack has granted; raises NotOurs and RecordUnavailable."""
        team, token, now = installation.team_id, installation.bot_token, self.clock()
        if team not in self.teams or installation.is_enterprise_install or not token:
            raise NotOurs
        by = f"slack:{team}/{installation.user_id}"
        self.record.install(
            Installation(team, installation.team_name or team, self.seal.close(token, now), by, now)
        )

    def tokens(self) -> dict[str, str]:
        """Return the token of each workspace by its id; raises RecordUnavailable."""
        found: dict[str, str] = {}
        for one in self.record.installations():
            token = self.seal.open(one.token, self.clock())
            if token is None:
                log.warning("installation unreadable", team=one.team, because="SECRET_KEY is another one")
            elif one.team in self.teams:
                found[one.team] = token
        return found


@dataclass(frozen=True)
class States(OAuthStateStore):
    """What shows that whoever comes back from Slack set out from here, lately and once.

    A state is sealed, so that nothing need be kept of those who never come back.
    """

    record: BotRecord
    seal: Seal
    clock: Callable[[], datetime]

    def issue(self, *_: object, **__: object) -> str:
        """Make a new one."""
        return self.seal.close(secrets.token_hex(8), self.clock())

    def consume(self, state: str) -> bool:
        """Tell whether one is good, for the first time; raises RecordUnavailable."""
        known = self.seal.open(state, self.clock(), STATE_SECONDS)
        return known is not None and self.record.first_time(f"installation {known}", self.clock())
