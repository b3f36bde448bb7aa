"""All courses of a content directory, `courses/<course>/*.md`, and the problems found while reading them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Generic, TypeVar
from urllib.parse import quote

from pydantic import BaseModel

from kb.article import Article, Body, Link
from kb.course import Course, Lesson
from kb.course_head import SLUG, CourseHead, LessonHead
from kb.expansion import Expanded, Pieces, Place, expanded, expanded_words, written_at
from kb.finding import COURSES, find_courses
from kb.front_matter import audience_of
from kb.includes import read_includes
from kb.links import COURSES_URL, Addresses
from kb.packed import Packed
from kb.quiz import Quiz, Render, read_quiz, split_quiz
from kb.render import Renderer, RenderError, plain
from kb.site import Site
from kb.visibility import STAFF_ONLY, Audience
from tiering.files import Document, Problem, nearest, parse_front_matter, read_text, validate

SHELF = "/courses"
"""The category of all pages of courses; no folder of articles can be called so."""

_INDEX = "index.md"
_LESSON = re.compile(r"\d{1,4}-[^/]+\.md\Z")
_WORDS_A_MINUTE = 180
_QUESTIONS_A_MINUTE = 2
_PARAGRAPH = re.compile(r"<p>(.*)</p>\Z", re.DOTALL)
_Head = TypeVar("_Head", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Around:
    """What courses are read in: the site, what may be put into texts, and where links can lead."""

    site: Site
    pieces: Pieces
    slugs: Mapping[str, str]
    """The slugs of the articles, by path."""
    files: Set[str]

    @property
    def digest(self) -> str:
        """A hash of all of it."""
        site = (self.site.audience.key, self.site.language)
        parts = (sorted(self.slugs.items()), sorted(self.files), self.pieces.digest, site)
        return _digest([repr(parts)])


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of one course, so that it is read again only when something changed."""

    digest: str = ""
    course: Course | None = None
    """The last good version; an older one while a file is broken."""
    problems: tuple[Problem, ...] = ()
    line: int = 1
    """Where its prerequisites stand."""


@dataclass(frozen=True, slots=True)
class Courses:
    """What was read."""

    courses: Mapping[str, Course]
    """By slug, in the order in which they are offered."""
    kept: Mapping[str, Kept]
    problems: tuple[Problem, ...] = ()

    @property
    def pages(self) -> tuple[Article, ...]:
        """All that there is to read."""
        return pages_of(self.courses)


@dataclass(frozen=True, slots=True)
class _File(Generic[_Head]):
    """A file that could be read, with everything put into its text."""

    name: str
    head: _Head
    title: str
    summary: str
    body: Expanded
    document: Document

    def problem(self, line: int, text: str) -> Problem:
        """Make a problem of a line of the text, wherever that was written."""
        place = written_at(self.body.runs, line)
        return Problem(place.path, place.line, text)


@dataclass(slots=True)
class _Reading:
    """One pass over the files of one course."""

    around: Around
    slug: str
    problems: list[Problem] = field(default_factory=list)

    def file(self, name: str, text: str, model: type[_Head]) -> _File[_Head] | None:
        """Read one file; None where there is a mistake in it."""
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            self.problems.append(Problem(name, line, "the text holds a NUL character"))
            return None
        document, wrong = parse_front_matter(unicodedata.normalize("NFC", text), name)
        head, more = validate(model, document)
        self.problems += (*wrong, *more)
        if head is None or wrong:
            return None
        pieces, lines = self.around.pieces, document
        said = head.model_dump(include={"title", "summary"})
        title, some = expanded_words(said["title"], Place(name, lines.line(["title"])), pieces)
        summary = expanded(said["summary"], Place(name, lines.line(["summary"])), pieces)
        body = expanded(document.body, Place(name, document.body_line), pieces)
        self.problems += (*some, *summary.problems, *body.problems)
        return _File(name, head, title, plain(summary.text) if summary.text else "", body, document)


