"""Writes a mail of a programme: plain text and HTML from one Markdown; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from kb.expansion import Pieces, Place, expanded, expanded_words
from kb.mail import Letter
from kb.programmes.course_link import with_token
from kb.programmes.person import Person
from kb.programmes.plain_text import as_text
from kb.programmes.programme import Programme, Step
from kb.programmes.trigger import OFFICE_HOURS
from kb.programmes.variables import NEXT, as_includes, with_defaults
from kb.render import Renderer
from kb.site import Site

_BODY = (
    "margin:0;padding:24px 16px;background:#ffffff;color:#1f2328;font-size:16px;line-height:1.6;"
    "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
)
_NEXT = "- [All courses](/courses)"
"""Stands for what next where nobody has looked that up, as in a preview."""

_END = "margin-top:40px;padding-top:16px;border-top:1px solid #d1d9e0;color:#59636e;font-size:13px"


@dataclass(frozen=True, slots=True)
class House:
    """Who writes."""

    site: Site
    base: str
    """The public address of the pages."""
    includes: Mapping[str, str]
    """Shared texts, by path."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the links of a mail lead that are one contact's alone."""

    unsubscribe: str
    """Where they end such mails."""
    courses: str = ""
    """The token that opens their courses, put on every link to these; empty for a mail about nobody."""


def missing(step: Step, person: Person) -> tuple[str, ...]:
    """Return what a mail says of the contact that is not known of this one; with anything it is not sent."""
    return tuple(sorted(step.needs - person.variables.keys() - person.texts.keys() - {NEXT}))


def write(programme: Programme, step: Step, person: Person, house: House, ways: Ways) -> Letter:
    """Write a mail of which nothing is missing."""
    variables = with_defaults({**house.site.variables, **person.variables}, step.subject, step.body)
    pieces = Pieces(variables, {**house.includes, **as_includes({NEXT: _NEXT, **person.texts})})
    subject, _ = expanded_words(step.subject, Place(step.path, step.subject_line), pieces)
    body = expanded(step.body, Place(step.path, step.body_line), pieces).text
    page = Renderer().render(
        body, None, lambda target: with_token(_absolute(target, house.base), house.base, ways.courses)
    )
    name, text = house.site.name, as_text(page.html)
    why = f"You get this mail because you use {house.site.product}."
    return Letter(
        to=person.address,
        subject=" ".join(subject.split()),
        text=f"{text}\n-- \n{name} · {house.base}\n{why}\nNo more mails like this: {ways.unsubscribe}\n",
        reply_to=programme.reply_to,
        html=_page(page.html, house, why, ways.unsubscribe),
        unsubscribe=ways.unsubscribe,
        calendar=person.calendar if programme.trigger.event == OFFICE_HOURS else None,
    )


def _absolute(target: str, base: str) -> str:
    return base + target if target.startswith("/") and not target.startswith("//") else target


def _page(html: str, house: House, why: str, unsubscribe: str) -> str:
    """Put clean HTML into a page whose looks stand in its elements, since mail programs drop all else."""
    link = f'<a style="color:{house.site.light.text}" '
    html = html.replace("<a ", link).replace("<img ", '<img style="max-width:100%;height:auto" ')
    end = (
        f"{escape(house.site.name)}<br>{escape(why)}<br>"
        f'<a style="color:#59636e" href="{escape(unsubscribe)}">No more mails like this</a>'
    )
    return f"""<!doctype html>
<html lang="{escape(house.site.language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">\
<meta name="color-scheme" content="light"></head>
<body style="{_BODY}">
<div style="max-width:560px;margin:0 auto">
{html}
<p style="{_END}">{end}</p>
</div>
</body>
</html>
"""
