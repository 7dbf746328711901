"""`newscrawl doctor`: what this installation is, and what is wrong with it."""

from __future__ import annotations

import asyncio
import platform
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from newscrawl import __version__
from newscrawl.cli.terminal import console, print_json
from newscrawl.config import Config, variables
from newscrawl.errors import NewscrawlError

FREE_BYTES_MIN = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    is_good: bool
    detail: str
    exit_code: int = 0


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Tell what was found, what is wrong and how to mend it; exits with the code of the first fault."""
    config = Config.from_env()
    findings = [_python(), _config(config), _disk(config), _database(config), _spiders()]
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
    told = f"Python {platform.python_version()}, Scrapy {scrapy.__version__}, newscrawl {__version__}"
    return Finding("software", is_good, told, 2)


def _config(config: Config) -> Finding:
    contact = config.contact_url or "no NEWSCRAWL_CONTACT_URL: set it before you crawl others' servers"
    return Finding("configuration", True, f"home {config.home}; contact {contact}", 2)


def _disk(config: Config) -> Finding:
    place = next(p for p in (config.home, *config.home.parents) if p.exists())
    free = shutil.disk_usage(place).free
    told = f"{free / 2**30:.1f} GiB free below {place}"
    if free < FREE_BYTES_MIN:
        return Finding("disk", False, f"{told}: make room, or move NEWSCRAWL_HOME", 2)
    return Finding("disk", True, told)


def _database(config: Config) -> Finding:
    from newscrawl.store.session import Store

    async def look() -> str:
        started = time.perf_counter()
        store = await Store.open(config)
        try:
            seconds = time.perf_counter() - started
            server: dict[str, Any] = await store.db.command("buildInfo")
            counts = await store.article_counts()
            held = "embedded" if config.mongo_uri is None else "configured"
            return (
                f"MongoDB {server['version']} ({held}) at {store.address}, open after {seconds:.2f} s; "
                f"{sum(counts.values())} articles of {len(counts)} sources"
            )
        finally:
            await store.close()

    return _asked("database", lambda: asyncio.run(look()))


def _spiders() -> Finding:
    from newscrawl.sources.catalogue import source_names, spider_class

    def look() -> str:
        names = source_names()
        for name in names:
            spider_class(name)
        return f"{len(names)} in spiders/, all can be loaded"

    return _asked("sources", look)


def _asked(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, look())
    except NewscrawlError as error:
        return Finding(what, False, str(error), error.exit_code)
