"""Importing a CSV on the pages for colleagues."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from kb.web.desk import desk_of
from tests.kb.web.cast import colleague, form, signed_in
from tests.kb.web.conftest import House
from tests.kb.web.page import read
from tests.kb.web.test_staff_policy import MARCO, OPAL, VERA, send, words
from tests.kb.web.test_staff_policy import manned as manned

NEW = b"id,name,arr\nA-70,=Gull(),5000\nA-71,Heron,x\n"


def upload(house: House, client: FlaskClient, raw: bytes, **fields: str) -> str:
    """Send a file and return the path of its page, once it was checked."""
    token = form(client, "/staff/import")["csrf_token"]
    data = {"csrf_token": token, "kind": "accounts", "file": (BytesIO(raw), "../a b.csv"), **fields}
    answer = client.post("/staff/import", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303, read(answer.text).text
    desk_of(house.app).errands.finish()
    return answer.headers["Location"]


def names(house: House) -> set[str]:
    with desk_of(house.app).store.begin() as work:
        return {one.name for page in work.accounts.pages() for one in page}


def test_a_file_is_shown_and_lands_once_it_is_confirmed_by_somebody(manned: House) -> None:
    marco, opal = signed_in(manned, MARCO), signed_in(manned, OPAL)
    path = upload(manned, marco, NEW)
    page = words(opal, path)
    assert "New accounts 1" in page
    assert "Line 3: column `arr`, value 'x'" in page
    assert "=Gull()" not in names(manned)
    assert send(opal, f"{path}/confirm", "/staff/", digest="0" * 64) == 409
    assert opal.post(f"{path}/confirm", data=shown(opal, path)).status_code == 303
    desk_of(manned.app).errands.finish()
    assert "It was imported." in words(opal, path)
    assert "=Gull()" in names(manned)
    assert send(opal, f"{path}/confirm", "/staff/") == 409, "sent twice it lands once"


def shown(client: FlaskClient, path: str, **more: str) -> dict[str, str]:
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', client.get(path).text))
    return fields | more


def test_what_moves_many_needs_a_tick_of_its_own(manned: House) -> None:
    marco = signed_in(manned, MARCO)
    path = upload(manned, marco, b"id,name,arr\nA-10,Acme,1000\nA-11,Bolt,400000\n")
    page = words(marco, path)
    assert "1 account changes its tier" in page
    assert "more than 5%" in page
    assert marco.post(f"{path}/confirm", data=shown(marco, path)).status_code == 409
    assert marco.post(f"{path}/confirm", data=shown(marco, path, accept="1")).status_code == 303
    desk_of(manned.app).errands.finish()
    assert "It was imported." in words(marco, path)


def test_a_mapping_beside_the_content_says_what_columns_mean(manned: House) -> None:
    manned.write("maps/crm.yaml", "columns: {Company: name, Key: id}\n")
    marco = signed_in(manned, MARCO)
    path = upload(manned, marco, b"Company,Key\nGull,A-7\n", map="crm")
    assert "New accounts 1" in words(marco, path)
    token = form(marco, "/staff/import")["csrf_token"]
    data = {"csrf_token": token, "kind": "accounts", "map": "../people", "file": (BytesIO(NEW), "a.csv")}
    assert marco.post("/staff/import", data=data, content_type="multipart/form-data").status_code == 400


def test_measurements_are_imported_in_the_same_way(manned: House) -> None:
    marco = signed_in(manned, MARCO)
    path = upload(
        manned, marco, b"account,metric,value,as_of\nA-10,nps,9,2026-11-01\n", kind="metrics", whole="1"
    )
    assert "New measurements 1" in words(marco, path)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04...", "this is an Excel or ZIP file"),
        (b'id,name\n"A-1,Acme\n', "a quote opens in this row"),
        (b"\x00\x01\x02", "this row has NUL characters in it"),
        (b"id,name,arr\nA-1,Acme,x\n", "There is nothing to import: no row of the file can be used."),
    ],
)
def test_a_file_that_is_no_use_is_said_to_be_and_can_only_be_put_aside(
    manned: House, raw: bytes, said: str
) -> None:
    marco = signed_in(manned, MARCO)
    path = upload(manned, marco, raw)
    assert said in words(marco, path)
    assert "Import it as shown" not in words(marco, path)
    assert "cannot be used" in words(marco, "/staff/import")
    assert send(marco, f"{path}/drop", path) == 303
    assert "It was put aside" in words(marco, path)


def test_viewers_send_nothing_and_large_requests_are_for_colleagues_alone(manned: House) -> None:
    for client in (signed_in(manned, VERA), colleague(manned)):
        token = form(client, "/staff/")["csrf_token"]
        data = {"csrf_token": token, "kind": "accounts", "file": (BytesIO(NEW), "a.csv")}
        assert client.post("/staff/import", data=data, content_type="multipart/form-data").status_code == 403
    large = b"id,name\n" + b"A-1,Acme\n" * 10_000
    data = {"kind": "accounts", "file": (BytesIO(large), "a.csv")}
    stranger = manned.client.post("/staff/import", data=data, content_type="multipart/form-data")
    assert stranger.status_code in (404, 413)
    marco = signed_in(manned, MARCO)
    assert "rows left out 9,999" in words(marco, upload(manned, marco, large)).lower()


def test_a_form_without_a_file_or_of_another_kind_is_refused(manned: House) -> None:
    marco = signed_in(manned, MARCO)
    token = form(marco, "/staff/import")["csrf_token"]
    for data in ({"kind": "accounts"}, {"kind": "contacts", "file": (BytesIO(NEW), "a.csv")}):
        answer = marco.post(
            "/staff/import", data={"csrf_token": token, **data}, content_type="multipart/form-data"
        )
        assert answer.status_code == 400
    assert marco.get("/staff/import/99").status_code == 404
