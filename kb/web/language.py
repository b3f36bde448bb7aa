"""In which language somebody reads: the one they chose, else one their browser asks for, else the house's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, Flask, Response, g, redirect, request, url_for
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import NotFound
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response as AnyResponse

from kb.article import Article
from kb.languages import direction, own_name
from kb.web.desk import Desk, desk, edition, reader_language, whole_edition
from kb.web.live import NotReadyError
from kb.web.paths import local_path
from kb.web.sessions import WITHOUT_VISITOR

blueprint = Blueprint("language", __name__)

_REMEMBERED = timedelta(days=365)
_LONGEST = 400
"""Characters of what a browser says of its languages that are looked at; none says more."""

TAG = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$"
"""How a program names a language, as a regular expression of JSON Schema."""


@blueprint.get("/language/<code>")
def choose(code: str) -> AnyResponse:
    """Remember a language in a cookie and go to the page `next`.

    A link and no form, since a form's token would keep every page out of every cache; it changes nothing that
    is not changed back by the next link.
    """
    if code not in whole_edition().site.languages:
        raise NotFound
    response = redirect(local_path(request.args.get("next")), code=303)
    response.headers["Cache-Control"] = "private, no-store"
    response.set_cookie(
        _cookie_name(desk()),
        code,
        max_age=_REMEMBERED,
        secure=desk().settings.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def know_languages(app: Flask) -> None:
    """Find out in which language somebody reads, before every request that it matters to."""

    @app.before_request
    def find_out() -> None:
        if request.blueprint in WITHOUT_VISITOR or request.endpoint == "static":
            return
        try:
            languages = whole_edition().site.languages
        except NotReadyError:
            return  # whatever is asked for will say so
        asked = request.args.get("lang") if request.blueprint == "api" else None
        g.language = language_for(
            languages,
            asked=_understood(asked),
            chosen=request.cookies.get(_cookie_name(desk())),
            accepted=request.headers.get("Accept-Language", ""),
        )

    @app.after_request
    def tell_caches(response: Response) -> Response:
        if "language" in g and len(whole_edition().site.languages) > 1:
            response.vary.update(("Cookie", "Accept-Language"))
        return response

    @app.context_processor
    def what_pages_say_of_languages() -> dict[str, object]:
        return {"own_name": own_name, "language_links": language_links, "read_in": _read_in}


def language_for(languages: Sequence[str], *, asked: str | None, chosen: str | None, accepted: str) -> str:
    """Return one of the languages of the house, which is the first of them.

    What a program asks for counts before what somebody chose, and that before what their browser accepts.
    """
    if asked is not None:
        return _best(languages, asked)
    if chosen is not None and chosen in languages:
        return chosen
    return _best(languages, accepted[:_LONGEST])


def language_links(article: Article | None = None) -> list[tuple[str, str]]:
    """Return the languages that there are, and the address that shows this page in each from now on.

    An article leads to its version in that language where it has one.
    """
    here = request.full_path if request.query_string else request.path
    versions = {one.language: one.slug for one in article.versions} if article else {}
    links = []
    for code in edition().languages:
        page = url_for("articles.article", slug=versions[code]) if code in versions else here
        links.append((code, url_for("language.choose", code=code, next=page)))
    return links


@blueprint.app_template_filter("lang")
def lang(article: Article) -> dict[str, str]:
    """Return the attributes that say in which language an article's words are, where the page has another."""
    if article.language == edition().site.language:
        return {}
    said = {"lang": article.language}
    return said | {"dir": "rtl"} if direction(article.language) == "rtl" else said


def _read_in() -> str:
    """Return the reader's language, or that of the house where there is nothing in the reader's."""
    language = reader_language()
    return language if language in edition().languages else edition().site.language


def _best(languages: Sequence[str], accepted: str) -> str:
    return parse_accept_header(accepted, LanguageAccept).best_match(languages) or languages[0]


def _understood(written: str | None) -> str | None:
    """Return a language that can be one; any other is refused with the other parameters."""
    return written if written is not None and re.fullmatch(TAG, written) else None


def _cookie_name(at: Desk) -> str:
    return "__Host-longtail-language" if at.settings.secure else "longtail-language"
