"""Installing the bot in the workspaces of one company and nowhere else, and what remains once it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import select

from bot.conversation import NOT_INSTALLED, RECORD_AWAY
from bot.playground.local import LocalSlack
from bot.playground.people import MARCO, OLIVIA
from bot.playground.workspace import Disturbance
from bot.server import Parts, make_installable_bot
from bot.storage import BotRecord, installations
from bot.telling import RETRY_AFTER
from tests.bot.features.exception.office import CHANNEL, DIRECT, Clock, asks, eventually, failure, lines
from tests.bot.two_slacks import CLIENT, FIRST, SECOND, Company, Page, a_company
from tests.conftest import OLGA
from tiering.usecases.approvals import Verdict, answer
from tiering.usecases.ask import Inquiry
from tiering.usecases.record import open_store

LUMBERGH = "Lumbergh is tier 3, Digital. Customers read “Essential”."
OUTSIDE = "This workspace may not install Longtail"
STALE = "This link cannot be used"
BOTS = {"bot": ["U08LT5BOT2K"], "oauth": []}
NOTHING = "Nothing was installed"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(own_parts: Parts, clock: Clock) -> Parts:
    """A bot with a record of the test's own, at a time that the test says; marco may approve, then olivia."""
    return replace(own_parts, clock=clock)


@pytest.fixture
def company(office: Parts) -> Iterator[Company]:
    """A company with two workspaces, in neither of which the bot is installed."""
    with a_company(office) as made:
        yield made


@pytest.fixture
def installed(company: Company) -> Company:
    """The same, with the bot installed in both."""
    for workspace in (company.first, company.second):
        assert company.installs(workspace).status == 200
    return company


def asked(slack: LocalSlack, text: str = "/tier lumbergh") -> str:
    (answer,) = slack.command("vera", CHANNEL, text)
    return lines(answer)[0]


def calls(slack: LocalSlack) -> list[str]:
    return [call.method for call in slack.workspace.calls if call.answer["ok"]]


def is_refused(page: Page, status: int, title: str) -> bool:
    """Whether a page says this, and leads to the beginning."""
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    return (page.status, page.title) == (status, title) and 'href="/slack/install"' in page.text


def kept(company: Company) -> list[str]:
    """The workspaces in which the record has the bot installed."""
    return [one.team for one in BotRecord(company.parts.store).installations()]


# The way there


def test_the_way_to_slack_asks_for_the_scopes_of_the_manifest_and_for_no_more(company: Company) -> None:
    page = company.sets_out()
    url = urlsplit(page.headers["location"])
    assert f"{url.scheme}://{url.netloc}/api" == company.settings.slack_api_url
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert url.path == "/oauth/v2/authorize"
    assert query["client_id"] == CLIENT
    assert query["scope"] == (
        "commands,users:read,chat:write,app_mentions:read,im:history,channels:read,groups:read"
    )
    assert "user_scope" not in query
    for attribute in ("Secure", "HttpOnly", "Max-Age=600"):
        assert attribute in page.headers["set-cookie"]
    assert page.cookie.endswith(query["state"])


def test_what_is_written_behind_the_address_leads_nowhere_else(company: Company) -> None:
    page = company.get("/slack/install?team=T1%0d%0aSet-Cookie:%20a=b&client_id=evil")
    assert page.status == 302
    assert "evil" not in page.headers["location"]
    assert "T1" not in page.headers["location"]


def test_a_workspace_is_asked_for_itself_as_soon_as_the_bot_is_installed(company: Company) -> None:
    assert asked(company.first) == NOT_INSTALLED
    page = company.installs(company.first)
    assert (page.status, page.title) == (200, "Longtail is installed in Longtail Playground")
    assert page.headers["cache-control"] == "no-store"
    assert "deleted" in page.headers["set-cookie"]
    assert asked(company.first) == LUMBERGH
    assert asked(company.second) == NOT_INSTALLED
    (one,) = BotRecord(company.parts.store).installations()
    assert (one.team, one.name, one.by) == (FIRST, "Longtail Playground", f"slack:{FIRST}/{OLIVIA.id}")


def test_each_workspace_is_answered_with_its_own_token(installed: Company) -> None:
    said = {asked(installed.first), asked(installed.second)}
    assert said == {LUMBERGH}
    for slack in (installed.first, installed.second):
        assert calls(slack).count("users.info") == 1
    home = installed.second.open_home("vera")
    assert home is not None
    assert installed.first.home("vera") is None


