"""An invented newspaper: histories written into a store the way a crawl does."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from newscrawl import diff
from newscrawl.change import describe
from newscrawl.config import Config
from newscrawl.items import (
    Article,
    Capture,
    Cause,
    Change,
    CheckHistory,
    Head,
    Hold,
    Instant,
    PageKind,
    Precision,
    State,
    Version,
    article_id,
)
from newscrawl.store import Store, chain_of
from newscrawl.store.documents import milliseconds

SOURCE = "harbour"
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)

LEDE = "The harbour council voted on Monday to close the old swing bridge for eleven months."
QUOTE = "“Nobody asked the ferrymen,” said Ilse Marrow, who runs the smaller of the two boats."
COST = "The work will cost 4.1 million crowns, according to the treasurer's letter."
TRAFFIC = "About 3,200 vehicles cross the bridge on a working day, a count by the council shows."
HISTORY = "The bridge was opened in 1931 and last repaired after the flood of 1978."
TALE = "Children used to wave at the bridge keeper, whose hut still stands on the east bank."
NIGHT = "A night bus will run every forty minutes while the bridge is shut."


@dataclass
class Draft:
    """One version to record: when (in hours after START), headline, paragraphs."""

    hours: float
    headline: str
    paragraphs: Sequence[str]
    cause: Cause = Cause.EDIT
    hold: Hold | None = None
    extra: dict[str, Any] = field(default_factory=dict)


class Press:
    """Writes histories into a store the way the crawl does."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def publish(
        self,
        slug: str,
        drafts: Sequence[Draft],
        *,
        publisher: str = "The Harbour Gazette",
        language: str | None = "en",
        url: str | None = None,
        head: dict[str, Any] | None = None,
    ) -> str:
        """Record those versions of an article that are not stored yet, in order; return its id.

        `head` replaces fields of the newest head.
        """
        key = article_id(SOURCE, slug)
        url = url or f"https://www.{SOURCE}.example/news/{slug}"
        previous: Version | None = None
        for number, draft in enumerate(drafts, start=1):
            article = self._article(slug, url, language, draft)
            version = self._version(key, number, article, draft, previous)
            version = replace(version, chain=chain_of(previous.chain if previous else "", version))
            new_head = self._head(key, version, drafts[:number])
            if head is not None and number == len(drafts):
                new_head = replace(new_head, **head)
            if await self.store.version(key, number) is None:
                await self.store.append_version(
                    version, expected=number - 1, head=new_head, hold=draft.hold, publisher=publisher
                )
            previous = version
        return key

    def _article(self, slug: str, url: str, language: str | None, draft: Draft) -> Article:
        text = "\n".join([draft.headline, *draft.paragraphs])
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        return Article(
            **{
                "source": SOURCE,
                "guid": slug,
                "url": url,
                "headline": draft.headline,
                "paragraphs": tuple(draft.paragraphs),
                "wording_digest": digest,
                "display_digest": digest,
                "stamp": "test",
                "kind": PageKind.ARTICLE,
                "rules": "Layout2026",
                "byline": "By Ada Quill",
                "author": ("Ada Quill",),
                "article_section": "Harbour",
                "in_language": language,
                "date_published": Instant(START, Precision.MINUTE, "2 March 2026 06:00"),
                **draft.extra,
            }
        )

    def _version(self, key: str, number: int, article: Article, draft: Draft, previous: Version | None) -> Version:
        seen_at = milliseconds(START + timedelta(hours=draft.hours))
        body = "<!doctype html><script>alert(1)</script>" + "".join(f"<p>{p}</p>" for p in article.paragraphs)
        capture = Capture(
            target_uri=article.url,
            final_uri=article.url,
            status=200,
            headers=(("content-type", "text/html; charset=utf-8"), ("server", "press")),
            body=body.encode("utf-8", "replace"),
            fetched_at=seen_at,
            redirects=(),
            elapsed_ms=120,
        )
        change = Change()
        if previous is not None:
            change = describe(previous.article, article, diff.compare(previous.article, article))
        return Version(
            article_id=key,
            number=number,
            seen_at=seen_at,
            not_before=None if previous is None else seen_at - timedelta(minutes=30),
            article=article,
            payload_digest=capture.payload_digest,
            capture=capture,
            cause=Cause.FIRST if previous is None else draft.cause,
            chain="",
            change=change,
            salt=hashlib.sha256(f"{key}:{number}".encode()).digest(),
        )

    def _head(self, key: str, version: Version, drafts: Sequence[Draft]) -> Head:
        edits = [draft for draft in drafts[1:] if draft.cause is Cause.EDIT and draft.hold is None]
        article = version.article
        check_history = CheckHistory(
            source=article.source,
            first_seen_at=START + timedelta(hours=drafts[0].hours),
            published_at=START,
            last_checked_at=version.seen_at,
            last_changed_at=START + timedelta(hours=edits[-1].hours) if edits else None,
            changes=len(edits),
            checks=len(drafts),
        )
        return Head(
            article_id=key,
            source=article.source,
            guid=article.guid,
            url=article.url,
            number=version.number,
            wording_digest=article.wording_digest,
            display_digest=article.display_digest,
            stamp=article.stamp,
            chain=version.chain,
            payload_digest=version.payload_digest,
            seen_at=version.seen_at,
            headline=article.headline,
            state=State.WATCHED,
            check_history=check_history,
            next_check_at=NOW + timedelta(minutes=25),
            next_check_reason="changed lately",
        )


@dataclass(frozen=True)
class SharedArchive:
    """An archive that no test writes to: one article of three versions."""

    client: httpx.AsyncClient
    config: Config
    bridge: str  # the id of the article


@dataclass(frozen=True)
class TakedownArchive:
    """An archive in which something was hidden or redacted, and what each path answered before."""

    client: httpx.AsyncClient
    store: Store
    key: str
    before: dict[str, httpx.Response]


BRIDGE = (
    Draft(0, "Council to close swing bridge for a year", [LEDE, COST, TRAFFIC, HISTORY, QUOTE, TALE]),
    Draft(
        3,
        "Council to close swing bridge for eleven months",
        [LEDE, COST.replace("4.1", "5.6"), TRAFFIC, HISTORY, QUOTE, TALE],
    ),
    Draft(
        9,
        "Swing bridge will close, and ferrymen object",
        [QUOTE, LEDE, COST.replace("4.1", "5.6"), TRAFFIC, HISTORY, NIGHT],
    ),
)


async def add_sources(store: Store, names: list[str]) -> None:
    """Copy the one source's articles and versions to further sources."""
    for collection in (store.db.articles, store.db.versions):
        for document in await collection.find({"source": "harbour"}).to_list():
            await collection.insert_many(
                [
                    {**document, "_id": f"{name}{document['_id']}", "source": name, "guid": f"{name}{document['_id']}"}
                    for name in names
                ]
            )
