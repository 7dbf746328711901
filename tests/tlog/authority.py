"""A time-stamping authority of openssl behind a server on loopback."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from newscrawl.secret_text import SecretUrl

_CONFIG = """
[ca]
basicConstraints = critical,CA:TRUE
[tsa]
basicConstraints = CA:FALSE
extendedKeyUsage = critical,timeStamping
[web]
extendedKeyUsage = serverAuth
[tsa_config]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """An authority; `answers` are what it gives in the place of stamps, while there are any."""

    folder: Path
    url: SecretUrl = SecretUrl("")
    requests: list[bytes] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.pem"

    def reply(self, query: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(query)
        openssl(
            "ts", "-reply", "-config", self.folder / "openssl.cnf", "-section", "tsa_config",
            "-queryfile", self.folder / "query.tsq", "-out", self.folder / "reply.tsr",
        )  # fmt: skip
        return (self.folder / "reply.tsr").read_bytes()

    def verify(self, data: Path, stamp: Path) -> bool:
        """Return what openssl says of a stamp over a file."""
        command = ["openssl", "ts", "-verify", "-data", data, "-in", stamp, "-CAfile", self.certificate]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make(folder: Path, *, kind: str = "ec", digest: str = "sha256") -> Authority:
    """Make an authority with its certificate, issued by one of its own."""
    folder.mkdir(parents=True)
    config = folder / "openssl.cnf"
    config.write_text(_CONFIG.format(folder=folder, digest=digest))
    (folder / "serial").write_text("01\n")
    curve = () if kind == "rsa" else ("-pkeyopt", "ec_paramgen_curve:prime256v1")
    new_key = ("-newkey", "rsa:2048" if kind == "rsa" else "ec", *curve)
    issuer = ("-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial")
    for name, usage in (("ca", "ca"), ("tsa", "tsa")):
        openssl(
            "req", "-new", *new_key, "-nodes", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.csr",
            "-subj", f"/O=Harbour time/CN={name}",
        )  # fmt: skip
        signer = ("-signkey", folder / "ca.key") if name == "ca" else issuer
        openssl(
            "x509", "-req", "-in", folder / f"{name}.csr", *signer, "-days", "30", "-extfile", config,
            "-extensions", usage, "-out", folder / f"{name}.pem",
        )  # fmt: skip
    return Authority(folder)


@contextmanager
def served(authority: Authority) -> Iterator[Authority]:
    """Let an authority answer by HTTP."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["content-length"]))
            authority.requests.append(query)
            status, body = authority.answers.pop(0) if authority.answers else (200, authority.reply(query))
            self.send_response(status)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    authority.url = SecretUrl(f"http://127.0.0.1:{server.server_port}/tsr")
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
