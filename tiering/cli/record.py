"""Commands that look after the record."""

from __future__ import annotations

from dataclasses import asdict

import click

from tiering.cli.desk import JSON, desk, now
from tiering.cli.importing import land_accounts, land_contacts, land_events
from tiering.files import SHIPPED_CONTENT
from tiering.terminal import end, print_json, print_problems
from tiering.usecases import daily as usecase
from tiering.usecases import record
from tiering.usecases.browsing import count_accounts
from tiering.usecases.import_accounts import Order
from tiering.usecases.policy import BadDraft, publish_first


@click.command()
def upgrade() -> None:
    """Bring the record's tables up to date.

    Where no policy was ever published, that of the content directory becomes the first version.
    """
    here = desk()
    store = record.open_store(here.settings.database, now)
    click.get_current_context().call_on_close(store.close)
    before, after = record.upgrade(store, here.who)
    if before != after:
        click.echo(f"The record's tables are at revision {after} now (before: {before or 'none'}).", err=True)
    try:
        published = publish_first(store, here.content, here.who, here.today)
    except BadDraft as error:
        print_problems(here.content.problems)
        end(str(error))
    if published:
        click.echo(f"Published “{published.name}” as version {published.version}.", err=True)


@click.command()
def sample() -> None:
    """Import the sample company where there are no accounts."""
    here = desk()
    if count_accounts(here.store):
        return
    folder = SHIPPED_CONTENT / "sample"
    accounts = land_accounts(here, folder / "accounts.csv", None, Order("the sample", here.who, here.today))
    contacts = land_contacts(here, folder / "contacts.csv", "the sample")
    events = land_events(here, folder / "events.csv", "the sample")
    counts = f"{accounts.created} accounts, {contacts.created} contacts, {events.added} events"
    click.echo(f"Imported the sample: {counts}.", err=True)


@click.command()
@JSON
def daily(as_json: bool) -> None:
    """Decide every account again, since dates have passed.

    Ends exceptions and purchases, puts a waiting version in force whose day has come, and closes the quarter
    that ended. Running it twice changes nothing.
    """
    here = desk()
    day = usecase.daily(here.store, here.who, here.today, here.company)
    if as_json:
        print_json(_shape(day))
        return
    if day.closed:
        click.echo(f"Closed {day.closed}; its numbers stay as they are.")
    if day.begun:
        click.echo(f"Version {day.begun.version} (“{day.begun.name}”) of the policy is in force now.")
    for mover in day.movers:
        click.echo(str(mover))
    for one in day.ending:
        what = one.grant.service or f"tier {one.grant.tier}"
        click.echo(f"{one.name} ({one.grant.account_id}): the exception to {what} ends on {one.grant.until}.")
    for raised in day.raised:
        click.echo(f"{raised.account} ({raised.account_id}): {raised.sentence}")
    click.echo(f"Decided {day.decided} accounts; {len(day.movers)} moved.", err=True)


def _shape(day: usecase.Day) -> dict[str, object]:
    return {
        "decided": day.decided,
        "moved": [asdict(mover) for mover in day.movers],
        "ending": [
            {
                "exception": one.grant.id,
                "account": one.grant.account_id,
                "name": one.name,
                "tier": one.grant.tier,
                "service": one.grant.service,
                "until": one.grant.until.isoformat(),
            }
            for one in day.ending
        ],
        "signals": [
            {
                "signal": one.id,
                "account": one.account_id,
                "name": one.account,
                "kind": one.kind.value,
                "sentence": one.sentence,
            }
            for one in day.raised
        ],
        "begun": {"version": day.begun.version, "name": day.begun.name} if day.begun else None,
        "closed": str(day.closed) if day.closed else None,
    }
