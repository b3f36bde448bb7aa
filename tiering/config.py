"""The environment that every program of Longtail reads, checked once at the start."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ConfigError(Exception):
    """The environment holds a value that cannot be used; the message is one sentence for the operator."""


class Settings(BaseSettings):
    """Where the record, the content and the working files are."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: str | None = None
    """A SQLAlchemy URL; `postgres://` means psycopg. Unset, the record is a file in the data directory."""
    content_dir: Path = Path("content")
    data_dir: Path = Path("var")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value and not value.startswith(("sqlite:", "postgres:", "postgresql:", "postgresql+psycopg:")):
            raise ValueError("must begin with sqlite:// or postgresql://")
        return value

    @property
    def database(self) -> str:
        """The URL of the record."""
        return self.database_url or f"sqlite:///{self.data_dir / 'longtail.db'}"


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
        message = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
        raise ConfigError(f"{name} cannot be used: it {message}") from None
