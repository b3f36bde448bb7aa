"""The numbers by tier of a quarter, beside the quarter before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.blocks import (
    Block,
    Message,
    Run,
    actions,
    bold,
    context,
    divider,
    figures,
    message,
    paragraphs,
    says,
    table,
    tidy,
    words,
)
from bot.columns import aligned, bar
from bot.day import day
from bot.desk import Desk
from bot.ears import Ears
from bot.turn import Answer, Reply, Turn
from bot.way import say_button
from tiering.domain.figure import Figure, Value
from tiering.domain.figures import FIGURES
from tiering.domain.quarter import BadQuarter, Quarter
from tiering.domain.refusal import Refusal
from tiering.domain.report import Column, Report
from tiering.domain.written_number import beside, plain, shown
from tiering.usecases.report import Comparison, NotYet, report

SHOWN = (
    "customers",
    "arr",
    "nps",
    "csat",
    "adoption",
    "hours",
    "cost_per_customer",
    "right_service",
    "renewals_on_time",
    "logo_churn",
    "grr",
    "nrr",
    "accounts_per_csm",
    "exception_rate",
    "data_freshness",
    "trained",
    "completion",
    "requests_trained",
    "requests_untrained",
    "adoption_trained",
    "adoption_untrained",
)
"""The figures that fit on a screen; `tiering report` has all of them."""
_FIGURES = tuple(one for one in FIGURES if one.id in SHOWN)
TIERS = 7
"""Tiers beside one another at most, and all together beside them."""
EARLIEST = 1000
"""The first year whose quarters have a name."""
_BAR = 14
_NAME = 14
_QUARTER = r"(?P<rest>[0-9]{4}[ -]?q[0-9]+|(?:this|last) quarter)"


def register(ears: Ears) -> None:
    """Listen to questions for the numbers of a quarter."""
    ears.phrase(
        rf"(?:show )?(?:the |our )?(?:numbers|report)(?: by tier)?(?:(?: for| of| in)? {_QUARTER})?",
        numbers,
        usage="numbers 2026Q3",
        summary="customers, revenue and service by tier, quarter by quarter",
    )
    ears.phrase(r"(?:numbers )?(?:for |of )?(?P<rest>last quarter)", numbers)


def numbers(turn: Turn, desk: Desk) -> Answer:
    """Show the numbers of a quarter, the current one by default."""
    current = Quarter.of(desk.today)
    try:
        match turn.words.casefold():
            case "" | "this quarter":
                asked = current
            case "last quarter":
                asked = current.previous
            case _:
                asked = Quarter.parse(turn.words)
        found = report(desk.store, turn.person.reference, desk.today, asked, desk.company)
    except (BadQuarter, NotYet) as error:
        raise Refusal(str(error)) from error
    return Reply(numbers_view(found, current, desk.zone), "Numbers")


def numbers_view(found: Comparison, current: Quarter, zone: ZoneInfo) -> Message:
    """Show the shares of customers and revenue, then the figures by tier; `zone` is the company's."""
    now = found.report
    if not _total(now).values.get("customers"):
        nobody = [bold(str(now.quarter)), says(": there are no customers.")]
        return message(paragraphs(nobody, [says(_state(now, zone))]), _others(now.quarter, current))
    return message(
        paragraphs(_essence(now), [says(f"{_totals(now)} {_state(now, zone)}")]),
        divider(),
        figures(list(_bars(now))),
        table(list(_rows(found))),
        _unknown(found),
        context(_legend(found)),
        *(context(note) for note in now.notes),
        _others(now.quarter, current),
    )


def _essence(now: Report) -> list[Run]:
    """Say in one line how much of customers and revenue each tier is."""
    shares = [
        f"tier {one.tier} {{}}{_share(one, 'account_share')}{{}} and {_share(one, 'revenue_share')}{{}}"
        for one in _tiers(now)
    ]
    first, *others = shares
    said = [first.format("is ", " of customers", " of ARR"), *(one.format("", "", "") for one in others)]
    return [bold(str(now.quarter)), says(": "), words(f"{'; '.join(said)}.")]


