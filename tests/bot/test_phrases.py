"""Phrases: a button that says one means the account beside which it stands, whatever that account's id is."""

from __future__ import annotations

from bot.playground.local import LocalSlack
from bot.server import Parts
from bot.text import plain, unescaped
from tests.bot.conftest import dollars, row
from tests.conftest import OLGA, TODAY
from tiering.usecases.import_accounts import Listener, NumberedRow, Order, import_accounts

CHANNEL = "customer-success"
IDS = (
    "QBR 7",
    "of mice",
    "page 2",
    "X page 2",
    "tier 1",
    "acme tier 2",
    "x 2",
    "{}",
    "a&b",
    "O'Neil",
    "back",
    "unlink",
    "link this",
    "requests all",
)


def pressed(slack: LocalSlack, name: str, button: str) -> str:
    """Look an account up, press a button of the answer, and read all that comes of it."""
    (card,) = slack.command("vera", CHANNEL, f"/tier {name}")
    buttons = [one for block in card.blocks if block["type"] == "actions" for one in block["elements"]]
    (one,) = (one for one in buttons if one["text"]["text"] == button)
    said = slack.press("vera", card, one["action_id"], one["value"])
    if view := slack.view("vera"):
        slack.close("vera", view)
        return plain(view.payload["blocks"])
    return unescaped(said[-1].text)


def test_whatever_an_id_is_its_buttons_lead_to_its_account(own_slack: LocalSlack, own_parts: Parts) -> None:
    rows = [row(one, f"Northwind {place} Ltd", arr=dollars(50_000)) for place, one in enumerate(IDS)]
    numbered = [NumberedRow(number, one) for number, one in enumerate(rows, start=2)]
    import_accounts(own_parts.store, numbered, Order("crm.csv", OLGA, TODAY), Listener())
    for place in range(len(IDS)):
        name = f"Northwind {place} Ltd"
        assert pressed(own_slack, name, "Log effort").startswith(f"For {name}")
        assert pressed(own_slack, name, "Ask for an exception").startswith(f"{name} is tier")
        assert pressed(own_slack, name, "History").startswith(f"The history of {name} has ")
