"""A course as the pages know it: its lessons, their quizzes, and what it takes to finish it."""

from __future__ import annotations

from dataclasses import dataclass

from kb.article import Article
from kb.quiz import Quiz
from kb.visibility import PUBLIC, Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A page to read, perhaps with a quiz at its end; with one it is done when the quiz is passed."""

    id: str
    """Stays whatever else is changed; progress is kept under it."""
    page: Article
    """What there is to read."""
    minutes: int
    aliases: tuple[str, ...] = ()
    """Ids that it had before, under which somebody may have done it."""
    quiz: Quiz | None = None

    @property
    def title(self) -> str:
        """What the lesson is called."""
        return self.page.title

    @property
    def ids(self) -> tuple[str, ...]:
        """Its id, and those that it had."""
        return (self.id, *self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Lessons in their order."""

    slug: str
    title: str
    summary: str
    page: Article
    """What the course says of itself."""
    lessons: tuple[Lesson, ...]
    revision: str
    """A hash of all its files and what was put into them."""
    goals: tuple[str, ...] = ()
    """What somebody learns it for, in the customers' words; the courses of one goal are a path."""
    order: int = 1000
    prerequisites: tuple[str, ...] = ()
    """The slugs of the courses to take first, as far as they exist; advice, and no gate."""
    aliases: tuple[str, ...] = ()
    """Slugs that it had before."""
    audience: Audience = PUBLIC
    pass_mark: int = 80
    """Per cent of a quiz's questions."""
    attempts: int | None = None
    """How often a quiz may be answered in one day; None for as often as somebody likes."""
    certificate: int | None = None
    """For how many days its certificate is valid; None where there is none."""
    certifies_partners: bool = False
    """Whether its certificate makes a certified partner of whoever serves our customers in our place."""

    @property
    def minutes(self) -> int:
        """How long all lessons take."""
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def pages(self) -> tuple[Article, ...]:
        """All that there is to read."""
        return (self.page, *(lesson.page for lesson in self.lessons))

    @property
    def slugs(self) -> tuple[str, ...]:
        """Its slug, and those that it had."""
        return (self.slug, *self.aliases)

    def lesson(self, name: str) -> Lesson | None:
        """Return the lesson that has, or once had, this id."""
        named = (lesson for lesson in self.lessons if lesson.id == name)
        return next(named, None) or next((one for one in self.lessons if name in one.aliases), None)
