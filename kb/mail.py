"""The mailers: one speaks to a mail server, one keeps mails in a folder for trying things out."""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formatdate, make_msgid, parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from kb.config import MailSettings

_TIMEOUT = 10.0
"""Seconds that a mail server has for each answer."""

_PORTS = {"smtp": 587, "smtps": 465}

_UNSUBSCRIBE = "List-Unsubscribe"

_NOBODY = {550, 551, 553}
"""The answers of a mail server that no such mailbox can be written to."""

_GOES_AWAY = 421
"""The answer of a mail server that closes."""

_NOT_IN_AN_ADDRESS = r"@\s<>()\[\]\\\",;:\x00-\x1f\x7f"
_ADDRESS = re.compile(f"[^{_NOT_IN_AN_ADDRESS}]{{1,64}}@[^{_NOT_IN_AN_ADDRESS}]{{1,250}}")


class MailNotSent(Exception):
    """A mail certainly did not go out; the message is a sentence for the operator, without the address."""


class MailPutOff(MailNotSent):
    """The server did not take this one mail; it may take others, and this one later."""


class MailRefused(MailNotSent):
    """The server knows nobody by this address, so that trying again is of no use."""


class MailUncertain(Exception):
    """The connection broke when a whole mail was on its way, so that nobody knows whether it was taken."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one person, in plain text and perhaps in HTML too."""

    to: str
    subject: str
    text: str
    reply_to: str | None = None
    """To whom an answer goes, if not to the sender."""
    forwarded: bool = False
    """Whether it passes on what a person wrote; mail programs may hide what is marked as automatic."""
    html: str | None = None
    """The same as a whole page, clean."""
    unsubscribe: str | None = None
    """Where one click ends mails of this kind, of those that may be ended."""
    calendar: str | None = None
    """A calendar file to be attached, that invites nobody and only tells."""


class Mailer(Protocol):
    """Sends letters."""

    def send(self, letter: Letter) -> str:
        """Send a letter and return its message id; raises MailNotSent and MailUncertain."""
        ...


class _Server(smtplib.SMTP):
    """A mail server, of which we know whether it may have a whole mail that it has not answered yet."""

    mail_on_its_way = False

    def send(self, s: Any) -> None:
        """Send something: a mail is bytes, and each command, of which one may follow it, is text."""
        self.mail_on_its_way = not isinstance(s, str)
        super().send(s)


class _EncryptedServer(_Server, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


@dataclass(frozen=True)
class SmtpMailer:
    """Hands letters to a mail server, encrypted; only a server on this very machine may do without."""

    url: str
    sender: str

    def send(self, letter: Letter) -> str:
        """Send a letter and return its message id; raises MailNotSent and MailUncertain."""
        message = _message(letter, self.sender)
        try:
            server = self._connected()
        except (smtplib.SMTPException, OSError) as error:
            raise _not_sent(error) from error
        try:
            self._prepare(server)
            server.send_message(message)
        except smtplib.SMTPDataError as error:
            raise _about_the_mail(error, error.smtp_code) from error
        except smtplib.SMTPResponseException as error:  # the server said no
            raise _not_sent(error) from error
        except smtplib.SMTPRecipientsRefused as error:
            ((code, said),) = error.recipients.values()  # a letter has one
            if _knows_nobody(code, said):
                raise MailRefused("The mail server knows nobody by this address.") from error
            raise _about_the_mail(error, code) from error
        except (smtplib.SMTPException, OSError) as error:
            if server.mail_on_its_way:
                raise MailUncertain("The mail server took a mail and did not answer.") from error
            raise _not_sent(error) from error
        else:
            with suppress(smtplib.SMTPException, OSError):  # it has the mail, however it says goodbye
                server.quit()
        finally:
            server.close()
        return str(message["Message-ID"])

    def _connected(self) -> _Server:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        if parts.scheme == "smtps":
            return _EncryptedServer(host, port, timeout=_TIMEOUT, context=ssl.create_default_context())
        return _Server(host, port, timeout=_TIMEOUT)

    def _prepare(self, server: _Server) -> None:
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


def open_mailer(settings: MailSettings) -> Mailer | None:
    """Return how mails go out; None where none can."""
    if settings.smtp_url and settings.mail_from:
        return SmtpMailer(settings.smtp_url.get_secret_value(), settings.mail_from)
    if settings.keeps_mails:
        return FolderMailer(settings.data_dir / "mails", settings.mail_from or "help@localhost")
    return None


def is_address(text: str) -> bool:
    """Whether a text can be an e-mail address, and one alone."""
    return _ADDRESS.fullmatch(text) is not None


def _not_sent(error: Exception) -> MailNotSent:
    return MailNotSent(f"The mail server did not take it: {type(error).__name__}.")


def _about_the_mail(error: Exception, code: int) -> MailNotSent:
    """Return what a no to one mail means; 421 says that the server itself goes away."""
    said = str(_not_sent(error))
    return MailNotSent(said) if code == _GOES_AWAY else MailPutOff(said)


def _knows_nobody(code: int, said: bytes) -> bool:
    """Whether an answer is about the recipient; 5.7 is about us, such as a sender that is not trusted."""
    return code in _NOBODY and not said.startswith(b"5.7.")


class _Policy(EmailPolicy):
    """Leaves an address whole, however long: in pieces no mail program knows it again."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Write a header."""
        if name == _UNSUBSCRIBE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage(_Policy())
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    if not letter.forwarded:
        message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        message[_UNSUBSCRIBE] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # Unwrapped where it can be, so that a link in a kept mail can be copied.
    message.set_content(letter.text, cte="7bit" if letter.text.isascii() else "quoted-printable")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.calendar:
        # In base64, since its lines are folded by bytes and must arrive as they are.
        message.add_attachment(
            letter.calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename="office-hours.ics",
            params={"charset": "utf-8", "method": "PUBLISH"},
        )
    return message


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
