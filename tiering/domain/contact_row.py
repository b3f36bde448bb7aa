"""One row of a contacts export, and which mail providers say nothing about a company."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial

from tiering.domain import cell
from tiering.domain.cell import Expected, complaint

FIELDS = ("id", "account", "emails", "name", "role", "language", "time_zone")
"""The columns of a contacts file."""

ROLES = ("member", "manager")

_LENGTH = 200
_EMAILS_LENGTH = 2000
_LOCAL_PART = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x20]{1,64}")
_LANGUAGE = re.compile("[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")

_FREEMAIL_LIST = """
    126.com 163.com aol.com bigpond.com btinternet.com comcast.net cox.net duck.com fastmail.com free.fr
    freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk
    hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it hushmail.com icloud.com inbox.lv inbox.ru
    laposte.net libero.it list.ru live.co.uk live.com live.de live.fr live.nl mac.com mail.com mail.ru
    mailbox.org me.com msn.com naver.com onet.pl optonline.net orange.fr outlook.com outlook.de
    outlook.es outlook.fr pm.me posteo.de proton.me protonmail.com qq.com rediffmail.com rocketmail.com
    sbcglobal.net seznam.cz sfr.fr sina.com sky.com t-online.de talktalk.net telenet.be tiscali.it
    tuta.com tutanota.com uol.com.br verizon.net virgilio.it wanadoo.fr web.de wp.pl ya.ru yahoo.ca
    yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.au yahoo.com.br yahoo.de yahoo.es yahoo.fr
    yahoo.it yandex.com yandex.ru yeah.net ymail.com zoho.com
"""
_FREEMAIL = frozenset(_FREEMAIL_LIST.split())


@dataclass(frozen=True, slots=True)
class ContactRow:
    """What a row says. A field that the file lacks is absent from `values`; an empty cell is None."""

    id: str
    account: str
    """An account's id, domain or exact name, as the file has it."""
    emails: tuple[str, ...]
    """Lower-cased, at least one."""
    values: Mapping[str, str | None]
    """Of name, role, language and time_zone those that the file has; a role is never None."""


def parse_contact(
    cells: Sequence[str], columns: Mapping[str, int], zones: Set[str]
) -> ContactRow | list[str]:
    """Read a row, or say everything that is wrong with it; `zones` are the IANA time zones that exist.

    `columns` gives each field's place, `account` and `emails` among them. Without an id the first
    e-mail is the contact's id.
    """
    problems: list[str] = []
    values: dict[str, str | None] = {}
    emails: tuple[str, ...] = ()
    for field, index in columns.items():
        value = _emails(cells[index]) if field == "emails" else _reader(field, zones)(cells[index])
        if isinstance(value, Expected):
            problems.append(complaint(field, cells[index], value))
        elif isinstance(value, tuple):
            emails = value
        else:
            values[field] = value
    if problems:
        return problems
    if values.get("role", "") is None:
        values["role"] = ROLES[0]
    return ContactRow(values.pop("id", None) or emails[0], values.pop("account") or "", emails, values)


def is_freemail(domain: str) -> bool:
    """Whether anybody may have an address at this domain, so that it names no company."""
    return domain.strip().lower().rstrip(".") in _FREEMAIL


def email(address: str) -> str | None:
    """Return an address lower-cased, its domain in punycode; None when it is none."""
    local, _, host = address.strip().strip("<>").removeprefix("mailto:").rpartition("@")
    found = cell.domain(host)
    if not _LOCAL_PART.fullmatch(local) or not isinstance(found, str) or "/" in host or ":" in host:
        return None
    return f"{local}@{found}".lower() if found.count(".") >= host.count(".") else None


def _reader(field: str, zones: Set[str]) -> Callable[[str], str | Expected | None]:
    if field == "account":
        return _account
    if field == "role":
        return _role
    if field == "language":
        return _language
    if field == "time_zone":
        return partial(_time_zone, zones=zones)
    return partial(cell.text, limit=_LENGTH)


def _emails(words: str) -> tuple[str, ...] | Expected:
    found = cell.text(re.sub("[;,]", " ", words[: 4 * _EMAILS_LENGTH]), _EMAILS_LENGTH)
    if isinstance(found, Expected):
        return found
    addresses: dict[str, None] = {}
    for part in (found or "").split():
        address = email(part)
        if address is None:
            return Expected("e-mail addresses such as jane@acme.com, separated by ; , or spaces")
        addresses[address] = None
    return tuple(addresses) or Expected("at least one e-mail address")


def _account(words: str) -> str | Expected:
    return cell.text(words, _LENGTH) or Expected("the id, domain or name of an account")


def _role(words: str) -> str | Expected | None:
    found = cell.text(words, _LENGTH)
    if not isinstance(found, str):
        return found
    return found.lower() if found.lower() in ROLES else Expected("member or manager")


def _language(words: str) -> str | Expected | None:
    found = cell.text(words, _LENGTH)
    if not isinstance(found, str):
        return found
    if _LANGUAGE.fullmatch(found):
        return found.replace("_", "-")
    return Expected("a language such as en or de-AT")


def _time_zone(words: str, zones: Set[str]) -> str | Expected | None:
    found = cell.text(words, _LENGTH)
    if not isinstance(found, str):
        return found
    return found if found in zones else Expected("a time zone such as Europe/Berlin")
