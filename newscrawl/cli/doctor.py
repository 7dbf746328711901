"""`newscrawl doctor`: check this installation, and list its configuration."""

from __future__ import annotations

import asyncio
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from newscrawl import __version__
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.config import Config, variables
from newscrawl.errors import NewscrawlError

if TYPE_CHECKING:
    from newscrawl.store.session import Store


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    is_good: bool
    detail: str
    exit_code: int = 0


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(as_json: AsJson = False) -> None:
    """Check Python, configuration, disk, database, alarms and sources; exits with the code of the first fault.

    Also lists every environment variable with its default.
    """
    config = Config.from_env()
    findings = [_python(), _config(config), _disk(config), *_database(config), _spiders()]
    if as_json:
        print_json(
            {
                "version": __version__,
                "findings": [{"what": f.what, "good": f.is_good, "detail": f.detail} for f in findings],
                "variables": [{"name": n, "default": d, "meaning": m} for n, d, m in variables()],
            }
        )
    else:
        out = console()
        for finding in findings:
            out.print(f"{'ok   ' if finding.is_good else 'FAULT'} {finding.what}: {finding.detail}", markup=False)
        out.print("\nEnvironment variables:", style="bold")
        for name, default, meaning in variables():
            out.print(f"  {name} [{default or 'unset'}]  {meaning}", markup=False)
    raise typer.Exit(next((f.exit_code for f in findings if not f.is_good), 0))


def _python() -> Finding:
    import scrapy

    is_good = sys.version_info >= (3, 11)
    detail = f"Python {platform.python_version()}, Scrapy {scrapy.__version__}, newscrawl {__version__}"
    return Finding("software", is_good, detail, 2)


def _config(config: Config) -> Finding:
    contact = config.contact_url or "no NEWSCRAWL_CONTACT_URL; set it before you crawl other people's servers"
    return Finding("configuration", True, f"home {config.home}; contact {contact}", 2)


def _disk(config: Config) -> Finding:
    from newscrawl.health.machine import MIN_FREE_BYTES, free_bytes

    free = free_bytes(config.home)
    detail = f"{free / 2**30:.1f} GiB free in {config.home}"
    if free < MIN_FREE_BYTES:
        return Finding("disk", False, f"{detail}: free some space, or move NEWSCRAWL_HOME", 2)
    return Finding("disk", True, detail)


def _database(config: Config) -> list[Finding]:
    """Return a finding about the database and, if it answers, others about the reader's members and open alarms."""
    from newscrawl.store.session import Store

    others: list[Finding] = []

    async def describe() -> str:
        started = time.perf_counter()
        store = await Store.open(config)
        try:
            seconds = time.perf_counter() - started
            server: dict[str, Any] = await store.db.command("buildInfo")
            counts = await store.article_counts()
            if preference := store.reader_preference:
                others.append(Finding("reader", True, f"{preference}; the primary is asked for takedowns"))
            others.append(await _alarms(store))
            kind = "embedded" if config.mongo_uri is None else "configured"
            return (
                f"MongoDB {server['version']} ({kind}) at {store.address}, opened in {seconds:.2f} s; "
                f"{sum(counts.values())} articles of {len(counts)} sources"
            )
        finally:
            await store.close()

    return [_finding("database", lambda: asyncio.run(describe())), *others]


async def _alarms(store: Store) -> Finding:
    from newscrawl.health.kinds import severity
    from newscrawl.items import AlarmState

    paused = {name for name, state in (await store.source_states()).items() if state.is_paused}
    alarms = sorted((alarm for alarm in await store.alarms() if alarm.source not in paused), key=severity)
    opened = [f"{alarm.source}: {safe(alarm.sentence)}" for alarm in alarms if alarm.state is AlarmState.OPEN]
    if opened:
        return Finding("alarms", False, f"{len(opened)} open: {'; '.join(opened)}; see newscrawl alarms list", 1)
    return Finding("alarms", True, f"none is open, {len(alarms)} acknowledged" if alarms else "none")


def _spiders() -> Finding:
    from newscrawl.sources.catalogue import load_spider, source_names
    from newscrawl.sources.unverified import require_tables

    def describe() -> str:
        require_tables()
        spiders = [load_spider(name) for name in source_names()]
        unverified = sum(spider.unverified for spider in spiders)
        return f"{len(spiders)} in spiders/, {unverified} of them unverified; all can be loaded"

    return _finding("sources", describe)


def _finding(what: str, describe: Callable[[], str]) -> Finding:
    """Return what `describe` returns as a good finding, or the error that it raises as a fault."""
    try:
        return Finding(what, True, describe())
    except NewscrawlError as error:
        return Finding(what, False, str(error), error.exit_code)
