"""The public page that says what each plan includes: plan names and plain words, never tier numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, render_template

from kb.render import Renderer
from kb.web.desk import desk, edition
from tiering.domain.service import Level
from tiering.usecases.browsing import Plan, PlannedService, plans
from tiering.usecases.policy import NoPolicy

blueprint = Blueprint("services", __name__)

INCLUDED = "Included"

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


@blueprint.get("/services")
def index() -> str:
    """Show the plans side by side, what sets them apart, and what all of them include."""
    try:
        shown = plans(desk().store, edition().services)
    except NoPolicy:
        shown = ()
    apart, common = rows(shown)
    return render_template("services/index.html", plans=shown, apart=apart, common=common)


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


@lru_cache(maxsize=1024)
def _opening(definition: str) -> str:
    opening = Renderer().render(definition, None, str).opening if definition else ""
    found = _SENTENCE.match(opening)
    return found[0] if found else opening