def read_courses(content_dir: Path, around: Around, previous: Mapping[str, Kept]) -> Courses:
    """Read all courses. One with a mistake anywhere stays, as a whole, as it was in its last good version."""
    found, problems = find_courses(content_dir)
    digest = around.digest
    kept: dict[str, Kept] = {}
    for slug, files in found.items():
        if re.fullmatch(SLUG, slug):
            kept[slug] = _read(slug, files, around, (digest, previous.get(slug, Kept())))
        else:
            text = f"{slug!r} is no name for a course's folder; use small letters, digits and hyphens"
            problems.append(Problem(next(iter(files)), 1, text))
    read = {slug: one.course for slug, one in kept.items() if one.course}
    joined = []
    for slug, course in read.items():
        one, wrong = _joined(course, kept[slug].line, read, found.keys())
        joined.append(one)
        problems += wrong
    ordered = sorted(joined, key=lambda course: (course.order, course.title.casefold(), course.slug))
    problems += (problem for one in kept.values() for problem in one.problems)
    return Courses({course.slug: course for course in ordered}, kept, tuple(problems))


def read_outlines(content_dir: Path, site: Site) -> Mapping[str, Course]:
    """Return the sound courses for whoever asks only what there is to learn.

    No article is read, so that it takes a moment; links to articles are not to be relied on.
    """
    pieces = Pieces(site.variables, read_includes(content_dir, {})[0])
    return read_courses(content_dir, Around(site, pieces, {}, frozenset()), {}).courses


def pages_of(courses: Mapping[str, Course]) -> tuple[Article, ...]:
    """Return all that there is to read in some courses."""
    return tuple(page for course in courses.values() for page in course.pages)


def page_in(courses: Mapping[str, Course], slug: str) -> Article | None:
    """Return the page that has a slug such as `/courses/ropes/begin`."""
    name = slug.removeprefix(COURSES_URL).partition("/")[0]
    course = courses.get(name) if slug.startswith(COURSES_URL) else None
    return next((page for page in course.pages if page.slug == slug), None) if course else None


def _read(slug: str, files: Mapping[str, Path], around: Around, known: tuple[str, Kept]) -> Kept:
    """Read one course unless it is what was seen before, in the surroundings of before."""
    surroundings, before = known
    reading = _Reading(around, slug)
    texts: dict[str, str] = {}
    for name, path in files.items():
        texts[name], wrong = read_text(path, name)
        reading.problems += wrong
    if reading.problems:
        return Kept("", before.course, tuple(reading.problems))
    digest = _digest([surroundings, *(part for item in texts.items() for part in item)])
    if digest == before.digest:
        return before
    index = f"{COURSES}/{slug}/{_INDEX}"
    if index not in texts:
        text = f"the course has no {_INDEX}; expected one with at least a title between two lines of ---"
        return Kept(digest, before.course, (Problem(next(iter(files)), 1, text),))
    document, unreadable = parse_front_matter(texts[index], index)
    audience, wrong = _audience(document, around.site)
    course = _course(texts, reading)
    if course and before.course and (renamed := list(_renamed(course, before.course))):
        reading.problems += renamed
        course = None
    if course:
        course = _for(course, audience)
    elif before.course:
        # Somebody may mean to change who may see this; until the mistake is mended nobody new may.
        closed = not unreadable and before.course.audience != audience
        course = _for(before.course, STAFF_ONLY) if closed else before.course
    return Kept(digest, course, (*reading.problems, *wrong), document.line(["prerequisites"]))


def _audience(document: Document, site: Site) -> tuple[Audience, list[Problem]]:
    """Return whom a course is for; a draft is for colleagues."""
    audience, wrong = audience_of(document)
    if isinstance(document.data, dict) and document.data.get("status") == "draft":
        audience = STAFF_ONLY
    return audience or site.audience, wrong


