"""What a front page shows is read anew for each page: whatever changed is on the next one, whoever changed it.

The changes are made over a connection of their own, as by another process. Each page is compared with that of an
application that has just begun.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import httpx
import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.items import Hold
from newscrawl.lru_cache import LruCache
from newscrawl.store import Store, takedowns
from newscrawl.store.erasure import Order, What, erase
from newscrawl.store.reader import FrontPage, ListFilter, Reader, raw_answers
from newscrawl.web import create_app
from tests.web.press import BRIDGE, COST, LEDE, NOW, QUOTE, SOURCE, TRAFFIC, Draft, Press

PATHS = ("/", "/?zone=Asia/Tokyo", "/?lang=de", "/?sort=newest", "/?source=harbour")
SHOWN, WORDS = 2, "eleven months"  # the version of the bridge that is on the page, and words of its headline
Change = Callable[[Store, str], Awaitable[object]]


async def new_article(store: Store, key: str) -> None:
    drafts = [Draft(30, "Fire at the harbour", [LEDE, COST]), Draft(31, "Fire out", [LEDE, QUOTE, TRAFFIC])]
    await Press(store).publish("harbour-fire", drafts)


async def new_version(store: Store, key: str) -> None:
    await Press(store).publish("swing-bridge-2026", (*BRIDGE, Draft(40, "Bridge stays open", [LEDE, TRAFFIC])))


async def new_source(store: Store, key: str) -> None:
    await new_article(store, key)
    await store.db.articles.update_many({"_id": {"$ne": key}}, {"$set": {"source": "quay", "publisher": "The Quay"}})
    await store.db.versions.update_many({"article_id": {"$ne": key}}, {"$set": {"source": "quay"}})


async def retraction(store: Store, key: str) -> None:
    assert await store.retract(key, SHOWN, reason="It was read wrongly.", by="ann", at=NOW)


async def hidden_article(store: Store, key: str) -> None:
    assert await takedowns.hide(store.db, key, None, reason="order", by="editor", at=NOW)


async def hidden_version(store: Store, key: str) -> None:
    assert await takedowns.hide(store.db, key, SHOWN, reason="order", by="editor", at=NOW)


async def redaction(store: Store, key: str) -> None:
    assert await takedowns.redact(store.db, key, WORDS, reason="order", by="editor", at=NOW)


async def erased_passage(store: Store, key: str) -> None:
    await erase(store.db, Order(key, SOURCE, What.PASSAGE, None, "order", "clerk", NOW), WORDS)


async def erased_version(store: Store, key: str) -> None:
    await erase(store.db, Order(key, SOURCE, What.VERSION, SHOWN, "order", "clerk", NOW), "")


async def erased_article(store: Store, key: str) -> None:
    await erase(store.db, Order(key, SOURCE, What.ARTICLE, None, "order", "clerk", NOW), "")


async def renamed_source(store: Store, key: str) -> None:
    await store.db.articles.update_many({}, {"$set": {"publisher": "The Harbour Bugle"}})


async def held_version(store: Store, key: str) -> None:
    await store.db.versions.update_one({"_id": f"{key}:{SHOWN}"}, {"$set": {"held": Hold.PENDING.value}})


CHANGES: tuple[Change, ...] = (
    new_article, new_version, new_source, retraction, hidden_article, hidden_version, redaction, erased_passage,
    erased_version, erased_article, renamed_source, held_version,
)  # fmt: skip
IN_NO_VALIDATOR: tuple[Change, ...] = (renamed_source, held_version)  # on pages of which no answer is kept


def listed(page: str) -> str:
    """Return the entries of a page; the names in its form may be a minute old."""
    found = re.search(r"</details>(.*)</main>", page, re.DOTALL)
    assert found
    return found[1]


def client_of(app: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")  # type: ignore[arg-type]


@pytest.mark.parametrize("keeps_answers", [True, False])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_change_is_on_the_next_page(
    config: Config, store: Store, bridge: str, change: Change, *, keeps_answers: bool
) -> None:
    """Without kept answers, each page is read; and is not made again while it is answered as last time."""
    await Press(store).publish("quiet", [Draft(1, "Quiet", [LEDE]), Draft(2, "Quiet", [LEDE, QUOTE])])
    clock = SteppingClock(NOW)
    app = create_app(config, clock)
    async with app.router.lifespan_context(app), client_of(app) as client:
        if not keeps_answers:
            app.state.context.caches.answers = LruCache(1)
        before = {path: listed((await client.get(path)).text) for path in PATHS for _ in range(3)}
        await change(store, bridge)
        if change in IN_NO_VALIDATOR:
            app.state.context.caches.answers = LruCache(1)
        after = {path: listed((await client.get(path)).text) for path in PATHS for _ in range(2)}
    fresh = create_app(config, clock)
    async with fresh.router.lifespan_context(fresh), client_of(fresh) as client:
        expected = {path: listed((await client.get(path)).text) for path in PATHS}
    assert after == expected
    assert after["/"] != before["/"]


async def test_a_page_that_is_answered_as_last_time_is_not_made_again(
    reader: Reader, store: Store, bridge: str
) -> None:
    async def pages(times: int) -> list[FrontPage]:
        return [(await reader.changes.validated_front_page(ListFilter())).page for _ in range(times)]

    *_, before, again = await pages(
        4
    )  # the first learns whether there are enough weighty ones, the second what is shown
    await store.db.articles.update_one({"_id": bridge}, {"$set": {"publisher": "The Harbour Bugle"}})
    renamed, *_, last = await pages(3)
    assert before is again
    assert renamed.entries[0].story.publisher == "The Harbour Bugle"
    assert last == renamed
    assert last is not before


async def test_an_answer_larger_than_one_batch_is_read_whole(
    client: httpx.AsyncClient, bridge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await client.get("/?sort=newest")
    monkeypatch.setattr(raw_answers, "ONE_BATCH", 1)
    assert bridge in whole.text
    for _ in range(2):
        assert listed((await client.get("/?sort=newest&x=1")).text) == listed(whole.text)


@pytest.mark.parametrize("query", ["?&", "?x=1", "?lang=de&x=1", "?zone=Asia/Tokyo"])
@pytest.mark.parametrize("path", ["/", "/newest", "/first", "/headlines"])
async def test_an_address_without_a_query_is_as_one_that_says_nothing(
    client: httpx.AsyncClient, bridge: str, path: str, query: str
) -> None:
    chosen = "&".join(part for part in query[1:].split("&") if part.startswith(("lang=", "zone=")))
    plain = await client.get(f"{path}?{chosen}" if chosen else path)
    assert plain.status_code == 200
    assert listed((await client.get(path + query)).text) == listed(plain.text)
