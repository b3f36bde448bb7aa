"""The public page that says what each plan includes: plan names and plain words, never tier numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, render_template

from kb.render import Renderer
from kb.web.desk import desk, edition
from kb.web.sessions import signed_in
from tiering.domain.service import Level
from tiering.usecases.browsing import Plan, PlannedService, plans
from tiering.usecases.policy import NoPolicy
from tiering.usecases.standing import Standing

blueprint = Blueprint("services", __name__)

INCLUDED = "Included"

_LACKING = {Level.PAID, Level.NO}

_SENTENCE = re.compile(r".+?[.!?](?=\s+[^\W\d_a-z])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """A service, and what each plan gets of it."""

    id: str
    name: str
    summary: str
    """Plain text: the first sentence of its definition."""
    marks: tuple[str, ...]
    """For each plan a few words, or none where the plan does not have it."""


@dataclass(frozen=True, slots=True)
class AddOn:
    """A service that a customer does not have and may buy."""

    id: str
    name: str
    price: str
    """Such as `Add-on, $600 per session`."""


@blueprint.get("/services")
def index() -> str:
    """Show the plans side by side, what sets them apart, and what all of them include."""
    shown = shown_plans()
    apart, common = rows(shown)
    here, asks = signed_in(), edition().site.contact_email is not None
    standing = here.standing if here else None
    return render_template(
        "services/index.html",
        plans=shown,
        own=standing.plan if standing else None,
        apart=apart,
        common=common,
        sold={one.id for one in add_ons(standing, shown)} if standing and asks else set(),
    )


def shown_plans() -> tuple[Plan, ...]:
    """Return what each plan includes; nothing before a policy is in force. Raises RecordUnavailable."""
    try:
        return plans(desk().store, edition().services)
    except NoPolicy:
        return ()


def add_ons(standing: Standing, shown: Sequence[Plan]) -> tuple[AddOn, ...]:
    """Return what a contact does not have and may buy, in the order of the catalogue."""
    planned = {one.id: one for plan in shown if plan.name == standing.plan for one in plan.services}
    return tuple(
        AddOn(one.service, one.name, mark(planned[one.service]))
        for one in standing.entitlements
        if one.level in _LACKING and one.service in planned and _is_sold(planned[one.service])
    )


def rows(shown: Sequence[Plan]) -> tuple[list[Row], list[Row]]:
    """Return the services that set the plans apart, and those that every plan has alike."""
    apart: list[Row] = []
    common: list[Row] = []
    for entries in zip(*(plan.services for plan in shown), strict=True):
        marks = tuple(mark(entry) for entry in entries)
        if not any(marks):
            continue
        first = entries[0]
        row = Row(first.id, first.name, _opening(first.definition), marks)
        (common if len(set(marks)) == 1 else apart).append(row)
    return apart, common


def mark(service: PlannedService) -> str:
    """Say in a few words what a plan gets of a service; nothing where it neither has nor can buy it."""
    if service.conditional and service.level in {Level.INCLUDED, Level.ALLOWANCE}:
        return "By agreement"  # the condition itself is ours to know
    if service.level is Level.INCLUDED:
        return INCLUDED
    if service.level is Level.ALLOWANCE:
        return service.allowance or INCLUDED
    if service.level is Level.REQUEST:
        return "On request"
    if service.price:
        return f"Add-on, {service.price}"
    return "Add-on" if service.level is Level.PAID else ""


def _is_sold(service: PlannedService) -> bool:
    return service.level is Level.PAID or service.price is not None


@lru_cache(maxsize=1024)
def _opening(definition: str) -> str:
    opening = Renderer().render(definition, None, str).opening if definition else ""
    found = _SENTENCE.match(opening)
    return found[0] if found else opening
