"""Articles: heads with their schedule, guarded by the expected number and by fencing tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from newscrawl.errors import Fenced, StaleHead
from newscrawl.items import Cause, Head, State, Track, Validators, Version
from newscrawl.store import documents, payloads, versions
from newscrawl.store.documents import Document, version_id

Database = AsyncDatabase[Document]
IMMUTABLE = ("first_seen_at",)


async def head(db: Database, article_id: str) -> Head | None:
    """Return the head, made to follow its versions where a kill between the two writes left it behind."""
    found = await db.articles.find_one({"_id": article_id})
    number = 0 if found is None else found["head"]["number"]
    ahead = await db.versions.find_one({"_id": version_id(article_id, number + 1)})
    if ahead is None:
        return None if found is None else documents.head(found)
    await follow(db, found, ahead)
    return await head(db, article_id)


async def find(db: Database, source: str | None, url: str) -> list[Head]:
    query: Document = {"$or": [{"url": url}, {"aliases": url}]}
    if source is not None:
        query["source"] = source
    return [documents.head(found) async for found in db.articles.find(query).sort("first_seen_at", 1).limit(100)]


async def record(
    db: Database, version: Version, *, expected: int, head: Head, is_held: bool = False, publisher: str | None = None
) -> None:
    """Write payload, version, passages, head, in this order; see `Store.record`."""
    there = await db.articles.find_one({"_id": head.article_id}, {"head": 1, "claims": 1})
    _check(there, expected, version, head)
    if version.capture is not None:
        base = there["head"]["payload"] if there else None
        await payloads.put(db, version.payload_digest, version.capture.body, base=base)
    await versions.insert(db, version, is_held=is_held)
    await versions.insert_passages(db, version)
    facts = _facts(version, is_held=is_held, publisher=publisher)
    if expected == 0:
        await _insert(db, head, version, facts)
    else:
        await _advance(db, head, version, facts, expected)


def _check(there: Mapping[str, Any] | None, expected: int, version: Version, head: Head) -> None:
    number = there["head"]["number"] if there else 0
    is_done = there is not None and there["head"]["chain"] == version.chain
    if number != expected and not is_done:
        raise StaleHead(f"article {head.article_id} stands at version {number}, not {expected}")
    _check_lease(there, head)


def _check_lease(there: Mapping[str, Any] | None, head: Head) -> None:
    if head.lease and (there or {}).get("claims", 0) != head.lease:
        raise Fenced(f"article {head.article_id} was claimed by another run since lease {head.lease}")


def _facts(version: Version, *, is_held: bool, publisher: str | None) -> Document:
    """Return the fields of an article that a new version brings, beyond its head."""
    article = version.article
    facts = documents.plain(
        {
            "section": article.article_section,
            "language": article.in_language,
            "date_published": documents.instant_document(article.date_published),
            "versions": version.number,
        }
    )
    if publisher is not None:
        facts["publisher"] = publisher
    return {"$set": facts, "$inc": {"edits": int(version.cause is Cause.EDIT and not is_held)}}


async def _insert(db: Database, head: Head, version: Version, facts: Document) -> None:
    document = {
        "_id": head.article_id,
        "source": head.source,
        **documents.schedule_document(head),
        **facts["$set"],
        "edits": facts["$inc"]["edits"],
        "claims": 0,
    }
    try:
        await db.articles.insert_one(documents.encoded(document, f"article {head.article_id}"))
    except DuplicateKeyError as error:
        there = await db.articles.find_one({"_id": head.article_id}, {"head": 1})
        if there is None or there["head"]["chain"] != version.chain:
            raise StaleHead(f"article {head.article_id} exists already") from error


async def _advance(db: Database, head: Head, version: Version, facts: Document, expected: int) -> None:
    update = _update(head, head.lease)
    update["$set"] |= facts["$set"]
    update["$inc"] = facts["$inc"]
    result = await db.articles.update_one(_guard(head, expected), update)
    if result.matched_count == 0:
        there = await db.articles.find_one({"_id": head.article_id}, {"head": 1, "claims": 1})
        _check(there, expected, version, head)


async def touch(db: Database, head: Head) -> None:
    result = await db.articles.update_one(_guard(head, head.number), _update(head, head.lease))
    if result.matched_count == 0:
        there = await db.articles.find_one({"_id": head.article_id}, {"head": 1, "claims": 1})
        _check_lease(there, head)
        raise StaleHead(f"article {head.article_id} does not stand at version {head.number}")


def _guard(head: Head, expected: int) -> Document:
    guard: Document = {"_id": head.article_id, "head.number": expected}
    if head.lease:
        guard["claims"] = head.lease
    return guard


def _update(head: Head, lease: int) -> Document:
    fields = {name: value for name, value in documents.schedule_document(head).items() if name not in IMMUTABLE}
    update: Document = {"$set": fields}
    if lease:
        # Answered: the story may be claimed again when it is due. The token stays good until somebody does.
        update["$unset"] = {"lease": ""}
    return update


async def follow(db: Database, found: Mapping[str, Any] | None, ahead: Mapping[str, Any]) -> None:
    """Set the head to the version that was written before the kill; another's faster repair is as good."""
    version = documents.version(ahead)
    before = documents.head(found) if found is not None else None
    repaired = followed(before, version)
    facts = _facts(version, is_held=bool(ahead.get("held")), publisher=None)
    await versions.insert_passages(db, version)
    if before is None:
        try:
            await _insert(db, repaired, version, facts)
        except StaleHead:
            return
        return
    update = _update(repaired, 0)
    update["$set"] |= facts["$set"]
    update["$inc"] = facts["$inc"]
    await db.articles.find_one_and_update(
        _guard(replace(repaired, lease=0), before.number), update, return_document=ReturnDocument.AFTER
    )


def followed(before: Head | None, version: Version) -> Head:
    """Return the head that `version` asks for: its values with the schedule of before, due at once if there is none.

    Validators are dropped: whether they belong to the old or the new body is not known.
    """
    article = version.article
    is_edit = version.cause is Cause.EDIT
    track = before.track if before else _first_track(version)
    if before and is_edit:
        track = replace(track, last_changed_at=version.seen_at, changes=track.changes + 1, quiet=0)
    return Head(
        article_id=version.article_id,
        source=article.source,
        guid=article.guid,
        url=article.url,
        number=version.number,
        wording=article.wording,
        text=article.text,
        stamp=article.stamp,
        chain=version.chain,
        payload_digest=version.payload_digest,
        seen_at=version.seen_at,
        headline=article.headline,
        state=State.WATCHED,
        track=track,
        aliases=_aliases(before, article.url),
        validators=Validators(),
        next_check_at=before.next_check_at if before else version.seen_at,
        next_check_reason=before.next_check_reason if before else "the first check was cut short",
        value=before.value if before else 0.0,
    )


def _first_track(version: Version) -> Track:
    published = version.article.date_published
    return Track(
        source=version.article.source,
        first_seen_at=version.seen_at,
        published_at=published.value if published else None,
        last_checked_at=version.seen_at,
        checks=1,
        kind=version.article.kind,
    )


def _aliases(before: Head | None, url: str) -> tuple[str, ...]:
    if before is None:
        return ()
    known = (*before.aliases, before.url)
    return tuple(dict.fromkeys(alias for alias in known if alias != url))
