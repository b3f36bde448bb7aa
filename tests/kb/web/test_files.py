"""Files that stand beside the articles: shown, or saved."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Literal

import pytest
from flask.testing import FlaskClient

from kb.web.desk import desk_of
from kb.web.files import facts_of
from tests.kb.web.cast import TESS, settle, signed_in
from tests.kb.web.conftest import House
from tests.kb.web.page import read

_BERTH = "/articles/berths/book-a-berth"


def test_a_picture_that_could_hold_a_script_is_sent_into_a_sandbox(client: FlaskClient) -> None:
    answer = client.get("/files/berths/images/harbour.svg")
    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_leaves_room_for_its_picture(client: FlaskClient) -> None:
    picture = next(p for p in read(client.get(_BERTH).text).pictures if p["src"].startswith("/files/"))
    assert (picture["width"], picture["height"]) == ("320", "200")


@pytest.mark.parametrize(
    "path",
    [
        "/files/../site.yaml",
        "/files/%2e%2e/site.yaml",
        "/files/..%2fsite.yaml",
        "/files/berths/../../../site.yaml",
        "/files//etc/passwd",
        "/files/%2fetc%2fpasswd",
        "/files/berths/book-a-berth.md",
        "/articles/../site.yaml",
        "/articles/..%2f..%2fsite.yaml",
        "/articles/%2e%2e/%2e%2e/etc/passwd.md",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/config.py",
    ],
)
def test_nothing_outside_the_articles_can_be_fetched(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "accent" not in answer.text.replace("--accent", "")
    assert "root:" not in answer.text


@pytest.mark.parametrize("name", ["a.html", "a.js", "a.xml", "a.svgz", "a.xhtml", "a", ".env"])
def test_what_a_browser_might_run_is_not_served(house: House, name: str) -> None:
    house.write(f"articles/berths/{name}", "<script>alert(1)</script>")
    house.refresh()
    assert house.client.get(f"/files/berths/{name}").status_code == 404


def test_a_leaflet_is_shown_by_the_browser_that_can(house: House) -> None:
    house.write("articles/berths/leaflet.pdf", "%PDF-1.4")
    house.refresh()
    answer = house.client.get("/files/berths/leaflet.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"


def test_a_file_that_went_away_is_missed_politely(house: House) -> None:
    (house.content / "articles/berths/images/harbour.svg").unlink()
    assert house.client.get("/files/berths/images/harbour.svg").status_code == 404
    assert house.client.get(_BERTH).status_code == 200


def _linked(house: House, name: str, link: str, data: bytes = b"1,2\n") -> None:
    path = house.content / "articles" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    house.write("articles/files.md", f"# Files\n\nTake [the list]({link}) along.\n")
    house.refresh()


def test_kind_and_size_of_a_file_stand_beside_its_link(house: House) -> None:
    _linked(house, "lists/prices.csv", "lists/prices.csv", b"x" * 34_567)
    assert "the list (CSV, 35 KB) along" in read(house.client.get("/articles/files").text).text


def test_a_picture_that_is_a_link_to_a_file_needs_no_words_beside_it(house: House) -> None:
    house.write("articles/p.md", "# P\n\n[![Map](berths/images/harbour.svg)](berths/images/harbour.svg)\n")
    house.refresh()
    assert "file-facts" not in house.client.get("/articles/p").text


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1_000, "1 KB"), (999_499, "999 KB"),
        (999_500, "1.0 MB"), (12_345_678, "12.3 MB"),
    ],
)  # fmt: skip
def test_sizes_are_said_as_people_say_them(tmp_path: Path, size: int, said: str) -> None:
    path = tmp_path / "plan.PDF"
    with path.open("wb") as file:
        file.truncate(size)
    assert facts_of(path) == f"PDF, {said}"
    path.unlink()
    assert facts_of(path) == "PDF"


@pytest.mark.parametrize(
    ("name", "kind", "disposition"),
    [
        ("prices.csv", "text/csv; charset=utf-8", "attachment; filename=prices.csv"),
        ("plan.XLSX", "application/octet-stream", "attachment; filename=plan.XLSX"),
        ("all.zip", "application/zip", "attachment; filename=all.zip"),
        ("leaflet.pdf", "application/pdf", "inline; filename=leaflet.pdf"),
    ],
)
def test_what_a_browser_cannot_show_is_saved(house: House, name: str, kind: str, disposition: str) -> None:
    _linked(house, f"lists/{name}", f"lists/{name}")
    headers = house.client.get(f"/files/lists/{name}").headers
    assert (headers["Content-Type"], headers["Content-Disposition"]) == (kind, disposition)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_hold_spaces_and_accents_of_either_kind(house: House, form: Literal["NFC", "NFD"]) -> None:
    name = unicodedata.normalize(form, "Pläne für März.csv")
    _linked(house, f"lists/{name}", "<lists/Pläne für März.csv>")
    assert "(CSV, 4 bytes)" in house.client.get("/articles/files").text
    address = "/files/lists/Pl%C3%A4ne%20f%C3%BCr%20M%C3%A4rz.csv"
    assert address in read(house.client.get("/articles/files").text).links
    for asked in (address, f"/files/lists/{name}"):
        headers = house.client.get(asked).headers
        assert headers["Content-Disposition"].endswith(
            "filename*=UTF-8''Pl%C3%A4ne%20f%C3%BCr%20M%C3%A4rz.csv"
        )


def test_a_file_to_be_saved_is_there_only_as_long_as_an_article_links_it(house: House) -> None:
    _linked(house, "lists/prices.csv", "lists/prices.csv")
    house.write("articles/lists/passwords.xlsx", "secret")
    house.refresh()
    assert house.client.get("/files/lists/passwords.xlsx").status_code == 404
    assert house.client.get("/files/lists/prices.csv").status_code == 200
    house.write("articles/files.md", "# Files\n\nNo more.\n")
    house.refresh()
    assert house.client.get("/files/lists/prices.csv").status_code == 404


def test_a_part_of_a_file_is_sent_when_a_part_is_asked_for(house: House) -> None:
    _linked(house, "lists/plan.pdf", "lists/plan.pdf", b"%PDF-1.4 0123456789")
    path = "/files/lists/plan.pdf"
    whole = house.client.get(path)
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = house.client.get(path, headers={"Range": "bytes=9-12"})
    assert (part.status_code, part.data) == (206, b"0123")
    assert part.headers["Content-Range"] == "bytes 9-12/19"
    stale = {"Range": "bytes=9-12", "If-Range": '"another"'}
    assert house.client.get(path, headers=stale).status_code == 200
    assert house.client.get(path, headers={"Range": "bytes=90-"}).status_code == 416


def test_a_browser_asks_every_time_whether_its_copy_of_a_file_still_holds(house: House) -> None:
    path = "/files/berths/images/harbour.svg"
    first = house.client.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    tag = {"If-None-Match": first.headers["ETag"]}
    assert house.client.get(path, headers=tag).status_code == 304
    house.write(
        _BERTH.removeprefix("/") + ".md", "---\naudience: staff\n---\n# Gone\n\n![H](images/harbour.svg)\n"
    )
    house.refresh()
    assert house.client.get(path, headers=tag).status_code == 404


def test_whoever_is_signed_in_keeps_no_file(house: House) -> None:
    settle(desk_of(house.app).store)
    answer = signed_in(house, TESS).get("/files/berths/images/harbour.svg")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_only_pictures_after_the_first_wait_until_they_are_near(house: House) -> None:
    house.write(
        "articles/two.md", "# Two\n\n![A](berths/images/harbour.svg) ![B](berths/images/harbour.svg)\n"
    )
    house.refresh()
    pictures = read(house.client.get("/articles/two").text).pictures
    assert [picture.get("loading") for picture in pictures] == [None, "lazy"]
