"""A programme that asks for a course or a lesson that is not there is named, and sends nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.courses import read_outlines
from kb.programmes.lessons import unknown_lessons
from kb.programmes.people import done
from kb.programmes.reading import read_programmes
from kb.progress import Learned
from kb.site import Site
from tests.conftest import NOON
from tests.kb.command import Kb
from tests.kb.programmes.test_reading import INDEX, WELCOME, write
from tests.kb.shelf import Shelf


@pytest.fixture
def ropes(shelf: Shelf) -> Shelf:
    shelf.course("ropes", "title: Ropes\naliases: [lines]", "See [an article](../../articles/berths.md).")
    shelf.lesson("ropes/01-begin", "id: begin\ntitle: Begin")
    shelf.lesson("ropes/02-knots", "id: knots\ntitle: Knots\naliases: [ties]")
    return shelf


def problems(folder: Path) -> list[str]:
    programmes, wrong = read_programmes(folder, Site())
    assert wrong == []
    courses = read_outlines(folder, Site())
    return [str(one) for programme in programmes for one in unknown_lessons(folder, programme, courses)]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("done ropes", None),
        ("course finished: lines", None),
        ("done lines/ties", None),
        ("7 days since done ropes/knots", None),
        ("course finished: rope", "there is no course `rope`; did you mean `ropes`?"),
        ("course finished: sailing", "there is no course `sailing`"),
        ("7 days since done ropes/knost", "the course `ropes` has no lesson `knost`; did you mean `knots`?"),
        ("not yet done ropes/zz 7 days after signed up", "the course `ropes` has no lesson `zz`"),
    ],
)
def test_what_sets_a_programme_off_is_there(ropes: Shelf, written: str, problem: str | None) -> None:
    write(ropes.folder, index=f"---\ntitle: Tour\ntrigger: '{written}'\n---\n", s01_welcome=WELCOME)
    said = f"programmes/tour/index.md:3: `trigger`: {problem}"
    assert problems(ropes.folder) == ([said] if problem else [])


def test_so_are_its_goal_and_the_conditions_of_its_mails(ropes: Shelf) -> None:
    head = "id: on\nsubject: On\nonly_if: done ropes/begin\nunless: [done ropes/knot, signed up]"
    step = f"---\n{head}\n---\nOn.\n"
    index = "---\ntrigger: signed up\ngoal: done rops\n---\n"
    write(ropes.folder, index=index, s01_welcome=WELCOME, s02_on=step)
    assert problems(ropes.folder) == [
        "programmes/tour/index.md:3: `goal`: there is no course `rops`; did you mean `ropes`?",
        "programmes/tour/02-on.md:5: `unless`: the course `ropes` has no lesson `knot`; "
        "did you mean `knots`?",
    ]


def test_check_names_them_with_links_that_lead_nowhere_or_for_some_nowhere(ropes: Shelf, kb: Kb) -> None:
    ropes.course("sails", "title: Sails\naudience: 1")
    ropes.lesson("sails/01-hoist", "id: hoist\ntitle: Hoist")
    body = f"{WELCOME}\n[a](/courses/ropes/begin) [b](/courses/ropes/end) [c](/courses/sails)\n"
    write(ropes.folder, index=INDEX.replace("signed up", "done oars"), s01_welcome=body)
    ropes.course(
        "ropes", "title: Ropes\nprerequisites: [sails]\naudience: public", "See [sails](/courses/sails)."
    )
    ran = kb("check", str(ropes.folder))
    home = f"{ropes.folder}/"
    assert ran.code == 1
    assert sorted(ran.err.splitlines()) == [
        f"{home}courses/ropes/index.md:3: warning: `prerequisites`: not all who may take this course see"
        " `sails`, which is for tier:1, while this is for public",
        f"{home}courses/ropes/index.md:7: warning: not all readers see where the link /courses/sails leads,"
        " which is for tier:1, while this is for public",
        f"{home}programmes/tour/01-welcome.md:7: the link /courses/ropes/end leads nowhere:"
        " the course `ropes` has no lesson `end`",
        f"{home}programmes/tour/01-welcome.md:7: warning: not all who get this mail see where the link"
        " /courses/sails leads, which is for tier:1, while the mail is for signed-in",
        f"{home}programmes/tour/index.md:2: `trigger`: there is no course `oars`",
    ]


def test_no_article_is_read_for_what_there_is_to_learn(ropes: Shelf) -> None:
    ropes.write("berths.md", b"\xff")
    courses = read_outlines(ropes.folder, Site())
    assert {slug: [lesson.id for lesson in one.lessons] for slug, one in courses.items()} == {
        "ropes": ["begin", "knots"]
    }


def test_what_was_learned_happened_under_every_name_of_the_course_and_its_lessons(ropes: Shelf) -> None:
    courses = read_outlines(ropes.folder, Site())
    learned = [
        Learned(course="lines", lesson="begin", read_at=NOON, done_at=NOON),
        Learned(course="ropes", lesson="ties", read_at=NOON, done_at=NOON),
        Learned(course="gone", lesson="by", read_at=NOON, done_at=NOON),
        Learned(course="gone", lesson="away", read_at=NOON),
    ]
    day = NOON.date()
    assert done(learned, courses, ZoneInfo("UTC")) == {
        f"done {name}": day
        for name in (
            *("ropes", "ropes/begin", "ropes/knots", "ropes/ties", "gone/by"),
            *("lines", "lines/begin", "lines/knots", "lines/ties"),
        )
    }
    assert done(learned[1:], courses, ZoneInfo("UTC")).keys() == {
        *("done ropes/knots", "done ropes/ties", "done lines/knots", "done lines/ties", "done gone/by"),
    }
    assert done([], courses, ZoneInfo("UTC")) == dict[str, date]()
