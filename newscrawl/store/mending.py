"""Mend what `verify` finds and versions alone can tell: heads, counts and passages are computed again from them.

No version and no payload is ever altered. An article that a run has claimed is left to the next time, and nothing is
written to one that was claimed or advanced since it was read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Cause
from newscrawl.store import late, repair, store_time, version_documents, versions
from newscrawl.store.articles import id_range
from newscrawl.store.documents import Document, version_id
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.retries import with_retries
from newscrawl.store.session import Store
from newscrawl.store.verify import (
    chain_problems,
    edits_of,
    has_other_wording,
    head_problems,
    history_of,
    versions_without_article,
)

Database = AsyncDatabase[Document]
PAGE = 500
# Parts of the sentences of `verify`, and why nothing here mends what they say.
NOT_MENDABLE = {
    " is missing": "it was lost: restore a backup that has it",
    "has no version": "its versions were lost: restore a backup that has them",
    "does not match its chain": "what was recorded is never altered: compare it with a backup",
    "head is version": "versions that the head knows of were lost: restore a backup that has them",
    "does not match its digest": "its bytes were altered: restore a backup that has it",
    "cannot be decompressed": "its bytes are damaged: restore a backup that has it",
    ": counts ": "versions are missing that it counts: restore a backup that has them",
    "has another wording": "the version itself does not match its chain: compare it with a backup",
    "there is no such order": "who marked it so is not known: compare it with a backup",
}
LATE = "it was inserted after a newer check: the next check of the article puts it into quarantine"
TAKEN = "a run has claimed the article: run this again when it has ended"


@dataclass(frozen=True, slots=True)
class Mending:
    """What was mended, a sentence each, and why articles were left, by their ids."""

    mended: tuple[str, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)

    def why_left(self, problem: str) -> str:
        """Return why a problem that `verify` still reports was not mended."""
        article_id = problem.removeprefix("article ").partition(":")[0]
        if article_id in self.left and (": head " in problem or ": counts " in problem):
            return self.left[article_id]
        return next((reason for part, reason in NOT_MENDABLE.items() if part in problem), "")


async def mend(store: Store) -> Mending:
    """Mend the whole archive, article by article."""
    mended: list[str] = []
    left: dict[str, str] = {}
    async for article_id in _ids(store):
        is_sound = await with_retries(store, partial(_is_sound, store.db, article_id))
        if not is_sound:
            done, reason = await with_retries(store, partial(_mend, store.db, article_id))
            mended += done
            if reason:
                left[article_id] = reason
    mended += await with_retries(store, partial(_insert_articles, store.db))
    return Mending(tuple(mended), left)


async def _ids(store: Store) -> AsyncIterator[str]:
    after: str | None = None
    while True:
        query = id_range(after, None)
        find = partial(_page, store.db, query)
        ids = await with_retries(store, find)
        for article_id in ids:
            yield article_id
        if len(ids) < PAGE:
            return
        after = ids[-1]


async def _page(db: Database, query: Document) -> list[str]:
    return [each["_id"] async for each in db.articles.find(query, {"_id": 1}).sort("_id", 1).limit(PAGE)]


async def _is_sound(db: Database, article_id: str) -> bool:
    article, history = await history_of(db, article_id)
    if head_problems(article, history):
        return False
    return not await _unsearchable(db, history)


async def _mend(db: Database, article_id: str) -> tuple[list[str], str]:
    """Mend one article; return what was done, and why something could not be."""
    stored = await db.articles.find_one({"_id": article_id})
    if stored is None or (stored.get("lease") and stored["lease"]["until"] > await store_time.now(db)):
        return [], TAKEN
    _, history = await history_of(db, article_id)
    number, done = stored["head"]["number"], list[str]()
    if _is_late(stored, history) and (reached := _reached(stored, history)):
        await _set_head(db, stored, reached)
    elif not _is_late(stored, history):
        while stored is not None and await repair.advance(db, article_id, stored):
            stored = await db.articles.find_one({"_id": article_id})
    stored = await db.articles.find_one({"_id": article_id}) or {}
    if stored["head"]["number"] != number:
        done.append(f"article {article_id}: head advanced from version {number} to {stored['head']['number']}")
    if _is_late(stored, history):
        return done, LATE
    done += await _mend_fields(db, stored, history)
    done += await _mend_passages(db, article_id, history)
    return done, ""


def _is_late(stored: Mapping[str, Any], history: Sequence[Document]) -> bool:
    number = stored["head"]["number"]
    following = next((version for version in history if version["number"] == number + 1), None)
    return following is not None and late.is_late(following, stored)


def _reached(stored: Mapping[str, Any], history: Sequence[Document]) -> Document | None:
    """Return the newest version behind a head that it certainly had reached: these were not inserted too late.

    Later versions follow it, or the article counts it, has its chain, or states that it changed since.
    """
    number, changed_at = stored["head"]["number"], stored.get("last_changed_at")
    if [version["number"] for version in history] != list(range(1, len(history) + 1)):
        return None
    found = None
    for version in history[number:]:
        is_followed = version["number"] < len(history)
        is_counted = version["number"] <= stored["versions"]
        is_chained = version["chain"] == stored["head"]["chain"]
        is_noted = bool(changed_at) and version["cause"] == Cause.EDIT and version["seen_at"] <= changed_at
        if is_followed or is_counted or is_chained or is_noted:
            found = version
    return found


async def _set_head(db: Database, stored: Mapping[str, Any], version: Document) -> None:
    """Set a head to a version that it had reached; its state and schedule stay."""
    names = ("number", "wording", "text", "stamp", "chain", "payload", "seen_at")
    head = {f"head.{name}": version[name] for name in names}
    facts = {name: version[name] for name in ("headline", "section", "language", "date_published")}
    unknown = {"head.reading": "", "head.containers": "", "validators": {"etag": None, "last_modified": None}}
    await _update(db, stored, {**head, **({} if version.get("erased") else facts), **unknown})


async def _update(db: Database, stored: Mapping[str, Any], fields: Document) -> bool:
    """Set fields of an article unless a run has advanced or claimed it since it was read."""
    guard = {"_id": stored["_id"], "head.number": stored["head"]["number"], "claims": stored.get("claims")}
    return (await db.articles.update_one(guard, {"$set": fields})).matched_count == 1


async def _mend_fields(db: Database, article: Document, history: Sequence[Document]) -> list[str]:
    """Set what a head and its counts state to what the versions say, if these are all there."""
    head, key = article["head"], article["_id"]
    if not history or [version["number"] for version in history] != list(range(1, head["number"] + 1)):
        return []
    newest, fields, done = history[-1], dict[str, Any](), list[str]()
    is_proven = not any(f"version {newest['number']} " in problem for problem in chain_problems(key, list(history)))
    if is_proven and head["chain"] != newest["chain"]:
        fields["head.chain"] = newest["chain"]
        done.append(f"article {key}: chain of the head set to that of version {newest['number']}")
    if is_proven and has_other_wording(head, newest):
        fields["head.wording"] = newest["wording"]
        done.append(f"article {key}: wording of the head set to that of version {newest['number']}")
    counts = {"versions": len(history), "edits": edits_of(history)}
    if {name: article[name] for name in counts} != counts:
        fields |= counts
        done.append(f"article {key}: counts set to {counts['versions']} versions and {counts['edits']} edits")
    if fields and not await _update(db, article, fields):
        return []  # a crawl was faster; `verify` says what is left
    return done


async def _unsearchable(db: Database, history: Sequence[Document]) -> list[Document]:
    """Return the versions whose passages searches do not find."""
    missing: dict[str, Document] = {}
    for name in ("added", "removed"):
        wanted = {version["_id"]: version for version in history if (version.get("passages") or {}).get(name)}
        there = db[name].find({"_id": {"$in": list(wanted)}}, {"_id": 1}) if wanted else None
        found = {each["_id"] async for each in there} if there else set()
        missing |= {key: version for key, version in wanted.items() if key not in found}
    return list(missing.values())


async def _mend_passages(db: Database, article_id: str, history: Sequence[Document]) -> list[str]:
    done = []
    for document in await _unsearchable(db, history):
        await versions.insert_passages(GatheredCommands(db), version_documents.version(document))
        done.append(f"article {article_id}: passages of version {document['number']} can be searched again")
    return done


async def _insert_articles(db: Database) -> list[str]:
    """Insert articles of which there are versions alone; return a sentence for each."""
    done = []
    for article_id in await versions_without_article(db):
        if await db.versions.find_one({"_id": version_id(article_id, 1)}, {"_id": 1}):
            stored = None
            while await repair.advance(db, article_id, stored):
                stored = await db.articles.find_one({"_id": article_id})
            done.append(f"article {article_id}: made again from its versions")
    return done
