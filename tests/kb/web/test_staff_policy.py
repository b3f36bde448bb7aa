"""Rehearsing, sharing, signing and publishing a policy on the pages for colleagues."""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from kb.web.desk import desk_of
from tests.conftest import OLGA, TODAY, account, an_import
from tests.kb.web.cast import TESS, colleague, form, settle, signed_in
from tests.kb.web.conftest import House
from tests.kb.web.page import read
from tiering.content import read_content
from tiering.domain.money import Money
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.daily import daily
from tiering.usecases.policy import publish

MARCO, OPAL, VERA = "marco@harbour.example", "opal@harbour.example", "vera@harbour.example"
SHIPPED = (SHIPPED_CONTENT / "tiers.yaml").read_text(encoding="utf-8")
STRICTER = SHIPPED.replace("{tier: 1, at_least: 100000}", "{tier: 1, at_least: 200000}")


@pytest.fixture
def manned(house: House) -> House:
    """Marco and Opal lead, Vera looks on; Acme pays 150,000."""
    house.write("people.yaml", f"managers: [{MARCO}]\nops: [{OPAL}]\nstaff: [{VERA}]\n")
    house.refresh()
    store = desk_of(house.app).store
    settle(store)
    with store.begin() as work:
        pays = {"A-10": ("Acme <Söhne>", 15_000_000), "A-11": ("Bolt", 40_000_000)}
        accounts = [account(key, name, arr=Money(arr, "USD")) for key, (name, arr) in pays.items()]
        work.accounts.save(accounts, an_import(work))
    daily(store, OLGA, TODAY)
    return house


def send(client: FlaskClient, path: str, page: str, **fields: object) -> int:
    token = form(client, page)["csrf_token"]
    return client.post(path, data={"csrf_token": token, **fields}).status_code


def drafted(house: House, client: FlaskClient, source: str = STRICTER) -> str:
    """Return the path of a draft that has been rehearsed."""
    token = form(client, "/staff/policy/new")["csrf_token"]
    kept = client.post("/staff/policy/new", data={"csrf_token": token, "source": source})
    assert kept.status_code == 303, read(kept.text).text
    path = kept.headers["Location"]
    assert send(client, f"{path}/rehearse", path) == 303
    desk_of(house.app).errands.finish()
    return path


def words(client: FlaskClient, path: str) -> str:
    return " ".join(read(client.get(path).text.replace("</dt>", "</dt> ")).text.split())


def test_a_draft_is_rehearsed_signed_by_a_second_person_and_published_without_a_shell(manned: House) -> None:
    marco, opal = signed_in(manned, MARCO), signed_in(manned, OPAL)
    path = drafted(manned, marco)
    page = words(marco, path)
    assert "Accounts that move 1 of 8" in page
    assert "Yearly revenue that moves down $150,000" in page
    assert "New: - {tier: 1, at_least: 200000}" in page
    assert "You uploaded this draft, so somebody else has to sign it." in page
    assert "A second person has to sign it first." in page
    assert send(marco, f"{path}/publish", path) == 409
    assert send(opal, f"{path}/sign", path, note="As agreed.") == 303
    assert "opal@harbour.example: As agreed." in words(marco, path)
    assert send(marco, f"{path}/publish", path) == 303
    assert send(marco, f"{path}/publish", "/staff/") == 303, "sent twice it is published once"
    assert "Version 2 is published." in words(marco, path)
    assert "Shared with" not in words(marco, path), "nothing is shared, and nothing can be any more"
    assert "Version 2, “Three tiers by revenue and promise”, decides who is in which tier" in words(
        marco, "/staff/policy"
    )
    with desk_of(manned.app).store.begin() as work:
        assert work.policies.newest() == 2


def test_whoever_was_slower_is_told_who_was_faster_and_how_to_go_on(manned: House) -> None:
    marco, opal = signed_in(manned, MARCO), signed_in(manned, OPAL)
    path = drafted(manned, marco)
    assert send(opal, f"{path}/sign", path) == 303
    publish(desk_of(manned.app).store, read_content(SHIPPED_CONTENT), "Helen", TODAY)
    token = form(marco, "/staff/")["csrf_token"]
    answer = marco.post(f"{path}/publish", data={"csrf_token": token})
    assert answer.status_code == 409
    page = read(answer.text)
    assert "Helen has published version 2" in page.text
    assert f"/staff/policy/new?draft={path.rpartition('/')[2]}" in page.links
    assert "at_least: 200000" in marco.get(f"/staff/policy/new?draft={path.rpartition('/')[2]}").text


@pytest.mark.parametrize("field", ["effective_on", "grandfathered_until"])
def test_what_is_no_day_is_said(manned: House, field: str) -> None:
    marco, opal = signed_in(manned, MARCO), signed_in(manned, OPAL)
    path = drafted(manned, marco)
    send(opal, f"{path}/sign", path)
    token = form(marco, path)["csrf_token"]
    answer = marco.post(f"{path}/publish", data={"csrf_token": token, field: "tomorrow"})
    assert answer.status_code == 409
    assert "tomorrow is no day; expected one such as 2027-01-31." in read(answer.text).text


def test_a_mistake_is_shown_with_its_line_and_the_text_stays(manned: House) -> None:
    marco = signed_in(manned, MARCO)
    wrong = SHIPPED.replace("\ncurrency:", "\ncurrencyy:") + "# my own words </textarea>"
    line = wrong[: wrong.index("currencyy")].count("\n") + 1
    token = form(marco, "/staff/policy/new")["csrf_token"]
    answer = marco.post("/staff/policy/new", data={"csrf_token": token, "source": wrong})
    assert answer.status_code == 400
    page = read(answer.text)
    assert f"tiers.yaml:{line}: unknown key `currencyy`" in page.text
    assert "# my own words </textarea>" in page.text
    assert page.unclosed == []