def test_installing_again_replaces_what_was_there(installed: Company) -> None:
    installed.installs(installed.first)
    assert kept(installed) == sorted((FIRST, SECOND))
    assert asked(installed.first) == LUMBERGH


# Who may


def test_a_workspace_that_was_not_named_may_not(office: Parts) -> None:
    with a_company(office, slack_team_id=frozenset({FIRST})) as company:
        assert is_refused(company.installs(company.second), 403, OUTSIDE)
        assert kept(company) == []
        assert asked(company.second) == NOT_INSTALLED


def test_one_that_is_named_no_more_is_not_answered_any_more(installed: Company) -> None:
    with a_company(installed.parts, slack_team_id=frozenset({FIRST})) as later:
        assert asked(later.second) == NOT_INSTALLED
    assert kept(installed) == sorted((FIRST, SECOND))


# What proves that it was wanted


def test_a_link_works_once(company: Company) -> None:
    going = company.sets_out()
    back = company.answers(going, company.first)
    assert company.get(back, going.cookie).status == 200
    assert is_refused(company.get(back, going.cookie), 400, STALE)


def test_it_works_only_in_the_browser_that_set_out(company: Company) -> None:
    going, other = company.sets_out(), company.sets_out()
    back = company.answers(going, company.first)
    assert is_refused(company.get(back), 400, STALE)
    assert is_refused(company.get(back, other.cookie), 400, STALE)
    assert kept(company) == []


def test_it_works_for_ten_minutes(company: Company, clock: Clock) -> None:
    going = company.sets_out()
    back = company.answers(going, company.first)
    clock.now += timedelta(seconds=601)
    assert is_refused(company.get(back, going.cookie), 400, STALE)
    assert kept(company) == []


@pytest.mark.parametrize(
    "state", ["", "guessed", "%00", "é", "a" * 5000, "'; DROP TABLE bot_installations; --"]
)
def test_a_state_of_somebody_elses_making_is_refused(company: Company, state: str) -> None:
    cookie = f"slack-app-oauth-state={state}".encode("latin-1", "replace").decode("latin-1")
    page = company.get(f"/slack/oauth_redirect?code=c&state={quote(state)}", cookie.replace("\x00", ""))
    assert is_refused(page, 400, STALE)


# What can go wrong


def test_what_was_cancelled_in_slack_is_said(company: Company) -> None:
    going = company.sets_out()
    page = company.get(company.answers(going, company.first, "Cancel"), going.cookie)
    assert is_refused(page, 200, NOTHING)
    assert "It was cancelled in Slack." in page.text


@pytest.mark.parametrize("query", ["", "&code=", "&code=guessed", "&error=<script>alert(1)</script>"])
def test_without_a_good_code_nothing_is_installed(company: Company, query: str) -> None:
    going = company.sets_out()
    state = parse_qs(urlsplit(going.headers["location"]).query)["state"][0]
    page = company.get(f"/slack/oauth_redirect?state={quote(state)}{query}", going.cookie)
    assert is_refused(page, 400, NOTHING)
    assert "<script>" not in page.text
    assert kept(company) == []


@pytest.mark.parametrize("method", ["oauth.v2.access", "auth.test"])
def test_where_slack_refuses_or_fails_nothing_is_installed(company: Company, method: str) -> None:
    going = company.sets_out()
    company.first.workspace.disturb(Disturbance(method, error="internal_error"))
    assert is_refused(company.get(company.answers(going, company.first), going.cookie), 400, NOTHING)
    assert kept(company) == []


def test_where_slack_is_away_that_is_said(office: Parts) -> None:
    with a_company(office) as company:
        going = company.sets_out()
        back = company.answers(going, company.first)
        company.slack.hangs_up = True
        assert is_refused(company.get(back, going.cookie), 503, NOTHING)
        assert kept(company) == []


def test_where_the_record_is_away_that_is_said_and_nothing_breaks(office: Parts) -> None:
    gone = open_store("postgresql://anna:s3cret@127.0.0.1:9/none", office.clock, 0.5)
    with a_company(replace(office, store=gone)) as company:
        going = company.sets_out()
        page = company.get(company.answers(going, company.first), going.cookie)
        assert is_refused(page, 503, NOTHING)
        assert "s3cret" not in page.text
        assert asked(company.first) == RECORD_AWAY
        assert company.get("/healthz").status == 200


# At rest


def test_whoever_reads_the_record_finds_no_token(installed: Company) -> None:
    with installed.parts.store.engine.begin() as connection:
        rows = repr(connection.execute(select(installations)).all())
    for slack in (installed.first, installed.second):
        assert slack.workspace.bot.credentials.bot_token not in rows
    assert "xoxb" not in rows


