"""Quarantine: doubt keeps its evidence and changes no history until it is decided."""

from __future__ import annotations

from dataclasses import replace

from newscrawl.items import PageKind
from newscrawl.store import Store
from tests.store.stories import HOUR, NOON, SOURCE, article, doubtful, first, recorded


async def test_a_doubtful_page_is_kept_with_its_evidence_beside_an_unchanged_history(store: Store) -> None:
    version = first(article("pier", "A"))
    made = await recorded(store, version)
    looked = doubtful(article("pier", "B"), NOON + HOUR)
    await store.quarantine(looked, "shrunk to a fifth")
    [entry] = await store.quarantined(source=SOURCE)
    assert (entry["article_id"], entry["reason"], entry["state"]) == (version.article_id, "shrunk to a fifth", "open")
    assert await store.quarantine_evidence(entry["_id"]) == (looked.capture, looked.extraction)
    assert await store.head(version.article_id) == made


async def test_the_same_doubt_again_is_one_entry_seen_twice(store: Store) -> None:
    for hours in (1, 2):
        await store.quarantine(doubtful(article("pier", "B"), NOON + hours * HOUR), "shrunk")
    [entry] = await store.quarantined(article_id=doubtful(article("pier")).article_id)
    assert (entry["seen"], entry["first_at"], entry["at"]) == (2, NOON + HOUR, NOON + 2 * HOUR)


async def test_a_page_that_could_not_be_read_is_kept_too(store: Store) -> None:
    looked = replace(doubtful(article("pier"), kind=PageKind.CONSENT), article=None, problem="no paragraphs \ud800")
    await store.quarantine(looked, "consent: overlay")
    [entry] = await store.quarantined(source=SOURCE)
    assert (entry["kind"], entry["wording"], entry["problem"]) == ("consent", None, "no paragraphs \ufffd")
    assert await store.suspected(looked.article_id) == set()


async def test_a_second_look_confirms_what_it_shows_and_dismisses_the_rest(store: Store) -> None:
    for text in ("B", "C"):
        await store.quarantine(doubtful(article("pier", text)), "shrunk")
    key = doubtful(article("pier")).article_id
    assert await store.suspected(key) == {"w:B", "w:C"}
    await store.settle_quarantine(key, "w:B")
    decided = {state: await store.quarantined(state=state) for state in ("open", "confirmed", "dismissed")}
    wordings = {state: [entry["wording"] for entry in entries] for state, entries in decided.items()}
    assert wordings == {"open": [], "confirmed": ["w:B"], "dismissed": ["w:C"]}


async def test_a_reading_too_large_for_a_document_is_kept_without_its_text(store: Store) -> None:
    looked = doubtful(article("pier", "x" * 17 * 2**20, wording_digest="w", display_digest="t"))
    await store.quarantine(looked, "too large")
    [entry] = await store.quarantined(source=SOURCE)
    found = await store.quarantine_evidence(entry["_id"])
    assert found is not None
    assert found[0] == looked.capture
    assert (found[1].kind, found[1].paragraphs) == (PageKind.ARTICLE, ())


async def test_a_person_decides_once_and_is_named(store: Store) -> None:
    await store.quarantine(doubtful(article("pier", "B")), "shrunk")
    [entry] = await store.quarantined(source=SOURCE)
    assert await store.dismiss(entry["_id"], by="ada", at=NOON)
    assert not await store.confirm(entry["_id"], by="ada", at=NOON)
    assert not await store.confirm("no-such-entry", by="ada", at=NOON)
    [decided] = await store.quarantined(source=SOURCE, state="dismissed")
    assert (decided["decided_by"], decided["decided_at"]) == ("ada", NOON)


async def test_what_a_person_confirmed_is_believed_when_seen_again(store: Store) -> None:
    for text in ("B", "C"):
        await store.quarantine(doubtful(article("pier", text)), "shrunk")
    for entry in await store.quarantined(source=SOURCE):
        decide = store.confirm if entry["wording"] == "w:B" else store.dismiss
        await decide(entry["_id"], by="ada", at=NOON)
    assert await store.suspected(doubtful(article("pier")).article_id) == {"w:B"}
