"""Makes articles of a help centre's export: names, addresses, readers, texts and pictures."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from posixpath import relpath
from urllib.parse import urljoin, urlsplit

from kb.importing.batch import Batch
from kb.importing.fetching import FetchError
from kb.importing.head import article_text, one_line
from kb.importing.html import Html, HtmlError, words_of
from kb.importing.pictures import MAX_BYTES, file_name, inline_picture
from kb.importing.zendesk import Attachment, Export, Named, Written
from kb.render import MAX_CHARACTERS
from kb.stub import slug_of
from tiering.files import Problem

_ARTICLE = re.compile(r"/hc/(?:[\w-]+/)?articles/(\d{1,19})(?:-[^/?#]*)?/?\Z")
_ATTACHMENT = re.compile(
    r"/(?:hc/(?:[\w-]+/)?|guide-media/|attachments/)?article_attachments/(\d{1,19})(?:/|\Z)"
)

Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class House:
    """What is decided on our side."""

    language: str
    """The language of the house."""
    languages: Sequence[str] = ()
    """The others, for which translations are taken."""
    default_is_public: bool = True
    """Whether an article that names no audience is for everybody."""
    fetch: Fetch | None = None
    """How pictures are fetched that are not beside the export; None leaves them where they are."""


@dataclass(slots=True)
class _Page:
    """An article on its way, in one language."""

    written: Written
    path: str
    head: dict[str, object]
    html: Html
    anchors: dict[str, str]
    address: str
    """Where it stood."""


@dataclass(slots=True)
class _Work:
    """What the steps of one import share."""

    export: Export
    house: House
    batch: Batch = field(default_factory=Batch)
    pages: list[_Page] = field(default_factory=list)
    by_id: dict[int, dict[str, _Page]] = field(default_factory=lambda: defaultdict(dict))
    """The pages of each article, by locale; under the empty one the original."""
    hosts: frozenset[str] = frozenset()
    pictures: dict[str, str | None] = field(default_factory=dict)
    """Where each address of a picture leads now, by folder and address; None where it is left as it is."""


def convert(export: Export, house: House) -> Batch:
    """Return the files of an import; what is left out or closed is named in its problems."""
    hosts = {urlsplit(one.html_url).hostname or "" for one in export.articles.values()}
    work = _Work(export, house, hosts=frozenset(hosts - {""}))
    work.batch.problems += export.problems
    foreign: Counter[str] = Counter()
    for category, articles in _shelves(work):
        folder, named = category
        if named:
            work.batch.shelves.append(
                (folder, one_line(named.name, 80), one_line(named.description or "", 300))
            )
        for order, (original, others) in enumerate(articles, 1):
            page = _page(work, original, folder, order)
            for other in others if page else ():
                language = _language(other.locale, house.languages)
                if language is None:
                    foreign[other.locale] += 1
                elif page:
                    _translation(work, other, page, language)
    for page in work.pages:
        _write(work, page)
    if foreign:
        said = ", ".join(f"{locale or 'unknown'} ({count})" for locale, count in sorted(foreign.items()))
        text = f"translations are left out: {said}; `languages` in site.yaml says which are taken"
        work.batch.problems.append(Problem("site.yaml", 1, text, warning=True))
    return work.batch


# Shelves and their order


def _shelves(
    work: _Work,
) -> list[tuple[tuple[str, Named | None], list[tuple[Written, list[Written]]]]]:
    """Return the categories with their articles, each the original and its translations, in reading order."""
    versions: dict[int, list[Written]] = defaultdict(list)
    for article in work.export.articles.values():
        versions[article.id].append(article)
    found: dict[int, list[tuple[tuple[object, ...], Written, list[Written]]]] = defaultdict(list)
    for ones in versions.values():
        ones = _with_what_all_share(ones)
        original = _original(ones, work.house.language)
        section = _named(work.export.sections, original.section_id, original.locale)
        category = (section.category_id if section else None) or 0
        place = (section.position if section else 0, not original.promoted, original.position, original.title)
        found[category].append((place, original, [one for one in ones if one is not original]))
    shelves = []
    taken: set[str] = set()
    for number, articles in found.items():
        named = _named(work.export.categories, number, articles[0][1].locale)
        folder = _ascii(named.name) if named else ""
        if named and (not folder or folder in taken):
            folder = f"{folder or 'category'}-{number}"
        taken.add(folder)
        ordered = [(original, others) for _, original, others in sorted(articles, key=lambda one: one[0])]
        shelves.append((named.position if named else 0, number, (folder, named), ordered))
    return [(category, ordered) for _, _, category, ordered in sorted(shelves, key=lambda one: one[:2])]


def _original(versions: list[Written], language: str) -> Written:
    """Return the version that our article is made of: in the language of the house, else the first."""
    source = next((one for one in versions if one.locale and one.locale == one.source_locale), versions[0])
    ours = (one for one in versions if one.locale.lower().split("-")[0] == language.split("-")[0])
    return next(ours, source)


def _with_what_all_share(versions: list[Written]) -> list[Written]:
    """Give each version what the record of a translation does not say: place, labels and readers."""
    full = next((one for one in versions if one.source_locale), versions[0])
    limits = {one.user_segment_id for one in versions if one.user_segment_id}
    limits |= {segment for one in versions for segment in one.user_segment_ids}
    shared = {
        "section_id": full.section_id,
        "promoted": full.promoted,
        "position": full.position,
        "label_names": full.label_names,
        "user_segment_id": None,
        "user_segment_ids": sorted(limits),
    }
    return [one.model_copy(update=shared) for one in versions]


def _named(known: dict[tuple[int, str], Named], number: int | None, locale: str) -> Named | None:
    """Return a section or category in a language, or in any."""
    if number is None:
        return None
    there = known.get((number, locale.lower()))
    return there or next((one for (key, _), one in known.items() if key == number), None)


def _ascii(name: str) -> str:
    """Return a category's slug; those of site.yaml have plain letters only."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return slug_of(plain)


