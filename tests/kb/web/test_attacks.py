"""Hostile words wherever somebody may write: no page runs them, in whichever form they are asked for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Dialog, Page
from werkzeug.test import TestResponse

from kb.storage import Wanted
from kb.web.desk import desk_of
from tests.conftest import account, an_import, noon
from tests.kb.attacks import ATTACKS, NAMES, Runs
from tests.kb.web.cast import DINA, STAN, colleague, form, settle, signed_in
from tests.kb.web.conftest import House, MakeHouse
from tests.kb.web.page import read
from tests.kb.web.serving import laptop, served
from tests.kb.web.test_browser import browser as browser
from tiering.domain.account import Contact
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.record import open_store

SHELVES = 5
MALLORY = "mallory@hostile.example"
"""Whose own name, and that of her company, is an attack."""

PAGES = [
    "/", "/articles", "/services", "/contact", "/search", "/sign-in", "/sign-in/code", "/account", "/staff/",
    "/sitemap.xml", "/robots.txt", "/feed.xml", "/llms.txt", "/theme.css", "/api/v1/openapi.json",
    "/office-hours", "/office-hours.ics", "/staff/programmes", "/staff/programmes/p0/s/html",
]  # fmt: skip


def write_hostile_content(folder: Path) -> None:
    """Write a help centre in which every text that a person may write is an attack."""
    for number, (name, body) in enumerate(zip(NAMES * 2, ATTACKS, strict=False)):
        said, shelf = json.dumps(name), f"c{number % SHELVES}"
        path = folder / "articles" / shelf / f"a{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"---\ntitle: {said}\nsummary: {said}\nkeywords: [{said}]\nowner: {said}\nrelated: [c0/a0]\n"
            f"last_reviewed: 2026-11-05\n---\n\n{name}\n\n{body}\n\n## {name}\n\nEnd.\n",
            encoding="utf-8",
        )
    shelves = "".join(
        f"  - {{slug: c{n}, title: {json.dumps(NAMES[n])}, summary: {json.dumps(NAMES[n + 5])}}}\n"
        for n in range(SHELVES)
    )
    script = json.dumps("</script><script>alert(1)</script>")
    (folder / "site.yaml").write_text(
        "contact_email: help@hostile.example\n"
        f"name: {script}\ntagline: {script}\nproduct: {script}\npopular: [c0/a0]\ncategories:\n{shelves}"
    )
    (folder / "synonyms.yaml").write_text("- [alert, <script>alert(1)</script>]\n")
    for number, name in enumerate(NAMES):
        said, place = json.dumps(name), folder / "programmes" / f"p{number}"
        place.mkdir(parents=True)
        head = f"title: {said}\ntrigger: signed up"
        (place / "index.md").write_text(f"---\n{head}\n---\n\n{ATTACKS[number]}\n", encoding="utf-8")
        mail = f"---\nid: s\nsubject: {said}\n---\n\n{name} {{{{ name }}}}\n\n{ATTACKS[number]}\n"
        (place / "01-s.md").write_text(mail, encoding="utf-8")
    said = json.dumps(NAMES[0])
    (folder / "office-hours.yaml").write_text(
        f"title: {said}\nabout: {said}\nwhere: {said}\nminutes: 30\nweekly: [Monday 9:00]\n"
    )
    (folder / "people.yaml").write_text(f"staff: [{STAN}]\n")
    shutil.copytree(SHIPPED_CONTENT / "services", folder / "services")
    for number, path in enumerate(sorted((folder / "services").glob("*.md"))):
        lines = path.read_text(encoding="utf-8").splitlines()
        lines = [f"name: {json.dumps(NAMES[number])}" if line.startswith("name:") else line for line in lines]
        path.write_text("\n".join([*lines, "", ATTACKS[number], ""]), encoding="utf-8")


@pytest.fixture(scope="module")
def stage(make_house: MakeHouse) -> House:
    """The hostile help centre, with Mallory among its customers."""
    house = make_house(read=False)
    shutil.rmtree(house.content)
    house.content.mkdir()
    write_hostile_content(house.content)
    store = desk_of(house.app).store
    settle(store)
    with store.begin() as work:
        saw = an_import(work)
        work.accounts.save([account("A-9", NAMES[5], partner=NAMES[0])], saw)
        work.contacts.save([Contact(id="C-9", account_id="A-9", emails=(MALLORY,), name=NAMES[6])])
    assert house.refresh()
    return house


@pytest.fixture(scope="module", params=["nobody", "dina", "mallory", "a colleague"])
def visitor(request: pytest.FixtureRequest, stage: House) -> FlaskClient:
    """Everybody from a stranger to staff."""
    if request.param == "nobody":
        return stage.client
    if request.param == "a colleague":
        return colleague(stage)
    return signed_in(stage, {"dina": DINA, "mallory": MALLORY}[request.param])


def test_no_page_that_can_be_reached_runs_what_its_writers_wrote(visitor: FlaskClient) -> None:
    seen, waiting = set(PAGES), list(PAGES)
    while waiting:
        answer = visitor.get(waiting.pop())
        _is_harmless(answer)
        if answer.mimetype == "text/html":
            for link in read(answer.text).links:
                path = urlsplit(link)._replace(fragment="").geturl()
                if path.startswith("/") and not path.startswith(("/static/", "//")) and path not in seen:
                    seen.add(path)
                    waiting.append(path)
    assert {"/articles/c0/a0", "/articles/c4/a4.md", "/categories/c3"} <= seen


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_query_is_run_by_the_page_that_repeats_it(name: str, visitor: FlaskClient) -> None:
    asked = quote(name, safe="")
    for path in (
        f"/search?q={asked}", f"/search?q=alert&category={asked}", f"/search?q=alert&page={asked}",
        f"/suggest?q={asked}", f"/api/v1/search?q={asked}", f"/api/v1/search?q=a&limit={asked}",
        f"/contact?q={asked}", f"/sign-in?next={asked}", f"/sign-in/sso?token={asked}&next={asked}",
        f"/articles/{asked}", f"/categories/{asked}", f"/files/{asked}", f"/{asked}", f"/search?{asked}=1",
        f"/contact?article={asked}", f"/feedback/{asked}",
        f"/feedback/c0/a0?helpful={asked}&revision={asked}", f"/staff/search?q={asked}&as={asked}",
        f"/staff/search?q={asked}", f"/staff/feedback?article={asked}&show={asked}",
        f"/staff/searches?lack={asked}", f"/staff/searches?tier={asked}&page={asked}",
        f"/staff/articles?owner={asked}&category={asked}", f"/staff/articles?sort={asked}",
        f"/staff/deflection?tier={asked}", f"/staff/learning?tier={asked}", f"/staff/learning/{asked}",
        f"/staff/programmes/{asked}", f"/staff/programmes/p0/{asked}",
        f"/staff/programmes/p0/s?reader={asked}", f"/staff/programmes/p0/s/html?reader={asked}",
        f"/sign-in/link?{asked}", f"/sign-in/slack/callback?error={asked}&state={asked}",
    ):  # fmt: skip
        answer = visitor.get(path)
        _is_harmless(answer)
        assert "taken" not in answer.headers.get("Set-Cookie", "")
        assert "1337" not in answer.text, "a template was filled in"


def test_what_readers_write_runs_neither_where_they_see_it_nor_where_colleagues_do(stage: House) -> None:
    mallory, reader = signed_in(stage, MALLORY), colleague(stage)
    for name in NAMES:
        said = {**form(mallory, "/feedback/c0/a0"), "helpful": "no", "reason": name}
        kept = mallory.post("/feedback/c0/a0", data=said | {"comment": name, "revision": name})
        assert kept.status_code == 200
        _is_harmless(kept)
        _is_harmless(mallory.post("/feedback/c0/a0", data=said | {"comment": name * 2000, "helpful": name}))
        _is_harmless(mallory.get("/feedback/c0/a0"))
        shown = reader.get("/staff/feedback")
        assert "Did not help" in shown.text
        _is_harmless(shown)


def test_no_form_runs_what_is_typed_into_it(stage: House) -> None:
    for name in NAMES:
        client = stage.client
        token = read(client.get("/sign-in").text)
        assert token.tags["form"]
        _is_harmless(client.post("/sign-in", data={"email": name, "csrf_token": name}))
        _is_harmless(client.post("/sign-in/sso", data={"token": name, "next": name}))


@pytest.mark.parametrize("way", ["/contact", "/contact/answers"])
def test_no_message_runs_where_it_is_shown_again_or_read_by_colleagues(stage: House, way: str) -> None:
    staff, fields = (
        colleague(stage),
        ("name", "email", "subject", "message", "q", "article", "service", "shown"),
    )
    for number, name in enumerate(NAMES):
        client = stage.client
        page = form(client, "/contact")
        for step in ("look", "send"):
            said = dict.fromkeys(fields, name) | {"step": step, "form": page["form"]}
            _is_harmless(client.post(way, data={**said, "csrf_token": page["csrf_token"]}))
        if way == "/contact":
            good = {"email": f"m{number}@hostile.example", "subject": name[:150], "message": name}
            sent = client.post(way, data={**page, **good}, environ_base={"REMOTE_ADDR": f"10.0.0.{number}"})
            assert sent.status_code == 303
    found = desk_of(stage.app).requests.page(Wanted(), 1, 100)[0]
    assert way != "/contact" or len(found) == len(NAMES)
    for asked in found:
        _is_harmless(staff.get(f"/staff/requests/{asked.number}"))
    for page_number in range(1, -(-len(found) // 25) + 1):
        _is_harmless(staff.get(f"/staff/requests?page={page_number}"))


def _is_harmless(answer: TestResponse) -> None:
    """Fail unless an answer can do no harm in a browser, whatever kind it says it is."""
    where, kind = answer.request.path, answer.mimetype or ""
    assert answer.status_code < 500, where
    assert answer.headers["X-Content-Type-Options"] == "nosniff", where
    policy = answer.headers["Content-Security-Policy"]
    is_mail = policy.startswith("sandbox; default-src 'none'")  # its looks stand in its elements
    assert "script-src 'self'" in policy or is_mail or kind != "text/html"
    location = answer.headers.get("Location", "/")
    assert urlsplit(location).scheme in {"", "http", "https"}, location
    if kind == "text/html":
        assert set(Runs(answer.text).found) <= ({"style"} if is_mail else set()), where
    elif kind.endswith("xml") and "svg" not in kind:
        assert Runs(ElementTree.tostring(ElementTree.fromstring(answer.text)).decode()).found == [], where
    elif kind.endswith("json"):
        json.loads(answer.text)
    else:
        files = {"text/plain", "text/markdown", "text/css", "text/csv", "text/vcard", "text/calendar"}
        assert kind in files, where


@pytest.fixture(scope="module")
def base(record: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the hostile content."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copy(record, folder)
    store = open_store(f"sqlite:///{folder / 'longtail.db'}", noon)
    settle(store)
    store.close()
    (folder / "content").mkdir()
    write_hostile_content(folder / "content")
    with served(folder, folder / "content", laptop) as port:
        yield f"http://127.0.0.1:{port}"


def test_a_browser_without_our_policy_runs_none_of_it_either(browser: Browser, base: str) -> None:
    context = browser.new_context(base_url=base, bypass_csp=True)
    page = context.new_page()
    ran = _dialogs(page)
    paths = ["/", "/articles", "/services", "/categories/c0", "/llms.txt", "/feed.xml"]
    paths += [f"/articles/c{number % SHELVES}/a{number}" for number in range(len(ATTACKS))]
    paths += [f"/search?q={quote(name)}" for name in NAMES] + [f"/{quote(name)}" for name in NAMES]
    for path in paths:
        page.goto(path)
    page.goto("/")
    for name in NAMES:
        page.get_by_role("combobox").fill(name)
        page.wait_for_timeout(60)
    page.get_by_role("combobox").fill("alert")
    page.wait_for_timeout(300)
    assert ran == []
    context.close()


def test_the_browser_would_have_told_of_an_attack_that_works(browser: Browser, base: str) -> None:
    context = browser.new_context(base_url=base, bypass_csp=True)
    page = context.new_page()
    ran = _dialogs(page)
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    page.wait_for_timeout(300)
    assert ran == [f"{base}/: 1"]
    context.close()


def _dialogs(page: Page) -> list[str]:
    """Return a list that grows with every `alert` that runs."""
    found: list[str] = []

    def note(dialog: Dialog) -> None:
        found.append(f"{page.url}: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", note)
    return found


def test_what_customers_search_for_in_vain_is_harmless_where_colleagues_deal_with_it(stage: House) -> None:
    mallory, reader = signed_in(stage, MALLORY), colleague(stage)
    for name in NAMES:
        mallory.get("/search", query_string={"q": f"zzxqwv{NAMES.index(name)} {name}"})
    desk_of(stage.app).recorder.flush()
    lists = [f"/staff/searches?lack={lack}&page={at}" for lack in ("answer", "opened") for at in range(1, 6)]
    shown = [answer for path in lists if (answer := reader.get(path)).status_code == 200]
    assert "zzxqwv" in "".join(answer.text for answer in shown)
    for name in NAMES:
        typed = {"key": name, "query": name, "word": name, "means": name, "title": name, "category": name}
        for do in ("synonym", "dismiss"):
            data = {**form(reader, "/staff/searches"), **typed, "do": do}
            shown.append(reader.post("/staff/searches", data=data, follow_redirects=True))
    shown.append(reader.get("/staff/searches?lack=handled"))
    for answer in shown:
        _is_harmless(answer)
