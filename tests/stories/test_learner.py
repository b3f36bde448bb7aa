"""The story of a customer whom no person serves, in a real browser: a mail, a course, a certificate."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from kb.course import Course
from kb.grading import shuffled
from kb.library import read_library
from kb.quiz import Question
from kb.storage.launches import launches
from tests.conftest import OLGA
from tests.kb.programmes.test_send import now, settle
from tests.kb.test_mail import Box, Serving
from tests.kb.web.serving import ROOT, environment, gunicorn, served
from tests.kb.web.test_browser import browser as browser
from tests.stories.test_reader import PHONE, visit
from tiering.files import SHIPPED_CONTENT
from tiering.storage.tables import accounts, deliveries
from tiering.usecases.record import Store, open_store, upgrade

ONE, OTHER = "c0@tidewater.example", "c1@tidewater.example"
"""Two people of a customer that signed up today."""


@dataclass(frozen=True)
class Town:
    """A server over the shipped content, its record and its mail server."""

    base: str
    box: Box
    store: Store
    environ: dict[str, str]
    course: Course

    def send(self) -> None:
        """Run `kb send` as the clock does."""
        command = [sys.executable, "-m", "kb", "send", "--per-minute", "1000000"]
        subprocess.run(command, cwd=ROOT, env=self.environ, check=True, timeout=60, capture_output=True)

    def mails_to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.box.mails if mail["To"] == address]

    def code(self, address: str) -> str:
        """Return the code that somebody was mailed."""
        end, before = time.monotonic() + 10, "Sign in to Wrenfield help"
        while not (mails := [mail for mail in self.mails_to(address) if mail["Subject"] == before]):
            assert time.monotonic() < end, "no code came"
            time.sleep(0.05)
        found = re.search(r"^    (\d{6})", mails[-1].get_content(), re.MULTILINE)
        assert found
        return found[1]

    def days_pass(self, days: int) -> None:
        """Move what happened so far into the past, since no clock of another process can be set."""
        past = timedelta(days=days)
        with self.store.engine.begin() as connection:
            for table, name, key in (
                (accounts, "went_live_on", "id"),
                (deliveries, "claimed_at", "key"),
                (launches, "at", "programme"),
            ):
                for row in connection.execute(select(table.c[key], table.c[name])).all():
                    changed = table.update().where(table.c[key] == row[0]).values({name: row[1] - past})
                    connection.execute(changed)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    content = folder / "content"
    shutil.copytree(
        SHIPPED_CONTENT, content, ignore=shutil.ignore_patterns("articles")
    )  # reading them takes long
    for folder_of in (content / "programmes").iterdir():
        if folder_of.name not in {"onboarding", "certificate"}:
            shutil.rmtree(folder_of)
            continue
        index = folder_of / "index.md"  # the story may be told at night
        hours = 'quiet_hours: {begin: "0:00", end: "0:00", weekends: false}'
        index.write_text(index.read_text().replace("---\n", f"---\n{hours}\n", 1))
    site = content / "site.yaml"
    site.write_text(site.read_text().replace("time_zone: Europe/London", "time_zone: UTC"))
    url = f"sqlite:///{folder / 'longtail.db'}"
    store = open_store(url, now)
    upgrade(store, OLGA)
    settle(store, 2)
    box = Box()
    mail = Serving(box)
    mail.start()
    said = {"DATABASE_URL": url, "MAIL_FROM": "Wrenfield <help@wrenfield.example>"}
    said["SMTP_URL"] = f"smtp://127.0.0.1:{mail.port}"
    with served(folder, content, gunicorn, **said) as port:
        base = f"http://127.0.0.1:{port}"
        environ = environment(folder, content, KB_URL=base, **said)
        course = read_library(content, now().date()).courses["run-the-board"]
        yield Town(base, box, store, environ, course)
    mail.stop()
    store.close()


def test_from_a_mail_to_a_course_a_certificate_and_the_next_mail(browser: Browser, town: Town) -> None:
    town.send()
    (welcome,) = town.mails_to(ONE)
    phone, page = visit(browser, town.base, **PHONE)
    _open_from(page, welcome)
    expect(page.get_by_text("You came by a link in our mail to Contact")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.get_by_role("link", name="Begin").tap()
    first, *others = town.course.lessons
    page.get_by_role("link", name="Take the quiz").tap()
    _answer(page, first.quiz.questions if first.quiz else (), right=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Not passed yet")
    page.get_by_role("link", name="Try again").tap()
    _answer(page, first.quiz.questions if first.quiz else ())
    expect(page.get_by_role("heading", level=1)).to_have_text("Passed")

    page.close()  # another day, by the same mail
    page = phone.new_page()
    _open_from(page, welcome)
    expect(page.get_by_text("1 of 5 lessons done")).to_be_visible()
    page.get_by_role("link", name=f"Go on: {others[0].title}").tap()
    for lesson in others:
        expect(page.get_by_role("heading", level=1)).to_have_text(lesson.title)
        page.get_by_role("link", name="Take the quiz").tap()
        _answer(page, lesson.quiz.questions if lesson.quiz else ())
        if lesson is not others[-1]:
            page.get_by_role("link", name="Next:").tap()

    page.get_by_role("link", name="Get your certificate").tap()
    expect(page.get_by_text("The link in our mail opens your courses.")).to_be_visible()
    page.get_by_label("Your e-mail address at work").fill(ONE)
    page.get_by_role("button", name="Send me a code").tap()
    page.get_by_label("The code").fill(town.code(ONE))
    page.get_by_role("button", name="Sign in").tap()
    page.get_by_label("Your name, as it is to be shown").fill("Ada Contact")
    page.get_by_role("button", name="Issue certificate").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Contact")
    number = page.url

    elsewhere, stranger = visit(browser, town.base)
    stranger.goto(number)
    expect(stranger.get_by_text("This certificate is real, and valid until")).to_be_visible()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Ada Contact")
    assert "tidewater" not in stranger.content().lower()

    town.box.mails.clear()
    town.days_pass(3)
    town.send()
    assert [mail["Subject"] for mail in town.mails_to(ONE)] == ["Your certificate is ready"]
    assert [mail["Subject"] for mail in town.mails_to(OTHER)] == ["Get the board onto everybody's phone"]
    phone.close()
    elsewhere.close()


def test_what_a_browser_remembered_is_taken_over_when_its_reader_signs_in(
    browser: Browser, town: Town
) -> None:
    phone, page = visit(browser, town.base, **PHONE)
    page.goto("/courses/run-the-board/words")
    page.get_by_role("link", name="Take the quiz").tap()
    page.goto("/courses/run-the-board")
    expect(page.get_by_text("1 of 5 lessons read")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Sign in").tap()
    page.get_by_label("Your e-mail address at work").fill(OTHER)
    page.get_by_role("button", name="Send me a code").tap()
    page.get_by_label("The code").fill(town.code(OTHER))
    page.get_by_role("button", name="Sign in").tap()
    page.wait_for_url("**/courses/run-the-board")
    expect(page.get_by_text("0 of 5 lessons done")).to_be_visible()  # what has a quiz is done by passing it
    assert page.evaluate("localStorage.getItem('longtail-read')") is None
    phone.close()
    laptop, page = visit(browser, town.base)
    page.goto("/courses/run-the-board")
    expect(page.get_by_text("lessons read")).to_have_count(0)
    laptop.close()


def _open_from(page: Page, mail: EmailMessage) -> None:
    """Open a mail as a mail program shows it, follow its link, and look at the whole course."""
    html = mail.get_body(("html",))
    assert html
    page.set_content(html.get_content())
    page.locator('a[href*="/courses/run-the-board"]').tap()
    page.wait_for_url(re.compile(r"/courses/run-the-board[\w/-]*$"))
    page.goto("/courses/run-the-board")


def _answer(page: Page, questions: tuple[Question, ...], *, right: bool = True) -> None:
    """Fill in a quiz, all of it rightly or all of it wrongly, and send it."""
    for question in questions:
        name = f"q.{question.id}"
        if question.kind == "words":
            page.locator(f'[id="{name}"]').fill(question.accepted[0] if right else "no idea")
        elif question.kind == "order":
            for place, thing in enumerate(shuffled(question)):
                number = thing + 1 if right else place + 1
                page.locator(f'[id="{name}.{place}"]').select_option(str(number))
        else:
            for place, option in enumerate(question.options):
                if option.right == right:
                    page.locator(f'[id="{name}.{place}"]').check()
    page.get_by_role("button", name="Check my answers").tap()
