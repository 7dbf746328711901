"""A hidden article or version is 410 or absent in every output."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.store import Store, takedowns
from newscrawl.web import create_app
from tests.tlog.archive import write_log_once
from tests.web.press import BRIDGE, LEDE, NOW, Draft, Press, TakedownArchive

SECRET = "Zyxwort"
ORDER = "court order 12/26"
URL = "https://www.harbour.example/news/secret-article"
# (path, status once the article is hidden)
ARTICLE_OUTPUTS = (
    ("/", 200),
    ("/newest", 200),
    ("/?sort=newest&least=25", 200),
    ("/headlines", 200),
    ("/corrections", 200),
    ("/unnoted", 200),
    ("/deleted", 200),
    ("/matters.atom", 200),
    ("/headlines.json", 200),
    ("/unnoted.rss", 200),
    ("/deleted.atom", 200),
    ("/first", 200),
    ("/?source=harbour", 200),
    ("/changes.atom", 200),
    ("/changes.rss", 200),
    ("/changes.json", 200),
    ("/first.atom", 200),
    (f"/search?q={SECRET}", 200),
    (f"/search?q={SECRET}&in=added", 200),
    (f"/search?q={SECRET}&in=removed", 200),
    (f"/search.atom?q={SECRET}", 200),
    ("/source/harbour", 200),
    ("/sitemap-lists.xml", 200),
    ("/sitemap-articles.xml", 200),
    ("/sources", 200),
    ("/method", 200),
    ("/api/v1/sources", 200),
    ("/api/v1/sources/harbour", 200),
    ("/api/v1/changes", 200),
    ("/api/v1/articles", 200),
    (f"/api/v1/search?q={SECRET}", 200),
    (f"/api/v1/search?q={SECRET}&in=removed", 200),
    (f"/search?q={SECRET[:4]}*+OR+nothing", 200),
    (f"/search?q={SECRET[:4]}*&in=added", 200),
    (f"/search?q={SECRET}&sort=weight", 200),
    (f"/search/found.csv?q={SECRET}", 200),
    (f"/search/found.jsonl?q={SECRET}&in=added", 200),
    (f"/search/found.parquet?q={SECRET}", 200),
    (f"/api/v1/search?q={SECRET}&sort=weight&in=added", 200),
    ("/search?q=comm*&in=removed", 200),
    ("/api/v1/search?q=comm*&in=added", 200),
    ("/subscribe?article={key}", 410),
    (f"/subscribe?q={SECRET[:4]}&source=harbour", 200),
    ("/article/{key}", 410),
    ("/article/{key}/1", 410),
    ("/article/{key}/1/2", 410),
    ("/article/{key}/1/2/embed", 410),
    ("/article/{key}/1/2/card.png", 410),
    ("/article/{key}/diff?a=1&b=2", 410),
    ("/article/{key}/blame", 410),
    ("/api/v1/articles/{key}/blame", 410),
    ("/article/{key}/at?moment=2026-03-02", 410),
    ("/article/{key}/2/payload", 410),
    ("/article/{key}/2/proof", 410),
    ("/article/{key}/2/evidence", 410),
    ("/log/checkpoint", 200),
    ("/log/tile/entries/000.p/6", 200),
    ("/article/{key}/2/warc", 410),
    ("/article/{key}/changes.atom", 410),
    ("/article/{key}/changes.json", 410),
    ("/api/v1/articles/{key}", 410),
    ("/api/v1/articles/{key}/versions", 410),
    ("/api/v1/articles/{key}/versions/2", 410),
    ("/api/v1/articles/{key}/diffs/1/2", 410),
    ("/api/v1/articles/{key}/events", 410),
    (f"/api/v1/lookup?url={URL}", 410),
    (f"/url/{URL}", 410),
    (f"/timegate/{URL}", 410),
    (f"/timemap/link/{URL}", 410),
    (f"/timemap/json/{URL}", 410),
)
VERSION_OUTPUTS = (
    ("/", 200),
    ("/newest", 200),
    ("/headlines", 200),
    ("/unnoted", 200),
    ("/deleted", 200),
    ("/matters.json", 200),
    ("/changes.atom", 200),
    ("/changes.json", 200),
    ("/first", 200),
    (f"/search?q={SECRET}+declined", 200),
    (f"/search?q={SECRET}+declined&in=added", 200),
    (f"/search?q={SECRET}+declined&in=removed", 200),
    ("/sitemap-articles.xml", 200),
    ("/search?q=declin*", 200),
    ("/search/found.csv?q=harbour", 200),
    ("/search/found.jsonl?q=declin*&in=added", 200),
    ("/search/found.jsonl?q=harbour", 200),
    ("/search?q=comment+OR+declin*&in=added", 200),
    ("/search?q=comment+OR+declin*&in=removed", 200),
    ("/api/v1/search?q=declin*&in=removed", 200),
    ("/api/v1/changes", 200),
    ("/api/v1/articles", 200),
    (f"/api/v1/search?q={SECRET}+declined", 200),
    ("/article/{key}", 200),
    ("/article/{key}/blame", 200),
    ("/api/v1/articles/{key}/blame", 200),
    ("/article/{key}/changes.atom", 200),
    ("/article/{key}/1", 200),
    ("/article/{key}/{visible}", 200),
    ("/article/{key}/1/{visible}", 200),
    ("/article/{key}/{secret}", 410),
    ("/article/{key}/1/{visible}/embed", 200),
    ("/article/{key}/1/{secret}/embed", 410),
    ("/article/{key}/1/{secret}", 410),
    ("/article/{key}/{secret}/{visible}", 410),
    ("/article/{key}/{secret}/payload", 410),
    ("/article/{key}/{secret}/proof", 410),
    ("/article/{key}/{secret}/evidence", 410),
    ("/article/{key}/{visible}/proof", 200),
    ("/article/{key}/{visible}/evidence", 200),
    ("/log/tile/entries/000.p/6", 200),
    ("/article/{key}/{secret}/warc", 410),
    ("/api/v1/articles/{key}", 200),
    ("/api/v1/articles/{key}/versions", 200),
    ("/api/v1/articles/{key}/versions/{visible}", 200),
    ("/api/v1/articles/{key}/versions/{secret}", 410),
    ("/api/v1/articles/{key}/diffs/1/{secret}", 410),
    (f"/timemap/link/{URL}", 200),
    (f"/timemap/json/{URL}", 200),
)
PLAIN = Draft(0, "Harbour master on leave", [LEDE])
WITH_SECRET = Draft(1, f"Harbour master {SECRET} on leave", [LEDE, f"{SECRET} declined to comment."])
AFTER = Draft(2, "Harbour master back", [LEDE])


async def archive_with_hidden(
    uri: str, drafts: tuple[Draft, ...], number: int | None, names: dict[str, str], paths: list[str]
) -> AsyncIterator[TakedownArchive]:
    """An archive in which version `number` of an article is hidden; None: the article."""
    config = Config(mongo_uri=uri, mongo_database=f"test-{uuid.uuid4().hex}", serve_indexed=True)
    store = await Store.open(config)
    press = Press(store)
    await press.publish("open-article", BRIDGE)
    key = await press.publish("secret-article", drafts, url=URL)
    await write_log_once(store, config)
    app = create_app(config, SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        before = {path: await client.get(path.format(key=key, **names)) for path in paths}
        assert await takedowns.hide(store.db, key, number, reason=ORDER, by="editor", at=NOW)
        yield TakedownArchive(client, store, key, before)
    await store.db.client.drop_database(store.db.name)
    await store.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hidden_article(mongo_uri: str) -> AsyncIterator[TakedownArchive]:
    paths = [path for path, _ in ARTICLE_OUTPUTS]
    async for archive in archive_with_hidden(mongo_uri, (PLAIN, WITH_SECRET, AFTER), None, {}, paths):
        yield archive


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hidden_middle(mongo_uri: str) -> AsyncIterator[TakedownArchive]:
    paths = [path for path, _ in VERSION_OUTPUTS]
    names = {"secret": "2", "visible": "3"}
    async for archive in archive_with_hidden(mongo_uri, (PLAIN, WITH_SECRET, AFTER), 2, names, paths):
        yield archive


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hidden_newest(mongo_uri: str) -> AsyncIterator[TakedownArchive]:
    paths = [path for path, _ in VERSION_OUTPUTS]
    names = {"secret": "3", "visible": "2"}
    drafts = (PLAIN, Draft(0.5, "Harbour master away", [LEDE]), WITH_SECRET)
    async for archive in archive_with_hidden(mongo_uri, drafts, 3, names, paths):
        yield archive


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("path", "status"), ARTICLE_OUTPUTS, ids=[path for path, _ in ARTICLE_OUTPUTS])
async def test_hidden_article_is_absent_or_410(hidden_article: TakedownArchive, path: str, status: int) -> None:
    archive = hidden_article
    assert archive.before[path].status_code in {200, 302, 303}  # otherwise this test would pass for any path
    url = path.format(key=archive.key)
    response = await archive.client.get(url)
    assert response.status_code == status
    assert "Harbour master" not in response.text
    assert archive.key not in response.text.replace(url, "")
    assert (ORDER in response.text) is (status == 410)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("path", "status"), VERSION_OUTPUTS, ids=[path for path, _ in VERSION_OUTPUTS])
async def test_no_word_of_a_hidden_middle_version_is_shown(
    hidden_middle: TakedownArchive, path: str, status: int
) -> None:
    await assert_no_word(hidden_middle, path, status, {"secret": "2", "visible": "3"})


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("path", "status"), VERSION_OUTPUTS, ids=[path for path, _ in VERSION_OUTPUTS])
async def test_no_word_of_a_hidden_newest_version_is_shown(
    hidden_newest: TakedownArchive, path: str, status: int
) -> None:
    await assert_no_word(hidden_newest, path, status, {"secret": "3", "visible": "2"})


async def assert_no_word(archive: TakedownArchive, path: str, status: int, names: dict[str, str]) -> None:
    assert archive.before[path].status_code in {200, 302, 303}
    url = path.format(key=archive.key, **names)
    response = await archive.client.get(url)
    assert response.status_code == status
    assert f"{archive.key}/{names['secret']}" not in response.text.replace(url, "")
    # A search page repeats its query.
    assert SECRET not in response.text.replace(f"{SECRET} declined", "").replace(f"{SECRET}+declined", "")


@pytest.mark.asyncio(loop_scope="session")
async def test_search_engines_are_not_led_to_what_is_hidden_in_part(
    hidden_middle: TakedownArchive, hidden_newest: TakedownArchive
) -> None:
    for archive in (hidden_middle, hidden_newest):
        assert archive.key in archive.before["/sitemap-articles.xml"].text
        assert archive.key not in (await archive.client.get("/sitemap-articles.xml")).text


@pytest.mark.asyncio(loop_scope="session")
async def test_the_secret_was_shown_before(hidden_middle: TakedownArchive, hidden_newest: TakedownArchive) -> None:
    for archive in (hidden_middle, hidden_newest):
        paths = [path for path, response in archive.before.items() if SECRET in response.text]
        assert {"/", "/changes.atom", "/api/v1/changes", "/article/{key}"} <= set(paths)


async def test_hiding_is_an_event_and_can_be_undone(client: httpx.AsyncClient, press: Press) -> None:
    key = await press.publish("undone", (PLAIN, WITH_SECRET))
    db = press.store.db
    assert await takedowns.hide(db, key, 2, reason=ORDER, by="editor", at=NOW)
    assert "hidden" in (await client.get(f"/article/{key}")).text
    assert await takedowns.unhide(db, key, 2, reason="order lifted", by="editor", at=NOW)
    assert SECRET in (await client.get(f"/article/{key}")).text
    kinds = [event["kind"] async for event in db.events.find({"article_id": key}).sort("_id", 1)]
    assert kinds == ["hidden", "unhidden"]
    assert not await takedowns.unhide(db, key, 2, reason="again", by="editor", at=NOW)
    assert not await takedowns.hide(db, key, 9, reason="none", by="editor", at=NOW)


async def test_hiding_every_version_hides_the_article(client: httpx.AsyncClient, press: Press) -> None:
    key = await press.publish("all-hidden", (PLAIN, WITH_SECRET))
    for number in (1, 2):
        await takedowns.hide(press.store.db, key, number, reason=ORDER, by="editor", at=NOW)
    assert (await client.get(f"/article/{key}")).status_code == 410
    assert key not in (await client.get("/first")).text
