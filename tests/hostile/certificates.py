"""Certificates of a test authority: valid ones, and those that a client must refuse."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = dt.timedelta(days=1)


class Authority:
    """Issues certificates for servers; `trusted` is the file that makes a client trust them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Test authority")
        certificate = _builder(self._name, self._name, self._key, is_authority=True).sign(self._key, hashes.SHA256())
        self.trusted = folder / "trusted.pem"
        self.trusted.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def server(self, file: str, name: str, alternative: x509.ExtensionType | None, **dates: int) -> ssl.SSLContext:
        """Return a server's context; the subject's common name is `name`, as in certificates of the nineties."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(name), self._name, key, **dates)
        if alternative is not None:
            builder = builder.add_extension(alternative, critical=False)
        return self._context(file, key, builder.sign(self._key, hashes.SHA256()))

    def self_signed(self, file: str, name: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(name), _name(name), key).add_extension(names(name), critical=False)
        return self._context(file, key, builder.sign(key, hashes.SHA256()))

    def _context(self, file: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> ssl.SSLContext:
        path = self._folder / f"{file}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def names(*hosts: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])


def address(host: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])


def contexts(authority: Authority) -> Mapping[str, ssl.SSLContext]:
    """Return the servers' contexts by the first label of the host that they are asked as, below `.example`."""
    uri = x509.SubjectAlternativeName([x509.UniformResourceIdentifier("https://uri.example/")])
    return {
        "good": authority.server("good", "good.example", names("good.example")),
        "common-name": authority.server("common-name", "common-name.example", None),
        "any-common-name": authority.server("any", "elsewhere.example", None),
        "uri": authority.server("uri", "uri.example", uri),
        "malformed": authority.server("malformed", "malformed.example", names("*")),
        "strange-star": authority.server("star", "x", names("*.*.example")),
        "nul": authority.server("nul", "x", names("nul.example\0.evil.example")),
        "expired": authority.server("expired", "x", names("expired.example"), begins=-20, ends=-5),
        "future": authority.server("future", "x", names("future.example"), begins=5, ends=20),
        "other": authority.server("other", "other.example", names("another.example")),
        "self": authority.self_signed("self", "self.example"),
    }


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool = False,
    begins: int = -2,
    ends: int = 30,
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now + begins * DAY).not_valid_after(now + ends * DAY)
    return builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
