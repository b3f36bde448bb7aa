"""A refusal: why something that was asked for cannot be done, as a sentence for whoever asked."""

from __future__ import annotations

from datetime import date


class Refusal(Exception):
    """What was asked for cannot be done and nothing was changed; the message says why."""

    def __init__(self, sentence: str, about: str = "") -> None:
        super().__init__(sentence)
        self.about = about
        """Which part of what was asked for is at fault, such as `hours`; empty for the whole."""


def refuse_past(until: date, today: date) -> None:
    """Make sure that an end is today or lies ahead; raises Refusal."""
    if until < today:
        raise Refusal(f"The end, {until.isoformat()}, is in the past; today is {today.isoformat()}.", "until")
