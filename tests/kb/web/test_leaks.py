"""The leak matrix: every surface, as every kind of visitor, over a shelf with an article of each audience."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from flask import g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.visibility import STAFF, Visitor, Who
from kb.web.desk import desk_of, seen_now, whole_edition
from kb.web.prose import words_of
from tests.kb.web.cast import DINA, PAUL, PETRA, STAN, TESS, TOM, colleague, form, settle, signed_in
from tests.kb.web.conftest import TOKEN, House, MakeHouse

AUDIENCES = {
    "kestrel": ("public", "public"),
    "osprey": ("members", "signed-in"),
    "falcon": ("first", "1"),
    "merlin": ("upper", "[1, 2]"),
    "harrier": ("digital", "3"),
    "goshawk": ("segment", "segment:compliance"),
    "buzzard": ("partners", "partners"),
    "condor": ("nordic", "'partner:Nordic Field'"),
    "vulture": ("staff", "staff"),
    "kittiwake": ("mistyped", "evrybody"),
}
"""A secret word for each article: the name of its file, and its audience."""

WAGTAIL = "wagtail"
"""The secret word of a translation that is for staff, of an article that everybody may see."""

LANGUAGES = ("en", "de")

EVERYTHING = frozenset(AUDIENCES)
NOBODY = frozenset({"kestrel"})
MEMBER = NOBODY | {"osprey"}
SEES = {
    "nobody": NOBODY,
    "a stale cookie": NOBODY,
    "petra, of a prospect": MEMBER,
    "tess, of tier 1": MEMBER | {"falcon", "merlin"},
    "tom, of tier 2 and a segment": MEMBER | {"merlin", "goshawk"},
    "dina, of tier 3": MEMBER | {"harrier"},
    "paul, of tier 3 and a partner": MEMBER | {"harrier", "buzzard", "condor"},
    "stan, listed staff": EVERYTHING,
    "a colleague by a link": EVERYTHING,
    "a colleague as nobody": NOBODY,
    "a colleague as tier 1": MEMBER | {"falcon", "merlin"},
    "a colleague as tier 3": MEMBER | {"harrier"},
    "a colleague as a segment": MEMBER | {"goshawk"},
}


def _number(word: str) -> int:
    """Return the number that an article had in a help centre from which it came."""
    return 360000 + list(AUDIENCES).index(word)


def _paths(word: str) -> list[str]:
    """Return every way to one article."""
    name, number = AUDIENCES[word][0], _number(word)
    slug = f"{name}/{word}-guide"
    return [
        f"/articles/{slug}", f"/articles/{slug}.md", f"/articles/{slug}/", f"/articles/old-{name}",
        f"/articles/OLD-{name}/", f"/articles/old-{name}.md", f"/articles/{slug.upper()}",
        f"/categories/{name}", f"/files/{name}/{word}-map.svg", f"/files/{name}/{word}-loose.pdf",
        f"/search?q={word}", f"/search?q={word[:5]}", f"/search?q={word}&category={name}",
        f"/suggest?q={word}", f"/suggest?q={word[:3]}", f"/api/v1/search?q={word}", f"/missing/{word[:-1]}",
        f"/feedback/{slug}", f"/feedback/{slug}?helpful=no", f"/contact?article={slug}",
        f"/feedback/{slug}.de", f"/contact?article={slug}.de",
        f"/articles/{slug}.de", f"/articles/{slug}.de.md", f"/api/v1/search?q={word}&lang=de",
        f"/api/v1/articles/{slug}", f"/api/v1/articles/old-{name}", f"/api/v1/articles?category={name}",
        f"/hc/articles/{number}", f"/hc/en-us/articles/{number}-The-Guide", f"/hc/de/articles/{number}",
        f"/courses/{word}-course", f"/courses/{word}-old", f"/courses/{word}-course/begin",
        f"/courses/{word}-course/begin/quiz", f"/courses/{word.upper()}-COURSE",
        f"/search?q={word}&category=/courses",
        f"/certificates/for/{word}-course", f"/files/translated/{word}-lesson.svg",
        f"/staff/state/{slug}", f"/staff/search?q={word}", f"/staff/articles?category={name}",
        f"/staff/learning/{word}-course",
    ]  # fmt: skip


SURFACES = [
    "/", "/articles", "/services", "/contact", "/sitemap.xml", "/robots.txt", "/feed.xml", "/llms.txt",
    "/search", "/search?q=guide", "/search?q=bird+of+the+harbour", "/suggest?q=guide", "/suggest?q=a",
    "/api/v1/search?q=guide&limit=50", "/api/v1/openapi.json", "/api/v1/articles", "/api/v1/articles/welcome",
    "/api/v1/services", "/api/v1/accounts", "/api/v1/accounts/A-1", "/nothing/guide", "/articles/guide",
    "/articles/welcome", "/articles/welcome.md", "/sign-in", "/sign-in/code", "/account", "/staff/",
    "/staff/feedback", "/staff/search?q=guide", "/staff/articles", "/staff/requests", "/staff/deflection",
    "/staff/policy", "/staff/policy/new", "/staff/import", "/staff/report", "/staff/learning",
    "/staff/programmes", "/staff/programmes/tour", "/staff/programmes/tour/one",
    "/staff/programmes/tour/one/html", "/office-hours", "/office-hours.ics",
    "/shared/policy", "/shared/policy/movers",
    "/hc/", "/hc/en-us", "/hc/en-us/articles/1", "/contact/sent", "/sign-in/link?token=guide",
    "/theme.css", "/metrics", "/healthz", "/readyz",
    "/articles/translated/guide", "/articles/translated/guide.de", "/articles/translated/guide.de.md",
    "/courses", "/courses/welcome", "/courses/welcome/begin", "/courses/guide", "/account/team",
    "/categories/translated", "/feedback/translated/guide.de", "/contact?article=translated/guide.de",
    "/search?q=wagtail", "/suggest?q=wag", "/search?q=wagtial",
    "/api/v1/search?q=wagtail&lang=de",
    *(path for word in AUDIENCES for path in _paths(word)),
]  # fmt: skip


COUNTING = ("/staff/articles", "/staff/deflection", "/staff/report", "/staff/learning", "/staff/programmes")


def build(make_house: MakeHouse, words: frozenset[str] = EVERYTHING) -> House:
    """Make a help centre with an article of every audience, each with a word, a picture, a file and a shelf.

    Each is there in two languages, and one more has a translation that is for staff. Only those with one of
    the words are there; the others are spoken of all the same.
    """
    house = make_house(read=False)
    settle(desk_of(house.app).store)
    house.write("people.yaml", f"staff: [{STAN}]\n")
    slugs = {word: f"{name}/{word}-guide" for word, (name, _) in AUDIENCES.items()}
    for word in words:
        name, audience = AUDIENCES[word]
        house.write(
            f"articles/{slugs[word]}.md",
            f"---\ntitle: The {word} guide\nsummary: All about the {word}.\naudience: {audience}\n"
            f"last_reviewed: 2026-11-01\n"
            f"aliases: [old-{name}, hc/articles/{_number(word)}]\n"
            f"keywords: [{word}s]\n---\n\nA {word} is a bird of the harbour.\n\n"
            f"## How a {word} nests\n\n![A {word}]({word}-map.svg)\n",
        )
        house.write(
            f"articles/{slugs[word]}.de.md",
            f"---\ntitle: Der {word} Leitfaden\nkeywords: [{word}vogel]\n---\n\n"
            f"Ein {word} nistet am Hafen.\n",
        )
        house.write(f"articles/{name}/{word}-map.svg", f"<svg><text>{word}</text></svg>")
        house.write(f"articles/{name}/{word}-loose.pdf", f"%PDF {word}")
        house.write(f"articles/translated/{word}-lesson.svg", f"<svg><text>{word}</text></svg>")
        _write_course(house, word)
    courses = ", ".join(f"{word}-course" for word in AUDIENCES)
    head = f"title: First steps\nprerequisites: [{courses}]"
    house.write("courses/welcome/index.md", f"---\n{head}\n---\n")
    house.write("courses/welcome/01-begin.md", "---\nid: begin\ntitle: Begin\n---\n\nCome in.\n")
    house.write("articles/translated/guide.md", "# A guide to translations\n\nWith a bird.\n")
    if words == EVERYTHING:
        house.write(
            "articles/translated/guide.de.md",
            f"---\ntitle: Der {WAGTAIL} Leitfaden\naudience: staff\naliases: [{WAGTAIL}]\n---\n\n"
            f"Ein {WAGTAIL}.\n",
        )
    every = ", ".join(slugs.values())
    links = "\n".join(f"- [A bird]({slug}.md) and [another][{slug[:3]}]" for slug in slugs.values())
    references = "\n".join(f"[{slug[:3]}]: {slug}.md" for slug in slugs.values())
    house.write(
        "articles/welcome.md", f"---\ntitle: Welcome\nrelated: [{every}]\n---\n\n{links}\n\n{references}\n"
    )
    house.write("programmes/tour/index.md", "---\ntrigger: signed up\n---\n\nTo be welcome.\n")
    house.write("programmes/tour/01-one.md", "---\nid: one\nsubject: Welcome\n---\n\nCome in.\n")
    house.write("office-hours.yaml", "where: Perch 2\nminutes: 30\nweekly: [Monday 9:00]\n")
    shelves = "\n".join(f"  - {{slug: {name}, title: On {word}}}" for word, (name, _) in AUDIENCES.items())
    house.write(
        "site.yaml",
        f"name: Aviary\npopular: [{every}]\ncontact_email: keeper@aviary.example\n"
        f"languages: [{', '.join(LANGUAGES)}]\ncategories:\n{shelves}\n",
    )
    house.refresh()
    return house


def _write_course(house: House, word: str) -> None:
    """Write a course for the audience of a word: its goal, its lesson and its quiz all hold the word."""
    house.write(
        f"courses/{word}-course/index.md",
        f"---\ntitle: The {word} course\nsummary: About the {word}.\ngoals: [Know the {word}]\n"
        f"audience: {AUDIENCES[word][1]}\naliases: {word}-old\ncertificate: 2 years\n---\n",
    )
    house.write(
        f"courses/{word}-course/01-begin.md",
        f"---\nid: begin\ntitle: The first {word}\n---\n\n"
        f"![A {word}](../../articles/translated/{word}-lesson.svg)\n\n"
        f"## Quiz\n\n### What is a {word}?\n\n- [x] A bird\n- [ ] A {word} of wood\n",
    )


def _stale(house: House) -> FlaskClient:
    client = house.client
    client.set_cookie("__Host-longtail", "a cookie of yesterday", domain="localhost", secure=True)
    return client


WHO: Mapping[str, Callable[[House], FlaskClient]] = {
    "nobody": lambda house: house.client,
    "a stale cookie": _stale,
    "petra, of a prospect": lambda house: signed_in(house, PETRA),
    "tess, of tier 1": lambda house: signed_in(house, TESS),
    "tom, of tier 2 and a segment": lambda house: signed_in(house, TOM),
    "dina, of tier 3": lambda house: signed_in(house, DINA),
    "paul, of tier 3 and a partner": lambda house: signed_in(house, PAUL),
    "stan, listed staff": lambda house: signed_in(house, STAN),
    "a colleague by a link": colleague,
    "a colleague as nobody": lambda house: colleague(house, "public"),
    "a colleague as tier 1": lambda house: colleague(house, "1"),
    "a colleague as tier 3": lambda house: colleague(house, "3"),
    "a colleague as a segment": lambda house: colleague(house, "segment:compliance"),
}


@pytest.fixture(scope="module")
def aviary(make_house: MakeHouse) -> House:
    """The whole of it."""
    return build(make_house)


@pytest.fixture(scope="module")
def visitors(aviary: House) -> Mapping[str, FlaskClient]:
    """A browser for each kind of visitor."""
    return {who: come(aviary) for who, come in WHO.items()}


def _said(answer: TestResponse, path: str) -> str:
    """Return everything that an answer says, without what the visitor said first."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    text = (headers + "\n" + answer.get_data(as_text=True)).casefold()
    asked = path.partition("?q=")[2].partition("&")[0] or path.partition("?article=")[2] or path
    for echo in (
        path,
        path.rstrip("/"),
        path.replace("/", "%2f"),
        path.partition("?")[0],
        asked,
        words_of(path.partition("?")[0]),
    ):
        text = text.replace(echo.casefold(), "")
    return text


