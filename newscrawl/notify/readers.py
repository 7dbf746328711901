"""What readers are sent who subscribed from a page: a question first, then what they confirmed, and a last message."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from newscrawl.harmless_text import one_line
from newscrawl.humanize import moment
from newscrawl.items import EventKind, Subscription
from newscrawl.notify.descriptions import times_label, wanted_label
from newscrawl.notify.messages import Message, Notice
from newscrawl.notify.reader_links import confirm_path, end_path, new_token, renew_path
from newscrawl.notify.rendering import NOTICES, Rendered, Renderer
from newscrawl.store.outbox import Delivery
from newscrawl.store.reader import Absent, Hidden, Reader
from newscrawl.store.session import Store

MAX_LABEL = 300


def kept_until(now: datetime, months: int) -> datetime:
    """Return when a subscription ends that is confirmed or renewed now."""
    return now + timedelta(days=months * 365 / 12)


async def label(reader: Reader, subscription: Subscription) -> str:
    """Return what a subscription is about, with headlines as they may be shown now, on one line."""
    headlines = {}
    for article_id in subscription.wanted.articles:
        try:
            headlines[article_id] = f"“{(await reader.articles.article(article_id)).headline}”"
        except (Absent, Hidden):
            continue
    wanted = subscription.wanted
    named = replace(wanted, articles=tuple(headlines.get(each, each) for each in wanted.articles))
    text = f"{wanted_label(replace(subscription, wanted=named))}; {times_label(subscription)}"
    return one_line(text, MAX_LABEL)


class ReaderMessages:
    """Makes messages of readers' subscriptions; before one is confirmed, nothing but the question."""

    def __init__(self, store: Store, reader: Reader, renderer: Renderer, root_url: str) -> None:
        self._store = store
        self._reader = reader
        self._renderer = renderer
        self._root = root_url.rstrip("/")

    async def message(self, subscription: Subscription, delivery: Delivery, now: datetime) -> Rendered:
        """Return the message of a delivery; nothing but questions goes to one that is not open."""
        key = await self._store.reader_key()
        link = self._root + end_path(key, subscription.name)
        title = await label(self._reader, subscription)
        kind = delivery.rows[0].kind
        if kind in NOTICES:
            notice = await self._notice(subscription, kind, title, link, key, now)
            if notice is None:
                return Rendered(None, tuple(row.key for row in delivery.rows))
            return Rendered(
                Message(delivery.key, subscription.name, now, (), title=title, revoke_link=link, notice=notice), ()
            )
        if not subscription.is_open:
            return Rendered(None, tuple(row.key for row in delivery.rows))
        rendered = await self._renderer.message(subscription, delivery, now)
        if rendered.message is None:
            return rendered
        return replace(rendered, message=replace(rendered.message, title=title, revoke_link=link))

    async def _notice(
        self, subscription: Subscription, kind: EventKind, title: str, link: str, key: bytes, now: datetime
    ) -> Notice | None:
        opt_in = subscription.opt_in
        if opt_in is None:
            return None
        if kind is EventKind.END:
            if subscription.is_open or opt_in.ends_at is None or opt_in.erase_at is None:
                return None
            renew = self._root + renew_path(key, subscription.name, opt_in.ends_at)
            text = (
                f"This subscription has ended, as none is kept for ever:\n\n  {title}\n\n"
                f"To go on with it, open this page and confirm:\n{renew}\n\n"
                f"If you do nothing, it is erased with this address on {moment(opt_in.erase_at)}.\n"
            )
            return Notice("end", "Your subscription has ended", text, {"about": title, "renew": renew})
        if subscription.is_open:
            text = f"You are subscribed already:\n\n  {title}\n"
            return Notice("confirmation", "You are subscribed already", text, {"about": title})
        if opt_in.erase_at is None or opt_in.erase_at <= now:
            return None
        if subscription.channel.kind == "webhook":
            challenge = secrets.token_urlsafe(32)
            return Notice("confirmation", "", "", {"about": title, "challenge": challenge}, challenge)
        token, digest = new_token()
        if not await self._store.add_opt_in_token(subscription.name, digest, now):
            return None
        text = (
            f"Somebody, perhaps you, asked {self._root} to send this address:\n\n  {title}\n\n"
            f"To confirm it, open this page and press its button:\n{self._root}{confirm_path(token)}\n\n"
            f"If it was not you, do nothing: this address is erased on {moment(opt_in.erase_at)}.\n"
        )
        return Notice("confirmation", "Please confirm your subscription", text, {"about": title})
