"""One article at a time: facts, versions, evidence, events, and finding it by what people have in hand."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Capture, Change, Version
from newscrawl.store import documents, versions
from newscrawl.store.lookup import matching_articles, only_match
from newscrawl.store.reader import conversion
from newscrawl.store.reader.limits import CHECKS, EVENTS, VERSIONS, bounded
from newscrawl.store.reader.redacted import is_withheld, redacted
from newscrawl.store.reader.views import ArticleView, Event, VersionSummary, VersionView
from newscrawl.store.reader.visibility import Absent, Hidden, is_hidden, refuse_hidden
from newscrawl.store.redactions import Redactor

Document = dict[str, Any]
NO_TERMS = {"terms": 0}


class ArticleReader:
    def __init__(self, db: AsyncDatabase[Document]) -> None:
        self._db = db

    @bounded
    async def article(self, article_id: str) -> ArticleView:
        """Return an article's facts; raises Absent or Hidden."""
        found = await self._db.articles.find_one({"_id": article_id}, conversion.ARTICLE_LEFT_OUT)
        if found is None:
            raise Absent(f"no article {article_id}")
        refuse_hidden(found, "This article")
        return conversion.article_view(found)

    @bounded
    async def versions(
        self, article_id: str, *, before: int | None = None, limit: int = VERSIONS
    ) -> tuple[VersionSummary, ...]:
        """Return the newest visible versions below number `before`, oldest first; the caller has asked `story`."""
        query: Document = {"article_id": article_id}
        if before is not None:
            query["number"] = {"$lt": before}
        # One more than shown: whether the oldest one's predecessor is hidden must be known too.
        found, redactor = await asyncio.gather(
            self._db.versions.find(query, conversion.SUMMARY_FIELDS, sort=[("number", -1)], limit=limit + 1).to_list(),
            self._redactor(article_id),
        )
        hidden = {v["number"] for v in found if is_hidden(v)}
        shown = [v for v in reversed(found[:limit]) if v["number"] not in hidden]
        return tuple(
            conversion.version_summary(v, is_orphan=v["number"] - 1 in hidden, redactor=redactor) for v in shown
        )

    async def version(self, article_id: str, number: int) -> VersionView:
        """Return one version; raises Absent or Hidden. The caller has asked `story`."""
        return (await self.pair(article_id, number, number))[0]

    @bounded
    async def pair(self, article_id: str, a: int, b: int) -> tuple[VersionView, VersionView]:
        """Return two versions at once; raises Absent or Hidden for either. The caller has asked `story`."""
        ids = [documents.version_id(article_id, number) for number in {a, b}]
        both, redactor, hidden = await asyncio.gather(
            self._db.versions.find({"_id": {"$in": ids}}, NO_TERMS).to_list(),
            self._redactor(article_id),
            self._hidden(article_id, {n - 1 for n in (a, b) if n > 1} - {a, b}),
        )
        found = {v["number"]: redacted(v, redactor) for v in both}
        for number in (a, b):
            if number not in found:
                raise Absent(f"no version {number} of article {article_id}")
            refuse_hidden(found[number], f"Version {number}")
        return _text(found[a], is_orphan=a - 1 in hidden), _text(found[b], is_orphan=b - 1 in hidden)

    async def _redactor(self, article_id: str) -> Redactor | None:
        return Redactor.of(await self._db.articles.find_one({"_id": article_id}, {"withheld": 1}))

    async def _hidden(self, article_id: str, numbers: set[int]) -> set[int]:
        """Return which of some versions are hidden."""
        if not numbers:
            return set()
        ids = [documents.version_id(article_id, number) for number in numbers]
        found = self._db.versions.find({"_id": {"$in": ids}}, {"number": 1, "hidden": 1})
        return {v["number"] async for v in found if is_hidden(v)}

    @bounded
    async def full_versions(self, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Version]:
        """Return the visible ones of some versions at once, without their changes."""
        ids = [documents.version_id(article_id, number) for article_id, number in keys]
        found = await self._db.versions.find({"_id": {"$in": ids}}, {**NO_TERMS, "change": 0, "passages": 0}).to_list()
        about = self._db.articles.find(
            {"_id": {"$in": list({key for key, _ in keys})}, "withheld": {"$exists": True}}, {"withheld": 1}
        )
        veils = {article["_id"]: Redactor.of(article) async for article in about}
        shown = [
            documents.version({**redacted(v, veils.get(v["article_id"])), "change": {}})
            for v in found
            if not is_hidden(v)
        ]
        return {(version.article_id, version.number): version for version in shown}

    @bounded
    async def evidence(self, article_id: str, number: int) -> Capture:
        """Return the capture of a version, body included; raises Absent or Hidden, for the article's sake as well."""
        await self.article(article_id)
        version = await self._document(article_id, number)
        capture = await versions.evidence(self._db, article_id, number)
        if capture is None:
            raise Absent(f"no payload is kept of version {number}")
        redactor = await self._redactor(article_id)
        if redactor is not None and is_withheld(version, capture, redactor):
            raise Hidden(f"The page of version {number}", redactor.reasons)
        return capture

    @bounded
    async def events(self, article_id: str) -> tuple[Event, ...]:
        """Return what happened to an article beside its wordings, oldest first."""
        of_it: Document = {"article_id": article_id}
        found, doubted, redactor = await asyncio.gather(
            self._db.events.find(of_it, sort=[("at", 1)], limit=EVENTS).to_list(),
            self._db.quarantine.find(of_it, {"at": 1, "reason": 1, "state": 1}, limit=EVENTS).to_list(),
            self._redactor(article_id),
        )
        events = [conversion.event(e, redactor=redactor) for e in found]
        told = [{**d, "kind": "quarantined", "detail": f"{d.get('reason') or ''} ({d.get('state')})"} for d in doubted]
        events += [conversion.event(d, redactor=redactor) for d in told]
        return tuple(sorted(events, key=lambda event: event.at))

    @bounded
    async def checks(self, article_id: str) -> tuple[datetime, ...]:
        """Return the moments of the newest checks that are still on the books, oldest first."""
        found = await self._db.checks.find(
            {"article_id": article_id}, {"_id": 0, "at": 1}, sort=[("at", -1)], limit=CHECKS
        ).to_list()
        return tuple(check["at"] for check in reversed(found))

    @bounded
    async def find(self, text: str) -> tuple[ArticleView, ...]:
        """Return the visible articles that an id or URL means; raises Hidden for the only one, if it is."""
        found = await matching_articles(self._db, text, conversion.ARTICLE_LEFT_OUT)
        if len(found) == 1:
            refuse_hidden(found[0], "This article")
        return tuple(conversion.article_view(article) for article in found if not is_hidden(article))

    async def find_one(self, text: str) -> ArticleView:
        """Return the one visible article that an id or URL means; raises NotFound for none and for several."""
        found = await self.find(text)
        article_id = only_match(text, [(article.article_id, article.source) for article in found])
        return next(article for article in found if article.article_id == article_id)

    async def _document(self, article_id: str, number: int) -> Document:
        found = await self._db.versions.find_one({"_id": documents.version_id(article_id, number)}, NO_TERMS)
        if found is None:
            raise Absent(f"no version {number} of article {article_id}")
        refuse_hidden(found, f"Version {number}")
        return found


def _text(found: Mapping[str, Any], *, is_orphan: bool) -> VersionView:
    version = documents.version(found)
    capture = documents.capture(found["capture"], b"") if found.get("capture") else None
    return VersionView(
        replace(version, change=Change()) if is_orphan else version, is_held=bool(found.get("held")), capture=capture
    )