@dataclass(frozen=True)
class Told:
    """What the surfaces told a visitor from whom something is hidden, in each language."""

    who: str
    answers: Mapping[tuple[str, str], TestResponse]


@pytest.fixture(scope="module", params=[who for who in SEES if SEES[who] != EVERYTHING])
def told(request: pytest.FixtureRequest, visitors: Mapping[str, FlaskClient]) -> Told:
    """Ask them all; once, since it takes seconds."""
    client = visitors[request.param]
    asked = [(path, language) for language in LANGUAGES for path in SURFACES]
    return Told(request.param, {(path, language): _ask(client, path, language) for path, language in asked})


def test_no_surface_tells_a_visitor_of_what_is_not_for_them(told: Told) -> None:
    leaks = []
    for (path, language), answer in told.answers.items():
        said = _said(answer, path)
        hidden = EVERYTHING - SEES[told.who] | {WAGTAIL}
        leaks += [(path, language, word) for word in hidden if word in said]
    assert leaks == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", SEES)
def test_a_visitor_finds_what_is_for_them_on_every_surface(
    visitors: Mapping[str, FlaskClient], who: str, language: str
) -> None:
    client, read = visitors[who], {"Accept-Language": language}
    for word in SEES[who]:
        name = AUDIENCES[word][0]
        for path in _paths(word)[:13]:
            assert client.get(path, headers=read).status_code in {200, 301}, path
        for path in ("/articles", f"/search?q={word}", f"/suggest?q={word}",
                     f"/api/v1/search?q={word}", f"/api/v1/articles/{name}/{word}-guide", "/api/v1/articles",
                     f"/api/v1/articles/old-{name}",
                     "/articles/welcome", "/articles/welcome.md"):  # fmt: skip
            assert f"{name}/{word}-guide" in client.get(path, headers=read).text, path
        assert f"On {word}" in client.get("/", headers=read).text
        for path in ("/", "/courses", "/courses/welcome", f"/courses/{word}-course/begin",
                     f"/search?q={word}&category=/courses", f"/suggest?q=the+first+{word}"):  # fmt: skip
            assert f"{word}-course" in client.get(path, headers=read).text, path


