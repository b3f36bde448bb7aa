"""An office in which exceptions are asked for and answered."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.playground.local import LocalSlack
from bot.server import Parts, beside_local_slack, new_workspace, playground_roles
from tests.bot.conftest import fill
from tests.bot.features.exception.office import (
    Clock,
)
from tests.conftest import MakeUrl
from tiering.content import Content
from tiering.people import Roles
from tiering.usecases.record import open_store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(parts: Parts, content: Content, make_url: MakeUrl, clock: Clock) -> Iterator[Parts]:
    """A bot with a record of the test's own, in which marco may approve, and after him olivia."""
    store = open_store(make_url("sqlite"), clock)
    fill(store, content)
    yield replace(parts, store=store, roles=playground_roles(Roles()), clock=clock)
    store.close()


@pytest.fixture
def slack(office: Parts) -> Iterator[LocalSlack]:
    with beside_local_slack(office, new_workspace(random.Random(1))) as local:
        yield local
