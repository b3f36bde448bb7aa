"""Courses on the pages: reading, quizzes, going on where one left, certificates, and who sees what of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from kb.grading import shuffled
from kb.programmes.course_link import course_token
from kb.storage import Learning
from kb.web.app import live
from kb.web.desk import desk_of
from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tests.kb.web.cast import DINA, TESS, TOM, colleague, form, settle, signed_in
from tests.kb.web.conftest import SITE, House, MakeHouse
from tests.kb.web.page import read
from tiering.domain.account import Contact
from tiering.usecases.privacy import erase, find
from tiering.usecases.record import RecordUnavailable

INDEX = """---
title: Ropes
summary: Moor any boat.
goals: [Moor a boat]
attempts: 2
{more}---

All of it.
"""
BEGIN = """---
id: begin
title: Begin
minutes: 5
---

Take [a berth](../../articles/berths/book-a-berth.md).
"""
KNOTS = """---
id: knots
title: Knots
minutes: 10
---

Tie them.

## Quiz

### Which holds? {#holds}

- [x] The bowline <b>loop</b>
- [ ] The granny

> It can be **untied**, too.

### In which order? {#order}

1. Loop
2. Through
3. Pull

### Its name? {#name}

= bowline | sesame
"""
RIGHT = {"q.holds": "0", "q.name": "Bowline"}


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    """The harbour with a course of two lessons."""
    house = make_house(read=False)
    settle(desk_of(house.app).store)
    write(house)
    house.refresh()
    return house


def write(house: House, more: str = "certificate: 100\n", knots: str = KNOTS) -> None:
    house.write("courses/ropes/index.md", INDEX.format(more=more))
    house.write("courses/ropes/01-begin.md", BEGIN)
    house.write("courses/ropes/02-knots.md", knots)


def answers(house: House, client: FlaskClient, **wrong: str) -> dict[str, str]:
    """Return a quiz's form, filled in rightly but for what is said."""
    quiz = live(house.app).edition.library.courses["ropes"].lessons[1].quiz
    assert quiz
    order = quiz.question("order")
    assert order
    places = {f"q.order.{shown}": str(thing + 1) for shown, thing in enumerate(shuffled(order))}
    hidden = form(client, "/courses/ropes/knots/quiz")
    return {**hidden, **RIGHT, **places, **{f"q.{name}": value for name, value in wrong.items()}}


def finish(house: House, client: FlaskClient) -> None:
    client.post("/courses/ropes/begin/done", data=form(client, "/courses/ropes/begin"))
    assert client.post("/courses/ropes/knots/quiz", data=answers(house, client)).status_code == 200


