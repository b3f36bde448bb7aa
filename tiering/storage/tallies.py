"""Tallies: what the record adds up for each tier within a quarter. The database counts; nothing is walked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Float,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)

from tiering.domain.account import Status
from tiering.domain.company import Company
from tiering.domain.figures import FRESH_DAYS
from tiering.domain.quarter import Quarter
from tiering.domain.tally import Book, Spent, Tally
from tiering.domain.time_to_value import counted_since, way
from tiering.storage.deliveries import mailed_between
from tiering.storage.events import came_to
from tiering.storage.tables import (
    accounts,
    decisions,
    effort,
    exceptions,
    metrics,
    purchases,
    quarter_accounts,
)
from tiering.storage.training import learned_until

_LATEST = ("nps", "csat", "active_users", "seats")
"""Metrics of which the latest measurement counts, when it is newer than what the CRM says."""
_REQUESTS, _FOLLOW_UPS = "service_requests", "follow_ups"
_LEARNED = ("learners", "finishers", "certified", "stopped", "quizzes", "quizzes_at_once")
_PROGRAMME = "programme"
"""The kind of deliveries under which mails of programmes are claimed."""
_PARETO = (1, 5, 10, 20, 50, 80)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Tallies:
    """What can be counted from the first day of a quarter to a day in it, in one currency."""

    connection: Connection
    quarter: Quarter
    day: date
    """The last day that counts."""
    company: Company
    currency: str
    rates: Mapping[str, Decimal]
    currency_before: str
    """The currency in which the quarter before was closed."""

    def all(self) -> dict[int, Tally]:
        """Count everything but effort and books."""
        found: dict[int, Tally] = {}
        for query in (
            self._standing(),
            self._retention(),
            self._summed(),
            self._add_ons(),
            self._excepted(),
            self._mailed(),
        ):
            for row in self.connection.execute(query):
                values: dict[str, Any] = {name: _exact(value) for name, value in row._mapping.items()}
                del values["tier"]
                found[row.tier] = found.get(row.tier, Tally()) + Tally(**values)
        for tier, tally in (*self._to_live(), *self._to_value()):
            found[tier] = found.get(tier, Tally()) + tally
        return found

    def spent(self) -> list[Spent]:
        """Add up the hours of each team on each service; a line that was reversed adds nothing."""
        query = (
            self._about(
                effort,
                effort.c.service,
                effort.c.team,
                func.sum(cast(effort.c.hours, Float)).label("hours"),
                func.count().label("lines"),
            )
            .where(effort.c.day.between(self.quarter.first, self.day))
            .group_by(decisions.c.tier, effort.c.service, effort.c.team)
        )
        return [
            Spent(row.tier, row.service, row.team, _exact(row.hours).quantize(_CENT), row.lines)
            for row in self.connection.execute(query)
        ]

    def pareto(self, number: Decimal) -> list[tuple[Decimal, Decimal | None]]:
        """Return the share of the ARR that the largest 1, 5, 10 ... per cent of the customers bring.

        Only customers whose ARR is known count, `number` of them; a share of them is rounded up.
        """
        cents = self._arr()
        place = func.row_number().over(order_by=cents.desc()).label("place")
        ranked = self._customers(cents.label("cents"), place).where(cents.is_not(None)).subquery()
        largest = [(ranked.c.place - 1) * 100 < int(number) * share for share in _PARETO]
        total, *sums = self.connection.execute(
            select(func.sum(ranked.c.cents), *(func.sum(_when(one, ranked.c.cents)) for one in largest))
        ).one()
        return [
            (
                Decimal(share),
                (100 * _exact(part) / _exact(total)).quantize(Decimal("0.1")) if total else None,
            )
            for share, part in zip(_PARETO, sums, strict=True)
        ]

    def snapshot(self) -> Select[Any]:
        """Select what is kept of every account when the quarter closes."""
        return self._accounts(
            literal(str(self.quarter)).label("quarter"),
            decisions.c.account_id,
            decisions.c.tier,
            accounts.c.status,
            self._arr().label("arr_cents"),
            accounts.c.renewal_on,
        )

    def books(self) -> list[Book]:
        """Count the customers of each tier that each CSM has."""
        query = self._customers(decisions.c.tier, accounts.c.csm, func.count().label("customers"))
        query = query.where(accounts.c.csm.is_not(None)).group_by(decisions.c.tier, accounts.c.csm)
        return [Book(row.tier, row.csm, row.customers) for row in self.connection.execute(query)]

    def _about(self, table: FromClause, *columns: ColumnElement[Any]) -> Select[Any]:
        """Select something of lines about accounts, with the tier that they held at the end of the day.

        What was done for a prospect serves no customer yet, and is left out.
        """
        return (
            self._accounts(decisions.c.tier, *columns)
            .join(table, table.c.account_id == accounts.c.id)
            .where(accounts.c.status != Status.PROSPECT.value)
        )

    def _accounts(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """Select something of every account that held a tier; what was merged away is left out."""
        return (
            select(*columns)
            .select_from(accounts)
            .join(decisions, decisions.c.account_id == accounts.c.id)
            .where(
                decisions.c.decided_on <= self.day,
                or_(decisions.c.superseded_on.is_(None), decisions.c.superseded_on > self.day),
                accounts.c.merged_into.is_(None),
            )
        )

    def _customers(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """Select something of every customer that held a tier."""
        return self._accounts(*columns).where(accounts.c.status == Status.CUSTOMER.value)

    def _arr(self) -> ColumnElement[Any]:
        return self._cents(accounts.c.arr_cents, accounts.c.arr_currency)

    def _standing(self) -> Select[Any]:
        """Count the customers, and what is known of them now."""
        cents = self._arr()
        latest = {name: metrics.alias(f"latest_{name}") for name in _LATEST}
        value = {name: self._newer(name, measured) for name, measured in latest.items()}
        both = and_(value["active_users"].is_not(None), value["seats"] > 0)
        live, fresh = accounts.c.went_live_on, self.day - timedelta(FRESH_DAYS)
        start, learned = quarter_accounts, learned_until(self.day)
        theirs = learned.c.finishers > 0
        adopting = and_(theirs, both)
        sums: dict[str, ColumnElement[Any]] = {
            "customers": func.count(),
            "arr": func.sum(cents) / literal(100.0),
            "arr_known": func.count(cents),
            "nps": func.sum(value["nps"]),
            "nps_known": func.count(value["nps"]),
            "csat": func.sum(value["csat"]),
            "csat_known": func.count(value["csat"]),
            "users": func.sum(_when(both, value["active_users"])),
            "seats": func.sum(_when(both, value["seats"])),
            "went_live": func.sum(_when(live.between(self.quarter.first, self.day), literal(1))),
            "dated": func.count(accounts.c.as_of),
            "fresh": func.sum(_when(accounts.c.as_of >= fresh, literal(1))),
            "retained": func.count(start.c.account_id),
            "adopters": func.sum(_when(both, literal(1))),
            **{name: func.sum(learned.c[name]) for name in _LEARNED},
            "trained": func.sum(_when(theirs, literal(1))),
            "trained_nps": func.sum(_when(theirs, value["nps"])),
            "trained_nps_known": func.count(_when(theirs, value["nps"])),
            "trained_users": func.sum(_when(adopting, value["active_users"])),
            "trained_seats": func.sum(_when(adopting, value["seats"])),
            "trained_adopters": func.sum(_when(adopting, literal(1))),
        }
        query = self._customers(decisions.c.tier, *(one.label(name) for name, one in sums.items()))
        for name, measured in latest.items():
            query = query.outerjoin(measured, measured.c.id == self._newest(name))
        # Who was a customer when the quarter began, in whatever tier.
        began = and_(
            start.c.quarter == str(self.quarter.previous),
            start.c.account_id == accounts.c.id,
            start.c.status == Status.CUSTOMER.value,
        )
        query = query.outerjoin(start, began).outerjoin(learned, learned.c.account_id == accounts.c.id)
        return query.group_by(decisions.c.tier)

    def _newest(self, name: str) -> ScalarSelect[int]:
        """Return the number of an account's latest measurement, which the index finds without a search."""
        return (
            select(metrics.c.id)
            .where(
                metrics.c.account_id == accounts.c.id, metrics.c.metric == name, metrics.c.as_of <= self.day
            )
            .order_by(metrics.c.as_of.desc(), metrics.c.id.desc())
            .limit(1)
            .correlate(accounts)
            .scalar_subquery()
        )

    def _newer(self, name: str, latest: FromClause) -> ColumnElement[Any]:
        """Return the measurement, or the CRM's value where that is newer (and not of a later day)."""
        measured, on = cast(latest.c.value, Float), latest.c.as_of
        said, confirmed = cast(accounts.c[name], Float), accounts.c.as_of
        newer = or_(said.is_(None), confirmed.is_(None), on >= confirmed, confirmed > self.day)
        return case((and_(measured.is_not(None), newer), measured), else_=said)

    def _retention(self) -> Select[Any]:
        """Compare the customers of the quarter's start, by the tier they held then, with today."""
        start, earlier, learned = quarter_accounts, quarter_accounts.alias("earlier"), learned_until(self.day)
        lost = accounts.c.status != Status.CUSTOMER.value
        now = case((lost, 0), else_=self._arr())
        then = self._cents(start.c.arr_cents, literal(self.currency_before))
        both = and_(then.is_not(None), now.is_not(None))
        kept = case((now < then, now), else_=then)
        days = (self.quarter.first, self.day)
        # Who renews early has a later day when the quarter begins; the snapshot before knows the old one.
        due_on = case(
            (start.c.renewal_on.between(*days), start.c.renewal_on),
            (
                and_(earlier.c.renewal_on.between(*days), start.c.renewal_on > earlier.c.renewal_on),
                earlier.c.renewal_on,
            ),
            else_=null(),
        )
        due = and_(due_on.is_not(None), or_(lost, accounts.c.renewal_on.is_not(None)))
        renewed = and_(due, ~lost, accounts.c.renewal_on > due_on)
        theirs = learned.c.finishers > 0
        sums: dict[str, ColumnElement[Any]] = {
            "started": func.count(),
            "lost": func.sum(_when(lost, literal(1))),
            "arr_started": func.sum(_when(both, then)) / literal(100.0),
            "arr_kept": func.sum(_when(both, kept)) / literal(100.0),
            "arr_ended": func.sum(_when(both, now)) / literal(100.0),
            "due": func.sum(_when(due, literal(1))),
            "renewed": func.sum(_when(renewed, literal(1))),
            "trained_due": func.sum(_when(and_(theirs, due), literal(1))),
            "trained_renewed": func.sum(_when(and_(theirs, renewed), literal(1))),
        }
        return (
            select(start.c.tier, *(one.label(name) for name, one in sums.items()))
            .join(accounts, accounts.c.id == start.c.account_id)
            .outerjoin(
                earlier,
                and_(
                    earlier.c.account_id == start.c.account_id,
                    earlier.c.quarter == str(self.quarter.previous.previous),
                ),
            )
            .outerjoin(learned, learned.c.account_id == accounts.c.id)
            .where(
                start.c.quarter == str(self.quarter.previous),
                start.c.status == Status.CUSTOMER.value,
                accounts.c.merged_into.is_(None),
            )
            .group_by(start.c.tier)
        )

    def _summed(self) -> Select[Any]:
        """Add up the metrics that count events: of two words on one day the last one counts."""
        later, learned = metrics.alias("later"), learned_until(self.day)
        overruled = exists().where(
            later.c.account_id == metrics.c.account_id,
            later.c.metric == metrics.c.metric,
            later.c.as_of == metrics.c.as_of,
            later.c.id > metrics.c.id,
        )
        # First by account, so that who has been told of, and their tier, are looked up once for each.
        told = (
            select(
                metrics.c.account_id,
                metrics.c.metric,
                func.sum(cast(metrics.c.value, Float)).label("value"),
                func.count().label("times"),
            )
            .where(
                metrics.c.metric.in_((_REQUESTS, _FOLLOW_UPS)),
                metrics.c.as_of.between(self.quarter.first, self.day),
                ~overruled,
            )
            .group_by(metrics.c.account_id, metrics.c.metric)
            .subquery("told")
        )
        requests, follow_ups = told.c.metric == _REQUESTS, told.c.metric == _FOLLOW_UPS
        theirs = and_(requests, learned.c.finishers > 0)
        sums: dict[str, ColumnElement[Any]] = {
            "requests": func.sum(_when(requests, told.c.value)),
            "requests_known": func.sum(_when(requests, told.c.times)),
            "requesters": func.count(_when(requests, told.c.account_id)),
            "trained_requests": func.sum(_when(theirs, told.c.value)),
            "trained_requesters": func.count(_when(theirs, told.c.account_id)),
            "follow_ups": func.sum(_when(follow_ups, told.c.value)),
            "follow_ups_known": func.sum(_when(follow_ups, told.c.times)),
        }
        return (
            self._about(told, *(one.label(name) for name, one in sums.items()))
            .outerjoin(learned, learned.c.account_id == accounts.c.id)
            .group_by(decisions.c.tier)
        )

    def _add_ons(self) -> Select[Any]:
        cents = self._cents(purchases.c.price_cents, purchases.c.price_currency)
        bought = (
            select(
                purchases.c.account_id,
                func.count().label("add_ons"),
                (func.sum(cents) / literal(100.0)).label("add_ons_value"),
                (func.count() - func.count(cents)).label("add_ons_unpriced"),
            )
            .where(
                purchases.c.service.is_not(None),
                purchases.c.starts_on.between(self.quarter.first, self.day),
                or_(purchases.c.cancelled_on.is_(None), purchases.c.cancelled_on > purchases.c.starts_on),
            )
            .group_by(purchases.c.account_id)
            .subquery("bought")
        )
        names = ("add_ons", "add_ons_value", "add_ons_unpriced")
        sums = (func.sum(bought.c[name]).label(name) for name in names)
        return self._about(bought, *sums).group_by(decisions.c.tier)

    def _excepted(self) -> Select[Any]:
        running = select(exceptions.c.account_id).where(
            exceptions.c.starts_on <= self.day,
            exceptions.c.until >= self.day,
            or_(exceptions.c.ended_on.is_(None), exceptions.c.ended_on > self.day),
        )
        query = self._customers(decisions.c.tier, func.count().label("excepted"))
        return query.where(accounts.c.id.in_(running)).group_by(decisions.c.tier)

    def _mailed(self) -> Select[Any]:
        """Count the contacts to whom mails of programmes went, and these mails."""
        begin, end = (self._begin_of(one) for one in (self.quarter.first, self.day + timedelta(1)))
        reached = mailed_between(_PROGRAMME, begin, end)
        sums = (func.count().label("mailed"), func.sum(reached.c.mails).label("mails"))
        query = self._customers(decisions.c.tier, *sums).join(reached, reached.c.account_id == accounts.c.id)
        return query.group_by(decisions.c.tier)

    def _to_value(self) -> Iterator[tuple[int, Tally]]:
        """Yield how many customers came to their first value, and how long those took that began lately.

        Of the others the database only counts how many they are.
        """
        name, zone = self.company.first_value, self.company.zone
        if name is None:
            return
        came, live = came_to(name), accounts.c.went_live_on
        since = counted_since(self.day)
        signed = and_(live.is_(None), came.c.signed_up >= self._begin_of(since))
        new = or_(live >= since, signed)
        way_of = [_when(new, one) for one in (live, came.c.signed_up, came.c.first)]
        query = (
            self._customers(decisions.c.tier, func.count(), *way_of)
            .join(came, came.c.account_id == accounts.c.id)
            .where(came.c.first < self._begin_of(self.day + timedelta(1)))
            .group_by(decisions.c.tier, *way_of)
        )
        # Tallies have many fields: one of each tier is made, not one of each customer.
        reached: Counter[int] = Counter()
        took: dict[int, Counter[int]] = {}
        for tier, number, live_on, signed_up, first in self.connection.execute(query):
            reached[tier] += number
            days = way(live_on, signed_up, first, zone).days if first else None
            if days is not None:
                took.setdefault(tier, Counter())[days] += number
        for tier, number in reached.items():
            days_to_value = took.get(tier, Counter())
            yield tier, Tally(first_values=Decimal(number), days_to_value=days_to_value)

    def _begin_of(self, day: date) -> datetime:
        """Return the moment at which a day begins where the company is."""
        return datetime.combine(day, time.min, self.company.zone)

    def _to_live(self) -> Iterator[tuple[int, Tally]]:
        """Add up the days from signature to going live of the few accounts that went live in the quarter."""
        query = self._customers(decisions.c.tier, accounts.c.went_live_on, accounts.c.attributes).where(
            accounts.c.went_live_on.between(self.quarter.first, self.day)
        )
        for tier, live, attributes in self.connection.execute(query):
            signed = attributes.get("signed_on")
            if isinstance(signed, date) and signed <= live:
                yield tier, Tally(days_to_live=Decimal((live - signed).days), days_to_live_known=Decimal(1))

    def _cents(self, cents: ColumnElement[Any], currency: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return an amount in cents of the report's currency, null where it is unknown."""
        converted = [
            (currency == code, cast(func.round(cents * literal(float(rate))), BigInteger))
            for code, rate in sorted(self.rates.items())
        ]
        return case((currency == self.currency, cents), *converted, else_=null())


def _when(condition: ColumnElement[bool], value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the value where the condition holds, else null."""
    return case((condition, value), else_=null())


def _exact(value: Any) -> Decimal:
    """Return what a database added up, which is null where there was nothing, as a decimal of six places."""
    return Decimal(0) if value is None else Decimal(f"{value:.6f}")
