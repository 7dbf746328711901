"""What remains of a takedown beside the text itself: caches, cursors, counts, hashes, events, exports."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet
import pytest

from newscrawl.archive.export import Export
from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.store import Store, takedowns
from newscrawl.store.reader import Reader
from newscrawl.web import create_app
from tests.web.press import LEDE, NOW, SOURCE, Draft, Press

SECRET = "Zyxwort"
WORDS = f"{SECRET} declined to comment"
LOGIN = "alice-of-legal"
ORDER = {"reason": "court order 9/26", "by": LOGIN, "at": NOW}
URL = "https://www.harbour.example/news/former-address-of-zyxwort"
CLEAN = Draft(0, "Harbour master on leave", [LEDE])
GUILTY = Draft(1, "Harbour master away", [LEDE, f"{WORDS}."])
SAME_PAGE = Draft(2, "Harbour master still away", [LEDE, f"{WORDS}."])
AFTER = Draft(3, "Harbour master back", [LEDE])


async def items(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    response = await client.get(path)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def pages(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    """Return all pages of a list, each of one entry."""
    found = [await items(client, f"{path}limit=1")]
    while after := found[-1]["after"]:
        found.append(await items(client, f"{path}limit=1&after={after}"))
    return found


@pytest.mark.parametrize("scope", ["wordings", "added", "removed"])
async def test_search_for_redacted_words_is_as_empty_as_one_for_words_that_nobody_wrote(
    client: httpx.AsyncClient, store: Store, press: Press, scope: str
) -> None:
    # More matches of the index than any page reads in its rounds; each adds the words, or removes them.
    drafts = [Draft(n, f"Harbour master, part {n}", [LEDE, *[f"{WORDS}."] * (n % 2)]) for n in range(40)]
    key = await press.publish("guilty", drafts)
    before = await items(client, f"/api/v1/search?q={SECRET}&in={scope}&limit=1")
    assert len(before["items"]) == 1
    assert await takedowns.redact(store.db, key, WORDS, **ORDER)
    empty = await items(client, f"/api/v1/search?q=Nobodywrote&in={scope}&limit=1")
    assert await items(client, f"/api/v1/search?q={SECRET}&in={scope}&limit=1") == empty
    assert (await client.get(f"/search?q={SECRET}&in={scope}")).text.count(key) == 0


@pytest.mark.parametrize("number", [None, 2])
@pytest.mark.parametrize("scope", ["wordings", "added", "removed"])
async def test_search_finds_nothing_hidden(
    client: httpx.AsyncClient, store: Store, press: Press, scope: str, number: int | None
) -> None:
    for n in range(4):
        key = await press.publish(f"guilty-{n}", [CLEAN, GUILTY, AFTER])
        assert await takedowns.hide(store.db, key, number, **ORDER)
    assert await items(client, f"/api/v1/search?q={SECRET}&in={scope}&limit=1") == {"items": [], "after": None}


async def test_search_goes_on_behind_what_is_not_shown(client: httpx.AsyncClient, store: Store, press: Press) -> None:
    shown = [await press.publish(f"open-{n}", [Draft(n, f"{SECRET} speaks", [LEDE])]) for n in range(3)]
    for n in range(30):
        key = await press.publish(f"guilty-{n}", [Draft(n / 10, "Harbour master", [LEDE, f"{WORDS}."])])
        assert await takedowns.redact(store.db, key, WORDS, **ORDER)
    found = await pages(client, f"/api/v1/search?q={SECRET}&")
    assert [item["line"]["article_id"] for page in found for item in page["items"]] == shown[::-1]
    assert {page["after"].split("-")[1] for page in found if page["after"]} <= set(shown)


@pytest.mark.parametrize("path", ["/api/v1/changes?", "/api/v1/articles?", f"/api/v1/changes?source={SOURCE}&"])
@pytest.mark.parametrize("number", [None, 2])
async def test_lists_go_on_behind_what_is_hidden_and_no_cursor_names_it(
    client: httpx.AsyncClient, store: Store, press: Press, path: str, number: int | None
) -> None:
    number = number and (1 if "articles" in path else number)  # the version that this list has
    shown = []
    for n in range(24):
        key = await press.publish(f"article-{n}", [Draft(n, "First", [LEDE]), Draft(n + 0.5, "Second", [LEDE])])
        if n in {3, 20}:
            shown.append(key)
        else:
            assert await takedowns.hide(store.db, key, number, **ORDER)
    found = await pages(client, path)
    assert [item["line"]["article_id"] for page in found for item in page["items"]] == shown[::-1]
    assert {page["after"].split("-")[1] for page in found if page["after"]} <= set(shown)


async def test_counts_are_of_what_is_shown(client: httpx.AsyncClient, store: Store, press: Press) -> None:
    keys = [await press.publish(f"article-{n}", [CLEAN, GUILTY, AFTER]) for n in range(3)]
    assert (await items(client, f"/api/v1/sources/{SOURCE}"))["articles"] == 3
    assert await takedowns.hide(store.db, keys[0], None, **ORDER)
    assert await takedowns.hide(store.db, keys[1], 2, **ORDER)
    profile = await items(client, f"/api/v1/sources/{SOURCE}")
    assert (profile["articles"], profile["sampled"]) == (2, 2)
    assert sum(edits for _, edits in profile["days"]) == 3  # two of the open article, one of the other
    article = await items(client, f"/api/v1/articles/{keys[1]}")
    assert (article["versions"], article["edits"]) == (2, 1)


HASHES = ("chain", "payload_digest", "wording")


async def hashes(client: httpx.AsyncClient, key: str, numbers: tuple[int, ...]) -> list[dict[str, str | None]]:
    versions = [await items(client, f"/api/v1/articles/{key}/versions/{number}") for number in numbers]
    return [{name: version[name] for name in HASHES} for version in versions]


async def test_no_hash_commits_to_a_hidden_version(client: httpx.AsyncClient, store: Store, press: Press) -> None:
    key = await press.publish("guilty", [CLEAN, GUILTY, SAME_PAGE, AFTER])
    before = await hashes(client, key, (1, 3, 4))
    assert await takedowns.hide(store.db, key, 2, **ORDER)
    after = await hashes(client, key, (1, 3, 4))
    assert [each["chain"] for each in after] == [None, None, None]
    # The third version has the page of the hidden one.
    assert [each["payload_digest"] for each in after] == [
        before[0]["payload_digest"],
        None,
        before[2]["payload_digest"],
    ]
    for kind in ("payload", "warc"):
        assert (await client.get(f"/article/{key}/3/{kind}")).status_code == 410
        assert (await client.get(f"/article/{key}/4/{kind}")).status_code == 200
    assert await takedowns.unhide(store.db, key, 2, **ORDER)
    assert await hashes(client, key, (1, 3, 4)) == before


async def test_no_hash_commits_to_redacted_words(client: httpx.AsyncClient, store: Store, press: Press) -> None:
    key = await press.publish("guilty", [CLEAN, GUILTY, AFTER])
    before = await hashes(client, key, (1, 2, 3))
    assert await takedowns.redact(store.db, key, WORDS, **ORDER)
    after = await hashes(client, key, (1, 2, 3))
    assert [(each["chain"], each["payload_digest"]) for each in after] == [(None, None)] * 3
    assert after[1]["wording"] != before[1]["wording"]
    assert (await client.get(f"/article/{key}/2")).text.count(str(before[1]["chain"])) == 0
    assert await takedowns.unredact(store.db, key, WORDS, **ORDER)
    assert await hashes(client, key, (1, 2, 3)) == before


OUTPUTS = (
    "/", "/changes.atom", "/changes.rss", "/changes.json", f"/search.atom?q={SECRET}", "/search.json?q=harbour",
    "/search?q=harbour&in=removed", "/article/{key}", "/article/{key}/changes.atom", "/article/{key}/2/3",
    "/article/{key}/1/3", "/api/v1/changes", "/api/v1/articles/{key}/versions", "/api/v1/articles/{key}/diffs/2/3",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["article", "version", "passage"])
async def test_caches_of_every_process_end_with_a_takedown(
    config: Config, store: Store, press: Press, kind: str
) -> None:
    key = await press.publish("guilty", [CLEAN, GUILTY, AFTER])
    paths = [path.format(key=key) for path in OUTPUTS]
    first, second = create_app(config, SteppingClock(NOW)), create_app(config, SteppingClock(NOW))
    async with (
        first.router.lifespan_context(first),
        second.router.lifespan_context(second),
        httpx.AsyncClient(transport=httpx.ASGITransport(first), base_url="http://localhost") as one,
        httpx.AsyncClient(transport=httpx.ASGITransport(second), base_url="http://localhost") as other,
    ):
        for client in (one, other, one, other):
            before = {path: await client.get(path) for path in paths}
        assert sum(SECRET in response.text for response in before.values()) > 8
        if kind == "passage":
            assert await takedowns.redact(store.db, key, WORDS, **ORDER)
        else:
            assert await takedowns.hide(store.db, key, 2 if kind == "version" else None, **ORDER)
        for path in paths:
            for client in (one, other):
                asked = {"if-none-match": before[path].headers["etag"]}
                asked |= {"if-modified-since": before[path].headers.get("last-modified", "")}
                for response in (await client.get(path), await client.get(path, headers=asked)):
                    shown = response.text.replace(f"q={SECRET}", "").replace(f"wordings: {SECRET}", "")
                    assert SECRET not in shown, path
                    assert response.status_code != 304 or SECRET not in before[path].text


async def test_feed_reader_that_asks_by_date_hears_of_a_takedown(
    client: httpx.AsyncClient, store: Store, press: Press
) -> None:
    key = await press.publish("guilty", [CLEAN, GUILTY, AFTER])
    before = await client.get("/changes.atom")
    asked = {"if-modified-since": before.headers["last-modified"]}
    assert (await client.get("/changes.atom", headers=asked)).status_code == 304
    assert await takedowns.redact(store.db, key, WORDS, **ORDER)
    assert (await client.get("/changes.atom", headers=asked)).status_code == 200
    assert before.headers["cache-control"] == "no-cache"


async def test_nobody_reads_who_decided(client: httpx.AsyncClient, store: Store, press: Press) -> None:
    key = await press.publish("guilty", [CLEAN, GUILTY, AFTER])
    assert await takedowns.redact(store.db, key, WORDS, **ORDER)
    assert await takedowns.hide(store.db, key, 2, **ORDER)
    assert await takedowns.unhide(store.db, key, 2, **ORDER)
    assert await store.retract(key, 3, reason="read wrongly", by=LOGIN, at=NOW)
    assert await store.undo_retraction(key, 3, by=LOGIN, at=NOW)
    events = await items(client, f"/api/v1/articles/{key}/events")
    assert LOGIN not in json.dumps(events)
    assert LOGIN not in (await client.get(f"/article/{key}")).text
    details = [event["detail"] for event in events["items"]]
    assert f"version 2: {ORDER['reason']}" in details
    assert await store.db.events.count_documents({"by": LOGIN, "article_id": key}) == 5


async def test_address_of_a_hidden_version_is_named_nowhere(
    client: httpx.AsyncClient, store: Store, press: Press
) -> None:
    moved = Draft(1, "Harbour master away", [LEDE, "Gone."], extra={"url": URL})
    key = await press.publish("guilty", [CLEAN, moved, AFTER], head={"aliases": (URL,)})
    event = {"article_id": key, "source": SOURCE, "at": NOW, "kind": "moved", "detail": f"{URL} → elsewhere"}
    await store.db.events.insert_one(event)
    paths = (f"/api/v1/articles/{key}", f"/api/v1/articles/{key}/events", f"/article/{key}", "/api/v1/changes")
    assert URL in (await client.get(paths[0])).text
    assert await takedowns.hide(store.db, key, 2, **ORDER)
    for path in paths:
        assert "zyxwort" not in (await client.get(path)).text, path


def contents(folder: Path) -> bytes:
    """Return everything in the files of an export, uncompressed."""
    found = b""
    for path in sorted(folder.rglob("*.*")):
        if path.suffix == ".parquet":
            found += json.dumps(pyarrow.parquet.read_table(path).to_pylist(), default=str).encode()
        elif path.suffix == ".wacz":
            with zipfile.ZipFile(path) as archive:
                found += b"".join(unpacked(name, archive.read(name)) for name in archive.namelist())
        elif path.is_file():
            found += unpacked(path.name, path.read_bytes())
    return found


def unpacked(name: str, data: bytes) -> bytes:
    return gzip.GzipFile(fileobj=io.BytesIO(data)).read() if name.endswith(".gz") and data else data


TAKEDOWNS: dict[str, Callable[[Store, str], Any]] = {
    "article": lambda store, key: takedowns.hide(store.db, key, None, **ORDER),
    "version": lambda store, key: takedowns.hide(store.db, key, 2, **ORDER),
    "passage": lambda store, key: takedowns.redact(store.db, key, WORDS, **ORDER),
}


@pytest.mark.parametrize("take_down", TAKEDOWNS.values(), ids=TAKEDOWNS)
@pytest.mark.parametrize("form", ["jsonl", "parquet", "warc", "wacz"])
async def test_resumed_export_keeps_nothing_of_what_was_taken_down(
    reader: Reader, store: Store, press: Press, tmp_path: Path, form: str, take_down: Callable[[Store, str], Any]
) -> None:
    await press.publish("open", [CLEAN])
    key = await press.publish("guilty", [CLEAN, GUILTY, AFTER])
    await Export(reader, tmp_path, form, None).run(lambda done: None)
    assert SECRET.encode() in contents(tmp_path)
    assert await take_down(store, key)
    resumed = Export(reader, tmp_path, form, None)
    await resumed.run(lambda done: None)
    assert SECRET.encode() not in contents(tmp_path)
    fresh = Export(reader, tmp_path / "fresh", form, None)
    await fresh.run(lambda done: None)
    assert resumed.counts == fresh.counts


@pytest.mark.parametrize("form", ["jsonl", "parquet", "warc", "wacz"])
async def test_export_starts_over_if_something_is_taken_down_meanwhile(
    reader: Reader, store: Store, press: Press, tmp_path: Path, form: str
) -> None:
    key = await press.publish("guilty", [CLEAN, GUILTY, AFTER])

    class Interrupted(Export):
        is_first = True

        async def _write_all(self, report_progress: Callable[[int], object]) -> None:
            await super()._write_all(report_progress)
            if self.is_first:
                self.is_first = False
                assert await takedowns.redact(store.db, key, WORDS, **ORDER)

    await Interrupted(reader, tmp_path, form, None).run(lambda done: None)
    assert SECRET.encode() not in contents(tmp_path)
