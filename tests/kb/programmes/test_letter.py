"""A mail is written in plain text and HTML from one Markdown, and says nothing that is not known."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.mail import FolderMailer
from kb.programmes.letter import House, Ways, missing, write
from kb.programmes.plain_text import as_text
from kb.site import Site
from tests.kb.programmes.test_due import TESS, programme, step

HOUSE = House(
    Site(name="Harbour", product="Harbour", variables={"product": "Harbour"}),
    "https://help.harbour.example",
    {},
)
STOP = Ways("https://help.harbour.example/unsubscribe/abc")
BODY = """Hello {{ first_name | there }},

**{{ account }}** has a [berth](/articles/berths). See <https://harbour.example> too:

1. Choose a place
2. Pay
    - by card
"""


def mail_of(body: str, tmp_path: Path, **variables: str) -> EmailMessage:
    letter = write(
        programme(reply_to="stan@harbour.example"),
        step("one", subject="Hello {{ account }}", body=body),
        replace(TESS, variables={"account": "Tidewater", **variables}),
        HOUSE,
        STOP,
    )
    FolderMailer(tmp_path, "help@harbour.example").send(letter)
    (path,) = tmp_path.glob("*.eml")
    return BytesParser(policy=default).parsebytes(path.read_bytes())


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found
    return str(found.get_content()).replace("\r\n", "\n")


def test_one_markdown_becomes_plain_text_with_every_address_and_html(tmp_path: Path) -> None:
    mail = mail_of(BODY, tmp_path, first_name="Tess")
    assert (mail["Subject"], mail["To"]) == ("Hello Tidewater", "tess@tidewater.example")
    assert part(mail, "plain") == (
        "Hello Tess,\n\n"
        "Tidewater has a berth (https://help.harbour.example/articles/berths). See https://harbour.example"
        " too:\n\n"
        "1. Choose a place\n2. Pay\n  - by card\n\n"
        "-- \nHarbour · https://help.harbour.example\nYou get this mail because you use Harbour.\n"
        f"No more mails like this: {STOP.unsubscribe}\n"
    )
    html = part(mail, "html")
    assert "<strong>Tidewater</strong> has a <a style=" in html
    assert 'href="https://help.harbour.example/articles/berths"' in html


def test_a_mail_can_be_ended_by_one_click_and_is_answered_by_a_person(tmp_path: Path) -> None:
    mail = mail_of("Hello.", tmp_path)
    assert mail["List-Unsubscribe"] == f"<{STOP.unsubscribe}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Reply-To"] == "stan@harbour.example"


def test_the_address_that_ends_such_mails_stays_whole_however_long_it_is(tmp_path: Path) -> None:
    stop = f"https://help.harbour.example/unsubscribe/{'Abc' * 90}"
    letter = write(programme(), step("one"), TESS, HOUSE, Ways(stop))
    FolderMailer(tmp_path, "help@harbour.example").send(letter)
    (path,) = tmp_path.glob("*.eml")
    assert f"\nList-Unsubscribe: <{stop}>\n".encode() in path.read_bytes()


def test_what_is_not_known_and_has_no_words_in_its_place_is_named() -> None:
    wants = step("one", needs=frozenset({"plan", "account", "name"}))
    assert missing(wants, replace(TESS, variables={"account": "Tidewater"})) == ("name", "plan")
    assert missing(wants, replace(TESS, variables={"account": "A", "plan": "P", "name": "N"})) == ()


def test_a_text_that_was_written_for_them_alone_is_markdown_too() -> None:
    change = step("one", body="Hello.\n\n{{ include: kit }}\n", needs=frozenset({"kit"}))
    assert missing(change, TESS) == ("kit",)
    told = replace(TESS, texts={"kit": "# A change\n\nNow *more*."})
    assert missing(change, told) == ()
    # What next is looked up as a mail goes out, and there is always something to say.
    assert missing(step("one", needs=frozenset({"next"})), TESS) == ()
    assert write(programme(), change, told, HOUSE, STOP).text.startswith("Hello.\n\nA change\n\nNow more.\n")


def test_words_stand_in_where_a_default_is_given(tmp_path: Path) -> None:
    assert part(mail_of(BODY, tmp_path), "plain").startswith("Hello there,\n")


@pytest.mark.parametrize(
    "evil",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", '<img src=x onerror="a()">', "**b** <b>"],
)
def test_what_a_customer_is_called_is_never_markup(tmp_path: Path, evil: str) -> None:
    html = part(mail_of("I am {{ account }}.", tmp_path, account=evil), "html")
    for mark in ("<script", "<img", "<b>", "<strong>", 'href="javascript'):
        assert mark not in html


@pytest.mark.parametrize(
    "body", ["<script>x</script>", '<a href="javascript:x">y</a>', '<p onclick="x">y</p>']
)
def test_what_an_author_writes_is_cleaned(tmp_path: Path, body: str) -> None:
    html = part(mail_of(f"{body}\n\nz", tmp_path), "html")
    assert not any(mark in html for mark in ("<script", "javascript:", "onclick"))


@given(name=st.text(max_size=60).filter(lambda text: text.isprintable()))
def test_no_name_breaks_the_header(name: str) -> None:
    letter = write(
        programme(),
        step("one", subject="Hi {{ name }}"),
        replace(TESS, variables={"name": name}),
        HOUSE,
        STOP,
    )
    assert "\n" not in letter.subject
    assert letter.subject == " ".join(f"Hi {name}".split())


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb\n"),
        ("<ul><li><p>a</p></li><li>b</li></ul><p>c</p>", "- a\n- b\n\nc\n"),
        ("<pre>a\n  b</pre>", "a\n  b\n"),
        ('<p>Write to <a href="mailto:x@y.example">x@y.example</a></p>', "Write to x@y.example\n"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "  a  b\n"),
        ("<h2>A &amp; B</h2><p>c<br>d</p>", "A & B\n\nc\nd\n"),
    ],
)
def test_html_is_readable_as_text(html: str, text: str) -> None:
    assert as_text(html).lstrip() == text.lstrip()
