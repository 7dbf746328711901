"""An article whose URL redirects to another article was merged into it: it is gone, and never gets its wording."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.items import Head, State
from newscrawl.store.session import Store

from .archive import heads_by_guid, make_due, with_store
from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def make_all_due(config: Config, at: datetime) -> dict[str, Head]:
    """Make every article due; return the heads by guid."""

    async def write(store: Store) -> dict[str, Head]:
        await make_due(store, at)
        return await heads_by_guid(store)

    return with_store(config, write)


@pytest.mark.parametrize("is_known", [True, False])
def test_merged_article_is_gone_after_the_second_check(
    gazette_driver: CrawlDriver, gazette: Gazette, is_known: bool
) -> None:
    gazette.articles = {"pier-101": ["The pier is shut."], "storm-102": ["The storm shut the pier and the mole."]}
    gazette.listed = {"pier-101": "", **({"storm-102": ""} if is_known else {})}
    gazette_driver.crawl(clock=SteppingClock(START))
    target = f"{gazette.base}/2026/03/storm-102"
    gazette.overrides["pier-101"] = lambda headers: (301, {"Location": target}, "")

    make_all_due(gazette_driver.config, START + timedelta(hours=1))
    assert gazette_driver.crawl(clock=SteppingClock(START + timedelta(hours=1))).outcomes["gone"] == 1
    assert make_all_due(gazette_driver.config, START + timedelta(hours=2))["101"].state is State.WATCHED
    gazette_driver.crawl(clock=SteppingClock(START + timedelta(hours=2)))
    heads = make_all_due(gazette_driver.config, START)
    assert heads["101"].state is State.GONE
    assert heads["101"].state_reason.startswith(f"merged into {target}, first seen 2026-03-02 13:00")
    assert {guid: head.number for guid, head in heads.items()} == {"101": 1, **({"102": 1} if is_known else {})}


def test_redirect_to_the_same_article_is_a_move(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    gazette.articles = {"pier-101": ["The pier is shut."], "pier-shut-101": ["The pier is shut."]}
    gazette.listed = {"pier-101": ""}
    gazette_driver.crawl(clock=SteppingClock(START))
    moved = f"{gazette.base}/2026/03/pier-shut-101"
    gazette.overrides["pier-101"] = lambda headers: (301, {"Location": moved}, "")
    make_all_due(gazette_driver.config, START + timedelta(hours=1))
    gazette_driver.crawl(clock=SteppingClock(START + timedelta(hours=1)))
    head = make_all_due(gazette_driver.config, START)["101"]
    assert (head.state, head.number) == (State.WATCHED, 1)
    assert head.url == moved or moved in head.aliases
