"""Links of mails that lead to no article, course or lesson, or to none for some who get them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.audiences import audience_at, said
from kb.course_names import unknown
from kb.library import Library
from kb.links import lesson_in, slug_in
from kb.programmes.programme import Programme
from kb.render import Renderer
from kb.visibility import all_see
from tiering.files import Problem


def dead_links(programmes: Iterable[Programme], library: Library) -> Iterator[Problem]:
    """Yield each link of a mail that leads nowhere, and warn of each that does for some who get the mail."""
    for programme, step in ((one, step) for one in programmes for step in one.steps):
        for link in Renderer().render(step.body, None, str).links:
            line, target = step.body_line + link.line - 1, audience_at(link.target, library)
            if wrong := _wrong_with(link.target, library):
                yield Problem(step.path, line, f"the link {link.target} leads {wrong}")
            elif target and not all_see(programme.audience, target):
                text = (
                    f"not all who get this mail see where the link {link.target} leads, which is for"
                    f" {said(target)}, while the mail is for {said(programme.audience)}"
                )
                yield Problem(step.path, line, text, warning=True)


def _wrong_with(target: str, library: Library) -> str | None:
    slug, lesson = slug_in(target), lesson_in(target)
    if slug and not library.at(slug) and slug not in library.redirects:
        return "to no published article"
    text = unknown(library.courses, lesson) if lesson else None
    return f"nowhere: {text}" if text else None
