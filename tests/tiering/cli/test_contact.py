"""The commands that show and erase what is held of a contact, and say how long things are kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from kb.storage.requests import requests
from tests.conftest import NOON
from tests.tiering.cli.conftest import Run
from tiering.storage.database import transaction
from tiering.storage.tables import audit, contact_emails, deliveries
from tiering.usecases.record import Store, open_store

JORDAN = "jordan.blake@acme.example"
ALSO = "jordan@acme.example"
SECRET = "a secret of the pages, long enough"


@pytest.fixture
def here(ready: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The sample, with the secret key that the knowledge base runs with."""
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setattr(import_module("tiering.cli.contact"), "A_MOMENT", 0.0)
    return ready


@pytest.fixture
def record(here: Run, tmp_path: Path) -> Store:
    """The same record, to look into."""
    return open_store(f"sqlite:///{tmp_path / 'peopled.db'}", lambda: datetime.now(UTC))


def ask(record: Store, number: str, address: str, **said: object) -> None:
    row = {
        "number": number, "form": number, "asked_at": NOON, "kind": "visitor", "name": "", "address": address,
        "subject": "Help", "message": "It is\n# What we hold of nobody", "shown": [], "opened": [],
        "mail_tries": 0, "tier": 3, "csm": "Dana",
    }  # fmt: skip
    with transaction(record.engine) as connection:
        connection.execute(insert(requests).values(row | said))


def test_an_export_says_what_is_held_where_it_comes_from_and_how_long_it_is_kept(
    here: Run, record: Store
) -> None:
    ask(record, "7K3M-9PQR", JORDAN.upper(), query="deck")
    text = here("contact", "export", f" {JORDAN.title()} ").stdout
    assert text.startswith(f"# What we hold of {JORDAN}, {ALSO}\n")
    assert "\n## Who they are\n\nFrom: the company's CRM, by an import of contacts. Kept until" in text
    assert (
        "\n## Messages to us\n\nFrom: the contact form. Kept for 730 days.\n\n- number: 7K3M-9PQR\n" in text
    )
    assert text.index("## Who they are") < text.index("## Their e-mail") < text.index("## Messages to us")
    assert "\n  message: It is # What we hold of nobody\n" in text
    assert "tier" not in text.lower()
    assert "Dana" not in text


def test_an_export_for_programs_holds_the_same(here: Run, record: Store) -> None:
    ask(record, "7K3M-9PQR", JORDAN)
    told = json.loads(here("contact", "export", JORDAN, "--json").stdout)
    assert (told["contact"], told["addresses"]) == ("C-2001", [JORDAN, ALSO])
    messages = next(one for one in told["held"] if one["table"] == "kb_requests")
    assert messages["kept"] == "for 730 days"
    assert messages["rows"][0]["asked_at"] == "2026-11-22T12:00:00+00:00"
    assert told["mentioned"] == []


def test_what_colleagues_wrote_of_them_stands_at_the_end_to_be_looked_over(here: Run, record: Store) -> None:
    ask(record, "AAAA-AAAA", "max@elsewhere.example", message=f"Ask {JORDAN}, please.")
    text = here("contact", "export", JORDAN).stdout
    assert "- kb_requests AAAA-AAAA: Ask jordan.blake@acme.example, please." in text.split("---")[1]


def test_erasing_lists_what_was_done_and_a_second_time_does_nothing(here: Run, record: Store) -> None:
    ask(record, "7K3M-9PQR", JORDAN)
    tried = here("contact", "erase", JORDAN, "--dry-run", "--json")
    rows = {"contact_emails": 2, "contacts": 1, "events": 1, "kb_requests": 1}
    assert json.loads(tried.stdout)["erased"] == rows
    done = here("contact", "erase", JORDAN, "--json")
    assert json.loads(done.stdout)["erased"] == json.loads(tried.stdout)["erased"]
    again = here("contact", "erase", JORDAN)
    assert again.stdout.startswith("Nothing is held of this address.")
    assert JORDAN not in done.output + again.output
    with record.reading() as work:
        lines = [one for one in work.audit.entries() if one.action == "erase a contact"]
        assert len(lines) == 1
        assert lines[0].details["rows"] == rows
        lines_of_all = work.connection.execute(select(audit)).all()
    assert "jordan" not in str(lines_of_all).lower()


