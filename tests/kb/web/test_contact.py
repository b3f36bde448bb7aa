"""How to reach the company."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.kb.web.conftest import House
from tests.kb.web.page import read


def test_the_address_of_the_company_stands_on_the_page(client: FlaskClient) -> None:
    page = read(client.get("/contact").text)
    assert "mailto:help@harbour.example" in page.links
    assert "help@harbour.example" in page.text


def test_a_company_without_an_address_says_so_and_promises_nothing(house: House) -> None:
    house.write("site.yaml", "name: Harbour\n")
    house.refresh()
    page = read(house.client.get("/contact").text)
    assert not any(link.startswith("mailto:") for link in page.links)
    assert "gives no address to write to" in page.text
