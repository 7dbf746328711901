"""The feed of a subscription, under a URL that nobody can guess: what it matched, as it may be shown now."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from newscrawl.harmless_text import harmless
from newscrawl.humanize import gettext
from newscrawl.items import EventKind
from newscrawl.notify.messages import TITLES, Item
from newscrawl.notify.rendering import OF_VERSIONS, Renderer
from newscrawl.store.outbox import Row
from newscrawl.store.reader import Batch
from newscrawl.web import feeds
from newscrawl.web.context import Context

router = APIRouter(include_in_schema=False)
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


@router.get("/subscriptions/{token}.{feed_format}")
async def subscription_feed(
    request: Request, context: Context, token: Token, feed_format: feeds.FeedFormat
) -> Response:
    subscription, rows = await context.reader.feed_rows(token, feeds.LENGTH)
    items = await Renderer(None, context.reader, context.root_url).items(subscription, rows, datetime.now(UTC))
    shown = [(row, items[row.key]) for row in rows if row.key in items]
    keys = [(row.article_id, row.number) for row, _ in shown if row.kind in OF_VERSIONS]
    entries = await context.reader.changes.of_versions(keys)
    found = [(row, entries.get((row.article_id, row.number))) for row, _ in shown]
    changes = [entry for row, entry in found if entry is not None and row.kind is not EventKind.RETRACTION]
    retractions = [entry for row, entry in found if entry is not None and row.kind is EventKind.RETRACTION]
    others = [_other(row, item) for row, item in shown if row.kind not in OF_VERSIONS]
    title = gettext("Subscription: %(name)s", name=subscription.name)
    return await feeds.feed_response(
        request, context, feed_format, title, "/", Batch(tuple(changes)), [*retractions, *others]
    )


def _other(row: Row, item: Item) -> feeds.FeedItem:
    """Return the entry of a deletion or an alarm."""
    title = harmless(gettext(TITLES[item.kind], what=item.headline if item.article_id else item.detail))
    return feeds.FeedItem(
        id=f"urn:newscrawl:announcement:{row.key}",
        url=item.link,
        title=title,
        summary=harmless(f"{title} ({item.interval})"),
        author=harmless(item.publisher),
        language=None,
        seen_at=item.seen_at,
        updated=item.seen_at,
        html=f"<p>{escape(title)}</p>",
        tags=(item.kind.value.replace("_", " "),),
    )