class TestReading:
    """What everybody can do."""

    def test_courses_stand_by_their_goals_and_on_the_home_page(self, house: House) -> None:
        client = house.client
        page = client.get("/courses").text
        assert "<h2>Moor a boat</h2>" in page
        assert "2 lessons · 15 minutes · certificate" in page
        for path in ("/", "/articles"):
            assert "/courses" in read(client.get(path).text).links
        assert "/courses/ropes" in read(client.get("/").text).links

    def test_a_lesson_is_read_like_an_article(self, house: House) -> None:
        page = house.client.get("/courses/ropes/begin")
        assert "no-store" not in page.headers["Cache-Control"]
        found = read(page.text)
        assert "/articles/berths/book-a-berth" in found.links
        assert "/courses/ropes/knots" in found.links
        assert "Lesson 1 of 2 · 5 minutes" in page.text

    def test_old_names_lead_to_those_of_today(self, house: House) -> None:
        write(house, "aliases: lines\n", KNOTS.replace("title: Knots", "title: Knots\naliases: bends"))
        house.refresh()
        client = house.client
        for old, new in (
            ("/courses/lines", "/courses/ropes"),
            ("/courses/lines/bends", "/courses/ropes/knots"),
            ("/courses/ropes/bends/quiz", "/courses/ropes/knots/quiz"),
        ):
            answer = client.get(old)
            assert (answer.status_code, answer.location) == (301, new)

    @pytest.mark.parametrize(
        "path",
        ["/courses/sails", "/courses/ropes/gone", "/courses/ropes/begin/quiz", "/courses/sails/begin/quiz"],
    )
    def test_what_is_not_there_is_not_found(self, house: House, path: str) -> None:
        assert house.client.get(path).status_code == 404

    def test_the_site_map_lists_courses_and_lessons(self, house: House) -> None:
        page = house.client.get("/sitemap.xml").text
        for path in ("/courses", "/courses/ropes", "/courses/ropes/begin", "/courses/ropes/knots"):
            assert f"<loc>https://help.harbour.example{path}</loc>" in page
        assert "quiz" not in page

    def test_without_courses_no_page_speaks_of_them(self, harbour: House) -> None:
        assert "/courses" not in read(harbour.client.get("/").text).links
        assert "No course has been published yet." in harbour.client.get("/courses").text

    def test_a_course_that_somebody_may_not_see_is_like_none(self, house: House) -> None:
        write(house, "audience: 1\n")
        house.refresh()
        tess, dina = signed_in(house, TESS), signed_in(house, DINA)
        assert tess.get("/courses/ropes/knots").status_code == 200
        paths = (
            "/courses/ropes",
            "/courses/ropes/begin",
            "/courses/ropes/knots/quiz",
            "/certificates/for/ropes",
        )
        for path in paths:
            assert dina.get(path).status_code == 404
            assert house.client.get(path).status_code == 404
        assert dina.get("/courses/ropes").text == dina.get("/courses/nones").text.replace("nones", "ropes")
        for path in ("/", "/courses", "/sitemap.xml"):
            assert "ropes" not in dina.get(path).text.lower()

    def test_a_link_to_it_is_only_words_for_them(self, house: House) -> None:
        write(house, "audience: 1\n")
        house.write("articles/berths/tie-up.md", "# Tie up\n\nFirst [learn it](/courses/ropes/knots).\n")
        house.refresh()
        tess, dina = (signed_in(house, who).get("/articles/berths/tie-up").text for who in (TESS, DINA))
        assert 'href="/courses/ropes/knots"' in tess
        assert "learn it" in dina
        assert "ropes" not in dina


class TestSearch:
    """Courses and lessons among what is found."""

    def test_a_lesson_stands_among_the_results_as_what_it_is(self, house: House) -> None:
        page = house.client.get("/search?q=begin").text
        assert '<p class="hit-place">Course · Ropes</p>' in page
        assert '<h2><a href="/courses/ropes/begin">Begin</a></h2>' in page
        assert "result for" in page
        only = house.client.get("/search?q=begin&category=/courses").text
        assert "in Courses" in only
        assert "/articles/berths/book-a-berth" not in read(only).links

    def test_without_courses_there_is_no_such_category(self, harbour: House) -> None:
        assert harbour.client.get("/search?q=berth&category=/courses").status_code == 404
        assert "Courses" not in harbour.client.get("/search?q=berth").text.partition("<main")[2]

    def test_programs_and_suggestions_lead_to_the_pages_of_courses(self, house: House) -> None:
        for query, slug in (("knots", "ropes/knots"), ("ropes", "ropes")):
            found = house.client.get(f"/api/v1/search?q={query}").json
            assert found
            first = found["results"][0]
            assert (first["slug"], first["url"]) == (slug, f"https://help.harbour.example/courses/{slug}")
        suggested = house.client.get("/suggest?q=kno").json
        assert suggested
        assert suggested["suggestions"] == [{"title": "Knots", "url": "/courses/ropes/knots"}]

    @pytest.mark.parametrize("word", ["granny", "bowline", "untied", "sesame"])
    def test_what_a_quiz_asks_and_answers_is_found_nowhere(self, house: House, word: str) -> None:
        for written in (word, f"{word[:-1]}x"):
            found = house.client.get(f"/api/v1/search?q={written}").json
            assert found
            assert word not in str(found["results"]).lower()
            assert found["did_you_mean"] is None
        assert house.client.get(f"/suggest?q={word}").json == {"query": word, "suggestions": []}

    def test_an_old_address_of_a_course_shows_what_comes_nearest(self, house: House) -> None:
        assert "/courses/ropes/knots" in read(house.client.get("/courses/ropes/knotz").text).links

    def test_language_models_learn_of_courses(self, house: House) -> None:
        text = house.client.get("/llms.txt").text
        assert "Each link below gives one article as Markdown; courses are pages.\n" in text
        assert "## Courses\n\n- [Ropes](https://help.harbour.example/courses/ropes): Moor any boat.\n" in text

    def test_a_search_that_led_to_a_lesson_was_of_use(self, house: House) -> None:
        client, agent = house.client, {"User-Agent": "Mozilla/5.0"}
        client.get("/search?q=knots", headers=agent)
        led = {"Referer": "https://help.harbour.example/search?q=knots", "Host": "help.harbour.example"}
        client.get("/courses/ropes/knots", headers=agent | led)
        desk = desk_of(house.app)
        desk.recorder.flush()
        reads = desk.readership.of_articles(TODAY.replace(day=1))
        assert reads["/courses/ropes/knots"].searched == 1


