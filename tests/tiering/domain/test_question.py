"""What people ask after the command, and how it may be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiering.domain.names import fold
from tiering.domain.question import LONGEST, Kind, Question, Reading, parse

SERVICES = {
    fold(name): service
    for service, names in {
        "quarterly-business-review": ["Quarterly business review", "QBR", "EBR", "business review"],
        "health-check": ["Health check", "healthcheck", "audit"],
        "training": ["Live training", "training", "training session"],
        "best-practice-advice": ["Best-practice advice", "best practices"],
        "self-paced-courses": ["Self-paced courses", "courses"],
        "executive-sponsorship": ["Executive sponsorship", "sponsor"],
    }.items()
    for name in (service, *names)
}
QBR = "quarterly-business-review"


def ask(text: str) -> Question:
    return parse(text, SERVICES)


def answer(text: str, *accounts: str) -> Reading:
    """Return the reading that counts where these accounts exist: the first exact one, or the likeliest."""
    question = ask(text)
    known = {fold(account) for account in accounts}
    found = next((one for one in question.readings if fold(one.account) in known), question.likeliest)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text", ["", "  ", "help", "HELP!", "?", "help me", "!!!", "\x00", "<!channel>", '""', "“”"]
)
def test_nothing_and_help_ask_for_help(text: str) -> None:
    question = ask(text)
    assert (question.kind, question.readings, question.likeliest) == (Kind.HELP, (), None)


@pytest.mark.parametrize(
    ("text", "kind", "account", "service"),
    [
        ("acme", Kind.TIER, "acme", None),
        ("what tier is acme", Kind.TIER, "acme", None),
        ("which tier is acme?", Kind.TIER, "acme", None),
        ("What is the tier of acme?", Kind.TIER, "acme", None),
        ("which tier is acme in?", Kind.TIER, "acme", None),
        ("what's acme's tier?", Kind.TIER, "acme", None),
        ("tier acme", Kind.TIER, "acme", None),
        ("tier of acme", Kind.TIER, "acme", None),
        ("acme tier", Kind.TIER, "acme", None),
        ("is acme tier 2?", Kind.TIER, "acme", None),
        ("is acme a tier 1 customer?", Kind.TIER, "acme", None),
        ("who is acme?", Kind.TIER, "acme", None),
        ("please show me acme", Kind.TIER, "acme", None),
        ("why acme", Kind.WHY, "acme", None),
        ("why acme?", Kind.WHY, "acme", None),
        ("acme why", Kind.WHY, "acme", None),
        ("acme, why?", Kind.WHY, "acme", None),
        ("why is acme tier 2?", Kind.WHY, "acme", None),
        ("Why is acme still in tier B?", Kind.WHY, "acme", None),
        ("why is acme not a tier 1 customer", Kind.WHY, "acme", None),
        ("why does acme have tier 3?", Kind.WHY, "acme", None),
        ("why tier 2 for acme?", Kind.WHY, "acme", None),
        ("acme qbr", Kind.ENTITLED, "acme", QBR),
        ("acme: qbr", Kind.ENTITLED, "acme", QBR),
        ("acme's qbr", Kind.ENTITLED, "acme", QBR),
        ("acme quarterly business review", Kind.ENTITLED, "acme", QBR),
        ("acme quarterly-business-review", Kind.ENTITLED, "acme", QBR),
        ("acme QBRs this year", Kind.ENTITLED, "acme", QBR),
        ("tier acme qbr", Kind.ENTITLED, "acme", QBR),
        ("qbr for acme", Kind.ENTITLED, "acme", QBR),
        ("a qbr for acme, please", Kind.ENTITLED, "acme", QBR),
        ("health check acme", Kind.ENTITLED, "acme", "health-check"),
        ("health checks for acme", Kind.ENTITLED, "acme", "health-check"),
        ("acme best practice", Kind.ENTITLED, "acme", "best-practice-advice"),
        ("acme course", Kind.ENTITLED, "acme", "self-paced-courses"),
        ("can acme have a health check?", Kind.ENTITLED, "acme", "health-check"),
        ("Can acme have another health check this quarter?", Kind.ENTITLED, "acme", "health-check"),
        ("is acme entitled to a QBR", Kind.ENTITLED, "acme", QBR),
        ("may acme get training", Kind.ENTITLED, "acme", "training"),
        ("does acme get EBRs", Kind.ENTITLED, "acme", QBR),
        ("does acme's plan include training?", Kind.ENTITLED, "acme", "training"),
        ("why can't acme have a QBR?", Kind.ENTITLED, "acme", QBR),
        ("why does acme not get training?", Kind.ENTITLED, "acme", "training"),
        ("can we give acme a qbr?", Kind.ENTITLED, "acme", QBR),
        ("can I offer a QBR to acme?", Kind.ENTITLED, "acme", QBR),
        ("can I have a QBR for acme?", Kind.ENTITLED, "acme", QBR),
        ("is training included for acme?", Kind.ENTITLED, "acme", "training"),
        ("how many QBRs does acme have left?", Kind.ENTITLED, "acme", QBR),
        ("what can I offer acme?", Kind.ENTITLED, "acme", None),
        ("what does acme get?", Kind.ENTITLED, "acme", None),
        ("what is acme entitled to?", Kind.ENTITLED, "acme", None),
        ("what's included for acme?", Kind.ENTITLED, "acme", None),
        ("does acme get anything?", Kind.ENTITLED, "acme", None),
        ("acme entitlements", Kind.ENTITLED, "acme", None),
    ],
)
def test_a_question_in_plain_words_is_understood(
    text: str, kind: Kind, account: str, service: str | None
) -> None:
    assert answer(text, "acme") == Reading(account, kind, service)
    # and the same for a name that nobody has exactly, as it would be searched for
    likeliest = ask(text.replace("acme", "acmee")).likeliest
    assert likeliest == Reading("acmee", kind, service)
    assert ask(text).kind is kind


@pytest.mark.parametrize(
    ("text", "account", "kind", "service"),
    [
        ("Training Partners Ltd", "Training Partners Ltd", Kind.TIER, None),
        ("Training Partners Ltd training", "Training Partners Ltd", Kind.ENTITLED, "training"),
        ("can Training Partners Ltd have a qbr?", "Training Partners Ltd", Kind.ENTITLED, QBR),
        ("why training partners ltd", "Training Partners Ltd", Kind.WHY, None),
        ("Can Do Inc", "Can Do Inc", Kind.TIER, None),
        ("Can Do Inc qbr", "Can Do Inc", Kind.ENTITLED, QBR),
        ("can Can Do Inc have a qbr", "Can Do Inc", Kind.ENTITLED, QBR),
        ("can Have Fun Ltd have training", "Have Fun Ltd", Kind.ENTITLED, "training"),
        ("can Do Get Inc get training", "Do Get Inc", Kind.ENTITLED, "training"),
        ("Why Not Cafe", "Why Not Cafe", Kind.TIER, None),
        ("why Why Not Cafe", "Why Not Cafe", Kind.WHY, None),
        ("Help Scout", "Help Scout", Kind.TIER, None),
        ("The Tier Company", "The Tier Company", Kind.TIER, None),
        ("Quarterly Business", "Quarterly Business", Kind.TIER, None),
        ("McDonald's qbr", "McDonald's", Kind.ENTITLED, QBR),
        ("what tier is What If Ltd?", "What If Ltd", Kind.TIER, None),
        ("audit audit", "audit", Kind.ENTITLED, "health-check"),
    ],
)
def test_an_account_may_be_called_anything(text: str, account: str, kind: Kind, service: str | None) -> None:
    found = answer(text, account)
    assert (fold(found.account), found.kind, found.service) == (fold(account), kind, service)


def test_the_longest_account_is_tried_first() -> None:
    readings = ask("acme quarterly business review").readings
    assert [reading.account for reading in readings] == [
        "acme quarterly business review",
        "acme quarterly",
        "acme",
    ]
    assert answer("acme quarterly business review", "acme", "acme quarterly").account == "acme quarterly"


@pytest.mark.parametrize(
    ("text", "account", "service"),
    [
        ('"Northwind Traders" qbr', "Northwind Traders", QBR),
        ("“Northwind Traders” qbr", "Northwind Traders", QBR),
        ("„Northwind Traders“ qbr", "Northwind Traders", QBR),
        ("«Northwind Traders» qbr", "Northwind Traders", QBR),
        ("'Northwind Traders' qbr", "Northwind Traders", QBR),
        ("‘Northwind Traders’ qbr", "Northwind Traders", QBR),
        ('can "Acme QBR" have a qbr', "Acme QBR", QBR),
        ('acme "health check"', "acme", "health-check"),
        ('can acme have a "health check"?', "acme", "health-check"),
        ('"help"', "help", None),
        ('"acme qbr"', "acme qbr", None),
    ],
)
def test_quotes_say_where_a_name_begins_and_ends(text: str, account: str, service: str | None) -> None:
    likeliest = ask(text).likeliest
    assert likeliest is not None
    assert (likeliest.account, likeliest.service) == (account, service)


def test_a_lone_quote_is_no_name() -> None:
    assert answer('"acme qbr', "acme").service == QBR


@pytest.mark.parametrize(
    ("text", "account", "service"),
    [
        ("<mailto:Bob@acme.com|Bob@acme.com> qbr", "Bob@acme.com", QBR),
        ("bob@acme.com", "bob@acme.com", None),
        ("<http://acme.com|acme.com>", "acme.com", None),
        ("<https://acme.com> qbr", "acme.com", QBR),
        ("can <http://acme.com|acme.com> have a qbr?", "acme.com", QBR),
        ("AT&amp;T qbr", "AT&T", QBR),
        ("a&lt;b&gt; qbr", "a<b>", QBR),
        ("<!channel> <@U123> acme <#C1|general> qbr", "acme", QBR),
        ("*acme* _qbr_", "acme", QBR),
        ("\u202eacme\u200b qbr\x00", "acme", QBR),
        ("acme\u00a0qbr", "acme", QBR),
    ],
)
def test_slacks_markup_and_invisible_marks_do_no_harm(text: str, account: str, service: str | None) -> None:
    likeliest = ask(text).likeliest
    assert likeliest is not None
    assert (likeliest.account, likeliest.service) == (account, service)


def test_a_service_that_nobody_offers_is_told_apart_from_the_account() -> None:
    assert answer("can acme have a pony?", "acme") == Reading("acme", Kind.ENTITLED, None, "pony")
    assert answer("acme helth check", "acme") == Reading("acme", Kind.ENTITLED, None, "helth check")
    assert answer("acme corp helth check", "acme corp", "acme").account == "acme corp"


def test_two_unknown_words_are_searched_for_as_one_account() -> None:
    assert ask("crm northwind").likeliest == Reading("crm northwind", Kind.TIER)


def test_a_very_long_text_is_cut_and_says_so() -> None:
    question = ask("acme " + "very long " * 1000)
    assert question.cut
    assert len(question.text) <= LONGEST
    assert not ask("acme").cut
    assert ask("x" * 10_000).likeliest is not None
    assert ask("acme" + " " * 10_000).likeliest == Reading("acme", Kind.TIER)


WORDS = """
    acme can why is have get a the qbr health check tier 2 what for to 's " ' “ ” <!here> < > & ? ! , not i we
"""


@given(st.one_of(st.text(max_size=400), st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join)))
def test_any_text_is_read_without_error_and_every_account_is_part_of_it(text: str) -> None:
    question = ask(text)
    lengths = [len(reading.account) for reading in question.readings]
    assert lengths == sorted(lengths, reverse=True)
    assert all(reading.account and reading.account in question.text for reading in question.readings)
    assert (question.likeliest is None) == (question.kind is Kind.HELP) == (not question.readings)
    assert question.likeliest is None or question.likeliest in question.readings
    assert question.text.isprintable()
