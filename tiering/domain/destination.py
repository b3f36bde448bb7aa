"""Where a decision leads: the tier that an account has, or the one to which it was told to fall."""

from __future__ import annotations

from tiering.domain.decision import Decision


def destination(decision: Decision) -> int:
    """Return the tier in which an account is or will be; an exception holds it where it is."""
    pending = decision.pending if decision.own_tier is None else None
    return pending.tier if pending else decision.tier


def leads_elsewhere(old: Decision, new: Decision) -> bool:
    """Tell whether a new decision moves an account, now or later, in a way that the old one had not told."""
    bound = destination(new)
    return bound != old.tier and bound != destination(old)