def test_to_a_visitor_every_answer_is_as_if_there_were_nothing_but_what_is_for_them(
    make_house: MakeHouse, told: Told
) -> None:
    twin = WHO[told.who](build(make_house, SEES[told.who]))
    for (path, language), answer in told.answers.items():
        if path.startswith(COUNTING):
            continue  # these count what was done so far, which differs
        assert _answer(answer) == _answer(_ask(twin, path, language)), (path, language)


@pytest.mark.parametrize("who", SEES)
def test_a_translation_for_staff_is_found_by_staff_who_read_it(
    visitors: Mapping[str, FlaskClient], who: str
) -> None:
    found = {
        language: [path for path in ("/articles", "/search?q=wagtail", "/suggest?q=der+wag")
                   if "translated/guide.de" in _get(visitors[who], path, language)]
        for language in LANGUAGES
    }  # fmt: skip
    staff = SEES[who] == EVERYTHING
    assert found == {
        "en": [],
        "de": ["/articles", "/search?q=wagtail", "/suggest?q=der+wag"] if staff else [],
    }


def _get(client: FlaskClient, path: str, language: str) -> str:
    return _ask(client, path, language).text


def _ask(client: FlaskClient, path: str, language: str) -> TestResponse:
    return client.get(path, headers={"Accept-Language": language})


