"""Reads `content/programmes/<name>/`: an `index.md` and one Markdown file for each step.

A programme in which anything is wrong is not run at all: half of a series would only puzzle.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo

from kb.expansion import Pieces, Place, expanded, expanded_words
from kb.front_matter import Days
from kb.includes import read_includes
from kb.mail import is_address
from kb.programmes.programme import Programme, Step
from kb.programmes.trigger import Trigger, expected_event, expected_trigger, read_event, read_trigger
from kb.programmes.variables import NAMES, TEXTS, as_includes, with_defaults
from kb.render import Renderer, RenderError
from kb.site import Site
from kb.visibility import Audience, parse_audience
from tiering.files import Document, Problem, read_front_matter, validate
from tiering.quiet_hours import QuietHours

FOLDER = "programmes"
_INDEX = "index.md"
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_STEP = re.compile(r"\d{1,3}-[a-z0-9-]+\.md\Z")
_LONGEST_NAME = 40
_UNCLOSED = re.compile(r"(?<!\\)\{\{(?![^{}\n]*[^{}\s][^{}\n]*\}\})")
"""Where something is to be put in, and what it is does not stand there as a whole."""


def _trigger(value: object, info: ValidationInfo) -> object:
    declared: Collection[str] = info.context or ()
    found = read_trigger(value, declared) if isinstance(value, str) else value
    if found is None:
        raise ValueError(f"{value!r} is no trigger; expected {expected_trigger(declared)}")
    return found


def _event(value: object, info: ValidationInfo) -> object:
    declared: Collection[str] = info.context or ()
    found = read_event(value, declared) if isinstance(value, str) else value
    if found is None:
        raise ValueError(f"{value!r} is nothing that happens; expected {expected_event(declared)}")
    return found


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _reply_to(value: object) -> object:
    if isinstance(value, str) and not is_address(value):
        raise ValueError(f"{value!r} is no address such as help@example.com")
    return value


_Event = Annotated[str, BeforeValidator(_event)]
_Events = Annotated[tuple[_Event, ...], BeforeValidator(_listed)]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=150)]
_Id = Annotated[str, Field(pattern=_NAME.pattern.replace(r"\Z", "$"), max_length=_LONGEST_NAME)]


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    title: _Line | None = None
    trigger: Annotated[Trigger, BeforeValidator(_trigger)]
    audience: object = "signed-in"
    role: Literal["manager", "member"] | None = None
    goal: _Event | None = None
    cap: int = Field(default=3, ge=1, le=20)
    again_after: Days = 30
    order: int = 1000
    reply_to: Annotated[str | None, BeforeValidator(_reply_to)] = None
    quiet_hours: QuietHours = QuietHours()
    paused: bool = False


class _StepHead(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Id
    subject: _Line
    after: str | None = None
    delay: Days = 0
    only_if: _Events = ()
    unless: _Events = ()


def index_of(name: str) -> str:
    """Return the path of the file that says what a programme is, relative to the content directory."""
    return f"{FOLDER}/{name}/{_INDEX}"


def read_programmes(content_dir: Path, site: Site) -> tuple[tuple[Programme, ...], list[Problem]]:
    """Return the programmes that are sound, in the order in which they send, and what is wrong with others.

    The paths of the problems are relative to the content directory.
    """
    folders = sorted(path for path in (content_dir / FOLDER).glob("*") if path.is_dir())
    includes, _ = read_includes(content_dir, {})
    found, problems = [], []
    for folder in folders:
        programme, wrong = _read(folder, site, includes)
        problems += wrong
        if programme and not wrong:
            found.append(programme)
    return tuple(sorted(found, key=lambda one: (one.order, one.name))), sorted(problems)


def _read(folder: Path, site: Site, includes: Mapping[str, str]) -> tuple[Programme | None, list[Problem]]:
    name, path = folder.name, index_of(folder.name)
    document, problems = read_front_matter(folder / _INDEX, path)
    if problems:
        return None, problems
    head, problems = validate(_Head, document, site.events)
    if not _NAME.match(name) or len(name) > _LONGEST_NAME:
        text = (
            f"the folder's name `{name}` must be small letters, digits and hyphens, {_LONGEST_NAME} at most"
        )
        problems.append(Problem(path, 1, text))
    audience, wrong = parse_audience(head.audience) if head else (Audience(frozenset()), None)
    if wrong:
        problems.append(document.problem(["audience"], f"`audience`: {wrong}"))
    steps, more = _steps(folder, site, includes)
    problems += more
    if not steps and not more:
        problems.append(Problem(path, 1, "the programme has no step; expected files such as 01-welcome.md"))
    if head is None:
        return None, problems
    programme = Programme(
        name=name,
        title=head.title or name.replace("-", " ").capitalize(),
        about=document.body,
        trigger=head.trigger,
        audience=audience,
        role=head.role,
        goal=head.goal,
        cap=head.cap,
        again_after=head.again_after,
        order=head.order,
        reply_to=head.reply_to or site.contact_email,
        quiet_hours=head.quiet_hours,
        paused=head.paused,
        steps=steps,
    )
    return programme, problems


def _steps(folder: Path, site: Site, includes: Mapping[str, str]) -> tuple[tuple[Step, ...], list[Problem]]:
    steps: dict[str, Step] = {}
    problems = []
    for file in sorted(folder.glob("*.md")):
        if file.name == _INDEX:
            continue
        path = f"{FOLDER}/{folder.name}/{file.name}"
        if not _STEP.match(file.name):
            text = "the file is no step; its name begins with a number, such as 02-first-visit.md"
            problems.append(Problem(path, 1, text))
            continue
        document, wrong = read_front_matter(file, path)
        head, more = validate(_StepHead, document, site.events) if not wrong else (None, [])
        problems += wrong + more
        if head is None:
            continue
        problems += _misplaced(head, document, steps)
        step, more = _step(head, document, list(steps), Pieces(site.variables, includes))
        problems += more
        steps.setdefault(head.id, step)
    return tuple(steps.values()), problems


def _misplaced(head: _StepHead, document: Document, before: Mapping[str, Step]) -> Sequence[Problem]:
    """Say what is wrong with the place of a step among those before it."""
    if head.id in before:
        text = (
            f"the id `{head.id}` belongs to {before[head.id].path} already; ids stay with one step for ever"
        )
        return [document.problem(["id"], text)]
    if head.after is not None and head.after not in before:
        known = ", ".join(before) or "none, since this is the first"
        text = (
            f"`after` names `{head.after}`, which is no step before this one (they are: {known}); "
            "a step waits for an earlier one only, so that nothing goes round in a circle"
        )
        return [document.problem(["after"], text)]
    return []


def _step(
    head: _StepHead, document: Document, before: Sequence[str], pieces: Pieces
) -> tuple[Step, list[Problem]]:
    subject_line = document.line(["subject"])
    subject_at, body_at = Place(document.path, subject_line), Place(document.path, document.body_line)

    def problems_with(names: Sequence[str]) -> list[Problem]:
        said = {name: "x" for name in names if name in NAMES}
        known = with_defaults({**pieces.variables, **said}, head.subject, document.body)
        texts = as_includes({name: "x" for name in names if name in TEXTS})
        filled = Pieces(known, {**pieces.includes, **texts})
        return [
            *expanded_words(head.subject, subject_at, filled)[1],
            *expanded(document.body, body_at, filled).problems,
        ]

    own = (*NAMES, *TEXTS)
    problems = problems_with(own)
    if not document.body.strip():
        problems.append(Problem(document.path, document.body_line, "the mail has no text"))
    problems += _unclosed(head.subject, subject_at) + _unclosed(document.body, body_at)
    problems += _unrenderable(document)
    missed = (name for name in own if problems_with([one for one in own if one != name]) != problems)
    step = Step(
        id=head.id,
        subject=head.subject,
        body=document.body,
        path=document.path,
        subject_line=subject_line,
        body_line=document.body_line,
        after=head.after or (before[-1] if before else None),
        delay=head.delay,
        only_if=head.only_if,
        unless=head.unless,
        needs=frozenset(missed) if not problems else frozenset(),
    )
    return step, problems


def _unclosed(text: str, begin: Place) -> list[Problem]:
    """Say where a variable is begun and not ended, since customers would read its braces."""
    return [
        Problem(
            begin.path,
            begin.line + number,
            "`{{` expects a name and `}}` behind it on its line, or \\{{ to show it as it stands",
        )
        for number, line in enumerate(text.split("\n"))
        if _UNCLOSED.search(line)
    ]


def _unrenderable(document: Document) -> list[Problem]:
    """Say why a mail cannot be rendered, and which of its links lead nowhere outside the pages."""
    try:
        links = Renderer().render(document.body, None, str).links
    except RenderError as error:
        return [Problem(document.path, document.body_line, str(error))]
    whole = ("/", "http://", "https://", "mailto:", "tel:")
    return [
        Problem(
            document.path,
            document.body_line + link.line - 1,
            f"the link {link.target} leads nowhere from a mail; expected one that begins with / or https://",
        )
        for link in links
        if not link.target.startswith(whole)
    ]