def _tiers(now: Report) -> list[Column]:
    return [one for one in now.columns if one.tier is not None][:TIERS]


def _totals(now: Report) -> str:
    customers, arr = _total(now).values.get("customers"), _total(now).values.get("arr")
    counted = _how_many(customers or Decimal(0))
    revenue = "of unknown ARR" if arr is None else f"with {shown(arr, 'money', now.currency)} of ARR"
    return f"{counted} {revenue} in all."


def _state(now: Report, zone: ZoneInfo) -> str:
    if now.closed_at:
        return f"The quarter was closed on {day(now.closed_at.astimezone(zone).date())}."
    return f"The quarter is not closed; counted until {day(now.as_of)}."


def _how_many(customers: Decimal) -> str:
    return f"{plain(customers, ',')} {'customer' if customers == 1 else 'customers'}"


def _total(now: Report) -> Column:
    return next(one for one in now.columns if one.tier is None)


def _share(column: Column, figure: str) -> str:
    return _percent(column.values.get(figure))


def _percent(share: Value) -> str:
    return "unknown" if share is None else f"{plain(share)}%"


def _bars(now: Report) -> Iterator[str]:
    """Draw the shares by tier, a line each, narrow enough for a telephone."""
    for number, (heading, figure) in enumerate(
        (("Share of customers", "account_share"), ("Share of ARR", "revenue_share"))
    ):
        yield from ([""] if number else [])
        yield heading
        yield from aligned([_bar_row(one, one.values.get(figure)) for one in _tiers(now)])


def _bar_row(column: Column, share: Value) -> Sequence[str]:
    name = tidy(f"{column.tier} {column.name}", _NAME)
    return [name, bar(share, _BAR) if share is not None else " " * _BAR, _percent(share)]


def _rows(found: Comparison) -> Iterator[list[str]]:
    """Write the figures of which any is known, a row each, a column for each tier."""
    now = found.report
    columns = [*_tiers(now), _total(now)]
    yield ["Figure", *(one.name if one.tier is None else f"{one.tier} {one.name}" for one in columns)]
    for figure in _FIGURES:
        if _is_known(found, figure):
            unit = f", {figure.unit}" if figure.unit in ("hours", "days") else ""
            yield [figure.label + unit, *(beside(now, found.previous, one, figure) for one in columns)]


def _is_known(found: Comparison, figure: Figure) -> bool:
    """Whether a figure is known of any tier, in this quarter or in the one before."""
    reports = (found.report, found.previous) if found.previous else (found.report,)
    return any(one.values.get(figure.id) is not None for each in reports for one in each.columns)


def _unknown(found: Comparison) -> Block | None:
    """Name the figures that nobody knows yet, which would be rows of nothing."""
    names = [one.label for one in _FIGURES if not _is_known(found, one)]
    return context(f"Unknown for every tier: {', '.join(names)}.") if names else None


def _legend(found: Comparison) -> str:
    """Say what stands in brackets, and where the other figures are."""
    now = found.report
    brackets = (
        f"In brackets {found.previous.quarter}; a question mark where that is unknown."
        if found.previous
        else f"There is no closed {now.quarter.previous} to compare with."
    )
    more = f"“tiering report --quarter {now.quarter}” has every figure."
    return f"{brackets} Amounts in {now.currency}, policy version {now.policy}. {more}"


def _others(quarter: Quarter, current: Quarter) -> Block | None:
    """Offer the quarters beside this one, where there are any."""
    buttons = []
    for label, other, name in (("Before", quarter.previous, "before"), ("After", quarter.next, "after")):
        if other <= current and other.year >= EARLIEST:
            buttons.append(say_button(f"{label}: {other}", f"numbers {other}", f"numbers:{name}"))
    return actions("numbers", buttons)
