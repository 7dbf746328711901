"""A story whose address leads to another story was merged: it is gone, and never has the other's words."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.items import Head, State
from newscrawl.store.session import Store

from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def due(config: Config, at: datetime) -> dict[str, Head]:
    """Make every story due; return them as they are."""

    async def write() -> dict[str, Head]:
        store = await Store.open(config)
        try:
            await store.db.articles.update_many({}, {"$set": {"next_check_at": at, "claim_at": at}})
            keys = [found["_id"] async for found in store.db.articles.find({}, {"_id": 1})]
            heads = [head for key in keys if (head := await store.head(key)) is not None]
            return {head.guid: head for head in heads}
        finally:
            await store.close()

    return asyncio.run(write())


@pytest.mark.parametrize("is_known", [True, False])
def test_merged_story_is_gone_after_the_second_look(press: CrawlDriver, gazette: Gazette, is_known: bool) -> None:
    gazette.stories = {"pier-101": ["The pier is shut."], "storm-102": ["The storm shut the pier and the mole."]}
    gazette.listed = {"pier-101": "", **({"storm-102": ""} if is_known else {})}
    press.crawl(clock=SteppingClock(START))
    target = f"{gazette.base}/2026/03/storm-102"
    gazette.overrides["pier-101"] = lambda headers: (301, {"Location": target}, "")
    gazette.listed = {}

    due(press.config, START + timedelta(hours=1))
    assert press.crawl(clock=SteppingClock(START + timedelta(hours=1))).outcomes["gone"] == 1
    assert due(press.config, START + timedelta(hours=2))["101"].state is State.WATCHED
    press.crawl(clock=SteppingClock(START + timedelta(hours=2)))
    heads = due(press.config, START)
    assert heads["101"].state is State.GONE
    assert heads["101"].state_reason.startswith(f"merged into {target}, first seen 2026-03-02 13:00")
    assert {guid: head.number for guid, head in heads.items()} == {"101": 1, **({"102": 1} if is_known else {})}


def test_redirect_to_the_same_story_is_a_move(press: CrawlDriver, gazette: Gazette) -> None:
    gazette.stories = {"pier-101": ["The pier is shut."], "pier-shut-101": ["The pier is shut."]}
    gazette.listed = {"pier-101": ""}
    press.crawl(clock=SteppingClock(START))
    moved = f"{gazette.base}/2026/03/pier-shut-101"
    gazette.overrides["pier-101"] = lambda headers: (301, {"Location": moved}, "")
    due(press.config, START + timedelta(hours=1))
    press.crawl(clock=SteppingClock(START + timedelta(hours=1)))
    head = due(press.config, START)["101"]
    assert (head.state, head.number) == (State.WATCHED, 1)
    assert head.url == moved or moved in head.aliases
