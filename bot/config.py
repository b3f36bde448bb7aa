"""The environment of the bot, checked once at the start."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, StringConstraints, field_validator
from pydantic_settings import NoDecode

from tiering.config import Settings

_TEAM = re.compile(r"[TE][A-Z0-9]{1,20}")


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be a web address such as https://help.example.com")
    return value.rstrip("/")


class BotSettings(Settings):
    """What the bot needs to know besides where record and content are."""

    kb_url: str = "http://127.0.0.1:8000"
    """Where the knowledge base is: the base of links, and the bot's own way to it."""
    kb_api_token: SecretStr | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 3000

    _kb_url = field_validator("kb_url")(_web_address)


class SlackSettings(BotSettings):
    """The same, for a bot that works in a real workspace."""

    database_url: Annotated[str, StringConstraints(min_length=1)]
    slack_bot_token: SecretStr
    slack_app_token: SecretStr | None = None
    """With it the bot connects to Slack (Socket Mode), without it Slack connects to the bot (HTTP)."""
    slack_signing_secret: SecretStr | None = None
    slack_team_id: Annotated[frozenset[str], NoDecode] = frozenset()
    """The workspaces whose members may ask; empty for the one that the token belongs to."""
    slack_api_url: str = "https://slack.com/api"

    _api_url = field_validator("slack_api_url")(_web_address)

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("xoxb-", "xapp-")):
            raise ValueError("must be a token that begins with xoxb- (bot) or xapp- (app)")
        return value

    @field_validator("slack_team_id", mode="before")
    @classmethod
    def _teams(cls, value: str | frozenset[str]) -> frozenset[str]:
        teams = frozenset(part.strip() for part in value.split(",")) if isinstance(value, str) else value
        for team in teams:
            if not _TEAM.fullmatch(team):
                raise ValueError(f"must hold ids of workspaces such as T024BE7LD, not {team!r}")
        return teams


class HttpSettings(SlackSettings):
    """The same, where forgetting the secret that proves who sent a request must end the start."""

    slack_signing_secret: Annotated[SecretStr, Field(min_length=1)]
