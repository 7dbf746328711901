"""`scrapy crawl` with the exit codes of `newscrawl crawl`; Scrapy's own ends with 0 whatever came of the crawl."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError

from newscrawl import bounds
from newscrawl.errors import ConfigError, NewscrawlError
from newscrawl.jobs.exit_codes import INTERNAL, SUCCESS, USAGE
from newscrawl.jobs.run_recorder import RunRecorder


class Command(ScrapyCrawl):
    """The code is that of the run record; `-s NEWSCRAWL_FAIL_ON=N` and `NEWSCRAWL_FAIL_ON_DRIFT=1` are its options."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one spider; `newscrawl crawl` takes several")
        try:
            self.exitcode = self._crawl(args[0], opts)
        except NewscrawlError as error:
            sys.stderr.write(f"newscrawl: {error}\n")
            self.exitcode = error.exit_code
        except Exception as error:  # noqa: BLE001  defects of any kind get a report file and the documented exit code
            from newscrawl.cli.main import write_report

            sys.stderr.write(
                f"newscrawl: internal error: {type(error).__name__}: {error}\n  report: {write_report()}\n"
            )
            self.exitcode = INTERNAL

    def _crawl(self, name: str, opts: argparse.Namespace) -> int:
        """Crawl to the end and return the exit code; raises what kept the crawl from starting."""
        if self.crawler_process is None:
            raise RuntimeError("Scrapy gave this command no process")
        _require_writable(self.settings.getdict("FEEDS") if self.settings else {})
        try:
            crawler = self._create_crawler(self.crawler_process.spider_loader.load(name))
        except NewscrawlError:
            raise
        except KeyError as error:
            raise ConfigError(f"there is no spider {name!r}; `scrapy list` prints those there are") from error
        bounds.prepare()
        crawling = self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        if failure := _error_of(crawling):
            raise failure
        return _code_of(crawler)


def _require_writable(feeds: Iterable[object]) -> None:
    """Raise ConfigError for a file of a feed export that cannot be written; Scrapy finds out with the first item."""
    for uri in map(str, feeds):
        path = Path(uri.removeprefix("file://"))
        if "://" in str(uri.removeprefix("file://")) or uri.startswith("stdout:") or "%(" in uri:
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.open("ab").close()
        except OSError as error:
            raise ConfigError(f"-O {path}: {error.strerror}") from error


def _error_of(crawling: object) -> BaseException | None:
    """Return what kept a crawl from starting, or ended it from outside."""
    if not isinstance(crawling, asyncio.Future) or not crawling.done() or crawling.cancelled():
        return None
    return crawling.exception()


def _code_of(crawler: Crawler) -> int:
    recorder = crawler.get_extension(RunRecorder)
    # Whoever turns the extension off (-s EXTENSIONS=…) has no record, and Scrapy's own code.
    code = SUCCESS if recorder is None else recorder.exit_code
    if code is None:
        code = INTERNAL
    stats = crawler.stats.get_stats() if crawler.stats else {}
    is_unwritten = any(count for name, count in stats.items() if name.startswith("feedexport/failed_count/"))
    return USAGE if code == SUCCESS and is_unwritten else code
