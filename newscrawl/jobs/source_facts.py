"""What a run leaves in its source's state for operators: the answers of its listings, and the last article read."""

from __future__ import annotations

from dataclasses import asdict

from newscrawl.items import RecordedItem, SourceState, readers_in
from newscrawl.spider import NewsSpider
from newscrawl.store.session import Store

MAX_LISTINGS = 100  # kept of a source that states more


async def save_facts(store: Store, spider: NewsSpider, last_read: RecordedItem | None) -> None:
    """Save what a run found out about its source, apart from its health.

    A replay says nothing of today's listings. Of the article only its key is kept: what is taken down stands nowhere.
    """
    frontier = spider.frontier
    state = SourceState(
        source=spider.name,
        is_unverified=spider.unverified,
        active_hours=spider.active_hours,
        timezone=spider.timezone,
        listings={url: asdict(each) for url, each in list(frontier.listing_answers.items())[:MAX_LISTINGS]},
        last_read={} if last_read is None else _as_read(last_read),
    )
    only = ["is_unverified", "active_hours", "timezone"]
    if not frontier.is_replay:
        only += [name for name in ("listings", "last_read") if getattr(state, name)]
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
