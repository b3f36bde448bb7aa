"""The bot at work: a record with a small cast, and the bot in the local Slack over real signed HTTP."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from slack_sdk.signature import SignatureVerifier

from bot.config import BotSettings
from bot.playground.app import serve
from bot.playground.local import LocalSlack
from bot.server import Parts, beside_local_slack, make_bot, new_workspace, playground_roles, socket_mode
from bot.slack import client
from tests.conftest import OLGA, TODAY, noon
from tiering.content import Content
from tiering.domain.account import Status
from tiering.domain.account_row import AccountRow
from tiering.domain.money import Money
from tiering.people import Roles
from tiering.usecases.import_accounts import Listener, NumberedRow, Order, import_accounts
from tiering.usecases.policy import publish_first
from tiering.usecases.record import Store, open_store, upgrade

EVIL = "<!channel> *Evil* & <@U1> :bomb:"


def dollars(amount: int) -> Money:
    """Make an amount of dollars."""
    return Money.of(amount, "USD")


def row(account_id: str, name: str, **values: object) -> AccountRow:
    """Make a row of an export; what is not said is absent."""
    return AccountRow(account_id, name, {"name": name, **values}, {})


CAST = (
    row(
        "A-1",
        "Acme Corporation",
        domain="acme.example",
        aliases=("Acme",),
        arr=dollars(164_000),
        country="United States",
        csm="Dana Whitfield",
        parent="Acme Holdings",
        renewal_on=date(2027, 5, 14),
    ),
    row("A-2", "Acme Holdings", domain="acmeholdings.example", arr=dollars(120_000)),
    row("I-1", "Initech", domain="initech.example", arr=dollars(24_000), csm="Sofia Caruso"),
    row("L-1", "Lumbergh", arr=dollars(900)),
    row("P-1", "Pied Piper", status=Status.PROSPECT, potential_arr=dollars(30_000), arr=dollars(20_000)),
    row("H-1", "Hooli", status=Status.CHURNED, arr=dollars(20_000)),
    row("U-1", "Umbrella"),
    row("G-1", "Globex", domain="globex.example", country="Norway", csm="Marcus", arr=dollars(50_000)),
    row("G-2", "Globex", domain="globex.test", country="Spain", csm="Dana", arr=dollars(5_000)),
    row("X-1", EVIL, domain="evil.example", arr=dollars(1)),
    *(row(f"V-{number}", f"Vandelay Works {number}", arr=dollars(number)) for number in range(30)),
)


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory, content: Content) -> Iterator[Store]:
    """A record with the cast; the bot only reads it."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('bot') / 'longtail.db'}", noon)
    upgrade(store, OLGA)
    fill(store, content)
    yield store
    store.close()


def fill(store: Store, content: Content) -> None:
    """Put the shipped policy in force and bring in the cast."""
    publish_first(store, content, OLGA, TODAY)
    rows = [NumberedRow(number, one) for number, one in enumerate(CAST, start=2)]
    summary = import_accounts(store, rows, Order("crm.csv", OLGA, TODAY), Listener())
    assert (summary.created, summary.stopped) == (len(CAST), None)


@dataclass
class Library:
    """A knowledge base of the test's making: what it answers, and what it was asked."""

    base_url: str
    answer: str = '{"results": []}'
    status: int = 200
    delay: float = 0.0
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """The path of each request, and its authorisation."""
    pages: dict[str, str] = field(default_factory=dict)
    """The pages that anybody may read, by their paths."""
    private: set[str] = field(default_factory=set)
    """The paths of the pages that only some may read."""
    broken: set[str] = field(default_factory=set)
    """The paths at which it fails."""

    def finds(self, *titles: str, total: int = 0, did_you_mean: str | None = None, **more: str) -> None:
        """Let a search find articles of these titles; their slugs are the titles in small letters."""
        results = [
            {"slug": slug, "title": title, "url": f"{self.base_url}/articles/{slug}", "score": 1, **more}
            for title in titles
            if (slug := title.casefold().replace(" ", "-"))
        ]
        self.answer = json.dumps(
            {"results": results, "total": total or len(results), "did_you_mean": did_you_mean}
        )

    def holds(self, slug: str, title: str, shelf: str = "articles") -> None:
        """Put one article or course on the shelf."""
        url = f"{self.base_url}/{shelf}/{slug}"
        self.answer = json.dumps({"results": [{"slug": slug, "title": title, "url": url, "score": 1}]})


