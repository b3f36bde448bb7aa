"""Workspaces: where the bot works, and the Slack of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.slack import Slack, SlackRefused


class NotInstalled(SlackRefused):
    """The bot is not installed in a workspace, or is not any more."""

    def __init__(self) -> None:
        super().__init__("a call", "not_installed")


class Workspaces(Protocol):
    """The workspaces of one company in which the bot works."""

    def slack(self, team: str) -> Slack:
        """Return the Slack of a workspace by its id; raises NotInstalled and RecordUnavailable."""

    def everywhere(self) -> tuple[Slack, ...]:
        """Return the Slack of every workspace; raises RecordUnavailable."""


@dataclass(frozen=True, slots=True)
class OneWorkspace:
    """The one whose token the bot was given; whoever is heard at all is heard there."""

    only: Slack

    def slack(self, team: str) -> Slack:  # noqa: ARG002 (whichever team a colleague belongs to)
        """Return the one Slack there is."""
        return self.only

    def everywhere(self) -> tuple[Slack, ...]:
        """Return the one Slack there is."""
        return (self.only,)


@dataclass(frozen=True, slots=True)
class InstalledWorkspaces:
    """Those into which the bot was installed, each with a token of its own.

    Tokens are read when they are needed, so that every process knows at once of what another one has heard.
    """

    tokens: Callable[[], dict[str, str]]
    """Reads the token of each workspace by its id; raises RecordUnavailable."""
    make: Callable[[str], Slack]
    """Makes the Slack that a token opens."""

    def slack(self, team: str) -> Slack:
        """Return the Slack of a workspace by its id; raises NotInstalled and RecordUnavailable."""
        token = self.tokens().get(team)
        if token is None:
            raise NotInstalled
        return self.make(token)

    def everywhere(self) -> tuple[Slack, ...]:
        """Return the Slack of every workspace; raises RecordUnavailable."""
        return tuple(map(self.make, self.tokens().values()))
