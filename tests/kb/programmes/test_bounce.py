"""Reports of mail servers are read: who is not there gets no more mails, who is full or away does."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from kb.programmes.bounce import bounced
from kb.storage import Suppressions
from tests.kb.command import Kb
from tiering.usecases.record import Store

SECRET = "a secret of the pages, long enough"


def report(*recipients: tuple[str, str, str]) -> bytes:
    """A report as Postfix writes it: action, status and address of each recipient."""
    blocks = "\n".join(
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n"
        for action, status, address in recipients
    )
    return (
        "From: MAILER-DAEMON@harbour.example\nTo: help@harbour.example\nSubject: Undelivered\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nSorry, gone@tidewater.example is unknown.\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{blocks}\n--b--\n"
    ).encode()


GONE = ("failed", "5.1.1", "Gone@Tidewater.example")


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        (GONE, ("gone@tidewater.example",)),
        (("failed", "5.2.2", "full@tidewater.example"), ()),
        (("failed", "5.7.1", "wary@tidewater.example"), ()),
        (("delayed", "4.4.1", "away@tidewater.example"), ()),
        (("failed", "5.1.1", "no address"), ()),
    ],
)
def test_only_an_address_that_nobody_has_counts(
    recipient: tuple[str, str, str], expected: tuple[str]
) -> None:
    assert bounced(report(recipient)) == expected


@pytest.mark.parametrize("text", [b"", b"\xff\x00", b"Subject: Hello\n\nStatus: 5.1.1\n", b"{}"])
def test_what_is_no_report_is_told_from_one_without_failures(text: bytes) -> None:
    assert bounced(text) is None


def test_kb_bounces_notes_them_and_names_what_it_cannot_read(
    kb: Kb, sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", str(sqlite_store.engine.url))
    monkeypatch.setenv("SECRET_KEY", SECRET)
    good, other = tmp_path / "good.eml", tmp_path / "other.eml"
    good.write_bytes(report(GONE, ("failed", "5.1.10", "left@tidewater.example")))
    other.write_bytes(b"Subject: Hello\n\nHi.\n")
    ran = kb("bounces", str(good), str(other))
    assert (ran.code, ran.out) == (1, "2 addresses get no more mails\n")
    assert (
        ran.err
        == f"{other}:1: this is no report of a mail server; expected one with message/delivery-status\n"
    )
    found = Suppressions(sqlite_store, SecretStr(SECRET)).among(
        ["gone@tidewater.example", "left@tidewater.example"]
    )
    assert len(found) == 2
    assert kb("bounces", str(good)).out == "0 addresses get no more mails\n"
