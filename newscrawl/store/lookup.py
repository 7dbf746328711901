"""Finding articles by what a person types: an id, or a URL in any of the forms people paste."""

from __future__ import annotations

import re
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import NotFound
from newscrawl.store import lookup_urls
from newscrawl.store.distinct import distinct
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]
ARTICLE_ID = re.compile(r"[a-z2-7]{16}")
MAX_MATCHES = 20


async def matching_articles(db: Database, text: str, projection: Document | None = None) -> list[Document]:
    """Return the articles that an id or URL means, hidden ones included: the caller decides who may see them.

    URLs match with any scheme, with or without www, tracking parameters and a closing slash. Former URLs (aliases)
    match too, and so do URLs with another slug around the source's own id of the article.
    """
    text = text.strip()
    if ARTICLE_ID.fullmatch(text):
        query: Document = {"_id": text}
    else:
        urls = list(lookup_urls.candidates(text))
        if not urls:
            return []
        query = {"$or": [{"url": {"$in": urls}}, {"aliases": {"$in": urls}}]}
    matches = await db.articles.find(query, projection, limit=MAX_MATCHES).to_list()
    return matches or await _by_site_id(db, text, projection)


async def _by_site_id(db: Database, text: str, projection: Document | None) -> list[Document]:
    """Return the articles of the URL's site whose guid is one of the ids in the URL."""
    ids = list(lookup_urls.ids(text))
    if not ids:
        return []
    sources = await distinct(db.articles, "source")
    query = {"source": {"$in": sources}, "guid": {"$in": ids}}
    site = lookup_urls.site(text if "://" in text else f"https://{text}")
    cursor = db.articles.find(query, projection, limit=MAX_MATCHES)
    return [article async for article in cursor if lookup_urls.site(article["url"]) == site]


def only_match(text: str, matches: list[tuple[str, str]]) -> str:
    """Return the id of the one article that `text` means, of (article id, source) pairs.

    Raises NotFound for none, and for several: a takedown or a recheck must not hit the wrong one.
    """
    if not matches:
        raise NotFound(f"no article is known by {text!r}: give its URL or the 16 letters of its id")
    if len(matches) > 1:
        ids = ", ".join(f"{article_id} ({source})" for article_id, source in matches)
        raise NotFound(f"{text!r} means {len(matches)} articles: {ids}; give the id")
    return matches[0][0]


async def article_id_of(db: Database, text: str) -> str:
    """Return the id of the one article that an id or URL means, hidden or not; raises NotFound otherwise."""
    matches: list[dict[str, Any]] = await matching_articles(db, text, {"source": 1, "url": 1})
    return only_match(text, [(article["_id"], article["source"]) for article in matches])
