"""The `tiering` command: for the operator, the CS leader and programs."""

from __future__ import annotations

import click

from tiering.cli import accounts, effort, exceptions, importing, policy, purchases, record
from tiering.cli.approvals import approvals
from tiering.cli.contact import contact
from tiering.cli.deliveries import deliveries
from tiering.cli.desk import Tiering
from tiering.cli.documents import document
from tiering.cli.history import history
from tiering.cli.kits import kits
from tiering.cli.lookalikes import bad_fit, lookalikes
from tiering.cli.merge import merge
from tiering.cli.rehearsal import simulate
from tiering.cli.report import close_quarter, report
from tiering.cli.servicing import servicing
from tiering.cli.start import init, readiness


@click.group(cls=Tiering)
@click.version_option(package_name="longtail")
def main() -> None:
    """Sort accounts into tiers, explain each tier, and say what every account is entitled to."""


for command in (
    record.upgrade,
    record.sample,
    record.daily,
    importing.import_accounts,
    importing.import_contacts,
    importing.import_metrics,
    importing.import_events,
    accounts.show,
    accounts.list_accounts,
    history,
    merge,
    readiness,
    init,
    lookalikes,
    bad_fit,
    exceptions.exceptions,
    approvals,
    effort.log,
    servicing,
    purchases.buy,
    purchases.buy_tier,
    purchases.purchases,
    document,
    policy.matrix,
    policy.check,
    policy.publish,
    policy.policies,
    policy.rollback,
    simulate,
    kits,
    report,
    close_quarter,
    deliveries,
    contact,
):
    main.add_command(command)
