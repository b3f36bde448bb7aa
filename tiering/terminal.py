"""What every command does at a terminal: JSON on stdout, problems and sentences on stderr, exit codes."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

import click
from rich.console import Console

from tiering.config import ConfigError
from tiering.files import Problem
from tiering.usecases.record import RecordUnavailable

WIDTH = 100
"""Columns that a table may take where the terminal does not say."""

WORLD, USAGE = 1, 2
"""Exit codes: the input or the world has problems; wrong usage or environment."""


class Boundary(click.Group):
    """The one error boundary of a command line: trouble becomes one sentence on stderr and an exit code."""

    refusals: ClassVar[tuple[type[Exception], ...]] = ()
    """What else a face's use cases raise whose message is a sentence for whoever typed the command."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        refusals: tuple[type[Exception], ...] = (RecordUnavailable, *self.refusals)
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            end(str(error), USAGE)
        except refusals as error:
            end(str(error))
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read along has gone; click ends quietly then
            name = f"{error.filename}: " if error.filename else ""
            end(f"{name}{error.strerror or error}")


def end(sentence: str, code: int = WORLD) -> NoReturn:
    """End the command with a sentence on stderr."""
    click.echo(sentence, err=True)
    sys.exit(code)


def print_problems(problems: Iterable[Problem]) -> int:
    """Print problems on stderr as `path:line: problem`; return how many are more than a warning."""
    grave = 0
    for problem in problems:
        click.echo(str(problem), err=True)
        grave += not problem.warning
    return grave


def print_json(value: object) -> None:
    """Print a value for programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def console() -> Console:
    """Return a console that keeps to 100 columns where stdout is no terminal."""
    found = Console()
    return found if found.is_terminal else Console(width=WIDTH, highlight=False)
