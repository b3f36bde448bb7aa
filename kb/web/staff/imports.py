"""Importing a CSV without a shell: it is checked first and shown, and lands once somebody confirms it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.web.desk import desk, today
from kb.web.paths import file_name
from kb.web.staff.person import colleague
from tiering.domain.refusal import Refusal
from tiering.files import read_text
from tiering.usecases import uploads
from tiering.usecases.uploads import KINDS, PATIENCE, Stage, Upload

blueprint = Blueprint("imports", __name__, url_prefix="/import")

_PIECE = 1 << 20
_LARGEST_MAP = 100_000


@blueprint.get("")
def index() -> str:
    """Ask for a file, and list those that were sent last."""
    return _index()


@blueprint.post("")
def keep() -> AnyResponse | tuple[str, int]:
    """Keep a file and begin to check it beside the request."""
    who, at, day = colleague(), desk(), today()
    file, kind, wanted = request.files.get("file"), request.form.get("kind", ""), request.form.get("map", "")
    if not file or not file.filename:
        return _index("Please choose a file, such as accounts.csv."), 400
    if kind not in KINDS:
        return _index("Please say what the file holds."), 400
    mapping = None
    if wanted and kind == "accounts":
        path = _maps().get(wanted)
        if path is None:
            return _index("There is no such mapping any more; choose another."), 400
        mapping = read_text(path)[0][:_LARGEST_MAP]
    name = file_name(file.filename)
    whole = kind == "accounts" and bool(request.form.get("whole"))
    try:
        number = uploads.keep(
            at.store, _pieces(file.stream), who, kind=kind, name=name, mapping=mapping, whole=whole
        )
    except Refusal as refusal:
        return _index(str(refusal)), 403
    at.errands.later(lambda: uploads.check(at.store, number, day))
    return redirect(url_for("staff.imports.look", number=number), code=303)


@blueprint.get("/<int:number>")
def look(number: int) -> str:
    """Show what the file would do, or did."""
    return _page(_upload(number))


@blueprint.post("/<int:number>/confirm")
def confirm(number: int) -> AnyResponse | tuple[str, int]:
    """Import the file as it was shown, beside the request; sent twice it lands once."""
    who, at, day, accepts = colleague(), desk(), today(), bool(request.form.get("accept"))
    try:
        uploads.confirm(at.store, number, who, request.form.get("digest", ""), accepts)
    except Refusal as refusal:
        return _page(_upload(number), str(refusal)), 409
    at.errands.later(lambda: uploads.land(at.store, number, day, who, accepts=accepts))
    return redirect(url_for("staff.imports.look", number=number), code=303)


@blueprint.post("/<int:number>/drop")
def drop(number: int) -> AnyResponse | tuple[str, int]:
    """Put the file aside."""
    try:
        uploads.drop(desk().store, number, colleague())
    except Refusal as refusal:
        return _page(_upload(number), str(refusal)), 409
    return redirect(url_for("staff.imports.index"), code=303)


def _index(problem: str = "") -> str:
    return render_template(
        "staff/import/index.html",
        me=colleague(),
        maps=sorted(_maps()),
        uploads=uploads.listed(desk().store),
        problem=problem,
    )


def _page(upload: Upload, problem: str = "") -> str:
    works = upload.stage in (Stage.CHECKING, Stage.LANDING)
    return render_template(
        "staff/import/upload.html",
        me=colleague(),
        upload=upload,
        works=works,
        is_lost=works and desk().store.now() - upload.begun_at > PATIENCE,
        outcome=upload.outcome,
        problem=problem,
    )


def _upload(number: int) -> Upload:
    found = uploads.look(desk().store, number)
    if found is None:
        raise NotFound
    return found


def _maps() -> dict[str, Path]:
    """Return the mappings that stand beside the content, by their names."""
    return {path.stem: path for path in (desk().settings.content_dir / "maps").glob("*.yaml")}


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece
