"""One pass over the database: everything that is new or changed goes into segments, in an order that is consistent.

Articles are read before their versions, and of these those up to the number of the head; what an operator changes in
both meanwhile is read once more.
"""

from __future__ import annotations

from asyncio import sleep as pause
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import bson
import pymongo
from bson.raw_bson import RawBSONDocument

from newscrawl.items import Cause
from newscrawl.store.backup.known import PLAIN, RAW, Known, digest_of, key_of
from newscrawl.store.backup.log_copy import as_of
from newscrawl.store.backup.paging import PAGE_BYTES, PAGE_SECONDS, pages, raw
from newscrawl.store.backup.treatment import NOT_COPIED, ROWS, Collection, Treatment, order
from newscrawl.store.backup.writing import NewSegments
from newscrawl.store.documents import MAX_BYTES
from newscrawl.store.retries import with_retries
from newscrawl.store.session import Store
from newscrawl.store.tlog.state import COLLECTIONS as LOG

Progress = Callable[[str, int, int], object]
ARTICLES = 50  # read together with their versions
PAYLOADS = 1000
MAX_TRIES = 5
PAUSE_SECONDS = 0.05
_PAIR = ("check_counts", "checks")
_WITH_ARTICLES = "versions"
_PASSAGES = ("added", "removed")


class Pass:
    """One pass; `unsettled` counts articles whose head and versions do not agree, which `verify` names."""

    def __init__(self, store: Store, known: Known, new: NewSegments, progress: Progress) -> None:
        self._store, self._known, self._new, self._progress = store, known, new, progress
        self._raw = raw(store.db)
        self.unsettled = 0

    async def run(self) -> None:
        names = set(await with_retries(self._store, self._store.db.list_collection_names))
        for row in order(names):
            if row.name in LOG:
                if row.name == LOG[0]:
                    await self._log()
            elif row.name in _PAIR:
                if row.name == _PAIR[0]:
                    await self._checks()
            elif row.name == "articles":
                await self._articles()
            elif row.name == "payloads":
                await self._payloads()
            elif row.name != _WITH_ARTICLES:
                await self._collection(row)

    async def newest(self) -> dict[str, list[RawBSONDocument]]:
        """Return the documents of which the folder has the newest state alone; they are few."""
        rows = [row for row in ROWS.values() if row.treatment is Treatment.NEWEST]
        return {row.name: [each async for page in pages(self._store, self._raw[row.name]) for each in page]
                for row in rows}  # fmt: skip

    async def _total(self, name: str) -> int:
        return await with_retries(self._store, self._raw[name].estimated_document_count)

    async def _collection(self, row: Collection) -> int:
        """Copy a collection; return how many of its documents are new or changed."""
        total, done, written = await self._total(row.name), 0, 0
        async for page in pages(self._store, self._raw[row.name]):
            kept = [as_kept(each, row) for each in page if self._is_kept(row.name, each)]
            written += self._new.put(row.name, kept)
            done += len(page)
            self._progress(row.name, done, max(done, total))
        return written

    def _is_kept(self, name: str, document: RawBSONDocument) -> bool:
        if name in _PASSAGES:
            return self._known.has(_WITH_ARTICLES, key_of(document))
        return document["_id"] not in NOT_COPIED.get(name, ())

    async def _log(self) -> None:
        """Copy the log as of the size that its state has when this begins."""
        state, *others = (ROWS[name] for name in LOG)
        found = await with_retries(self._store, self._raw[state.name].find().to_list)
        self._new.put(state.name, found)
        size = max((each["size"] for each in found), default=0)
        for row in others:
            async for page in pages(self._store, self._raw[row.name]):
                plain = [bson.decode(each.raw, PLAIN) for each in page]
                kept = [as_of(row.name, each, size) for each in plain]
                self._new.put(row.name, [RawBSONDocument(bson.encode(each), RAW) for each in kept if each is not None])

    async def _checks(self) -> None:
        """Copy the check log and its counts: no count has changed between the lines that it contains, and itself."""
        counts, lines = (ROWS[name] for name in _PAIR)
        await self._collection(counts)
        for _ in range(MAX_TRIES):
            await self._collection(lines)
            if not await self._collection(counts):
                return

    async def _articles(self) -> None:
        total, done = await self._total("articles"), 0
        async for page in pages(self._store, self._raw.articles, limit=ARTICLES):
            await self._with_versions(page)
            done += len(page)
            self._progress("articles", done, max(done, total))

    async def _with_versions(self, articles: Sequence[RawBSONDocument]) -> None:
        for attempt in range(MAX_TRIES):
            unsettled = await self._read_versions(articles)
            if not unsettled:
                return
            await pause(PAUSE_SECONDS * attempt)
            articles = await with_retries(self._store, partial(self._again, unsettled))
        self.unsettled += len(articles)

    async def _again(self, ids: Sequence[Any]) -> list[RawBSONDocument]:
        return await self._raw.articles.find({"_id": {"$in": list(ids)}}).to_list()

    async def _read_versions(self, articles: Sequence[RawBSONDocument]) -> list[Any]:
        """Copy articles with their versions; return the ids of those whose head and versions do not agree."""
        heads = {article["_id"]: _number(article) for article in articles}
        found: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)

        async def read() -> None:
            found.clear()
            waiting: list[RawBSONDocument] = []
            size = 0
            with pymongo.timeout(PAGE_SECONDS):
                async with self._raw.versions.find({"article_id": {"$in": list(heads)}}) as cursor:
                    async for version in cursor:
                        if version["number"] > heads[version["article_id"]]:
                            continue
                        found[version["article_id"]].append(_facts(version))
                        waiting.append(as_kept(version, ROWS["versions"]))
                        size += len(version.raw)
                        if size > PAGE_BYTES:
                            self._new.put("versions", waiting)
                            waiting, size = [], 0
            self._new.put("versions", waiting)

        await with_retries(self._store, read)
        self._new.put("articles", [as_kept(each, ROWS["articles"]) for each in articles])
        return [article["_id"] for article in articles if not _agrees(article, found[article["_id"]])]

    async def _payloads(self) -> None:
        """Copy payloads; their bytes are read of new ones alone."""
        total, done = await self._total("payloads"), 0
        async for page in pages(self._store, self._raw.payloads, {"z": 0}, limit=PAYLOADS):
            marks = [(key_of(each), digest_of(each.raw)) for each in page]
            changed = self._known.changed("payloads", marks)
            wanted = [each for each, is_changed in zip(page, changed, strict=True) if is_changed]
            for batch in _batches(wanted):
                await self._fetch(batch, dict(marks))
            done += len(page)
            self._progress("payloads", done, max(done, total))

    async def _fetch(self, ids: Sequence[Any], prints: Mapping[bytes, bytes]) -> None:
        async def read() -> list[RawBSONDocument]:
            with pymongo.timeout(PAGE_SECONDS):
                return await self._raw.payloads.find({"_id": {"$in": list(ids)}}).to_list()

        found = await with_retries(self._store, read)
        self._new.put("payloads", found, [prints[key_of(each)] for each in found])


