"""Courses on disk: what is read, what is wrong with it, and what stays while somebody mends it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.course import Course
from kb.seen import seen_by
from kb.site import Site
from kb.visibility import NOBODY, PUBLIC, STAFF, STAFF_ONLY, Visitor, Who
from tests.kb.shelf import TODAY, Shelf

QUIZ = "## Quiz\n\n### Two knots? {#knots}\n\n- [x] Bowline\n- [ ] Bow tie\n"


@pytest.fixture
def ropes(shelf: Shelf) -> Shelf:
    """A course of two lessons, the second with a quiz."""
    shelf.course("ropes", "title: Ropes\ngoals: [Moor a boat]")
    shelf.lesson("ropes/01-begin", "id: begin\ntitle: Begin")
    shelf.lesson("ropes/02-knots", "id: knots\ntitle: Knots", f"Tie two.\n\n{QUIZ}")
    return shelf


def the(shelf: Shelf) -> Course:
    return shelf.read().courses["ropes"]


def test_a_course_has_its_lessons_in_the_order_of_their_numbers(ropes: Shelf) -> None:
    ropes.lesson("ropes/010-last", "id: last\ntitle: Last", "word " * 900)
    course = the(ropes)
    assert ropes.problems() == []
    assert (course.title, course.goals, course.audience) == ("Ropes", ("Moor a boat",), PUBLIC)
    assert [lesson.id for lesson in course.lessons] == ["begin", "knots", "last"]
    assert [lesson.minutes for lesson in course.lessons] == [1, 1, 5]
    assert course.minutes == 7


def test_the_quiz_is_no_part_of_what_there_is_to_read(ropes: Shelf) -> None:
    begin, knots = the(ropes).lessons
    assert begin.quiz is None
    assert knots.quiz
    assert knots.page.html == "<p>Tie two.</p>"
    assert knots.quiz.questions[0].options[0].html == "Bowline"


def test_variables_includes_and_links_work_as_in_articles(ropes: Shelf) -> None:
    ropes.article("berths/book.md", "Book")
    ropes.include("warning.md", "Mind {{ product }}.")
    ropes.lesson(
        "ropes/01-begin",
        "id: begin\ntitle: Begin with {{ product }}",
        "{{ include: warning }}\n\n[Book](../../articles/berths/book.md), [knots](02-knots.md#top).",
    )
    site = replace(Site(), variables={"product": "Hawser"})
    course = ropes.read(site=site).courses["ropes"]
    assert course.lessons[0].title == "Begin with Hawser"
    assert course.lessons[0].page.html == (
        '<p>Mind Hawser.</p>\n<p><a href="/articles/berths/book" rel="noopener">Book</a>, '
        '<a href="/courses/ropes/knots#top" rel="noopener">knots</a>.</p>'
    )


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        ("index.md", "no head", "courses/ropes/index.md:1: `title` is missing"),
        ("index.md", "---\ntitle: R\npass_mark: 101\n---\n",
         "courses/ropes/index.md:3: `pass_mark` is 101; expected a number of at most 100"),
        ("index.md", "---\ntitle: R\ncertificate: soon\n---\n", "courses/ropes/index.md:3: `certificate`: "
         "'soon' is no span of time; write days such as 180, or '26 weeks', or '6 months'"),
        ("index.md", "---\ntitle: R\ncertifies: partners\n---\n", "courses/ropes/index.md:3: `certifies`: "
         "say with `certificate`, such as `certificate: 2 years`, for how long it does"),
        ("index.md", "---\ntitle: R\ncertifies: all\ncertificate: 90\n---\n", "courses/ropes/index.md:3: "
         "`certifies` is 'all'; expected 'partners'"),
        ("01-begin.md", "---\ntitle: Begin\n---\n", "courses/ropes/01-begin.md:1: `id` is missing"),
        ("01-begin.md", "---\ntitle: B\nid: begin\n---\n{{ nix }}", "courses/ropes/01-begin.md:5: "
         "there is no variable `nix`; expected one of company, product, or \\{{ to show it as it stands"),
        ("02-knots.md", "---\ntitle: Knots\nid: begin\n---\n",
             "courses/ropes/02-knots.md:3: the id `begin` "
         "belongs to courses/ropes/01-begin.md already; a lesson needs one of its own"),
        ("02-knots.md", "---\ntitle: Knots\nid: knots\n---\n\n## Quiz\n\n### A?\n- [ ] a\n- [ ] b\n",
         "courses/ropes/02-knots.md:8: no answer of this question is right; mark one with `- [x]`"),
        ("02-knots.md", "---\ntitle: Knots\nid: splices\n---\n",
             "courses/ropes/02-knots.md:1: the id of this "
         "lesson was `knots`, under which people have done it; add `aliases: [knots]`, or give what is "
         "another lesson another file name"),
        ("last.md", "---\ntitle: Last\nid: last\n---\n",
             "courses/ropes/last.md:1: the name of a lesson begins "
         "with its place; expected one such as 01-begin.md"),
        ("02-knots.md", b"\xff",
             "courses/ropes/02-knots.md:1: the text is not UTF-8; save the file as UTF-8"),
    ],
)  # fmt: skip
def test_a_course_with_a_mistake_anywhere_stays_as_it_was(
    ropes: Shelf, path: str, text: str | bytes, problem: str
) -> None:
    good = the(ropes)
    ropes.course_file(f"ropes/{path}", text)
    assert ropes.problems() == [problem]
    assert ropes.problems() == [problem]
    assert the(ropes) == good


def test_a_course_that_never_was_good_is_not_there(shelf: Shelf) -> None:
    shelf.course("ropes", "title: Ropes")
    assert shelf.problems() == [
        "courses/ropes/index.md:1: the course has no lessons; "
        "expected files such as 01-begin.md beside this one"
    ]
    assert shelf.read().courses == {}


def test_a_lesson_may_change_its_id_when_it_names_the_old_one(ropes: Shelf) -> None:
    the(ropes)
    ropes.lesson("ropes/02-knots", "id: splices\ntitle: Splices\naliases: knots")
    assert ropes.problems() == []
    found = the(ropes).lesson("knots")
    assert found
    assert found.id == "splices"


def test_a_lesson_that_is_moved_or_replaced_by_another_file_is_no_mistake(ropes: Shelf) -> None:
    the(ropes)
    (ropes.folder / "courses/ropes/02-knots.md").unlink()
    ropes.lesson("ropes/03-splices", "id: splices\ntitle: Splices")
    assert ropes.problems() == []
    assert [lesson.id for lesson in the(ropes).lessons] == ["begin", "splices"]


def test_unknown_prerequisites_and_circles_are_named_and_left_out(ropes: Shelf) -> None:
    for name, first in (("ropes", "[sails, gone]"), ("sails", "ropes"), ("tides", "ropes")):
        ropes.course(name, f"title: {name.title()}\nprerequisites: {first}")
    for name in ("sails", "tides"):
        ropes.lesson(f"{name}/01-begin", "id: begin\ntitle: Begin")
    assert ropes.problems() == [
        "courses/ropes/index.md:3: `prerequisites` go round in a circle: ropes > sails > ropes",
        "courses/ropes/index.md:3: there is no course `gone` to take first",
        "courses/sails/index.md:3: `prerequisites` go round in a circle: sails > ropes > sails",
    ]
    courses = ropes.read().courses
    assert {slug: course.prerequisites for slug, course in courses.items()} == {
        "ropes": (), "sails": (), "tides": ("ropes",),
    }  # fmt: skip


def test_a_link_that_leads_nowhere_is_a_problem_and_the_course_is_served(ropes: Shelf) -> None:
    ropes.lesson("ropes/01-begin", "id: begin\ntitle: Begin", "[Gone](../../articles/gone.md)")
    assert ropes.problems() == [
        "courses/ropes/01-begin.md:6: the link ../../articles/gone.md leads to no published article"
    ]
    assert "gone" in the(ropes).lessons[0].page.html


def test_a_folder_that_can_be_no_address_is_named(ropes: Shelf) -> None:
    ropes.course("Big Ropes", "title: Big")
    ropes.lesson("ropes/deep/01-begin", "id: begin\ntitle: Begin")
    assert ropes.problems() == [
        "courses/Big Ropes/index.md:1: 'Big Ropes' is no name for a course's folder; "
        "use small letters, digits and hyphens",
        "courses/ropes/deep/01-begin.md:1: a lesson stands in the folder of its course: "
        "expected courses/<course>/01-<name>.md",
    ]


class TestWhoSeesIt:
    """Courses have audiences as articles do."""

    TESS = Visitor(Who.CONTACT, tier=1)

    def test_a_course_is_for_its_audience_and_its_pages_are_too(self, ropes: Shelf) -> None:
        ropes.course("ropes", "title: Ropes\naudience: 1")
        library = ropes.read()
        assert seen_by(library, NOBODY, ["en"]).courses == {}
        seen = seen_by(library, self.TESS, ["en"]).courses["ropes"]
        assert {page.audience.key for page in seen.pages} == {"tier:1"}

    @pytest.mark.parametrize("head", ["audience: evrybody", "status: draft", "audience: []"])
    def test_a_mistyped_audience_or_a_draft_is_for_colleagues(self, ropes: Shelf, head: str) -> None:
        ropes.course("ropes", f"title: Ropes\n{head}")
        library = ropes.read()
        assert seen_by(library, self.TESS, ["en"]).courses == {}
        assert list(seen_by(library, STAFF, ["en"]).courses) == ["ropes"]

    def test_who_closes_a_course_with_a_mistake_in_it_has_closed_it(self, ropes: Shelf) -> None:
        the(ropes)
        ropes.course("ropes", "title: Ropes\naudience: 1\nnonsense: 1")
        assert the(ropes).audience == STAFF_ONLY

    def test_without_a_word_the_site_decides(self, ropes: Shelf) -> None:
        the(ropes)
        assert ropes.read(TODAY, replace(Site(), audience=STAFF_ONLY)).courses["ropes"].audience == STAFF_ONLY

    def test_nobody_hears_of_a_prerequisite_that_is_not_for_them(self, ropes: Shelf) -> None:
        ropes.course("sails", "title: Sails\naudience: staff")
        ropes.lesson("sails/01-begin", "id: begin\ntitle: Begin")
        ropes.course("ropes", "title: Ropes\nprerequisites: sails")
        library = ropes.read()
        assert library.courses["ropes"].prerequisites == ("sails",)
        assert seen_by(library, NOBODY, ["en"]).courses["ropes"].prerequisites == ()

    def test_a_picture_is_seen_by_whoever_sees_the_lesson_that_shows_it(self, ropes: Shelf) -> None:
        ropes.article("secret/plan.md", "Plan", audience="staff")
        ropes.write("secret/knot.svg", "<svg/>")
        ropes.write("secret/other.svg", "<svg/>")
        ropes.lesson("ropes/01-begin", "id: begin\ntitle: B", "![Knot](../../articles/secret/knot.svg)")
        library = ropes.read()
        assert library.problems == ()
        assert list(seen_by(library, NOBODY, ["en"]).files) == ["secret/knot.svg"]
