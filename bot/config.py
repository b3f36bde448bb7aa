"""The environment of the bot, checked once at the start."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints

from tiering.config import Settings, SlackToken, Teams, WebAddress


class BotSettings(Settings):
    """What the bot needs to know besides where record and content are."""

    kb_url: WebAddress = "http://127.0.0.1:8000"
    """Where the knowledge base is: the base of links, and the bot's own way to it."""
    kb_api_token: SecretStr | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 3000


class SlackSettings(BotSettings):
    """The same, for a bot that works in a real workspace."""

    database_url: Annotated[str, StringConstraints(min_length=1)]
    slack_bot_token: SlackToken
    slack_app_token: SlackToken | None = None
    """With it the bot connects to Slack (Socket Mode), without it Slack connects to the bot (HTTP)."""
    slack_signing_secret: SecretStr | None = None
    slack_team_id: Teams = frozenset()
    """The workspaces whose members may ask; empty for the one that the token belongs to."""
    slack_api_url: WebAddress = "https://slack.com/api"


class HttpSettings(SlackSettings):
    """The same, where forgetting the secret that proves who sent a request must end the start."""

    slack_signing_secret: Annotated[SecretStr, Field(min_length=1)]
