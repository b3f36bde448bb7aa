"""Running the bot: puts its parts together and serves it, to Slack or beside a local one."""

from __future__ import annotations

import logging
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from waitress import wasyncore
from waitress.server import create_server

from bot.app import COMMANDS, EVENTS_PATH, Door, create_app
from bot.config import BotSettings
from bot.conversation import Desk, Journal
from bot.directory import Directory
from bot.knowledge_base import KnowledgeBase
from bot.log import journal
from bot.people import Home, Roles
from bot.playground.app import serve as serve_local_slack
from bot.playground.local import LocalSlack
from bot.playground.people import MARCO, OLIVIA
from bot.playground.workspace import Credentials, InstalledBot, SlashCommand, Workspace
from bot.wording import Wording
from tiering.content import Content
from tiering.usecases.record import Store

LOOPBACK = "127.0.0.1"
SLACK_SECONDS = 3
"""How long Slack's Web API may take."""
THREADS = 16
"""Requests that are received at the same time; receiving one takes a millisecond."""
MAX_BODY = 1_000_000
"""Bytes of a request; Slack's own stay far below."""


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

    def __init__(self, app: App, signing_secret: str, host: str, port: int) -> None:
        self._server = create_server(
            Door(app, signing_secret),
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
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._server._map, ignore_all=True))
        self._server.task_dispatcher.shutdown()


def slack_client(token: SecretStr, api_url: str) -> WebClient:
    """Make a client of Slack's Web API."""
    return WebClient(
        token=token.get_secret_value(), base_url=f"{api_url.rstrip('/')}/", timeout=SLACK_SECONDS
    )


def make_app(
    parts: Parts, client: WebClient, signing_secret: str, teams: frozenset[str] = frozenset()
) -> App:
    """Make the bot, asking Slack who it is; raises SlackApiError and OSError.

    `teams` are the workspaces whose members may ask; empty for the bot's own.
    """
    identity: SlackResponse = client.auth_test()
    home = Home(teams or frozenset([str(identity["team_id"])]), identity.get("enterprise_id"))
    settings = parts.settings
    token = settings.kb_api_token.get_secret_value() if settings.kb_api_token else None
    desk = Desk(
        store=parts.store,
        prose=Wording(settings.content_dir, parts.content.prose, time.monotonic),
        zone=parts.content.time_zone,
        clock=parts.clock,
        knowledge_base=KnowledgeBase(settings.kb_url, token),
        directory=Directory(home, parts.roles, time.monotonic),
        journal=parts.journal,
    )
    return create_app(client, signing_secret, identity, desk)


def socket_mode(app: App, app_token: SecretStr) -> SocketModeHandler:
    """Make the connection to Slack; `start` keeps it until the process ends."""
    return SocketModeHandler(
        app, app_token.get_secret_value(), logger=logging.getLogger("slack_sdk.socket_mode")
    )


def new_workspace(randomness: random.Random, clock: Callable[[], float] = time.time) -> Workspace:
    """Make the world of a local Slack, with secrets that are kept nowhere."""
    credentials = Credentials(
        bot_token=f"xoxb-{secrets.token_hex(16)}",
        app_token=f"xapp-{secrets.token_hex(16)}",
        signing_secret=secrets.token_hex(16),
    )
    commands = tuple(SlashCommand(one.name, one.usage, one.summary) for one in COMMANDS)
    return Workspace(InstalledBot(credentials, commands=commands), clock, randomness)


@contextmanager
def beside_local_slack(parts: Parts, workspace: Workspace, port: int = 0) -> Iterator[LocalSlack]:
    """Serve the bot and a Slack of its own on loopback; raises OSError where the port is taken."""
    credentials = workspace.bot.credentials
    with serve_local_slack(workspace, port) as local:
        app = make_app(
            parts, slack_client(SecretStr(credentials.bot_token), local.api_url), credentials.signing_secret
        )
        server = HttpServer(app, credentials.signing_secret, LOOPBACK, 0)
        serving = threading.Thread(target=server.run, name="bot", daemon=True)
        serving.start()
        local.connect(f"http://{LOOPBACK}:{server.port}{EVENTS_PATH}")
        try:
            yield local
        finally:
            server.stop()
            serving.join()


def playground_roles(roles: Roles) -> Roles:
    """Add the roles that the people of the local Slack have by their stories."""
    ops, managers = (*roles.ops, OLIVIA.id), (*roles.managers, MARCO.id)
    return roles.model_copy(update={"ops": ops, "managers": managers})
