"""A fault story: `kb send` is killed 50 times while 2,000 mails are due; none is lost or goes out twice."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from kb.cli import main
from tests.conftest import MakeUrl
from tests.forks import start
from tests.kb.programmes.test_send import INDEX, WELCOME, now, settle
from tests.kb.test_mail import Box
from tests.kb.test_mail import box as box
from tests.kb.test_mail import plain as plain
from tests.kb.web.serving import environment
from tiering.usecases.deliveries import uncertain
from tiering.usecases.record import open_store

MAILS, KILLS = 2_000, 50


def send(environ: Mapping[str, str]) -> None:
    """Be `kb send` in an environment of its own."""
    os.environ.clear()
    os.environ.update(environ)
    main(["send", "--per-minute", "1000000"])


def test_killed_at_fifty_points_every_mail_goes_out_once_or_is_listed_as_uncertain(
    make_url: MakeUrl, box: Box, plain: int, tmp_path: Path
) -> None:
    url = make_url("sqlite")
    store = open_store(url, now)
    settle(store, MAILS)
    home = tmp_path / "content" / "programmes" / "tour"
    home.mkdir(parents=True)
    (home / "index.md").write_text(INDEX)
    (home / "01-welcome.md").write_text(WELCOME)
    mail = {"SMTP_URL": f"smtp://127.0.0.1:{plain}", "MAIL_FROM": "help@harbour.example"}
    environ = environment(tmp_path, tmp_path / "content", **{**mail, "DATABASE_URL": url})

    chance = random.Random(6)  # chance that can be repeated, and no secret
    for _ in range(KILLS):
        wanted, run = len(box.mails) + chance.randint(1, 50), start(send, environ)
        end = time.monotonic() + 60
        while len(box.mails) < wanted and run.is_alive():
            assert time.monotonic() < end, "nothing was sent"
            time.sleep(0.001)
        time.sleep(chance.random() / 100)
        run.kill()
        run.join(30)
        assert run.exitcode is not None
    assert len(box.mails) < MAILS, "it was killed while there was something to send"
    last = start(send, environ)
    last.join(120)
    assert last.exitcode == 0

    received = Counter(str(one["To"]) for one in box.mails)
    assert max(received.values()) == 1, "a mail went out twice"
    listed = uncertain(store, now() + timedelta(hours=1))
    doubtful = {f"c{one.recipient.removeprefix('C-')}@tidewater.example" for one in listed}
    assert len(doubtful) <= KILLS
    assert received.keys() | doubtful == {f"c{number}@tidewater.example" for number in range(MAILS)}
    store.close()