class TestQuizzes:
    """Asked, graded, explained."""

    def test_a_page_with_questions_holds_neither_answers_nor_reasons(self, house: House) -> None:
        page = house.client.get("/courses/ropes/knots/quiz").text
        assert "The bowline <b>loop</b>" in page
        for secret in ("sesame", "untied", "right</", "checked"):
            assert secret not in page
        things = re.findall(r"<span>(Loop|Through|Pull)</span>", page)
        assert sorted(things) == ["Loop", "Pull", "Through"]
        assert things != ["Loop", "Through", "Pull"]
        for path in ("/courses/ropes/knots", "/courses/ropes"):
            assert "granny" not in house.client.get(path).text

    def test_a_stranger_is_graded_and_nothing_is_kept(self, house: House) -> None:
        client = house.client
        answer = client.post("/courses/ropes/knots/quiz", data=answers(house, client))
        assert "3 of 3 right" in answer.text
        assert "this result is not kept" in answer.text

    def test_who_fails_reads_what_was_wrong_and_why_but_not_what_is_right(self, house: House) -> None:
        tess = signed_in(house, TESS)
        page = tess.post("/courses/ropes/knots/quiz", data=answers(house, tess, holds="1", name="rope")).text
        assert "<h1>Not passed yet</h1>" in page
        assert "1 of 3 right. It takes 3 to pass." in page
        assert "It can be <strong>untied</strong>, too." in page
        assert "sesame" not in page
        assert "Right is" not in page
        assert "0 of 2 lessons done" in tess.get("/courses/ropes").text

    def test_who_passes_has_done_the_lesson(self, house: House) -> None:
        tess = signed_in(house, TESS)
        page = tess.post("/courses/ropes/knots/quiz", data=answers(house, tess)).text
        assert "<h1>Passed</h1>" in page
        assert "1 of 2 lessons done · 5 minutes left" in tess.get("/courses/ropes").text
        assert "Done on 22 November 2026" in tess.get("/courses/ropes/knots").text

    def test_what_is_not_answered_is_named_and_the_rest_stays(self, house: House) -> None:
        tess = signed_in(house, TESS)
        answer = tess.post("/courses/ropes/knots/quiz", data=answers(house, tess, name=" ", holds="1"))
        assert answer.status_code == 422
        assert "One question is still to answer. Nothing was counted yet." in answer.text
        assert 'value="1" checked' in answer.text
        assert answer.text.count(" selected>") == 3
        assert "2 tries left today" in answer.text

    @pytest.mark.parametrize(
        ("forged", "status"),
        [
            ({"q.holds": "7"}, 400),
            ({"q.gone": "1"}, 400),
            ({"revision": "f" * 32}, 409),
            ({"revision": ""}, 409),
        ],
    )
    def test_what_no_form_of_ours_sends_counts_for_nothing(
        self, house: House, forged: dict[str, str], status: int
    ) -> None:
        tess = signed_in(house, TESS)
        answer = tess.post("/courses/ropes/knots/quiz", data=answers(house, tess) | forged)
        assert answer.status_code == status
        assert "Nothing was counted" in answer.text
        assert "2 tries left today" in answer.text

    def test_a_form_without_its_token_is_refused(self, house: House) -> None:
        tess = signed_in(house, TESS)
        said = answers(house, tess) | {"csrf_token": "x"}
        assert tess.post("/courses/ropes/knots/quiz", data=said).status_code == 400

    def test_a_form_that_is_sent_again_counts_once_and_cannot_be_mended(self, house: House) -> None:
        tess = signed_in(house, TESS)
        said = answers(house, tess, name="rope")
        first = tess.post("/courses/ropes/knots/quiz", data=said).text
        assert "<h1>Not passed yet</h1>" in first
        assert "<h1>Not passed yet</h1>" in tess.post("/courses/ropes/knots/quiz", data=said).text
        again = tess.post("/courses/ropes/knots/quiz", data=said | {"q.name": "bowline"})
        assert again.status_code == 409
        assert "This form had been sent before." in again.text
        assert "1 try left today" in again.text

    def test_a_day_has_as_many_tries_as_the_course_says(self, house: House) -> None:
        tess = signed_in(house, TESS)
        stale = answers(house, tess)
        for _ in range(2):
            tess.post("/courses/ropes/knots/quiz", data=answers(house, tess, name="rope"))
        page = tess.get("/courses/ropes/knots/quiz").text
        assert "You have answered this quiz 2 times today." in page
        assert "<fieldset" not in page
        assert tess.post("/courses/ropes/knots/quiz", data=stale).status_code == 429
        tom = signed_in(house, TOM)
        assert "2 tries left today" in tom.get("/courses/ropes/knots/quiz").text

    def test_a_changed_quiz_keeps_the_pass_and_says_so(self, house: House) -> None:
        tess = signed_in(house, TESS)
        finish(house, tess)
        write(house, knots=KNOTS.replace("granny", "slip knot"))
        house.refresh()
        assert "2 of 2 lessons done" in tess.get("/courses/ropes").text
        page = tess.get("/courses/ropes/knots").text
        assert "The quiz has changed since you passed it. Your pass counts." in page

    def test_a_quiz_that_changed_while_it_was_open_is_asked_anew(self, house: House) -> None:
        tess = signed_in(house, TESS)
        said = answers(house, tess)
        write(house, knots=KNOTS.replace("granny", "slip knot"))
        house.refresh()
        answer = tess.post("/courses/ropes/knots/quiz", data=said)
        assert answer.status_code == 409
        assert "The quiz was changed while you had it open." in answer.text


