"""The rows of a CSV file as accounts, contacts, measurements or events, or as what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from zoneinfo import available_timezones

from tiering.csvfile import CsvFile
from tiering.domain.account_row import Layout, parse_account
from tiering.domain.contact_row import parse_contact
from tiering.domain.event import parse_event
from tiering.domain.metric_row import parse_metric
from tiering.files import Problem
from tiering.usecases.events import NumberedEvent
from tiering.usecases.import_accounts import NumberedRow
from tiering.usecases.import_contacts import NumberedContact
from tiering.usecases.import_metrics import NumberedMetric


def account_rows(csv: CsvFile, layout: Layout) -> Iterator[NumberedRow]:
    """Read accounts."""
    for record in csv:
        if isinstance(record, Problem):
            yield NumberedRow(record.line, record)
            continue
        parsed = parse_account(record.cells, layout)
        if isinstance(parsed, list):
            yield NumberedRow(record.line, [csv.problem(record.line, text) for text in parsed])
        else:
            yield NumberedRow(record.line, parsed)


def contact_rows(csv: CsvFile, columns: Mapping[str, int]) -> Iterator[NumberedContact]:
    """Read contacts."""
    zones = available_timezones()
    for record in csv:
        if isinstance(record, Problem):
            yield NumberedContact(record.line, record)
            continue
        parsed = parse_contact(record.cells, columns, zones)
        if isinstance(parsed, list):
            yield NumberedContact(record.line, [csv.problem(record.line, text) for text in parsed])
        else:
            yield NumberedContact(record.line, parsed)


def metric_rows(csv: CsvFile, columns: Mapping[str, int], today: date) -> Iterator[NumberedMetric]:
    """Read measurements; one of a day to come is a mistake."""
    for record in csv:
        if isinstance(record, Problem):
            yield NumberedMetric(record.line, [record])
            continue
        parsed = parse_metric(record.cells, columns, today)
        if isinstance(parsed, list):
            yield NumberedMetric(record.line, [csv.problem(record.line, text) for text in parsed])
        else:
            yield NumberedMetric(record.line, parsed)


def event_rows(csv: CsvFile, columns: Mapping[str, int], now: datetime) -> Iterator[NumberedEvent]:
    """Read events; one in the future is a mistake."""
    for record in csv:
        if isinstance(record, Problem):
            yield NumberedEvent(record.line, [record])
            continue
        parsed = parse_event({name: record.cells[index].strip() for name, index in columns.items()}, now)
        if isinstance(parsed, list):
            yield NumberedEvent(record.line, [csv.problem(record.line, text) for text in parsed])
        else:
            yield NumberedEvent(record.line, parsed)
