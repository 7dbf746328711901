"""WACZ 1.1.1: captures with their index and list of pages, in one file that players of web archives open.

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

from newscrawl.archive.formats import cut_back, flush, open_at
from newscrawl.archive.tables import Row
from newscrawl.archive.warc_records import write_record
from newscrawl.items import Capture

VERSION = "1.1.1"
MAX_LINES_IN_MEMORY = 100_000  # of the index while it is sorted: some 30 MB
CHUNK_BYTES = 1 << 20  # copied at a time
WARC, INDEX, PAGES = "captures.warc.gz", "index.cdxj", "pages.jsonl"
ARCHIVE = "archive.wacz"
FRESH = f"{ARCHIVE}.new"  # while it is packed
PAGES_HEADER = {"format": "json-pages-1.0", "id": "pages", "title": "All pages"}


class Wacz:
    """Appends to part files, which can be resumed like the other exports; `finish` packs them into one archive."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts = folder / "parts"
        self._files: dict[str, BinaryIO] = {}

    def resume(self, state: dict[str, Any]) -> None:
        self._parts.mkdir(exist_ok=True)
        for name in (WARC, INDEX, PAGES):
            self._files[name] = open_at(self._parts / name, state.get(name, 0))
        if not state.get(PAGES):
            self._files[PAGES].write(_json_line(PAGES_HEADER))

    def add(self, table: str, row: Row) -> None:
        capture: Capture = row["capture"]
        warc = self._files[WARC]
        offset = warc.tell()
        digest = write_record(warc, capture)
        location = {"digest": digest, "length": warc.tell() - offset, "offset": offset}
        self._files[INDEX].write(index_line(capture, location))
        page = {"id": row["id"], "url": capture.final_uri, "ts": f"{_fetched_at(capture):%Y-%m-%dT%H:%M:%SZ}"}
        self._files[PAGES].write(_json_line({**page, "title": row["title"]}))

    def commit(self) -> dict[str, Any]:
        return {name: flush(file) for name, file in self._files.items()}

    def discard(self, state: dict[str, Any]) -> None:
        for name, file in self._files.items():
            cut_back(file, self._parts / name, state.get(name, 0))
        (self._folder / FRESH).unlink(missing_ok=True)
        if not state:
            (self._folder / ARCHIVE).unlink(missing_ok=True)

    def finish(self) -> None:
        """Pack the parts into a new archive, reading each once, and only then replace an earlier archive."""
        fresh = self._folder / FRESH
        with tempfile.TemporaryDirectory(dir=self._folder) as folder, zipfile.ZipFile(fresh, "w") as archive:
            index = Path(folder) / INDEX
            sort_lines(self._parts / INDEX, index)
            resources = [
                _add_file(archive, f"archive/{WARC}", self._parts / WARC),
                _add_file(archive, f"indexes/{INDEX}", index),
                _add_file(archive, f"pages/{PAGES}", self._parts / PAGES),
            ]
            package = json.dumps(_package(resources, datetime.now(UTC)), indent=1).encode()
            archive.writestr("datapackage.json", package)
            digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
            archive.writestr("datapackage-digest.json", json.dumps(digest, indent=1))
        fresh.replace(self._folder / ARCHIVE)


def index_line(capture: Capture, location: dict[str, Any]) -> bytes:
    """Return the line of the CDXJ index for a capture and its location in the WARC file (digest, length, offset)."""
    mime = (capture.header("content-type") or "").split(";")[0].strip()
    facts = {"url": capture.final_uri, "mime": mime, "status": str(capture.status)}
    location = {name: str(value) for name, value in location.items()}
    fields = json.dumps({**facts, **location, "filename": WARC})
    return f"{surt(capture.final_uri)} {_fetched_at(capture):%Y%m%d%H%M%S} {fields}\n".encode()


def surt(url: str) -> str:
    """Return a URL as sort key of an index (SURT): host labels reversed, no www, no scheme, all in lower case."""
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
    # A blank or line break would end the key; URLs as fetched have none.
    return "".join(f"{key}){path}{'?' + query if query else ''}".lower().split())


def sort_lines(source: Path, target: Path) -> None:
    """Sort a file's lines by their bytes in bounded memory: an external merge sort."""
    with ExitStack() as stack, source.open("rb") as lines, target.open("wb") as out:
        sorted_files: list[Iterable[bytes]] = []
        while chunk := sorted(islice(lines, MAX_LINES_IN_MEMORY)):
            file = stack.enter_context(tempfile.TemporaryFile(dir=target.parent))
            file.writelines(chunk)
            file.seek(0)
            sorted_files.append(file)
        out.writelines(heapq.merge(*sorted_files))


def _add_file(archive: zipfile.ZipFile, name: str, source: Path) -> Row:
    """Copy a file into the archive, uncompressed so that players can read ranges of it; return its resource entry."""
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])
    with source.open("rb") as file, archive.open(info, "w", force_zip64=True) as entry:
        for chunk in _chunks(file):
            digest.update(chunk)
            size += len(chunk)
            entry.write(chunk)
    return {"name": source.name, "path": name, "hash": f"sha256:{digest.hexdigest()}", "bytes": size}


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _package(resources: list[Row], now: datetime) -> Row:
    return {
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": "News pages as they were fetched",
        "created": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "software": "newscrawl",
        "resources": resources,
    }


def _fetched_at(capture: Capture) -> datetime:
    return capture.fetched_at.astimezone(UTC)


def _json_line(row: Row) -> bytes:
    return json.dumps(row).encode() + b"\n"
