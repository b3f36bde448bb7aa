"""What a customer's plan means when they need us, in words for customers; pure."""

from __future__ import annotations

from dataclasses import dataclass

from tiering.usecases.standing import Standing

_OWN_CSM = "assigned-csm"
_OPEN_TO_ALL = ("office-hours", "community")
"""Services of the catalogue where somebody may ask at once, shown to those who have no CSM of their own."""


@dataclass(frozen=True, slots=True)
class Help:
    """Who answers a customer, and how soon."""

    plan: str
    """The plan's public name."""
    response: str
    """Such as `4 hours, working hours`."""
    own_csm: bool
    """Whether they have a customer success manager of their own."""
    csm: str | None
    """That person's name, where we know it."""
    sooner: tuple[tuple[str, str], ...]
    """The ids and names of services where they may ask at once."""


def help_of(standing: Standing | None) -> Help | None:
    """Return what a contact's plan promises; None for whoever has none."""
    if standing is None or standing.plan is None:
        return None
    granted = {one.service: one.name for one in standing.entitlements if one.granted}
    own = _OWN_CSM in granted
    return Help(
        plan=standing.plan,
        response=f"{standing.first_response}, {standing.response_hours}",
        own_csm=own,
        csm=standing.csm if own and standing.csm and "@" not in standing.csm else None,
        sooner=() if own else tuple((one, granted[one]) for one in _OPEN_TO_ALL if one in granted),
    )
