"""Stage 300: strings as found become typed, normalised values."""

from __future__ import annotations

from newscrawl.errors import ExtractionError
from newscrawl.items import (
    Article,
    Capture,
    Extraction,
    FetchFailure,
    ParsedPage,
    Revisit,
    ScrapedArticle,
    Source,
    Tombstone,
    article_id,
)
from newscrawl.normalize import article
from pipelines.crawl import Crawl, CrawlStage

Look = ParsedPage | Revisit | Tombstone | FetchFailure
# What a layout reads beside headline and text, and loses when its selectors no longer fit.
FIELDS = ("byline", "author", "date_published", "date_modified", "article_section", "description")


class Normalize(CrawlStage):
    """Revisits, tombstones and mishaps pass through: they carry no text."""

    async def process_item(self, item: ScrapedArticle | Revisit | Tombstone | FetchFailure) -> Look:
        if not isinstance(item, ScrapedArticle):
            return item
        look = parsed_page(item, await self.crawl())
        if look.article is not None:
            self._count_fields(look.article)
        return look

    def _count_fields(self, article: Article) -> None:
        """Count what the article has: a run that finds much less of it than usual is an alarm."""
        if self.crawler.stats is not None:
            for name in FIELDS:
                self.crawler.stats.inc_value(f"newscrawl/field/{name}", 1 if getattr(article, name) else 0)


def parsed_page(item: ScrapedArticle, crawl: Crawl) -> ParsedPage:
    """Return what today's rules make of a page; a page they cannot read keeps its evidence and says why."""
    values, problem = _article(item.extraction, item.capture, crawl.source, item.guid, item.rules_stamp)
    return ParsedPage(
        source=item.source,
        guid=item.guid,
        article_id=item.article_id or article_id(item.source, item.guid),
        capture=item.capture,
        extraction=item.extraction,
        article=values,
        problem=problem,
        lease=item.lease,
    )


def _article(
    extraction: Extraction, capture: Capture, source: Source, guid: str, rules_stamp: str
) -> tuple[Article | None, str]:
    if not extraction.kind.is_readable:
        return None, extraction.kind.value
    try:
        return article(extraction, capture, source, guid=guid, rules_stamp=rules_stamp), ""
    except ExtractionError as error:
        return None, str(error)