def _language(locale: str, languages: Sequence[str]) -> str | None:
    """Return the language of ours that a locale means."""
    known = {one.lower(): one for one in languages}
    return known.get(locale.lower()) or known.get(locale.lower().split("-")[0])


# Articles


def _page(work: _Work, written: Written, folder: str, order: int) -> _Page | None:
    """Take an article; None where it cannot be read."""
    html = _html(work, written)
    if html is None:
        return None
    title = one_line(written.title, 300) or f"Article {written.id}"
    stem = slug_of(title) or str(written.id)
    path = f"{folder}/{stem}.md" if folder else f"{stem}.md"
    if not work.batch.add(path, b""):
        path = path.replace(".md", f"-{written.id}.md")
        if not work.batch.add(path, b""):
            work.batch.problems.append(
                work.export.problem(written.id, f"{title!r} is left out: no name is free")
            )
            return None
    head: dict[str, object] = {
        "title": title,
        "aliases": (f"hc/articles/{written.id}",),
        "order": order,
        "keywords": tuple(word for label in written.label_names[:50] if (word := one_line(label, 100))),
        "audience": _audience(work, written),
        "status": "draft" if written.draft else None,
    }
    return _taken(work, _Page(written, path, head, html, html.anchors(), written.html_url), "")


def _translation(work: _Work, written: Written, original: _Page, language: str) -> None:
    html = _html(work, written)
    path = original.path.removesuffix(".md") + f".{language}.md"
    if html is None or not work.batch.add(path, b""):
        return
    head: dict[str, object] = {
        "title": one_line(written.title, 300) or original.head["title"],
        "aliases": (f"hc/{written.locale.lower()}/articles/{written.id}",),
        "status": "draft" if written.draft else None,
    }
    _taken(work, _Page(written, path, head, html, html.anchors(), written.html_url), written.locale.lower())


def _taken(work: _Work, page: _Page, locale: str) -> _Page:
    work.pages.append(page)
    work.by_id[page.written.id][locale] = page
    work.batch.counts["translations" if locale else "articles"] += 1
    work.batch.counts["drafts"] += page.written.draft
    return page


def _html(work: _Work, written: Written) -> Html | None:
    if not written.body or not written.body.strip():
        text = f"{one_line(written.title, 80)!r} has no text, and is taken without any"
        work.batch.problems.append(work.export.problem(written.id, text, warning=True))
    try:
        return Html(written.body or "")
    except HtmlError as error:
        text = f"{one_line(written.title, 80)!r} is left out: {error}"
        work.batch.problems.append(work.export.problem(written.id, text))
        return None


def _audience(work: _Work, written: Written) -> str | None:
    """Return who may read an article; whatever is in doubt is for staff only, and is said."""
    segments = written.user_segment_ids
    title = one_line(written.title, 80)
    if not segments:
        if written.id in work.export.open_to_all:
            return None if work.house.default_is_public else "public"
        text = f"{title!r} does not say who may read it (`user_segment_id`), so only staff see it"
        work.batch.problems.append(work.export.problem(written.id, text))
        return "staff"
    known = [work.export.segments.get(one) for one in segments]
    if all(one and one.is_everybody_signed_in for one in known):
        return "signed-in"
    if len(known) == 1 and known[0] and known[0].user_type == "staff":
        return "staff"
    name = f" {known[0].name!r}" if len(known) == 1 and known[0] and known[0].name else ""
    text = (
        f"{title!r} is for a segment{name} that is none of ours, so only staff see it; give it an `audience`"
    )
    work.batch.problems.append(work.export.problem(written.id, text))
    return "staff"


def _write(work: _Work, page: _Page) -> None:
    """Put a page's text into its file, now that every other page has its place."""
    try:
        body = page.html.markdown(
            lambda target: _link(work, page, target), lambda source: _picture(work, page, source)
        )
    except HtmlError as error:
        text = f"{page.head['title']!r} is left out: {error}"
        work.batch.problems.append(work.export.problem(page.written.id, text))
        del work.batch.files[page.path]
        work.batch.counts["articles"] -= 1
        return
    if work.by_id[page.written.id].get("") is page:
        body += _files_below(work, page)
    if len(body) > MAX_CHARACTERS:
        text = f"{page.head['title']!r} is longer than an article may be; split it"
        work.batch.problems.append(work.export.problem(page.written.id, text))
    work.batch.files[page.path] = article_text(page.head, body)


