"""A company in which things happen, and a bot that tells of them, from Thursday, 26 November 2026, on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot.playground.local import LocalSlack
from bot.playground.people import MARCO, OLIVIA
from bot.playground.workspace import Message
from bot.server import Bot, Parts, beside_local_slack, make_bot, new_workspace
from bot.slack import client
from tests.bot.conftest import dollars, fill, row
from tests.bot.features.exception.office import DIRECT, Clock, lines
from tests.conftest import OLGA
from tiering.content import Content
from tiering.domain.measurement import Measurement
from tiering.domain.money import Money
from tiering.people import Roles
from tiering.usecases.import_accounts import Listener, NumberedRow, Order, import_accounts
from tiering.usecases.record import open_store
from tiering.usecases.signals import Raised, watch

MORNING = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
"""At work everywhere: 9:00 in New York, 14:00 in London, 15:00 in Madrid."""
ROLES = Roles(ops=(OLIVIA.id,), managers=(MARCO.id,))


@dataclass
class Newsroom:
    """What happens, and what people read of it."""

    slack: LocalSlack
    parts: Parts
    clock: Clock
    bots: list[Bot] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.clock.now.date()

    def later(self, **how_long: float) -> None:
        self.clock.now += timedelta(**how_long)

    def another(self) -> Bot:
        """Start another process of the bot."""
        credentials = self.slack.workspace.bot.credentials
        api = client(credentials.bot_token, self.slack.api_url)
        return make_bot(self.parts, api, credentials.signing_secret)

    def minute(self) -> None:
        """Let a minute pass, in which a process of the bot does its chores."""
        self.later(minutes=1)
        self.another().chores.run()

    def imports(self, *changes: tuple[str, str, Money], csm: str | None = None) -> None:
        """Import accounts (id, name, ARR), at a moment of its own."""
        self.later(seconds=1)
        more = {"csm": csm} if csm else {}
        rows = [
            NumberedRow(number, row(account_id, name, arr=arr, **more))
            for number, (account_id, name, arr) in enumerate(changes, start=2)
        ]
        order = Order("crm.csv", OLGA, self.today, accept_moves=True)
        assert import_accounts(self.parts.store, rows, order, Listener()).stopped is None

    def acme_falls(self, tier: int = 2) -> None:
        self.imports(("A-1", "Acme Corporation", dollars({1: 164_000, 2: 20_000, 3: 900}[tier])))

    def measures(self, account_id: str, metric: str, value: int) -> None:
        with self.parts.store.begin() as work:
            work.metrics.append([Measurement(account_id, metric, Decimal(value), self.today, "test")])

    def raises(self, *account_ids: str) -> list[Raised]:
        """Let accounts have too many open cases."""
        self.later(seconds=1)
        for account_id in account_ids:
            self.measures(account_id, "open_cases", 7)
        return watch(self.parts.store, OLGA, self.today)

    def becomes(self, message: Message, line: str) -> bool:
        """Wait until a message has a line."""

        def now() -> list[str]:
            return lines(self.slack.workspace.message(message.channel, message.ts))

        return self.slack.wait(lambda: line in now())

    def messages(self, person: str, channel: str = DIRECT) -> list[Message]:
        return self.slack.messages(person, channel)

    def read(self, person: str, channel: str = DIRECT) -> list[str]:
        """The first lines of the news that somebody reads; the digest is none."""
        first = [lines(one)[0] for one in self.messages(person, channel)]
        return [line for line in first if not line.startswith("Your week")]


@contextmanager
def newsroom(parts: Parts, content: Content, url: str, roles: Roles = ROLES) -> Iterator[Newsroom]:
    """Open a newsroom with the cast's record and a bot that has looked for news once."""
    clock = Clock(MORNING - timedelta(hours=1))
    store = open_store(url, clock)
    fill(store, content)
    own = replace(parts, store=store, roles=roles, clock=clock)
    with beside_local_slack(own, new_workspace(random.Random(1))) as slack:
        room = Newsroom(slack, own, clock)
        room.minute()
        clock.now = MORNING
        yield room
    store.close()
