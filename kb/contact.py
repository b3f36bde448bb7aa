"""What somebody writes to us with the contact form: read, judged and numbered."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.mail import is_address

LONGEST_NAME = 100
LONGEST_SUBJECT = 150
LONGEST_MESSAGE = 10_000

FIRST_TRY = timedelta(minutes=2)
"""How long the pages have for the first try to mail a request, before the clock takes it on."""
_LONGEST_PAUSE = timedelta(hours=1)

# Without vowels, so that no word comes about, and without what is mistaken for something else.
_LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"

# What nobody types: controls, and what turns the direction of the words around it.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_ENOUGH_TO_ASK = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What stands in the form."""

    name: str = ""
    address: str = ""
    subject: str = ""
    message: str = ""

    @property
    def problems(self) -> dict[str, str]:
        """Sentences for whoever wrote about what cannot be taken so, by the name of the field."""
        found = {
            "name": _too_long("A name", self.name, LONGEST_NAME),
            "email": ""
            if is_address(self.address)
            else "Please write a whole address, like you@example.com.",
            "subject": _too_long("A subject", self.subject, LONGEST_SUBJECT)
            or ("" if self.subject else "Please say in a few words what it is about."),
            "message": _too_long("A message", self.message, LONGEST_MESSAGE)
            or ("" if self.message else "Please write what you would like to know."),
        }
        return {field: sentence for field, sentence in found.items() if sentence}

    def question(self, longest: int) -> str:
        """Return what to search for: the subject and as much of the message as fits; empty for too little."""
        words = " ".join(f"{self.subject} {self.message}".split())
        if len(words) > longest:
            words = words[:longest].rpartition(" ")[0] or words[:longest]
        return words if len(words) >= _ENOUGH_TO_ASK else ""


def read_written(form: Mapping[str, str]) -> Written:
    """Read a form; what is too long stays as it is, so that it can be shortened."""
    return Written(
        name=_line(form.get("name", "")),
        address=form.get("email", "").strip().lower(),
        subject=_line(form.get("subject", "")),
        message=_CONTROLS.sub("", form.get("message", "").replace("\r\n", "\n")).strip(),
    )


def new_number() -> str:
    """Make the number of a request; chance gives it, so that it tells neither the next one nor how many."""
    digits = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{digits[:4]}-{digits[4:]}"


def next_try(tries: int, now: datetime) -> datetime:
    """Return when to try again to send a mail that did not go out for the `tries`th time."""
    return now + min(timedelta(minutes=2 ** min(tries, 10)), _LONGEST_PAUSE)


def _line(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())


def _too_long(what: str, text: str, longest: int) -> str:
    if len(text) <= longest:
        return ""
    return (
        f"{what} may have at most {longest:,} characters, and this one has {len(text):,}. Please shorten it."
    )
