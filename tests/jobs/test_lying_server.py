"""A server that says "not modified" of a page that was, and what is believed of it afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.frontier.frontier import FULL_GET_EVERY
from newscrawl.frontier.source_policy import LYING
from newscrawl.items import SourceState
from newscrawl.store.session import Store

from .gazette import Answer, Gazette, page

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def due(config: Config, at: datetime, **check_history: object) -> SourceState:
    """Make every story due, with its track changed in places; return what is remembered of the source."""

    async def write() -> SourceState:
        store = await Store.open(config)
        try:
            found: dict[str, Any] = {"next_check_at": at, "claim_at": at}
            found |= {f"track.{name}": value for name, value in check_history.items()}
            await store.db.articles.update_many({}, {"$set": found})
            return await store.source_state("demo")
        finally:
            await store.close()

    return asyncio.run(write())


def test_the_full_look_finds_the_edit_and_ends_the_trust(press: CrawlDriver, gazette: Gazette) -> None:
    text = ["The pier is open."]

    def liar(headers: Mapping[str, str]) -> Answer:
        validators = {"ETag": '"for-ever"', "Content-Type": "text/html; charset=utf-8"}
        return (304, validators, "") if "If-None-Match" in headers else (200, validators, page("pier-101", text))

    gazette.overrides["pier-101"] = liar
    gazette.listed = {"pier-101": ""}
    press.crawl(clock=SteppingClock(START))
    text[0] = "The pier is shut after a collision."
    gazette.listed = {}

    due(press.config, START + DAY)
    assert press.crawl(clock=SteppingClock(START + DAY)).outcomes == {"not_modified": 1}
    assert LYING not in due(press.config, START + 2 * DAY, checks=FULL_GET_EVERY - 1).notes
    assert press.crawl(clock=SteppingClock(START + 2 * DAY)).outcomes == {"changed": 1}
    note = due(press.config, START + 3 * DAY).notes[LYING]
    assert isinstance(note, dict)
    assert (note["etag"], note["since"]) == ('"for-ever"', START + 2 * DAY)
    assert press.crawl(clock=SteppingClock(START + 3 * DAY)).outcomes == {"unchanged": 1}
    assert [each.is_conditional for each in gazette.asked("pier")] == [False, True, False, False]


def test_a_site_whose_validators_move_with_the_text_is_trusted_on(press: CrawlDriver, gazette: Gazette) -> None:
    text = ["The pier is open."]
    gazette.overrides["pier-101"] = lambda headers: (200, {"ETag": f'"{text[0]}"'}, page("pier-101", text))
    gazette.listed = {"pier-101": ""}
    press.crawl(clock=SteppingClock(START))
    text[0] = "The pier is shut after a collision."
    due(press.config, START + DAY)
    assert press.crawl(clock=SteppingClock(START + DAY)).outcomes == {"changed": 1}
    assert LYING not in due(press.config, START).notes
