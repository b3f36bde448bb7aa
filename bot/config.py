"""The environment of the bot, checked once at the start."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints, field_validator

from tiering.config import LongSecret, Settings, SlackToken, Teams, WebAddress, load_settings


class BotSettings(Settings):
    """What the bot needs to know besides where record and content are."""

    kb_url: WebAddress = "http://127.0.0.1:8000"
    """Where the knowledge base is: the base of links, and the bot's own way to it."""
    kb_api_token: SecretStr | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 3000


class RealSlackSettings(BotSettings):
    """The same, for a bot that works in a real Slack."""

    database_url: Annotated[str, StringConstraints(min_length=1)]
    slack_api_url: WebAddress = "https://slack.com/api"


class SlackSettings(RealSlackSettings):
    """The same, for a bot that works in the one workspace whose token it has."""

    slack_bot_token: SlackToken
    slack_app_token: SlackToken | None = None
    """With it the bot connects to Slack (Socket Mode), without it Slack connects to the bot (HTTP)."""
    slack_signing_secret: SecretStr | None = None
    slack_team_id: Teams = frozenset()
    """The workspaces whose members may ask; empty for the one that the token belongs to."""


class HttpSettings(SlackSettings):
    """The same, where forgetting the secret that proves who sent a request must end the start."""

    slack_signing_secret: Annotated[SecretStr, Field(min_length=1)]


class InstallingSettings(RealSlackSettings):
    """The same, for a bot that works wherever it was installed by OAuth."""

    slack_client_id: str
    slack_client_secret: SecretStr
    slack_signing_secret: Annotated[SecretStr, Field(min_length=1)]
    slack_team_id: Teams
    """The workspaces that may install it: nobody else's bot may ask about our customers."""
    secret_key: LongSecret
    """Seals the workspaces' tokens."""
    slack_app_token: SlackToken | None = None

    @field_validator("slack_app_token")
    @classmethod
    def _no_socket(cls, value: SlackToken | None) -> SlackToken | None:
        if value is not None:
            raise ValueError("needs SLACK_BOT_TOKEN; where workspaces install the bot, Slack comes over HTTP")
        return value


class _Choice(BotSettings):
    slack_bot_token: SlackToken | None = None
    slack_client_id: str | None = None


def read_slack_settings() -> SlackSettings | InstallingSettings:
    """Read how the bot comes into Slack: with one token, or wherever it is installed; raises ConfigError."""
    choice = load_settings(_Choice)
    if choice.slack_bot_token is None and choice.slack_client_id is not None:
        return load_settings(InstallingSettings)
    settings = load_settings(SlackSettings)
    return settings if settings.slack_app_token else load_settings(HttpSettings)