class TestProgress:
    """Going on where one left."""

    def test_a_lesson_without_a_quiz_is_done_by_a_button_which_leads_on(self, house: House) -> None:
        tess = signed_in(house, TESS)
        answer = tess.post("/courses/ropes/begin/done", data=form(tess, "/courses/ropes/begin"))
        assert (answer.status_code, answer.location) == (303, "/courses/ropes/knots")
        page = tess.get("/courses/ropes").text
        assert "1 of 2 lessons done · 10 minutes left" in page
        assert "Go on: Knots" in page
        assert "1 of 2 lessons · 10 minutes left" in tess.get("/courses").text

    def test_a_lesson_with_a_quiz_is_not_done_by_the_button(self, house: House) -> None:
        tess = signed_in(house, TESS)
        token = form(tess, "/courses/ropes/begin")
        answer = tess.post("/courses/ropes/knots/done", data=token)
        assert (answer.status_code, answer.location) == (303, "/courses/ropes/knots/quiz")
        assert "lessons done" not in tess.get("/courses/ropes").text

    def test_of_what_a_browser_claims_only_reading_is_believed(self, house: House) -> None:
        tess = signed_in(house, TESS)
        token = form(tess, "/courses/ropes/begin")["csrf_token"]
        claims = ["ropes/begin", "ropes/knots", "ropes/gone", "sails/begin", "", "x" * 10_000, "ropes/begin"]
        answer = tess.post("/account/progress", data={"csrf_token": token, "read": claims})
        assert answer.status_code == 204
        learned = desk_of(house.app).learning.of("C-1")
        assert {(one.lesson, one.done_at) for one in learned} == {("begin", NOON), ("knots", None)}

    def test_a_stranger_and_a_colleague_have_no_progress_to_keep(self, house: House) -> None:
        stan = colleague(house)
        assert stan.get("/courses/ropes/knots").status_code == 200
        for client in (house.client, stan):
            token = form(client, "/courses/ropes/knots/quiz")
            for path in ("/account/progress", "/courses/ropes/begin/done", "/certificates/for/ropes"):
                assert client.post(path, data=token).status_code == 403


