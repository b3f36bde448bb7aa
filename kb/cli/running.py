"""Commands that run until they are ended: the pages, and the daily jobs."""

from __future__ import annotations

import os
import socket
import sys
from datetime import UTC, date, datetime, time
from time import monotonic, sleep

import click

from kb.cli.desk import read
from kb.clock import Errand, Job, run_forever, tick
from kb.config import ClockSettings
from kb.contact_mail import read_house, send_due
from kb.courses import read_outlines
from kb.mail import open_mailer
from kb.programmes.reading import FOLDER as PROGRAMMES
from kb.reviews import reminders
from kb.site import read_site
from kb.storage import Requests, reconcile_training
from kb.upkeep import forget, tend_searches
from tiering.config import load_settings
from tiering.content import read_company
from tiering.usecases.daily import daily as decide_daily
from tiering.usecases.news import OverdueArticle, reviews_overdue
from tiering.usecases.record import Store, open_store
from tiering.usecases.record import check as check_record


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Instead of PORT, or 8000.")
def serve(port: int | None) -> None:
    """Serve the pages from this one process.

    That suits a laptop; gunicorn suits a server.
    """
    # The pages and all that they need are loaded by this one command only.
    from kb.config import KbSettings
    from kb.web.serving import serve as serve_pages

    settings = load_settings(KbSettings)
    settings = settings.model_copy(update={"port": port}) if port else settings
    click.echo(f"The knowledge base is on http://127.0.0.1:{settings.port}", err=True)
    serve_pages(settings)


@click.command()
def clock() -> None:
    """Run the daily jobs at their times, for ever.

    They decide every account, look for signals, and remind of reviews that are overdue; what was learned is
    held against courses that were edited; what could not be mailed at once is mailed, and what is older than
    site.yaml says is forgotten. Of several clocks one does the work. Every quarter of an hour `kb send` runs.
    """
    settings = load_settings(ClockSettings)
    zone = read_company(settings.content_dir).zone
    store = open_store(settings.database_url, lambda: datetime.now(UTC))
    check_record(store)
    holder = f"{socket.gethostname()}:{os.getpid()}"
    who = f"clock:{holder}"
    jobs = (
        # Before everybody is decided, since a certificate may decide.
        Job("training", time(3), lambda _: _reconcile(settings, store)),
        Job(
            "daily",
            time(3),
            lambda today: decide_daily(store, who, today, read_company(settings.content_dir)),
        ),
        Job("reviews", time(4), lambda today: reviews_overdue(store, _reminders(settings, today), who)),
        Job("retention", time(5), lambda _: forget(store, settings.content_dir, who)),
        Job("searches", time(7), lambda today: tend_searches(store, who, today)),
    )
    mailer = open_mailer(settings)
    programmes = Errand([sys.executable, "-m", "kb", "send"], monotonic)

    def beat() -> None:
        tick(store, jobs, holder, zone)
        if mailer:
            send_due(Requests(store), mailer, read_house(settings))
            if (settings.content_dir / PROGRAMMES).is_dir():
                programmes.run()

    click.echo(f"The clock runs; the day begins at 03:00, {zone.key}.", err=True)
    try:
        run_forever(beat, sleep)
    finally:
        programmes.end()
        store.close()


def _reconcile(settings: ClockSettings, store: Store) -> None:
    site, _ = read_site(settings.content_dir)
    courses = read_outlines(settings.content_dir, site)
    reconcile_training(store, tuple(courses.values()), site.time_zone)


def _reminders(settings: ClockSettings, today: date) -> list[OverdueArticle]:
    _, library, _ = read(settings.content_dir)
    return reminders(library.articles.values(), today, settings.kb_url)
