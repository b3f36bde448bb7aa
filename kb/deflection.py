"""How far the pages spare people writing to us: the formulas, and what they are worth; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FEW = 30
"""Below so many a share says little: one visitor more or less moves it by more than three points."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def is_small(self) -> bool:
        """Whether it is of so few that it says little."""
        return self.whole < FEW

    def __str__(self) -> str:
        """Say it as a percentage, of nothing as a dash."""
        return f"{self.part / self.whole:.0%}" if self.whole else "–"


@dataclass(frozen=True, slots=True)
class Deflection:
    """What visitors did, and what it means for those who answer."""

    visits: int
    """Visitors and days on which something was searched or read."""
    wrote: int
    """Of these, by whoever wrote to us within 24 hours."""
    explicit: int
    """Of these, by whoever said that an article helped, or left our form for one, and did not write."""
    tickets: int | None = None
    """What the support desk counted; None where nobody has told us."""
    compared: Share | None = None
    """What is known to be answered, where tickets were counted for a part of the time only."""

    @property
    def implicitly(self) -> Share:
        """The share of visits after which nobody wrote; an upper bound, since silence is no thanks."""
        return Share(self.visits - self.wrote, self.visits)

    @property
    def explicitly(self) -> Share:
        """The share of questions of which we know that an article answered them; a lower bound."""
        if self.compared:
            return self.compared
        asked = self.wrote if self.tickets is None else self.tickets
        return Share(self.explicit, self.explicit + asked)

    @property
    def by_tickets(self) -> bool:
        """Whether tickets are compared with, and not only who wrote by the form."""
        return self.tickets is not None


def together(parts: Iterable[Deflection]) -> Deflection:
    """Add up; where tickets are known of some parts only, these alone are compared with tickets."""
    known = list(parts)
    counted = [(one.explicit, one.tickets) for one in known if one.tickets is not None]
    answered, tickets = sum(part[0] for part in counted), sum(part[1] for part in counted)
    partly = 0 < len(counted) < len(known)
    return Deflection(
        sum(one.visits for one in known),
        sum(one.wrote for one in known),
        sum(one.explicit for one in known),
        tickets if counted else None,
        Share(answered, answered + tickets) if partly else None,
    )
