"""The shipped programmes keep their promises to those who read them."""

from __future__ import annotations

import pytest

from kb.includes import read_includes
from kb.office_hours import read_office_hours
from kb.programmes.letter import House, Ways, write
from kb.programmes.made_up import made_up
from kb.programmes.programme import Programme, Step
from kb.programmes.reading import read_programmes
from kb.site import read_site
from tests.conftest import NOON
from tests.content.test_content import CONTENT, INTERNAL

SITE = read_site(CONTENT)[0]
HOURS, WRONG = read_office_hours(CONTENT, SITE)
PROGRAMMES, PROBLEMS = read_programmes(CONTENT, SITE)
MAILS = [(programme, step) for programme in PROGRAMMES for step in programme.steps]
LONGEST_SUBJECT = 60


def test_the_programmes_are_those_that_the_facts_of_today_allow() -> None:
    assert PROBLEMS + WRONG == []
    assert {one.name: len(one.steps) for one in PROGRAMMES} == {
        "plan-change": 1,
        "renewal": 3,
        "onboarding": 5,
        "certificate": 1,
        "certificate-get-paid": 1,
        "certificate-bring-everybody-in": 1,
        "certificate-look-after-others": 1,
        "quiet-account": 2,
        "survey-thanks": 1,
        "adoption-tips": 3,
        "office-hours": 1,
        "digest": 1,
    }


@pytest.mark.parametrize(("programme", "step"), MAILS, ids=[step.path for _, step in MAILS])
def test_a_mail_is_short_asks_for_one_thing_and_tells_nobody_how_customers_are_sorted(
    programme: Programme, step: Step
) -> None:
    person = made_up("x@y.example", HOURS, NOON)
    house = House(SITE, "https://help.example", read_includes(CONTENT, {})[0])
    letter = write(programme, step, person, house, Ways("https://help.example/stop"))
    assert len(letter.subject) <= LONGEST_SUBJECT
    assert len(letter.text.split()) <= 150
    assert not INTERNAL.search(letter.subject + letter.text)
    assert letter.reply_to == "help@wrenfield.example"
    assert "{{" not in letter.subject + letter.text


def test_what_stands_in_the_mails_is_known_of_every_customer_or_has_words_instead() -> None:
    """A name may be missing in any export, so that no mail may need one."""
    needed = {name for _, step in MAILS for name in step.needs}
    assert needed == {"account", "kit", "new_articles", "next", "office_hours", "renewal_on"}
