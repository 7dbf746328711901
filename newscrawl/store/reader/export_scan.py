"""Everything that may be seen, article by article, for export: bounded memory, and a place to go on from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Capture
from newscrawl.store import documents, versions
from newscrawl.store.reader import conversion
from newscrawl.store.reader.limits import bounded
from newscrawl.store.reader.redacted import is_withheld, redacted
from newscrawl.store.reader.views import ArticleView, VersionView
from newscrawl.store.reader.visibility import is_hidden
from newscrawl.store.redactions import Redactor

Document = dict[str, Any]
STRETCH = 100  # articles or versions of one query


class ExportScan:
    def __init__(self, db: AsyncDatabase[Document]) -> None:
        self._db = db

    async def stories(self, source: str | None = None, *, after: str | None = None) -> AsyncIterator[ArticleView]:
        """Go through the visible articles by id, from the one after `after`."""
        while True:
            found = await self._stretch(source, after)
            for article in found:
                if not is_hidden(article):
                    yield conversion.article_view(article)
            if len(found) < STRETCH:
                return
            after = found[-1]["_id"]

    async def texts(self, article_id: str) -> AsyncIterator[VersionView]:
        """Go through the visible versions of an article, oldest first; held ones are left out."""
        number = 0
        is_orphan = False
        redactor = await self._redactor(article_id)
        while True:
            found = await self._versions(article_id, number)
            for version in found:
                number = version["number"]
                if not is_hidden(version) and not version.get("held"):
                    told = redacted(version, redactor)
                    yield VersionView(documents.version({**told, "change": {}} if is_orphan else told))
                is_orphan = is_hidden(version)
            if len(found) < STRETCH:
                return

    @bounded
    async def evidence(self, article_id: str, number: int) -> Capture | None:
        """Return the capture of a version that `texts` gave, body included; None if there is none or it is withheld."""
        capture = await versions.evidence(self._db, article_id, number)
        redactor = await self._redactor(article_id)
        if capture is None or redactor is None:
            return capture
        version = await self._db.versions.find_one({"_id": documents.version_id(article_id, number)}, {"terms": 0})
        return None if version is None or is_withheld(version, capture, redactor) else capture

    @bounded
    async def _redactor(self, article_id: str) -> Redactor | None:
        return Redactor.of(await self._db.articles.find_one({"_id": article_id}, {"withheld": 1}))

    @bounded
    async def count(self, source: str | None = None) -> int:
        """Return how many articles there are, about: for a progress bar."""
        if source is None:
            return await self._db.articles.estimated_document_count()
        return await self._db.articles.count_documents({"source": source})

    @bounded
    async def _stretch(self, source: str | None, after: str | None) -> list[Document]:
        query: Document = {} if after is None else {"_id": {"$gt": after}}
        if source is not None:
            query["source"] = source
        return await self._db.articles.find(
            query, conversion.ARTICLE_LEFT_OUT, sort=[("_id", 1)], limit=STRETCH
        ).to_list()

    @bounded
    async def _versions(self, article_id: str, above: int) -> list[Document]:
        query = {"article_id": article_id, "number": {"$gt": above}}
        return await self._db.versions.find(query, {"terms": 0}, sort=[("number", 1)], limit=STRETCH).to_list()
