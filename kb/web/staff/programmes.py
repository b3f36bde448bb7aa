"""The programmes of mails: what each does and how it stands, how every mail looks, pausing and trying out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog
from flask import Blueprint, Response, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.mail import Letter, MailNotSent, MailUncertain
from kb.programmes.figures import Figures
from kb.programmes.funnel import WITHIN, Fate
from kb.programmes.letter import Ways, missing, write
from kb.programmes.made_up import made_up
from kb.programmes.person import Person
from kb.programmes.programme import Programme, Step
from kb.programmes.unsubscribing import PATH
from kb.programmes.words import event_in_words, reader_in_words, step_in_words, trigger_in_words
from kb.render import Renderer
from kb.storage.suppressions import contact_named
from kb.web.desk import desk, public_url, whole_edition
from kb.web.guard import CONTENT_POLICY, SEALED
from kb.web.outreach import house, latest_figures, planner, programmes
from kb.web.sessions import signed_in
from kb.web.staff.person import colleague
from tiering.domain.colleague import only_managers
from tiering.domain.refusal import Refusal
from tiering.usecases.reach import looked_at

blueprint = Blueprint("programmes", __name__, url_prefix="/programmes")

_BY_MAIL = "mail:"
_LOOKS = 3600
"""Seconds for which a mail may be looked at as somebody would get it, after that was noted."""

log = structlog.get_logger(__name__)


@blueprint.get("")
def index() -> str:
    """Show all programmes, and how they stand."""
    known = latest_figures()
    return render_template(
        "staff/programmes/index.html",
        programmes=programmes(),
        problems=whole_edition().programmes[1],
        pauses=desk().pauses.all(),
        launches=desk().launches.all(),
        figures=known,
        due=_due(known),
        trigger=trigger_in_words,
    )


@blueprint.get("/<name>")
def one(name: str) -> str:
    """Show what one programme does, and how far it gets."""
    return _page(_programme(name))


@blueprint.post("/<name>/pause")
def pause(name: str) -> AnyResponse | tuple[str, int]:
    """Let a programme send nothing from now on; a round that is under way asks before each mail."""
    return _steer(name, pausing=True)


@blueprint.post("/<name>/resume")
def resume(name: str) -> AnyResponse | tuple[str, int]:
    """Let a programme go on."""
    return _steer(name, pausing=False)


@blueprint.get("/<name>/<step>")
def mail(name: str, step: str) -> str:
    """Show how a mail looks, to a made-up contact or to one that was chosen."""
    return _mail(*_step(name, step))


@blueprint.get("/<name>/<step>/html")
def as_html(name: str, step: str) -> Response:
    """Show a mail as a mail program does."""
    letter = _letter(*_step(name, step), _reader())
    headers = {CONTENT_POLICY: f"{SEALED}; frame-ancestors 'self'", "X-Frame-Options": "SAMEORIGIN"}
    return Response(letter.html, headers=headers)


@blueprint.post("/<name>/<step>/choose")
def choose(name: str, step: str) -> AnyResponse | tuple[str, int]:
    """Look at a mail as a contact would get it; who looked is noted, and only who leads may."""
    programme, found = _step(name, step)
    try:
        who = colleague()
        only_managers(who)
        contact = looked_at(desk().store, request.form.get("email", "").strip(), who.reference)
    except Refusal as refusal:
        return _mail(programme, found, str(refusal)), 409
    token = _serializer().dumps([contact, who.reference])
    return redirect(url_for("staff.programmes.mail", name=name, step=step, reader=token), code=303)


@blueprint.post("/<name>/<step>/try")
def try_it(name: str, step: str) -> str | tuple[str, int]:
    """Send a mail about the made-up contact to whoever asks, at the address by which they signed in."""
    programme, found = _step(name, step)
    at, address = desk(), _own_address()
    if address is None or at.mailer is None:
        return _mail(programme, found, "No mail can be sent to you from here."), 409
    mailer, letter = at.mailer, _letter(programme, found, _made_up(address))

    def send() -> None:
        try:
            mailer.send(letter)
        except (MailNotSent, MailUncertain) as error:
            log.warning("test mail not sent", reason=str(error))

    at.post.later(send)
    return _mail(
        programme,
        found,
        done=f"The mail is on its way to {address}. If it does not arrive, the log says why.",
    )


def _page(programme: Programme, problem: str = "") -> str:
    known, name, programme = latest_figures(), programme.name, _with_subjects(programme)
    return render_template(
        "staff/programmes/programme.html",
        programme=programme,
        about=Renderer().render(programme.about, None, str).html,
        pause=desk().pauses.all().get(name),
        launched=desk().launches.all().get(name),
        me=colleague(),
        figures=known,
        funnel=known.funnels.get(name) if known else None,
        due=_due(known)[name],
        rows=_rows(programme, known),
        gone=_gone(programme, known),
        within=WITHIN,
        trigger=trigger_in_words(programme.trigger),
        readers=reader_in_words(programme),
        goal=event_in_words(programme.goal) if programme.goal else None,
        problem=problem,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A mail of a programme, and its numbers."""

    step: Step
    when: str
    fates: Mapping[Fate, int]
    due: int
    lacking: Mapping[str, int]
    """Of how many contacts a word is missing, without which they do not get it."""


