"""What a backfill would find: an archive's pages are read, as far as a dry run goes, and nothing is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from newscrawl.bounds import within_bounds
from newscrawl.discover.archive_pages import ArchivePage, archive_page
from newscrawl.errors import TooCostly
from newscrawl.items import Capture
from newscrawl.jobs.backfill import BackfillPlan, new_walk
from newscrawl.normalize import instant
from newscrawl.sources.archive_starts import sitemaps_of_robots
from newscrawl.sources.catalogue import load_spider
from newscrawl.sources.probe import Fetch, ProbeFailed
from newscrawl.spider import NewsSpider

MAX_PAGES = 60
MAX_CANDIDATES = 50_000  # of a page


@dataclass(frozen=True, slots=True)
class Survey:
    source: str
    pages: int  # that were read
    waiting: int  # that are known and were not
    urls: tuple[str, ...]  # of the articles of the span


async def survey(plan: BackfillPlan, fetch: Fetch) -> Survey:
    """Return what an archive lists for a span, as far as listings and addresses state dates."""
    spider = load_spider(plan.source)()
    walk = new_walk(plan, datetime.now(UTC).date())
    found: dict[str, None] = {}
    while walk.pages < MAX_PAGES and (step := walk.next_step()) is not None:
        if plan.limit is not None and len(found) >= plan.limit:
            break
        page = await _page(step.url, spider, fetch)
        if page is None:
            walk.failed(step, is_missing=True)
            continue
        dates: list[date] = []
        for each in page.candidates:
            published, modified = _day(each.published, spider), _day(each.modified, spider)
            dates += [published] if published else []
            if walk.is_wanted(each, published, modified):
                found[each.url] = None
        walk.done(step, page, {each.url for each in page.candidates}, dates)
    return Survey(plan.source, walk.pages, walk.waiting, tuple(found)[: plan.limit])


async def _page(url: str, spider: NewsSpider, fetch: Fetch) -> ArchivePage | None:
    try:
        capture = await fetch(url)
        if capture.status != 200:
            return None
        if url.endswith("/robots.txt"):
            return ArchivePage(sitemaps=tuple(filter(spider.is_ours, sitemaps_of_robots(capture.body))))
        page = await within_bounds(url, _read, capture)
    except (ProbeFailed, TooCostly):
        return None
    return page.of_source(spider.is_article_url, spider.is_ours)


def _read(capture: Capture) -> ArchivePage:
    return archive_page(
        capture.body, url=capture.final_uri, content_type=capture.header("content-type") or "",
        link_header=capture.header("link") or "", most=MAX_CANDIDATES,
    )  # fmt: skip


def _day(stated: str | None, spider: NewsSpider) -> date | None:
    moment = instant(stated, source=spider.source, captured_at=datetime.now(UTC)) if stated else None
    return moment.value.date() if moment else None