def _answer(answer: TestResponse) -> tuple[int, list[tuple[str, str]], str]:
    """Return all of an answer but what differs between any two: times, the token of a form, and advice.

    What is recommended follows from what was searched for so far.
    """
    varying = {"ETag", "Set-Cookie", "Date", "Last-Modified", "Content-Length", "Expires"}
    headers = sorted((name, value) for name, value in answer.headers if name not in varying)
    text = re.sub(r'name="(csrf_token|form)" value="[^"]*"|"took_ms":[\d.]+|"score":[\d.]+', "", answer.text)
    text = re.sub(
        r'\s*(<div class="band">)?<section class="advice".*?</section>\s*(</div>)?', "", text, flags=re.DOTALL
    )
    return answer.status_code, headers, text


@pytest.mark.parametrize(
    ("hidden", "unknown"),
    [
        ("/articles/staff/vulture-guide", "/articles/staff/vulture_guide"),
        ("/articles/staff/vulture-guide.md", "/articles/staff/vulture_guide.md"),
        ("/articles/old-staff", "/articles/old_staff"),
        ("/articles/OLD-staff.md", "/articles/OLD_staff.md"),
        ("/articles/Staff/Vulture-Guide/", "/articles/Staff/Vulture_Guide/"),
        ("/categories/staff", "/categories/staff_"),
        ("/files/staff/vulture-map.svg", "/files/staff/vulture_map.svg"),
        ("/files/staff/vulture-loose.pdf", "/files/staff/vulture_loose.pdf"),
        ("/feedback/staff/vulture-guide", "/feedback/staff/vulture_guide"),
        ("/search?q=guide&category=staff", "/search?q=guide&category=staff_"),
        ("/api/v1/articles/staff/vulture-guide", "/api/v1/articles/staff/vulture_guide"),
        ("/api/v1/articles/old-staff", "/api/v1/articles/old_staff"),
        ("/api/v1/articles?category=staff", "/api/v1/articles?category=staff_"),
        ("/hc/articles/360008", "/hc/articles/360018"),
        ("/staff/state/staff/vulture-guide", "/staff/state/staff/vulture_guide"),
        ("/courses/vulture-course", "/courses/vulture_course"),
        ("/courses/vulture-old/begin", "/courses/vulture_old/begin"),
        ("/courses/vulture-course/begin/quiz", "/courses/vulture_course/begin/quiz"),
        ("/certificates/for/vulture-course", "/certificates/for/vulture_course"),
    ],
)
def test_what_is_hidden_is_missing_in_the_same_words_as_what_does_not_exist(
    visitors: Mapping[str, FlaskClient], hidden: str, unknown: str
) -> None:
    for who in ("nobody", "dina, of tier 3", "a colleague as tier 1"):
        for asking in ({}, {"method": "HEAD"}, {"headers": {"If-None-Match": "*"}}, {"method": "POST"}):
            found, missed = (_answer(visitors[who].open(path, **asking)) for path in (hidden, unknown))
            assert found[:2] == missed[:2]
            assert found[0] == 404 or asking == {"method": "POST"}
            assert _without_echo(found[2], hidden) == _without_echo(missed[2], unknown)