@pytest.fixture(scope="session")
def shelves() -> Iterator[list[Library]]:
    """A knowledge base over real HTTP; the last of the list is the one that answers now."""
    libraries: list[Library] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            library = libraries[-1]
            library.asked.append((self.path, self.headers.get("Authorization")))
            time.sleep(library.delay)
            body = library.pages.get(self.path, library.answer).encode()
            failing = 503 if self.path in library.broken else library.status
            self.send_response(302 if self.path in library.private else failing)
            self.send_header("Location", "/sign-in")
            self.send_header("Content-Length", str(len(body)))
            with suppress(OSError):  # whoever asked may not have waited
                self.end_headers()
                self.wfile.write(body)

        def do_HEAD(self) -> None:
            library = libraries[-1]
            library.asked.append((self.path, self.headers.get("Authorization")))
            time.sleep(library.delay)
            self.send_response(302 if self.path in library.private else library.status)
            self.send_header("Location", "/sign-in")
            with suppress(OSError):
                self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        libraries.append(Library(f"http://127.0.0.1:{server.server_port}"))
        yield libraries
        server.shutdown()
        serving.join()


@pytest.fixture
def library(shelves: list[Library]) -> Library:
    """A knowledge base whose answers a test chooses; its shelves are empty."""
    shelves.append(Library(shelves[0].base_url))
    return shelves[-1]


@pytest.fixture(scope="session")
def noted() -> list[tuple[str, str]]:
    """What the journal noted: who, and which kind of answer."""
    return []


@pytest.fixture(scope="session")
def parts(record: Store, content: Content, shelves: list[Library], noted: list[tuple[str, str]]) -> Parts:
    """What the bot is made of."""
    settings = BotSettings(kb_url=shelves[0].base_url)
    return Parts(settings, record, content, Roles(), noon, lambda who, kind: noted.append((who, kind)))


@pytest.fixture(scope="session")
def slack(parts: Parts) -> Iterator[LocalSlack]:
    """The local Slack with the bot in it."""
    with beside_local_slack(parts, new_workspace(random.Random(1), kb_url=parts.settings.kb_url)) as local:
        yield local


@pytest.fixture
def own_parts(parts: Parts, content: Content, database_url: str) -> Iterator[Parts]:
    """What the bot is made of, with a record of the test's own, once in each kind of database."""
    store = open_store(database_url, noon)
    fill(store, content)
    yield replace(parts, store=store, roles=playground_roles(Roles()))
    store.close()


@pytest.fixture
def own_slack(own_parts: Parts) -> Iterator[LocalSlack]:
    """The local Slack with a bot to whose record a test may write; marco manages, olivia is of operations."""
    workspace = new_workspace(random.Random(1), kb_url=own_parts.settings.kb_url)
    with beside_local_slack(own_parts, workspace) as local:
        yield local


@pytest.fixture
def slack_without_record(parts: Parts, tmp_path: Path) -> Iterator[LocalSlack]:
    """The local Slack with a bot whose record went away after the start."""
    gone = open_store(f"sqlite:///{tmp_path / 'nowhere' / 'longtail.db'}", lambda: datetime.now(UTC))
    with beside_local_slack(replace(parts, store=gone), new_workspace(random.Random(1))) as local:
        yield local
    gone.close()


@contextmanager
def in_socket_mode(parts: Parts) -> Iterator[LocalSlack]:
    """Let the bot come to the local Slack through a websocket."""
    workspace = new_workspace(random.Random(6), kb_url=parts.settings.kb_url)
    credentials = workspace.bot.credentials
    with serve(workspace) as slack:
        bot = make_bot(parts, client(credentials.bot_token, slack.api_url), "unused")
        connection = socket_mode(bot.app, SecretStr(credentials.app_token))
        connection.connect()  # type: ignore[no-untyped-call] # Bolt leaves it so
        assert slack.wait(lambda: bool(slack.delivery.connections))
        yield slack
        connection.close()  # type: ignore[no-untyped-call] # Bolt leaves it so


def signed(secret: str, body: str, stamp: int) -> dict[str, str]:
    """Make the headers with which Slack proves that it sent a body at a time."""
    signature = SignatureVerifier(secret).generate_signature(timestamp=str(stamp), body=body)
    return {"X-Slack-Request-Timestamp": str(stamp), "X-Slack-Signature": signature or ""}
