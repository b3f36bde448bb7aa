"""Running the bot: puts its parts together and serves it, to Slack or beside a local one."""

from __future__ import annotations

import logging
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from datetime import time as time_of_day
from functools import partial
from urllib.parse import urlsplit

from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from waitress import wasyncore
from waitress.server import create_server

from bot.app import EVENTS_PATH, Door, all_ears, create_app
from bot.chores import Chores
from bot.config import BotSettings, InstallingSettings
from bot.desk import Desk, Journal
from bot.directory import Directory
from bot.installations import Installations, Seal, States
from bot.installing import Installing
from bot.knowledge_base import KnowledgeBase
from bot.log import journal
from bot.manifest import app_manifest, scopes, unfurl_domain
from bot.notices import Notices
from bot.playground.app import serve as serve_local_slack
from bot.playground.local import LocalSlack
from bot.playground.people import MARCO, OLIVIA
from bot.playground.workspace import Credentials, InstalledBot, Shortcut, SlashCommand, Workspace
from bot.slack import Slack
from bot.slack import client as slack_client
from bot.storage import BotRecord
from bot.wording import Wording
from bot.workspaces import InstalledWorkspaces, OneWorkspace, Workspaces
from tiering.content import Content, read_content
from tiering.people import Home, Roles
from tiering.quiet_hours import QuietHours
from tiering.usecases.record import Store

LOOPBACK = "127.0.0.1"
THREADS = 16
"""Requests that are received at the same time; receiving one takes a millisecond."""
MAX_BODY = 1_000_000
"""Bytes of a request; Slack's own stay far below."""


NEVER_QUIET = QuietHours(begin=time_of_day(0), end=time_of_day(0), weekends=False)
"""Whoever tries the bot at night wants to see what it says."""


@dataclass(frozen=True)
class Parts:
    """What the bot is made of, whichever Slack it works in."""

    settings: BotSettings
    store: Store
    content: Content
    roles: Roles
    clock: Callable[[], datetime]
    """Tells the time, aware of its zone."""
    journal: Journal = journal


class HttpServer:
    """The bot's HTTP on one port, 0 for a free one; raises OSError where it is taken."""

    def __init__(self, door: Door, host: str, port: int) -> None:
        self._server = create_server(
            door,
            host=host,
            port=port,
            threads=THREADS,
            max_request_body_size=MAX_BODY,
            ident=None,
        )
        self.port: int = self._server.effective_port

    def run(self) -> None:
        """Serve until stopped or interrupted."""
        self._server.run()

    def stop(self) -> None:
        """Close every connection; the loop's own thread must do that."""
        # It may be awake already, and have closed what would wake it before that is done.
        with suppress(OSError):
            self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._server._map, ignore_all=True))
        self._server.task_dispatcher.shutdown()


