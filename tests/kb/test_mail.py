"""Mails go out by a real mail server, encrypted, or into a folder."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from kb.mail import (
    FolderMailer,
    Letter,
    MailNotSent,
    MailPutOff,
    MailRefused,
    MailUncertain,
    SmtpMailer,
    is_address,
)
from tests.kb.web.serving import free_port

LETTER = Letter("tess@tidewater.example", "Grüße", "Hello,\n\nyour code is 123456 · bis bald.\n")
SENDER = "Harbour <help@harbour.example>"


class Box:
    """What a mail server took."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.encrypted: list[bool] = []
        self.answer = "250 taken"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002 (aiosmtpd's)
        self.mails.append(BytesParser(policy=default).parsebytes(envelope.content))
        self.encrypted.append(session.ssl is not None)
        return self.answer


class Serving(Controller):
    """A mail server that wants a password, and STARTTLS where it can."""

    def __init__(self, box: Box, **options: Any) -> None:
        self.context: ssl.SSLContext | None = options.pop("starttls", None)
        super().__init__(box, hostname="127.0.0.1", port=free_port(), **options)

    def factory(self) -> SMTP:
        def check(*_: Any) -> AuthResult:
            given = _[-1]
            good = isinstance(given, LoginPassword) and (given.login, given.password) == (b"kb", b"p@ss/word")
            return AuthResult(success=good, handled=False)

        return SMTP(
            self.handler,
            tls_context=self.context,
            authenticator=check,
            auth_require_tls=False,
            require_starttls=self.context is not None,
        )


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that signs itself, with its key."""
    from ipaddress import ip_address

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "harbour")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    path.write_bytes(
        made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


@pytest.fixture
def plain(box: Box) -> Iterator[int]:
    yield from _served(Serving(box))


@pytest.fixture
def starttls(box: Box, context: ssl.SSLContext) -> Iterator[int]:
    yield from _served(Serving(box, starttls=context))


@pytest.fixture
def smtps(box: Box, context: ssl.SSLContext) -> Iterator[int]:
    yield from _served(Serving(box, ssl_context=context))


def _served(server: Serving) -> Iterator[int]:
    server.start()
    yield server.port
    server.stop()


def test_a_mail_says_who_sent_it_and_that_no_answer_is_expected(box: Box, plain: int) -> None:
    receipt = SmtpMailer(f"smtp://127.0.0.1:{plain}", SENDER).send(LETTER)
    (mail,) = box.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == ("tess@tidewater.example", SENDER, "Grüße")
    assert mail.get_content().replace("\r\n", "\n") == LETTER.text
    assert mail["Message-ID"] == receipt
    assert receipt.endswith("@harbour.example>")
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_server_that_can_encrypt_is_spoken_to_encrypted(
    box: Box, starttls: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    SmtpMailer(f"smtp://kb:p%40ss%2Fword@127.0.0.1:{starttls}", SENDER).send(LETTER)
    assert box.encrypted == [True]


def test_smtps_is_encrypted_from_the_first_byte(
    box: Box, smtps: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    SmtpMailer(f"smtps://127.0.0.1:{smtps}", SENDER).send(LETTER)
    assert len(box.mails) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    box: Box, starttls: int, smtps: int, scheme: str
) -> None:
    port = starttls if scheme == "smtp" else smtps
    with pytest.raises(MailNotSent, match="SSLCertVerificationError"):
        SmtpMailer(f"{scheme}://127.0.0.1:{port}", SENDER).send(LETTER)
    assert box.mails == []


def test_a_server_elsewhere_that_cannot_encrypt_gets_nothing(
    box: Box, plain: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.mail._is_here", lambda _: False)
    with pytest.raises(MailNotSent, match="SMTPNotSupportedError"):
        SmtpMailer(f"smtp://kb:p%40ss%2Fword@127.0.0.1:{plain}", SENDER).send(LETTER)
    assert box.mails == []


def test_a_wrong_password_is_one_sentence_without_it(plain: int) -> None:
    with pytest.raises(MailNotSent) as caught:
        SmtpMailer(f"smtp://kb:s3cret@127.0.0.1:{plain}", SENDER).send(LETTER)
    assert str(caught.value) == "The mail server did not take it: SMTPAuthenticationError."


def test_a_mail_that_is_refused_was_not_sent(box: Box, plain: int) -> None:
    box.answer = "550 no such mailbox"
    with pytest.raises(MailNotSent):
        SmtpMailer(f"smtp://127.0.0.1:{plain}", SENDER).send(LETTER)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("451 greylisted", MailPutOff),
        ("452 full", MailPutOff),
        ("554 looks like spam", MailPutOff),
        ("421 closing", MailNotSent),
    ],
)
def test_a_no_to_a_whole_mail_is_about_that_mail_unless_the_server_closes(
    box: Box, plain: int, answer: str, trouble: type[Exception]
) -> None:
    box.answer = answer
    with pytest.raises(MailNotSent) as raised:
        SmtpMailer(f"smtp://127.0.0.1:{plain}", SENDER).send(LETTER)
    assert type(raised.value) is trouble


def test_a_server_that_is_away_is_one_sentence() -> None:
    with pytest.raises(MailNotSent, match="ConnectionRefusedError"):
        SmtpMailer("smtp://127.0.0.1:9", SENDER).send(LETTER)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_only_this_machine_may_do_without_encryption(host: str) -> None:
    from kb.mail import _is_here

    assert _is_here(host)
    assert not _is_here("mail.example.com")
    assert not _is_here("203.0.113.1")


def test_kept_mails_can_be_opened_and_only_by_their_owner(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "var" / "mails", SENDER)
    for number in range(3):
        mailer.send(Letter("tess@tidewater.example", f"Number {number}", f"http://x/{'y' * 90}\n"))
    paths = sorted((tmp_path / "var" / "mails").iterdir())
    assert [BytesParser(policy=default).parsebytes(path.read_bytes())["Subject"] for path in paths] == [
        "Number 0",
        "Number 1",
        "Number 2",
    ]
    assert "y" * 90 in paths[0].read_text()
    assert (tmp_path / "var" / "mails").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "mails").write_text("a file")
    with pytest.raises(MailNotSent, match="could not be kept"):
        FolderMailer(tmp_path / "mails", SENDER).send(LETTER)


@contextmanager
def hanging(said: list[bytes], at: str, *, dies: bool = False) -> Iterator[int]:
    """A mail server that goes silent, or dies: at its greeting, before it takes a mail, with it, or after."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_hang, args=(server, said, at, dies), daemon=True)
        thread.start()
        yield server.getsockname()[1]


def _hang(server: socket.socket, said: list[bytes], at: str, dies: bool) -> None:
    connection, _ = server.accept()
    with connection, connection.makefile("rb") as lines:
        if at != "greeting":
            connection.sendall(b"220 slow\r\n")
        if at != "greeting" or not dies:
            for line in lines:
                said.append(line)
                if _last(connection, lines, said, at) and dies:
                    return


def _last(connection: socket.socket, lines: BinaryIO, said: list[bytes], at: str) -> bool:
    """Answer what was said last; returns whether nothing more is said after that."""
    command = said[-1][:4].strip().lower()
    if command == b"data":
        if at != "data":
            connection.sendall(b"354 go on\r\n")
            said += iter(lines.readline, b".\r\n")
        if at == "quit":
            connection.sendall(b"250 taken\r\n")
        return True
    if command != b"quit":
        other = {b"ehlo": b"250-slow\r\n250 STARTTLS\r\n", b"star": b"454 not today\r\n"}
        answer = other.get(command) if at == "starttls" else None
        connection.sendall(answer or b"250 fine\r\n")
    return False


@pytest.mark.parametrize("at", ["greeting", "data"])
def test_a_server_that_goes_silent_before_it_has_the_mail_certainly_did_not_take_it(
    at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.mail._TIMEOUT", 0.2)
    with hanging([], at) as port, pytest.raises(MailNotSent):
        SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER).send(LETTER)


def test_of_a_server_that_goes_silent_with_the_mail_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.mail._TIMEOUT", 0.2)
    said: list[bytes] = []
    with hanging(said, "answer") as port, pytest.raises(MailUncertain):
        SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER).send(LETTER)
    assert b"To: tess@tidewater.example\r\n" in said


