"""An index over a few articles of a made-up company."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.search.index import SearchIndex, open_index
from tests.kb.shelf import Shelf


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    """An index of which nothing is there yet."""
    return open_index(tmp_path / "data")


@pytest.fixture
def harbour(shelf: Shelf, index: SearchIndex) -> SearchIndex:
    """The help of a marina, indexed."""
    shelf.article(
        "berths/book-a-berth.md",
        "Book a berth",
        "Choose a day.\n\n## Pay for your berth\n\nCards & cash are taken. Deposits are never refunded.",
        summary="Reserve a place for your boat.",
    )
    shelf.article(
        "berths/cancel-a-booking.md",
        "Cancel a booking",
        "Refunds arrive within a week.\n\n## If you paid a deposit\n\nThe deposit is kept by the harbour.",
    )
    shelf.article(
        "people/invite-crew.md",
        "Invite your crew",
        "All get an e-mail with a link.\n\n## Permissions\n\nA skipper may book; a guest may only look.",
        keywords="[colleagues, staff]",
    )
    shelf.article(
        "tech/c-plus-plus.md", "Use our C++ library", "Edit the file harbour.ini, then call open()."
    )
    shelf.article("tech/cafe.md", "The café's opening hours", "Açaí, crème brûlée <b>and</b> 東京ラーメン.")
    index.refresh(shelf.read())
    return index
