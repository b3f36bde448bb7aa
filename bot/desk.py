"""The desk: everything that a conversation needs to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.absence import Absence
from bot.directory import Directory
from bot.knowledge_base import KnowledgeBase
from bot.slack import Slack
from bot.storage import BotRecord
from bot.turn import Notice, Spot
from bot.workspaces import NotInstalled, Workspaces
from tiering.content import Content
from tiering.domain.company import Company
from tiering.domain.service import Prose
from tiering.people import Person, Refused, team_of, user_of
from tiering.quiet_hours import QuietHours
from tiering.usecases.ask import Inquiry
from tiering.usecases.record import Store


class Journal(Protocol):
    """Notes who asked which kind of thing; never the words."""

    def __call__(self, who: str, kind: str) -> None:
        """Note one turn."""


@dataclass(frozen=True)
class Desk:
    """What every conversation needs to answer."""

    store: Store
    record: BotRecord
    """The bot's own tables."""
    prose: Callable[[], Prose]
    """Gives the catalogue's wording of this moment."""
    draft: Callable[[], Content]
    """Reads the policy that lies in the content directory, or what is wrong with it."""
    company: Company
    clock: Callable[[], datetime]
    commands: Mapping[str, str]
    """What the slash commands are called here: `/tier` under `tier`."""
    usages: Sequence[tuple[str, str]]
    """What can be said after the command, and what it does, for the help."""
    knowledge_base: KnowledgeBase
    directory: Directory
    workspaces: Workspaces
    slack: Slack
    """The Slack of the workspace in which a turn is taken; for what is not the answer to it."""
    notify: Callable[[Notice], bool]
    """Sends a message to a colleague, or to whoever stands in; false where it was sent before."""
    journal: Journal
    quiet_hours: QuietHours
    """When nobody is told what can wait."""

    @property
    def zone(self) -> ZoneInfo:
        """The company's own, which says what day it is."""
        return self.company.zone

    @property
    def today(self) -> date:
        """The day it is for the company."""
        return self.clock().astimezone(self.zone).date()

    def inquiry(self, person: Person) -> Inquiry:
        """Say who asks, and on which day."""
        return Inquiry(person.reference, self.today, self.prose())

    def service_name(self, service_id: str) -> str:
        """Return what a service is called now; its id where the catalogue has it no more."""
        service = self.prose().catalogue.by_id.get(service_id)
        return service.name if service else service_id

    def called(self, reference: str, otherwise: str = "a colleague") -> str:
        """Return the name of a colleague, also of one who has left; Slack may not say it just now."""
        try:
            slack = self.workspaces.slack(team_of(reference))
        except NotInstalled:
            return otherwise
        return self.directory.name(slack.client, user_of(reference)) or otherwise

    def colleague(self, user_id: str) -> Person | Refused:
        """Say who somebody is whom people.yaml names, in whichever of our workspaces they are."""
        found = self.directory.person(self.slack.client, user_id)
        if isinstance(found, Refused):
            others = (self.directory.person(slack.client, user_id) for slack in self.workspaces.everywhere())
            found = next((one for one in others if not isinstance(one, Refused)), found)
        return found

    def linked(self, person: Person, spot: Spot) -> str | None:
        """Return the id of the account that a channel is about."""
        return self.record.linked(person.team, spot.channel) if spot.channel else None

    def away(self) -> tuple[Absence, ...]:
        """Return who is away today, and who covers."""
        return self.record.absences(self.today)
