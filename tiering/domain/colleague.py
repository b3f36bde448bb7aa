"""A colleague who does something that others will want to know of."""

from __future__ import annotations

from dataclasses import dataclass

from tiering.domain.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who does something, and whether they may."""

    reference: str
    """As the record names them, such as `slack:T1/U2`."""
    name: str
    """As people do."""
    manages: bool = False
    """Whether they are of the managers or of operations, who alone change the policy and import."""


def only_managers(who: Colleague) -> None:
    """Make sure that somebody may change the policy and import; raises Refusal."""
    if not who.manages:
        raise Refusal("Only managers and operations may do that; people.yaml says who they are.")
