"""What is erased by order is nowhere any more, and the archive tells erased from lost."""

from __future__ import annotations

import pytest

from newscrawl.errors import LeaseHeld
from newscrawl.items import Cause, RunRecord, State
from newscrawl.store import Store, commitments, payloads, takedowns
from newscrawl.store.erasure import What, complete_pending, erase, payload_removal
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.verify import verify
from tests.store.erasable import AT, CLEAN, HEADLINE, NAME, ORDER, URL, WORDS, found, order, write_archive
from tests.store.samples import HOUR, NOON, append, article, doubtful_page, first_version, next_version

FIELDS = ("versions", "added", "removed", "quarantine", "checks", "alarms", "runs", "events", "articles")


async def test_the_words_stand_in_every_kind_of_record_before(store: Store) -> None:
    await write_archive(store)
    assert set(FIELDS) <= await found(store, NAME)


@pytest.mark.parametrize("is_of_0_1", [False, True])
async def test_an_erased_article_is_nowhere(store: Store, is_of_0_1: bool) -> None:
    key = await write_archive(store, is_of_0_1=is_of_0_1)
    digests = [v["payload"] for v in await store.db.versions.find({"article_id": key}).to_list()]
    assert await erase(store.db, order(What.ARTICLE, key=key)) == 3
    texts = (NAME, "gambling", "harbour master", URL, "harbour-master-on-leave", "council meets", *digests)
    assert await found(store, *texts) == set()
    report = await verify(store)
    assert (report.problems, report.orphans) == ((), ())
    assert len(report.erased) == 3
    assert all("erased by order on 2026-01-08" in line for line in report.erased)


async def test_an_erased_version_is_nowhere_and_the_others_stay(store: Store) -> None:
    key = await write_archive(store, is_redacted=False)
    second = await store.db.versions.find_one({"_id": f"{key}:2"})
    assert second is not None
    assert await erase(store.db, order(What.VERSION, 2, key=key)) == 1
    assert await found(store, NAME, "gambling", second["payload"], second["wording"]) == set()
    assert [version.article.paragraphs for version in await store.versions(key)] == [CLEAN, (), CLEAN]
    report = await verify(store)
    assert (report.problems, report.orphans) == ((), ())


@pytest.mark.parametrize("is_of_0_1", [False, True])
async def test_an_erased_passage_is_nowhere_and_the_rest_of_its_paragraph_stays(store: Store, is_of_0_1: bool) -> None:
    key = await write_archive(store, is_of_0_1=is_of_0_1)
    assert await erase(store.db, order(What.PASSAGE, key=key), "zyxwort’s  gambling debts") == 2
    assert await found(store, "gambling", WORDS) == set()
    version = await store.version(key, 2)
    assert version is not None
    assert version.article.paragraphs == (*CLEAN, "Nobody would speak of [erased by order on 2026-01-08].")
    assert version.article.headline == "Harbour master leaves over [erased by order on 2026-01-08]"
    assert (await verify(store)).problems == ()


async def test_an_erased_page_leaves_the_text(store: Store) -> None:
    key = await write_archive(store)
    before = await store.version(key, 2)
    assert before is not None
    assert await erase(store.db, order(What.PAYLOAD, 2, key=key)) == 1
    after = await store.version(key, 2)
    assert after is not None
    assert after.article == before.article
    assert await found(store, before.payload_digest) == set()
    assert await store.capture(key, 2) is None
    report = await verify(store)
    assert report.problems == ()
    assert report.erased == (f"article {key}: version 2: the page erased by order on 2026-01-08",)


async def test_payloads_compressed_against_an_erased_one_are_compressed_anew(store: Store) -> None:
    version = first_version(article("pier", "A" * 400))
    await append(store, version)
    for number in range(1, 6):
        version = next_version(version, article("pier", "A" * 400, f"Edition {number}"), NOON + number * HOUR)
        await append(store, version)
    third = await store.version(version.article_id, 3)
    assert third is not None
    assert await store.db.payloads.count_documents({"base": third.payload_digest}) == 1
    await erase(store.db, order(What.VERSION, 3, key=version.article_id))
    assert await store.db.payloads.count_documents({"base": third.payload_digest}) == 0
    assert await found(store, "Edition 2<") == set()
    assert await found(store, "Edition 3<") != set()
    assert (await verify(store)).problems == ()


async def test_a_large_payload_in_parts_is_compressed_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payloads, "PART_BYTES", 100)
    gathered = GatheredCommands(store.db)
    bodies = {digest: ("".join(chr(33 + (n * n) % (90 - i)) for n in range(3000))).encode() for i, digest in
              enumerate(("a" * 64, "b" * 64))}  # fmt: skip
    await payloads.put(gathered, "a" * 64, bodies["a" * 64])
    await payloads.put(gathered, "b" * 64, bodies["b" * 64], base="a" * 64)
    await payload_removal.remove(store.db, "a" * 64)
    assert await payloads.get(store.db, "a" * 64) is None
    assert await payloads.get(store.db, "b" * 64) == bodies["b" * 64]
    assert await store.db.payloads.count_documents({"_id": {"$regex": "a{64}"}}) == 0


