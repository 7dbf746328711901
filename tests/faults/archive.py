"""An archive under test: its database, the commands that work on it, and what it holds afterwards."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from newscrawl.config import Config
from newscrawl.items import RunRecord
from newscrawl.store import Store, check_log
from tests.forked import commands as forked

from .processes import Process
from .project import Project
from .world import Site

T = TypeVar("T")
# number, wording digest and cause of each version, by source and guid
Histories = dict[str, list[tuple[int, str, str]]]


@dataclass
class Archive:
    project: Project
    mongo_uri: str
    database: str
    folder: Path  # for NEWSCRAWL_HOME and what processes print
    sites: Sequence[Site] = ()
    environ: Mapping[str, str] = field(default_factory=dict)  # beyond the usual
    prefix: Sequence[str] = ()  # words before the command
    paths: Sequence[Path] = ()  # further folders of modules
    processes: list[Process] = field(default_factory=list)

    # Commands

    def start(self, *arguments: str | Path, prefix: Sequence[str] | None = None, **environ: str) -> Process:
        """Start a newscrawl command; variables are named without NEWSCRAWL_."""
        return self._start(self.prefix if prefix is None else prefix, arguments, environ)

    def _start(
        self, prefix: Sequence[str], arguments: Sequence[str | Path], more: Mapping[str, str], *, may_fork: bool = False
    ) -> Process:
        words, environ = [*prefix, sys.executable, "-m", "newscrawl"], self.environment(**more)
        if may_fork:  # nobody sends it signals or looks at its processes
            words, environ = forked.command(self.project.root, environ)
        words += map(str, arguments)
        process = Process.start(words, cwd=self.project.root, environ=environ, folder=self.folder)
        self.processes.append(process)
        return process

    def start_scrapy(self, *arguments: str, **environ: str) -> Process:
        words = [sys.executable, "-m", "scrapy", *arguments]
        process = Process.start(words, cwd=self.project.root, environ=self.environment(**environ), folder=self.folder)
        self.processes.append(process)
        return process

    def run(self, *arguments: str | Path, **environ: str) -> Process:
        """Run a newscrawl command to its end."""
        process = self._start(self.prefix, arguments, environ, may_fork=not self.prefix)
        process.wait()
        return process

    def crawl(self, *arguments: str | Path, good: Sequence[int] = (0,), **environ: str) -> Process:
        """Crawl to the end; fails unless the exit code is one of the good ones."""
        process = self.run("crawl", *arguments, "--json", **environ)
        assert process.code in good, process.told()
        return process

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}
        usual = {
            "MONGO_URI": self.mongo_uri,
            "MONGO_DATABASE": self.database,
            "HOME": str(self.folder / "home"),
            "DELAY_SECONDS": "0",
            "HOST_REQUESTS_PER_HOUR": "0",
            "EGRESS_ALLOW": ",".join(site.netloc for site in self.sites),
            **more,
        }
        paths = os.pathsep.join(map(str, (self.project.root, *self.paths)))
        ours = {f"NEWSCRAWL_{name}": value for name, value in usual.items()}
        return {**inherited, "PYTHONPATH": paths, **self.environ, **ours}

    def end(self) -> None:
        """Kill what still runs."""
        for process in self.processes:
            process.kill()

    # What it holds

    def ask(self, question: Callable[[Store], Awaitable[T]]) -> T:
        """Return what a question to the archive's store answers."""
        config = Config(mongo_uri=self.mongo_uri, mongo_database=self.database, home=self.folder / "home")

        async def asked() -> T:
            store = await Store.open(config)
            try:
                return await question(store)
            finally:
                await store.close()

        return asyncio.run(asked())

    def histories(self) -> Histories:
        """Return all histories, after checking that heads and versions agree."""
        return self.ask(_histories)

    def runs(self, source: str) -> list[RunRecord]:
        """Return the runs of a source, newest first."""
        return self.ask(lambda store: store.runs(source, 1000))

    def last_checks(self, source: str) -> dict[str, tuple[str, str]]:
        """Return outcome and reason of the newest check of each URL of a source."""

        async def look(store: Store) -> dict[str, tuple[str, str]]:
            lines = sorted(await check_log.find_lines(store.db, {"source": source}), key=itemgetter("at"))
            return {line["url"]: (line["outcome"], line["reason"]) for line in lines}

        return self.ask(look)

    def quarantined(self, source: str) -> dict[str, str]:
        """Return the guids of doubtful pages that nobody has decided on, with the kind of each page."""
        found = self.ask(lambda store: store.quarantined(source=source))
        return {entry["guid"]: entry["kind"] for entry in found}

    def alarms(self) -> dict[str, list[dict[str, Any]]]:
        """Return the open alarms of each source that has any."""
        listed = self.run("alarms", "list", "--json")
        assert listed.code == 0, listed.told()
        found: dict[str, list[dict[str, Any]]] = {}
        for alarm in listed.json:
            found.setdefault(alarm["source"], []).append(alarm)
        return found

    def claimed(self) -> int:
        """Return how many articles a run has claimed and neither checked nor given back."""
        return self.ask(lambda store: store.db.articles.count_documents({"lease": {"$ne": None}}))

    def is_held(self, source: str) -> bool:
        """Return whether a run has the lease of a source."""
        lease = self.ask(lambda store: store.db.leases.find_one({"_id": source}))
        return bool(lease and lease["run"])

    # What a test does to it

    def make_due(self, source: str | None = None, *, at: datetime | None = None) -> None:
        """Make articles due at a moment, a minute ago if none is given, as time would.

        Not by `newscrawl recheck`, which gives them another value and reason.
        """
        at = at or datetime.now(UTC) - timedelta(minutes=1)
        query: dict[str, Any] = {} if source is None else {"source": source}
        self.ask(lambda store: store.db.articles.update_many(query, {"$set": {"next_check_at": at, "claim_at": at}}))

    def make_source_due(self, source: str) -> None:
        """Make a source due for rounds, as the time for its listings would."""
        self.ask(lambda store: store.make_sources_due([source], datetime.now(UTC)))

    def let_leases_end(self) -> None:
        """Let the terms of all leases, on sources and hosts, pass at once, as a minute of silence would."""
        past = datetime(2020, 1, 1, tzinfo=UTC)
        self.ask(lambda store: store.db.leases.update_many({}, {"$set": {"until": past}}))
        self.ask(lambda store: store.db.hosts.update_many({}, {"$set": {"until": past, "wanted": []}}))

    def let_hosts_rest(self) -> None:
        """Let pauses, back-offs and the hour of all hosts pass at once."""
        self.ask(lambda store: store.db.hosts.delete_many({}))


async def _histories(store: Store) -> Histories:
    found: Histories = {}
    keys = [article["_id"] async for article in store.db.articles.find({}, {"_id": 1})]
    for key in keys:
        head, versions = await store.head(key), await store.versions(key)
        assert head is not None
        assert [version.number for version in versions] == list(range(1, head.number + 1)), head.url
        assert (head.wording_digest, head.chain) == (versions[-1].article.wording_digest, versions[-1].chain), head.url
        assert [v.seen_at for v in versions] == sorted(v.seen_at for v in versions), f"{head.url}: seen_at falls"
        found[f"{head.source}/{head.guid}"] = [(v.number, v.article.wording_digest, v.cause.value) for v in versions]
    return found
