"""A real clock beside a real mail server: what the pages could not mail goes out all the same."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kb.storage import Requests
from tests.conftest import MakeUrl
from tests.kb.storage.test_requests import BASE, HERS
from tests.kb.test_mail import Box
from tests.kb.test_mail import box as box
from tests.kb.test_mail import plain as plain
from tests.kb.web.serving import ROOT, environment
from tiering.usecases.record import open_store


def test_the_clock_mails_what_is_due_to_the_inbox_that_site_yaml_names(
    make_url: MakeUrl, box: Box, plain: int, tmp_path: Path
) -> None:
    url, now = make_url("sqlite"), datetime.now(UTC)
    requests = Requests(open_store(url, lambda: now))
    requests.take(replace(HERS, asked_at=now, mail_due_at=now - timedelta(minutes=1)), BASE)
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "site.yaml").write_text("name: Harbour\ncontact_email: help@harbour.example\n")
    mail = {"SMTP_URL": f"smtp://127.0.0.1:{plain}", "MAIL_FROM": "help@harbour.example", "KB_URL": BASE}
    environ = environment(tmp_path, tmp_path / "content", **{**mail, "DATABASE_URL": url})
    clock = subprocess.Popen(
        [sys.executable, "-m", "kb", "clock"], cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True
    )
    try:
        end = time.monotonic() + 30
        while (kept := requests.get(HERS.number)) is None or kept.mail_due_at is not None:
            assert clock.poll() is None, clock.stderr.read() if clock.stderr else ""
            assert time.monotonic() < end, "the clock mailed nothing"
            time.sleep(0.1)
    finally:
        clock.terminate()
        clock.communicate(timeout=30)
    assert [one["To"] for one in box.mails] == ["help@harbour.example", "tess@tidewater.example"]
    assert "/staff/requests/BCDF-2345" in box.mails[0].get_content()