async def test_what_remains_of_an_erased_version_is_still_verified(store: Store) -> None:
    key = await write_archive(store)
    await erase(store.db, order(What.PASSAGE, key=key), WORDS)
    await store.db.versions.update_one({"_id": f"{key}:2"}, {"$set": {"paragraphs.0": "Forged."}})
    assert f"article {key}: version 2 does not match its chain" in (await verify(store)).problems


async def test_a_tombstone_without_an_order_is_found(store: Store) -> None:
    key = await write_archive(store)
    await erase(store.db, order(What.VERSION, 2, key=key))
    await store.db.erasures.delete_many({})
    assert any("claims to be erased, and there is no such order" in line for line in (await verify(store)).problems)


async def test_a_lost_version_is_not_taken_for_an_erased_one(store: Store) -> None:
    key = await write_archive(store)
    await erase(store.db, order(What.VERSION, 1, key=key))
    await store.db.versions.delete_one({"_id": f"{key}:2"})
    assert f"article {key}: version 2 is missing" in (await verify(store)).problems


async def test_without_its_salt_a_commitment_confirms_no_guess(store: Store) -> None:
    key = await write_archive(store)
    original = await store.db.versions.find_one({"_id": f"{key}:2"})
    assert original is not None
    await erase(store.db, order(What.PASSAGE, key=key), WORDS)
    kept = await store.db.versions.find_one({"_id": f"{key}:2"})
    assert kept is not None
    assert "salt" not in kept
    assert kept["erased"]["digests"].keys() & kept["salts"].keys() == set()
    guessed = {**kept, "paragraphs": original["paragraphs"], "headline": original["headline"], "erased": {}}
    assert kept["erased"]["digests"].items() & commitments.digests(guessed).items() == set()


async def test_an_erased_article_is_never_recorded_again(store: Store) -> None:
    key = await write_archive(store)
    await erase(store.db, order(What.ARTICLE, key=key))
    again = article("harbour-master-on-leave", f"Nobody would speak of {WORDS}.")
    await store.quarantine(doubtful_page(again), "short")
    head = await store.head(key)
    assert head is not None
    assert head.state is State.HIDDEN
    assert await store.claim_each([key], AT, "run-2", term=HOUR) == []
    assert await found(store, NAME) == set()


async def test_the_next_page_of_an_erased_newest_version_waits_for_a_person(store: Store) -> None:
    key = await write_archive(store)
    await erase(store.db, order(What.VERSION, 3, key=key))
    head = await store.head(key)
    assert head is not None
    assert (head.state, head.next_check_at, head.state_reason) == (State.RETIRED, None, "erased by order")
    assert head.headline == HEADLINE  # of version 2, the newest that is left
    assert await store.claim_due("courier", AT, 10, "run-2", term=HOUR) != [head]


async def test_an_erased_version_cannot_be_shown_again(store: Store) -> None:
    key = await write_archive(store)
    await erase(store.db, order(What.VERSION, 2, key=key))
    assert not await takedowns.unhide(store.db, key, 2, reason="mistake", by="clerk", at=AT)
    await erase(store.db, order(What.ARTICLE, key=key))
    assert not await takedowns.unhide(store.db, key, None, reason="mistake", by="clerk", at=AT)


async def test_what_is_erased_already_is_not_erased_again(store: Store) -> None:
    key = await write_archive(store)
    assert await erase(store.db, order(What.ARTICLE, key=key)) == 3
    assert await erase(store.db, order(What.ARTICLE, key=key)) == 0
    assert await erase(store.db, order(What.PASSAGE, key=key), WORDS) == 0
    assert await complete_pending(store.db) == []


async def test_the_order_stays_with_reason_person_and_date(store: Store) -> None:
    key = await write_archive(store)
    await erase(store.db, order(What.VERSION, 2, key=key))
    (kept,) = await store.db.erasures.find({}, {"_id": 0}).to_list()
    assert (kept["article_id"], kept["what"], kept["number"]) == (key, "version", 2)
    assert (kept["reason"], kept["by"], kept["at"]) == (ORDER, "clerk", AT)
    assert "pending" not in kept
    (event,) = await store.db.events.find({"kind": "erased"}).to_list()
    assert event["detail"] == f"version 2: {ORDER}"


async def test_a_reason_that_repeats_the_words_is_refused(store: Store) -> None:
    key = await write_archive(store)
    with pytest.raises(ValueError, match="repeats the words"):
        await erase(store.db, order(What.PASSAGE, key=key, reason=f"about {WORDS}"), WORDS)


async def test_nothing_is_erased_while_a_run_crawls_the_source(store: Store) -> None:
    key = await write_archive(store)
    await store.start_run(RunRecord("run-2", "courier", AT))
    with pytest.raises(LeaseHeld):
        await erase(store.db, order(What.ARTICLE, key=key))
    assert await store.db.erasures.count_documents({}) == 0


async def test_edits_are_still_counted(store: Store) -> None:
    key = await write_archive(store)
    await erase(store.db, order(What.ARTICLE, key=key))
    causes = [version.cause for version in await store.versions(key)]
    assert causes == [Cause.FIRST, Cause.EDIT, Cause.EDIT]
