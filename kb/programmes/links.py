"""Links of mails that lead to no article; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.library import Library
from kb.links import slug_in
from kb.programmes.programme import Programme
from kb.render import Renderer
from tiering.files import Problem


def dead_links(programmes: Iterable[Programme], library: Library) -> Iterator[Problem]:
    """Yield each link of a mail to an article that is not published."""
    for step in (step for programme in programmes for step in programme.steps):
        for link in Renderer().render(step.body, None, str).links:
            slug = slug_in(link.target)
            if slug and not library.at(slug) and slug not in library.redirects:
                text = f"the link {link.target} leads to no published article"
                yield Problem(step.path, step.body_line + link.line - 1, text)
