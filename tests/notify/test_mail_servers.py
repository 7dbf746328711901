"""Mails to readers by servers that want TLS and a login, and what their refusals come to."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from newscrawl.items import Channel
from newscrawl.notify.channels import ChannelFailed, ChannelRefused
from newscrawl.secret_text import SecretUrl
from tests.notify.receivers import Mailbox, mail_server
from tests.notify.test_channels import NOW, message, send

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
TO_ADA = Channel("mail", address="ada@paper.example")
PASSWORD = "p@ss/word:1"
QUOTED = "archive%40paper.example:p%40ss%2Fword%3A1"


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """What a server with a certificate of its own speaks, which nobody trusts by itself."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=mail.example"
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.fixture
def trusted(tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))


class Door:
    """The login of a server, which keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.told.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.told[-1] == ("archive@paper.example", PASSWORD), handled=False)


def options(scheme: str, tls: ssl.SSLContext, door: Door) -> dict[str, Any]:
    common = {"authenticator": door, "auth_required": True}
    if scheme == "smtps":
        return {"tls": tls, "auth_require_tls": False, **common}  # for aiosmtpd, only STARTTLS is TLS
    return {"tls_context": tls, "require_starttls": True, **common}


def url(scheme: str, port: int, login: str = QUOTED) -> SecretUrl:
    return SecretUrl(f"{scheme}://{login}@127.0.0.1:{port}/?from=archive@paper.example")


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_mail_goes_by_tls_with_a_login(scheme: str, tls: ssl.SSLContext) -> None:
    box, door = Mailbox(), Door()
    with mail_server(box, **options(scheme, tls, door)) as port:
        await send(TO_ADA, message(), allow=(), now=NOW, mail_server=url(scheme, port))
    assert box.recipients == [["ada@paper.example"]]
    assert door.told == [("archive@paper.example", PASSWORD)]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_certificate_that_nobody_trusts_is_told_no_password(scheme: str, tls: ssl.SSLContext) -> None:
    box, door = Mailbox(), Door()
    with mail_server(box, **options(scheme, tls, door)) as port:
        with pytest.raises(ChannelFailed, match="SSLCertVerificationError") as failed:
            await send(TO_ADA, message(), allow=(), now=NOW, mail_server=url(scheme, port))
        assert not isinstance(failed.value, ChannelRefused)
    assert (box.mails, door.told) == ([], [])


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_password_that_is_wrong_is_no_fault_of_the_address(scheme: str, tls: ssl.SSLContext) -> None:
    box, door = Mailbox(), Door()
    with mail_server(box, **options(scheme, tls, door)) as port:
        with pytest.raises(ChannelFailed, match="the mail server answers 535") as failed:
            await send(TO_ADA, message(), allow=(), now=NOW, mail_server=url(scheme, port, "archive:hunter2"))
        assert not isinstance(failed.value, ChannelRefused)
        assert "hunter2" not in str(failed.value)
    assert box.mails == []


async def test_a_server_that_wants_a_login_and_has_none_erases_nobody(tls: ssl.SSLContext) -> None:
    with mail_server(Mailbox(), authenticator=Door(), auth_required=True, auth_require_tls=False) as port:
        server = SecretUrl(f"smtp://127.0.0.1:{port}/?from=archive@paper.example")
        with pytest.raises(ChannelFailed, match="the mail server answers 530") as failed:
            await send(TO_ADA, message(), allow=(), now=NOW, mail_server=server)
        assert not isinstance(failed.value, ChannelRefused)
