"""Lists that are shown page by page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import BadRequest, NotFound


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a reader stands in a list."""

    number: int
    count: int


def page_number() -> int:
    """Return the number that `page` names, 1 where it is not said; raises BadRequest."""
    written = request.args.get("page", "1")
    if not (written.isascii() and written.isdigit() and len(written) < 6) or int(written) < 1:
        raise BadRequest("The number of a page of results is 1 or more.")
    return int(written)


def pages_of(total: int, size: int, most: int | None = None) -> Pages:
    """Return where the request stands in a list of `total`; raises NotFound beyond the last page."""
    count = max(1, -(-total // size))
    pages = Pages(page_number(), count if most is None else min(most, count))
    if pages.number > pages.count:
        raise NotFound("There are not that many pages of results.")
    return pages
