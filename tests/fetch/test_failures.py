"""Every way in which a fetch can fail has one stable reason word."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy import exceptions
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from newscrawl.errors import NotRecorded, RecordingError
from newscrawl.fetch import capture_of, classify_failure, classify_status, failures
from newscrawl.fetch.validators import conditional_headers
from newscrawl.history.heads import validators_of
from newscrawl.items import Outcome, Validators

from .conftest import Crawled, Wire, crawl, page
from .connect_proxy import ConnectProxy

LATER = dt.datetime(2026, 5, 1, 13, 0, tzinfo=dt.UTC)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (exceptions.DownloadTimeoutError("slow"), Outcome.ERROR, "timeout"),
        (exceptions.CannotResolveHostError("x"), Outcome.ERROR, "dns"),
        (exceptions.DownloadConnectionRefusedError("x"), Outcome.ERROR, "refused"),
        (exceptions.ResponseDataLossError(), Outcome.ERROR, "truncated"),
        (exceptions.NotSupported("file"), Outcome.ERROR, "scheme"),
        (exceptions.UnsupportedURLSchemeError("file"), Outcome.ERROR, "scheme"),
        (exceptions.DownloadFailedError("x"), Outcome.ERROR, "connection"),
        (exceptions.IgnoreRequest("max redirections reached"), Outcome.ERROR, "redirect_loop"),
        (exceptions.IgnoreRequest("Forbidden by robots.txt"), Outcome.BLOCKED, "robots"),
        (exceptions.IgnoreRequest("other"), Outcome.ERROR, "ignored"),
        (failures.Truncated("x"), Outcome.ERROR, "truncated"),
        (failures.TooLarge("x"), Outcome.ERROR, "too_large"),
        (failures.BadEncoding("x"), Outcome.ERROR, "bad_encoding"),
        (failures.PrivateAddress("x"), Outcome.ERROR, "private_address"),
        (failures.RobotsRefused("x"), Outcome.BLOCKED, "robots"),
        (failures.RobotsUnreachable("x"), Outcome.ERROR, "robots_unreachable"),
        (failures.HostPaused("x", retry_at=LATER), Outcome.BLOCKED, "host_paused"),
        (NotRecorded("x"), Outcome.ERROR, "not_recorded"),
        (RecordingError("x"), Outcome.ERROR, "recording"),
        (HttpError(Response("http://a.example/", 503)), Outcome.ERROR, "http_503"),
        (HttpError(Response("http://a.example/", 403)), Outcome.BLOCKED, "http_403"),
        (
            caused(exceptions.DownloadFailedError("x"), ResponseFailed([Failure(ConnectionLost("bye"))])),
            Outcome.ERROR,
            "connection",
        ),
        (
            caused(exceptions.DownloadFailedError("x"), ResponseFailed([Failure(ValueError("two lengths"))])),
            Outcome.ERROR,
            "connection",
        ),
        (ValueError("Invalid IPv6 URL"), Outcome.ERROR, "bad_address"),
        (ZeroDivisionError(), Outcome.ERROR, "failed"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_each_failure_has_its_reason(error: Exception, outcome: Outcome, reason: str) -> None:
    assert classify_failure(Failure(error))[:2] == (outcome, reason)
    assert classify_failure(error)[:2] == (outcome, reason)


def test_the_end_of_a_pause_is_returned() -> None:
    assert classify_failure(failures.HostPaused("x", retry_at=LATER))[3] == LATER


def test_a_detail_names_the_innermost_cause() -> None:
    error = caused(exceptions.DownloadFailedError("x"), ResponseFailed([Failure(ConnectionLost("it broke"))]))
    assert "it broke" in classify_failure(error)[2]
    assert "Failure" not in classify_failure(error)[2]


def test_a_detail_is_that_of_a_cause_that_says_something() -> None:
    cancelled = caused(TimeoutError(), asyncio.CancelledError())  # type: ignore[arg-type]
    error = caused(exceptions.DownloadTimeoutError("it took longer than 30 seconds"), cancelled)
    assert classify_failure(error)[2] == "DownloadTimeoutError: it took longer than 30 seconds"


def test_a_detail_is_one_line() -> None:
    assert classify_failure(exceptions.DownloadFailedError("a\nb\r\nc"))[2] == "DownloadFailedError: a b c"


@pytest.mark.parametrize(
    ("status", "outcome"), [(401, "blocked"), (403, "blocked"), (429, "blocked"), (404, "error"), (500, "error")]
)
def test_refusals_are_distinguished_from_errors(status: int, outcome: str) -> None:
    assert classify_status(status) == (Outcome(outcome), f"http_{status}")


def certificate(folder: Path, name: str, *, days: int = 30) -> tuple[ssl.SSLContext, Path]:
    """Return a server's context with a new self-signed certificate, and the certificate's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=60))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{name}{days}.pem"
    private_key = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private_key + signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    public = folder / f"{name}{days}.crt"
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return context, public