# Links and pictures


def _link(work: _Work, page: _Page, target: str) -> str | None:
    """Return where a link leads now: to articles of the same import by their files."""
    try:
        parts = urlsplit(target)
        host = parts.hostname
    except ValueError:
        return None
    if not parts.scheme and not host and not parts.path:
        anchor = page.anchors.get(parts.fragment)
        return f"#{anchor}" if anchor else None
    if (host is None and not parts.scheme) or host in work.hosts:
        if found := _ARTICLE.match(parts.path):
            known = work.by_id.get(int(found[1]))
            if known:
                other = known.get(page.written.locale.lower()) or known.get("") or next(iter(known.values()))
                anchor = other.anchors.get(parts.fragment)
                return _relative(page, other.path) + (f"#{anchor}" if anchor else "")
        if _ATTACHMENT.search(parts.path):
            return _picture(work, page, target)
        if host is None:
            return _absolute(page, target)
    return target


def _absolute(page: _Page, target: str) -> str | None:
    """Return the whole address of what the old page meant; None for what is no address of the web."""
    try:
        whole = urljoin(page.address, target)
        parts = urlsplit(whole)
    except ValueError:
        return None
    good = parts.scheme in {"http", "https"} and parts.hostname and whole != page.address
    return whole if good else None


def _picture(work: _Work, page: _Page, source: str) -> str | None:
    """Return where a picture is now: beside the article, or where it was."""
    folder = str(PurePosixPath(page.path).parent)
    key = f"{folder} {source}"
    if key not in work.pictures:
        work.pictures[key] = _kept(work, page, source, folder)
    path = work.pictures[key]
    return _relative(page, path) if path else _left(work, page, source)


def _kept(work: _Work, page: _Page, source: str, folder: str) -> str | None:
    """Put a picture beside the article, from the address itself, from the export or from the web."""
    if (inner := inline_picture(source)) is not None:
        return _laid(work, "picture", inner, folder)
    try:
        found = _ATTACHMENT.search(urlsplit(source).path)
    except ValueError:
        return None
    attachment = work.export.attachments.get(int(found[1])) if found else None
    name = (attachment.file_name if attachment else "") or words_of(source)
    if found and (local := _local(work, int(found[1]), name)) is not None:
        return _laid(work, name, local, folder)
    address = _absolute(page, source)
    if work.house.fetch is None or not address:
        return None
    try:
        return _laid(work, name, work.house.fetch(address), folder)
    except FetchError as error:
        text = f"the picture {one_line(address, 200)} is not fetched: {error}"
        work.batch.problems.append(work.export.problem(page.written.id, text, warning=True))
        return None


def _local(work: _Work, number: int, name: str) -> bytes | None:
    """Return an attachment that lies beside the JSON: under its number, or under a name that one file has."""
    named = work.export.files_by_name.get(name, [])
    file = work.export.files_by_number.get(number) or (named[0] if len(named) == 1 else None)
    return file.read_bytes() if file and file.stat().st_size <= MAX_BYTES else None


def _laid(work: _Work, name: str, content: bytes, folder: str) -> str | None:
    """Lay a picture into the folder `images`; one that is there already is not laid twice."""
    plain = file_name(name, content)
    if plain is None:
        return None
    stem, _, kind = plain.rpartition(".")
    for number in range(1, 1000):
        path = (
            f"{'' if folder == '.' else folder + '/'}images/{stem}{f'-{number}' if number > 1 else ''}.{kind}"
        )
        if work.batch.files.get(path) == content:
            return path
        if work.batch.add(path, content):
            work.batch.counts["pictures"] += 1
            return path
    return None


def _left(work: _Work, page: _Page, source: str) -> str | None:
    """Leave a picture where it is, which is listed; one that is nowhere else is lost, which is said."""
    address = _absolute(page, source)
    if address is None:
        text = f"{page.head['title']!r} shows a picture that cannot be kept: {one_line(source, 60)}"
        problem = work.export.problem(page.written.id, text, warning=True)
        if problem not in work.batch.problems:
            work.batch.problems.append(problem)
        return None
    if address not in work.batch.elsewhere:
        work.batch.elsewhere.append(address)
    return address


def _files_below(work: _Work, page: _Page) -> str:
    """Return the list of files that stood below the article."""
    lines = []
    for one in _attached(work.export, page.written.id):
        target = _picture(work, page, one.content_url or f"/hc/article_attachments/{one.id}/{one.file_name}")
        if target:
            name = re.sub(r"[\[\]\\`*<]", "", one_line(one.file_name, 120)) or "File"
            lines.append(f"- [{name}]({target})")
    return "\n## Files\n\n" + "\n".join(lines) + "\n" if lines else ""


def _attached(export: Export, article: int) -> list[Attachment]:
    return [one for one in export.attachments.values() if one.article_id == article and not one.inline]


def _relative(page: _Page, path: str) -> str:
    return relpath(path, PurePosixPath(page.path).parent.as_posix())
