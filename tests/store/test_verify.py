"""Verify finds whatever was altered behind the store's back."""

from __future__ import annotations

from typing import Any

import pytest

from newscrawl.store import Store, payloads
from newscrawl.store.verify import Report, verify
from tests.store.stories import HOUR, NOON, article, doubtful, first, following, recorded


@pytest.fixture
async def story(store: Store) -> str:
    one = first(article("pier", "A"))
    await recorded(store, one)
    await recorded(store, following(one, article("pier", "B"), NOON + HOUR))
    await store.quarantine(doubtful(article("pier", "C")), "short")
    return one.article_id


async def test_an_untouched_archive_is_sound(store: Store, story: str) -> None:
    assert await verify(store) == Report(articles=1, versions=2, payloads=2, problems=(), orphans=())


async def test_a_sample_checks_as_many_articles(store: Store, story: str) -> None:
    await recorded(store, first(article("mole", "A")))
    assert (await verify(store, sample=1)).articles == 1


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("paragraphs", ["Forged."], "version 2 does not match its chain"),
        ("headline", "Forged", "version 2 does not match its chain"),
        ("seen_at", NOON, "version 2 does not match its chain"),
        ("payload", "0" * 64, "payload 0000"),
        ("chain", "0" * 64, "head is version 2"),
        ("cause", "rebase", "counts 2 versions and 1 edits, there are 2 and 0"),
    ],
)
async def test_an_altered_version_is_found(store: Store, story: str, field: str, value: Any, told: str) -> None:
    await store.db.versions.update_one({"_id": f"{story}:2"}, {"$set": {field: value}})
    assert any(told in problem for problem in (await verify(store)).problems)


async def test_a_deleted_version_is_found(store: Store, story: str) -> None:
    await store.db.versions.delete_one({"_id": f"{story}:1"})
    assert f"article {story}: version 1 is missing" in (await verify(store)).problems


async def test_a_head_that_lags_behind_is_found(store: Store, story: str) -> None:
    await store.db.articles.update_one({"_id": story}, {"$set": {"head.number": 1}})
    assert f"article {story}: head is version 1, newest is 2" in (await verify(store)).problems


async def test_payload_bytes_that_are_not_their_digest_are_found(store: Store, story: str) -> None:
    forged = {"z": payloads.compressed(b"<p>Forged</p>"), "size": 13}
    await store.db.payloads.update_many({}, {"$set": forged, "$unset": {"base": ""}})
    assert any("does not match its digest" in problem for problem in (await verify(store)).problems)


async def test_what_nothing_names_is_listed_apart(store: Store, story: str) -> None:
    await payloads.put(store.db, "f" * 64, b"<p>Left by a killed writer</p>")
    await store.db.articles.delete_one({"_id": story})
    report = await verify(store)
    assert len(report.orphans) == 2
