"""Finds courses and lessons by the names that people write for them; pure."""

from __future__ import annotations

from collections.abc import Mapping

from kb.course import Course
from tiering.files import nearest


def course_named(courses: Mapping[str, Course], name: str) -> Course | None:
    """Return the course that has, or once had, this slug; `courses` are by the slug of today."""
    return courses.get(name) or next((one for one in courses.values() if name in one.aliases), None)


def unknown(courses: Mapping[str, Course], named: str) -> str | None:
    """Say that there is no such `course` or `course/lesson`, and which may be meant; None if there is."""
    slug, _, lesson = named.partition("/")
    course = course_named(courses, slug)
    if course is None:
        return f"there is no course `{slug}`{nearest(slug, courses)}"
    if lesson and course.lesson(lesson) is None:
        meant = nearest(lesson, (one.id for one in course.lessons))
        return f"the course `{course.slug}` has no lesson `{lesson}`{meant}"
    return None
