"""An imitation of a web archive on loopback, for tests and the manual: CDX server, replays, files, and a limit.

It answers as the Wayback Machine (`/cdx/search/cdx`, `/web/…id_/…`), as pywb (`/all/cdx`, `/all/…id_/…`) and as Common
Crawl do (`/crawl-index`, `/files/…`), as far as their documentation says. Who asks faster than it permits is blocked.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

FILE = "segments/crawl.warc.gz"
_NAMES = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")


@dataclass(frozen=True, slots=True)
class Replay:
    """A capture of the archive; `headers` are those of then, of a gzipped body with its Content-Encoding."""

    url: str
    at: datetime
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    is_revisit: bool = False  # listed as one
    stated_digest: str = ""  # in place of that of the body

    @property
    def timestamp(self) -> str:
        return f"{self.at:%Y%m%d%H%M%S}"

    @property
    def digest(self) -> str:
        sha1 = hashlib.sha1(self.body, usedforsecurity=False).digest()
        return self.stated_digest or base64.b32encode(sha1).decode()

    @property
    def mime(self) -> str:
        kind = next((value for name, value in self.headers if name.lower() == "content-type"), "unk")
        return "warc/revisit" if self.is_revisit else kind.partition(";")[0]


@dataclass(slots=True)
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class WebArchive:
    """The archive, served while the context is open; more than `limit` requests in `window_seconds` block a client."""

    def __init__(
        self, replays: Sequence[Replay], *, limit: int = 24, window_seconds: float = 60.0,
        block_seconds: float = 3600.0, port: int = 0,
    ) -> None:  # fmt: skip
        self.replays = sorted(replays, key=lambda each: (_urlkey(each.url), each.timestamp))
        self._limit = limit
        self._window_seconds = window_seconds
        self._block_seconds = block_seconds
        self._arrivals: deque[float] = deque()
        self._blocked_until = 0.0
        self._lock = threading.Lock()
        self.robots = "User-agent: *\nDisallow: /save\n"
        self.requests: list[str] = []  # paths, in the order of their arrival
        self.is_closed = False
        self.blocked = 0  # requests that were answered by 429
        self._file, self._places = _file(self.replays)
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def cdx_server(self) -> str:
        return f"{self.base}/cdx/search/cdx"

    @property
    def fetched(self) -> list[str]:
        """Paths of requests for captures."""
        return [path for path in self.requests if "id_/" in path or path.startswith("/files/")]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_closed = True
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def unblock(self) -> None:
        with self._lock:
            self._arrivals.clear()
            self._blocked_until = 0.0

    def admits(self, path: str) -> bool:
        """Count a request; returns whether it is answered."""
        now = time.monotonic()
        with self._lock:
            self.requests.append(path)
            while self._arrivals and self._arrivals[0] <= now - self._window_seconds:
                self._arrivals.popleft()
            self._arrivals.append(now)
            if len(self._arrivals) > self._limit:
                self._blocked_until = now + self._block_seconds
            is_blocked = now < self._blocked_until
            self.blocked += is_blocked
            return not is_blocked

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(path)
        if parts.path == "/robots.txt":
            return Answer(200, self.robots.encode(), {"Content-Type": "text/plain"})
        values = {name: each[0] for name, each in parse_qs(parts.query).items()}
        if parts.path == "/cdx/search/cdx":
            return self.listed(values)
        if parts.path in {"/all/cdx", "/crawl-index"}:
            return self._lines(values)
        if parts.path == f"/files/{FILE}":
            return self._part(headers.get("Range", ""))
        return self.replayed(path)

    # The index

    def found(self, values: Mapping[str, str]) -> list[Replay]:
        url, kind = values.get("url", ""), values.get("matchType", "exact")
        if url.startswith("*."):
            url, kind = url[2:], "domain"
        elif url.endswith("*"):
            url, kind = url[:-1], "prefix"
        wanted, since = _urlkey(url), values.get("from", "")
        until = values.get("to", "9999").ljust(14, "9")
        return [
            each
            for each in self.replays
            if _matches(_urlkey(each.url), wanted, kind) and since <= each.timestamp <= until
        ]

    def listed(self, values: Mapping[str, str]) -> Answer:
        """Answer as a Wayback machine."""
        found = self.found(values)
        begin = int(values.get("resumeKey", "key-0").removeprefix("key-"))
        end = begin + int(values.get("limit", 150_000))
        rows: list[list[str]] = [list(_NAMES)] if found else []
        rows += [
            [_urlkey(each.url), each.timestamp, each.url, each.mime,
             "-" if each.is_revisit else str(each.status), each.digest, str(len(each.body))]
            for each in found[begin:end]
        ]  # fmt: skip
        if values.get("showResumeKey") == "true" and end < len(found):
            rows += [[], [f"key-{end}"]]
        return Answer(200, json.dumps(rows).encode(), {"Content-Type": "application/json"})

    def _lines(self, values: Mapping[str, str]) -> Answer:
        """Answer as pywb and Common Crawl: an object a line."""
        if values.get("showNumPages"):
            return Answer(200, b'{"pages": 1, "pageSize": 5, "blocks": 1}')
        lines = []
        for each in self.found(values):
            begin, length = self._places[self.replays.index(each)]
            lines.append(
                json.dumps(
                    {"urlkey": _urlkey(each.url), "timestamp": each.timestamp, "url": each.url, "mime": each.mime,
                     "status": str(each.status), "digest": f"sha1:{each.digest}", "length": str(length),
                     "offset": str(begin), "filename": FILE}
                )
            )  # fmt: skip
        if not lines:
            return Answer(404, json.dumps({"message": f"No Captures found for: {values.get('url')}"}).encode())
        return Answer(200, "\n".join(lines).encode(), {"Content-Type": "text/x-ndjson"})

    # The captures

    def replayed(self, path: str) -> Answer:
        """Answer with a capture, or lead to the nearest one."""
        place, _, rest = path.removeprefix("/").partition("/")
        stamp, _, url = rest.partition("/")
        timestamp = stamp.removesuffix("id_")
        found = [each for each in self.replays if _urlkey(each.url) == _urlkey(url)]
        if not found or not timestamp.isdigit():
            return Answer(404, b"<html>Hrm. The archive has not captured that URL.</html>")
        nearest = min(found, key=lambda each: abs(int(each.timestamp) - int(timestamp)))
        if nearest.timestamp != timestamp:
            return Answer(302, b"", {"Location": f"/{place}/{nearest.timestamp}id_/{nearest.url}"})
        sent = {"Memento-Datetime": format_datetime(nearest.at.astimezone(UTC), usegmt=True)}
        for name, value in nearest.headers:
            if place == "web":
                sent[f"X-Archive-Orig-{name}"] = value
            if place != "web" or name.lower() in {"content-type", "content-encoding", "location"}:
                sent[name] = value
        return Answer(nearest.status, nearest.body, sent)

    def _part(self, stated: str) -> Answer:
        unit, _, numbers = stated.partition("=")
        begin, _, end = numbers.partition("-")
        if unit != "bytes" or not (begin.isdigit() and end.isdigit()):
            return Answer(200, self._file)
        part = self._file[int(begin) : int(end) + 1]
        return Answer(206, part, {"Content-Range": f"bytes {begin}-{end}/{len(self._file)}"})


def gzipped(replay: Replay) -> Replay:
    """Return a capture as of a server that sends its pages gzipped."""
    headers = (*replay.headers, ("Content-Encoding", "gzip"))
    return Replay(replay.url, replay.at, gzip.compress(replay.body, mtime=0), replay.status, headers)


def _urlkey(url: str) -> str:
    """Return the URL as an index sorts it: host in reverse, without scheme, www and port."""
    rest = url.partition("://")[2] or url
    host, slash, path = rest.partition("/")
    labels = host.lower().removeprefix("www.").partition(":")[0].split(".")
    return f"{','.join(reversed(labels))}){slash or '/'}{path}".lower()


def _matches(key: str, wanted: str, kind: str) -> bool:
    host, wanted_host = key.partition(")")[0], wanted.partition(")")[0]
    if kind == "prefix":
        return key.startswith(wanted)
    if kind == "host":
        return host == wanted_host
    if kind == "domain":
        return host == wanted_host or host.startswith(f"{wanted_host},")
    return key == wanted


def _file(replays: Sequence[Replay]) -> tuple[bytes, list[tuple[int, int]]]:
    """Return a WARC file of all captures, and where in it each is."""
    file, places = io.BytesIO(), []
    writer = WARCWriter(file, gzip=True)
    for each in replays:
        begin = file.tell()
        status = f"{each.status} {HTTPStatus(each.status).phrase}"
        http = StatusAndHeaders(status, list(each.headers), protocol="HTTP/1.1")
        fields = {"WARC-Date": f"{each.at:%Y-%m-%dT%H:%M:%SZ}"}
        writer.write_record(
            writer.create_warc_record(
                each.url, "response", payload=io.BytesIO(each.body), http_headers=http, warc_headers_dict=fields
            )
        )
        places.append((begin, file.tell() - begin))
    return file.getvalue(), places


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], archive: WebArchive) -> None:
        super().__init__(address, _Handler)
        self.archive = archive


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        archive = self.server.archive
        if archive.is_closed:  # on a connection that was kept open
            self.close_connection = True
            return
        found = archive.answer(self.path, dict(self.headers)) if archive.admits(self.path) else Answer(429, b"Too many")
        self.send_response(found.status)
        for name, value in found.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(found.body)))
        self.end_headers()
        self.wfile.write(found.body)

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""
