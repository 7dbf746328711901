"""What a run leaves in its source's state for operators: its listings, its last article, its publisher's rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from newscrawl.items import RecordedItem, SourceState, readers_in
from newscrawl.spider import NewsSpider
from newscrawl.store.session import Store

MAX_LISTINGS = 100  # kept of a source that states more


async def save_facts(
    store: Store, spider: NewsSpider, last_read: RecordedItem | None, rights: Mapping[str, int]
) -> None:
    """Save what a run found out about its source, apart from its health.

    `rights` counts its pages, and those on which the publisher states a reservation. A replay says nothing of today's
    listings. Of the article only its key is kept: what is taken down stands nowhere.
    """
    frontier = spider.frontier
    state = SourceState(
        source=spider.name,
        is_unverified=spider.unverified,
        active_hours=spider.active_hours,
        timezone=spider.timezone,
        listings={url: asdict(each) for url, each in list(frontier.listing_answers.items())[:MAX_LISTINGS]},
        last_read={} if last_read is None else _as_read(last_read),
        rights={"at": spider.clock.now(), **rights} if rights else {},
    )
    only = ["is_unverified", "active_hours", "timezone"]
    if not frontier.is_replay:
        only += [name for name in ("listings", "last_read", "rights") if getattr(state, name)]
    await store.save_source_state(state, only=only)


def _as_read(item: RecordedItem) -> dict[str, object]:
    readers = readers_in(item.article.stamp) if item.article is not None else ""
    return {
        "article_id": item.article_id,
        "number": item.number,
        "at": item.at,
        "outcome": item.outcome.value,
        "readers": readers,
    }
