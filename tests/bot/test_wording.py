"""The catalogue's wording: an edit is heard of without a restart, a mistake harms nobody."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.wording import LOOK_EVERY, Wording
from tiering.content import read_content
from tiering.files import SHIPPED_CONTENT

SERVICE = "health-check"


class Hands:
    """A timer that a test turns."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED_CONTENT, tmp_path / "content", ignore=shutil.ignore_patterns("articles", "*.py"))
    return tmp_path / "content"


@pytest.fixture
def wording(own: Path, hands: Hands) -> Wording:
    return Wording(own, read_content(own).prose, hands)


def edit(own: Path, old: str, new: str) -> None:
    file = own / "services" / f"{SERVICE}.md"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_an_edit_takes_effect_at_the_next_look(own: Path, wording: Wording, hands: Hands) -> None:
    edit(own, "approver: Head of Customer Success", "approver: Helen of the second floor")
    before = wording()
    assert before.catalogue.by_id[SERVICE].approver == "Head of Customer Success"
    hands.now += LOOK_EVERY
    assert wording().catalogue.by_id[SERVICE].approver == "Helen of the second floor"


def test_without_an_edit_nothing_is_read_again(wording: Wording, hands: Hands) -> None:
    before = wording()
    hands.now += LOOK_EVERY
    assert wording() is before


def test_a_mistake_keeps_the_last_good_wording_until_it_is_mended(
    own: Path, wording: Wording, hands: Hands
) -> None:
    before = wording()
    edit(own, "delivery: person", "delivery: pigeon")
    hands.now += LOOK_EVERY
    with capture_logs() as events:
        assert wording() is before
    assert f"{SERVICE}.md" in str(events)
    edit(own, "delivery: pigeon", "delivery: person  # mended")
    hands.now += LOOK_EVERY
    assert wording() is not before


def test_shipped_services_need_no_watching(tmp_path: Path, hands: Hands) -> None:
    prose = read_content(SHIPPED_CONTENT).prose
    wording = Wording(tmp_path, prose, hands)
    hands.now += LOOK_EVERY
    assert wording() is prose
