"""`scrapy parse URL`: what a source's rules read from a page, or which articles a listing names."""

from __future__ import annotations

import argparse
from typing import Any

from scrapy.commands.parse import Command as ScrapyParse
from scrapy.http import Request
from scrapy.settings import SETTINGS_PRIORITIES
from scrapy.utils import display

from newscrawl.items import Candidate, FetchFailure, ScrapedArticle
from newscrawl.jobs.article_feed import row_of_page
from newscrawl.spider import NewsSpider, reader_of

OF_A_RUN = (
    "newscrawl.jobs.source_lease.SourceLease",
    "newscrawl.health.monitors.HealthMonitor",
    "newscrawl.jobs.run_recorder.RunRecorder",
    "newscrawl.jobs.turn_limits.TurnLimits",
    "newscrawl.jobs.unlisted_captures.UnlistedCaptures",
)


class Command(ScrapyParse):
    """Scrapy's own prints the page's bytes, and needs `--cbkwargs` for callbacks with arguments."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Make it no run of the source: nothing is leased, compared or recorded unless `--pipelines` asks for it."""
        super().process_options(args, opts)
        opts.output = opts.output or opts.overwrite_output  # Scrapy 2.19 exports nothing to a file given by -O
        if self.settings is None:
            return
        if self.settings.getpriority("LOG_LEVEL") != SETTINGS_PRIORITIES["cmdline"]:
            self.settings.set("LOG_LEVEL", "ERROR", priority="cmdline")
        if not opts.pipelines:
            self.settings.set("ITEM_PIPELINES", {}, priority="cmdline")
            self.settings["EXTENSIONS"].update(dict.fromkeys(OF_A_RUN), priority="cmdline")

    def print_items(self, lvl: int | None = None, colour: bool = True) -> None:
        levels = self.items.values() if lvl is None else [self.items.get(lvl, [])]
        print("# Scraped Items ", "-" * 60)
        display.pprint([self._printed(item) for items in levels for item in items], colorize=colour)

    def _printed(self, item: Any) -> Any:
        spider = self.spidercls
        if isinstance(item, ScrapedArticle) and spider is not None and issubclass(spider, NewsSpider):
            return {**row_of_page(item, reader_of(spider)), "rules": item.extraction.rules}
        if isinstance(item, FetchFailure):
            return {"url": item.url, "verdict": item.outcome.value, "reason": item.reason, "detail": item.detail}
        return item

    def print_requests(self, lvl: int | None = None, colour: bool = True) -> None:
        """Print the articles that a listing names, with their headlines."""
        super().print_requests(lvl, colour)
        requests: list[Request] = [request for requests in self.requests.values() for request in requests]
        candidates = [request.cb_kwargs.get("candidate") for request in requests]
        headlines = [each.headline for each in candidates if isinstance(each, Candidate) and each.headline]
        if headlines:
            print("# Headlines ", "-" * 64)
            display.pprint(headlines, colorize=colour)