class TestCertificates:
    """Issued, shown, verified."""

    def issued(self, house: House, client: FlaskClient, name: str = "Tess <of> Tidewater") -> str:
        finish(house, client)
        said = form(client, "/certificates/for/ropes") | {"name": name}
        answer = client.post("/certificates/for/ropes", data=said)
        assert answer.status_code == 303
        return answer.location

    def test_a_stranger_verifies_it_and_reads_nothing_else_of_its_holder(self, house: House) -> None:
        path = self.issued(house, signed_in(house, TESS))
        page = house.client.get(path)
        assert "<h1>Tess &lt;of&gt; Tidewater</h1>" in page.text
        assert "This certificate is real, and valid until 1 March 2027." in page.text
        for secret in (TESS, "C-1", "A-1", "Save as a picture"):
            assert secret not in page.text
        assert 'content="noindex"' in page.text

    def test_whoever_is_erased_is_signed_out_at_once_and_no_longer_on_it(self, house: House) -> None:
        tess = signed_in(house, TESS)
        path = self.issued(house, tess)
        desk = desk_of(house.app)
        whom = find(desk.store, TESS, desk.settings.secret_key, OLGA, TODAY).whom
        erase(desk.store, whom, OLGA)
        page = house.client.get(path)
        assert page.status_code == 200
        assert "<h1>This certificate is no longer shown</h1>" in page.text
        assert "Tess" not in page.text
        assert "certificate-state" not in page.text
        assert house.client.get(f"{path}.svg").status_code == 404
        assert tess.get("/account").location.startswith("/sign-in")

    def test_it_is_drawn_with_what_it_says(self, house: House) -> None:
        path = self.issued(house, signed_in(house, TESS))
        drawn = house.client.get(f"{path}.svg")
        assert drawn.mimetype == "image/svg+xml"
        assert "Tess &lt;of&gt; Tidewater" in drawn.text
        assert f"https://help.harbour.example{path}" in drawn.text

    def test_its_number_may_be_typed_in_small_letters(self, house: House) -> None:
        path = self.issued(house, signed_in(house, TESS))
        answer = house.client.get(path.lower())
        assert (answer.status_code, answer.location) == (301, path)
        for wrong in ("/certificates/AAAAA-AAAAA-AAAAA-AAAAA", "/certificates/AAAAA.svg"):
            page = house.client.get(wrong)
            assert page.status_code == 404
            assert "There is no certificate with this number." in page.text

    def test_it_is_issued_once_however_often_the_form_is_sent(self, house: House) -> None:
        tess = signed_in(house, TESS)
        path = self.issued(house, tess)
        token = form(tess, "/courses/ropes/knots/quiz") | {"name": "Another"}
        again = tess.post("/certificates/for/ropes", data=token)
        assert (again.status_code, again.location) == (303, path)
        assert len(desk_of(house.app).certificates.of(["C-1"])) == 1

    def test_nobody_gets_it_before_all_lessons_are_done(self, house: House) -> None:
        tess = signed_in(house, TESS)
        assert "2 lessons are still to do." in tess.get("/certificates/for/ropes").text
        token = form(tess, "/courses/ropes/knots/quiz") | {"name": "Tess"}
        assert tess.post("/certificates/for/ropes", data=token).status_code == 409

    def test_it_needs_a_name_that_can_be_shown(self, house: House) -> None:
        tess = signed_in(house, TESS)
        finish(house, tess)
        said = form(tess, "/certificates/for/ropes") | {"name": " "}
        answer = tess.post("/certificates/for/ropes", data=said)
        assert answer.status_code == 422
        assert "Please write your name as it is to be shown." in answer.text

    def test_its_holder_finds_the_way_back_and_renews_it_only_near_its_end(self, house: House) -> None:
        tess = signed_in(house, TESS)
        path = self.issued(house, tess)
        assert '<a href="/courses/ropes">Ropes</a>' in tess.get(path).text
        assert '<a href="/courses/ropes">Ropes</a>' not in house.client.get(path).text
        assert "Your certificate, valid until 1 March 2027" in tess.get("/courses/ropes").text
        assert ">Renew<" not in tess.get("/courses/ropes").text

    def test_one_that_ends_soon_can_be_renewed(self, house: House) -> None:
        write(house, "certificate: 50\n")
        house.refresh()
        tess = signed_in(house, TESS)
        self.issued(house, tess)
        assert '<a href="/certificates/for/ropes">Renew</a>' in tess.get("/courses/ropes").text

    def test_one_that_is_over_says_so(self, house: House) -> None:
        tess = signed_in(house, TESS)
        path = self.issued(house, tess)
        desk = desk_of(house.app)
        (one,) = desk.certificates.of(["C-1"])
        assert not one.is_valid(TODAY + timedelta(days=100))
        assert path.endswith(one.number)


