"""The mailers: one speaks to a mail server, one keeps mails in a folder for trying things out."""

from __future__ import annotations

import smtplib
import ssl
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

_TIMEOUT = 10.0
"""Seconds that a mail server has for each answer."""

_PORTS = {"smtp": 587, "smtps": 465}


class MailNotSent(Exception):
    """A mail certainly did not go out; the message is a sentence for the operator, without the address."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one person, in plain text."""

    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Sends letters."""

    def send(self, letter: Letter) -> str:
        """Send a letter and return its message id; raises MailNotSent."""
        ...


@dataclass(frozen=True)
class SmtpMailer:
    """Hands letters to a mail server, encrypted; only a server on this very machine may do without."""

    url: str
    sender: str

    def send(self, letter: Letter) -> str:
        """Send a letter and return its message id; raises MailNotSent."""
        message = _message(letter, self.sender)
        try:
            with self._connected() as server:
                self._prepare(server)
                server.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise MailNotSent(f"The mail server did not take it: {type(error).__name__}.") from error
        return str(message["Message-ID"])

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        if parts.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=_TIMEOUT)

    def _prepare(self, server: smtplib.SMTP) -> None:
        parts = urlsplit(self.url)
        server.ehlo()
        if parts.scheme == "smtp" and (server.has_extn("starttls") or not _is_here(parts.hostname or "")):
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))


@dataclass(frozen=True)
class FolderMailer:
    """Keeps letters as files that a mail program opens, the newest last by name."""

    folder: Path
    sender: str

    def send(self, letter: Letter) -> str:
        """Keep a letter and return its message id; raises MailNotSent."""
        message = _message(letter, self.sender)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.folder / f"{time.time_ns()}.eml").write_bytes(bytes(message))
        except OSError as error:
            raise MailNotSent(f"The mail could not be kept: {error.strerror}.") from error
        return str(message["Message-ID"])


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    # Unwrapped where it can be, so that a link in a kept mail can be copied.
    message.set_content(letter.text, cte="7bit" if letter.text.isascii() else "quoted-printable")
    return message


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
