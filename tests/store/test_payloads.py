"""Payloads: every body once, later ones of an article in little space, reads in a bounded number of steps."""

from __future__ import annotations

import hashlib
import os
import random

import pytest

from newscrawl.store import Store, payloads
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.verify import verify
from tests.store.samples import HOUR, NOON, append, article, first_version, next_version


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def page(line: str, seed: int = 1) -> bytes:
    """Return a page with one given line in a frame of random words, which does not compress well by itself."""
    words = random.Random(seed).choices([f"word{n}" for n in range(4000)], k=6000)
    return f"<html>{' '.join(words[:3000])}<p>{line}</p>{' '.join(words[3000:])}</html>".encode()


async def test_a_payload_comes_back_byte_for_byte(store: Store) -> None:
    for body in (b"", b"\0\xff", page("a"), os.urandom(100_000)):
        await payloads.put(GatheredCommands(store.db), digest(body), body)
        assert await payloads.get(store.db, digest(body)) == body
    assert await payloads.get(store.db, "0" * 64) is None


async def test_a_digest_is_stored_once(store: Store) -> None:
    body = page("a")
    for base in (None, digest(body), "0" * 64):
        await payloads.put(GatheredCommands(store.db), digest(body), body, base=base)
    assert await store.db.payloads.count_documents({}) == 1
    assert await payloads.get(store.db, digest(body)) == body


async def test_an_article_s_next_page_takes_little_space(store: Store) -> None:
    bodies = [page(f"edit {n}") for n in range(4)]
    base = None
    for body in bodies:
        await payloads.put(GatheredCommands(store.db), digest(body), body, base=base)
        base = digest(body)
    sizes = [len(payload["z"]) for payload in await store.db.payloads.find().sort("depth").to_list()]
    assert max(sizes[1:]) < sizes[0] / 20


async def test_a_read_takes_a_bounded_number_of_steps(store: Store) -> None:
    bodies = [page(f"edit {n}") for n in range(2 * payloads.MAX_DEPTH + 3)]
    base = None
    for body in bodies:
        await payloads.put(GatheredCommands(store.db), digest(body), body, base=base)
        base = digest(body)
    depths = [payload["depth"] for payload in await store.db.payloads.find().to_list()]
    assert max(depths) == payloads.MAX_DEPTH
    assert [await payloads.get(store.db, digest(body)) for body in bodies] == bodies


async def test_a_page_with_a_missing_base_is_compressed_alone(store: Store) -> None:
    body = page("a")
    await payloads.put(GatheredCommands(store.db), digest(body), body, base="0" * 64)
    assert await payloads.get(store.db, digest(body)) == body


async def test_a_page_too_large_for_one_document_is_stored_in_parts(store: Store) -> None:
    body = random.Random(1).randbytes(payloads.PART_BYTES * 2 + 17)
    await payloads.put(GatheredCommands(store.db), digest(body), body)
    after = body + b"one more line"
    await payloads.put(GatheredCommands(store.db), digest(after), after, base=digest(body))
    assert await payloads.get(store.db, digest(body)) == body
    assert await payloads.get(store.db, digest(after)) == after


async def test_versions_of_an_article_share_what_their_pages_share(store: Store) -> None:
    first = first_version(article("pier", *(f"Paragraph {n} {random.Random(n).random()}" for n in range(500))))
    second = next_version(first, article("pier", *first.article.paragraphs[:-1], "Another end."), NOON + HOUR)
    await append(store, first)
    await append(store, second)
    payload = await store.db.payloads.find_one({"_id": second.payload_digest})
    assert payload is not None
    assert payload["base"] == first.payload_digest
    assert len(payload["z"]) < 200
    assert await store.capture(second.article_id, 2) == second.capture


async def test_a_damaged_payload_is_an_error_with_its_digest(store: Store) -> None:
    version = first_version(article())
    await append(store, version)
    await store.db.payloads.update_one({"_id": version.payload_digest}, {"$set": {"z": b"no zstd"}})
    with pytest.raises(payloads.Damaged, match=version.payload_digest):
        await store.capture(version.article_id, 1)
    assert "cannot be decompressed" in (await verify(store)).problems[0]