def test_a_mail_that_was_taken_is_sent_however_the_server_says_goodbye(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kb.mail._TIMEOUT", 0.2)
    with hanging([], "quit") as port:
        assert SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER).send(LETTER).endswith("@harbour.example>")


@pytest.mark.parametrize("at", ["greeting", "data"])
def test_a_server_that_dies_before_it_has_the_mail_certainly_did_not_take_it(at: str) -> None:
    with hanging([], at, dies=True) as port, pytest.raises(MailNotSent):
        SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER).send(LETTER)


def test_of_a_server_that_takes_a_mail_and_dies_nobody_knows_unless_it_said_so() -> None:
    with hanging([], "answer", dies=True) as port, pytest.raises(MailUncertain):
        SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER).send(LETTER)
    with hanging([], "quit", dies=True) as port:
        assert SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER).send(LETTER)


def test_a_server_that_offers_to_encrypt_and_then_does_not_is_told_nothing() -> None:
    said: list[bytes] = []
    with hanging(said, "starttls") as port, pytest.raises(MailNotSent):
        SmtpMailer(f"smtp://kb:s3cret@127.0.0.1:{port}", SENDER).send(LETTER)
    assert [line[:4] for line in said] == [b"ehlo", b"STAR"]


def test_an_answer_to_what_a_person_wrote_goes_to_that_person(box: Box, plain: int) -> None:
    letter = Letter("help@harbour.example", "Hello", "Hello\n", reply_to="tess@x.example", forwarded=True)
    SmtpMailer(f"smtp://127.0.0.1:{plain}", SENDER).send(letter)
    (mail,) = box.mails
    assert (mail["Reply-To"], mail["Auto-Submitted"]) == ("tess@x.example", None)


