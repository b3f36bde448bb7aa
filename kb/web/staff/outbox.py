"""The mails that were kept instead of sent, for whoever tries Longtail out; nothing where mails go out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import NotFound

from kb.mail import FolderMailer
from kb.programmes.course_link import without_tokens
from kb.web.desk import desk
from kb.web.guard import CONTENT_POLICY, SEALED

blueprint = Blueprint("outbox", __name__, url_prefix="/outbox")

_SHOWN = 100
_NAME = re.compile(r"\d{1,20}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail that was kept."""

    name: str
    mail: EmailMessage

    @property
    def at(self) -> datetime | None:
        """When it was written."""
        return parsedate_to_datetime(self.mail["Date"]) if self.mail["Date"] else None

    def part(self, kind: str) -> str | None:
        """Return its text as `plain` or `html`; its links open nobody's courses."""
        found = self.mail.get_body((kind,))
        return without_tokens(str(found.get_content())) if found else None


@blueprint.get("")
def index() -> str:
    """Show the mails that were kept, the newest first."""
    return render_template("staff/outbox.html", kept=list(_kept()), keeps=_folder() is not None)


@blueprint.get("/<name>")
def one(name: str) -> str:
    """Show one mail as text, with what mail programs read of it."""
    kept = _one(name)
    headers = [
        (key, kept.mail[key]) for key in ("From", "To", "Reply-To", "List-Unsubscribe") if kept.mail[key]
    ]
    return render_template("staff/mail.html", kept=kept, headers=headers)


@blueprint.get("/<name>/html")
def as_html(name: str) -> Response:
    """Show one mail as a mail program does."""
    html = _one(name).part("html")
    if html is None:
        raise NotFound("This mail is plain text only.")
    return Response(html, headers={CONTENT_POLICY: SEALED})


def _folder() -> Path | None:
    mailer = desk().mailer
    return mailer.folder if isinstance(mailer, FolderMailer) else None


def _kept() -> Iterator[Kept]:
    folder = _folder()
    files = sorted(folder.glob("*.eml"), reverse=True) if folder else []
    for path in files[:_SHOWN]:
        yield Kept(path.stem, _read(path))


def _one(name: str) -> Kept:
    folder = _folder()
    path = folder / f"{name}.eml" if folder and _NAME.fullmatch(name) else None
    if path is None or not path.is_file():
        raise NotFound("There is no mail of this number.")
    return Kept(name, _read(path))


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=default)