@pytest.fixture(scope="module")
def connections(tmp_path_factory: pytest.TempPathFactory, way: ConnectProxy | None) -> tuple[Crawled, dict[str, str]]:
    folder = tmp_path_factory.mktemp("tls")
    good, good_file = certificate(folder, "good.example")
    expired, expired_file = certificate(folder, "expired.example", days=-1)
    strange, _ = certificate(folder, "strange.example")
    trusted = folder / "trusted.pem"
    trusted.write_bytes(good_file.read_bytes() + expired_file.read_bytes())
    servers = {
        "good": Wire(tls=good),
        "expired": Wire(tls=expired),
        "strange": Wire(tls=strange),
        "other-name": Wire(tls=good),
        "closed": Wire(),
    }
    servers["closed"].close()
    for server in servers.values():
        server.answers["/"] = page(b"<html></html>")
    urls = {name: f"https://{name}.example:{server.port}/" for name, server in servers.items()}
    urls["nowhere"] = f"http://{'x' * 70}.example/"
    crawled = crawl(
        *urls.values(),
        settings={"NEWSCRAWL_EGRESS_ALLOW": [f"{name}.example" for name in servers]},
        plan={"names": {f"{name}.example": ["127.0.0.1"] for name in servers}},
        env={"SSL_CERT_FILE": str(trusted)},
    )
    for server in servers.values():
        server.close()
    return crawled, urls


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("good", None),
        ("expired", "tls"),
        ("strange", "tls"),
        ("other-name", "tls"),
        ("closed", "refused"),
        ("nowhere", "dns"),
    ],
)
def test_failed_connections_have_reasons(
    connections: tuple[Crawled, dict[str, str]], way: ConnectProxy | None, name: str, reason: str
) -> None:
    crawled, urls = connections
    if name == "closed" and way is not None:
        reason = "proxy_http_502"  # it is the proxy that says so
    assert crawled[urls[name]].get("reason") == reason, crawled[urls[name]]


@pytest.mark.parametrize("etag", ['"abc"', 'W/"abc-gzip"', '"naïve"', "unquoted"])
def test_validators_are_sent_back_byte_for_byte(etag: str) -> None:
    last_modified = "Sat, 2 Nov 2019 06:00:00 +0000"  # not the form of RFC 9110; sent back unchanged all the same
    response = Response("http://a.example/", headers={"ETag": etag.encode("latin-1"), "Last-Modified": last_modified})
    response.request = Request("http://a.example/", meta={"nc_fetched_at": dt.datetime(2026, 3, 2, tzinfo=dt.UTC)})
    validators = validators_of(capture_of(response))
    request = Request("http://a.example/", headers=conditional_headers(validators))
    assert request.headers["If-None-Match"] == etag.encode("latin-1")
    assert request.headers["If-Modified-Since"] == last_modified.encode()


def test_without_validators_no_header_is_sent() -> None:
    assert conditional_headers(Validators()) == {}


def test_a_validator_cannot_inject_a_header_line() -> None:
    assert conditional_headers(Validators(etag='"a"\r\nX-Evil: 1', last_modified="\x00")) == {}
