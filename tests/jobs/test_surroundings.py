"""Pages whose text stays while what is around it changes: known without being read, seven times of eight."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from newscrawl.clock import SteppingClock
from newscrawl.items import article_id
from newscrawl.store.session import Store

from .archive import make_due, with_store
from .gazette import FILLER, Answer, Gazette, page

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_edit_between_changing_teasers_is_found_and_the_rest_is_not_read(
    gazette_driver: CrawlDriver, gazette: Gazette
) -> None:
    text, teasers = ["The pier is open.", FILLER, FILLER.replace("tide", "time")], count()

    def with_teaser(headers: Mapping[str, str]) -> Answer:
        teaser = f"<nav><a href='/x'>Another article of the day: {next(teasers)}</a></nav>"
        return (
            200,
            {"Content-Type": "text/html; charset=utf-8"},
            page("pier-101", text).replace("<article>", f"{teaser}<article>"),
        )

    gazette.overrides["pier-101"] = with_teaser
    gazette.listed = {"pier-101": ""}
    gazette_driver.crawl(clock=SteppingClock(START))

    async def due_again(store: Store) -> list[str]:
        await make_due(store, START)
        return [line["reason"] for line in reversed(await store.last_checks(article_id("demo", "101"), 20))]

    for check in range(1, 9):
        with_store(gazette_driver.config, due_again)
        gazette_driver.crawl(clock=SteppingClock(START + check * HOUR))
    text[0] = "The pier is shut."
    reasons = with_store(gazette_driver.config, due_again)
    assert reasons[1:] == [*["identical containers"] * 6, "same text", "identical containers"]
    assert gazette_driver.crawl(clock=SteppingClock(START + 9 * HOUR)).outcomes == {"changed": 1}
