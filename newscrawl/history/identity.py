"""Whose page a fetched page is. A page that claims to be another article is kept apart from it.

Two URLs mean one article only if the site's id, a spelling of the URL or a redirect says so; what a page states of
itself does not suffice, since sites state one URL or one id in all their pages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from newscrawl.items import Head, ParsedPage, Source, Tombstone, article_id
from newscrawl.normalize import are_one, canonical_url, guid_of, head_with_url, is_article_url, own_url, spellings
from newscrawl.store.session import Store


@dataclass(frozen=True, slots=True)
class Identified:
    """A page under the article that it belongs to, with that article's head; `clash` names the one that it claims."""

    result: ParsedPage | Tombstone
    head: Head | None
    clash: str = ""


class Identities:
    """Finds the articles of one source's pages in the store."""

    def __init__(self, store: Store, source: Source) -> None:
        self._store = store
        self._source = source

    async def identify(self, page: ParsedPage, head: Head | None) -> Identified:
        """Return the page under its article; `head` is that of the article which it was taken for."""
        if head is None:
            head = await self._known_by_url(page)
            page = page if head is None else _under(page, head.guid, head.article_id)
        elif not page.lease and self._is_claim(page, head):
            return await self._kept_apart(page, f"the page states the id or URL of {head.article_id} ({head.url})")
        return await self._without_url_of_another(page, head)

    def _is_claim(self, page: ParsedPage, head: Head) -> bool:
        """Return whether only the page itself says that it is this article, and none of the URLs that led to it."""
        own = own_url(page.capture, self._source)
        if head.guid == guid_of(own, self._source):
            return False
        urls = {page.capture.target_uri, *page.capture.redirects, own}
        known = [url for url in (head.url, *head.aliases) if is_article_url(url, self._source)]
        return not any(are_one(url, other, self._source) for url in urls for other in known)

    async def _kept_apart(self, page: ParsedPage, clash: str) -> Identified:
        """Return the page as an article of its own: by the URL at which it was got, and nothing that it states."""
        own = own_url(page.capture, self._source)
        guid = guid_of(own, self._source)
        page = _under(page, guid, article_id(page.source, guid), url=own)
        return Identified(page, await self._store.head(page.article_id), clash)

    async def _known_by_url(self, page: ParsedPage) -> Head | None:
        """Return the article that has the page's URL under an older id: from other rules, or another domain."""
        own = own_url(page.capture, self._source)
        if page.article is None or (own == page.capture.target_uri and not self._source.former_domains):
            return None  # the frontier has searched for it
        heads = await self._store.find(self._source.name, *spellings(own, self._source))
        return head_with_url(heads, own, self._source)

    async def _without_url_of_another(self, page: ParsedPage, head: Head | None) -> Identified:
        """Return the page without a URL that another article has; if it was redirected there, it was merged into it."""
        if page.article is None:
            return Identified(page, head)
        own = own_url(page.capture, self._source)
        before = head.url if head is not None else own
        if canonical_url(page.article.url) == canonical_url(before):
            return Identified(page, head)
        other = await self._other_at(page.article.url, page.article_id)
        if other is None:
            return Identified(page, head)
        is_other = are_one(own, other.url, self._source)
        if is_other and head is None:
            return Identified(_under(page, other.guid, other.article_id), other)
        if is_other and head is not None and page.capture.redirects:
            reason = f"merged into {page.capture.final_uri}"
            return Identified(Tombstone(page.source, head.article_id, page.capture, page.lease, reason), head)
        clash = f"the page states the URL of {other.article_id} ({other.url})"
        return Identified(_under(page, page.guid, page.article_id, url=before), head, clash)

    async def _other_at(self, url: str, key: str) -> Head | None:
        """Return another article that is requested at a URL now."""
        heads = await self._store.find(self._source.name, *spellings(url, self._source))
        return next((head for head in heads if head.article_id != key and are_one(head.url, url, self._source)), None)


def _under(page: ParsedPage, guid: str, key: str, *, url: str | None = None) -> ParsedPage:
    article = page.article
    if article is not None:
        article = replace(article, guid=guid, url=article.url if url is None else url)
    return replace(page, guid=guid, article_id=key, article=article)
