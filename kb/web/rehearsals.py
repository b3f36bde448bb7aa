"""What a page about a draft of the policy shows, whoever reads it: numbers, differences, movers."""

from __future__ import annotations

from typing import Any

from flask import request

from kb.rehearsed import service_names, tier_name, told
from kb.web.desk import desk
from kb.web.pages import page_number, pages_of
from tiering.domain.policy_difference import changed_levels, changed_lines
from tiering.usecases import drafts
from tiering.usecases.drafts import Chosen, Looked

MOVERS = 25
"""On a page."""


def chosen_movers(looked: Looked) -> dict[str, Any]:
    """Return what a page of movers shows, as the request chose them."""
    text, written = request.args.get("q", "").strip()[:100], request.args.get("way", "")
    before, _, after = written.partition("-")
    is_way = before.isdecimal() and after.isdecimal() and len(written) < 8
    chosen = Chosen(text, (int(before), int(after)) if is_way else None)
    number, store = looked.draft.id, desk().store
    first = (page_number() - 1) * MOVERS
    count, shown = drafts.movers(store, number, chosen, MOVERS, first)
    pages = pages_of(count, MOVERS)
    ways = sorted(way for way in (looked.rehearsal.movement if looked.rehearsal else {}) if _moves(way))
    return {
        "q": text,
        "way": written if is_way else "",
        "ways": [(f"{old}-{new}", f"From {old} to {new}") for old, new in ways],
        "count": count,
        "pages": pages,
        "movers": shown,
        "tier_name": tier_name,
        "names": lambda ids: service_names(ids, looked.policy, looked.current),
    }


def told_of(looked: Looked) -> dict[str, Any]:
    """Return what every page about a draft shows: its numbers, and what differs from the policy in force."""
    return {
        "looked": looked,
        "draft": looked.draft,
        "told": told(looked.rehearsal, looked.policy, looked.current) if looked.rehearsal else None,
        "lines": list(changed_lines(looked.current_source, looked.source)),
        "levels": changed_levels(looked.current, looked.policy),
    }


def _moves(way: tuple[int | None, int]) -> bool:
    return way[0] is not None and way[0] != way[1]
