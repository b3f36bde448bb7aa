"""The numbers by tier on the pages for colleagues."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta

import pytest

from kb.web.desk import desk_of
from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tests.kb.web.cast import colleague, form, settle
from tests.kb.web.conftest import SITE, House
from tests.kb.web.page import read
from tiering.csvfile import harmless
from tiering.domain.company import UNTOLD
from tiering.domain.money import Money
from tiering.domain.quarter import Quarter
from tiering.usecases.daily import daily
from tiering.usecases.record import Store
from tiering.usecases.report import look, tallies_of


@pytest.fixture
def manned(house: House) -> House:
    store = desk_of(house.app).store
    settle(store)
    with store.begin() as work:
        work.accounts.save(
            [
                account("A-10", "Acme", arr=Money(15_000_000, "USD"), nps=40),
                account("A-11", "Bolt", arr=Money(5_000_000, "USD"), nps=20),
            ],
            an_import(work),
        )
    daily(store, OLGA, TODAY)
    return house


def counted(house: House, path: str = "/staff/report") -> str:
    client = colleague(house)
    client.get(path)
    desk_of(house.app).errands.finish()
    return client.get(path).text


def test_the_running_quarter_is_counted_beside_the_request_and_kept(manned: House) -> None:
    client = colleague(manned)
    first = client.get("/staff/report")
    assert "being counted for the first time" in read(first.text).text
    assert '<meta http-equiv="refresh" content="2">' in first.text
    desk_of(manned.app).errands.finish()
    page = client.get("/staff/report")
    assert "refresh" not in page.text
    text = " ".join(read(page.text).text.split())
    assert "2026Q4 is open: counted on 22 November 2026 at 12:00, up to 22 November 2026." in text
    assert "Of the customers, the largest 1% bring" in text
    assert read(page.text).inline == []


def test_numbers_of_another_day_are_shown_with_their_time_and_counted_anew(manned: House) -> None:
    counted(manned)
    store = desk_of(manned.app).store
    with store.begin() as work:
        drawn = work.quarters.drawn(Quarter(2026, 4))
        assert drawn is not None
        work.quarters.keep_drawn(drawn[0], NOON - timedelta(days=1))
    client = colleague(manned)
    assert "It is being counted anew" in read(client.get("/staff/report").text).text
    desk_of(manned.app).errands.finish()
    assert "It is being counted anew" not in read(client.get("/staff/report").text).text


def test_each_chart_has_its_numbers_in_a_table_beside_it(manned: House) -> None:
    page = read(counted(manned, "/staff/report?figure=nps"))
    assert page.tags["table"] == 3
    assert page.tags["svg"] >= 6
    assert page.tags["title"] == 1, "a line needs two quarters"
    assert page.unclosed == []


def test_a_line_is_drawn_over_closed_quarters(manned: House) -> None:
    counted(manned)
    store = desk_of(manned.app).store
    close_before(store)
    page = read(colleague(manned).get("/staff/report?figure=arr").text)
    assert page.tags["title"] == 2
    assert page.tags["desc"] == 1
    assert "2026Q4*" in page.text
    assert "2026Q3" in page.text
    closed = " ".join(read(colleague(manned).get("/staff/report?quarter=2026Q3").text).text.split())
    assert "2026Q3 was closed on 22 November 2026; its numbers never change." in closed


def close_before(store: Store) -> None:
    """Keep the running quarter's numbers as though they were the closed quarter's before it."""
    with store.begin() as work:
        drawn = work.quarters.drawn(Quarter(2026, 4))
        assert drawn is not None
        report = replace(drawn[0], quarter=Quarter(2026, 3), closed_at=NOON)
        tallies = tallies_of(work, Quarter(2026, 3), Quarter(2026, 3).last, UNTOLD)
        assert work.quarters.close(report, tallies, NOON)


def test_the_first_value_that_the_site_declares_is_counted(manned: House) -> None:
    manned.write("site.yaml", SITE + "events: {invoice.sent: sends an invoice}\nfirst_value: invoice.sent\n")
    manned.refresh()
    counted(manned)
    lines = colleague(manned).get("/staff/report/tiers.csv?quarter=2026Q4").text.splitlines()
    assert "2026Q4,all,All,first_values,count,0," in lines


def test_the_download_is_csv_in_which_nothing_is_a_formula(manned: House) -> None:
    counted(manned)
    answer = colleague(manned).get("/staff/report/tiers.csv?quarter=2026Q4")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tiers-2026Q4.csv"'
    lines = list(csv.reader(answer.text.splitlines()))
    assert lines[0] == ["quarter", "tier", "name", "figure", "unit", "now", "before"]
    assert ["2026Q4", "1", "Strategic", "arr", "money", "150000", ""] in lines


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+49 30", "'+49 30"), ("-x", "'-x"), ("\t=1", "'\t=1"),
        ("-3.5", "-3.5"), ("12", "12"), ("Acme", "Acme"), ("", ""),
    ],
)  # fmt: skip
def test_a_cell_that_a_spreadsheet_would_run_is_written_as_text(cell: str, written: str) -> None:
    assert harmless(cell) == written


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/staff/report?quarter=2027Q1", 404),
        ("/staff/report?quarter=x", 400),
        ("/staff/report?figure=nothing", 400),
        ("/staff/report/tiers.csv?quarter=2025Q1", 404),
    ],
)
def test_what_there_is_not_is_said(manned: House, path: str, status: int) -> None:
    assert colleague(manned).get(path).status_code == status


def test_counting_again_is_asked_for_by_a_form(manned: House) -> None:
    counted(manned)
    client = colleague(manned)
    fields = {**form(client, "/staff/report"), "quarter": "2026Q4"}
    assert (
        client.post("/staff/report/count", data=fields).headers["Location"] == "/staff/report?quarter=2026Q4"
    )
    desk_of(manned.app).errands.finish()
    assert look(desk_of(manned.app).store, OLGA, TODAY, Quarter(2026, 4)) is not None