def _course(texts: Mapping[str, str], reading: _Reading) -> Course | None:
    """Return the course, unless something in it is wrong."""
    home = f"{COURSES}/{reading.slug}/"
    index = reading.file(home + _INDEX, texts[home + _INDEX], CourseHead)
    lessons = list(_lesson_files(texts, reading))
    reading.problems += _twice(lessons)
    if not lessons and not reading.problems:
        text = "the course has no lessons; expected files such as 01-begin.md beside this one"
        reading.problems.append(Problem(home + _INDEX, 1, text))
    if index is None or reading.problems:
        return None
    pages = {lesson.name: f"{COURSES_URL}{reading.slug}/{lesson.head.id}" for lesson in lessons}
    writing = _Writing(reading, pages | {index.name: COURSES_URL + reading.slug}, _digest(texts.values()))
    course = writing.course(index, lessons)
    return None if reading.problems else course


def _lesson_files(texts: Mapping[str, str], reading: _Reading) -> Iterator[_File[LessonHead]]:
    """Yield the lessons that can be read, in the order of their numbers."""

    def number(name: str) -> tuple[int, str]:
        return int(PurePosixPath(name).name.partition("-")[0]), name

    names = [name for name in texts if PurePosixPath(name).name != _INDEX]
    for name in names:
        if not _LESSON.match(PurePosixPath(name).name):
            text = "the name of a lesson begins with its place; expected one such as 01-begin.md"
            reading.problems.append(Problem(name, 1, text))
    for name in sorted((name for name in names if _LESSON.match(PurePosixPath(name).name)), key=number):
        if lesson := reading.file(name, texts[name], LessonHead):
            yield lesson


def _twice(lessons: Sequence[_File[LessonHead]]) -> Iterator[Problem]:
    """Yield the ids that two lessons have, of today or of the past."""
    owners: dict[str, str] = {}
    for lesson in lessons:
        for key, names in (("id", (lesson.head.id,)), ("aliases", lesson.head.aliases)):
            for name in names:
                if name in owners:
                    text = f"the id `{name}` belongs to {owners[name]} already; a lesson needs one of its own"
                    yield lesson.document.problem([key], text)
                owners.setdefault(name, lesson.name)


def _renamed(course: Course, before: Course) -> Iterator[Problem]:
    """Yield the lessons that have another id than a moment ago, which would lose people's progress."""
    known = {name for lesson in course.lessons for name in lesson.ids}
    now = {lesson.page.path: lesson.id for lesson in course.lessons}
    for lesson in before.lessons:
        if lesson.page.path in now and lesson.id not in known:
            text = (
                f"the id of this lesson was `{lesson.id}`, under which people have done it; "
                f"add `aliases: [{lesson.id}]`, or give what is another lesson another file name"
            )
            yield Problem(lesson.page.path, 1, text)


