"""Time to first value: how many days customers take from their start to what they came for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Way:
    """From the start of somebody, a contact or an account, to their first value."""

    start: date | None
    """When they signed up or went live; None where nobody knows."""
    reached: date | None
    """None as long as it has not happened."""

    @property
    def days(self) -> int | None:
        """How long it took, nothing where value came before the start; None where that is not known."""
        if self.start is None or self.reached is None:
            return None
        return max(0, (self.reached - self.start).days)