def test_with_another_secret_key_the_bot_is_to_be_installed_again(installed: Company) -> None:
    with a_company(installed.parts, secret_key="another secret of the bot") as later:
        assert asked(later.first) == NOT_INSTALLED
        assert later.installs(later.first).status == 200
        assert asked(later.first) == LUMBERGH


# Who is told, and where


def test_a_notice_goes_to_the_workspace_of_whoever_it_is_for(installed: Company) -> None:
    asks(installed.second, arrives=False)
    assert installed.second.wait(lambda: bool(installed.second.messages("marco", DIRECT)))
    assert installed.first.messages("marco", DIRECT) == []


def test_an_approver_is_found_in_whichever_workspace_they_are(installed: Company) -> None:
    for person in (MARCO, OLIVIA):
        elsewhere = replace(person, team_id="T0ELSEWHERE", is_stranger=True)
        installed.second.workspace.people[person.id] = elsewhere
    confirmed = asks(installed.second, arrives=False)
    assert "Marco Silva" in confirmed.text
    assert installed.first.wait(lambda: bool(installed.first.messages("marco", DIRECT)))
    (told,) = installed.first.messages("marco", DIRECT)
    assert lines(told)[0].startswith("Vera Novak asks")
    installed.first.press("marco", told, "request_approve")
    assert installed.second.wait(lambda: bool(installed.second.messages("vera", DIRECT)))


# Gone again


def goes(company: Company) -> None:
    """Let the bot be uninstalled from the second workspace; Slack tells of it in two ways."""
    assert company.tells(SECOND, "app_uninstalled", "EvUNINSTALLED") == 200
    assert company.tells(SECOND, "tokens_revoked", "EvREVOKED", tokens=BOTS) == 200
    assert eventually(lambda: kept(company) == [FIRST])


def test_where_it_was_uninstalled_nothing_is_answered_and_elsewhere_everything(installed: Company) -> None:
    goes(installed)
    before = len(installed.second.workspace.calls)
    assert asked(installed.second) == NOT_INSTALLED
    assert asked(installed.first) == LUMBERGH
    assert [one.method for one in list(installed.second.workspace.calls)[before:]] == ["response_url"]


@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked"])
def test_either_word_of_it_is_enough_and_twice_is_harmless(installed: Company, kind: str) -> None:
    for name in ("Ev1", "Ev1", "Ev2"):
        assert installed.tells(SECOND, kind, name, tokens=BOTS) == 200
    assert eventually(lambda: kept(installed) == [FIRST])
    assert asked(installed.first) == LUMBERGH


@pytest.mark.parametrize("tokens", [{"oauth": ["U05"], "bot": []}, {"oauth": ["U05"]}, {}, None, "text", []])
def test_a_persons_own_token_is_not_the_bots(installed: Company, tokens: object) -> None:
    assert installed.tells(SECOND, "tokens_revoked", "Ev1", tokens=tokens) == 200
    assert installed.tells(FIRST, "app_uninstalled", "Ev2") == 200
    assert eventually(lambda: kept(installed) == [SECOND])


def test_late_word_does_not_undo_a_new_installation(installed: Company) -> None:
    assert installed.tells(SECOND, "app_uninstalled", "Ev1", seconds=-60) == 200
    assert installed.tells(FIRST, "app_uninstalled", "Ev2") == 200
    assert eventually(lambda: kept(installed) == [SECOND])


def test_notices_to_it_stop_until_it_is_installed_again_and_nothing_is_lost(
    installed: Company, clock: Clock, inquiry: Inquiry
) -> None:
    for slack in (installed.first, installed.second):
        slack.command("vera", CHANNEL, "/tier link initech")
    asks(installed.second, arrives=False)
    assert installed.second.wait(lambda: bool(installed.second.messages("marco", DIRECT)))
    goes(installed)
    before = len(installed.second.workspace.calls)
    answer(installed.parts.store, 1, Verdict(True, "Olga"), replace(inquiry, who=OLGA))
    make_installable_bot(installed.parts, installed.settings).chores.run()
    assert len(installed.second.workspace.calls) == before
    assert "not installed" in (failure(installed.parts, "request:1:outcome") or "")
    assert installed.installs(installed.second).status == 200
    assert asked(installed.second, "/tier").startswith("Initech is tier 2")
    clock.now += RETRY_AFTER
    make_installable_bot(installed.parts, installed.settings).chores.run()
    assert installed.second.wait(lambda: bool(installed.second.messages("vera", DIRECT)))
    assert failure(installed.parts, "request:1:outcome") is None
