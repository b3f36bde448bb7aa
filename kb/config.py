"""The environment of the knowledge base, checked once at the start."""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, StringConstraints, ValidationInfo, field_validator

from tiering.config import LongSecret, Settings, SlackToken, Teams, WebAddress

_SHORTEST_JWT_SECRET = 32
_PEM = "-----BEGIN "


class MailSettings(Settings):
    """What is needed to send mails that lead back to the pages."""

    kb_url: WebAddress = "http://127.0.0.1:8000"
    """The public base of every absolute link, without a slash at its end."""
    smtp_url: SecretStr | None = None
    """The mail server, `smtp://user:password@host:587` (STARTTLS) or `smtps://...:465`."""
    mail_from: Annotated[str | None, Field(validate_default=True)] = None

    @field_validator("kb_url")
    @classmethod
    def _own_host(cls, value: str) -> str:
        if urlsplit(value).path.strip("/"):
            raise ValueError("must have no path: the knowledge base needs a host name of its own")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                parts = urlsplit(value.get_secret_value())
                good = parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0
            except ValueError:
                good = False
            if not good:
                raise ValueError("must be like smtp://user:password@mail.example.com:587, or smtps://")
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("smtp_url"):
            raise ValueError("must be set where SMTP_URL is, such as help@example.com")
        if value is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(value)[1]):
            raise ValueError("must be an address such as help@example.com, or Help <help@example.com>")
        return value

    @property
    def keeps_mails(self) -> bool:
        """Whether, without a mail server, mails are kept in the data directory, for whoever looks there."""
        return False


class KbSettings(MailSettings):
    """What the web face needs to know besides where record, content and working files are."""

    secret_key: LongSecret
    kb_api_token: LongSecret | None = None
    """Who bears it may read the metrics and, through the API, accounts."""
    events_token: LongSecret | None = None
    """Who bears it may tell of events, and do nothing else; without it nobody may."""
    proxy_hops: Annotated[int, Field(ge=0, le=10)] = 0
    """How many proxies of our own stand in front and may be believed."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    sso_jwt_key: SecretStr | None = None
    """What the company's product signs its tokens with: a shared secret, or its public RSA key."""
    sso_jwt_issuer: Annotated[str | None, Field(validate_default=True)] = None
    sso_jwt_audience: Annotated[str | None, Field(validate_default=True)] = None
    slack_api_url: WebAddress = "https://slack.com/api"
    slack_bot_token: SlackToken | None = None
    """With it we ask Slack whether a colleague is a full member; without it only listed ones may come."""
    slack_team_id: Teams = frozenset()
    """The workspaces of our colleagues; empty for the one that the token belongs to."""
    slack_client_id: str | None = None
    slack_client_secret: Annotated[SecretStr | None, Field(validate_default=True)] = None

    @field_validator("sso_jwt_key")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        # Many places where an environment is written take no line breaks.
        text = value.get_secret_value().replace("\\n", "\n")
        if text.startswith(_PEM):
            _check_public_key(text)
        elif len(text) < _SHORTEST_JWT_SECRET:
            raise ValueError(f"must have at least {_SHORTEST_JWT_SECRET} characters, or be a public RSA key")
        return SecretStr(text)

    @field_validator("sso_jwt_issuer", "sso_jwt_audience")
    @classmethod
    def _with_key(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("sso_jwt_key"):
            raise ValueError("must be set where SSO_JWT_KEY is")
        return value

    @field_validator("slack_client_secret")
    @classmethod
    def _whole_client(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("slack_client_id"):
            if value is None:
                raise ValueError("must be set where SLACK_CLIENT_ID is")
            if not info.data.get("slack_team_id") and not info.data.get("slack_bot_token"):
                raise ValueError(
                    "needs SLACK_TEAM_ID or SLACK_BOT_TOKEN, which say whose colleagues may come"
                )
        return value

    @property
    def secure(self) -> bool:
        """Whether customers reach the pages by https."""
        return self.kb_url.startswith("https://")

    @property
    def keeps_mails(self) -> bool:
        """Whoever tries it out finds the mails there."""
        return True

    @property
    def follows_files(self) -> bool:
        """Whether an article that a colleague has open shows itself anew as soon as its file is saved."""
        return True


def _check_public_key(text: str) -> None:
    """Raise ValueError for what is no public RSA key of a decent length."""
    # Loaded where a key is given only; it takes longer than all other settings together.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPublicKey) or key.key_size < 2048:
        raise ValueError("must be a public RSA key of at least 2048 bits, or a shared secret")


class SendSettings(MailSettings):
    """What is needed to send the mails of programmes."""

    secret_key: LongSecret
    """Signs the links that end such mails, and hides the addresses of those who want none."""


class ClockSettings(MailSettings):
    """What the clock needs; forgetting to name the record must end the start."""

    database_url: Annotated[str, StringConstraints(min_length=1)]


class DeployedSettings(KbSettings):
    """The same, where forgetting to name the record must end the start."""

    database_url: Annotated[str, StringConstraints(min_length=1)]

    @property
    def keeps_mails(self) -> bool:
        """Nobody reads the data directory of a server, so without a mail server no mail is promised."""
        return False

    @property
    def follows_files(self) -> bool:
        """Nobody writes on a server, where every open page would ask twice a second for nothing."""
        return False