@dataclass(frozen=True, slots=True)
class _Writing:
    """Makes pages of the files of one course."""

    reading: _Reading
    pages: Mapping[str, str]
    revision: str
    renderer: Renderer = field(default_factory=Renderer)

    def course(self, index: _File[CourseHead], lessons: Iterable[_File[LessonHead]]) -> Course:
        """Make the course; what is wrong is among the problems of the reading."""
        head = index.head
        page = self._page(index, index.body.text, head.goals)
        return Course(
            slug=self.reading.slug,
            title=page.title,
            summary=page.summary,
            page=page,
            lessons=tuple(self._lesson(lesson) for lesson in lessons),
            revision=self.revision,
            goals=head.goals,
            order=head.order,
            prerequisites=head.prerequisites,
            aliases=head.aliases,
            pass_mark=head.pass_mark,
            attempts=head.attempts,
            certificate=head.certificate,
            certifies_partners=head.certifies == "partners",
        )

    def _lesson(self, file: _File[LessonHead]) -> Lesson:
        text, begins = split_quiz(file.body.text)
        page = self._page(file, text)
        quiz = self._quiz(file, begins) if begins else None
        questions = len(quiz.questions) if quiz else 0
        guessed = round(len(page.text.split()) / _WORDS_A_MINUTE + questions / _QUESTIONS_A_MINUTE)
        minutes = file.head.minutes or max(1, guessed)
        return Lesson(id=file.head.id, page=page, minutes=minutes, aliases=file.head.aliases, quiz=quiz)

    def _quiz(self, file: _File[LessonHead], begins: int) -> Quiz | None:
        addresses = self._addresses(file.name)

        def block(text: str) -> str:
            return self.renderer.render(text, "", addresses.url).html

        def line(text: str) -> str:
            return _PARAGRAPH.sub(r"\1", block(text))

        try:
            quiz, problems = read_quiz(file.body.text, begins, file.problem, Render(block, line))
        except RenderError as error:
            quiz, problems = None, [file.problem(begins, str(error))]
        self.reading.problems += problems
        return quiz

    def _page(
        self, file: _File[CourseHead] | _File[LessonHead], text: str, goals: tuple[str, ...] = ()
    ) -> Article:
        try:
            page = self.renderer.render(text, file.title, self._addresses(file.name).url)
        except RenderError as error:
            self.reading.problems.append(file.problem(1, str(error)))
            page = self.renderer.render("", file.title, str)
        return Article(
            slug=self.pages[file.name],
            title=file.title,
            summary=file.summary,
            category=SHELF,
            body=Packed.of(Body(page.html, page.sections, text)),
            digest=_digest([file.title, file.summary, *goals, text]),
            path=file.name,
            keywords=goals,
            language=self.reading.around.site.language,
            links=tuple(_placed(link, file) for link in page.links),
        )

    def _addresses(self, name: str) -> Addresses:
        pages = {path: quote(url) for path, url in self.pages.items()}
        return Addresses(name, self.reading.around.slugs, self.reading.around.files, pages)


def _placed(link: Link, file: _File[CourseHead] | _File[LessonHead]) -> Link:
    place = written_at(file.body.runs, link.line)
    return replace(link, line=place.line, path="" if place.path == file.name else place.path)


def _for(course: Course, audience: Audience) -> Course:
    """Return a course for an audience; its pages are for the same."""
    lessons = tuple(
        replace(lesson, page=replace(lesson.page, audience=audience)) for lesson in course.lessons
    )
    return replace(course, audience=audience, page=replace(course.page, audience=audience), lessons=lessons)


def _joined(
    course: Course, line: int, read: Mapping[str, Course], folders: Iterable[str]
) -> tuple[Course, list[Problem]]:
    """Leave out prerequisites and old slugs that cannot be, and say which."""
    folders = set(folders)
    problems = []
    good = []
    for slug in course.prerequisites:
        if slug not in folders:
            text = f"there is no course `{slug}` to take first{nearest(slug, folders - {course.slug})}"
            problems.append(Problem(course.page.path, line, text))
        elif way := _way(slug, course.slug, read):
            circle = " > ".join((course.slug, *way))
            problems.append(
                Problem(course.page.path, line, f"`prerequisites` go round in a circle: {circle}")
            )
        else:
            good.append(slug)
    for slug in course.aliases:
        if slug in folders:
            text = f"the alias `{slug}` is the name of another course's folder"
            problems.append(Problem(course.page.path, 1, text))
    aliases = tuple(slug for slug in course.aliases if slug not in folders)
    return replace(course, prerequisites=tuple(good), aliases=aliases), problems


def _way(begin: str, end: str, read: Mapping[str, Course]) -> tuple[str, ...]:
    """Return the way from one course to another along what is taken first; empty where there is none."""
    ways: list[tuple[str, ...]] = [(begin,)]
    seen = {begin}
    while ways:
        way = ways.pop()
        if way[-1] == end:
            return way
        course = read.get(way[-1])
        for slug in course.prerequisites if course else ():
            if slug not in seen:
                seen.add(slug)
                ways.append((*way, slug))
    return ()


def _digest(parts: Iterable[str]) -> str:
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
