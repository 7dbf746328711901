"""Atom 1.0, RSS 2.0 and JSON Feed 1.1 of any list: newest first, stable ids, the diff inside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from xml.etree import ElementTree as Xml

from fastapi import Request
from markupsafe import escape
from starlette.responses import Response

from newscrawl.harmless_text import harmless
from newscrawl.humanize import change_interval, current, gettext, moment, translated
from newscrawl.items import Version
from newscrawl.store.reader import ArticleView, Batch, ChangeEntry
from newscrawl.web.context import AppContext
from newscrawl.web.entries import change_url, entry_view
from newscrawl.web.text import http_date, in_words
from newscrawl.web.titles import change_title

LENGTH = 30
MAX_ROWS = 40  # changed paragraphs in an entry; its page has them all
ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
for _prefix, _name in (("atom", ATOM), ("content", CONTENT), ("dc", DUBLIN_CORE)):
    Xml.register_namespace(_prefix, _name)


class FeedFormat(StrEnum):
    ATOM = "atom"
    RSS = "rss"
    JSON = "json"


MEDIA_TYPES = {
    FeedFormat.ATOM: "application/atom+xml",
    FeedFormat.RSS: "application/rss+xml",
    FeedFormat.JSON: "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry of a feed; texts are harmless and not yet escaped, `html` is safe markup."""

    id: str
    url: str
    title: str
    summary: str
    author: str
    language: str | None
    seen_at: datetime
    updated: datetime  # when it was seen, or retracted
    html: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    title: str
    home_url: str
    self_url: str
    items: tuple[FeedItem, ...]

    @property
    def updated(self) -> datetime:
        return max((item.updated for item in self.items), default=EPOCH)


async def feed_response(
    request: Request,
    context: AppContext,
    feed_format: FeedFormat,
    title: str,
    home: str,
    batch: Batch[ChangeEntry],
    others: Sequence[ChangeEntry | FeedItem] = (),
) -> Response:
    """Return a list as a feed, with Last-Modified for conditional requests; `home` is the path of its page.

    `others` are retractions, and entries that are about no version. A retraction has the id of the entry that it
    retracts, so that feed readers show it in that entry's place.
    """
    root = context.root_url
    contents = await _contents(context, root, batch.items)
    items = [_item(root, entry, content) for entry, content in zip(batch.items, contents, strict=True)]
    items += (other if isinstance(other, FeedItem) else _retraction_item(root, context, other) for other in others)
    return items_response(request, context, feed_format, title, home, items)


def items_response(
    request: Request, context: AppContext, feed_format: FeedFormat, title: str, home: str, items: Sequence[FeedItem]
) -> Response:
    """Return entries as a feed, newest first."""
    root = context.root_url
    query = f"?{request.url.query}" if request.url.query else ""
    items = sorted(items, key=lambda item: item.updated, reverse=True)[:LENGTH]
    feed = Feed(harmless(f"{title} · newscrawl"), root + home, f"{root}{request.url.path}{query}", tuple(items))
    serialize = {FeedFormat.ATOM: _atom, FeedFormat.RSS: _rss, FeedFormat.JSON: _json}[feed_format]
    headers = {"cache-control": "no-cache"}  # a shared cache would go on showing what was taken down
    if items:
        # A takedown changes a feed without making an entry newer.
        headers["last-modified"] = http_date(max(feed.updated, context.caches.taken.since or EPOCH))
    return Response(serialize(feed), media_type=f"{MEDIA_TYPES[feed_format]}; charset=utf-8", headers=headers)


def _item(root: str, entry: ChangeEntry, content: str) -> FeedItem:
    version = entry.line
    summary = translated(version.change.summary) or (
        gettext("First seen") if version.number == 1 else gettext("Changed")
    )
    return FeedItem(
        # Not the URL: the id stays when the archive moves to another host.
        id=f"urn:newscrawl:version:{version.article_id}:{version.number}",
        url=root + change_url(version),
        title=change_title(entry),
        summary=harmless(f"{summary} ({change_interval(version.not_before, version.seen_at)})"),
        author=harmless(entry.story.publisher),
        language=version.language,
        seen_at=version.seen_at,
        updated=version.seen_at,
        html=content,
        tags=tuple(harmless(in_words(kind)) for kind in version.change.types),
    )


def deleted_item(root: str, article: ArticleView) -> FeedItem:
    """Return the entry of an article that is gone from its site; its text is on its own page alone."""
    since = article.state_since or article.last_checked_at or article.first_seen_at
    summary = gettext("Gone from %(publisher)s since %(moment)s", publisher=article.publisher, moment=moment(since))
    return FeedItem(
        id=f"urn:newscrawl:deleted:{article.article_id}:{since:%Y%m%dT%H%M%S}",
        url=f"{root}/article/{article.article_id}",
        title=harmless(gettext("Deleted: %(headline)s", headline=article.headline)),
        summary=harmless(summary),
        author=harmless(article.publisher),
        language=article.language,
        seen_at=since,
        updated=since,
        html=escape(harmless(summary)),
        tags=(gettext("deleted"),),
    )


