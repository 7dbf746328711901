"""Quarantine: a doubtful page is stored with its capture, and changes no history until it is decided."""

from __future__ import annotations

from dataclasses import replace

from newscrawl.items import PageKind
from newscrawl.store import Store
from tests.store.samples import HOUR, NOON, SOURCE, append, article, doubtful_page, first_version


async def test_a_doubtful_page_is_stored_with_its_capture_beside_an_unchanged_history(store: Store) -> None:
    version = first_version(article("pier", "A"))
    head = await append(store, version)
    page = doubtful_page(article("pier", "B"), NOON + HOUR)
    await store.quarantine(page, "shrunk to a fifth")
    [entry] = await store.quarantined(source=SOURCE)
    assert (entry["article_id"], entry["reason"], entry["state"]) == (version.article_id, "shrunk to a fifth", "open")
    assert await store.quarantine_evidence(entry["_id"]) == (page.capture, page.extraction)
    assert await store.head(version.article_id) == head


async def test_the_same_doubt_again_is_one_entry_seen_twice(store: Store) -> None:
    for hours in (1, 2):
        await store.quarantine(doubtful_page(article("pier", "B"), NOON + hours * HOUR), "shrunk")
    [entry] = await store.quarantined(article_id=doubtful_page(article("pier")).article_id)
    assert (entry["seen"], entry["first_at"], entry["at"]) == (2, NOON + HOUR, NOON + 2 * HOUR)


async def test_an_unreadable_page_is_stored_too(store: Store) -> None:
    page = replace(doubtful_page(article("pier"), kind=PageKind.CONSENT), article=None, problem="no paragraphs \ud800")
    await store.quarantine(page, "consent: overlay")
    [entry] = await store.quarantined(source=SOURCE)
    assert (entry["kind"], entry["wording"], entry["problem"]) == ("consent", None, "no paragraphs \ufffd")
    assert await store.suspected(page.article_id) == set()


async def test_a_second_check_confirms_its_wording_and_dismisses_the_others(store: Store) -> None:
    for text in ("B", "C"):
        await store.quarantine(doubtful_page(article("pier", text)), "shrunk")
    key = doubtful_page(article("pier")).article_id
    assert await store.suspected(key) == {"w:B", "w:C"}
    await store.settle_quarantine(key, "w:B")
    decided = {state: await store.quarantined(state=state) for state in ("open", "confirmed", "dismissed")}
    wordings = {state: [entry["wording"] for entry in entries] for state, entries in decided.items()}
    assert wordings == {"open": [], "confirmed": ["w:B"], "dismissed": ["w:C"]}


async def test_an_extraction_too_large_for_a_document_is_stored_without_its_text(store: Store) -> None:
    page = doubtful_page(article("pier", "x" * 17 * 2**20, wording_digest="w", display_digest="t"))
    await store.quarantine(page, "too large")
    [entry] = await store.quarantined(source=SOURCE)
    evidence = await store.quarantine_evidence(entry["_id"])
    assert evidence is not None
    capture, extraction = evidence
    assert capture == page.capture
    assert (extraction.kind, extraction.paragraphs) == (PageKind.ARTICLE, ())


async def test_a_person_decides_once_and_is_recorded(store: Store) -> None:
    await store.quarantine(doubtful_page(article("pier", "B")), "shrunk")
    [entry] = await store.quarantined(source=SOURCE)
    assert await store.dismiss(entry["_id"], by="ada", at=NOON)
    assert not await store.confirm(entry["_id"], by="ada", at=NOON)
    assert not await store.confirm("no-such-entry", by="ada", at=NOON)
    [decided] = await store.quarantined(source=SOURCE, state="dismissed")
    assert (decided["decided_by"], decided["decided_at"]) == ("ada", NOON)


async def test_a_wording_that_a_person_confirmed_is_believed_when_seen_again(store: Store) -> None:
    for text in ("B", "C"):
        await store.quarantine(doubtful_page(article("pier", text)), "shrunk")
    for entry in await store.quarantined(source=SOURCE):
        decide = store.confirm if entry["wording"] == "w:B" else store.dismiss
        await decide(entry["_id"], by="ada", at=NOON)
    assert await store.suspected(doubtful_page(article("pier")).article_id) == {"w:B"}
