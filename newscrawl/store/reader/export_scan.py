"""Everything visible, article by article, for export: in bounded memory, and resumable after any article."""

from __future__ import annotations

import asyncio
import bisect
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from pymongo.errors import PyMongoError

from newscrawl.errors import StoreUnavailable
from newscrawl.items import Capture
from newscrawl.store import version_documents, versions
from newscrawl.store.articles import id_range
from newscrawl.store.documents import Document, version_id
from newscrawl.store.held_versions import hold_of
from newscrawl.store.reader import conversion
from newscrawl.store.reader.limits import bounded
from newscrawl.store.reader.redacted import redacted, shows_redacted_words, without_proofs
from newscrawl.store.reader.replica_reader import ReplicaReader
from newscrawl.store.reader.taken_down import TakenDown
from newscrawl.store.reader.views import ArticleView, VersionView
from newscrawl.store.reader.visibility import is_hidden, is_listed
from newscrawl.store.redactions import Redactor

BATCH_SIZE = 100  # articles or versions of one query


class ExportScan(ReplicaReader):
    """Iteration over all visible articles, and over the versions of one."""

    @bounded
    async def generation(self) -> int:
        """Return the visibility generation: what was exported under another one must be exported again."""
        return (await self._takedowns.current()).generation

    async def articles(
        self, source: str | None = None, *, after: str | None = None, upto: str | None = None,
        among: Sequence[str] | None = None,
    ) -> AsyncIterator[ArticleView]:  # fmt: skip
        """Yield the visible articles in the order of their ids, from the first one above `after` up to `upto`.

        `among` are the ids of all that are wanted, in their order.
        """
        while True:
            await self._know_decisions()
            if among is None:
                articles = await self._next_articles(source, id_range(after, upto))
            else:
                begin = 0 if after is None else bisect.bisect_right(among, after)
                wanted = list(among[begin : begin + BATCH_SIZE])
                if not wanted:
                    return
                articles = await self._next_articles(
                    source, {**id_range(after, upto), "$and": [{"_id": {"$in": wanted}}]}
                )
            taken = await self._taken_down()
            for article in articles:
                if not is_hidden(article):
                    yield conversion.article_view(article, taken)
            if among is not None:
                after = wanted[-1]
            elif len(articles) < BATCH_SIZE:
                return
            else:
                after = articles[-1]["_id"]

    async def seen(self, source: str | None, since: datetime | None, until: datetime | None) -> AsyncIterator[str]:
        """Yield the ids of the articles of which a public version was seen in a time; each more than once, maybe."""
        moments = {name: moment for name, moment in (("$gte", since), ("$lt", until)) if moment is not None}
        query: Document = {"seen_at": moments, "held": None, **({"source": source} if source else {})}
        try:
            async for version in self._db.versions.find(query, {"article_id": 1, "hidden": 1, "held": 1}):
                if is_listed(version):
                    yield version["article_id"]
        except PyMongoError as error:
            raise StoreUnavailable(f"MongoDB cannot be read: {type(error).__name__}") from error

    async def texts(self, article_id: str, *, with_held: bool = False) -> AsyncIterator[VersionView]:
        """Yield the visible versions of an article, oldest first; held ones with the reason, if they are asked for."""
        number = 0
        is_orphan = False
        await self._know_decisions()
        redactor, taken = await self._redactor(article_id), await self._taken_down()
        while True:
            documents = await self._next_versions(article_id, number)
            for document in documents:
                number = document["number"]
                if is_listed(document) or (with_held and not is_hidden(document)):
                    shown = without_proofs(redacted(document, redactor), taken)
                    # The change against a hidden version would reveal what stood there.
                    orphaned: Document = {"change": {}, "passages": {}} if is_orphan else {}
                    version = version_documents.version({**shown, **orphaned})
                    yield VersionView(version, hold_of(document), retraction=conversion.retraction(document))
                is_orphan = is_hidden(document)
            if len(documents) < BATCH_SIZE:
                return

    @bounded
    async def is_taken_down(self, article_id: str, number: int) -> bool:
        """Return whether a version is stored, and hidden or erased by order."""
        document = await self._db.versions.find_one({"_id": version_id(article_id, number)}, {"hidden": 1})
        return document is not None and is_hidden(document)

    @bounded
    async def has_part_taken_down(self, article_id: str) -> bool:
        """Return whether anything of an article is hidden, redacted or erased: its proofs are withheld."""
        return (await self._takedowns.current()).has_part_of(article_id)

    @bounded
    async def evidence(self, article_id: str, number: int) -> Capture | None:
        """Return the capture that was made for a version, body included.

        None for a version that has an earlier one's, if it is missing, of a hidden version too, or has redacted words.
        """
        version = await self._db.versions.find_one({"_id": version_id(article_id, number)}, {"terms": 0})
        capture = await versions.capture_of(self._db, article_id, number)
        redactor, taken = await self._redactor(article_id), await self._takedowns.current()
        if version is None or capture is None or capture.payload_digest != version["payload"]:
            return None
        if version["payload"] in taken.payloads:
            return None
        if redactor is not None and await asyncio.to_thread(shows_redacted_words, version, capture, redactor):
            return None
        return capture

    @bounded
    async def _taken_down(self) -> TakenDown:
        return await self._takedowns.current()

    @bounded
    async def _redactor(self, article_id: str) -> Redactor | None:
        return Redactor.of(await self._db.articles.find_one({"_id": article_id}, {"withheld": 1}))

    @bounded
    async def count(self, source: str | None = None) -> int:
        """Return the approximate number of visible articles, for a progress bar."""
        taken = await self._takedowns.current()
        if source is None:
            return await self._db.articles.estimated_document_count() - len(taken.articles)
        return await self._db.articles.count_documents({"source": source}) - taken.articles_of(source)

    @bounded
    async def erasures(self, after: str = "") -> list[Document]:
        """Return the orders to erase that were carried out, oldest first, from the first one above an id."""
        fields = {"article_id": 1, "source": 1, "what": 1, "number": 1, "at": 1, "reason": 1}
        query = {"_id": {"$gt": after}, "pending": {"$exists": False}}
        return await self._db.erasures.find(query, fields).sort("_id", 1).to_list()

    @bounded
    async def _next_articles(self, source: str | None, query: Document) -> list[Document]:
        if source is not None:
            query["source"] = source
        return await self._db.articles.find(
            query, conversion.ARTICLE_PROJECTION, sort=[("_id", 1)], limit=BATCH_SIZE
        ).to_list()

    @bounded
    async def _next_versions(self, article_id: str, above: int) -> list[Document]:
        query = {"article_id": article_id, "number": {"$gt": above}}
        return await self._db.versions.find(query, {"terms": 0}, sort=[("number", 1)], limit=BATCH_SIZE).to_list()
