"""A link to the knowledge base in Slack: both faces at work, and only what everybody may read is shown."""

from __future__ import annotations

import random
import threading
from pathlib import Path

from werkzeug.serving import make_server

from bot.config import BotSettings
from bot.playground.workspace import Message
from bot.server import Parts, beside_local_slack, new_workspace
from bot.text import plain
from kb.config import KbSettings
from kb.web.app import create_app, live
from tests.conftest import noon
from tiering.content import Content
from tiering.people import Roles
from tiering.usecases.record import Store

ARTICLES = {
    "berths/book-a-berth": "---\nsummary: In five minutes.\n---\n# Book a berth\n\nCall the harbour.\n",
    "berths/rates": "---\naudience: [1]\nsummary: What others pay.\n---\n# Rates\n\nMuch.\n",
    "berths/margin": "---\naudience: staff\nsummary: What we earn.\n---\n# Our margin\n\nMore.\n",
    "berths/plan": "---\nstatus: draft\nsummary: Next year.\n---\n# Our plan\n\nNone.\n",
}


def test_only_what_everybody_may_read_is_shown_below_a_link(
    sqlite_store: Store, content: Content, tmp_path: Path
) -> None:
    folder = tmp_path / "content"
    for slug, text in ARTICLES.items():
        path = folder / "articles" / f"{slug}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    kb_url = f"http://127.0.0.1:{server.port}"
    server.app = create_app(
        KbSettings(
            database_url=sqlite_store.engine.url.render_as_string(hide_password=False),
            content_dir=folder,
            data_dir=tmp_path / "var",
            secret_key="a secret of the pages, long enough",
            kb_url=kb_url,
        ),
        clock=noon,
    )
    live(server.app).refresh()
    serving = threading.Thread(target=server.serve_forever, args=(0.01,))
    serving.start()
    try:
        parts = Parts(BotSettings(kb_url=kb_url), sqlite_store, content, Roles(), noon)
        with beside_local_slack(parts, new_workspace(random.Random(1), kb_url=kb_url)) as slack:
            world = slack.workspace
            vera = world.person("vera")

            def last() -> Message:
                return slack.messages("vera", "sales")[-1]

            urls = " ".join(f"{kb_url}/articles/{slug}" for slug in ARTICLES)
            slack.gestures.write(vera, world.channel("sales", vera), urls)
            assert slack.wait(lambda: bool(last().unfurls), 10)
            assert plain(last().unfurls).split("\n") == [
                f"Book a berth ({kb_url}/articles/berths/book-a-berth)",
                "In five minutes.",
            ]
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
