"""The library that is served: read again when a file or the date changes, swapped as a whole."""

from __future__ import annotations

import os
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import structlog

from kb.article import Article, Category
from kb.course import Course
from kb.course_names import course_named
from kb.edits import Edit, edited, put_over
from kb.finding import COURSES, INCLUDES
from kb.includes import read_includes
from kb.library import Library, read_library
from kb.office_hours import OfficeHours, read_office_hours
from kb.programmes.lessons import with_lessons
from kb.programmes.programme import Programme
from kb.programmes.reading import FOLDER as PROGRAMMES
from kb.programmes.reading import read_programmes
from kb.search.index import IndexBusyError, SearchIndex
from kb.seen import seen_by
from kb.site import Site, read_site
from kb.synonyms import FILE as SYNONYMS
from kb.synonyms import Synonyms, read_synonyms
from kb.visibility import Audience, Visitor, Who, may_see
from tiering.content import read_content
from tiering.domain.service import Prose
from tiering.files import Problem
from tiering.people import Roles, read_roles
from tiering.usecases.record import Clock

_PAUSE = 0.25
"""Seconds between two looks at the files."""

_IDLE_SHARE = 20
"""A look that took a while is followed by this many times its length of rest, so watching stays cheap."""

_PATIENCE = 10.0
"""Seconds for which a start waits for the first reading, and a reading for another indexer to finish."""

_FOLDERS = ("articles", INCLUDES, COURSES, PROGRAMMES, "services")

_Seen = tuple[str, int, int]
_Eyes = tuple[frozenset[Audience], bool, tuple[str, ...], frozenset[Audience]]
"""What decides what a reader sees: audiences, whether they are staff, languages, audiences of courses."""

log = structlog.get_logger(__name__)


class NotReadyError(Exception):
    """The content is still being read for the first time."""

    def __init__(self) -> None:
        super().__init__("We are just starting and will be ready in a moment.")


@dataclass(frozen=True)
class Edition:
    """The site and its library at one moment; a request sees one edition from beginning to end."""

    site: Site
    library: Library
    content_dir: Path
    problems: tuple[Problem, ...]
    synonyms: Synonyms
    whole: Edition | None = None
    """The edition of which this one is what a reader sees; None for the whole."""
    written: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What machines read of this edition, by name, so that a long list is written once."""
    _seen: dict[_Eyes, Edition] = field(default_factory=dict, compare=False, repr=False)

    def seen_by(self, visitor: Visitor, language: str, learner: Visitor | None = None) -> Edition:
        """Return what a visitor may see of this edition, in their language where it is there in several.

        There is nothing else of it for them. Courses may be those of somebody else, a `learner`.
        """
        languages = self.site.preferred(language)
        seen, courses = (self._audiences_of(one) for one in (visitor, learner or visitor))
        eyes = seen, visitor.who is Who.STAFF, languages, courses
        if eyes not in self._seen:
            self._seen[eyes] = Edition(
                self.site,
                seen_by(self.library, visitor, languages, learner),
                self.content_dir,
                self.problems,
                self.synonyms,
                self,
            )
        return self._seen[eyes]

    def _audiences_of(self, visitor: Visitor) -> frozenset[Audience]:
        return frozenset(audience for audience in self.audiences if may_see(visitor, audience))

    @cached_property
    def audiences(self) -> frozenset[Audience]:
        """Every audience that an article or a course here is for."""
        library = self.library
        articles, courses = library.articles.values(), library.courses.values()
        return frozenset(one.audience for some in (articles, courses) for one in some)

    @cached_property
    def services(self) -> Prose:
        """How the services of the catalogue are worded; read when somebody first asks."""
        return self.whole.services if self.whole else read_content(self.content_dir).prose

    @cached_property
    def roles(self) -> Roles:
        """Which colleagues people.yaml lists."""
        return self.whole.roles if self.whole else read_roles(self.content_dir)[0]

    @cached_property
    def programmes(self) -> tuple[tuple[Programme, ...], tuple[Problem, ...]]:
        """The programmes that can run, in the order in which they send, and what is wrong with others."""
        if self.whole:
            return self.whole.programmes
        written, wrong = read_programmes(self.content_dir, self.site)
        sound, lost = with_lessons(self.content_dir, written, self.library.courses)
        return sound, (*wrong, *lost)

    @cached_property
    def includes(self) -> Mapping[str, str]:
        """The texts that mails share with articles, by path."""
        return self.whole.includes if self.whole else read_includes(self.content_dir, {})[0]

    @cached_property
    def office_hours(self) -> OfficeHours | None:
        """When anybody may drop in whose plan has that; None where the file is missing or wrong."""
        return self.whole.office_hours if self.whole else read_office_hours(self.content_dir, self.site)[0]

    def find(self, written: str) -> Article | None:
        """Return the article that an address means: by its slug or one it once had, however it is written.

        It comes in the language that the address names, whichever the reader is shown elsewhere.
        """
        return self.library.at(written) or self.library.at(self._addresses.get(as_address(written), ""))

    def course(self, written: str) -> Course | None:
        """Return the course that an address means: by its slug or one it once had."""
        return course_named(self.library.courses, written.casefold())

    @cached_property
    def _addresses(self) -> dict[str, str]:
        """The slug for each address, those of today before those of the past."""
        found = {as_address(old): slug for old, slug in self.library.redirects.items()}
        slugs = [*self.library.articles, *self.library.elsewhere]
        return found | {as_address(slug): slug for slug in reversed(slugs)}

    @cached_property
    def popular(self) -> tuple[Article, ...]:
        """What site.yaml puts on the home page, as far as it exists."""
        found = map(self.library.shown, filter(None, map(self.find, self.site.popular)))
        return tuple({article.slug: article for article in found}.values())

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages in which there is an article here, the house's own first and always."""
        library = self.library
        used = {
            article.language for some in (library.articles, library.elsewhere) for article in some.values()
        }
        return tuple(code for code in self.site.languages if code in used or code == self.site.language)

    @cached_property
    def categories(self) -> dict[str, Category]:
        """The categories that hold an article, by slug, in the order of the home page."""
        return {category.slug: category for category in self.library.categories}

    @cached_property
    def shelves(self) -> dict[str, tuple[Article, ...]]:
        """The articles of each category, `""` being those outside every folder."""
        slugs = [*self.categories, ""]
        return {slug: self.library.by_category(slug) for slug in slugs}