def _without_echo(text: str, asked: str) -> str:
    """Leave out the address that was asked for, which the links to other languages lead back to."""
    path, _, query = asked.partition("?")
    text = text.replace(f'value="{words_of(path)}"', "")
    return text.replace(path, "").replace(quote(query), "") if query else text.replace(path, "")


@pytest.mark.parametrize("who", ["nobody", "dina, of tier 3", "a colleague as tier 1"])
def test_what_is_hidden_takes_votes_no_more_than_what_does_not_exist(
    visitors: Mapping[str, FlaskClient], who: str
) -> None:
    client = visitors[who]
    said = {**form(client, "/feedback/public/kestrel-guide"), "helpful": "no", "comment": "Hm."}
    for word in EVERYTHING - SEES[who]:
        hidden, unknown = (f"/feedback/{AUDIENCES[word][0]}/{word}{end}" for end in ("-guide", "_guide"))
        found, missed = (_answer(client.post(path, data=said)) for path in (hidden, unknown))
        assert found[0] == 404
        assert found[:2] == missed[:2]
        assert _without_echo(found[2], hidden) == _without_echo(missed[2], unknown)


@pytest.mark.parametrize("who", SEES)
def test_who_writes_to_the_company_is_shown_answers_that_are_for_them(
    visitors: Mapping[str, FlaskClient], who: str
) -> None:
    client = visitors[who]
    hidden = form(client, "/contact")
    for word, (name, _) in AUDIENCES.items():
        said = {**hidden, "subject": f"{word} guide", "message": f"How does a {word} nest?"}
        answer = client.post("/contact/answers", data=said).text
        assert (f"/articles/{name}/{word}-guide" in answer) == (word in SEES[who])
        assert {word for word in EVERYTHING if word in answer} <= SEES[who]


