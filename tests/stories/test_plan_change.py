"""A policy is published, a named person lets the kits out, and the managers are told by mail, once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from tests.conftest import OLGA, MakeUrl, account, an_import
from tests.kb.programmes.test_send import now
from tests.kb.test_mail import Box
from tests.kb.test_mail import box as box
from tests.kb.test_mail import plain as plain
from tests.kb.web.serving import ROOT, environment
from tests.tiering.usecases.test_kits import PAID
from tests.tiering.usecases.test_policy import stricter
from tiering.content import Content
from tiering.domain.account import MANAGER, Contact
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.daily import daily
from tiering.usecases.kits import release
from tiering.usecases.policy import publish, publish_first
from tiering.usecases.record import open_store

AT_ANY_HOUR = '---\nquiet_hours: {begin: "0:00", end: "0:00", weekends: false}'


def test_managers_get_the_kit_once_it_is_let_out_and_never_before(
    make_url: MakeUrl, box: Box, plain: int, tmp_path: Path, content: Content
) -> None:
    url = make_url("sqlite")
    store, today = open_store(url, now), now().date()
    publish_first(store, content, OLGA, today)
    with store.begin() as work:
        long_ago = today - timedelta(days=900)
        known = [account("A-1", "Acme", arr=PAID, went_live_on=long_ago)]
        work.accounts.save(known, an_import(work))
        people = (("C-1", "maria@acme.example", MANAGER), ("C-2", "max@acme.example", "member"))
        work.contacts.save(
            [Contact(id=key, account_id="A-1", emails=(email,), role=role) for key, email, role in people]
        )
    daily(store, OLGA, today)

    home = tmp_path / "content" / "programmes" / "plan-change"
    shutil.copytree(SHIPPED_CONTENT / "programmes" / "plan-change", home)
    index = home / "index.md"
    index.write_text(index.read_text().replace("---", AT_ANY_HOUR, 1))
    mail = {"SMTP_URL": f"smtp://127.0.0.1:{plain}", "MAIL_FROM": "help@harbour.example"}
    environ = environment(tmp_path, tmp_path / "content", **{**mail, "DATABASE_URL": url})

    def send() -> int:
        """Run `kb send`; returns how many mails have arrived so far."""
        command = [sys.executable, "-m", "kb", "send"]
        subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True, timeout=60)
        return len(box.mails)

    assert publish(store, stricter(content), OLGA, today).kits == 1
    assert send() == 0
    release(store, 2, "Clara")
    assert send() == 1
    assert send() == 1
    store.close()

    (arrived,) = box.mails
    assert (arrived["To"], arrived["Subject"]) == ("maria@acme.example", "A change to your plan")
    body = arrived.get_body(("plain",))
    assert body
    text = body.get_content()
    assert "Dear team of Acme," in text
    assert "What changes for you" in text
    assert "tier" not in text.casefold()