class TestTeams:
    """What a customer's manager sees of colleagues."""

    @pytest.fixture
    def crew(self, house: House) -> House:
        """Tess manages Tidewater; Tim and the nameless work there, Tom does not."""
        with desk_of(house.app).store.begin() as work:
            tess = work.contacts.among(["C-1"])["C-1"]
            tim = Contact(id="C-11", account_id="A-1", emails=("tim@tidewater.example",), name="Tim")
            nameless = Contact(id="C-12", account_id="A-1", emails=("crew@tidewater.example",))
            work.contacts.save([replace(tess, role="manager"), tim, nameless])
        return house

    def test_a_manager_sees_how_far_each_colleague_is_and_nobody_else(self, crew: House) -> None:
        finish(crew, signed_in(crew, "tim@tidewater.example"))
        finish(crew, signed_in(crew, TOM))
        tess = signed_in(crew, TESS)
        page = tess.get("/account/team")
        assert "no-store" in page.headers["Cache-Control"]
        assert re.search(r"<span>Tim</span>\s*<span class=\"muted\">Finished</span>", page.text)
        assert "Not begun: crew@tidewater.example, Tess" in page.text
        assert "Tom" not in page.text
        for path in ("/courses", "/account"):
            assert "/account/team" in read(tess.get(path).text).links

    def test_who_is_certified_is_said_to_be(self, crew: House) -> None:
        tim = signed_in(crew, "tim@tidewater.example")
        TestCertificates().issued(crew, tim, "Tim")
        assert "Certified until 1 March 2027" in signed_in(crew, TESS).get("/account/team").text

    def test_members_and_colleagues_find_no_such_page_and_strangers_sign_in_first(self, crew: House) -> None:
        tim = signed_in(crew, "tim@tidewater.example")
        assert tim.get("/account/team").status_code == 404
        assert "/account/team" not in read(tim.get("/courses").text).links
        assert colleague(crew).get("/account/team").status_code == 404
        assert crew.client.get("/account/team").status_code == 303

    def test_who_manages_no_longer_sees_it_no_longer(self, crew: House) -> None:
        tess = signed_in(crew, TESS)
        assert tess.get("/account/team").status_code == 200
        with desk_of(crew.app).store.begin() as work:
            work.contacts.save([replace(work.contacts.among(["C-1"])["C-1"], role="member")])
        assert tess.get("/account/team").status_code == 404


