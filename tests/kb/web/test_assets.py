"""Stylesheets, scripts, fonts and the logo."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.kb.web.conftest import House
from tests.kb.web.page import read


def test_what_a_page_loads_may_be_kept_for_a_year(client: FlaskClient) -> None:
    loaded = [
        link for link in read(client.get("/").text).links if link.startswith(("/static/", "/theme.css"))
    ]
    assert len(loaded) >= 5
    for address in loaded:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"], address


@pytest.mark.parametrize("address", ["/static/site.css", "/static/site.css?v=old", "/theme.css?v=old"])
def test_what_is_asked_by_another_version_is_checked_every_time(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_every_font_of_the_stylesheet_is_there_with_its_licence(client: FlaskClient) -> None:
    fonts = set(re.findall(r'url\("(fonts/[^"]+)"\)', client.get("/static/site.css").text))
    assert len(fonts) == 6
    for font in fonts:
        answer = client.get(f"/static/{font}")
        assert answer.data.startswith(b"wOF2")
        assert "immutable" in answer.headers["Cache-Control"]
        assert "SIL Open Font" in client.get(f"/static/fonts/{font[6:].split('-')[0]}-OFL.txt").text


def test_the_stylesheet_asks_nothing_of_other_hosts(client: FlaskClient) -> None:
    css = client.get("/static/site.css").text
    assert "http" not in css.replace('a[href^="http"]', "")
    assert "@import" not in css


def test_the_company_chooses_the_accent(house: House) -> None:
    assert "--accent: #5b3df5;" in house.client.get("/theme.css").text
    before = house.client.get("/").text
    house.write("site.yaml", "accent: '#b3261e'\n")
    house.refresh()
    assert "--accent: #b3261e;" in house.client.get("/theme.css").text
    address = re.compile(r"/theme\.css\?v=\w+")
    assert address.findall(before) != address.findall(house.client.get("/").text)


def test_a_logo_is_shown_and_cannot_run_anything(shipped: House) -> None:
    answer = shipped.client.get("/logo")
    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert shipped.client.get("/favicon.ico").status_code == 200


def test_a_site_without_a_logo_shows_its_name_alone(client: FlaskClient) -> None:
    assert "/logo" not in client.get("/").text
    assert client.get("/logo").status_code == 404