def test_a_stranger_whom_no_import_brought_is_erased_by_the_address_they_typed(
    here: Run, record: Store
) -> None:
    ask(record, "7K3M-9PQR", "100%_ann@acme.com", mail_due_at=NOON)
    for number, other in enumerate(("100x_ann@acme.com", "ann@acme.com", "100%_ann@acme.com.au")):
        ask(record, f"OTHER-{number}", other, message="Write to x100%_ann@acme.com or 100%_ann@acme.com.au")
    with transaction(record.engine) as connection:
        row = {"kind": "sign-in", "about": {}, "claimed_at": NOON, "recipient": "100%_ANN@acme.com"}
        connection.execute(insert(deliveries).values(key="sign-in:1", **row))
    done = here("contact", "erase", "100%_ann@acme.com", "--json")
    assert json.loads(done.stdout)["erased"] == {"deliveries": 1, "kb_requests": 1}
    with record.reading() as work:
        left = {row.number: row for row in work.connection.execute(select(requests))}
    assert (left["7K3M-9PQR"].address, left["7K3M-9PQR"].message) == ("", "[erased]")
    assert left["7K3M-9PQR"].mail_due_at is None
    assert {row.address for row in left.values()} == {
        "", "100x_ann@acme.com", "ann@acme.com", "100%_ann@acme.com.au",
    }  # fmt: skip
    assert "x100%_ann@acme.com" in left["OTHER-0"].message


def test_what_came_from_an_address_that_is_another_contact_s_by_now_is_theirs_who_wrote_it(
    here: Run, record: Store
) -> None:
    desk = "desk@acme.com"
    with transaction(record.engine) as connection:
        connection.execute(
            update(contact_emails).where(contact_emails.c.contact_id == "C-2002").values(email=desk)
        )
    ask(record, "AAAA-AAAA", desk, contact="C-2003", kind="contact")
    ask(record, "BBBB-BBBB", desk, contact="C-2002", kind="contact")
    here("contact", "erase", desk)
    with record.reading() as work:
        query = select(requests.c.number, requests.c.address)
        left = {row.number: row.address for row in work.connection.execute(query)}
    assert left == {"AAAA-AAAA": desk, "BBBB-BBBB": ""}


def test_a_later_import_brings_them_again_with_a_warning_and_they_get_no_mails(
    here: Run, record: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here("contact", "erase", JORDAN)
    file = tmp_path / "contacts.csv"
    file.write_text(f"account,emails\nA-1001,new@acme.example\nA-1001,{JORDAN}\n")
    done = here("import-contacts", file)
    assert done.exit_code == 0
    assert done.stdout == "2 created, 0 changed, 0 unchanged, 0 rejected\n"
    warning = "warning: this contact was erased before and is there again; programmes send them no mails"
    assert done.stderr == f"{file}:3: {warning}\n"
    monkeypatch.delenv("SECRET_KEY")
    assert here("import-contacts", file).stderr == ""


def test_under_another_secret_key_nothing_is_done(here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    here("contact", "erase", "nobody@acme.com")
    monkeypatch.setenv("SECRET_KEY", "another secret that is long enough")
    refused = here("contact", "erase", JORDAN)
    assert refused.exit_code == 1
    assert "another SECRET_KEY" in refused.stderr
    monkeypatch.delenv("SECRET_KEY")
    refused = here("contact", "export", JORDAN)
    assert (refused.exit_code, refused.stderr) == (
        2,
        "SECRET_KEY is not set; see .env.example for what it means\n",
    )


def test_what_is_no_address_is_refused(here: Run) -> None:
    for wrong in ("jordan", "jordan@", "a b@acme.com", "", "%"):
        refused = here("contact", "erase", wrong)
        assert refused.exit_code == 2
        assert "that is no whole e-mail address such as jane@acme.com" in refused.stderr


def test_a_record_with_tables_that_nobody_knows_is_left_alone(here: Run, record: Store) -> None:
    with transaction(record.engine) as connection:
        connection.exec_driver_sql("CREATE TABLE portal_people (id INTEGER)")
    refused = here("contact", "erase", JORDAN)
    assert refused.exit_code == 1
    assert "does not know: portal_people. Nothing was done" in refused.stderr


def test_how_long_things_are_kept_and_how_much_is_older_is_printed(here: Run, record: Store) -> None:
    ask(record, "7K3M-9PQR", JORDAN, asked_at=datetime.now(UTC) - timedelta(days=731))
    told = json.loads(here("contact", "retention", "--json").stdout)
    assert told["requests"] == {"days": 730, "older": 1}
    assert told["visits"] == {"days": 90, "older": 0}
