"""The environment that every program of Longtail reads, checked once at the start."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from tiering.expectation import expected

_DATABASE = re.compile(r"sqlite:///?.*|(postgres|postgresql|postgresql\+psycopg)://.+")

_TEAM = re.compile(r"[TE][A-Z0-9]{1,20}")

SHORTEST_SECRET = 16
"""Characters of a secret of ours at least."""


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be a web address such as https://help.example.com")
    return value.rstrip("/")


def _slack_token(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("xoxb-", "xapp-")):
        raise ValueError("must be a token that begins with xoxb- (bot) or xapp- (app)")
    return value


def _long_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(f"must have at least {SHORTEST_SECRET} characters")
    return value


def _teams(value: str | frozenset[str]) -> frozenset[str]:
    teams = frozenset(part.strip() for part in value.split(",")) if isinstance(value, str) else value
    for team in teams:
        if not _TEAM.fullmatch(team):
            raise ValueError(f"must hold ids of workspaces such as T024BE7LD, not {team!r}")
    return teams


WebAddress: TypeAlias = Annotated[str, AfterValidator(_web_address)]
"""The address of a server, without a slash at its end."""

LongSecret: TypeAlias = Annotated[SecretStr, AfterValidator(_long_enough)]
"""A secret of our own, such as what signs cookies; long enough not to be guessed."""

SlackToken: TypeAlias = Annotated[SecretStr, AfterValidator(_slack_token)]
"""What Slack gave the bot or the app."""

Teams: TypeAlias = Annotated[frozenset[str], NoDecode, BeforeValidator(_teams)]
"""The ids of workspaces, written with commas between them."""


class ConfigError(Exception):
    """The environment holds a value that cannot be used; the message is one sentence for the operator."""


class Settings(BaseSettings):
    """Where the record, the content and the working files are."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, str_strip_whitespace=True, extra="ignore", frozen=True
    )

    database_url: str | None = None
    """A SQLAlchemy URL; `postgres://` means psycopg. Unset, the record is a file in the data directory."""
    content_dir: Path = Path("content")
    data_dir: Path = Path("var")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        """Refuse what SQLAlchemy could not read, in words of our own: its own would show the password."""
        if value is None:
            return None
        if not _DATABASE.fullmatch(value):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        try:
            urlsplit(value).port  # noqa: B018  # reading it is what checks it
        except ValueError:
            raise ValueError(
                "must be like postgresql://user:password@host:5432/name; "
                "signs such as @ : / within a password are written %40 %3A %2F"
            ) from None
        return value

    @property
    def database(self) -> str:
        """The URL of the record."""
        return self.database_url or f"sqlite:///{self.data_dir / 'longtail.db'}"


class MaybeSecretSettings(Settings):
    """What is needed where hashes under the secret key are read, as far as anybody can."""

    secret_key: LongSecret | None = None


class SecretSettings(Settings):
    """What is needed where hashes under the secret key are read or made."""

    secret_key: LongSecret


SettingsKind = TypeVar("SettingsKind", bound=Settings)


def load_settings(kind: type[SettingsKind]) -> SettingsKind:
    """Read the environment; raises ConfigError, a sentence naming the first bad or missing variable."""
    try:
        return kind()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "the environment"
        if first["type"] == "missing":
            raise ConfigError(f"{name} is not set; see .env.example for what it means") from None
        if first["type"] == "value_error":
            raise ConfigError(
                f"{name} cannot be used: it {first['msg'].removeprefix('Value error, ')}"
            ) from None
        raise ConfigError(f"{name} cannot be used: it must be {expected(first)}") from None
