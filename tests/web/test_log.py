"""The transparency log in the reader: what anybody who may read can verify, with files of the reader alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from lxml import html

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.items import AccessToken
from newscrawl.jobs import log_keys
from newscrawl.jobs.log_appending import append
from newscrawl.store import Store, takedowns
from newscrawl.tlog import Verifier, is_signed_by, parse_checkpoint
from newscrawl.tlog.evidence_check import check, check_inclusion, check_note
from newscrawl.tlog.merkle import leaf_hash, node_hash
from newscrawl.tlog.tiles import entries_of, path, split
from newscrawl.web import create_app
from tests.tlog.archive import NAME, record
from tests.web.press import NOW


async def logged(store: Store, config: Config) -> str:
    """Record an article of three versions, and more in tiles of two levels; return its id."""
    version = await record(store, "pier", 3)
    await log_keys.create(store, config, NAME)
    for number in range(130):
        await record(store, f"article-{number}", 2)
    await append(store, config)
    return version.article_id


async def test_the_log_is_verified_by_what_the_reader_serves(
    store: Store, config: Config, client: httpx.AsyncClient
) -> None:
    key = await logged(store, config)
    answer = await client.get("/log/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    verifier = Verifier.parse((await client.get("/log/key")).text.splitlines()[0])
    assert is_signed_by(answer.text, verifier)
    checkpoint = parse_checkpoint(answer.text)
    assert checkpoint.size == 1 + 3 + 260
    tiles = [await client.get(f"/log/{path(*tile)}") for tile in ((0, 0), (0, 1, 8), (1, 0, 1))]
    assert {tile.status_code for tile in tiles} == {200}
    assert "immutable" in tiles[0].headers["cache-control"]
    hashes = [*split(tiles[0].content), *split(tiles[1].content)]
    bundles = [await client.get(f"/log/{path('entries', *tile)}") for tile in ((0,), (1, 8))]
    entries = [entry for each in bundles for entry in entries_of(each.content)]
    assert [leaf_hash(entry) for entry in entries] == hashes
    total = list(hashes)
    while len(total) > 1:
        pairs = [total[at : at + 2] for at in range(0, len(total), 2)]
        total = [node_hash(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    assert total == [checkpoint.root]
    proof = await client.get(f"/article/{key}/2/proof")
    assert proof.headers["content-type"] == "text/plain; charset=utf-8"
    size, root = check_note(answer.text, str(verifier))
    index = int(proof.text.splitlines()[1].removeprefix("index "))
    assert check_inclusion(proof.text, answer.text, entries[index], size, root) == index
    evidence = await client.get(f"/article/{key}/2/evidence")
    assert evidence.headers["content-type"] == "application/zip"
    assert f"{key}-2.zip" in evidence.headers["content-disposition"]
    assert "number 2" in check(evidence.content, str(verifier))[0]


@pytest.mark.parametrize(
    "at",
    ["/log/tile/0/000", "/log/tile/0/001", "/log/tile/0/000.p/9", "/log/tile/1/000.p/1", "/log/tile/64/000",
     "/log/tile/00/000", "/log/tile/0/0", "/log/tile/x/000", "/log/tile/entries/001", "/log/tile/entries/000.p/9",
     "/log/tile/-1/000", "/log/tile/0/../000", "/log/tile/0/x001/000", "/log", "/log/tile", "/log/nothing",
     "/log/tile/0/" + "x999/" * 100 + "999"],
)  # fmt: skip
async def test_tiles_that_there_are_not_are_404(
    store: Store, config: Config, client: httpx.AsyncClient, at: str
) -> None:
    await record(store, "pier", 3)
    await log_keys.create(store, config, NAME)
    await append(store, config)
    assert (await client.get("/log/tile/0/000.p/4")).status_code == 200
    assert (await client.get("/log/tile/entries/000.p/3")).status_code == 200
    assert (await client.get(at)).status_code == 404


async def test_a_page_of_a_version_links_its_proof_once_there_is_one(
    store: Store, config: Config, client: httpx.AsyncClient
) -> None:
    key = (await record(store, "pier", 3)).article_id
    assert await proofs_linked(client, key, 1) == []
    await log_keys.create(store, config, NAME)
    await append(store, config)
    later = (await record(store, "quay")).article_id  # comes after the checkpoint
    links = await proofs_linked(client, key, 2)
    assert links == [f"/article/{key}/2/evidence", f"/article/{key}/2/proof"]
    assert [(await client.get(link)).status_code for link in links] == [200, 200]
    assert await proofs_linked(client, later, 1) == []


async def proofs_linked(client: httpx.AsyncClient, key: str, number: int) -> list[str]:
    page = html.fromstring((await client.get(f"/article/{key}/{number}")).text)
    links = [str(link.get("href")) for link in page.cssselect("aside a")]
    return [link for link in links if link.endswith(("/proof", "/evidence"))]


async def test_without_a_log_there_is_none(store: Store, client: httpx.AsyncClient) -> None:
    version = await record(store, "pier")
    for at in ("/log/checkpoint", "/log/key", "/log/tile/0/000.p/1", "/log/tile/entries/000.p/1"):
        assert (await client.get(at)).status_code == 404
    for at in ("proof", "evidence"):
        assert (await client.get(f"/article/{version.article_id}/1/{at}")).status_code == 404
        assert (await client.get(f"/article/{version.article_id}/9/{at}")).status_code == 404
        assert (await client.get(f"/article/{'a' * 16}/1/{at}")).status_code == 404


async def test_a_takedown_hides_proof_and_evidence_and_not_the_leaf(
    store: Store, config: Config, client: httpx.AsyncClient
) -> None:
    version = await record(store, "pier", 2)
    await log_keys.create(store, config, NAME)
    await append(store, config)
    key, before = version.article_id, (await client.get("/log/tile/entries/000.p/3")).content
    assert (await client.get(f"/article/{key}/2/evidence")).status_code == 200
    await takedowns.hide(store.db, key, 2, reason="court order", by="clerk", at=datetime.now(UTC))
    for at in ("proof", "evidence"):
        assert (await client.get(f"/article/{key}/2/{at}")).status_code == 410
        assert (await client.get(f"/article/{key}/1/{at}")).status_code == 200
    assert (await client.get("/log/tile/entries/000.p/3")).content == before


async def test_a_reader_with_tokens_gives_the_log_to_nobody_else(store: Store, config: Config) -> None:
    version = await record(store, "pier")
    await log_keys.create(store, config, NAME)
    await append(store, config)
    token, text = AccessToken.create("a reader", datetime.now(UTC), None)
    await store.add_token(token)
    app = create_app(replace(config, serve_access="token"), SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        for at in ("/log/checkpoint", "/log/tile/0/000.p/2", f"/article/{version.article_id}/1/proof"):
            assert (await client.get(at)).status_code == 401
            answer = await client.get(at, headers={"authorization": f"Bearer {text}"})
            assert answer.status_code == 200
            assert "public" not in answer.headers.get("cache-control", "")
