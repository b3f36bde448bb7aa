"""Programmes are read from Markdown, and what is wrong with one is said with file and line."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from kb.programmes.programme import Programme
from kb.programmes.reading import read_programmes
from kb.programmes.trigger import Trigger, read_trigger
from kb.site import Site
from kb.visibility import Audience
from tests.kb.command import Kb
from tests.kb.shelf import Shelf

SITE = Site(
    contact_email="help@harbour.example",
    variables={"product": "Harbour"},
    events={"invoice.sent": "sends a first invoice", "exported": "takes data out"},
)
INDEX = "---\ntrigger: signed up\n---\nFor newcomers.\n"
WELCOME = "---\nid: welcome\nsubject: Welcome, {{ name }}\n---\nHello.\n"


def write(folder: Path, **files: str) -> Path:
    """Write a programme `tour`; `index` and steps such as `s01_welcome`."""
    home = folder / "programmes" / "tour"
    home.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        home.joinpath(name.removeprefix("s").replace("_", "-") + ".md").write_text(text)
    return folder


def the_one(folder: Path) -> Programme:
    (programme,), problems = read_programmes(folder, SITE)
    assert problems == []
    return programme


def problems(folder: Path) -> list[str]:
    found, wrong = read_programmes(folder, SITE)
    assert found == (), "a programme with a mistake is not run"
    return [str(problem) for problem in wrong]


def test_a_programme_says_what_sets_it_off_whom_it_is_for_and_its_mails_in_order(tmp_path: Path) -> None:
    index = (
        "---\ntitle: The tour\ntrigger: 3 days since signed up\naudience: tier 3\nrole: manager\n"
        "goal: course finished: berths\ncap: 2\nagain_after: 2 weeks\nreply_to: tess@harbour.example\n"
        'quiet_hours: {begin: "20:00", end: "7:00", weekends: false}\n---\nFor newcomers.\n'
    )
    second = (
        "---\nid: berth\nsubject: Your berth\ndelay: 1 week\nunless: done berths/first\n---\n"
        "Go on, {{ first_name | there }}, with {{ product }} at {{ account }}.\n"
    )
    index = index.replace("goal: course finished: berths", 'goal: "course finished: berths"')
    tour = the_one(write(tmp_path, index=index, s01_welcome=WELCOME, s02_berth=second))
    assert (tour.name, tour.title, tour.about) == ("tour", "The tour", "For newcomers.\n")
    assert tour.trigger == Trigger("signed up", 3)
    assert tour.audience == Audience(frozenset({"tier:3"}))
    assert (tour.role, tour.goal, tour.cap, tour.again_after) == ("manager", "done berths", 2, 14)
    assert tour.reply_to == "tess@harbour.example"
    assert (tour.quiet_hours.begin, tour.quiet_hours.weekends) == (time(20), False)
    assert [(one.id, one.after, one.delay) for one in tour.steps] == [
        ("welcome", None, 0),
        ("berth", "welcome", 7),
    ]
    assert tour.steps[1].unless == ("done berths/first",)
    assert [one.needs for one in tour.steps] == [{"name"}, {"account"}]


def test_the_text_of_a_change_kit_is_put_in_as_a_shared_text(tmp_path: Path) -> None:
    body = "---\nid: news\nsubject: News\n---\nHello.\n\n{{ include: kit }}\n"
    assert the_one(write(tmp_path, index=INDEX, s01_news=body)).steps[0].needs == {"kit"}


def test_replies_reach_a_person_where_the_programme_names_nobody(tmp_path: Path) -> None:
    tour = the_one(write(tmp_path, index=INDEX, s01_welcome=WELCOME))
    assert tour.reply_to == "help@harbour.example"


@pytest.mark.parametrize(
    ("written", "trigger"),
    [
        ("signed up", Trigger("signed up")),
        ("Signed  Up", Trigger("signed up")),
        ("30 days since signed up", Trigger("signed up", 30)),
        ("1 day since usage fell", Trigger("usage fell", 1)),
        ("not yet done berths/first 7 days after signed up", Trigger("signed up", 7, "done berths/first")),
        ("course finished: berths", Trigger("done berths")),
        ("usage fell", Trigger("usage fell")),
        ("renewal in 60 days", Trigger("renewal", -60)),
        ("tier changed", Trigger("tier changed")),
        ("NPS answered", Trigger("nps answered")),
        ("every month", Trigger("month")),
    ],
)
def test_every_trigger_can_be_said(written: str, trigger: Trigger) -> None:
    assert read_trigger(written) == trigger


@pytest.mark.parametrize(
    ("written", "trigger"),
    [
        ("invoice.sent", Trigger("event invoice.sent")),
        ("3 days since done invoice.sent", Trigger("event invoice.sent", 3)),
        (
            "not yet done invoice.sent, 7 days after signed up",
            Trigger("signed up", 7, "event invoice.sent"),
        ),
        ("not yet done berths 7 days after invoice.sent", Trigger("event invoice.sent", 7, "done berths")),
        ("done exported", Trigger("event exported")),
        ("course finished: exported", Trigger("done exported")),
        ("done report.run", None),
        ("not yet done report.run 7 days after signed up", None),
        ("signed_up", None),
    ],
)
def test_what_the_product_tells_of_sets_a_programme_off_where_it_is_declared(
    written: str, trigger: Trigger | None
) -> None:
    assert read_trigger(written, SITE.events) == trigger


def test_an_event_that_site_yaml_does_not_declare_is_named_with_its_line(kb: Kb, shelf: Shelf) -> None:
    (shelf.folder / "site.yaml").write_text("events:\n  report.run: runs a report\n", encoding="utf-8")
    index = "---\ntrigger: signed up\ngoal: invoice.sent\n---\n"
    step = "---\nid: a\nsubject: A\nunless: done invoice.sent\n---\nHello.\n"
    write(shelf.folder, index=index, s01_a=step)
    ran = kb("check", str(shelf.folder))
    home = shelf.folder / "programmes" / "tour"
    assert ran.code == 1
    assert (
        f"{home}/index.md:3: `goal`: 'invoice.sent' is nothing that happens; expected signed up," in ran.err
    )
    assert f"{home}/01-a.md:4: `unless.0`: 'done invoice.sent' is nothing that happens" in ran.err
    assert "or one of the `events` in site.yaml (report.run)" in ran.err


@pytest.mark.parametrize(
    "written", ["", "signed", "renewal", "renewal in x days", "not yet done x", "3 days since monday", "done"]
)
def test_an_unknown_trigger_is_refused_with_its_line(tmp_path: Path, written: str) -> None:
    folder = write(tmp_path, index=f"---\ntrigger: '{written}'\n---\n", s01_welcome=WELCOME)
    (said,) = problems(folder)
    assert said.startswith(
        f"programmes/tour/index.md:2: `trigger`: '{written}' is no trigger; expected signed up,"
    )


@pytest.mark.parametrize(
    ("head", "line", "said"),
    [
        (
            "id: welcome\nsubject: Again",
            2,
            "the id `welcome` belongs to programmes/tour/01-welcome.md already",
        ),
        ("id: next\nsubject: Next\nafter: last", 4, "so that nothing goes round in a circle"),
        ("id: next\nsubject: Next\nafter: next", 4, "`after` names `next`, which is no step before this one"),
        ("id: next\nsubject: '{{ nobody }}'", 3, "there is no variable `nobody`"),
        ("id: next\nsubject: 'Welcome, {{ name'", 3, "`{{` expects a name and `}}` behind it"),
        ("id: next\nsubject: Next\nunless: rain", 4, "`unless.0`: 'rain' is nothing that happens"),
        ("id: next\nsubject: Next\ndelay: soon", 4, "`delay`: 'soon' is no span of time"),
        ("id: next\nsubject: Next\nwhen: now", 4, "unknown key `when`"),
        ("subject: Next", 1, "`id` is missing"),
    ],
)
def test_a_mistake_in_a_step_is_said_with_its_line(tmp_path: Path, head: str, line: int, said: str) -> None:
    folder = write(tmp_path, index=INDEX, s01_welcome=WELCOME, s02_next=f"---\n{head}\n---\nText.\n")
    (problem,) = problems(folder)
    assert problem.startswith(f"programmes/tour/02-next.md:{line}: ")
    assert said in problem


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("Hello.\n\n{{ nobody }}\n", 7, "there is no variable `nobody`"),
        ("Hello.\n\n{{ nobody | you }}\n", 7, "there is no variable `nobody | you`"),
        ("Hello.\n\n{{ name | }}\n", 7, "there is no variable `name |`; expected one of account, csm,"),
        ("Hello {{ name | you }}.\n\n{{ nobody }}\n", 7, "one of account, csm, first_name, name, "),
        ("Hello.\n\nYour person is {{ csm.\n", 7, "`{{` expects a name and `}}` behind it on its line"),
        ("Hello.\n\n{{ }}\n", 7, "`{{` expects a name and `}}` behind it on its line"),
        ("{{ include: gone }}\n", 5, "there is no includes/gone.md"),
        ("Hello.\n\n[there](berths.md)\n", 7, "the link berths.md leads nowhere from a mail"),
        ("\n", 5, "the mail has no text"),
    ],
)
def test_a_mistake_in_a_mail_is_said_with_its_line(tmp_path: Path, body: str, line: int, said: str) -> None:
    folder = write(tmp_path, index=INDEX, s01_welcome=f"---\nid: welcome\nsubject: Hi\n---\n{body}")
    (problem,) = problems(folder)
    assert problem.startswith(f"programmes/tour/01-welcome.md:{line}: ")
    assert said in problem


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"s01_welcome": WELCOME}, "programmes/tour/index.md:1: there is no such file"),
        ({"index": INDEX}, "programmes/tour/index.md:1: the programme has no step"),
        ({"index": INDEX, "notes": "x"}, "programmes/tour/notes.md:1: the file is no step"),
        (
            {"index": "---\ntrigger: signed up\naudience: gold\n---\n", "s01_welcome": WELCOME},
            "programmes/tour/index.md:3: `audience`: 'gold' is no audience",
        ),
        (
            {"index": "---\ntrigger: signed up\nreply_to: us\n---\n", "s01_welcome": WELCOME},
            "programmes/tour/index.md:3: `reply_to`: 'us' is no address",
        ),
    ],
)
def test_a_programme_that_is_not_whole_is_said_to_be_so(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    (problem,) = problems(write(tmp_path, **files))
    assert problem.startswith(said)


def test_programmes_send_in_their_order_and_a_broken_one_leaves_the_others_alone(tmp_path: Path) -> None:
    write(tmp_path, index=INDEX, s01_welcome=WELCOME)
    for name, head in (("first", "trigger: signed up\norder: 1"), ("broken", "trigger: rain")):
        home = tmp_path / "programmes" / name
        home.mkdir()
        (home / "index.md").write_text(f"---\n{head}\n---\n")
        (home / "01-a.md").write_text(WELCOME)
    found, wrong = read_programmes(tmp_path, SITE)
    assert [one.name for one in found] == ["first", "tour"]
    assert len(wrong) == 1


def test_kb_check_says_what_is_wrong_with_a_programme(kb: Kb, shelf: Shelf) -> None:
    write(shelf.folder, index="---\ntrigger: rain\n---\n", s01_welcome=WELCOME)
    ran = kb("check", str(shelf.folder))
    assert ran.code == 1
    assert f"{shelf.folder}/programmes/tour/index.md:2: `trigger`: 'rain' is no trigger" in ran.err


def test_kb_check_finds_a_link_of_a_mail_to_an_article_that_is_not_there(kb: Kb, shelf: Shelf) -> None:
    shelf.article("berths.md", "Berths", aliases="docks")
    path = shelf.folder / "programmes/tour/01-welcome.md"
    body = WELCOME + "\n[a](/articles/berths) [b](/articles/docks) [c](/services)\n\n[d](/articles/gone)\n"
    write(shelf.folder, index=INDEX, s01_welcome=body)
    ran = kb("check", str(shelf.folder))
    assert ran.code == 1
    assert ran.err == (f"{path}:9: the link /articles/gone leads to no published article\n")
