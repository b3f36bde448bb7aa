"""Two workspaces of one company: two local Slacks behind the one address at which the bot knows Slack.

Both have the same people under the same ids, so that only the workspace tells them apart. Whatever the second
one sends or answers names it by an id of its own.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from bot.config import InstallingSettings
from bot.playground.app import serve
from bot.playground.local import LocalSlack
from bot.playground.people import TEAM_ID
from bot.server import LOOPBACK, HttpServer, Parts, make_installable_bot, new_workspace
from tests.bot.conftest import signed
from tests.conftest import NOON

FIRST, SECOND = TEAM_ID, "T0SECONDWS"
CLIENT, SECRET, SIGNING = "123.456", "the app's own secret", "the app's signing secret"


@dataclass
class Page:
    """What a browser was answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def title(self) -> str:
        """The heading."""
        found = re.search("<h1>(.*?)</h1>", self.text)
        return unescape(found[1]) if found else ""

    @property
    def cookie(self) -> str:
        """The cookie that it leaves in the browser."""
        return self.headers.get("set-cookie", "").partition(";")[0]


@dataclass
class SlackItself:
    """The one address of Slack: it leads each call to the workspace whose token it bears."""

    first: LocalSlack
    second: LocalSlack
    bot: str = ""
    """Where the bot's HTTP is."""
    hangs_up: bool = False
    """Whether it answers no call at all."""

    def deliver(self, body: str, kind: str) -> tuple[int, bytes]:
        """Send the bot something, signed as the app's."""
        headers = {"Content-Type": kind, **signed(SIGNING, body, int(time.time()))}
        return _exchange(self.bot, "POST", "/slack/events", body.encode(), headers)

    def call(self, method: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Lead a call of the bot's to its workspace."""
        bearer = f"Bearer {self.second.workspace.bot.credentials.bot_token}"
        if headers.get("Authorization") == bearer:
            return self._asked(self.second, method, body, headers)
        said = self._asked(self.first, method, body, headers)
        # Neither workspace knows the code of the other.
        return self._asked(self.second, method, body, headers) if b"invalid_code" in said else said

    def _asked(self, slack: LocalSlack, method: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        kept = {name: headers[name] for name in ("Authorization", "Content-Type") if name in headers}
        with urlopen(Request(f"{slack.api_url}{method}", body, kept), timeout=10) as response:
            said: bytes = response.read()
        return said.replace(FIRST.encode(), SECOND.encode()) if slack is self.second else said


@dataclass
class Company:
    """A company with two workspaces and a bot that may be installed in them."""

    parts: Parts
    settings: InstallingSettings
    slack: SlackItself
    first: LocalSlack
    second: LocalSlack

    def get(self, path: str, cookie: str = "") -> Page:
        """Open one of the bot's addresses in a browser."""
        url = urlsplit(self.slack.bot)
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=10)
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        page = Page(answer.status, headers, answer.read().decode())
        connection.close()
        return page

    def sets_out(self) -> Page:
        """Begin an installation."""
        page = self.get("/slack/install")
        assert page.status == 302
        return page

    def answers(self, going: Page, workspace: LocalSlack, answer: str = "Allow") -> str:
        """Answer what Slack asks in a workspace, and return the path to which it leads back."""
        asked = urlsplit(going.headers["location"])
        with urlopen(f"{workspace.page_url}{asked.path.strip('/')}?{asked.query}", timeout=10) as response:
            shown = response.read().decode()
        found = re.search(f'<a href="([^"]*)">{answer}</a>', shown)
        assert found is not None
        back = urlsplit(unescape(found[1]))
        return f"{back.path}?{back.query}"

    def installs(self, workspace: LocalSlack) -> Page:
        """Install the bot in a workspace, all the way."""
        going = self.sets_out()
        return self.get(self.answers(going, workspace), going.cookie)

    def tells(self, team: str, kind: str, name: str, seconds: float = 60, **more: object) -> int:
        """Let Slack tell of an event in a workspace, seconds after noon; returns how that was answered."""
        body = {
            "type": "event_callback",
            "team_id": team,
            "event_id": name,
            "event_time": int(NOON.timestamp() + seconds),
            "authorizations": [],
            "event": {"type": kind, **more},
        }
        return self.slack.deliver(json.dumps(body), "application/json")[0]


@contextmanager
def a_company(parts: Parts, **changed: Any) -> Iterator[Company]:
    """Serve two workspaces and the bot; keyword arguments change its settings."""
    worlds = [new_workspace(random.Random(number), kb_url=parts.settings.kb_url) for number in (1, 2)]
    with serve(worlds[0]) as first, serve(worlds[1]) as second:
        slack = SlackItself(first, second)
        with _served(slack) as address:
            settings = InstallingSettings(
                **{
                    "database_url": "sqlite://",
                    "slack_api_url": f"{address}/api",
                    "slack_client_id": CLIENT,
                    "slack_client_secret": SECRET,
                    "slack_signing_secret": SIGNING,
                    "slack_team_id": frozenset({FIRST, SECOND}),
                    "secret_key": "a secret of the bot, long enough",
                    "kb_url": parts.settings.kb_url,
                    **changed,
                }
            )
            bot = make_installable_bot(parts, settings)
            server = HttpServer(bot.door, LOOPBACK, 0)
            serving = threading.Thread(target=server.run)
            serving.start()
            slack.bot = f"http://{LOOPBACK}:{server.port}"
            for world in worlds:
                secrets = replace(
                    world.bot.credentials, signing_secret=SIGNING, client_id=CLIENT, client_secret=SECRET
                )
                redirect = f"{slack.bot}/slack/oauth_redirect"
                world.bot = replace(world.bot, credentials=secrets, redirect_url=redirect)
            first.connect(f"{slack.bot}/slack/events")
            second.connect(f"{address}/second")
            yield Company(parts, settings, slack, first, second)
            server.stop()
            serving.join()


@contextmanager
def _served(slack: SlackItself) -> Iterator[str]:
    """Serve Slack's one address, and the way from the second workspace to the bot."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if slack.hangs_up:
                return
            if self.path.startswith("/api/"):
                headers = dict(self.headers)
                status, said = 200, slack.call(self.path.removeprefix("/api/"), body, headers)
            else:
                renamed = body.decode().replace(FIRST, SECOND)
                status, said = slack.deliver(renamed, self.headers["Content-Type"])
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer((LOOPBACK, 0), Answers) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        yield f"http://{LOOPBACK}:{server.server_port}"
        server.shutdown()
        serving.join()


def _exchange(
    address: str, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    url = urlsplit(address)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=10)
    connection.request(method, path, body, dict(headers))
    answer = connection.getresponse()
    said = answer.status, answer.read()
    connection.close()
    return said