def as_address(written: str) -> str:
    """Return what is the same for all ways to write one address: case, accents, slashes that do not count."""
    text = unicodedata.normalize("NFC", written).casefold()
    return "/".join(part for part in text.split("/") if part)


@dataclass(frozen=True)
class Overlay:
    """What colleagues changed where the content directory cannot be written, put over its files."""

    edits: Callable[[], tuple[Edit, ...]]
    folder: Path
    """Where the articles that they began are laid, for the reader of files."""

    def place(self, texts: Mapping[str, str]) -> dict[str, Path]:
        """Lay texts down; returns where each of them lies."""
        return put_over(self.folder, texts)


class LiveLibrary:
    """Holds the present edition and the index that answers for it; safe for any number of threads."""

    def __init__(
        self, content_dir: Path, index: SearchIndex, clock: Clock, overlay: Overlay | None = None
    ) -> None:
        self.index = index
        self._overlay = overlay
        self._content_dir = content_dir
        self._clock = clock
        self._edition: Edition | None = None
        self._seen: tuple[object, date] | None = None
        self._reading = threading.Lock()
        self._stopping = threading.Event()
        self._read_once = threading.Event()

    @property
    def edition(self) -> Edition:
        """The present edition; raises NotReadyError before the first one is there."""
        if self._edition is None:
            raise NotReadyError
        return self._edition

    @property
    def ready(self) -> bool:
        """Whether pages and search can both be answered."""
        return self._edition is not None and self.index.ready

    def refresh(self) -> bool:
        """Read the content again if a file or the date has changed; returns whether it has.

        What is broken stays as it was in the last good version; what is wrong is in `edition.problems`.
        """
        with self._reading:
            edits = self._overlay.edits() if self._overlay else ()
            stamp = _stamp(self._content_dir), edits
            before = self._edition
            if before and self._seen == (stamp, self._today(before.site)) and not self.index.damaged:
                return False
            site, problems = read_site(self._content_dir, before.site if before else None)
            today = self._today(site)
            known = before.library if before else None
            texts = edited(self._content_dir, edits)
            added = texts.pop(SYNONYMS, None)
            begun = self._overlay.place(texts) if self._overlay else {}
            library = read_library(self._content_dir, today, site, known, begun)
            synonyms, wrong = read_synonyms(self._content_dir, before.synonyms if before else None, added)
            problems += [*library.problems, *wrong]
            self._edition = Edition(site, library, self._content_dir, tuple(problems), synonyms)
            self.index.use(synonyms)
            try:
                self.index.refresh(library, wait=_PATIENCE)
            except IndexBusyError as error:
                log.info("index left to another process", reason=str(error))
                return True  # the next look tries again, and finds it done
            self._seen = (stamp, today)
            log.info("library read", articles=len(library.articles), problems=len(problems))
            return True

    def start(self) -> None:
        """Read the content and go on watching it in a thread; a fork gets a thread of its own."""
        self._watch_in_a_thread()
        os.register_at_fork(after_in_child=self._watch_in_a_thread)
        self._read_once.wait(_PATIENCE)

    def stop(self) -> None:
        """End the watching."""
        self._stopping.set()

    def _watch_in_a_thread(self) -> None:
        threading.Thread(target=self._watch, name="library", daemon=True).start()

    def _watch(self) -> None:
        while not self._stopping.is_set():
            began, read = time.monotonic(), True
            try:
                read = self.refresh()
            except Exception:  # the boundary of this thread, where the last edition must stay served
                log.exception("library not read")
            self._read_once.set()
            looked = 0.0 if read else time.monotonic() - began
            self._stopping.wait(max(_PAUSE, _IDLE_SHARE * looked))

    def _today(self, site: Site) -> date:
        return self._clock().astimezone(site.time_zone).date()


def _stamp(content_dir: Path) -> frozenset[_Seen]:
    """Return what changes whenever something that the pages read does: every path, time and size.

    Only that is looked at, because the working files may lie in the same directory.
    """
    seen = {found for path in content_dir.glob("*.yaml") if (found := _seen(str(path)))}
    for name in _FOLDERS:
        for place, folders, files in os.walk(content_dir / name):
            folders[:] = [folder for folder in folders if not folder.startswith(".")]
            # A Path for each of 10,000 files would cost more than the look at it.
            seen.update(found for file in files if (found := _seen(f"{place}{os.sep}{file}")))
    return frozenset(seen)


def _seen(path: str) -> _Seen | None:
    try:
        found = os.stat(path)  # noqa: PTH116 (see above)
    except OSError:  # it went away since its folder was listed
        return None
    return path, found.st_mtime_ns, found.st_size