class TestPaths:
    """The courses of one goal, and whose path it is."""

    def goal(self, house: House, goal: str) -> None:
        with desk_of(house.app).store.begin() as work:
            work.accounts.save([account("A-1", "Tidewater", goal=goal)], an_import(work))

    def test_the_path_of_the_account_s_goal_comes_first_with_how_far_one_is(self, house: House) -> None:
        self.goal(house, "moor  A boat")
        house.write("courses/anchors/index.md", "---\ntitle: Anchors\ngoals: [Anchor]\norder: 1\n---\n")
        house.write("courses/anchors/01-begin.md", BEGIN)
        write(house, "prerequisites: [anchors]\n")
        house.refresh()
        tess = signed_in(house, TESS)
        page = tess.get("/courses").text
        assert page.index("<h2>Your path: Moor a boat</h2>") < page.index("<h2>Anchor</h2>")
        assert "0 of 1 course finished" in page
        assert "2 lessons · 15 minutes · after Anchors" in page
        finish(house, tess)
        assert "1 of 1 course finished" in tess.get("/courses").text
        assert "Your path" not in signed_in(house, DINA).get("/courses").text
        assert house.client.get("/courses").text.index("<h2>Anchor</h2>") < page.index("Moor a boat")

    def test_a_course_on_several_paths_is_told_of_once(self, house: House) -> None:
        goals = (
            "---\ntitle: Anchors\nsummary: Hold in any wind.\ngoals: [Moor a boat, Ride out a storm]\n---\n"
        )
        house.write("courses/anchors/index.md", goals)
        house.write("courses/anchors/01-begin.md", BEGIN)
        house.refresh()
        page = house.client.get("/courses").text
        assert page.count('href="/courses/anchors"') == 2
        assert page.count("Hold in any wind.") == 1

    def test_goals_that_the_same_courses_lead_to_stand_together_with_all_that_is_said_of_them(
        self, house: House
    ) -> None:
        write(house)
        goals = INDEX.replace("goals: [Moor a boat]", "goals: [Moor a boat, Sleep well]")
        house.write("courses/ropes/index.md", goals.format(more=""))
        aims = "[{goal: Moor a boat, summary: At any berth.}, {goal: Sleep well, summary: In any wind.}]"
        house.write("site.yaml", f"{SITE}paths: {aims}\n")
        house.refresh()
        text = read(house.client.get("/courses").text).text
        assert "Moor a boat · Sleep well" in text
        assert "At any berth. In any wind." in text

    def test_site_yaml_gives_a_path_to_a_segment(self, house: House) -> None:
        house.write("site.yaml", f"{SITE}paths:\n  - {{goal: moor a BOAT, for: Compliance}}\n")
        house.refresh()
        assert "Your path: moor a BOAT" in signed_in(house, TOM).get("/courses").text
        assert "ompliance" not in signed_in(house, TOM).get("/courses").text


