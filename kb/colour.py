"""Colours: contrast as WCAG defines it, and tones of one colour that stay readable on light and dark."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from itertools import count

LIGHT = "#ffffff"
DARK = "#12161a"
"""The backgrounds of the two themes; the stylesheet uses the same values."""

READABLE = 4.5
"""The contrast that WCAG 2.2, success criterion 1.4.3 (AA), asks of text."""

_COMFORTABLE = 6.0
"""What we aim at on dark, where coloured letters look dimmer than the ratio says."""

FAR = 0.5
"""A tone whose lightness moved further than this no longer looks like the colour it came from."""

_TINT = 0.08
_INK = "#10161c"
_Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Tones:
    """What one theme needs of the accent colour, as `#rrggbb`."""

    text: str
    """For links and small marks on the background."""
    soft: str
    """A quiet tint of the background."""
    line: str
    """For borders next to that tint."""
    solid: str
    """For a filled button."""
    on_solid: str
    """For the words on that button."""
    moved: float
    """How far the lightness had to move to make `text` readable, 0 to 1."""


def tones(accent: str, background: str) -> Tones:
    """Derive the tones of `accent` (`#rrggbb`) for a theme with `background`."""
    text, moved = _readable(accent, background)
    on_solid = max((LIGHT, _INK), key=lambda words: contrast(words, text))
    return Tones(text, mix(background, text, _TINT), mix(background, text, 0.26), text, on_solid, moved)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """Return `one` with `share` (0 to 1) of `other` mixed in, channel by channel."""
    pairs = zip(_rgb(one), _rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _readable(accent: str, background: str) -> tuple[str, float]:
    """Move the lightness of `accent` away from the background just until it can be read on its soft tint.

    Hue and saturation stay (HLS), so that the tone is still the company's. Returns the lightness moved too.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in _rgb(accent)))
    light = _is_light(background)
    enough = READABLE if light else _COMFORTABLE
    for hundredths in count():  # ends, because black or white can be read on any background
        moved = hundredths / 100
        at = max(0.0, lightness - moved) if light else min(1.0, lightness + moved)
        text = accent if not hundredths else _hex(colorsys.hls_to_rgb(hue, at, saturation))
        if contrast(text, mix(background, text, _TINT)) >= enough:
            return text, moved
    raise AssertionError("unreachable")


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _is_light(colour: str) -> bool:
    return _luminance(colour) > 0.18


def _luminance(colour: str) -> float:
    """Return the relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(channel / 255) for channel in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _rgb(colour: str) -> _Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