@pytest.mark.parametrize("who", SEES)
def test_a_contact_form_that_names_what_is_hidden_forgets_it(
    visitors: Mapping[str, FlaskClient], who: str
) -> None:
    client, hidden = visitors[who], form(visitors[who], "/contact")
    for word, (name, _) in AUDIENCES.items():
        slug = f"{name}/{word}-guide"
        said = {"step": "look", "subject": "?", "article": slug, "shown": [slug], "opened": [slug]}
        assert (word in client.post("/contact", data={**hidden, **said}).text) == (word in SEES[who])


@pytest.mark.parametrize("who", ["nobody", "dina, of tier 3"])
def test_choosing_a_language_opens_nothing(aviary: House, who: str) -> None:
    client = WHO[who](aviary)
    for word in [*EVERYTHING - SEES[who], WAGTAIL]:
        name = AUDIENCES[word][0] if word in AUDIENCES else "translated"
        path = f"/articles/{name}/{word}-guide.de"
        assert client.get(f"/language/de?next={path}").headers["Location"] == path
        assert client.get(path).status_code == 404
        assert word not in client.get("/articles").text


@pytest.mark.parametrize("path", ["/sitemap.xml", "/feed.xml", "/llms.txt", "/robots.txt"])
def test_what_machines_read_is_what_a_stranger_sees_whoever_asks(
    visitors: Mapping[str, FlaskClient], path: str
) -> None:
    answers = {who: client.get(path) for who, client in visitors.items()}
    said = [(answer.status_code, answer.text, answer.headers) for answer in answers.values()]
    for _, _, headers in said:
        del headers["Date"]
    assert all(one == said[0] for one in said)
    answer = answers["nobody"]
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert {word for word in EVERYTHING if word in answer.text} <= NOBODY


def test_totals_count_what_the_visitor_sees(visitors: Mapping[str, FlaskClient]) -> None:
    totals = {
        who: client.get("/api/v1/search?q=nests&limit=50").get_json()["total"]
        for who, client in visitors.items()
    }
    assert totals == {who: len(SEES[who]) for who in SEES}


