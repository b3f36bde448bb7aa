"""All articles and courses of a content directory at one moment, and the problems found in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from kb.article import Article, Body, Category, Link
from kb.course import Course
from kb.courses import Around, Kept, page_in, pages_of, read_courses
from kb.expansion import Pieces, Place, Runs, expanded, expanded_words, has_marks, written_at
from kb.finding import find_articles
from kb.front_matter import FrontMatter, audience_of
from kb.includes import read_includes
from kb.languages import language_of
from kb.links import SAVED, Addresses, broken_links, shown_in
from kb.packed import Packed
from kb.render import Renderer, RenderError, plain
from kb.site import Site
from kb.translations import Known, join, publish_on
from kb.visibility import STAFF_ONLY, Audience
from tiering.files import Problem, parse_front_matter, read_text, validate

_LONGEST_SUMMARY = 200
_SITE = Site()


@dataclass(frozen=True, slots=True)
class _Written:
    """An article as its file says it, before it is rendered."""

    head: FrontMatter
    source: Packed[str]
    body_line: int
    digest: str
    audience: Audience | None
    """None where the file does not say it."""
    title_line: int = 1
    summary_line: int = 1
    runs: Runs = ()
    """Where the lines of the source were written, if something was put into it."""

    @property
    def has_marks(self) -> bool:
        return any(has_marks(text or "") for text in (self.source.value, self.head.title, self.head.summary))

    def slug(self, name: str) -> str:
        return self.head.slug or name.removeprefix("articles/").removesuffix(".md")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of one file, so that it is read and rendered again only when it changed."""

    stamp: tuple[int, int] = (0, 0)
    digest: str = ""
    written: _Written | None = None
    """The last good version; an older one when the file is broken now."""
    problems: tuple[Problem, ...] = ()
    filled: _Written | None = None
    """`written` with variables and shared texts put in."""
    pieces: str = ""
    """The digest of what could be put in."""
    unfilled: tuple[Problem, ...] = ()
    """What could not be put in."""
    article: Article | None = None
    refusal: Problem | None = None
    """Why `filled` cannot be rendered, so that it is not tried again and again."""

    @property
    def wrong(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the file."""
        return (*self.problems, *self.unfilled, *([self.refusal] if self.refusal else []))


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that may be served, in reading order; never changed, only replaced by a newer one."""

    articles: Mapping[str, Article] = field(default_factory=dict)
    """By slug, in reading order: category by category, in each by `order` and then by title.

    To a reader each is there once, in the language that is best for them.
    """
    elsewhere: Mapping[str, Article] = field(default_factory=dict)
    """The same articles in the languages that a reader is not shown: in no list, but at their address."""
    keys: frozenset[str] = frozenset()
    """The keys of `pages`, by which search knows them."""
    categories: tuple[Category, ...] = ()
    """The categories that hold an article. Articles at the top level belong to no category (`""`)."""
    redirects: Mapping[str, str] = field(default_factory=dict)
    """Old slugs and where they lead."""
    drafts: Mapping[str, Article] = field(default_factory=dict)
    """What is not published, or not yet, by slug: for colleagues to look at, and in no list."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """Attachments: the path under `articles/`, with slashes, and the file."""
    shown_in: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For each attachment that an article shows or links, drafts too, the paths of those articles."""
    courses: Mapping[str, Course] = field(default_factory=dict)
    """By slug, in the order in which they are offered."""
    problems: tuple[Problem, ...] = ()
    """In the order of the files; their paths are relative to the content directory."""
    _seen: Mapping[str, _Seen] = field(default_factory=dict, repr=False)
    _includes: Mapping[str, str] = field(default_factory=dict, repr=False)
    _courses: Mapping[str, Kept] = field(default_factory=dict, repr=False)

    def by_category(self, slug: str) -> tuple[Article, ...]:
        """Return the articles of a category in reading order; `""` are those outside every folder."""
        return tuple(article for article in self.articles.values() if article.category == slug)

    def at(self, slug: str) -> Article | None:
        """Return the article with this slug, in whichever language."""
        return self.articles.get(slug) or self.elsewhere.get(slug)

    @property
    def pages(self) -> dict[str, Article]:
        """All that search finds: articles and the pages of courses, by slug."""
        return {**self.articles, **{page.slug: page for page in pages_of(self.courses)}}

    def page(self, slug: str) -> Article | None:
        """Return what search finds under this slug: an article that is shown, or a page of a course."""
        return self.articles.get(slug) or page_in(self.courses, slug)

    def shown(self, article: Article) -> Article:
        """Return an article in the language in which the reader is shown it."""
        if article.slug in self.articles:
            return article
        return next(
            (self.articles[one.slug] for one in article.versions if one.slug in self.articles), article
        )


def read_library(
    content_dir: Path,
    today: date,
    site: Site = _SITE,
    previous: Library | None = None,
    begun: Mapping[str, Path] = MappingProxyType({}),
) -> Library:
    """Read articles and courses; what is broken becomes a problem, and its last good version stays.

    Without a folder `articles` the Markdown files of the content directory itself are the articles.
    `begun` are articles that stand elsewhere, by the path that they are to have, unless a file has it.
    With a `previous` library only what changed since is read and rendered. The site knows the shelves, the
    languages, and who may see an article that does not say it.
    """
    if not content_dir.is_dir():
        missing = Problem(".", 1, "the content directory is not there")
        return replace(previous or Library(), problems=(missing,))
    pages, files, problems = find_articles(content_dir)
    pages |= {name: path for name, path in begun.items() if name not in pages}
    includes, wrong = read_includes(content_dir, previous._includes if previous else {})
    problems += wrong
    pieces = Pieces(site.variables, includes)
    read = _read_all(pages, previous, set(files), pieces)
    seen = {name: _for(one, name, site) for name, one in read.items()}
    known = {name: _known(one) for name, one in seen.items()}
    served, more = _served(known, today, site.languages)
    served, untranslated = join(served, known, site.languages)
    redirects, wrong = _redirects(served)
    ordered = _in_order(served, site.categories)
    problems += [problem for one in seen.values() for problem in one.wrong] + more + wrong + untranslated
    slugs = {name: one.written.slug(name) for name, one in seen.items() if one.written}
    around = Around(site, pieces, slugs, set(files))
    courses = read_courses(content_dir, around, previous._courses if previous else {})
    problems += courses.problems
    written = [*(one.article for one in seen.values() if one.article), *courses.pages]
    for article in written:
        problems += broken_links(article, served, redirects, files)
    shown = shown_in(written)
    files = {name: path for name, path in files.items() if path.suffix.lower() not in SAVED or name in shown}
    return Library(
        articles=MappingProxyType({article.slug: article for article in ordered}),
        keys=frozenset(page.key for page in (*ordered, *courses.pages)),
        categories=_categories(ordered, site.categories),
        redirects=MappingProxyType(redirects),
        drafts=MappingProxyType(_drafts(seen, served)),
        files=MappingProxyType(files),
        shown_in=MappingProxyType(shown),
        courses=MappingProxyType(courses.courses),
        problems=tuple(sorted(set(problems))),
        _seen=MappingProxyType(seen),
        _includes=MappingProxyType(includes),
        _courses=MappingProxyType(courses.kept),
    )


# Reading files


def _read_all(
    pages: Mapping[str, Path], previous: Library | None, files: Set[str], pieces: Pieces
) -> dict[str, _Seen]:
    before = previous._seen if previous else {}
    seen = {name: _read(path, name, before.get(name, _Seen())) for name, path in pages.items()}
    slugs = {name: one.written.slug(name) for name, one in seen.items() if one.written}
    digest = pieces.digest
    seen = {name: _filled(one, name, pieces, digest) for name, one in seen.items()}
    renderer = Renderer()
    return {name: _rendered(one, name, Addresses(name, slugs, files), renderer) for name, one in seen.items()}


def _read(path: Path, name: str, before: _Seen) -> _Seen:
    """Read one file unless it is the one that was seen before; when it is broken the last good text stays."""
    try:
        found = path.stat()
        stamp = (found.st_mtime_ns, found.st_size)
    except OSError:
        stamp = (-1, -1)  # reading it will say why
    if stamp == before.stamp:
        return before
    text, problems = read_text(path, name)
    digest = _digest(text)
    if not problems and digest == before.digest:
        return replace(before, stamp=stamp)
    if "\0" in text:
        problems = [Problem(name, text[: text.index("\0")].count("\n") + 1, "the text holds a NUL character")]
    if problems:
        return replace(before, stamp=stamp, digest="", problems=tuple(problems))
    document, problems = parse_front_matter(unicodedata.normalize("NFC", text), name)
    head, more = validate(FrontMatter, document)
    audience, wrong = audience_of(document)
    if head is None or problems:
        kept = before.written
        if kept and not problems and kept.audience != audience:
            # Somebody means to change who may read this; until the mistake is mended nobody new may.
            kept = replace(kept, audience=STAFF_ONLY)
        return replace(
            before, stamp=stamp, digest=digest, written=kept, problems=tuple(problems + more + wrong)
        )
    title, summary = document.line(["title"]), document.line(["summary"])
    written = _Written(head, Packed.of(document.body), document.body_line, digest, audience, title, summary)
    return _Seen(stamp, digest, written, tuple(wrong), article=before.article)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _for(seen: _Seen, name: str, site: Site) -> _Seen:
    """Give the article its audience and language, which may change without it when site.yaml does."""
    if seen.article is None or seen.written is None:
        return seen
    audience = seen.written.audience or site.audience
    language = language_of(name, site.languages) or seen.written.head.language or site.language
    if (seen.article.audience, seen.article.language) == (audience, language):
        return seen
    return replace(seen, article=replace(seen.article, audience=audience, language=language))


def _known(seen: _Seen) -> Known:
    if seen.written is None:
        return Known(seen.article, None, None)
    return Known(seen.article, seen.written.audience, seen.written.head.language)


def _filled(seen: _Seen, name: str, pieces: Pieces, digest: str) -> _Seen:
    """Put variables and shared texts into what is new, and into the rest when one of them has changed."""
    written = seen.written
    if written is None or (seen.filled and seen.pieces == digest):
        return seen
    filled, problems = _with_pieces(written, name, pieces) if written.has_marks else (written, ())
    same = seen.filled is not None and seen.filled.digest == filled.digest
    refusal = seen.refusal if same else None
    return replace(seen, filled=filled, pieces=digest, unfilled=tuple(problems), refusal=refusal)


def _with_pieces(written: _Written, name: str, pieces: Pieces) -> tuple[_Written, Sequence[Problem]]:
    head = written.head
    title, problems = expanded_words(head.title or "", Place(name, written.title_line), pieces)
    summary = expanded(head.summary or "", Place(name, written.summary_line), pieces)
    body = expanded(written.source.value, Place(name, written.body_line), pieces)
    digest = _digest("\0".join((written.digest, title, summary.text, body.text)))
    head = head.model_copy(update={"title": title or None, "summary": summary.text or None})
    now = replace(written, head=head, source=Packed.of(body.text), digest=digest, runs=body.runs)
    return now, [*problems, *summary.problems, *body.problems]


def _rendered(seen: _Seen, name: str, addresses: Addresses, renderer: Renderer) -> _Seen:
    """Render what has changed, or whose links lead elsewhere now; what cannot be rendered stays as it was."""
    filled, article = seen.filled, seen.article
    if filled is None or seen.refusal:
        return seen
    links = article.links if article and article.digest == filled.digest else None
    if links is not None and all(addresses.url(link.target) == link.url for link in links):
        return seen
    try:
        return replace(seen, article=_article(filled, name, addresses, renderer))
    except RenderError as error:
        return replace(seen, refusal=Problem(name, filled.body_line, str(error)))


def _article(written: _Written, name: str, addresses: Addresses, renderer: Renderer) -> Article:
    head = written.head
    source = written.source.value
    page = renderer.render(source, head.title, addresses.url)
    folders = PurePosixPath(name.removeprefix("articles/")).parts[:-1]
    return Article(
        slug=written.slug(name),
        title=head.title or page.heading or readable(PurePosixPath(name).stem),
        summary=plain(head.summary) if head.summary else _shortened(page.opening),
        category=head.category or (folders[0] if folders else ""),
        body=Packed.of(Body(page.html, page.sections, source)),
        digest=written.digest,
        path=name,
        keywords=head.keywords,
        aliases=head.aliases,
        order=head.order,
        status=head.status,
        publish_on=head.publish_on,
        owner=head.owner,
        last_reviewed=head.last_reviewed,
        review_every=head.review_every,
        related=head.related,
        links=tuple(_placed(link, written, name) for link in page.links),
    )


def _placed(link: Link, written: _Written, name: str) -> Link:
    """Say where in which file a link stands, of which the line of the source is known."""
    if not written.runs:
        return replace(link, line=link.line + written.body_line - 1)
    place = written_at(written.runs, link.line)
    return replace(link, line=place.line, path="" if place.path == name else place.path)


def readable(name: str) -> str:
    """Make a title of a file's or a folder's name."""
    words = " ".join(name.replace("-", " ").replace("_", " ").split())
    return words[:1].upper() + words[1:]


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST_SUMMARY:
        return text
    return text[:_LONGEST_SUMMARY].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"


# What is served


def _served(
    known: Mapping[str, Known], today: date, languages: Sequence[str]
) -> tuple[dict[str, Article], list[Problem]]:
    """Return the published articles by slug; the first of two with one slug stays."""
    served: dict[str, Article] = {}
    problems = []
    for article in (one.article for one in known.values() if one.article):
        appears = publish_on(article, known, languages)
        if article.status == "draft" or (appears and appears > today):
            continue
        first = served.setdefault(article.slug, article)
        if first is not article:
            text = (
                f"the slug `{article.slug}` belongs to {first.path} already; give this article another `slug`"
            )
            problems.append(Problem(article.path, 1, text))
    return served, problems


def _drafts(seen: Mapping[str, _Seen], served: Mapping[str, Article]) -> dict[str, Article]:
    """Return by slug what is written and not served; where one slug is served, that is what people see."""
    drafts: dict[str, Article] = {}
    for one in seen.values():
        if one.article and one.article.slug not in served:
            drafts.setdefault(one.article.slug, one.article)
    return drafts


def _redirects(served: Mapping[str, Article]) -> tuple[dict[str, str], list[Problem]]:
    redirects: dict[str, str] = {}
    problems = []
    for article in served.values():
        for alias in article.aliases:
            taken = (
                served[alias].path
                if alias in served
                else served[redirects[alias]].path
                if alias in redirects
                else ""
            )
            if taken and taken != article.path:
                problems.append(Problem(article.path, 1, f"the alias `{alias}` belongs to {taken} already"))
            elif not taken:
                redirects[alias] = article.slug
    return redirects, problems


def _in_order(served: Mapping[str, Article], categories: Sequence[Category]) -> list[Article]:
    place = {category.slug: number for number, category in enumerate(categories)}

    def key(article: Article) -> tuple[int, str, int, str, str]:
        shelf = place.get(article.category, len(place))
        return shelf, article.category, article.order, article.title.casefold(), article.slug

    return sorted(served.values(), key=key)


def _categories(ordered: Sequence[Article], categories: Sequence[Category]) -> tuple[Category, ...]:
    known = {category.slug: category for category in categories}
    used = dict.fromkeys(article.category for article in ordered if article.category)
    return tuple(known.get(slug) or Category(slug, readable(slug)) for slug in used)
