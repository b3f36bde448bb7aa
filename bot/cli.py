"""The `bot` command: run the bot, try it without Slack, or ask it from a terminal."""

from __future__ import annotations

import logging
import random
import secrets
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.text import Text
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import text
from bot.app import all_ears
from bot.config import BotSettings, InstallingSettings, RealSlackSettings, SlackSettings, read_slack_settings
from bot.desk import Journal
from bot.digest import Outcome, plan, send
from bot.log import journal, set_up_log
from bot.manifest import app_manifest, unfurl_domain
from bot.playground.local import NoAnswer
from bot.playground.people import OLIVIA, SLACKBOT_ID
from bot.playground.workspace import Message, View
from bot.server import (
    Bot,
    HttpServer,
    Parts,
    beside_local_slack,
    make_bot,
    make_installable_bot,
    new_workspace,
    playground_roles,
    socket_mode,
)
from bot.slack import SlackRefused
from bot.slack import client as slack_client
from tiering.config import load_settings
from tiering.content import read_content
from tiering.people import read_roles
from tiering.terminal import USAGE, WORLD, Boundary, end, print_json, print_problems
from tiering.usecases.record import check, open_store

NO_HTTP = secrets.token_hex(16)
"""Signs nothing: in Socket Mode no request arrives over HTTP."""
ALL_HOSTS = "0.0.0.0"  # noqa: S104 (Slack must reach the bot; what is not signed by Slack is refused)
PATIENCE = 1.5
"""Seconds after which a record that does not answer is said to be away."""
UNANSWERED = ("AccountUnknown",)
"""Kinds of answers after which `say` tells a script that there was a problem."""

_STYLES = {"bold": "bold", "dim": "dim", "code": "cyan", "": ""}


@click.group(cls=Boundary)
@click.version_option(package_name="longtail")
def main() -> None:
    """Ask about customers in Slack."""


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Where to listen; otherwise PORT, or 3000.")
def run(port: int | None) -> None:
    """Work in a real workspace of Slack.

    In Socket Mode when SLACK_APP_TOKEN is set, otherwise over HTTP. Without SLACK_BOT_TOKEN it works wherever
    it is installed, at /slack/install.
    """
    settings = read_slack_settings()
    set_up_log(sys.stderr)
    with _parts(settings) as parts, _slack_explained(settings):
        bot = _bot(parts, settings)
        with bot.at_work():
            if isinstance(settings, SlackSettings) and settings.slack_app_token:
                socket_mode(bot.app, settings.slack_app_token).start()  # type: ignore[no-untyped-call] # Bolt leaves it so
                return
            wanted = port or settings.port
            with _port_explained(wanted):
                server = HttpServer(bot.door, ALL_HOSTS, wanted)
            click.echo(f"The bot listens on port {server.port}.", err=True)
            server.run()


@main.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Where to serve the page; otherwise PORT, or 3000."
)
def playground(port: int | None) -> None:
    """Try the bot in the browser, in a Slack of its own."""
    settings = load_settings(BotSettings)
    set_up_log(sys.stderr, logging.WARNING)
    wanted = port or settings.port
    with _parts(settings, playing=True) as parts:
        workspace = new_workspace(random.Random(), roles=parts.roles, kb_url=settings.kb_url)  # noqa: S311 (ids of a toy world)
        with _port_explained(wanted), beside_local_slack(parts, workspace, wanted) as local:
            click.echo(f"The playground is at {local.page_url} (Ctrl-C ends it).")
            with suppress(KeyboardInterrupt):
                local.join()


@main.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print what the bot sent to Slack.")
def say(words: tuple[str, ...], as_json: bool) -> None:
    """Print what Slack would show to who types WORDS.

    They may be "/tier acme", and who types them is of operations.
    """
    settings = load_settings(BotSettings)
    set_up_log(sys.stderr, logging.WARNING)
    kinds: list[str] = []

    def note(who: str, kind: str) -> None:
        kinds.append(kind)
        journal(who, kind)

    typed = " ".join(words)
    with (
        _parts(settings, playing=True, note=note) as parts,
        beside_local_slack(parts, new_workspace(random.Random(), roles=parts.roles)) as local,  # noqa: S311
    ):
        try:
            answers = local.command(
                OLIVIA.handle, "customer-success", typed if typed.startswith("/") else f"/tier {typed}"
            )
        except NoAnswer as error:
            end(str(error))
        local.wait(lambda: bool(kinds), timeout=0.5)
        form = local.view(OLIVIA.handle)
    for answer in answers:
        _print(answer, as_json)
    if form:
        _print_form(form, as_json)
    failed = not kinds or any(answer.user == SLACKBOT_ID for answer in answers)
    sys.exit(WORLD if failed or kinds[-1] in UNANSWERED else 0)


