"""What each plan includes, as the public page shows it: plan names and words, never tier numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """A tier as customers know it."""

    name: str
    promise: str
    """One sentence, from the policy."""
    response: str
    """When we answer first, such as `4 working hours`."""


@dataclass(frozen=True, slots=True)
class PlanService:
    """One service and what each plan gets of it."""

    id: str
    name: str
    summary: str
    """Plain text for customers."""
    automated: bool
    """Whether it is there for customers by itself, with no person arranging it."""
    marks: tuple[str, ...]
    """One for each plan, in the order of `Plans.plans`: words such as `Included`, or empty for not included."""
    note: str = ""
    """What else a customer must know, such as a condition."""


@dataclass(frozen=True, slots=True)
class Plans:
    """Everything on the page."""

    plans: tuple[Plan, ...]
    services: tuple[PlanService, ...]
