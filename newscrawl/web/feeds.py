"""Atom 1.0, RSS 2.0 and JSON Feed 1.1 of any list: newest first, stable ids, the diff inside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from xml.etree import ElementTree as Xml

from fastapi import Request
from starlette.responses import Response

from newscrawl.humanize import change_interval
from newscrawl.items import Version
from newscrawl.store.reader import Batch, ChangeEntry
from newscrawl.web.context import AppContext
from newscrawl.web.entries import address, shown
from newscrawl.web.text import harmless, http_date

LENGTH = 30
ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
for _prefix, _name in (("atom", ATOM), ("content", CONTENT), ("dc", DUBLIN_CORE)):
    Xml.register_namespace(_prefix, _name)


class Form(StrEnum):
    ATOM = "atom"
    RSS = "rss"
    JSON = "json"


TYPES = {Form.ATOM: "application/atom+xml", Form.RSS: "application/rss+xml", Form.JSON: "application/feed+json"}


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed; every text is harmless and not yet escaped, `html` is safe markup."""

    id: str
    link: str
    original: str
    title: str
    summary: str
    author: str
    language: str | None
    at: datetime
    html: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    title: str
    home: str
    self: str
    items: tuple[Item, ...]

    @property
    def updated(self) -> datetime:
        return max((item.at for item in self.items), default=EPOCH)


async def answer(
    request: Request, context: AppContext, form: Form, title: str, home: str, batch: Batch[ChangeEntry]
) -> Response:
    """Return a list as a feed, with what a client needs to ask conditionally."""
    root = context.address(request)
    query = f"?{request.url.query}" if request.url.query else ""
    contents = await _contents(context, root, batch.items)
    items = tuple(_item(root, entry, contents[at]) for at, entry in enumerate(batch.items))
    feed = Feed(harmless(f"{title} · newscrawl"), root + home, f"{root}{request.url.path}{query}", items)
    body = {Form.ATOM: _atom, Form.RSS: _rss, Form.JSON: _json}[form](feed)
    headers = {"cache-control": "public, max-age=60"}
    if items:
        headers["last-modified"] = http_date(feed.updated)
    return Response(body, media_type=f"{TYPES[form]}; charset=utf-8", headers=headers)


def _item(root: str, entry: ChangeEntry, content: str) -> Item:
    line = entry.line
    summary = line.change.summary or ("First seen" if line.number == 1 else "Changed")
    return Item(
        # Not the address: it outlives a move of the archive to another host.
        id=f"urn:newscrawl:version:{line.article_id}:{line.number}",
        link=root + address(line),
        original=line.url,
        title=harmless(line.headline),
        summary=harmless(f"{summary} ({change_interval(line.not_before, line.seen_at)})"),
        author=harmless(entry.story.publisher),
        language=line.language,
        at=line.seen_at,
        html=content,
        tags=tuple(harmless(kind.replace("_", " ")) for kind in line.change.types),
    )


async def _contents(context: AppContext, root: str, entries: Sequence[ChangeEntry]) -> dict[int, str]:
    """Return the contents of entries by their place; those made before are remembered.

    A version never changes but for passages withheld, and that it may be seen was asked to get its entry.
    """
    keys = [(root, e.line.article_id, e.line.number, e.story.withheld_changes) for e in entries]
    missing = [entry for entry, key in zip(entries, keys, strict=True) if context.contents.get(key) is None]
    wanted = {(e.line.article_id, n) for e in missing for n in (e.line.number - 1, e.line.number) if n > 0}
    texts = await context.reader.articles.full_versions(list(wanted)) if wanted else {}
    contents: dict[int, str] = {}
    for at, (entry, key) in enumerate(zip(entries, keys, strict=True)):
        made = context.contents.get(key)
        contents[at] = made or context.contents.put(key, await _content(context, root, entry, texts))
    return contents


async def _content(context: AppContext, root: str, entry: ChangeEntry, texts: Mapping[tuple[str, int], Version]) -> str:
    """Return the first paragraphs of a new story, or the changed rows of a diff, as markup of our own template."""
    article_id, number = entry.line.article_id, entry.line.number
    old, new = texts.get((article_id, number - 1)), texts.get((article_id, number))
    if number == 1 and new is not None:
        return context.text("feed_first.html", {"version": new, "entry": entry, "root": root})
    laid_out = (await context.compare(old, new))[1] if old and new else None
    return context.text("feed_entry.html", {"diff_layout": laid_out, "shown": shown(entry), "root": root})


def _element(parent: Xml.Element, tag: str, text: str | None = None, **attributes: str) -> Xml.Element:
    child = Xml.SubElement(parent, tag, attributes)
    child.text = text
    return child


def _atom(feed: Feed) -> bytes:
    # Without a prefix, as every reader expects; names that are not qualified would mix with RSS's.
    root = Xml.Element("feed", xmlns=ATOM)
    put = _element

    put(root, "id", feed.self)
    put(root, "title", feed.title)
    put(root, "updated", feed.updated.isoformat())
    put(root, "link", rel="self", type=TYPES[Form.ATOM], href=feed.self)
    put(root, "link", rel="alternate", type="text/html", href=feed.home)
    put(put(root, "author"), "name", "newscrawl")
    for item in feed.items:
        entry = put(root, "entry")
        put(entry, "id", item.id)
        put(entry, "title", item.title)
        put(entry, "updated", item.at.isoformat())
        put(entry, "published", item.at.isoformat())
        put(put(entry, "author"), "name", item.author)
        put(entry, "link", rel="alternate", type="text/html", href=item.link)
        for tag in item.tags:
            put(entry, "category", term=tag)
        put(entry, "summary", item.summary)
        put(entry, "content", item.html, type="html")
    return _written(root)


def _rss(feed: Feed) -> bytes:
    root = Xml.Element("rss", version="2.0")
    channel = _element(root, "channel")
    _element(channel, "title", feed.title)
    _element(channel, "link", feed.home)
    _element(channel, "description", "What changed, newest first, with the words added and removed")
    _element(channel, f"{{{ATOM}}}link", rel="self", type=TYPES[Form.RSS], href=feed.self)
    _element(channel, "lastBuildDate", http_date(feed.updated))
    for item in feed.items:
        entry = _element(channel, "item")
        _element(entry, "title", item.title)
        _element(entry, "link", item.link)
        _element(entry, "guid", item.id, isPermaLink="false")
        _element(entry, "pubDate", http_date(item.at))
        _element(entry, f"{{{DUBLIN_CORE}}}creator", item.author)
        for tag in item.tags:
            _element(entry, "category", tag)
        _element(entry, "description", item.summary)
        _element(entry, f"{{{CONTENT}}}encoded", item.html)
    return _written(root)


def _written(root: Xml.Element) -> bytes:
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _json(feed: Feed) -> bytes:
    items = [
        {
            "id": item.id,
            "url": item.link,
            "title": item.title,
            "summary": item.summary,
            "content_html": item.html,
            "date_published": item.at.isoformat(),
            "authors": [{"name": item.author}],
            "tags": list(item.tags),
            **({"language": item.language} if item.language else {}),
        }
        for item in feed.items
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.self,
        "items": items,
    }
    return json.dumps(document).encode()
