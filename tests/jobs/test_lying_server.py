"""A server whose 304s are wrong: the edit is found by a full GET, and the source's validators are no longer used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.frontier.source_policy import LYING
from newscrawl.items import FULL_CHECK_SHARE, SourceState
from newscrawl.store.session import Store

from .archive import make_due, with_store
from .gazette import Answer, Gazette, page

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def make_all_due(config: Config, at: datetime, **check_history: object) -> SourceState:
    """Make every article due, with changed fields of its check history; return the state of the source."""

    async def write(store: Store) -> SourceState:
        await make_due(store, at, **{f"track.{name}": value for name, value in check_history.items()})
        return await store.source_state("demo")

    return with_store(config, write)


def test_full_get_finds_the_edit_and_ends_the_use_of_validators(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    text = ["The pier is open."]

    def always_not_modified(headers: Mapping[str, str]) -> Answer:
        validators = {"ETag": '"for-ever"', "Content-Type": "text/html; charset=utf-8"}
        return (304, validators, "") if "If-None-Match" in headers else (200, validators, page("pier-101", text))

    gazette.overrides["pier-101"] = always_not_modified
    gazette.listed = {"pier-101": ""}
    gazette_driver.crawl(clock=SteppingClock(START))
    text[0] = "The pier is shut after a collision."

    make_all_due(gazette_driver.config, START + DAY)
    assert gazette_driver.crawl(clock=SteppingClock(START + DAY)).outcomes == {"not_modified": 1}
    before_a_full_check = round(1 / FULL_CHECK_SHARE) - 1
    assert LYING not in make_all_due(gazette_driver.config, START + 2 * DAY, checks=before_a_full_check).notes
    assert gazette_driver.crawl(clock=SteppingClock(START + 2 * DAY)).outcomes == {"changed": 1}
    note = make_all_due(gazette_driver.config, START + 3 * DAY).notes[LYING]
    assert isinstance(note, dict)
    assert (note["etag"], note["since"]) == ('"for-ever"', START + 2 * DAY)
    assert gazette_driver.crawl(clock=SteppingClock(START + 3 * DAY)).outcomes == {"unchanged": 1}
    assert [request.is_conditional for request in gazette.requests("pier")] == [False, True, False, False]


def test_validators_that_change_with_the_text_stay_in_use(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    text = ["The pier is open."]
    gazette.overrides["pier-101"] = lambda headers: (200, {"ETag": f'"{text[0]}"'}, page("pier-101", text))
    gazette.listed = {"pier-101": ""}
    gazette_driver.crawl(clock=SteppingClock(START))
    text[0] = "The pier is shut after a collision."
    make_all_due(gazette_driver.config, START + DAY)
    assert gazette_driver.crawl(clock=SteppingClock(START + DAY)).outcomes == {"changed": 1}
    assert LYING not in make_all_due(gazette_driver.config, START).notes
