"""Verify finds every alteration that was not made by the store."""

from __future__ import annotations

from typing import Any

import pytest

from newscrawl.store import Store, payloads
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.verify import Report, verify
from tests.store.samples import HOUR, NOON, append, article, doubtful_page, first_version, next_version


@pytest.fixture
async def article_id(store: Store) -> str:
    """An article with two versions, and a third wording in quarantine."""
    first = first_version(article("pier", "A"))
    await append(store, first)
    await append(store, next_version(first, article("pier", "B"), NOON + HOUR))
    await store.quarantine(doubtful_page(article("pier", "C")), "short")
    return first.article_id


async def test_an_untouched_archive_is_sound(store: Store, article_id: str) -> None:
    assert await verify(store) == Report(articles=1, versions=2, payloads=2, problems=(), orphans=())


async def test_a_sample_verifies_as_many_articles(store: Store, article_id: str) -> None:
    await append(store, first_version(article("mole", "A")))
    assert (await verify(store, sample=1)).articles == 1


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("paragraphs", ["Forged."], "version 2 does not match its chain"),
        ("headline", "Forged", "version 2 does not match its chain"),
        ("seen_at", NOON, "version 2 does not match its chain"),
        ("payload", "0" * 64, "payload 0000"),
        ("chain", "0" * 64, "head is version 2"),
        ("cause", "rebase", "counts 2 versions and 1 edits, there are 2 and 0"),
    ],
)
async def test_an_altered_version_is_found(store: Store, article_id: str, field: str, value: Any, problem: str) -> None:
    await store.db.versions.update_one({"_id": f"{article_id}:2"}, {"$set": {field: value}})
    assert any(problem in reported for reported in (await verify(store)).problems)


async def test_a_deleted_version_is_found(store: Store, article_id: str) -> None:
    await store.db.versions.delete_one({"_id": f"{article_id}:1"})
    assert f"article {article_id}: version 1 is missing" in (await verify(store)).problems


async def test_a_head_that_lags_behind_is_found(store: Store, article_id: str) -> None:
    await store.db.articles.update_one({"_id": article_id}, {"$set": {"head.number": 1}})
    assert f"article {article_id}: head is version 1, newest is 2" in (await verify(store)).problems


async def test_a_payload_that_does_not_match_its_digest_is_found(store: Store, article_id: str) -> None:
    forged = {"z": payloads.compressed(b"<p>Forged</p>"), "size": 13}
    await store.db.payloads.update_many({}, {"$set": forged, "$unset": {"base": ""}})
    assert any("does not match its digest" in reported for reported in (await verify(store)).problems)


async def test_orphans_are_reported_apart_from_problems(store: Store, article_id: str) -> None:
    await payloads.put(GatheredCommands(store.db), "f" * 64, b"<p>Left by a killed writer</p>")
    await store.db.articles.delete_one({"_id": article_id})
    report = await verify(store)
    assert len(report.orphans) == 2
    assert f"versions of article {article_id}" in report.orphans[0]
    assert f"payload {'f' * 64}" in report.orphans[1]
