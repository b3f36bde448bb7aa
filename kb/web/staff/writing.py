"""What colleagues who write see: drafts, mistakes in the files, and pages that follow their file."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from flask import Blueprint, Response, make_response
from werkzeug.exceptions import NotFound

from kb.article import Article
from kb.web.desk import desk, edition
from kb.web.sessions import signed_in
from tiering.files import Problem

blueprint = Blueprint("writing", __name__)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a colleague should know of the article on the page."""

    article: Article
    is_draft: bool
    problems: tuple[Problem, ...]
    """What is wrong in its file; the page shows the last good version."""
    follows: bool
    """Whether the page is to show the article anew when its file is saved."""

    @property
    def state(self) -> str:
        """A short text that differs whenever the page would."""
        said = "\n".join([self.article.digest, str(self.is_draft), *map(str, self.problems)])
        return blake2b(said.encode(), digest_size=12).hexdigest()


def proof(article: Article) -> Proof | None:
    """Return what a colleague should know; None for everybody else, and for who looks as somebody else."""
    if not _is_colleague():
        return None
    now = edition()
    problems = tuple(problem for problem in now.problems if problem.path == article.path)
    is_draft = article.slug in now.library.drafts
    return Proof(article, is_draft, problems, desk().settings.follows_files)


@blueprint.get("/state/<path:slug>")
def state(slug: str) -> Response:
    """Say in which state an article is, for a page that follows it."""
    library = edition().library
    article = library.at(slug) or library.drafts.get(slug)
    found = proof(article) if article else None
    if found is None or not found.follows:
        raise NotFound
    response = make_response(found.state)
    response.mimetype = "text/plain"
    return response


@blueprint.app_template_global("drafts")
def drafts() -> list[Article]:
    """Return what is not published yet, the next to appear first, and then by title."""
    found = edition().library.drafts.values()
    return sorted(found, key=lambda one: (str(one.publish_on or "later"), one.title.casefold()))


@blueprint.app_template_global("mistakes")
def mistakes() -> tuple[Problem, ...]:
    """Return what is wrong in the files, in their order."""
    return edition().problems


def _is_colleague() -> bool:
    here = signed_in()
    return here is not None and here.is_staff and here.preview is None