def _rows(programme: Programme, known: Figures | None) -> list[_Row]:
    return [
        _Row(
            step,
            step_in_words(step, programme),
            _fates(programme, step.id, known),
            known.due.mails[programme.name, step.id] if known else 0,
            {
                word: count
                for (path, _, word), count in (known.due.lacking.items() if known else ())
                if path == step.path
            },
        )
        for step in programme.steps
    ]


def _with_subjects(programme: Programme) -> Programme:
    """Return a programme whose subjects are those that a made-up contact reads."""
    steps = (replace(step, subject=_letter(programme, step, None).subject) for step in programme.steps)
    return replace(programme, steps=tuple(steps))


def _gone(programme: Programme, known: Figures | None) -> dict[str, Mapping[Fate, int]]:
    """Return the numbers of mails that are in the file no more, by their ids."""
    found = known.funnels.get(programme.name) if known else None
    ids = {step for step, _ in found.mails} if found else set()
    return {
        step: _fates(programme, step, known) for step in sorted(ids - {one.id for one in programme.steps})
    }


def _fates(programme: Programme, step: str, known: Figures | None) -> dict[Fate, int]:
    found = known.funnels.get(programme.name) if known else None
    return {fate: found.mails.get((step, fate), 0) if found else 0 for fate in Fate}


def _due(known: Figures | None) -> Counter[str]:
    """Return how many mails each programme would send today."""
    found = Counter[str]()
    for (name, _), count in known.due.mails.items() if known else ():
        found[name] += count
    return found


def _mail(programme: Programme, step: Step, problem: str = "", done: str = "") -> str:
    reader = _reader()
    names = (reader.address, contact_named(reader.id)) if reader else ()
    return render_template(
        "staff/programmes/mail.html",
        programme=programme,
        step=step,
        when=step_in_words(step, _with_subjects(programme)),
        letter=_letter(programme, step, reader),
        reader=reader,
        lacking=missing(step, reader) if reader else (),
        wants_none=bool(names and desk().suppressions.among(names)),
        frame=url_for(
            "staff.programmes.as_html", name=programme.name, step=step.id, reader=request.args.get("reader")
        ),
        me=colleague(),
        own_address=_own_address() if desk().mailer else None,
        problem=problem,
        done=done,
    )


def _steer(name: str, *, pausing: bool) -> AnyResponse | tuple[str, int]:
    programme, who = _programme(name), colleague()
    try:
        only_managers(who)
    except Refusal as refusal:
        return _page(programme, str(refusal)), 403
    if pausing:
        desk().pauses.begin(programme.name, who.reference, who.name)
    else:
        desk().pauses.end(programme.name, who.reference)
    return redirect(url_for("staff.programmes.one", name=programme.name), code=303)


def _programme(name: str) -> Programme:
    found = next((one for one in programmes() if one.name == name), None)
    if found is None:
        raise NotFound("There is no sound programme of this name.")
    return found


def _step(name: str, step: str) -> tuple[Programme, Step]:
    programme = _programme(name)
    found = next((one for one in programme.steps if one.id == step), None)
    if found is None:
        raise NotFound("The programme has no mail of this name.")
    return programme, found


def _letter(programme: Programme, step: Step, reader: Person | None) -> Letter:
    """Write a mail; what is missing of a reader stands there as [name]. Its link ends nobody's mails."""
    stranger = _made_up("you@example.com")
    person = stranger
    if reader:
        said, texts = {**stranger.variables, **reader.variables}, {**stranger.texts, **reader.texts}
        person = replace(reader, variables=said, texts=texts)
    return write(programme, step, person, house(), Ways(public_url(PATH)))


def _made_up(address: str) -> Person:
    return made_up(address, whole_edition().office_hours, desk().store.now())


def _reader() -> Person | None:
    """Return the contact as whom a colleague may look at the mail, for an hour after that was noted."""
    written = request.args.get("reader")
    if written is None:
        return None
    try:
        contact, who = _serializer().loads(written, max_age=_LOOKS)
    except (BadData, ValueError, TypeError) as error:
        raise NotFound("This look is over; choose the contact again.") from error
    person = planner()().person(contact) if who == colleague().reference else None
    if person is None:
        raise NotFound("This look is over, or no mails go to this contact: choose another.")
    return person


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(desk().settings.secret_key.get_secret_value(), salt="look at mail")


def _own_address() -> str | None:
    """Return the address at which a colleague certainly reads: the one by which they signed in."""
    here = signed_in()
    subject = here.session.subject if here else ""
    return subject.removeprefix(_BY_MAIL) if subject.startswith(_BY_MAIL) else None
