"""The numbers by tier for a quarter, with charts, and how they have gone."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.chart import HEIGHT, Bar, LineChart, Series, bars, line_chart
from kb.web.desk import desk, today
from kb.web.staff.person import colleague
from tiering.csvfile import harmless
from tiering.domain.company import Company
from tiering.domain.figure import Figure
from tiering.domain.figures import FIGURES
from tiering.domain.quarter import BadQuarter, Quarter
from tiering.domain.report import Column, Report
from tiering.domain.report_lines import report_lines
from tiering.domain.written_number import beside, plain, shown
from tiering.usecases.policy import NoPolicy, current
from tiering.usecases.report import Drawn, NotYet, draw, trend
from tiering.usecases.report import look as look_at

blueprint = Blueprint("report", __name__, url_prefix="/report")

_FIGURES = {one.id: one for one in FIGURES}
_FIRST = ("cost_per_customer", "nps", "arr", "customers")
"""Of these the first that is known is drawn, unless somebody chooses another."""
_QUARTERS = 12


@blueprint.get("")
def index() -> str:
    """Show a quarter; one that runs is counted beside the requests, at most once a day by itself."""
    quarter, chosen = _quarter(), _figure()
    drawn = _drawn(quarter)
    if drawn is None or (drawn.comparison.report.closed_at is None and _is_old(drawn)):
        _count(quarter)
    if drawn is None:
        return render_template("staff/report.html", quarter=quarter, drawn=None, quarters=_quarters())
    report, previous = drawn.comparison.report, drawn.comparison.previous
    figure = chosen or _known(report)
    history = [*trend(desk().store)]
    history = [one for one in history if one.quarter < quarter] + [report]
    return render_template(
        "staff/report.html",
        quarter=quarter,
        quarters=_quarters(),
        drawn=drawn,
        report=report,
        previous=previous,
        is_old=report.closed_at is None and _is_old(drawn),
        figure=figure,
        figures=FIGURES,
        shares=_shares(report),
        now=_bars(report, figure),
        lines=_lines(history, figure),
        history=_history(history, figure),
        height=HEIGHT,
        beside=lambda column, one: beside(report, previous, column, one),
        pareto=[(plain(share), plain(value)) for share, value in report.pareto if value is not None],
    )


@blueprint.post("/count")
def count() -> AnyResponse:
    """Count the numbers of an open quarter anew."""
    quarter = _quarter(request.form.get("quarter", ""))
    _count(quarter)
    return redirect(url_for("staff.report.index", quarter=quarter), code=303)


@blueprint.get("/tiers.csv")
def download() -> Response:
    """Send the numbers as CSV; what somebody typed is no formula in it."""
    drawn = _drawn(_quarter())
    if drawn is None:
        raise NotFound("These numbers have not been counted yet; open the report first.")
    written = io.StringIO()
    lines = report_lines(drawn.comparison.report, drawn.comparison.previous)
    csv.writer(written, lineterminator="\n").writerows([harmless(cell) for cell in line] for line in lines)
    answer = Response(written.getvalue(), mimetype="text/csv")
    name = f"tiers-{drawn.comparison.report.quarter}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _quarter(written: str | None = None) -> Quarter:
    written = request.args.get("quarter", "") if written is None else written
    if not written:
        return Quarter.of(today())
    try:
        return Quarter.parse(written)
    except BadQuarter as error:
        raise BadRequest(str(error)) from error


def _figure() -> Figure | None:
    written = request.args.get("figure")
    if written and written not in _FIGURES:
        raise BadRequest("There is no such figure; choose one from the list.")
    return _FIGURES[written] if written else None


def _known(report: Report) -> Figure:
    known = {name for one in report.columns for name, value in one.values.items() if value is not None}
    return _FIGURES[next((name for name in _FIRST if name in known), _FIRST[-1])]


def _drawn(quarter: Quarter) -> Drawn | None:
    try:
        current(desk().store)
        return look_at(desk().store, colleague().reference, today(), quarter)
    except (NotYet, NoPolicy) as error:
        raise NotFound(str(error)) from error


def _count(quarter: Quarter) -> None:
    at, day = desk(), today()
    site = at.live.edition.site
    company = Company(site.time_zone, site.first_value)
    if quarter.first <= day:
        at.errands.once(f"report {quarter}", lambda: draw(at.store, day, quarter, company))


def _is_old(drawn: Drawn) -> bool:
    """Whether open numbers are of another day, or say less of their quarter than is known by now."""
    return drawn.at.astimezone(desk().live.edition.site.time_zone).date() < today()


def _quarters() -> list[Quarter]:
    found = [Quarter.of(today())]
    while len(found) < _QUARTERS:
        found.append(found[-1].previous)
    return found


def _tiers(report: Report) -> list[Column]:
    return [one for one in report.columns if one.tier is not None]


def _name(column: Column) -> str:
    return column.name if column.tier is None else f"{column.tier} {column.name}"


def _said(value: Decimal | None, figure: Figure, currency: str) -> str:
    if value is None:
        return figure.absent
    unit = f" {figure.unit}" if figure.unit in ("hours", "days") else ""
    return shown(value, figure.unit, currency) + unit


def _shares(report: Report) -> Sequence[tuple[str, Bar, Bar]]:
    """Draw how much of the customers, and of the revenue, each tier is."""
    drawn = []
    for one in _tiers(report):
        pair = []
        for name in ("account_share", "revenue_share"):
            value = one.values.get(name)
            text = _said(value, _FIGURES[name], report.currency)
            pair += bars([(_FIGURES[name].label, None if value is None else float(value), text)], 100.0)
        drawn.append((_name(one), pair[0], pair[1]))
    return drawn


def _bars(report: Report, figure: Figure) -> list[Bar]:
    columns = _tiers(report)
    values = [(one, one.values.get(figure.id)) for one in columns]
    return bars(
        [
            (_name(one), None if value is None else float(value), _said(value, figure, report.currency))
            for one, value in values
        ]
    )


def _lines(history: Sequence[Report], figure: Figure) -> LineChart | None:
    """Draw a figure over the quarters; an amount in another currency than today's says nothing there."""
    newest = history[-1]
    series = []
    for tier in _tiers(newest):
        values: list[tuple[float, str] | None] = []
        for report in history:
            value = _value(report, newest, tier.tier, figure)
            values.append(None if value is None else (float(value), _said(value, figure, newest.currency)))
        series.append(Series(_name(tier), values))
    return line_chart([_title(one) for one in history], series)


def _history(history: Sequence[Report], figure: Figure) -> Sequence[tuple[str, Sequence[str]]]:
    """Write the same as a table: a row for each quarter, a cell for each tier."""
    newest = history[-1]
    return [
        (
            _title(one),
            [
                _said(_value(one, newest, tier.tier, figure), figure, newest.currency)
                for tier in _tiers(newest)
            ],
        )
        for one in history
    ]


def _value(report: Report, newest: Report, tier: int | None, figure: Figure) -> Decimal | None:
    if figure.unit == "money" and report.currency != newest.currency:
        return None
    return next((one.values.get(figure.id) for one in report.columns if one.tier == tier), None)


def _title(report: Report) -> str:
    return f"{report.quarter}" if report.closed_at else f"{report.quarter}*"
