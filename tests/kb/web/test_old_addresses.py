"""The addresses of a help centre that was at Zendesk lead to the articles that came from it."""

from __future__ import annotations

import pytest

from kb.web.desk import desk_of
from tests.kb.web.cast import TESS, settle, signed_in
from tests.kb.web.conftest import House, MakeHouse


@pytest.fixture(scope="module")
def moved(make_house: MakeHouse) -> House:
    house = make_house()
    settle(desk_of(house.app).store)
    house.write("articles/berths/moor.md", "---\ntitle: Moor\naliases: [hc/articles/360001]\n---\nTie it.\n")
    house.write(
        "articles/berths/ankern.md", "---\ntitle: Ankern\naliases: [hc/de/articles/360001]\n---\nX.\n"
    )
    house.write(
        "articles/berths/gold.md",
        "---\ntitle: Gold\naliases: [hc/articles/360002]\naudience: 1\n---\nA secret.\n",
    )
    house.refresh()
    return house


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/hc/en-us/articles/360001-Moor-a-boat", "/articles/berths/moor"),
        ("/hc/en-us/articles/360001", "/articles/berths/moor"),
        ("/hc/en-us/articles/360001/", "/articles/berths/moor"),
        ("/hc/articles/360001-Its-title-was-another", "/articles/berths/moor"),
        ("/hc/fr/articles/360001-Amarrer", "/articles/berths/moor"),
        ("/hc/de/articles/360001-Ankern", "/articles/berths/ankern"),
        ("/hc/DE/articles/360001-Ankern", "/articles/berths/ankern"),
        ("/hc/en-us", "/"),
        ("/hc", "/"),
    ],
)
def test_an_old_address_leads_to_the_article_of_today(moved: House, old: str, new: str) -> None:
    answer = moved.client.get(old)
    assert (answer.status_code, answer.headers["Location"]) == (301, new)


@pytest.mark.parametrize(
    "path",
    ["/hc/en-us/articles/999", "/hc/en-us/articles/x", "/hc/en-us/sections/7001",
     "/hc/en-us/articles/", "/hc/a/b/c/d", "/hc/%2e%2e/articles/360001-x/y", "/hc/en-us/articles/٣"],
)  # fmt: skip
def test_an_address_that_never_was_is_not_found(moved: House, path: str) -> None:
    assert moved.client.get(path).status_code == 404


def test_an_old_address_tells_nobody_of_an_article_that_is_not_for_them(moved: House) -> None:
    secret, nothing = "/hc/en-us/articles/360002-Gold", "/hc/en-us/articles/360009-Gold"
    client = moved.client
    there, not_there = client.get(secret), client.get(nothing)
    assert there.status_code == not_there.status_code == 404
    assert there.text.replace("360002", "N") == not_there.text.replace("360009", "N")
    assert signed_in(moved, TESS).get(secret).headers["Location"] == "/articles/berths/gold"