@pytest.mark.parametrize("text", ["a@b", "o'neil@x.example", "ß@straße.example", "a+b@x.example"])
def test_an_address_is_one_address(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text", ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\nBcc: c@d", "<a@b>", "a@b,c@d", "(x)@y", "a@[b]"]
)
def test_what_is_no_address_or_more_than_one_is_none(text: str) -> None:
    assert not is_address(text)


def test_a_server_that_knows_no_foreign_letters_did_not_take_their_address(plain: int) -> None:
    letter = Letter("ß@straße.example", "Hello", "Hello\n")
    with pytest.raises(MailNotSent, match="SMTPNotSupportedError"):
        SmtpMailer(f"smtp://127.0.0.1:{plain}", SENDER).send(letter)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("550 5.1.1 nobody here", MailRefused),
        ("550 5.7.1 we do not trust you", MailPutOff),
        ("551 gone", MailRefused),
        ("450 try later", MailPutOff),
        ("552 full", MailPutOff),
        ("421 closing", MailNotSent),
    ],
)
def test_a_server_that_knows_nobody_by_an_address_is_told_from_one_that_minds_us(
    box: Box, plain: int, answer: str, trouble: type[Exception]
) -> None:
    async def refuse(*_: object) -> str:
        return answer

    box.handle_RCPT = refuse  # type: ignore[attr-defined]  # aiosmtpd looks for it by name
    with pytest.raises(MailNotSent) as raised:
        SmtpMailer(f"smtp://127.0.0.1:{plain}", SENDER).send(LETTER)
    assert type(raised.value) is trouble
    assert box.mails == []
