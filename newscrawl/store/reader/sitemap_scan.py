"""Visible articles for search engines, in parts by the beginnings of their ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import product

from newscrawl.store.documents import Document
from newscrawl.store.reader.limits import bounded
from newscrawl.store.reader.replica_reader import ReplicaReader
from newscrawl.store.reader.visibility import NEEDED, is_hidden

ID_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"  # in the order of the index
USUAL_PART = 10_000  # articles: a part is one answer, made at once
MAX_PART = 50_000  # sitemaps.org
MAX_PREFIX = 3  # 32,768 parts; a sitemap index may name 50,000
_FIELDS = {"last_changed_at": 1, "first_seen_at": 1, "state": 1, **NEEDED}


@dataclass(frozen=True, slots=True)
class ListedArticle:
    article_id: str
    changed_at: datetime  # or first seen


class SitemapScan(ReplicaReader):
    """Ids are hashes, so that those with one beginning are an even part of all: no part needs the one before."""

    @bounded
    async def prefixes(self) -> tuple[str, ...]:
        """Return the beginnings of ids by which the articles are parted; one, which is empty, if they are few."""
        count = await self._db.articles.estimated_document_count()
        length = next((n for n in range(MAX_PREFIX) if count <= USUAL_PART * len(ID_LETTERS) ** n), MAX_PREFIX)
        return tuple("".join(letters) for letters in product(ID_LETTERS, repeat=length))

    @bounded
    async def articles(self, prefix: str) -> tuple[ListedArticle, ...]:
        """Return the articles whose ids begin so, without those of which anything is hidden or redacted."""
        taken = await self._takedowns.current()
        query = {"_id": {"$gte": prefix, "$lt": prefix + "\x7f"}}
        found = await self._db.articles.find(query, _FIELDS, sort=[("_id", 1)], limit=MAX_PART).to_list()
        return tuple(_listed(each) for each in found if not is_hidden(each) and not taken.has_part_of(each["_id"]))


def _listed(document: Document) -> ListedArticle:
    return ListedArticle(document["_id"], document.get("last_changed_at") or document["first_seen_at"])
