"""From rows of the outbox to a message: texts are read when they are sent, as the reader shows them then.

A row has ids alone. What was hidden, redacted, erased, retracted or held since it was queued is not sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newscrawl.items import Announceable, EventKind, Hold, State, Subscription, WordsIn
from newscrawl.items.alarm_advice import first_command, runbook
from newscrawl.notify.links import change_path
from newscrawl.notify.matching import wants
from newscrawl.notify.messages import Item, Message
from newscrawl.store.indexes import OUTBOX_KEEP_DAYS
from newscrawl.store.outbox import Delivery, Row
from newscrawl.store.reader import Absent, ArticleView, ChangeEntry, Hidden, Reader
from newscrawl.store.session import Store

OF_VERSIONS = {EventKind.EDIT, EventKind.FIRST, EventKind.RETRACTION}
NOTICES = {EventKind.CONFIRMATION, EventKind.END}
OF_ALARMS = {EventKind.ALARM_OPENED, EventKind.ALARM_RESOLVED}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message, None if nothing of it may be sent; and the keys of the rows that may not."""

    message: Message | None
    withdrawn: tuple[str, ...]


class Renderer:
    """Without a store, as in the reader, a retraction is shown whether or not its edit was sent."""

    def __init__(self, store: Store | None, reader: Reader, root_url: str) -> None:
        self._store = store
        self._reader = reader
        self._root = root_url.rstrip("/")

    async def message(self, subscription: Subscription, delivery: Delivery, now: datetime) -> Rendered:
        """Return the message of a delivery, of what may be shown and is still what the subscription wants."""
        items, withdrawn = [], []
        found = await self.items(subscription, delivery.rows, now)
        for row in delivery.rows:
            item = found.get(row.key)
            if item is None:
                withdrawn.append(row.key)
            else:
                items.append(item)
        if not items:
            return Rendered(None, tuple(withdrawn))
        is_digest = len(delivery.rows) > 1 or delivery.key != delivery.rows[0].key
        message = Message(delivery.key, subscription.name, delivery.queued_at, tuple(items), is_digest)
        return Rendered(message, tuple(withdrawn))

    async def items(self, subscription: Subscription, rows: Sequence[Row], now: datetime) -> dict[str, Item]:
        """Return the items of rows by their keys, without those that may not be sent."""
        keys = [(row.article_id, row.number) for row in rows if row.kind in OF_VERSIONS]
        entries = await self._reader.changes.of_versions(keys)
        items = {}
        for row in rows:
            if row.kind in NOTICES:  # they are of the subscription itself
                continue
            if row.kind in OF_VERSIONS:
                item = await self._of_version(subscription, row, entries.get((row.article_id, row.number)), now)
            elif row.kind in OF_ALARMS:
                item = await self._of_alarm(row)
            else:
                item = await self._of_article(subscription, row)
            if item is not None:
                items[row.key] = item
        return items

    async def _of_version(
        self, subscription: Subscription, row: Row, entry: ChangeEntry | None, now: datetime
    ) -> Item | None:
        if entry is None or not wants(subscription.wanted, await self._event(subscription, row, entry)):
            return None
        version, article = entry.line, entry.story
        retraction = version.retraction
        if (row.kind is EventKind.RETRACTION) != (retraction is not None):
            return None
        if retraction is not None and not await self._was_announced(subscription, row, version.seen_at, now):
            return None
        return Item(
            kind=row.kind,
            source=version.source,
            publisher=article.publisher,
            headline=version.headline,
            link=self._root + change_path(version.article_id, version.number),
            seen_at=version.seen_at,
            not_before=version.not_before,
            url=version.url,
            article_id=version.article_id,
            number=version.number,
            previous_headline=entry.previous_headline,
            change=version.change,
            detail=f"Our error, not an edit by {article.publisher}: {retraction.reason}" if retraction else "",
        )

    async def _event(self, subscription: Subscription, row: Row, entry: ChangeEntry) -> Announceable:
        """Return a version as it is shown, to be matched again: words that are redacted now match nothing."""
        version = entry.line
        event = Announceable(
            kind=row.kind,
            identity=row.key,
            source=version.source,
            at=version.seen_at,
            article_id=version.article_id,
            number=version.number,
            headline=version.headline,
            change=version.change,
            cause=version.cause,
            is_held=version.is_held and version.hold is not Hold.RETRACTED,
        )
        wanted = subscription.wanted
        is_of_text = row.kind is EventKind.FIRST or wanted.words_in is WordsIn.WORDING
        if not is_of_text or not wanted.words:
            return event
        key = (version.article_id, version.number)
        full = (await self._reader.articles.full_versions([key])).get(key)
        if full is None:
            return event
        texts = full.article.paragraphs
        return replace(
            event, texts=texts if row.kind is EventKind.FIRST else (), wording=(full.article.headline, *texts)
        )

    async def _was_announced(self, subscription: Subscription, row: Row, seen_at: datetime, now: datetime) -> bool:
        """Return whether a retracted edit had been sent; of what is older than the outbox's memory, it is assumed."""
        if self._store is None:
            return True
        was_sent = await self._store.was_sent(subscription.name, f"version:{row.article_id}:{row.number}")
        return now - seen_at > timedelta(days=OUTBOX_KEEP_DAYS - 1) if was_sent is None else was_sent

    async def _of_article(self, subscription: Subscription, row: Row) -> Item | None:
        try:
            article = await self._reader.articles.article(row.article_id)
        except (Absent, Hidden):
            return None
        event = Announceable(row.kind, row.key, row.source, row.at, row.article_id, headline=article.headline)
        if not wants(subscription.wanted, event) or not await self._is_true(row, article):
            return None
        return Item(
            kind=row.kind,
            source=article.source,
            publisher=article.publisher,
            headline=article.headline,
            link=f"{self._root}/article/{article.article_id}",
            seen_at=row.at,
            url=article.url,
            article_id=article.article_id,
        )

    async def _is_true(self, row: Row, article: ArticleView) -> bool:
        """Return whether an article was deleted as its event says: a writer may be fenced off behind its event."""
        if row.kind is EventKind.RESTORATION or article.state is State.GONE:
            return True
        events = await self._reader.articles.events(row.article_id)
        return any(event.kind == "restored" and event.at >= row.at for event in events)

    async def _of_alarm(self, row: Row) -> Item | None:
        alarm = await self._reader.alarm(row.alarm_id)
        if alarm is None:
            return None
        is_over = row.kind is EventKind.ALARM_RESOLVED
        return Item(
            kind=row.kind,
            source=alarm.source,
            publisher=alarm.source,
            headline=alarm.kind,
            link=f"{self._root}/source/{alarm.source}",
            seen_at=(alarm.resolved_at or row.at) if is_over else alarm.opened_at,
            detail=alarm.sentence,
            command="" if is_over else first_command(alarm),
            runbook="" if is_over else runbook(alarm.kind),
        )
