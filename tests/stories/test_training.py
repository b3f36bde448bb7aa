"""Both faces: a contact finishes a course, and those who serve them read of it in Slack and in the report."""

from __future__ import annotations

import random
from pathlib import Path

from bot.config import BotSettings
from bot.playground.local import LocalSlack
from bot.server import Parts, beside_local_slack, new_workspace
from kb.web.app import create_app
from tests.bot.features.exception.office import CHANNEL, lines
from tests.conftest import OLGA, TODAY, noon
from tests.kb.web.cast import TESS, form, settle, signed_in
from tests.kb.web.conftest import SITE, House, settings
from tiering.content import Content
from tiering.people import Roles
from tiering.usecases.daily import daily
from tiering.usecases.policy import publish_first
from tiering.usecases.record import Store
from tiering.usecases.report import report

ROPES = "---\ntitle: Ropes\nsummary: Moor.\ncertificate: 100\n---\n\nAll of it.\n"
LESSON = "---\nid: {0}\ntitle: {0}\nminutes: 5\n---\n\nTie them.\n"


def harbour(store: Store, folder: Path, content: Content) -> House:
    """Put the cast into a record, and a course of two lessons on the pages over it."""
    publish_first(store, content, OLGA, TODAY)
    settle(store)
    daily(store, OLGA, TODAY)
    url = store.engine.url.render_as_string(hide_password=False)
    app = create_app(settings(folder, folder / "content", database_url=url), clock=noon)
    house = House(app, folder / "content")
    house.write("site.yaml", SITE)
    house.write("courses/ropes/index.md", ROPES)
    for place, name in enumerate(("begin", "knots"), 1):
        house.write(f"courses/ropes/0{place}-{name}.md", LESSON.format(name))
    house.refresh()
    return house


def training(slack: LocalSlack, account: str) -> list[str]:
    """Read what `/tier` says of an account's training."""
    (answer,) = slack.command("vera", CHANNEL, f"/tier {account}")
    return [line for line in lines(answer) if line.startswith("Training")]


def counted(store: Store, *figures: str) -> list[int]:
    """Read figures of all tiers together."""
    every = report(store, OLGA, TODAY).report.columns[-1].values
    return [int(every[figure] or 0) for figure in figures]


def test_a_course_that_a_contact_finishes_is_on_the_card_and_in_the_report(
    sqlite_store: Store, content: Content, tmp_path: Path
) -> None:
    house = harbour(sqlite_store, tmp_path, content)
    parts = Parts(BotSettings(kb_url="http://127.0.0.1:9"), sqlite_store, content, Roles(), noon)
    with beside_local_slack(parts, new_workspace(random.Random(1))) as slack:
        assert training(slack, "tidewater") == []
        tess = signed_in(house, TESS)
        tess.post("/courses/ropes/begin/done", data=form(tess, "/courses/ropes/begin"))
        assert training(slack, "tidewater") == [
            "Training: their one contact takes courses; Ropes: 1 of 2 lessons."
        ]
        assert counted(sqlite_store, "learners", "trained", "certified") == [1, 0, 0]

        tess.post("/courses/ropes/knots/done", data=form(tess, "/courses/ropes/knots"))
        hidden = form(tess, "/certificates/for/ropes")
        assert tess.post("/certificates/for/ropes", data={**hidden, "name": "Tess"}).status_code == 303
        assert training(slack, "tidewater") == [
            "Training: their one contact takes courses; Ropes: certified in November."
        ]
        assert training(slack, "trawler") == []
        assert counted(sqlite_store, "learners", "trained", "certified", "completion") == [1, 1, 1, 100]