@pytest.mark.parametrize(
    ("audience", "sees"),
    [
        ("", NOBODY),
        ("&audience=public", NOBODY),
        ("&audience=signed-in", MEMBER),
        ("&audience=1", MEMBER | {"falcon", "merlin"}),
        ("&audience=3", MEMBER | {"harrier"}),
        ("&audience=2,segment:compliance", MEMBER | {"merlin", "goshawk"}),
        ("&audience=staff", EVERYTHING),
    ],
)
def test_a_program_with_the_token_asks_as_whom_it_likes(
    aviary: House, audience: str, sees: frozenset[str]
) -> None:
    search = f"/api/v1/search?q=bird+of+the+harbour&limit=50{audience}"
    for path in (search, f"/api/v1/articles?limit=50{audience}"):
        answer = aviary.client.get(path, headers={"Authorization": f"Bearer {TOKEN}"})
        assert {word for word in AUDIENCES if word in answer.text} == sees
        assert answer.headers["Cache-Control"] == "private, no-store"
        without = aviary.client.get(path, headers={"Authorization": "Bearer something else"})
        assert {word for word in AUDIENCES if word in without.text} == NOBODY


def test_an_audience_that_nobody_understands_is_a_bad_request(aviary: House) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = aviary.client.get("/api/v1/search?q=bird&audience=king", headers=headers)
    assert answer.status_code == 400
    assert "expected public, signed-in" in answer.get_json()["detail"]


def test_what_depends_on_the_visitor_is_never_stored_and_public_pages_may_be(
    visitors: Mapping[str, FlaskClient],
) -> None:
    for path in (
        "/",
        "/articles/public/kestrel-guide",
        "/files/public/kestrel-map.svg",
        "/articles/public/kestrel-guide.md",
    ):
        for who, client in visitors.items():
            answer = client.get(path)
            assert "Cookie" in answer.headers["Vary"]
            stored = "no-store" not in answer.headers["Cache-Control"]
            assert stored == (who == "nobody"), (who, path)
            assert ("ETag" in answer.headers) or not stored


def test_what_holds_a_form_is_never_stored(aviary: House) -> None:
    answer = aviary.client.get("/sign-in")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers


def test_search_is_told_which_audiences_the_visitor_belongs_to(aviary: House) -> None:
    with aviary.app.test_request_context("/search?q=bird"):
        assert seen_now() == {"public", "en|en=public|de=public", "en|en=public|de=staff"}
        g.visitor = Visitor(Who.CONTACT, tier=1)
        g.language = "de"
        assert seen_now() == {"public", "en|en=public|de=staff"} | {
            f"de|en={audience}|de={audience}"
            for audience in ("public", "signed-in", "tier:1", "tier:1+tier:2")
        } | {"signed-in", "tier:1", "tier:1+tier:2"}  # of courses, which have one language
        g.visitor = STAFF
        keys = whole_edition().library.keys
        assert seen_now() == {key for key in keys if key.startswith("de|") or "|" not in key}


def test_an_article_is_hidden_as_soon_as_its_file_says_so(make_house: MakeHouse) -> None:
    house = make_house()
    assert house.client.get("/articles/welcome").status_code == 200
    house.write(
        "articles/welcome.md", "---\naudience: staff\n---\n# Welcome aboard\n\nThis is the harbour.\n"
    )
    house.refresh()
    assert house.client.get("/articles/welcome").status_code == 404
    house.write("articles/welcome.md", "# Welcome aboard\n\nThis is the harbour.\n")
    house.write("site.yaml", "name: Harbour\naudience: signed-in\n")
    house.refresh()
    assert house.client.get("/articles/welcome").status_code == 404
    assert house.client.get("/api/v1/search?q=harbour").get_json()["total"] == 0
    assert "No article has been published yet" in house.client.get("/articles").text


def test_what_is_hidden_takes_as_long_as_what_does_not_exist(visitors: Mapping[str, FlaskClient]) -> None:
    client = visitors["nobody"]
    paths = ("/articles/staff/vulture-guide", "/articles/staff/vulture-guidf")

    def fastest(path: str) -> float:
        began = time.perf_counter()
        client.get(path)
        return time.perf_counter() - began

    hidden, unknown = (
        min(times) for times in zip(*([fastest(p) for p in paths] for _ in range(60)), strict=True)
    )
    assert 0.6 < hidden / unknown < 1.6