def as_kept(document: RawBSONDocument, row: Collection) -> RawBSONDocument:
    """Return a document without what is about running processes; an article that was leased is due when it was."""
    if not any(name in document for name in row.without):
        return document
    plain = {name: value for name, value in bson.decode(document.raw, PLAIN).items() if name not in row.without}
    if row.name == "articles":
        plain["claim_at"] = plain.get("next_check_at")
    return RawBSONDocument(bson.encode(plain), RAW)


def _number(article: Mapping[str, Any]) -> int:
    return int(article["head"]["number"])


def _facts(version: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"number": version["number"], "chain": version["chain"], "cause": version["cause"],
            "held": version.get("held")}  # fmt: skip


def _agrees(article: Mapping[str, Any], versions: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether an article and its versions are of one moment."""
    ordered = sorted(versions, key=lambda version: version["number"])
    edits = sum(version["cause"] == Cause.EDIT and not version["held"] for version in ordered)
    return (
        [version["number"] for version in ordered] == list(range(1, _number(article) + 1))
        and bool(ordered)
        and ordered[-1]["chain"] == article["head"]["chain"]
        and (article["versions"], article["edits"]) == (len(ordered), edits)
    )


def _batches(documents: Sequence[RawBSONDocument]) -> list[list[Any]]:
    """Return the ids in lists of some megabytes each; of a part of a payload the size is not known."""
    batches: list[list[Any]] = [[]]
    size = 0
    for document in documents:
        expected = min(document.get("size", MAX_BYTES), MAX_BYTES)
        if batches[-1] and size + expected > PAGE_BYTES:
            batches.append([])
            size = 0
        batches[-1].append(document["_id"])
        size += expected
    return [batch for batch in batches if batch]
