"""Which addresses a report of a mail server says that nobody has (RFC 3464); pure."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from email.policy import default

from kb.mail import is_address


def bounced(report: bytes) -> tuple[str, ...] | None:
    """Return the addresses that failed for good, lower-cased; None for a text that is no such report.

    A mailbox that is full and a server that is away fail for the time being, and 5.7 is about us.
    """
    mail = message_from_bytes(report, policy=default)
    parts = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    if not parts:
        return None
    found = [_failed(block) for part in parts for block in _blocks(part)]
    return tuple(dict.fromkeys(address for address in found if address))


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _failed(block: Message) -> str | None:
    """Return the recipient whom a block is about, where nothing will ever reach them."""
    status = str(block.get("Status", "")).strip()
    action = str(block.get("Action", "")).strip().lower()
    if action != "failed" or not status.startswith("5.1."):
        return None
    kind, _, address = str(block.get("Final-Recipient", "")).partition(";")
    address = address.strip().strip("<>").lower()
    return address if kind.strip().lower() == "rfc822" and is_address(address) else None