@main.command()
@click.option("--url", help="Where Slack reaches the bot, https://...; without it, the bot uses Socket Mode.")
def manifest(url: str | None) -> None:
    """Print the manifest from which Slack creates the app."""
    if url and not url.startswith("https://"):
        end("--url must begin with https://, since Slack calls nothing else.", USAGE)
    settings = load_settings(BotSettings)
    roles, problems = read_roles(settings.content_dir)
    print_problems(problems)
    if problems:
        end("What the commands are called is not clear, so there is no manifest.")
    domain = unfurl_domain(settings.kb_url)
    if domain is None:
        click.echo(
            f"Slack knows no domain like that of {settings.kb_url} (KB_URL), so links to it will not be "
            "shown with title and summary.",
            err=True,
        )
    print_json(app_manifest(all_ears(), roles.commands.model_dump(), url, domain))


def _bot(parts: Parts, settings: SlackSettings | InstallingSettings) -> Bot:
    """Make the bot for one workspace or for several; raises SlackApiError and OSError."""
    if isinstance(settings, InstallingSettings):
        return make_installable_bot(parts, settings)
    secret = settings.slack_signing_secret
    client = slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    return make_bot(parts, client, secret.get_secret_value() if secret else NO_HTTP, settings.slack_team_id)


@main.command()
@click.option("--dry-run", is_flag=True, help="Print whom it would tell what; send nothing.")
def digest(dry_run: bool) -> None:
    """Send this week's digest to every CSM who has not had it.

    Nobody is told twice in a week, and those who are not at work now are told in the morning.
    """
    settings = read_slack_settings()
    set_up_log(sys.stderr, logging.WARNING)
    with _parts(settings) as parts, _slack_explained(settings):
        desk = _bot(parts, settings).chores.desk
        for one, outcome, shown in plan(desk, at_rest=True) if dry_run else send(desk):
            would = "would be told" if dry_run and outcome is Outcome.SENT else str(outcome)
            click.echo(f"{one.name} {would}.")
            if dry_run and shown:
                click.echo(textwrap.indent(text.unescaped(shown.text), "    "))


def _print(answer: Message, as_json: bool) -> None:
    if as_json:
        print_json({"text": answer.text, "blocks": answer.blocks})
    elif sys.stdout.isatty():
        lines = list(text.lines(answer.blocks)) or [(text.Span(text.unescaped(answer.text)),)]
        for line in lines:
            Console().print(Text.assemble(*((span.text, _STYLES[span.style]) for span in line)))
    else:
        click.echo(text.unescaped(answer.text))


def _print_form(form: View, as_json: bool) -> None:
    if as_json:
        print_json(form.payload)
        return
    click.echo(form.payload["title"]["text"])
    click.echo(text.form(form.blocks))
    if submit := form.payload.get("submit"):
        click.echo(f"[{submit['text']}]")


@contextmanager
def _parts(settings: BotSettings, playing: bool = False, note: Journal = journal) -> Iterator[Parts]:
    """Open the record and read the content, or end with a sentence."""
    roles, problems = read_roles(settings.content_dir)
    content = read_content(settings.content_dir)
    print_problems((*problems, *content.problems))
    if problems:
        end("Who may do what is not clear, so the bot does not start.")
    store = open_store(settings.database, _now, PATIENCE)
    try:
        check(store)
        yield Parts(settings, store, content, playground_roles(roles) if playing else roles, _now, note)
    finally:
        store.close()


@contextmanager
def _slack_explained(settings: RealSlackSettings) -> Iterator[None]:
    """End with a sentence when Slack cannot be used at the start."""
    try:
        yield
    except SlackApiError as error:
        end(f"Slack does not accept the token: it answered {error.response['error']!r}.", USAGE)
    except (SlackClientError, SlackRefused, OSError) as error:
        end(f"Slack cannot be reached at {settings.slack_api_url} ({error}).")


@contextmanager
def _port_explained(port: int) -> Iterator[None]:
    """End with a sentence when a port cannot be bound."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        end(f"Port {port} cannot be used: {reason}. Choose another one with --port.", USAGE)


def _now() -> datetime:
    return datetime.now(UTC)
