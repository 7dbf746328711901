"""What was hidden is 410 or absent everywhere: fields × outputs, for an article and for one version."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.store import Store, takedowns
from newscrawl.web import create_app
from tests.web.press import BRIDGE, LEDE, NOW, Press, Told

SECRET = "Zyxwort"
ORDER = "court order 12/26"
ADDRESS = "https://www.harbour.example/news/secret-story"
# (path, status once the article is hidden)
ARTICLE_OUTPUTS = (
    ("/", 200),
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
    ("/api/v1/changes", 200),
    ("/api/v1/articles", 200),
    (f"/api/v1/search?q={SECRET}", 200),
    (f"/api/v1/search?q={SECRET}&in=removed", 200),
    ("/article/{key}", 410),
    ("/article/{key}/1", 410),
    ("/article/{key}/1/2", 410),
    ("/article/{key}/diff?a=1&b=2", 410),
    ("/article/{key}/2/payload", 410),
    ("/article/{key}/2/warc", 410),
    ("/article/{key}/changes.atom", 410),
    ("/article/{key}/changes.json", 410),
    ("/api/v1/articles/{key}", 410),
    ("/api/v1/articles/{key}/versions", 410),
    ("/api/v1/articles/{key}/versions/2", 410),
    ("/api/v1/articles/{key}/diffs/1/2", 410),
    ("/api/v1/articles/{key}/events", 410),
    (f"/api/v1/lookup?url={ADDRESS}", 410),
    (f"/url/{ADDRESS}", 410),
    (f"/timegate/{ADDRESS}", 410),
    (f"/timemap/link/{ADDRESS}", 410),
    (f"/timemap/json/{ADDRESS}", 410),
)
VERSION_OUTPUTS = (
    ("/", 200),
    ("/changes.atom", 200),
    ("/changes.json", 200),
    ("/first", 200),
    (f"/search?q={SECRET}+declined", 200),
    (f"/search?q={SECRET}+declined&in=added", 200),
    (f"/search?q={SECRET}+declined&in=removed", 200),
    ("/api/v1/changes", 200),
    ("/api/v1/articles", 200),
    (f"/api/v1/search?q={SECRET}+declined", 200),
    ("/article/{key}", 200),
    ("/article/{key}/changes.atom", 200),
    ("/article/{key}/1", 200),
    ("/article/{key}/{seen}", 200),
    ("/article/{key}/1/{seen}", 200),
    ("/article/{key}/{secret}", 410),
    ("/article/{key}/1/{secret}", 410),
    ("/article/{key}/{secret}/{seen}", 410),
    ("/article/{key}/{secret}/payload", 410),
    ("/article/{key}/{secret}/warc", 410),
    ("/api/v1/articles/{key}", 200),
    ("/api/v1/articles/{key}/versions", 200),
    ("/api/v1/articles/{key}/versions/{seen}", 200),
    ("/api/v1/articles/{key}/versions/{secret}", 410),
    ("/api/v1/articles/{key}/diffs/1/{secret}", 410),
    (f"/timemap/link/{ADDRESS}", 200),
    (f"/timemap/json/{ADDRESS}", 200),
)
PLAIN = Told(0, "Harbour master on leave", [LEDE])
TELLING = Told(1, f"Harbour master {SECRET} on leave", [LEDE, f"{SECRET} declined to comment."])
AFTER = Told(2, "Harbour master back", [LEDE])


@dataclass(frozen=True)
class Redactor:
    """An archive in which something was hidden, and what each address answered before."""

    client: httpx.AsyncClient
    store: Store
    key: str
    before: dict[str, httpx.Response]


async def veiled(
    uri: str, told: tuple[Told, ...], number: int | None, names: dict[str, str], paths: list[str]
) -> AsyncIterator[Redactor]:
    config = Config(mongo_uri=uri, mongo_database=f"test-{uuid.uuid4().hex}")
    store = await Store.open(config)
    press = Press(store)
    await press.story("open-story", BRIDGE)
    key = await press.story("secret-story", told, url=ADDRESS)
    app = create_app(config, SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reader.test") as client,
    ):
        before = {path: await client.get(path.format(key=key, **names)) for path in paths}
        assert await takedowns.hide(store.db, key, number, reason=ORDER, by="editor", at=NOW)
        yield Redactor(client, store, key, before)
    await store.db.client.drop_database(store.db.name)
    await store.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hidden_article(mongo_uri: str) -> AsyncIterator[Redactor]:
    async for veil in veiled(mongo_uri, (PLAIN, TELLING, AFTER), None, {}, [path for path, _ in ARTICLE_OUTPUTS]):
        yield veil


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hidden_middle(mongo_uri: str) -> AsyncIterator[Redactor]:
    names = {"secret": "2", "seen": "3"}
    async for veil in veiled(mongo_uri, (PLAIN, TELLING, AFTER), 2, names, [path for path, _ in VERSION_OUTPUTS]):
        yield veil


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hidden_newest(mongo_uri: str) -> AsyncIterator[Redactor]:
    names = {"secret": "3", "seen": "2"}
    told = (PLAIN, Told(0.5, "Harbour master away", [LEDE]), TELLING)
    async for veil in veiled(mongo_uri, told, 3, names, [path for path, _ in VERSION_OUTPUTS]):
        yield veil


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("path", "status"), ARTICLE_OUTPUTS, ids=[path for path, _ in ARTICLE_OUTPUTS])
async def test_hidden_article_is_absent_or_410(hidden_article: Redactor, path: str, status: int) -> None:
    veil = hidden_article
    assert veil.before[path].status_code in {200, 302, 303}  # else this test would pass for any address
    asked = path.format(key=veil.key)
    answer = await veil.client.get(asked)
    assert answer.status_code == status
    assert "Harbour master" not in answer.text
    assert veil.key not in answer.text.replace(asked, "")
    assert (ORDER in answer.text) is (status == 410)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("path", "status"), VERSION_OUTPUTS, ids=[path for path, _ in VERSION_OUTPUTS])
async def test_hidden_middle_version_leaves_no_word_behind(hidden_middle: Redactor, path: str, status: int) -> None:
    await assert_no_word(hidden_middle, path, status, {"secret": "2", "seen": "3"})


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("path", "status"), VERSION_OUTPUTS, ids=[path for path, _ in VERSION_OUTPUTS])
async def test_hidden_newest_version_leaves_no_word_behind(hidden_newest: Redactor, path: str, status: int) -> None:
    await assert_no_word(hidden_newest, path, status, {"secret": "3", "seen": "2"})


async def assert_no_word(veil: Redactor, path: str, status: int, names: dict[str, str]) -> None:
    assert veil.before[path].status_code in {200, 302, 303}
    asked = path.format(key=veil.key, **names)
    answer = await veil.client.get(asked)
    assert answer.status_code == status
    assert f"{veil.key}/{names['secret']}" not in answer.text.replace(asked, "")
    assert SECRET not in answer.text.replace(f"{SECRET} declined", "").replace(f"{SECRET}+declined", "")


@pytest.mark.asyncio(loop_scope="session")
async def test_something_secret_was_there_before(hidden_middle: Redactor, hidden_newest: Redactor) -> None:
    for veil in (hidden_middle, hidden_newest):
        shown = [path for path, answer in veil.before.items() if SECRET in answer.text]
        assert {"/", "/changes.atom", "/api/v1/changes", "/article/{key}"} <= set(shown)


async def test_hiding_is_on_the_record_and_can_be_taken_back(client: httpx.AsyncClient, press: Press) -> None:
    key = await press.story("taken-back", (PLAIN, TELLING))
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
    key = await press.story("all-hidden", (PLAIN, TELLING))
    for number in (1, 2):
        await takedowns.hide(press.store.db, key, number, reason=ORDER, by="editor", at=NOW)
    assert (await client.get(f"/article/{key}")).status_code == 410
    assert key not in (await client.get("/first")).text
