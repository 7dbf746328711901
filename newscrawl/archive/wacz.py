"""WACZ 1.1.1: captures with their index and list of pages, in one file that web archive players open.

https://specs.webrecorder.net/wacz/1.1.1/
"""

from __future__ import annotations

import hashlib
import heapq
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from newscrawl.archive.formats import Row, flushed, reopened
from newscrawl.archive.warc_records import record
from newscrawl.items import Capture

VERSION = "1.1.1"
SORTED_AT_ONCE = 100_000  # lines of the index in memory: some 30 MB
PIECE = 1 << 20  # bytes copied at once
WARC, INDEX, PAGES = "captures.warc.gz", "index.cdxj", "pages.jsonl"
HEADER = {"format": "json-pages-1.0", "id": "pages", "title": "All pages"}


class Wacz:
    """Grows its parts beside the archive, as the other exports do; the archive itself is made of them at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts = folder / "parts"
        self._files: dict[str, BinaryIO] = {}

    def resume(self, state: dict[str, Any]) -> None:
        self._parts.mkdir(exist_ok=True)
        for name in (WARC, INDEX, PAGES):
            self._files[name] = reopened(self._parts / name, state.get(name, 0))
        if not state.get(PAGES):
            self._files[PAGES].write(_line(HEADER))

    def add(self, table: str, row: Row) -> None:
        capture: Capture = row["capture"]
        warc = self._files[WARC]
        offset = warc.tell()
        digest = record(warc, capture)
        place = {"digest": digest, "length": warc.tell() - offset, "offset": offset}
        self._files[INDEX].write(index_line(capture, place))
        page = {"id": row["id"], "url": capture.final_uri, "ts": f"{_second(capture):%Y-%m-%dT%H:%M:%SZ}"}
        self._files[PAGES].write(_line({**page, "title": row["title"]}))

    def commit(self) -> dict[str, Any]:
        return {name: flushed(file) for name, file in self._files.items()}

    def finish(self) -> None:
        """Put the parts together, reading each once; until that is done an earlier archive stays as it was."""
        fresh = self._folder / "archive.wacz.new"
        with tempfile.TemporaryDirectory(dir=self._folder) as place, zipfile.ZipFile(fresh, "w") as archive:
            index = Path(place) / INDEX
            sort_lines(self._parts / INDEX, index)
            resources = [
                _put(archive, f"archive/{WARC}", self._parts / WARC),
                _put(archive, f"indexes/{INDEX}", index),
                _put(archive, f"pages/{PAGES}", self._parts / PAGES),
            ]
            package = json.dumps(_package(resources, datetime.now(UTC)), indent=1).encode()
            archive.writestr("datapackage.json", package)
            digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
            archive.writestr("datapackage-digest.json", json.dumps(digest, indent=1))
        fresh.replace(self._folder / "archive.wacz")


def index_line(capture: Capture, place: dict[str, Any]) -> bytes:
    """Return the line of a CDXJ index that says where in the WARC file a capture stands."""
    mime = (capture.header("content-type") or "").split(";")[0].strip()
    facts = {"url": capture.final_uri, "mime": mime, "status": str(capture.status)}
    places = {name: str(value) for name, value in place.items()}
    told = json.dumps({**facts, **places, "filename": WARC})
    return f"{surt(capture.final_uri)} {_second(capture):%Y%m%d%H%M%S} {told}\n".encode()


def surt(url: str) -> str:
    """Return an address as indexes sort them: the host's labels reversed, without www and scheme, all in lower case."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    labels = host.split(".")
    if labels[0].rstrip("0123456789") == "www":
        labels = labels[1:]
    is_number = ":" in host or host.replace(".", "").isdigit()
    key = host if is_number else ",".join(reversed(labels))
    if parts.port and parts.port != {"http": 80, "https": 443}.get(parts.scheme):
        key += f":{parts.port}"
    path = parts.path.rstrip("/") or "/"
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    # A blank or line break would end the key; addresses as fetched have none.
    return "".join(f"{key}){path}{'?' + query if query else ''}".lower().split())


def sort_lines(source: Path, target: Path) -> None:
    """Sort a file's lines by their bytes with bounded memory: in stretches on disk that are then merged."""
    with ExitStack() as stack, source.open("rb") as lines, target.open("wb") as out:
        stretches: list[Iterable[bytes]] = []
        while some := sorted(islice(lines, SORTED_AT_ONCE)):
            stretch = stack.enter_context(tempfile.TemporaryFile(dir=target.parent))
            stretch.writelines(some)
            stretch.seek(0)
            stretches.append(stretch)
        out.writelines(heapq.merge(*stretches))


def _put(archive: zipfile.ZipFile, name: str, source: Path) -> Row:
    """Copy a file into the archive, uncompressed so that players can read parts of it; return what describes it."""
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])
    with source.open("rb") as file, archive.open(info, "w", force_zip64=True) as entry:
        for piece in _pieces(file):
            digest.update(piece)
            size += len(piece)
            entry.write(piece)
    return {"name": source.name, "path": name, "hash": f"sha256:{digest.hexdigest()}", "bytes": size}


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _package(resources: list[Row], now: datetime) -> Row:
    return {
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": "News pages as they were fetched",
        "created": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "software": "newscrawl",
        "resources": resources,
    }


def _second(capture: Capture) -> datetime:
    return capture.fetched_at.astimezone(UTC)


def _line(row: Row) -> bytes:
    return json.dumps(row).encode() + b"\n"
