"""One article at a time: facts, versions, captures, events, and finding it by what a person types."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from newscrawl.items import Capture, Change, MonthOfChecks, Version
from newscrawl.store import check_counts, check_log, page_documents, version_documents, versions
from newscrawl.store.documents import Document, version_id
from newscrawl.store.erasure import What
from newscrawl.store.held_versions import hold_of
from newscrawl.store.lookup import matching_articles, only_match
from newscrawl.store.quarantine import LATE
from newscrawl.store.reader import conversion
from newscrawl.store.reader.limits import MAX_CHECKS, MAX_EVENTS, MAX_VERSIONS, bounded
from newscrawl.store.reader.redacted import redacted, shows_redacted_words, without_proofs
from newscrawl.store.reader.replica_reader import ReplicaReader
from newscrawl.store.reader.views import ArticleView, ErasedVersion, Event, VersionSummary, VersionView
from newscrawl.store.reader.visibility import Absent, Erased, Hidden, is_hidden, refuse_hidden
from newscrawl.store.redactions import Redactor

WITHOUT_TERMS = {"terms": 0}


class ArticleReader(ReplicaReader):
    """Facts, versions, captures and events of single articles."""

    @bounded
    async def article(self, article_id: str) -> ArticleView:
        """Return an article's facts; raises Absent or Hidden."""
        article = await self._db.articles.find_one({"_id": article_id}, conversion.ARTICLE_PROJECTION)
        if article is None:
            raise Absent(f"no article {article_id}")
        refuse_hidden(article, "This article")
        return conversion.article_view(article, await self._takedowns.current())

    @bounded
    async def versions(
        self, article_id: str, *, before: int | None = None, limit: int = MAX_VERSIONS
    ) -> tuple[VersionSummary, ...]:
        """Return the newest visible versions below number `before`, oldest first.

        Callers read `article` first: it raises Hidden for a hidden article.
        """
        query: Document = {"article_id": article_id}
        if before is not None:
            query["number"] = {"$lt": before}
        # One more than returned: if the version before the oldest one is hidden, the change of the oldest is not shown.
        versions, redactor = await asyncio.gather(
            self._db.versions.find(query, conversion.SUMMARY_FIELDS, sort=[("number", -1)], limit=limit + 1).to_list(),
            self._redactor(article_id),
        )
        hidden = {version["number"] for version in versions if is_hidden(version)}
        return tuple(
            conversion.version_summary(version, is_orphan=version["number"] - 1 in hidden, redactor=redactor)
            for version in reversed(versions[:limit])
            if version["number"] not in hidden
        )

    @bounded
    async def erased_versions(self, article_id: str) -> tuple[ErasedVersion, ...]:
        """Return the tombstones of an article's versions that were erased, oldest first."""
        query = {"article_id": article_id, "erased.what": What.VERSION.value}
        found = self._db.versions.find(query, {"number": 1, "seen_at": 1, "erased": 1}, sort=[("number", 1)])
        return tuple(
            ErasedVersion(v["number"], v["seen_at"], v["erased"]["at"], v["erased"]["reason"])
            for v in await found.limit(MAX_VERSIONS).to_list()
        )

    async def version(self, article_id: str, number: int) -> VersionView:
        """Return one version; raises Absent or Hidden. Callers read `article` first."""
        return (await self.pair(article_id, number, number))[0]

    @bounded
    async def pair(self, article_id: str, a: int, b: int) -> tuple[VersionView, VersionView]:
        """Return two versions at once; raises Absent or Hidden for either. Callers read `article` first."""
        ids = [version_id(article_id, number) for number in {a, b}]
        documents, redactor, hidden, taken = await asyncio.gather(
            self._db.versions.find({"_id": {"$in": ids}}, WITHOUT_TERMS).to_list(),
            self._redactor(article_id),
            self._hidden(article_id, {number - 1 for number in (a, b) if number > 1} - {a, b}),
            self._takedowns.current(),
        )
        by_number = {each["number"]: without_proofs(redacted(each, redactor), taken) for each in documents}
        for number in (a, b):
            if number not in by_number:
                raise Absent(f"no version {number} of article {article_id}")
            refuse_hidden(by_number[number], f"Version {number}")
        return _view(by_number[a], is_orphan=a - 1 in hidden), _view(by_number[b], is_orphan=b - 1 in hidden)

    async def _redactor(self, article_id: str) -> Redactor | None:
        return Redactor.of(await self._db.articles.find_one({"_id": article_id}, {"withheld": 1}))

    async def _hidden(self, article_id: str, numbers: set[int]) -> set[int]:
        """Return which of the versions with these numbers are hidden."""
        if not numbers:
            return set()
        ids = [version_id(article_id, number) for number in numbers]
        cursor = self._db.versions.find({"_id": {"$in": ids}}, {"number": 1, "hidden": 1})
        return {version["number"] async for version in cursor if is_hidden(version)}

    @bounded
    async def full_versions(self, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Version]:
        """Return the visible versions of several articles at once, without their changes, by (article id, number)."""
        ids = [version_id(article_id, number) for article_id, number in keys]
        projection = {**WITHOUT_TERMS, "change": 0, "passages": 0}
        documents = await self._db.versions.find({"_id": {"$in": ids}}, projection).to_list()
        redactors = await self._redactors({article_id for article_id, _ in keys})
        taken = await self._takedowns.current()
        shown = [
            without_proofs(redacted(document, redactors.get(document["article_id"])), taken)
            for document in documents
            if not is_hidden(document)
        ]
        versions = [version_documents.version({**document, "change": {}}) for document in shown]
        return {(version.article_id, version.number): version for version in versions}

    async def _redactors(self, article_ids: set[str]) -> dict[str, Redactor | None]:
        query = {"_id": {"$in": list(article_ids)}, "withheld": {"$exists": True}}
        return {
            article["_id"]: Redactor.of(article) async for article in self._db.articles.find(query, {"withheld": 1})
        }

    @bounded
    async def evidence(self, article_id: str, number: int) -> Capture:
        """Return the capture of a version, body included; raises Absent or Hidden for the version or its article."""
        await self.article(article_id)
        version = await self._document(article_id, number)
        capture = await versions.capture_of(self._db, article_id, number)
        if capture is None and version.get("erased"):
            raise Erased(f"The page of version {number}", version["erased"])
        if capture is None:
            raise Absent(f"version {number} has no stored payload")
        taken, redactor = await self._takedowns.current(), await self._redactor(article_id)
        if version["payload"] in taken.payloads:
            raise Hidden(f"The page of version {number}", "it is the page of a hidden version, too")
        if redactor is not None and await asyncio.to_thread(shows_redacted_words, version, capture, redactor):
            raise Hidden(f"The page of version {number}", redactor.reasons)
        return capture

    @bounded
    async def events(self, article_id: str) -> tuple[Event, ...]:
        """Return what happened to an article beside its wordings, oldest first; quarantined checks included."""
        query: Document = {"article_id": article_id}
        documents, entries, article = await asyncio.gather(
            self._db.events.find(query, sort=[("at", 1)], limit=MAX_EVENTS).to_list(),
            self._db.quarantine.find(query, {"at": 1, "reason": 1, "state": 1, "kind": 1}, limit=MAX_EVENTS).to_list(),
            self._db.articles.find_one({"_id": article_id}, {"withheld": 1, "hidden_urls": 1}),
        )
        taken = await self._takedowns.current()
        has_hidden = article_id in taken.versions  # a doubtful page may say what a hidden version says
        documents += [_quarantine_event({**entry, "reason": ""} if has_hidden else entry) for entry in entries]
        hidden_urls = (article or {}).get("hidden_urls", ())
        shown = [each for each in documents if not any(url in str(each.get("detail")) for url in hidden_urls)]
        events = [conversion.event(each, redactor=Redactor.of(article)) for each in shown]
        return tuple(sorted(events, key=lambda event: event.at))

    @bounded
    async def checks(self, article_id: str) -> tuple[datetime, ...]:
        """Return the times of the newest checks that are still in the check log, oldest first."""
        lines = await check_log.find_lines(self._db, {"article_id": article_id}, limit=MAX_CHECKS)
        return tuple(sorted(line["at"] for line in lines)[-MAX_CHECKS:])

    @bounded
    async def months_of_checks(self, article_id: str) -> tuple[MonthOfChecks, ...]:
        """Return how often the article was checked in each month, oldest first; also of months without log lines."""
        return tuple(await check_counts.months(self._db, article_id))

    @bounded
    async def find(self, text: str) -> tuple[ArticleView, ...]:
        """Return the visible articles that an id or URL means; raises Hidden if the only one is hidden."""
        articles = await matching_articles(self._db, text, conversion.ARTICLE_PROJECTION)
        if len(articles) == 1:
            refuse_hidden(articles[0], "This article")
        taken = await self._takedowns.current()
        return tuple(conversion.article_view(article, taken) for article in articles if not is_hidden(article))

    async def find_one(self, text: str) -> ArticleView:
        """Return the one visible article that an id or URL means; raises NotFound for none and for several."""
        articles = await self.find(text)
        article_id = only_match(text, [(article.article_id, article.source) for article in articles])
        return next(article for article in articles if article.article_id == article_id)

    async def _document(self, article_id: str, number: int) -> Document:
        version = await self._db.versions.find_one({"_id": version_id(article_id, number)}, WITHOUT_TERMS)
        if version is None:
            raise Absent(f"no version {number} of article {article_id}")
        refuse_hidden(version, f"Version {number}")
        return version


def _view(document: Mapping[str, Any], *, is_orphan: bool) -> VersionView:
    """Return a version; the change of an orphan, whose version before is hidden, is left out."""
    version = version_documents.version(document)
    capture = page_documents.capture(document["capture"], b"") if document.get("capture") else None
    if is_orphan:
        version = replace(version, change=Change())
    return VersionView(version, hold_of(document), capture, conversion.retraction(document))


def _quarantine_event(entry: Mapping[str, Any]) -> Document:
    kind = LATE if entry.get("kind") == LATE else "quarantined"
    return {**entry, "kind": kind, "detail": f"{entry.get('reason') or ''} ({entry.get('state')})".strip()}
