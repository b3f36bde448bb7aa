"""What every command works with: environment, record, content, today, and the words that options take."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import click

from tiering.config import Settings, load_settings
from tiering.content import Content, read_company, read_content, read_prose
from tiering.domain.company import Company
from tiering.domain.money import UnknownCurrency
from tiering.domain.refusal import Refusal
from tiering.terminal import Boundary
from tiering.usecases.ask import Inquiry, NoSuchAccount
from tiering.usecases.browsing import UnknownPreset
from tiering.usecases.policy import BadDraft, NoPolicy
from tiering.usecases.record import Store, check, open_store

NUMBER = click.IntRange(1, 2**63 - 1)
"""The number of something in the record, at most the largest that databases know."""

JSON = click.option("--json", "as_json", is_flag=True, help="Print it for programs.")


class Tiering(Boundary):
    """The boundary of the `tiering` command."""

    refusals = (NoPolicy, BadDraft, UnknownPreset, NoSuchAccount, Refusal, UnknownCurrency)


class _Day(click.ParamType[date]):
    """A day of the calendar."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            self.fail(f"{value!r} is no day; expected one such as 2027-03-31", param, ctx)


class _Name(click.ParamType[str]):
    """Somebody's name, which the audit keeps; a blank one names nobody."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not (name := str(value).strip()):
            self.fail("a name is empty; expected who it is", param, ctx)
        return name


DAY, NAME = _Day(), _Name()


@dataclass(frozen=True)
class Desk:
    """One run of a command; what it does not need is not opened."""

    settings: Settings

    @cached_property
    def content(self) -> Content:
        """The content directory's tiers.yaml and services."""
        return read_content(self.settings.content_dir)

    @cached_property
    def store(self) -> Store:
        """The record, its tables checked."""
        store = open_store(self.settings.database, now)
        if context := click.get_current_context(silent=True):
            context.call_on_close(store.close)
        check(store)
        return store

    @cached_property
    def company(self) -> Company:
        """What site.yaml says of the company."""
        return read_company(self.settings.content_dir)

    @property
    def time_zone(self) -> ZoneInfo:
        """The company's own, which says what day it is."""
        return self.company.zone

    @property
    def today(self) -> date:
        """The day it is where the company is."""
        return now().astimezone(self.time_zone).date()

    @property
    def who(self) -> str:
        """The person at the terminal, for the audit."""
        return f"cli:{getpass.getuser()}"

    @cached_property
    def inquiry(self) -> Inquiry:
        """A question by this person today."""
        return Inquiry(self.who, self.today, read_prose(self.settings.content_dir))


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def desk() -> Desk:
    """Read the environment; raises ConfigError."""
    return Desk(load_settings(Settings))
