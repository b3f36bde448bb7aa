"""An article as the reader, the index and the pages know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kb.packed import Packed
from kb.versions import Version, key_of
from kb.visibility import PUBLIC, Audience


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of an article and the plain text under it, up to the next heading."""

    anchor: str
    """The id of the heading in the HTML; empty for the text before the first heading."""
    title: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link or a picture in an article."""

    target: str
    """As it was written."""
    url: str
    """The address that it got in the HTML."""
    line: int
    """The line of its file, counted from 1."""
    picture: bool = False
    described: bool = True
    """Whether a picture has words for those who cannot see it."""
    path: str = ""
    """The shared text in which it stands; empty for the article's own file."""


@dataclass(frozen=True, slots=True)
class Body:
    """What an article says, in each of its forms."""

    html: str
    sections: tuple[Section, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One page of the knowledge base, rendered once and never changed."""

    slug: str
    """Of a page of a course its whole path, which begins with a slash as no article's slug does."""
    title: str
    summary: str
    category: str
    """The slug of the category: the first folder of the path, or empty at the top."""
    body: Packed[Body]
    digest: str
    """A hash of the whole file and all that was put into it; two articles with one digest are equal."""
    path: str
    """The file, relative to the content directory."""
    keywords: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Old slugs that lead here."""
    order: int = 1000
    audience: Audience = PUBLIC
    """Who may see it; kb.visibility decides."""
    status: Literal["draft", "published"] = "published"
    publish_on: date | None = None
    owner: str | None = None
    last_reviewed: date | None = None
    review_every: int | None = None
    """Days between two reviews."""
    related: tuple[str, ...] = ()
    language: str = "en"
    versions: tuple[Version, ...] = ()
    """The article in all its languages, itself among them, the original first; none where it has one."""
    links: tuple[Link, ...] = ()

    @property
    def html(self) -> str:
        """Sanitised HTML of the body, without the title."""
        return self.body.value.html

    @property
    def sections(self) -> tuple[Section, ...]:
        """The headings, and the plain text under each."""
        return self.body.value.sections

    @property
    def source(self) -> str:
        """The Markdown body, with variables and shared texts put in."""
        return self.body.value.source

    @property
    def dated(self) -> date | None:
        """The last day of which its file says that somebody stood by it; None where it says nothing.

        The time of the file is that of a checkout, and tells nothing.
        """
        return max(filter(None, (self.publish_on, self.last_reviewed)), default=None)

    @property
    def key(self) -> str:
        """What decides who is shown it, as a short text."""
        return key_of(self.audience, self.language, self.versions)

    @property
    def work(self) -> str:
        """What all versions of an article have in common: the slug of the first."""
        return self.versions[0].slug if self.versions else self.slug

    @property
    def text(self) -> str:
        """The whole body as plain text."""
        return "\n".join(part for section in self.sections for part in (section.title, section.text) if part)


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of articles, in the order and with the words of site.yaml."""

    slug: str
    title: str
    summary: str = ""
    icon: str = "book"