def test_a_file_counts_instead_of_the_text_and_is_limited(manned: House) -> None:
    marco = signed_in(manned, MARCO)
    token = form(marco, "/staff/policy/new")["csrf_token"]

    def upload(raw: bytes) -> tuple[int, str]:
        fields = {"csrf_token": token, "source": "not this", "file": (BytesIO(raw), "../../my tiers.yaml")}
        answer = marco.post("/staff/policy/new", data=fields, content_type="multipart/form-data")
        return answer.status_code, read(answer.text).text

    assert upload(STRICTER.encode())[0] == 303
    status, said = upload(b"\xff\xfe\xfa")
    assert (status, "the text is not UTF-8" in said) == (400, True)
    status, said = upload(b"#" * 200_001)
    assert (status, "expected at most 200,000" in said) == (400, True)
    too_large = {"data": b"#" * 2_000_000, "content_type": "multipart/form-data; boundary=x"}
    assert marco.post("/staff/policy/new", **too_large).status_code == 413


def test_a_link_shows_numbers_and_movers_to_whoever_holds_it_and_nothing_else(manned: House) -> None:
    marco = signed_in(manned, MARCO)
    path = drafted(manned, marco)
    assert send(marco, f"{path}/share", path, readers="Sales", days="14") == 303
    found = re.search(r'value="(https://[^"]+/shared/policy[^"]+)"', marco.get(path).text)
    assert found
    link = found[1].removeprefix("https://help.harbour.example")
    stranger = manned.client
    answer = stranger.get(link)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    page = read(answer.text)
    assert "shared with Sales until 6 December 2026" in page.text
    assert page.tags["form"] == 1, "only the search"
    movers = next(one for one in page.links if one.startswith("/shared/policy/movers"))
    listed = read(stranger.get(movers).text).text
    assert "Acme <Söhne>" in listed
    assert "@" not in listed.replace(MARCO, "")
    for wrong in (link[:-1], link + "0", "/shared/policy", "/shared/policy?token=2-" + link[-64:]):
        assert stranger.get(wrong).status_code == 404
    assert stranger.get(path).status_code == 404
    assert send(marco, f"{path}/shares/1/end", path) == 303
    assert stranger.get(link).status_code == 404
    assert stranger.get(movers).status_code == 404


@pytest.mark.parametrize("days", ["", "0x1", "-1", "91", "9" * 5000])
def test_a_link_for_no_time_is_refused(manned: House, days: str) -> None:
    marco = signed_in(manned, MARCO)
    path = drafted(manned, marco)
    assert send(marco, f"{path}/share", path, readers="Sales", days=days) == 409


def test_movers_are_searched_and_told_apart_by_their_way(manned: House) -> None:
    marco = signed_in(manned, MARCO)
    path = drafted(manned, marco)
    assert "Acme <Söhne> A-10" in words(marco, f"{path}/movers?q=sohne")
    assert "1 account moves" in words(marco, f"{path}/movers?way=1-2")
    for nobody in ("q=zzz", "way=2-1", "q=%25", "way=9-9"):
        assert "Nobody like that would move." in words(marco, f"{path}/movers?{nobody}")
    assert marco.get(f"{path}/movers?page=2").status_code == 404
    assert marco.get(f"{path}/movers?way=x-1'").status_code == 200


def test_viewers_look_on_and_a_link_of_the_command_line_is_a_viewer(manned: House) -> None:
    marco = signed_in(manned, MARCO)
    path = drafted(manned, marco)
    for client in (signed_in(manned, VERA), colleague(manned)):
        page = client.get(path)
        assert page.status_code == 200
        assert f"{path}/publish" not in page.text
        for act in ("rehearse", "sign", "share", "withdraw", "publish", "shares/1/end"):
            assert send(client, f"{path}/{act}", "/staff/", readers="Sales", days="3") == 409
        for source in (STRICTER, "what nobody reads: ["):
            assert send(client, "/staff/policy/new", "/staff/", source=source) == 403
        assert send(client, "/staff/policy/rollback", "/staff/", based_on="1") == 409
    with desk_of(manned.app).store.begin() as work:
        assert work.policies.newest() == 1


def test_to_customers_and_strangers_there_is_no_policy(manned: House) -> None:
    path = drafted(manned, signed_in(manned, MARCO))
    tess = signed_in(manned, TESS)
    for client in (tess, manned.client):
        for page in (
            "/staff/policy",
            "/staff/policy/new",
            path,
            f"{path}/movers",
            "/staff/report",
            "/staff/import",
        ):
            assert client.get(page).status_code == 404
    assert send(tess, f"{path}/sign", "/account") == 404


def test_a_rollback_is_done_once_however_often_it_is_sent(manned: House) -> None:
    publish(desk_of(manned.app).store, read_content(SHIPPED_CONTENT), "Helen", TODAY)
    marco = signed_in(manned, MARCO)
    assert send(marco, "/staff/policy/rollback", "/staff/policy", based_on="2") == 303
    assert send(marco, "/staff/policy/rollback", "/staff/policy", based_on="2") == 409
    page = words(marco, "/staff/policy")
    assert "Version 3" in page
    assert (page.count("in force since"), page.count("was in force from")) == (1, 2)
    assert marco.get("/staff/policy/versions/1/tiers.yaml").text == SHIPPED
    assert marco.get("/staff/policy/versions/9").status_code == 404


def test_a_forged_form_changes_nothing(manned: House) -> None:
    marco = signed_in(manned, MARCO)
    path = drafted(manned, marco)
    assert marco.post(f"{path}/withdraw").status_code == 400
    assert marco.get(f"{path}/withdraw").status_code == 405
    assert urlsplit(path).path == path