@dataclass(frozen=True)
class Bot:
    """The bot, ready to be served; its chores run beside it."""

    app: App
    chores: Chores
    door: Door

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Do the chores while the bot is served."""
        self.chores.start()
        try:
            yield
        finally:
            self.chores.stop()


def make_bot(
    parts: Parts, client: WebClient, signing_secret: str, teams: frozenset[str] = frozenset()
) -> Bot:
    """Make the bot, asking Slack who it is; raises SlackApiError and OSError.

    `teams` are the workspaces whose members may ask; empty for the bot's own.
    """
    identity = client.auth_test()
    home = Home(teams or frozenset([str(identity["team_id"])]), identity.get("enterprise_id"))
    return _bot(parts, OneWorkspace(Slack(client)), Slack(client), home, signing_secret)


def make_installable_bot(parts: Parts, settings: InstallingSettings) -> Bot:
    """Make the bot that works in every workspace of the company into which it was installed."""
    record, seal = BotRecord(parts.store), Seal(settings.secret_key.get_secret_value())
    api_url = settings.slack_api_url
    installations = Installations(record, seal, settings.slack_team_id, parts.clock)
    installing = Installing(
        (settings.slack_client_id, settings.slack_client_secret.get_secret_value()),
        api_url,
        scopes(unfurl_domain(settings.kb_url)),
        installations,
        States(record, seal, parts.clock),
    )
    workspaces = InstalledWorkspaces(installations.tokens, lambda token: Slack(slack_client(token, api_url)))
    home, signing = Home(settings.slack_team_id), settings.slack_signing_secret.get_secret_value()
    bot = _bot(parts, workspaces, Slack(slack_client(None, api_url)), home, signing)
    return replace(bot, door=Door(bot.app, signing, installing))


def _bot(parts: Parts, workspaces: Workspaces, slack: Slack, home: Home, signing_secret: str) -> Bot:
    """Put the bot together; `slack` is what it has outside of any turn."""
    settings, ears = parts.settings, all_ears()
    token = settings.kb_api_token.get_secret_value() if settings.kb_api_token else None
    record = BotRecord(parts.store)
    directory = Directory(home, parts.roles, time.monotonic)
    desk = Desk(
        store=parts.store,
        record=record,
        prose=Wording(settings.content_dir, parts.content.prose, time.monotonic),
        draft=partial(read_content, settings.content_dir),
        company=parts.content.company,
        clock=parts.clock,
        commands=parts.roles.commands.model_dump(),
        usages=tuple((phrase.usage, phrase.summary) for phrase in ears.phrases if phrase.usage),
        knowledge_base=KnowledgeBase(settings.kb_url, token),
        directory=directory,
        workspaces=workspaces,
        slack=slack,
        notify=Notices(
            parts.store,
            record,
            workspaces,
            directory,
            lambda: parts.clock().astimezone(parts.content.time_zone).date(),
            lambda person: parts.roles.quiet_hours.cover(
                parts.clock(), person.time_zone, parts.content.time_zone
            ),
        ),
        quiet_hours=parts.roles.quiet_hours,
        journal=parts.journal,
    )
    app = create_app(signing_secret, ears, desk)
    return Bot(app, Chores(desk, ears.chores), Door(app, signing_secret))


def socket_mode(app: App, app_token: SecretStr) -> SocketModeHandler:
    """Make the connection to Slack; `start` keeps it until the process ends."""
    return SocketModeHandler(
        app, app_token.get_secret_value(), logger=logging.getLogger("slack_sdk.socket_mode")
    )


def new_workspace(
    randomness: random.Random,
    clock: Callable[[], float] = time.time,
    roles: Roles | None = None,
    kb_url: str = "http://127.0.0.1:8000",
) -> Workspace:
    """Make the world of a local Slack, with secrets that are kept nowhere and all that the manifest declares.

    It tells of links to the knowledge base wherever that is; the real one does of public domains only.
    """
    credentials = Credentials(
        bot_token=f"xoxb-{secrets.token_hex(16)}",
        app_token=f"xapp-{secrets.token_hex(16)}",
        signing_secret=secrets.token_hex(16),
    )
    names = (roles or Roles()).commands.model_dump()
    manifest = app_manifest(all_ears(), names, None, urlsplit(kb_url).netloc)
    features = manifest["features"]
    installed = InstalledBot(
        credentials,
        commands=tuple(
            SlashCommand(one["command"], one["usage_hint"], one["description"], one["should_escape"])
            for one in features["slash_commands"]
        ),
        shortcuts=tuple(
            Shortcut(one["callback_id"], one["name"], one["type"] == "message")
            for one in features["shortcuts"]
        ),
        events=frozenset(manifest["settings"]["event_subscriptions"]["bot_events"]),
        unfurl_domains=tuple(features["unfurl_domains"]),
        scopes=frozenset(manifest["oauth_config"]["scopes"]["bot"]),
    )
    return Workspace(installed, clock, randomness)


@contextmanager
def beside_local_slack(parts: Parts, workspace: Workspace, port: int = 0) -> Iterator[LocalSlack]:
    """Serve the bot and a Slack of its own on loopback; raises OSError where the port is taken."""
    credentials = workspace.bot.credentials
    with serve_local_slack(workspace, port) as local:
        client = slack_client(credentials.bot_token, local.api_url)
        bot = make_bot(parts, client, credentials.signing_secret)
        server = HttpServer(bot.door, LOOPBACK, 0)
        serving = threading.Thread(target=server.run, name="bot", daemon=True)
        serving.start()
        local.connect(f"http://{LOOPBACK}:{server.port}{EVENTS_PATH}")
        try:
            with bot.at_work():
                yield local
        finally:
            server.stop()
            serving.join()


def playground_roles(roles: Roles) -> Roles:
    """Add the roles that the people of the local Slack have by their stories; no hour is quiet there."""
    ops, managers = (*roles.ops, OLIVIA.id), (*roles.managers, MARCO.id)
    return roles.model_copy(update={"ops": ops, "managers": managers, "quiet_hours": NEVER_QUIET})
