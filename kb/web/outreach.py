"""The programmes as the pages know them: what runs, and how they stand, counted beside the requests."""

from __future__ import annotations

from collections.abc import Callable

from kb.programmes.figures import Figures, figures
from kb.programmes.letter import House
from kb.programmes.planning import Material, plan_now
from kb.programmes.programme import Programme
from kb.programmes.round import Plan
from kb.web.desk import desk, whole_edition


def programmes() -> tuple[Programme, ...]:
    """Return the sound programmes; raises NotReadyError."""
    return whole_edition().programmes[0]


def house() -> House:
    """Return who writes; raises NotReadyError."""
    now = whole_edition()
    return House(now.site, desk().settings.kb_url, now.includes)


def planner() -> Callable[[], Plan]:
    """Return what makes the plan of now, beside the request too; raises NotReadyError."""
    at, now = desk(), whole_edition()
    material = Material(
        programmes(), house(), now.services, now.office_hours, now.library.courses, lambda: now.library
    )
    return lambda: plan_now(at.store, at.suppressions, material)


def latest_figures() -> Figures | None:
    """Return the newest figures, and have them counted anew where they are old; None before the first."""
    at, some, plan = desk(), programmes(), planner()
    counted = at.counted

    def count() -> None:
        counted.figures = figures(plan())
        counted.programmes = some

    if not counted.are_fresh(some, at.store.now()):
        at.errands.once("programmes", count)
    return counted.figures
