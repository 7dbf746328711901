"""An archive in which one article's words stand in every kind of record, and a search through all of its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

from bson.raw_bson import RawBSONDocument

from newscrawl.items import Cause, Check, Excerpt, Finding, Outcome, Segment, SegmentOp, Version
from newscrawl.store import Store, chain_of, payloads, takedowns
from newscrawl.store.erasure import Order, What
from tests.store.samples import HOUR, NOON, SOURCE, append, article, doubtful_page, first_version, next_version

NAME = "Zyxwort"
WORDS = f"{NAME}'s gambling debts"
HEADLINE = f"Harbour master leaves over {WORDS}"
CLEAN = ("The harbour master is on leave.", "The council meets on Monday evening in the old town hall.")
ORDER = "court order 14/26"
URL = "https://courier.example/harbour-master-on-leave"
AT = NOON + timedelta(days=3)


def order(what: What, number: int | None = None, *, key: str, reason: str = ORDER) -> Order:
    return Order(key, SOURCE, what, number, reason, "clerk", AT)


async def write_archive(store: Store, *, is_of_0_1: bool = False, is_redacted: bool = True) -> str:
    """Record an article of three versions, whose second one names the words; return its id.

    `is_of_0_1`: with chains over the content itself, as the first release made them. `is_redacted`: the words were
    redacted before.
    """
    key = await _write_versions(store, is_of_0_1=is_of_0_1)
    await append(store, first_version(article("lamp", "Another article that is left alone.")))
    await store.quarantine(doubtful_page(_article(f"Nobody would speak of {WORDS}.")), f"short: {WORDS}")
    finding = Finding("mass_change", f"most changed, such as {HEADLINE}", {"examples": [HEADLINE, f"{URL}?page=1"]})
    await store.open_alarm(SOURCE, finding, at=NOON)
    for url in (URL, f"{URL}?page=2"):
        await store.check(Check(key, SOURCE, url, NOON, Outcome.CHANGED, reason=f"edited: {HEADLINE}"))
    await store.write_check_log()
    await store.db.runs.insert_one(
        {"_id": "run-1", "source": SOURCE, "started_at": NOON, "stats": {"last_error": f"{URL}: {HEADLINE}"}}
    )
    if is_redacted:
        await takedowns.redact(store.db, key, WORDS, reason="for the time being", by="clerk", at=NOON + HOUR)
    return key


async def _write_versions(store: Store, *, is_of_0_1: bool) -> str:
    texts = (_article(*CLEAN), _article(*CLEAN, f"Nobody would speak of {WORDS}.", headline=HEADLINE), _article(*CLEAN))
    version: Version | None = None
    for number, text in enumerate(texts):
        at = NOON + number * HOUR
        following = first_version(text, at) if version is None else next_version(version, text, at, Cause.EDIT)
        if version is not None:
            quoted = Excerpt((Segment(SegmentOp.INSERT, WORDS),), 2)
            change = replace(following.change, summary=HEADLINE, reasons=(f"name {NAME}",), excerpts=(quoted,))
            following = replace(following, change=change)
        if is_of_0_1:
            following = replace(following, salt=b"")
            following = replace(following, chain=chain_of(version.chain if version else "", following))
        await append(store, following)
        version = following
    assert version is not None
    return version.article_id


def _article(*paragraphs: str, headline: str = "Harbour master on leave"):  # type: ignore[no-untyped-def]
    wording = hashlib.sha256("\n".join((headline, *paragraphs)).encode()).hexdigest()
    fields = {"headline": headline, "url": URL, "wording_digest": wording, "display_digest": wording}
    return article("harbour-master-on-leave", *paragraphs, **fields)


async def everything(store: Store) -> AsyncIterator[tuple[str, bytes]]:
    """Yield every document as its collection's name and its bytes, and every payload as it was fetched."""
    for name in await store.db.list_collection_names():
        collection = store.db[name].with_options(store.db.codec_options.with_options(document_class=RawBSONDocument))
        async for document in collection.find({}):
            yield name, document.raw
    async for payload in store.db.payloads.find({"part_of": None}, {"_id": 1}):
        body = await payloads.get(store.db, payload["_id"])
        assert body is not None, f"{payload['_id']} has lost its base"
        assert hashlib.sha256(body).hexdigest() == payload["_id"]
        yield f"body of {payload['_id']}", body


async def found(store: Store, *texts: str) -> set[str]:
    """Return where any of the texts stands, in any case."""
    wanted = [text.lower().encode() for text in texts]
    return {name async for name, content in everything(store) if any(text in content.lower() for text in wanted)}
