"""Coming from the company's product by a signed token: what must hold, and everything that must not pass."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from werkzeug.test import TestResponse

from kb.web.desk import desk_of
from tests.conftest import NOON
from tests.kb.web.cast import CHUCK, STAN, TESS, settle
from tests.kb.web.conftest import House, MakeHouse

SECRET = "a shared secret of thirty-two characters or more"
WHO = {"sso_jwt_issuer": "harbour-app", "sso_jwt_audience": "harbour-help"}
NOW = int(NOON.timestamp())

_KEY = rsa.generate_private_key(65537, 2048)
PRIVATE = _KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PUBLIC = _KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture
def shared(make_house: MakeHouse) -> House:
    """A help centre to which the product signs with a shared secret."""
    return _house(make_house, SECRET)


@pytest.fixture
def keyed(make_house: MakeHouse) -> House:
    """A help centre that has the product's public key, written on one line."""
    return _house(make_house, PUBLIC.replace("\n", "\\n"))


def _house(make_house: MakeHouse, key: str) -> House:
    house = make_house(sso_jwt_key=key, **WHO)
    settle(desk_of(house.app).store)
    house.write("people.yaml", f"staff: [{STAN}]\n")
    house.write("articles/secret.md", "---\naudience: 1\n---\n# A secret\n")
    house.refresh()
    return house


def claims(**changed: Any) -> dict[str, Any]:
    said = {"iss": "harbour-app", "aud": "harbour-help", "exp": NOW + 60, "jti": "t-1", "email": TESS}
    return {name: value for name, value in (said | changed).items() if value is not None}


def come(house: House, token: str, going: str = "") -> TestResponse:
    return house.client.get("/sign-in/sso", query_string={"token": token, "next": going})


@pytest.mark.parametrize("post", [False, True])
def test_a_customer_comes_signed_in_from_the_product(shared: House, post: bool) -> None:
    client = shared.client
    token = jwt.encode(claims(), SECRET, "HS256")
    fields = {"token": token, "next": "/articles/secret"}
    answer = (
        client.post("/sign-in/sso", data=fields) if post else client.get("/sign-in/sso", query_string=fields)
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/articles/secret")
    assert client.get("/articles/secret").status_code == 200
    assert "from Harbour" in client.get("/account").text


def test_a_public_key_takes_what_the_private_one_signed(keyed: House) -> None:
    assert come(keyed, jwt.encode(claims(), PRIVATE, "RS256")).status_code == 303


def test_a_token_works_once(shared: House) -> None:
    token = jwt.encode(claims(), SECRET, "HS256")
    assert [come(shared, token).status_code for _ in range(3)] == [303, 403, 403]
    again = jwt.encode(claims(exp=NOW + 90), SECRET, "HS256")
    assert come(shared, again).status_code == 403


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": None}, {"aud": None}, {"iss": None}, {"jti": None}, {"email": None},
        {"exp": NOW - 31}, {"exp": "soon"}, {"exp": True}, {"exp": 10**30}, {"iss": "somebody"},
        {"aud": "others"}, {"aud": ["others"]}, {"jti": ""}, {"jti": 7}, {"jti": "x" * 2000},
        {"nbf": NOW + 120}, {"iat": NOW + 120}, {"email": CHUCK}, {"email": "stranger@nowhere.example"},
        {"email": STAN},
        {"email": [TESS]}, {"email": " "},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_lacks_something_lets_nobody_in(shared: House, changed: dict[str, Any]) -> None:
    answer = come(shared, _sign({"alg": "HS256"}, claims(**changed), _shared))
    assert answer.status_code == 403
    assert "We could not sign you in" in answer.text
    assert "__Host-longtail=" not in str(answer.headers)


def test_two_clocks_may_differ_a_little(shared: House) -> None:
    late = jwt.encode(claims(exp=NOW - 29, jti="a"), SECRET, "HS256")
    early = jwt.encode(claims(iat=NOW + 29, nbf=NOW + 29, jti="b"), SECRET, "HS256")
    assert [come(shared, token).status_code for token in (late, early)] == [303, 303]


def _shared(text: bytes) -> bytes:
    return hmac.new(SECRET.encode(), text, sha256).digest()


def _by_public_key(text: bytes) -> bytes:
    return hmac.new(PUBLIC.encode(), text, sha256).digest()


def _unsigned(text: bytes) -> bytes:
    return b""


def _sign(head: dict[str, Any], said: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """Make a token by hand, as somebody does who wants to get in."""

    def encoded(raw: bytes) -> bytes:
        return base64.urlsafe_b64encode(raw).rstrip(b"=")

    text = b".".join(encoded(json.dumps(part).encode()) for part in (head, said))
    return (text + b"." + encoded(sign(text))).decode()


@pytest.mark.parametrize(
    ("head", "sign"),
    [
        ({"alg": "none"}, _unsigned),
        ({"alg": "None"}, _unsigned),
        ({}, _unsigned),
        ({"alg": "HS256"}, _unsigned),
        ({"alg": "HS256"}, _by_public_key),
        ({"alg": "HS512"}, _shared),
        ({"alg": "RS256"}, _by_public_key),
        ({"alg": ["HS256"]}, _by_public_key),
    ],
    ids=lambda said: said.__name__ if callable(said) else str(said),
)
def test_what_a_token_says_of_its_signature_is_never_believed(
    shared: House, keyed: House, head: dict[str, Any], sign: Callable[[bytes], bytes]
) -> None:
    for house in (shared, keyed):
        assert come(house, _sign(head, claims(), sign)).status_code == 403


def test_a_key_of_the_other_kind_signs_nothing(shared: House, keyed: House) -> None:
    assert come(shared, jwt.encode(claims(), PRIVATE, "RS256")).status_code == 403
    assert come(keyed, jwt.encode(claims(), SECRET, "HS256")).status_code == 403


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "." * 5000, "\0"])
def test_rubbish_is_refused_politely(shared: House, token: str) -> None:
    assert come(shared, token).status_code in {400, 403}


@pytest.mark.parametrize("going", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_a_token_sends_nobody_elsewhere(shared: House, going: str) -> None:
    assert come(shared, jwt.encode(claims(), SECRET, "HS256"), going).headers["Location"] == "/"


def test_without_a_key_the_page_does_not_exist(harbour: House) -> None:
    assert come(harbour, jwt.encode(claims(), SECRET, "HS256")).status_code == 404


def test_what_was_used_is_forgotten_when_it_could_no_longer_be(shared: House) -> None:
    come(shared, jwt.encode(claims(), SECRET, "HS256"))
    door = desk_of(shared.app).door
    later = NOON + timedelta(hours=1)
    assert door.accept_once("another", later + timedelta(hours=1), later)
    with desk_of(shared.app).store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM kb_tokens").scalar_one() == 1
