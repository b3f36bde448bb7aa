"""What is doubtful about whom articles and courses are for: readers who cannot exist, ways some cannot go.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from kb.course_names import course_named
from kb.library import Library
from kb.links import lesson_in, slug_in
from kb.visibility import Audience, all_see, folded
from tiering.domain.policy import Rules
from tiering.files import Problem


def unknown_in(audience: Audience, rules: Rules) -> list[str]:
    """Return a sentence for each tier and segment of an audience that the policy does not have."""
    known = {
        "tier": [str(tier.id) for tier in rules.tiers],
        "segment": [folded(segment.id) for segment in rules.segments],
    }
    sentences = []
    for word in sorted(audience.words):
        kind, _, name = word.partition(":")
        if kind in known and name not in known[kind]:
            expected = f"expected one of {', '.join(known[kind])}" if known[kind] else "it has none at all"
            sentences.append(f"`audience`: the policy has no {kind} `{name}`; {expected}")
    return sentences


def links_for_fewer(library: Library) -> Iterator[Problem]:
    """Warn of each link that leads some readers of a page to one that does not exist for them.

    It may be meant so, and who cannot follow such a link reads its words without it.
    """
    courses = (page for course in library.courses.values() for page in course.pages)
    for page in (*library.articles.values(), *courses):
        for link in page.links:
            target = audience_at(link.url, library)
            if target and not all_see(page.audience, target):
                text = (
                    f"not all readers see where the link {link.target} leads, which is for"
                    f" {said(target)}, while this is for {said(page.audience)}"
                )
                yield Problem(link.path or page.path, link.line, text, warning=True)


def courses_for_fewer(library: Library) -> Iterator[tuple[str, str]]:
    """Yield the file of each course of which not all readers see what to take first, and a sentence."""
    for course in library.courses.values():
        for slug in course.prerequisites:
            first = library.courses.get(slug)
            if first and not all_see(course.audience, first.audience):
                text = (
                    f"`prerequisites`: not all who may take this course see `{slug}`, which is for"
                    f" {said(first.audience)}, while this is for {said(course.audience)}"
                )
                yield course.page.path, text


def audience_at(url: str, library: Library) -> Audience | None:
    """Return whom that is for to which an address of ours leads."""
    slug, lesson = slug_in(url), lesson_in(url)
    article = library.articles.get(library.redirects.get(slug, slug)) if slug else None
    course = course_named(library.courses, lesson.partition("/")[0]) if lesson else None
    return article.audience if article else course.audience if course else None


def said(audience: Audience) -> str:
    """Write an audience as people read it."""
    return audience.key.replace("+", ", ")
