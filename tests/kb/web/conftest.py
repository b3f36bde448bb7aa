"""Applications to visit: one over the shipped content, and one over a help centre that a test writes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.config import KbSettings
from kb.web.app import create_app, live
from kb.web.desk import desk_of
from tests.conftest import OLGA, TODAY, noon
from tiering.content import read_content
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.policy import publish_first
from tiering.usecases.record import open_store, upgrade

TOKEN = "a token of the bot's, long enough"
EVENTS_TOKEN = "a token of the product's, long enough"

SITE = """
name: Harbour
tagline: Boats, berths and bills.
accent: "#5b3df5"
contact_email: help@harbour.example
popular: [berths/book-a-berth, gone/missing]
categories:
  - {slug: berths, title: Berths, summary: Where boats lie., icon: calendar}
  - {slug: bills, title: Bills, icon: billing}
  - {slug: empty, title: Nothing yet}
"""

BERTH = """---
title: Book a berth
summary: Choose a place for your boat & pay later.
related: [bills/pay-a-bill, gone/missing]
aliases: [old/berth]
last_reviewed: 2026-11-05
order: 1
---
Every boat needs a berth.

## Choose the place

See [how to pay](../bills/pay-a-bill.md). ![The harbour](images/harbour.svg)

| Berth | Price |
|---|--:|
| Inner | 40 |

## Send the request

```python
def berth(number: int) -> str:
    return f"berth {number}"
```
"""


class Visitor(FlaskClient):
    """A browser that reads every answer to its end."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        options["buffered"] = True
        return super().open(*args, **options)


@dataclass(frozen=True)
class House:
    """An application, what it serves and how to visit it."""

    app: Flask
    content: Path

    @property
    def client(self) -> FlaskClient:
        return Visitor(self.app, self.app.response_class)

    @property
    def data(self) -> Path:
        """Where this application keeps its index."""
        return desk_of(self.app).settings.data_dir

    def write(self, name: str, text: str) -> None:
        """Write a file of the content; it is served after `refresh`."""
        path = self.content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def refresh(self) -> bool:
        return live(self.app).refresh()


MakeHouse: TypeAlias = Callable[..., House]


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with the shipped policy in force, to be copied."""
    path = tmp_path_factory.mktemp("record") / "longtail.db"
    store = open_store(f"sqlite:///{path}", noon)
    upgrade(store, OLGA)
    publish_first(store, read_content(SHIPPED_CONTENT), OLGA, TODAY)
    store.close()
    return path


def settings(folder: Path, content: Path, **changed: Any) -> KbSettings:
    """Return settings that owe nothing to the environment of the test run."""
    values: dict[str, Any] = {
        "database_url": f"sqlite:///{folder / 'longtail.db'}",
        "content_dir": content,
        "data_dir": folder / "var",
        "secret_key": "a secret of the pages, long enough",
        "kb_url": "https://help.harbour.example",
        "kb_api_token": TOKEN,
        "events_token": EVENTS_TOKEN,
        "smtp_url": None,
        "mail_from": "Harbour <help@harbour.example>",
        "sso_jwt_key": None,
        "sso_jwt_issuer": None,
        "sso_jwt_audience": None,
        "slack_bot_token": None,
        "slack_client_id": None,
        "slack_client_secret": None,
        "proxy_hops": 0,
        "port": 8000,
    }
    return KbSettings(**(values | changed))


@pytest.fixture(scope="session")
def make_house(record: Path, tmp_path_factory: pytest.TempPathFactory) -> MakeHouse:
    """Build a small help centre of a harbour; keyword arguments change the settings."""

    def make(*, upgraded: bool = True, read: bool = True, **changed: Any) -> House:
        folder = tmp_path_factory.mktemp("house")
        content = folder / "content"
        if upgraded:
            shutil.copy(record, folder)
        house = House(create_app(settings(folder, content, **changed), clock=noon), content)
        house.write("site.yaml", SITE)
        house.write("articles/berths/book-a-berth.md", BERTH)
        house.write("articles/berths/leave-a-berth.md", "# Leave a berth\n\nTell the harbour master.\n")
        house.write("articles/bills/pay-a-bill.md", "# Pay a bill\n\nBills are paid by card or by bank.\n")
        house.write("articles/welcome.md", "# Welcome aboard\n\nThis is the harbour.\n")
        house.write(
            "articles/berths/images/harbour.svg",
            '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200"><script>x()</script></svg>',
        )
        if read:
            house.refresh()
        return house

    return make


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    """The harbour's help centre, to be changed by a test."""
    return make_house()


@pytest.fixture(scope="session")
def harbour(make_house: MakeHouse) -> House:
    """The harbour's help centre, only to be read."""
    return make_house()


@pytest.fixture
def client(harbour: House) -> FlaskClient:
    """A visitor who only reads."""
    return harbour.client


@pytest.fixture(scope="session")
def shipped(record: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The help centre that Longtail ships; only to be read."""
    folder = tmp_path_factory.mktemp("shipped")
    shutil.copy(record, folder)
    app = create_app(settings(folder, SHIPPED_CONTENT, kb_url="http://127.0.0.1:8000"), clock=noon)
    live(app).refresh()
    assert live(app).edition.library.problems == ()
    return House(app, SHIPPED_CONTENT)
