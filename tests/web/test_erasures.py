"""What was erased by order is in no output of a reader that has shown it before; tombstones say so in its place."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from newscrawl.archive.export import Export
from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.humanize import date_text
from newscrawl.store import Store
from newscrawl.store.erasure import Order, What, erase
from newscrawl.store.reader import Reader
from newscrawl.web import create_app
from tests.web.press import BRIDGE, LEDE, NOW, SOURCE, Draft, Press, TakedownArchive
from tests.web.test_redactions import AFTER, CLEAN, NAME, ORDER, OUTPUTS, URL, WORDS, text_without_query

DRAFT = Draft(1, f"Leave over {WORDS}, council says", [LEDE, f"Nobody would speak of {WORDS} on Monday."])
# Stored texts and details of errors have the date as digits, pages as words.
TOMBSTONES = (f"erased by order on {NOW:%Y-%m-%d}", f"erased by order on {date_text(NOW)}")
EVIDENCE = ("/article/{key}/2/payload", "/article/{key}/2/warc")


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=[What.ARTICLE, What.VERSION, What.PASSAGE])
async def erased(request: pytest.FixtureRequest, mongo_uri: str) -> AsyncIterator[tuple[What, TakedownArchive]]:
    """What was erased, and its archive, whose reader answered every path before, so that stale caches would show."""
    config = Config(mongo_uri=mongo_uri, mongo_database=f"test-{uuid.uuid4().hex}")
    store = await Store.open(config)
    press = Press(store)
    await press.publish("open-article", BRIDGE)
    key = await press.publish("redacted-article", (CLEAN, DRAFT, AFTER), url=URL)
    app = create_app(config, SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        before = {path: await client.get(path.format(key=key)) for path in (*OUTPUTS, *EVIDENCE)}
        number = 2 if request.param is What.VERSION else None
        order = Order(key, SOURCE, request.param, number, ORDER, "clerk-of-the-desk", NOW)
        await erase(store.db, order, WORDS if request.param is What.PASSAGE else "")
        yield request.param, TakedownArchive(client, store, key, before)
    await store.db.client.drop_database(store.db.name)
    await store.close()


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("path", OUTPUTS)
async def test_erased_words_are_in_no_output(erased: tuple[What, TakedownArchive], path: str) -> None:
    _, archive = erased
    response = await archive.client.get(path.format(key=archive.key))
    assert response.status_code in {200, 303, 404, 410}
    text = text_without_query(response, path)
    for word in (NAME, "gambling", "debts", "clerk-of-the-desk"):
        assert word not in text


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("path", EVIDENCE)
async def test_an_erased_page_says_that_it_was_erased(erased: tuple[What, TakedownArchive], path: str) -> None:
    _, archive = erased
    assert archive.before[path].status_code == 200
    response = await archive.client.get(path.format(key=archive.key))
    assert response.status_code == 410
    assert any(tombstone in response.text for tombstone in TOMBSTONES)
    assert ORDER in response.text


@pytest.mark.asyncio(loop_scope="session")
async def test_the_reader_says_in_the_place_what_was_erased(erased: tuple[What, TakedownArchive]) -> None:
    what, archive = erased
    home, second = [await archive.client.get(f"/article/{archive.key}{rest}") for rest in ("", "/2")]
    assert any(tombstone in second.text for tombstone in TOMBSTONES)
    assert second.status_code == (200 if what is What.PASSAGE else 410)
    assert home.status_code == (410 if what is What.ARTICLE else 200)
    assert any(tombstone in home.text for tombstone in TOMBSTONES)
    assert ORDER in home.text
    if what is What.VERSION:  # in its place among the others
        assert home.text.index('/3">3</a>') < home.text.index(TOMBSTONES[1]) < home.text.index('/1">1</a>')


@pytest.mark.asyncio(loop_scope="session")
async def test_an_export_has_the_tombstone_and_not_the_words(
    erased: tuple[What, TakedownArchive], tmp_path: Path
) -> None:
    what, archive = erased
    config = replace(archive.store._config, home=tmp_path / "home")
    reader = await Reader.open(config)
    try:
        for _ in range(2):  # one that is run again says it once
            await Export(reader, tmp_path / "out", "jsonl", None).run(lambda done: None)
    finally:
        await reader.close()
    files = {path.name: path.read_text() for path in (tmp_path / "out").glob("*.jsonl")}
    assert NAME not in "".join(files.values())
    (row,) = map(json.loads, files["erasures.jsonl"].splitlines())
    assert (row["article_id"], row["what"], row["reason"]) == (archive.key, what.value, ORDER)
    assert row["erased_at"].startswith(f"{NOW:%Y-%m-%d}")
    assert "by" not in row