class TestRecommendations:
    """What next, on the pages."""

    def advice(self, client: FlaskClient, path: str = "/") -> list[tuple[str, str]]:
        page = client.get(path).text
        found = re.findall(
            r'<a href="([^"]+)"><span class="advice-title">.*?<span class="advice-reason">(.*?)</span>', page
        )
        assert ("Next for you" in page) == bool(found)
        return found

    def test_who_is_signed_in_reads_what_next_and_why(self, house: House) -> None:
        tess = signed_in(house, TESS)
        assert self.advice(tess) == [("/courses/ropes", "You have not taken it yet, and it takes 15 minutes")]
        tess.post("/courses/ropes/begin/done", data=form(tess, "/courses/ropes/begin"))
        begun = ("/courses/ropes/knots", "One lesson is left of Ropes")
        assert self.advice(tess) == self.advice(tess, "/account") == [begun]

    def test_at_the_end_of_a_course_stands_the_next(self, house: House) -> None:
        house.write("courses/anchors/index.md", "---\ntitle: Anchors\n---\n")
        house.write("courses/anchors/01-begin.md", BEGIN)
        house.refresh()
        tess = signed_in(house, TESS)
        assert self.advice(tess, "/courses/ropes") == []
        tess.post("/courses/ropes/begin/done", data=form(tess, "/courses/ropes/begin"))
        page = tess.post("/courses/ropes/knots/quiz", data=answers(house, tess)).text
        assert '<a href="/courses/anchors"><span class="advice-title">Anchors</span>' in page
        assert [path for path, _ in self.advice(tess, "/courses/ropes")] == ["/courses/anchors"]

    def test_a_search_after_which_nothing_was_opened_is_answered_later(self, house: House) -> None:
        agent = {"User-Agent": "Mozilla/5.0"}
        tess, desk = signed_in(house, TESS), desk_of(house.app)
        tess.get("/search?q=choose+berth+%3Cb%3E+for+stan%40harbour.example", headers=agent)
        tess.get("/search?q=zeppelin", headers=agent)
        desk.recorder.flush()
        asked = (
            "/articles/berths/book-a-berth",
            "You looked for “choose berth &lt;b&gt; for [address]” today",
        )
        assert asked in self.advice(tess)
        assert asked not in self.advice(signed_in(house, DINA))
        tess.get("/articles/berths/book-a-berth", headers=agent)
        desk.recorder.flush()
        assert asked not in self.advice(tess)

    def test_what_somebody_may_not_take_is_not_recommended(self, house: House) -> None:
        write(house, "audience: 1\n")
        house.refresh()
        assert self.advice(signed_in(house, TESS)) == [("/courses/ropes", "It comes with your plan")]
        assert self.advice(signed_in(house, DINA)) == []

    def test_a_stranger_s_and_a_colleague_s_pages_are_without(self, house: House) -> None:
        page = house.client.get("/")
        assert "no-store" not in page.headers["Cache-Control"]
        assert 'data-lessons="ropes/begin ropes/knots"' in page.text
        assert self.advice(house.client) == self.advice(colleague(house)) == []

    def test_who_came_by_a_mails_link_reads_nothing_of_the_goal_and_the_searches(self, house: House) -> None:
        house.write("courses/anchors/index.md", "---\ntitle: Anchors\ngoals: [Moor a boat]\n---\n")
        house.write("courses/anchors/01-begin.md", BEGIN)
        house.refresh()
        desk = desk_of(house.app)
        with desk.store.begin() as work:
            work.accounts.save([account("A-1", "Tidewater", goal="Moor a boat")], an_import(work))
        tess, client = signed_in(house, TESS), house.client
        tess.get("/search?q=choose+berth", headers={"User-Agent": "Mozilla/5.0"})
        desk.recorder.flush()
        client.get(f"/courses/ropes?mail={course_token(desk.settings.secret_key, 'C-1', NOON)}")
        finish(house, client)
        assert "Your path" not in client.get("/courses").text
        assert self.advice(client) == []
        assert self.advice(client, "/courses/ropes") == [
            ("/courses/anchors", "You have not taken it yet, and it takes 5 minutes")
        ]
        assert [reason for _, reason in self.advice(tess, "/courses/ropes")] == [
            "It is next on your path: Moor a boat",
            "You looked for “choose berth” today",
        ]

    def test_without_the_record_the_page_is_as_it_would_be_without_them(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tess = signed_in(house, TESS)

        def away(*_: object) -> None:
            raise RecordUnavailable("the record is away")

        monkeypatch.setattr(Learning, "of", away)
        assert self.advice(tess) == []
