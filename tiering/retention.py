"""How long what customers did and wrote is kept, in days, as site.yaml says it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from tiering.files import Problem, own_or_shipped, read_yaml, validate

FILE = "site.yaml"

_Days: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=3650)]


class Retention(BaseModel):
    """Days, by what is kept; what is counted of it stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    visits: _Days = 90
    """Visits with their searches and the articles that were read."""
    sign_in: _Days = 30
    """Sessions and codes after their end, and the mails with codes."""
    requests: _Days = 730
    """What was written to us."""
    votes: _Days = 400
    """Who said something of an article, and their comment."""
    events: _Days = 400
    """What the product told that they did; the first of each kind stays, since it tells when they began."""
    mails: Annotated[int, Field(strict=True, ge=90, le=3650)] = 730
    """Who got which mail of a programme; for a while it decides what is sent next."""

    @property
    def days(self) -> Mapping[str, int]:
        """The days by their noun."""
        return self.model_dump()


class _Site(BaseModel):
    """The one key of site.yaml that matters here; the rest is the knowledge base's."""

    retention: Retention = Retention()


def read_retention(content_dir: Path) -> tuple[Retention | None, list[Problem]]:
    """Read how long things are kept; None where that cannot be read, lest anything be forgotten too early."""
    document, problems = read_yaml(own_or_shipped(content_dir, FILE), FILE)
    if problems:
        return None, problems
    found, problems = validate(_Site, document)
    return (found.retention if found else None), problems
