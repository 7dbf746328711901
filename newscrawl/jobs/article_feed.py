"""Scrapy's feed exports (`-O articles.jsonl`) with the articles that were read, in place of our own items."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FeedExporter

from newscrawl.items import Article, Instant, Precision, RecordedItem, ScrapedArticle
from newscrawl.reading import PageReader
from newscrawl.spider import NewsSpider
from newscrawl.store.shared_store import shared_store

FIELDS = (
    "guid", "canonical_url", "headline", "authors", "date_published", "date_modified", "section", "language",
    "description", "text",
)  # fmt: skip


class ArticleFeed(FeedExporter):
    """Exports each check of an article with its verdict, and what was read: of a 304 or a failure there is no text.

    Text of hidden articles and versions is left out, and passages withheld for legal reasons are redacted.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._shared = shared_store(crawler, crawler.settings["NEWSCRAWL_CONFIG"])

    async def item_scraped(self, item: Any, spider: Spider) -> None:  # type: ignore[override]  # awaited by the signal
        if isinstance(item, RecordedItem):
            item = await self._row(item)
        elif isinstance(item, ScrapedArticle) and isinstance(spider, NewsSpider):
            item = row_of_page(item, spider.reader)
        super().item_scraped(item, spider)

    async def _row(self, item: RecordedItem) -> dict[str, Any]:
        check = asdict(replace(item, article=None))
        values = {**dict.fromkeys(FIELDS), **(row_of(item.article) if item.article else {"headline": item.headline})}
        if item.article_id is not None:
            store = await self._shared.get()
            values = await store.as_shown(item.article_id, item.number, values) or dict.fromkeys(FIELDS)
        del check["article"], check["headline"]
        return {**check, "verdict": item.outcome.value, "version": item.number, **values}


def row_of_page(item: ScrapedArticle, reader: PageReader) -> dict[str, Any]:
    """Return a page as its rules read it, before anything is compared: the verdict is the kind of page."""
    extraction = item.extraction
    reading = item.reading or reader.parse(extraction, item.capture, guid=item.guid, known_urls=item.known_urls)
    url = item.capture.final_uri
    if reading.article is None:
        reason = "; ".join(extraction.evidence) or reading.problem
        return {"source": item.source, "url": url, "verdict": extraction.kind.value, "reason": reason}
    return {"source": item.source, "url": url, "verdict": extraction.kind.value, **row_of(reading.article)}


def row_of(article: Article) -> dict[str, Any]:
    """Return what was read of an article as one flat line; `text` has a blank line between paragraphs."""
    return {
        "guid": article.guid,
        "canonical_url": article.url,
        "headline": article.headline,
        "authors": list(article.author),
        "date_published": _iso(article.date_published),
        "date_modified": _iso(article.date_modified),
        "section": article.article_section,
        "language": article.in_language,
        "description": article.description,
        "text": "\n\n".join(article.paragraphs),
    }


def _iso(instant: Instant | None) -> str | None:
    """Return a date in ISO 8601, no more precise than it was stated."""
    if instant is None:
        return None
    return instant.value.date().isoformat() if instant.precision is Precision.DAY else instant.value.isoformat()
