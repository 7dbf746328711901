"""What readers are sent who subscribed from a page: a question first, then what they confirmed, and a last message."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from newscrawl.humanize import Locale, gettext, moment, using
from newscrawl.items import EventKind, Subscription
from newscrawl.notify.descriptions import times_label, wanted_label
from newscrawl.notify.lines import isolated, line
from newscrawl.notify.links import with_choice
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


def locale_of(subscription: Subscription) -> Locale:
    """Return in what a reader is written to: what webhooks are sent is English in UTC, as their values are stable."""
    opt_in = subscription.opt_in
    if opt_in is None or subscription.channel.kind != "mail":
        return Locale()
    return Locale(opt_in.language, opt_in.zone)


async def label(reader: Reader, subscription: Subscription, shown: Callable[[str], str] = isolated) -> str:
    """Return what a subscription is about, with headlines as they may be shown now, on one line; see `wanted_label`."""
    headlines = {}
    for article_id in subscription.wanted.articles:
        try:
            headline = (await reader.articles.article(article_id)).headline
        except (Absent, Hidden):
            continue
        headlines[article_id] = gettext("“%(headline)s”", headline=shown(headline))

    def part(value: str) -> str:
        return headlines.get(value) or shown(value)

    wanted = wanted_label(subscription, part)
    return line(gettext("%(wanted)s; %(times)s", wanted=wanted, times=times_label(subscription)), MAX_LABEL)


class ReaderMessages:
    """Makes messages of readers' subscriptions; before one is confirmed, nothing but the question."""

    def __init__(self, store: Store, reader: Reader, renderer: Renderer, root_url: str) -> None:
        self._store = store
        self._reader = reader
        self._renderer = renderer
        self._root = root_url.rstrip("/")

    async def message(self, subscription: Subscription, delivery: Delivery, now: datetime) -> Rendered:
        """Return the message of a delivery; nothing but questions goes to one that is not open."""
        key, locale = await self._store.reader_key(), locale_of(subscription)
        link = self._link(subscription, end_path(key, subscription.name))
        with using(locale):
            title = await label(self._reader, subscription)
        kind = delivery.rows[0].kind
        if kind in NOTICES:
            with using(locale):
                notice = await self._notice(subscription, kind, title, key, now)
            if notice is None:
                return Rendered(None, tuple(row.key for row in delivery.rows))
            message = Message(delivery.key, subscription.name, now, (), title=title, notice=notice)
            return Rendered(replace(message, revoke_link=link, locale=locale), ())
        if not subscription.is_open:
            return Rendered(None, tuple(row.key for row in delivery.rows))
        rendered = await self._renderer.message(subscription, delivery, now)
        if rendered.message is None:
            return rendered
        items = tuple(replace(item, link=with_choice(item.link, locale)) for item in rendered.message.items)
        message = replace(rendered.message, items=items, title=title, revoke_link=link, locale=locale)
        return replace(rendered, message=message)

    def _link(self, subscription: Subscription, path: str) -> str:
        return with_choice(self._root + path, locale_of(subscription))

    async def _notice(
        self, subscription: Subscription, kind: EventKind, title: str, key: bytes, now: datetime
    ) -> Notice | None:
        opt_in = subscription.opt_in
        if opt_in is None:
            return None
        if kind is EventKind.END:
            if subscription.is_open or opt_in.ends_at is None or opt_in.erase_at is None:
                return None
            renew = self._link(subscription, renew_path(key, subscription.name, opt_in.ends_at))
            text = _blocks(
                gettext("This subscription has ended, as none is kept for ever:"),
                f"  {title}",
                gettext("To go on with it, open this page and confirm:") + f"\n{renew}",
                gettext(
                    "If you do nothing, it is erased with this address on %(moment)s.", moment=moment(opt_in.erase_at)
                ),
            )
            return Notice("end", gettext("Your subscription has ended"), text, {"about": title, "renew": renew})
        if subscription.is_open:
            text = _blocks(gettext("You are subscribed already:"), f"  {title}")
            return Notice("confirmation", gettext("You are subscribed already"), text, {"about": title})
        if opt_in.erase_at is None or opt_in.erase_at <= now:
            return None
        if subscription.channel.kind == "webhook":
            challenge = secrets.token_urlsafe(32)
            return Notice("confirmation", "", "", {"about": title, "challenge": challenge}, challenge)
        token, digest = new_token()
        if not await self._store.add_opt_in_token(subscription.name, digest, now):
            return None
        confirm = self._link(subscription, confirm_path(token))
        text = _blocks(
            gettext("Somebody, perhaps you, asked %(site)s to send this address:", site=self._root),
            f"  {title}",
            gettext("To confirm it, open this page and press its button:") + f"\n{confirm}",
            gettext(
                "If it was not you, do nothing: this address is erased on %(moment)s.", moment=moment(opt_in.erase_at)
            ),
        )
        return Notice("confirmation", gettext("Please confirm your subscription"), text, {"about": title})


def _blocks(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"
