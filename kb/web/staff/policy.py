"""The policy for those who lead: the version in force, those before it, and the drafts of the next."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.web.desk import desk, today
from kb.web.paths import file_name
from kb.web.staff.person import colleague
from tiering.content import Written, read_content
from tiering.domain.colleague import only_managers
from tiering.domain.refusal import Refusal
from tiering.usecases import drafts
from tiering.usecases.policy import BadDraft, NoPolicy, editions, text_of

blueprint = Blueprint("policy", __name__)

LARGEST_DRAFT = 200_000
"""Characters that a tiers.yaml may have; ours has ten thousand."""

_VERSIONS = 30


@blueprint.get("/policy")
def index() -> str:
    """Show what is in force, what waits, and the drafts."""
    return _index()


@blueprint.post("/policy/rollback")
def go_back() -> AnyResponse | tuple[str, int]:
    """Bring the version before back, or withdraw those that wait."""
    who = colleague()
    based_on = request.form.get("based_on", "")
    try:
        number = int(based_on) if based_on.isdecimal() and len(based_on) < 10 else 0
        drafts.roll_back(desk().store, who, today(), number)
    except Refusal as refusal:
        return _index(str(refusal)), 409
    return redirect(url_for("staff.policy.index"), code=303)


@blueprint.get("/policy/versions/<int:version>")
def version(version: int) -> str:
    """Show the text of a version."""
    return render_template("staff/policy/version.html", version=version, source=_text(version))


@blueprint.get("/policy/versions/<int:version>/tiers.yaml")
def download(version: int) -> Response:
    """Send the text of a version as the file it is."""
    answer = Response(_text(version), mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="tiers-{version}.yaml"'
    return answer


@blueprint.get("/policy/new")
def new() -> str:
    """Offer a text to change: that of a version or of a draft, the version in force by default."""
    draft = request.args.get("draft", type=int)
    if draft is not None:
        looked = drafts.look(desk().store, draft)
        if looked is None:
            raise NotFound
        return _form(looked.source)
    return _form(_text(request.args.get("from", type=int)))


@blueprint.post("/policy/new")
def keep() -> AnyResponse | tuple[str, int]:
    """Keep a draft, from a file or from the field; where something is wrong, the text stays in the field."""
    who, uploaded = colleague(), request.files.get("file")
    name, source = "tiers.yaml", request.form.get("source", "").replace("\r\n", "\n")
    if uploaded and uploaded.filename:
        name = file_name(uploaded.filename)
        try:
            source = uploaded.stream.read(4 * LARGEST_DRAFT).decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            return _form("", [f"{name}:1: the text is not UTF-8; save the file as UTF-8"]), 400
    if len(source) > LARGEST_DRAFT:
        said = f"{name}:1: the text has {len(source):,} characters; expected at most {LARGEST_DRAFT:,}"
        return _form(source[:LARGEST_DRAFT], [said]), 400
    try:
        only_managers(who)  # before the text is read, which may take seconds
        content = read_content(desk().settings.content_dir, Written(name, source))
        number = drafts.keep(desk().store, content, who)
    except BadDraft as bad:
        return _form(source, [str(one) for one in content.problems or bad.problems]), 400
    except Refusal as refusal:
        return _form(source, [str(refusal)]), 403
    return redirect(url_for("staff.drafts.look", number=number), code=303)


def _index(problem: str = "") -> str:
    try:
        standing, versions = editions(desk().store, colleague().reference)
    except NoPolicy:
        standing, versions = 0, []
    return render_template(
        "staff/policy/index.html",
        me=colleague(),
        standing=standing,
        waiting=[one for one in versions if one.version > standing],
        current=next((one for one in versions if one.version == standing), None),
        versions=versions[:_VERSIONS],
        newest=versions[0].version if versions else 0,
        drafts=drafts.listed(desk().store),
        problem=problem,
    )


def _form(source: str, problems: list[str] | None = None) -> str:
    return render_template(
        "staff/policy/new.html", me=colleague(), source=source, problems=problems or [], most=LARGEST_DRAFT
    )


def _text(version: int | None) -> str:
    text = text_of(desk().store, version)
    if text is None:
        raise NotFound
    return text
