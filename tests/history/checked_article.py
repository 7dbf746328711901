"""One article, checked every hour by the real history over a real store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newscrawl.extract import Rules
from newscrawl.frontier import SourcePolicy
from newscrawl.history import History, MassChanges
from newscrawl.items import Capture, RecordedItem, ScrapedArticle, Source, Version, article_id
from newscrawl.reading import PageReader
from newscrawl.recheck import policy
from newscrawl.stages import parsed_page
from newscrawl.store import Store

SOURCE = Source(name="paper", publisher="The Paper", domains=("paper.example",))
URL = "https://paper.example/2026/03/quarry-9"
START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@dataclass
class CheckedArticle:
    """One article, checked every hour."""

    store: Store
    layouts: tuple[type[Rules], ...] = ()
    hour: int = 0

    async def check(self, body: bytes) -> RecordedItem:
        self.hour += 1
        reader = PageReader(SOURCE, self.layouts)
        capture = Capture(URL, URL, 200, (), body, START + timedelta(hours=self.hour))
        extraction = reader.extract_with_containers(capture)
        assert extraction is not None
        scraped = ScrapedArticle("paper", "9", capture, extraction)
        changes = MassChanges(self.store, "paper", timedelta(hours=2))
        history = History(self.store, reader, SourcePolicy("paper", policy("sniffer")), changes)
        return await history.append(await history.judge(parsed_page(scraped, reader)))

    async def outcomes(self, *bodies: bytes) -> list[str]:
        return [(await self.check(body)).outcome.value for body in bodies]

    async def versions(self) -> list[Version]:
        return await self.store.versions(article_id("paper", "9"))
