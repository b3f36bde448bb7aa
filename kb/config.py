"""The environment of the knowledge base, checked once at the start."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, StringConstraints, field_validator

from tiering.config import Settings

_SHORTEST_SECRET = 16


class KbSettings(Settings):
    """What the web face needs to know besides where record, content and working files are."""

    secret_key: SecretStr
    kb_url: str = "http://127.0.0.1:8000"
    """The public base of every absolute link, without a slash at its end."""
    kb_api_token: SecretStr | None = None
    """Who bears it may read the metrics and, through the API, accounts."""
    proxy_hops: Annotated[int, Field(ge=0, le=10)] = 0
    """How many proxies of our own stand in front and may be believed."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8000

    @field_validator("secret_key", "kb_api_token")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST_SECRET:
            raise ValueError(f"must have at least {_SHORTEST_SECRET} characters")
        return value

    @field_validator("kb_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be a web address such as https://help.example.com")
        if parts.path.strip("/"):
            raise ValueError("must have no path: the knowledge base needs a host name of its own")
        return value.rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether customers reach the pages by https."""
        return self.kb_url.startswith("https://")


class ClockSettings(Settings):
    """What the clock needs; forgetting to name the record must end the start."""

    database_url: Annotated[str, StringConstraints(min_length=1)]


class DeployedSettings(KbSettings):
    """The same, where forgetting to name the record must end the start."""

    database_url: Annotated[str, StringConstraints(min_length=1)]
