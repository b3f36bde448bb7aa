"""Colours stay readable whatever the company chose."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kb.web
from kb.colour import DARK, LIGHT, READABLE, contrast, mix, tones

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours, st.sampled_from([LIGHT, DARK]))
def test_any_accent_gives_words_that_can_be_read_in_both_themes(accent: str, background: str) -> None:
    derived = tones(accent, background)
    assert contrast(derived.text, background) >= READABLE
    assert contrast(derived.text, derived.soft) >= READABLE
    assert contrast(derived.on_solid, derived.solid) >= READABLE


def test_an_accent_that_is_readable_stays_as_it_is() -> None:
    assert tones("#1f6f5c", LIGHT).text == "#1f6f5c"
    assert tones("#1f6f5c", LIGHT).moved == 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ffffff", "#ffffff", 1.0)],
)
def test_contrast_is_what_wcag_says(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    assert [mix("#000000", "#ffffff", share) for share in (0, 0.5, 1)] == ["#000000", "#808080", "#ffffff"]


def test_the_stylesheet_has_the_backgrounds_for_which_the_tones_are_made() -> None:
    style = (Path(kb.web.__path__[0]) / "static" / "site.css").read_text()
    assert style.count(f"--paper: {LIGHT};") == 1
    assert style.count(f"--paper: {DARK};") == 2
