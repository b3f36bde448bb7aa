"""What every command works with: environment, record, content, today; and the one error boundary."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import click
from rich.console import Console

from tiering.config import ConfigError, Settings, load_settings
from tiering.content import Content, read_content, read_time_zone
from tiering.domain.money import UnknownCurrency
from tiering.domain.refusal import Refusal
from tiering.files import Problem
from tiering.usecases.ask import Inquiry, NoSuchAccount
from tiering.usecases.browsing import UnknownPreset
from tiering.usecases.policy import BadDraft, NoPolicy
from tiering.usecases.record import RecordUnavailable, Store, check, open_store

WIDTH = 100
"""Columns that a table may take where the terminal does not say."""

DAY = click.DateTime(["%Y-%m-%d"])

NUMBER = click.IntRange(1, 2**63 - 1)
"""The number of something in the record, at most the largest that databases know."""

JSON = click.option("--json", "as_json", is_flag=True, help="Print it for programs.")


class Boundary(click.Group):
    """Turns trouble into one sentence on stderr and an exit code: 2 for the environment, else 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            click.echo(str(error), err=True)
            ctx.exit(2)
        except (
            RecordUnavailable,
            NoPolicy,
            BadDraft,
            UnknownPreset,
            NoSuchAccount,
            Refusal,
            UnknownCurrency,
        ) as error:
            click.echo(str(error), err=True)
            ctx.exit(1)


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

    @property
    def today(self) -> date:
        """The day it is where the company is."""
        return now().astimezone(read_time_zone(self.settings.content_dir)).date()

    @property
    def who(self) -> str:
        """The person at the terminal, for the audit."""
        return f"cli:{getpass.getuser()}"

    @property
    def inquiry(self) -> Inquiry:
        """A question by this person today."""
        return Inquiry(self.who, self.today, self.content.prose)


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def desk() -> Desk:
    """Read the environment; raises ConfigError."""
    return Desk(load_settings(Settings))


def console() -> Console:
    """Return a console that keeps to 100 columns where stdout is no terminal."""
    found = Console()
    return found if found.is_terminal else Console(width=WIDTH, highlight=False)


def print_json(value: object) -> None:
    """Print a value for programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_problems(problems: Iterable[Problem]) -> int:
    """Print problems on stderr, a line each, and return how many there were."""
    lines = [str(problem) for problem in problems]
    for line in lines:
        click.echo(line, err=True)
    return len(lines)
