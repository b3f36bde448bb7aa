"""Who comes to the door: contacts of accounts of every kind, colleagues, and how they sign in."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from flask.testing import FlaskClient

from kb.invitations import invite, link_path
from kb.web.desk import desk_of
from tests.conftest import NOON, TODAY, account, an_import
from tests.kb.web.conftest import House
from tests.kb.web.page import read
from tiering.domain.account import Contact, Status
from tiering.domain.decision import Decision
from tiering.usecases.record import Store

TESS = "tess@tidewater.example"
"""Of tier 1."""
TOM = "tom@trawler.example"
"""Of tier 2, in the segment `compliance`."""
DINA = "dina@dinghy.example"
"""Of tier 3, the digital one."""
PAUL = "paul@pontoon.example"
"""Of tier 3, served by the partner Nordic Field."""
PETRA = "petra@prospect.example"
"""Of a prospect."""
CHUCK = "chuck@churned.example"
"""Of an account that has left."""
STAN = "stan@harbour.example"
"""A colleague whom people.yaml lists."""

_ACCOUNTS: tuple[tuple[str, str, str, int, dict[str, Any]], ...] = (
    ("A-1", "Tidewater", TESS, 1, {}),
    ("A-2", "Trawler", TOM, 2, {"segment": "compliance"}),
    ("A-3", "Dinghy Hire", DINA, 3, {}),
    ("A-4", "Pontoon", PAUL, 3, {"partner": "Nordic Field"}),
    ("A-5", "Prospect", PETRA, 2, {"status": Status.PROSPECT}),
    ("A-6", "Churned", CHUCK, 1, {"status": Status.CHURNED}),
)


def settle(store: Store) -> None:
    """Put the cast into a record."""
    with store.begin() as work:
        saw = an_import(work)
        for number, (key, name, email, tier, more) in enumerate(_ACCOUNTS, 1):
            known = {**more}
            segment = known.pop("segment", None)
            work.accounts.save([account(key, name, **known)], saw)
            person = Contact(
                id=f"C-{number}", account_id=key, emails=(email,), name=email.split("@")[0].title()
            )
            work.contacts.save([person])
            decision = Decision(key, tier, False, (), 1, TODAY, segment=str(segment) if segment else None)
            work.decisions.save([decision])


def form(client: FlaskClient, path: str) -> dict[str, str]:
    """Return the hidden fields of a page's last form, as a browser sends them."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', client.get(path).text)
    return dict(found)


def mails(house: House) -> list[EmailMessage]:
    """Return the mails that were sent so far, the newest last."""
    desk_of(house.app).post.finish()
    folder = house.data / "mails"
    return [
        BytesParser(policy=default).parsebytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))
    ]


def code_in(mail: EmailMessage) -> str:
    """Return the code that a mail holds."""
    found = re.search(r"^    (\d{6})$", mail.get_content(), re.MULTILINE)
    assert found, mail.get_content()
    return found[1]


def link_in(mail: EmailMessage) -> str:
    """Return the path of the link that a mail holds."""
    found = re.search(r"^https?://[^/]+(/sign-in/link\S+)$", mail.get_content(), re.MULTILINE)
    assert found, mail.get_content()
    return found[1]


def signed_in(house: House, email: str) -> FlaskClient:
    """Return the browser of somebody who has signed in by mail."""
    client = house.client
    client.post("/sign-in", data={**form(client, "/sign-in"), "email": email})
    code = code_in(mails(house)[-1])
    answer = client.post("/sign-in/code", data={**form(client, "/sign-in/code"), "code": code})
    assert answer.status_code == 303, read(answer.text)
    return client


def colleague(house: House, preview: str | None = None) -> FlaskClient:
    """Return the browser of a colleague who came by a link, perhaps looking at the pages as somebody else."""
    desk = desk_of(house.app)
    invited = invite(desk.settings.secret_key, NOON, "/staff/")
    desk.door.invite(invited.invitation, NOON)
    client, path = house.client, link_path(invited.link)
    assert client.post("/sign-in/link", data=form(client, path)).status_code == 303
    if preview is not None:
        said = client.post("/staff/preview", data={**form(client, "/staff/"), "as": preview})
        assert said.status_code == 303
    return client
