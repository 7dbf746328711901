"""Answers are kept while what they were made from is the same, and no longer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.store import Store, takedowns
from newscrawl.store.reader import Reader
from newscrawl.store.reader.validators import LISTS as LISTS_OF
from newscrawl.store.reader.validators import Listed
from newscrawl.web import create_app, kept_answers
from tests.web.press import BRIDGE, NOW, Draft, Press, add_sources

LISTS = ("/", "/newest", "/first", "/changes.atom", "/first.json")
PAGES = (
    "/article/{key}",
    "/article/{key}/1/2",
    "/article/{key}/2",
    "/article/{key}/blame",
    "/article/{key}/changes.atom",
)


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(NOW)


@pytest_asyncio.fixture
async def client(config: Config, store: Store, clock: SteppingClock) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(config, clock)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield client


@asynccontextmanager
async def commands(store: Store) -> AsyncIterator[list[str]]:
    """Collect what the database is asked within, from its profile."""
    found: list[str] = []
    await store.db.command("profile", 2)
    try:
        yield found
    finally:
        await store.db.command("profile", 0)
        asked = await store.db["system.profile"].find({"op": {"$in": ["query", "command", "getmore"]}}).to_list()
        found += [next(iter(each["command"])) for each in asked if "profile" not in each["command"]]
        await store.db.drop_collection("system.profile")


@pytest.mark.parametrize("path", [*LISTS, *PAGES])
async def test_what_is_kept_costs_one_command(
    client: httpx.AsyncClient, press: Press, store: Store, bridge: str, path: str
) -> None:
    path = path.format(key=bridge)
    first = await client.get(path)
    assert first.status_code == 200
    async with commands(store) as asked:
        again = await client.get(path)
        unchanged = await client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert asked == ["aggregate"] * 2
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert not {"content-length", "content-type", "content-encoding"} & set(unchanged.headers)


async def test_a_front_page_in_no_cache_takes_few_queries(
    client: httpx.AsyncClient, press: Press, store: Store, bridge: str
) -> None:
    await client.get("/sources")  # names of sources, asked once a minute
    await client.get("/")
    await press.publish("harbour-fire", [Draft(30, "Fire at the harbour", ["One."]), Draft(31, "Fire out", ["Two."])])
    async with commands(store) as asked:
        assert "Fire" in (await client.get("/")).text
    # The validator; candidates of any weight, as those of some weight were few, with the documents of what is new.
    assert asked == ["aggregate"] * 2


async def test_the_first_front_page_of_a_process_takes_four_queries(
    press: Press, store: Store, bridge: str, config: Config
) -> None:
    await add_sources(store, [f"paper{n}" for n in range(30)])
    app = create_app(config)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
        commands(store) as asked,
    ):
        first = await client.get("/")
    assert "paper29" in first.text
    # The validator with candidates of some weight; those of any, as these were few; documents; and of all sources.
    assert asked == ["aggregate"] * 4


async def test_what_is_shown_of_all_sources_reads_an_article_of_each(
    press: Press, store: Store, bridge: str, reader: Reader
) -> None:
    names = [f"paper{n}" for n in range(30)]
    await add_sources(store, names)
    for n in range(20):
        await press.publish(f"harbour-fire-{n}", [Draft(30, "Fire at the harbour", ["One."])])
    await store.db.command("planCacheClear", "articles")
    await store.db.command("profile", 2)
    overview = await reader.sources.overview()
    await store.db.command("profile", 0)
    asked = await store.db["system.profile"].find({"op": "command", "command.aggregate": {"$exists": True}}).to_list()
    await store.db.drop_collection("system.profile")
    assert {name for name, _ in overview.names} > set(names)
    assert sum(each["docsExamined"] for each in asked) <= len(overview.names) + 1


@pytest.mark.parametrize("path", ["/", "/newest", "/changes.atom", "/first"])
async def test_a_list_has_what_was_published_after_it_was_kept(
    client: httpx.AsyncClient, press: Press, bridge: str, path: str
) -> None:
    before = await client.get(path)
    await press.publish("harbour-fire", [Draft(30, "Fire at the harbour", ["One."]), Draft(31, "Fire out", ["Two."])])
    after = await client.get(path, headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert "Fire" in after.text
    assert "Fire" not in before.text


async def test_a_page_of_an_article_has_the_check_after_it_was_kept(
    client: httpx.AsyncClient, store: Store, bridge: str
) -> None:
    before = await client.get(f"/article/{bridge}")
    await store.db.articles.update_one({"_id": bridge}, {"$set": {"state": "gone", "state_since": NOW}})
    assert (await client.get(f"/article/{bridge}")).content != before.content


@pytest.mark.parametrize("path", [*LISTS, *PAGES])
async def test_nothing_that_is_kept_outlives_a_takedown(
    client: httpx.AsyncClient, store: Store, bridge: str, path: str
) -> None:
    path = path.format(key=bridge)
    before = await client.get(path)
    assert "bridge" in before.text.lower()
    assert await takedowns.hide(store.db, bridge, None, reason="order", by="editor", at=NOW)
    tag = {"if-none-match": before.headers["etag"]}
    for headers in ({}, tag):
        after = await client.get(path, headers=headers)
        assert after.status_code in {200, 410}
        assert "bridge" not in after.text.lower()


async def test_a_page_that_says_how_long_ago_is_made_anew_each_minute(
    client: httpx.AsyncClient, store: Store, bridge: str, clock: SteppingClock
) -> None:
    for path in ("/", "/newest"):
        await client.get(path)
    clock.advance_to(NOW + timedelta(minutes=1))
    async with commands(store) as asked:
        await client.get("/newest")
    assert len(asked) > 1  # for one that is kept there is the validator alone
    answers = client._transport.app.state.context.caches.answers  # type: ignore[attr-defined]
    kept = [answers.get(key) for key in list(answers._values) if key[0] == "/"]
    async with commands(store) as asked:
        await client.get("/")
    made = [answers.get(key) for key in list(answers._values) if key[0] == "/"]
    assert asked == ["aggregate"]  # the validator, and all that the page shows
    assert (len(kept), len(made)) == (1, 1)
    assert kept[0] is not made[0]


async def test_one_query_is_no_answer_to_another_and_no_error_is_kept(
    client: httpx.AsyncClient, press: Press, bridge: str
) -> None:
    everything = await client.get("/newest")
    assert (await client.get("/newest?source=elsewhere")).content != everything.content
    for _ in range(2):
        assert (await client.get("/newest?day=never")).status_code == 400
        assert (await client.get("/newest?day=2026-03-02&day=2026-03-02")).status_code == 400
        assert (await client.get(f"/article/{'a' * 16}")).status_code == 404
    late = await press.publish("late", BRIDGE)
    assert (await client.get(f"/article/{late}")).status_code == 200


async def test_compressed_answers_are_for_those_who_take_them(client: httpx.AsyncClient, bridge: str) -> None:
    path = f"/article/{bridge}"
    for _ in range(2):
        compressed = await client.get(path, headers={"accept-encoding": "gzip"})
        plain = await client.get(path, headers={"accept-encoding": "identity"})
        assert compressed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert compressed.content == plain.content
        assert "Accept-Encoding" in compressed.headers["vary"]


async def test_an_answer_beyond_the_bound_is_sent_and_not_kept(
    client: httpx.AsyncClient, store: Store, bridge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_answers, "MAX_BYTES", 100)
    first = await client.get("/newest")
    async with commands(store) as asked:
        again = await client.get("/newest")
    assert again.content == first.content
    assert "find" in asked


@pytest.mark.parametrize(
    ("listed", "indexes"),
    [
        (Listed.EDITS, ["listed", "retraction.at_-1"]),
        (Listed.FIRST_SIGHTINGS, ["cause"]),
        (Listed.DELETED, ["gone"]),
    ],
)
async def test_a_validator_of_a_list_is_the_beginning_of_an_index(
    store: Store, bridge: str, listed: Listed, indexes: list[str]
) -> None:
    for (collection, pipeline), index in zip(LISTS_OF[listed], indexes, strict=True):
        aggregate = {"aggregate": collection, "pipeline": pipeline, "cursor": {}}
        explained = await store.db.command("explain", aggregate, verbosity="executionStats")
        text = json.dumps(explained["queryPlanner"]["winningPlan"])
        assert f'"indexName": "{index}"' in text
        assert '"stage": "SORT"' not in text
        assert explained["executionStats"]["totalKeysExamined"] <= 8
