"""An archive as its users reach it: the `newscrawl` command and the reader on the web, in processes of their own.

Only doors that outlast a refactoring are used here: commands, their JSON and exit codes, exports, the API, feeds.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.forked import commands as forked

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 300.0  # for one command, on a machine that has much else to do
_NOT_COPIED = {"tests", "benchmarks", "build", "dist"}
_ATOM = "{http://www.w3.org/2005/Atom}"

Row = dict[str, Any]
Version = tuple[str, int]  # article and number


@dataclass(frozen=True, slots=True)
class History:
    """What an export tells: articles by id, versions by article and number, and its files to the byte."""

    articles: dict[str, Row]
    versions: dict[Version, Row]
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Told:
    """What the reader announces: edits newest first, the same in the feed, and all that was asked for to the byte."""

    changes: dict[Version, Row]
    first_seen: tuple[Version, ...]
    feed: tuple[str, ...]  # ids of entries
    pages: dict[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Archive:
    project: Path  # a checkout whose `spiders` may have files of a test's own
    mongo_uri: str
    database: str
    home: Path

    def environ(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}
        return inherited | {
            "PYTHONPATH": str(self.project),
            "LOGNAME": "archivist",  # who hides and confirms, as far as an archive is told
            "NEWSCRAWL_MONGO_URI": self.mongo_uri,
            "NEWSCRAWL_MONGO_DATABASE": self.database,
            "NEWSCRAWL_HOME": str(self.home),
            "NEWSCRAWL_DELAY_SECONDS": "0",
        }

    def run(self, *arguments: str | Path, good: Sequence[int] = (0,), **environ: str) -> str:
        """Return what a command printed; fails unless its exit code is one of the good ones."""
        done = forked.run(list(map(str, arguments)), env=self.environ() | environ, cwd=self.project)
        told = f"newscrawl {' '.join(map(str, arguments))}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert done.returncode in good, told
        return done.stdout

    def json(self, *arguments: str | Path, good: Sequence[int] = (0,)) -> Any:
        return json.loads(self.run(*arguments, "--json", good=good))

    def replay(self, source: str, records: Path, arguments: Sequence[str] = ()) -> dict[str, int]:
        """Crawl a source from records; return what came of its pages."""
        spider = [part for argument in arguments for part in ("-a", argument)]
        report = self.json("crawl", source, "--replay", records, *spider)
        assert (report["exit_code"], report["reason"]) == (0, "finished"), report
        return dict(sorted(report["outcomes"].items()))

    def history(self, folder: Path) -> History:
        """Export everything that may be seen into a new folder, and read it."""
        self.run("export", folder)
        files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.jsonl"))}
        articles, versions = (
            list(map(json.loads, files[f"{name}.jsonl"].splitlines())) for name in ("articles", "versions")
        )
        return History(
            {row["article_id"]: row for row in articles},
            {(row["article_id"], row["number"]): row for row in versions},
            files,
        )

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Serve the archive while the context lasts; yields before the reader answers, which takes seconds."""
        port = _free_port()
        command = [sys.executable, "-m", "newscrawl", "serve", "--port", str(port), "--workers", "1"]
        process = subprocess.Popen(
            command, env=self.environ(), cwd=self.project, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        try:
            yield Reader(process, f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
            try:
                process.communicate(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader that was started and may not answer yet."""

    process: subprocess.Popen[str]
    address: str

    def told(self, words: Sequence[str] = ()) -> Told:
        """Ask for all that is announced, and search for words."""
        self._await()
        pages = {path: self._get(path) for path in ("/", "/first", "/changes.atom", "/first.atom")}
        changes, first = self._list("/api/v1/changes", pages), self._list("/api/v1/articles", pages)
        for word in words:
            for shelf in ("wordings", "added", "removed"):
                query = urllib.parse.urlencode({"q": word, "in": shelf})
                pages[query] = self._get(f"/api/v1/search?{query}")
        return Told(
            {_version(entry): entry["line"] for entry in changes},
            tuple(map(_version, first)),
            tuple(_ids(pages["/changes.atom"])),
            pages,
        )

    def _list(self, path: str, pages: dict[str, bytes]) -> list[Row]:
        """Return a list to its end; its stretches are put to the pages."""
        found: list[Row] = []
        after: str | None = ""
        while after is not None:
            asked = f"{path}?limit=200" + (f"&after={after}" if after else "")
            pages[asked] = self._get(asked)
            stretch = json.loads(pages[asked])
            found += stretch["items"]
            after = stretch["after"]
        return found

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.address + path, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310  our own
            body: bytes = answer.read()
            return body

    def _await(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self._get("/readyz")
                return
            except (OSError, HTTPException):
                assert self.process.poll() is None, self.process.stderr.read() if self.process.stderr else ""
                assert time.monotonic() < deadline, "the reader does not come up"
                time.sleep(0.05)


def _ids(feed: bytes) -> Iterator[str]:
    for entry in ElementTree.fromstring(feed).iterfind(f"{_ATOM}entry"):  # noqa: S314  our own
        yield entry.findtext(f"{_ATOM}id", "")


def _version(entry: Row) -> Version:
    return entry["line"]["article_id"], entry["line"]["number"]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def copied_project(to: Path, spiders: Sequence[Path] = ()) -> Path:
    """Copy this checkout, without its tests, and put spiders of a test's own beside those that are shipped."""
    to.mkdir(parents=True)
    for path in ROOT.iterdir():
        if path.name.startswith(".") or path.name in _NOT_COPIED:
            continue
        if path.is_dir():
            shutil.copytree(path, to / path.name)
        else:
            shutil.copy2(path, to)
    for path in spiders:
        shutil.copy2(path, to / "spiders")
    return to
