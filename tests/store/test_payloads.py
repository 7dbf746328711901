"""Payloads: every byte of evidence once, later ones of a story at little cost, reads of bounded depth."""

from __future__ import annotations

import hashlib
import os
import random

import pytest

from newscrawl.store import Store, payloads
from newscrawl.store.verify import verify
from tests.store.stories import HOUR, NOON, article, first, following, recorded


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def page(story: str, seed: int = 1) -> bytes:
    """Return a page whose frame does not compress into nothing, around one changing line."""
    words = random.Random(seed).choices([f"word{n}" for n in range(4000)], k=6000)
    return f"<html>{' '.join(words[:3000])}<p>{story}</p>{' '.join(words[3000:])}</html>".encode()


async def test_a_payload_comes_back_byte_for_byte(store: Store) -> None:
    for body in (b"", b"\0\xff", page("a"), os.urandom(100_000)):
        await payloads.put(store.db, digest(body), body)
        assert await payloads.get(store.db, digest(body)) == body
    assert await payloads.get(store.db, "0" * 64) is None


async def test_a_digest_is_kept_once(store: Store) -> None:
    body = page("a")
    for base in (None, digest(body), "0" * 64):
        await payloads.put(store.db, digest(body), body, base=base)
    assert await store.db.payloads.count_documents({}) == 1
    assert await payloads.get(store.db, digest(body)) == body


async def test_a_story_s_next_page_costs_little(store: Store) -> None:
    bodies = [page(f"edit {n}") for n in range(4)]
    base = None
    for body in bodies:
        await payloads.put(store.db, digest(body), body, base=base)
        base = digest(body)
    sizes = [len(found["z"]) for found in await store.db.payloads.find().sort("depth").to_list()]
    assert max(sizes[1:]) < sizes[0] / 20


async def test_a_read_takes_a_bounded_number_of_steps(store: Store) -> None:
    bodies = [page(f"edit {n}") for n in range(2 * payloads.MAX_DEPTH + 3)]
    base = None
    for body in bodies:
        await payloads.put(store.db, digest(body), body, base=base)
        base = digest(body)
    depths = [found["depth"] for found in await store.db.payloads.find().to_list()]
    assert max(depths) == payloads.MAX_DEPTH
    assert [await payloads.get(store.db, digest(body)) for body in bodies] == bodies


async def test_a_missing_base_leaves_the_new_page_on_its_own(store: Store) -> None:
    body = page("a")
    await payloads.put(store.db, digest(body), body, base="0" * 64)
    assert await payloads.get(store.db, digest(body)) == body


async def test_a_page_beyond_one_document_is_kept_in_parts(store: Store) -> None:
    body = random.Random(1).randbytes(payloads.PART_BYTES * 2 + 17)
    await payloads.put(store.db, digest(body), body)
    after = body + b"one more line"
    await payloads.put(store.db, digest(after), after, base=digest(body))
    assert await payloads.get(store.db, digest(body)) == body
    assert await payloads.get(store.db, digest(after)) == after


async def test_versions_of_a_story_share_what_their_pages_share(store: Store) -> None:
    one = first(article("pier", *(f"Paragraph {n} {random.Random(n).random()}" for n in range(500))))
    two = following(one, article("pier", *one.article.paragraphs[:-1], "Another end."), NOON + HOUR)
    await recorded(store, one)
    await recorded(store, two)
    found = await store.db.payloads.find_one({"_id": two.payload_digest})
    assert found is not None
    assert found["base"] == one.payload_digest
    assert len(found["z"]) < 200
    assert await store.capture(two.article_id, 2) == two.capture


async def test_a_damaged_payload_is_told_by_its_name(store: Store) -> None:
    one = first(article())
    await recorded(store, one)
    await store.db.payloads.update_one({"_id": one.payload_digest}, {"$set": {"z": b"no zstd"}})
    with pytest.raises(payloads.Damaged, match=one.payload_digest):
        await store.capture(one.article_id, 1)
    assert "cannot be decompressed" in (await verify(store)).problems[0]