def _retraction_item(root: str, context: AppContext, entry: ChangeEntry) -> FeedItem:
    """Return the entry that stands for a retracted edit."""
    retraction = entry.line.retraction
    if retraction is None:
        raise ValueError(f"version {entry.line.number} of {entry.line.article_id} is not retracted")
    return replace(
        _item(root, entry, context.text("feed_retraction.html", {"view": entry_view(entry), "root": root})),
        title=harmless(gettext("Retracted: %(headline)s", headline=entry.line.headline)),
        summary=harmless(
            gettext(
                "Our error, not an edit by %(publisher)s: %(reason)s",
                publisher=entry.story.publisher,
                reason=retraction.reason,
            )
        ),
        updated=retraction.at,
        tags=(gettext("retraction"),),
    )


async def _contents(context: AppContext, root: str, entries: Sequence[ChangeEntry]) -> list[str]:
    """Return the markup of entries, cached by version."""
    cache = context.caches.feed_contents
    keys = [(root, entry.line.article_id, entry.line.number, current()) for entry in entries]
    missing = [entry for entry, key in zip(entries, keys, strict=True) if cache.get(key) is None]
    wanted = {(e.line.article_id, n) for e in missing for n in (e.line.number - 1, e.line.number) if n > 0}
    versions = await context.reader.articles.full_versions(list(wanted)) if wanted else {}
    contents = []
    for entry, key in zip(entries, keys, strict=True):
        content = cache.get(key)
        contents.append(content or cache.put(key, await _content(context, root, entry, versions)))
    return contents


async def _content(
    context: AppContext, root: str, entry: ChangeEntry, versions: Mapping[tuple[str, int], Version]
) -> str:
    """Return the first paragraphs of a new article, or the changed rows of a diff, as markup."""
    article_id, number = entry.line.article_id, entry.line.number
    old, new = versions.get((article_id, number - 1)), versions.get((article_id, number))
    if number == 1 and new is not None:
        return context.text("feed_first.html", {"version": new, "entry": entry, "root": root})
    layout = (await context.compare(old, new))[1] if old and new else None
    rows = [row for row in layout.rows if row.is_changed and row.segments] if layout else []
    values = {"rows": rows[:MAX_ROWS], "more": len(rows[MAX_ROWS:]), "view": entry_view(entry), "root": root}
    return context.text("feed_entry.html", values)


def _add(parent: Xml.Element, tag: str, text: str | None = None, **attributes: str) -> Xml.Element:
    """Append an element to its parent; return it."""
    child = Xml.SubElement(parent, tag, attributes)
    child.text = text
    return child


def _atom(feed: Feed) -> bytes:
    # The namespace is a plain attribute: feed readers expect Atom elements without a prefix, and a default namespace of
    # ElementTree would mix with the unqualified names of RSS.
    root = Xml.Element("feed", xmlns=ATOM)
    _add(root, "id", feed.self_url)
    _add(root, "title", feed.title)
    _add(root, "updated", feed.updated.isoformat())
    _add(root, "link", rel="self", type=MEDIA_TYPES[FeedFormat.ATOM], href=feed.self_url)
    _add(root, "link", rel="alternate", type="text/html", href=feed.home_url)
    _add(_add(root, "author"), "name", "newscrawl")
    for item in feed.items:
        _add_atom_entry(root, item)
    return _xml_bytes(root)


def _add_atom_entry(root: Xml.Element, item: FeedItem) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", item.id)
    _add(entry, "title", item.title)
    _add(entry, "updated", item.updated.isoformat())
    _add(entry, "published", item.seen_at.isoformat())
    _add(_add(entry, "author"), "name", item.author)
    _add(entry, "link", rel="alternate", type="text/html", href=item.url)
    for tag in item.tags:
        _add(entry, "category", term=tag)
    _add(entry, "summary", item.summary)
    _add(entry, "content", item.html, type="html")


def _rss(feed: Feed) -> bytes:
    root = Xml.Element("rss", version="2.0")
    channel = _add(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.home_url)
    _add(channel, "description", gettext("What changed, newest first, with the words added and removed"))
    _add(channel, f"{{{ATOM}}}link", rel="self", type=MEDIA_TYPES[FeedFormat.RSS], href=feed.self_url)
    _add(channel, "lastBuildDate", http_date(feed.updated))
    for item in feed.items:
        entry = _add(channel, "item")
        _add(entry, "title", item.title)
        _add(entry, "link", item.url)
        _add(entry, "guid", item.id, isPermaLink="false")
        _add(entry, "pubDate", http_date(item.updated))
        _add(entry, f"{{{DUBLIN_CORE}}}creator", item.author)
        for tag in item.tags:
            _add(entry, "category", tag)
        _add(entry, "description", item.summary)
        _add(entry, f"{{{CONTENT}}}encoded", item.html)
    return _xml_bytes(root)


def _xml_bytes(root: Xml.Element) -> bytes:
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _json(feed: Feed) -> bytes:
    items = [
        {
            "id": item.id,
            "url": item.url,
            "title": item.title,
            "summary": item.summary,
            "content_html": item.html,
            "date_published": item.seen_at.isoformat(),
            **({"date_modified": item.updated.isoformat()} if item.updated != item.seen_at else {}),
            "authors": [{"name": item.author}],
            "tags": list(item.tags),
            **({"language": item.language} if item.language else {}),
        }
        for item in feed.items
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": feed.self_url,
        "items": items,
    }
    return json.dumps(document).encode()
