"""Searches that the articles do not answer, each to become a synonym or an article in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.article import Article
from kb.edits import CannotEdit, NewArticle, NewSynonym
from kb.search.results import Results
from kb.storage import EVERYBODY, Gap, Handled, Lack, Lacking
from kb.stub import LONGEST_TITLE, slug_of, stub
from kb.synonyms import MOST_WORDS, phrase_of
from kb.visibility import NOBODY, STAFF, Visitor, visitor_like
from kb.visit import NO_PLAN
from kb.web.desk import desk, edition, reader_language, today, whole_edition
from kb.web.editing import change
from kb.web.pages import pages_of
from kb.web.sessions import SignedIn, signed_in
from kb.web.staff.tiers import shown, since, tier_names, tier_of_request

blueprint = Blueprint("searches", __name__, url_prefix="/searches")

PAGE_SIZE = 20
_LONGEST = 300
_NEAREST = 3

_SAVED = "It counts from now on."
_KEPT = "It counts from now on. The content directory cannot be written here, so the record holds it; \
`kb export-edits` writes it into files."


@dataclass(frozen=True, slots=True)
class Row:
    """Searches for one thing, and what they would find now."""

    gap: Gap
    now: Results
    """What whoever searches for it most often would find."""
    nearest: tuple[Article, ...]
    said: tuple[str, ...]
    """Words that articles use for what is near."""
    word: str
    """What of the query may become a synonym; empty where it is a sentence."""


@blueprint.get("")
def index() -> str:
    """List the searches that lack something: `lack` says what, `tier` whose."""
    return _page()


@blueprint.post("")
def act() -> AnyResponse | tuple[str, int]:
    """Do something about a search: `do` is synonym, stub, dismiss or reopen."""
    here, act = signed_in(), _ACTS.get(request.form.get("do", ""))
    key, query = (request.form.get(name, "").strip()[:_LONGEST] for name in ("key", "query"))
    if here is None:
        raise NotFound
    if act is None or not key:
        raise BadRequest("There is nothing of that kind to do about a search.")
    try:
        flash(act(key, query, here))
    except CannotEdit as error:
        return _page(key, str(error)), 400
    return redirect(request.full_path.rstrip("?"), code=303)


def _page(wrong_key: str = "", problem: str = "") -> str:
    try:
        lack = Lack(request.args.get("lack", Lack.ANSWER))
    except ValueError:
        raise BadRequest("Searches lack an answer, anything at all, or a reader.") from None
    chosen = Lacking(since=since(), lack=lack, tier=tier_of_request())
    number = request.args.get("page", "1")
    offset = (int(number) - 1) * PAGE_SIZE if number.isascii() and number.isdigit() and len(number) < 6 else 0
    found, total = desk().gaps.page(chosen, PAGE_SIZE, max(0, offset))
    pages = pages_of(total, PAGE_SIZE) if found or offset <= 0 else pages_of(0, PAGE_SIZE)
    return render_template(
        "staff/searches.html",
        rows=[_row(gap) for gap in found],
        chosen=chosen,
        everybody=EVERYBODY,
        lacks=Lack,
        tiers=tier_names(),
        sums=desk().gaps.by_tier(chosen.since),
        pages=pages,
        total=total,
        wrong_key=wrong_key,
        problem=problem,
        typed=request.form,
    )


def _row(gap: Gap) -> Row:
    index, known = desk().live.index, shown().library.page
    most = max(gap.tiers, key=lambda tier: gap.tiers[tier], default=NO_PLAN)
    visitor = (visitor_like(str(most)) if most != NO_PLAN else None) or NOBODY
    found = index.search(gap.query, seen=_keys(visitor), limit=_NEAREST)
    nearest = tuple(page for hit in found.hits if (page := known(hit.slug)))
    words = len(phrase_of(gap.query))
    return Row(gap, found, nearest, _said_in(nearest), gap.query if 1 <= words <= MOST_WORDS else "")


def _keys(visitor: Visitor) -> frozenset[str]:
    return whole_edition().seen_by(visitor, reader_language()).library.keys


def _said_in(articles: Sequence[Article]) -> tuple[str, ...]:
    """Return words that articles use for what they are about: their keywords, and titles that are short."""
    titles = [article.title for article in articles if len(article.title.split()) <= MOST_WORDS]
    return tuple(dict.fromkeys([*titles, *(word for article in articles for word in article.keywords)]))


# What can be done about a search


def _teach(key: str, _: str, here: SignedIn) -> str:
    word, means = (" ".join(request.form.get(name, "").split()) for name in ("word", "means"))
    if not word or not means:
        raise CannotEdit("Write both words: the one that customers use, and the one that articles use.")
    found = desk().live.index.search(means, seen=_keys(STAFF), limit=1)
    if not found.total or found.nearest:
        raise CannotEdit(f"No article holds “{means}” either; choose a word that your articles use.")
    in_file = change(NewSynonym(word, means), here.session.subject)
    _handled(key, "synonym", f"{word} = {means}", here)
    return f"“{word}” now finds what “{means}” finds. {_SAVED if in_file else _KEPT}"


def _begin(key: str, query: str, here: SignedIn) -> str:
    title = " ".join(request.form.get("title", "").split())
    slug, category = slug_of(title), request.form.get("category", "")
    if not slug or len(title) > LONGEST_TITLE:
        raise CannotEdit(f"An article needs a title with 1 to {LONGEST_TITLE} characters.")
    if category not in {known.slug for known in (*edition().site.categories, *edition().categories.values())}:
        category = ""
    home = "articles" if (desk().settings.content_dir / "articles").is_dir() else ""
    path = "/".join(part for part in (home, category, f"{slug}.md") if part)
    text = stub(title, here.session.name, None, today(), keywords=(query,) if query else ())
    in_file = change(NewArticle(path, text), here.session.subject)
    _handled(key, "stub", path, here)
    kept = "" if in_file else f" {_KEPT}"
    return f"{path} is begun, as a draft that only colleagues see.{kept}"


def _dismiss(key: str, query: str, here: SignedIn) -> str:
    _handled(key, "dismissed", "", here)
    return f"“{query}” no longer stands here; it is under “Dealt with”."


def _reopen(key: str, query: str, here: SignedIn) -> str:
    desk().gaps.reopen(key, here.session.subject)
    return f"“{query}” stands among the searches without an answer again."


_ACTS = {"synonym": _teach, "stub": _begin, "dismiss": _dismiss, "reopen": _reopen}


def _handled(key: str, how: str, detail: str, here: SignedIn) -> None:
    done = Handled(key=key, how=how, detail=detail, at=desk().store.now(), who=here.session.name)
    desk().gaps.handle(done, here.session.subject)
