"""What entries of a list need beside their versions: the visible articles, and the versions before."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Segment
from newscrawl.store.documents import Document, version_id
from newscrawl.store.reader import conversion
from newscrawl.store.reader.taken_down import TakenDown
from newscrawl.store.reader.views import ChangeEntry
from newscrawl.store.reader.visibility import NEEDED, is_hidden, is_listed
from newscrawl.store.redactions import Redactor

BEFORE_FIELDS = {"headline": 1, **NEEDED}


class ListContext:
    """Documents that were fetched for the versions of one list, by their ids."""

    def __init__(self, taken: TakenDown) -> None:
        self.taken = taken
        self.articles: dict[str, Document] = {}  # visible ones
        self.versions: dict[str, Document] = {}  # those before, or all

    async def fetch(self, db: AsyncDatabase[Document], versions: Sequence[Document]) -> None:
        """Fetch what entries of these versions need."""
        article_ids = {version["article_id"] for version in versions} - self.articles.keys()
        ids_before = [
            version_id(version["article_id"], version["number"] - 1) for version in versions if version["number"] > 1
        ]
        articles, before = await asyncio.gather(
            _by_ids(db, "articles", article_ids, conversion.ARTICLE_PROJECTION),
            _by_ids(db, "versions", set(ids_before) - self.versions.keys(), BEFORE_FIELDS),
        )
        self.add(articles, before)

    def add(self, articles: Sequence[Document], versions: Sequence[Document]) -> None:
        """Take documents that were read otherwise."""
        self.articles |= {article["_id"]: article for article in articles if not is_hidden(article)}
        self.versions |= {version["_id"]: version for version in versions}

    def has_article(self, version: Document) -> bool:
        """Return whether the version's article is visible."""
        return version["article_id"] in self.articles

    def is_visible(self, version: Document) -> bool:
        """Return whether neither the version nor its article is hidden."""
        return self.has_article(version) and not is_hidden(version)

    def is_orphan(self, version: Document) -> bool:
        """Return whether the version before is hidden, so that the change must not be shown."""
        before = self._version_before(version)
        return before is not None and is_hidden(before)

    def entry(
        self, version: Document, snippets: tuple[str, ...] = (), edits: tuple[tuple[Segment, ...], ...] = ()
    ) -> ChangeEntry:
        before = self._version_before(version)
        is_orphan = self.is_orphan(version)
        return ChangeEntry(
            conversion.version_summary(version, is_orphan=is_orphan, redactor=self.redactor(version)),
            conversion.article_view(self.articles[version["article_id"]], self.taken),
            self.redacted_texts(version, (before["headline"],))[0] if before and not is_orphan else None,
            snippets,
            edits,
        )

    def listed_entry(self, version: Document) -> ChangeEntry | None:
        """Return the entry of a version; None if it, or its change, is to be in no list."""
        is_shown = self.is_visible(version) and not self.is_orphan(version) and is_listed(version)
        return self.entry(version) if is_shown else None

    def redactor(self, version: Document) -> Redactor | None:
        return Redactor.of(self.articles.get(version["article_id"]))

    def redacted_texts(self, version: Document, texts: Sequence[str]) -> Sequence[str]:
        """Return texts of a version with redacted passages marked."""
        redactor = self.redactor(version)
        return texts if redactor is None else [redactor.text(text) for text in texts]

    def _version_before(self, version: Document) -> Document | None:
        return self.versions.get(version_id(version["article_id"], version["number"] - 1))


async def _by_ids(
    db: AsyncDatabase[Document], name: str, ids: Collection[str], fields: Mapping[str, Any]
) -> list[Document]:
    return await db[name].find({"_id": {"$in": list(ids)}}, fields).to_list() if ids else []
