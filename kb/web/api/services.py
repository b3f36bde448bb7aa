"""What the plans include, as every customer may read it: plan names and plain words, never tier numbers."""

from __future__ import annotations

from kb.web.api.operation import Answer, operation
from kb.web.api.parameters import Parameters
from kb.web.services import Row, rows, shown_plans
from tiering.usecases.browsing import Plan


class OfferedPlan(Answer):
    """A plan."""

    name: str
    promise: str
    first_response: str
    """How soon we answer first."""
    response_hours: str
    """When we are there."""


class Mark(Answer):
    """What a plan gives of a service."""

    plan: str
    """The plan's name."""
    words: str | None
    """Such as `Included`, `4 per year`, `On request`; null where the plan does not have it."""


class OfferedService(Answer):
    """A service that at least one plan has."""

    id: str
    name: str
    summary: str
    plans: list[Mark]
    """Every plan, in their order."""


class Offer(Answer):
    """The plans and the services."""

    plans: list[OfferedPlan]
    """The highest first; empty as long as no policy is in force."""
    services: list[OfferedService]


@operation("/services")
def services(asked: Parameters) -> Offer:  # noqa: ARG001 (every operation has parameters, this one none)
    """Tell what each plan includes."""
    plans = shown_plans()
    apart, common = rows(plans)
    return Offer(
        plans=[
            OfferedPlan(
                name=plan.name,
                promise=plan.promise,
                first_response=plan.first_response,
                response_hours=plan.response_hours,
            )
            for plan in plans
        ],
        services=[_service(row, plans) for row in (*apart, *common)],
    )


def _service(row: Row, plans: tuple[Plan, ...]) -> OfferedService:
    marks = [Mark(plan=plan.name, words=words or None) for plan, words in zip(plans, row.marks, strict=True)]
    return OfferedService(id=row.id, name=row.name, summary=row.summary, plans=marks)
