"""Subscriptions and rows as lists show them: without what is secret. Pure."""

from __future__ import annotations

from typing import Any

from newscrawl.items import Channel, Every, Subscription
from newscrawl.notify.definitions import DAYS
from newscrawl.secret_text import MASK, masked_url
from newscrawl.store.outbox import Row
from newscrawl.store.outbox_lanes import Lane


def channel_label(channel: Channel, *, is_whole: bool = False) -> str:
    """Return what kind of channel it is and where it leads, as far as that is no secret."""
    if channel.kind == "feed":
        return "feed"
    if channel.kind == "command":
        return f"command {channel.command[0]}"
    if channel.address_env:
        return f"{channel.kind} ${channel.address_env}"
    if is_whole and channel.address:
        return f"{channel.kind} {str.__str__(channel.address)}"
    if channel.kind == "mail":
        name, _, host = str.__str__(channel.address).rpartition("@")
        return f"mail {name[:1]}{MASK}@{host}"
    if channel.kind == "webhook":
        return f"webhook {masked_url(str.__str__(channel.address))}"
    # What stands in the place of a host may be a token: slack://TOKEN/…
    scheme = str.__str__(channel.address).partition("://")[0]
    return f"{channel.kind} {scheme}://{MASK}" if scheme else channel.kind


def times_label(subscription: Subscription) -> str:
    """Return when it is sent: 'at once', 'daily at 07:00 UTC', with quiet hours."""
    schedule, quiet = subscription.schedule, subscription.quiet
    at = f"at {schedule.at:%H:%M} {schedule.zone}"
    label = {
        Every.CHANGE: "at once",
        Every.DAY: f"daily {at}",
        Every.WEEK: f"{DAYS[schedule.weekday].capitalize()}s {at}",
    }[schedule.every]
    return f"{label}, not {quiet.begin:%H:%M}-{quiet.end:%H:%M} {quiet.zone}" if quiet else label


def wanted_label(subscription: Subscription) -> str:
    wanted = subscription.wanted
    parts = [", ".join(sorted(wanted.about))]
    parts += [f"of {', '.join(wanted.sources)}"] if wanted.sources else []
    parts += [f"of article {', '.join(wanted.articles)}"] if wanted.articles else []
    parts += [f"with {wanted.words}"] if wanted.words else []
    parts += [f"({', '.join(wanted.kinds)})"] if wanted.kinds else []
    parts += [f"significance {wanted.min_significance} and more"] if wanted.min_significance else []
    parts += ["silent only"] if wanted.only_silent else ["unnoted only"] if wanted.only_unnoted else []
    parts += [f"also {', '.join(sorted(wanted.include))}"] if wanted.include else []
    return " ".join(parts)


def subscription_value(subscription: Subscription, lane: Lane | None, *, is_whole: bool = False) -> dict[str, Any]:
    """Return a subscription as it is printed as JSON."""
    wanted = subscription.wanted
    return {
        "name": subscription.name,
        "channel": channel_label(subscription.channel, is_whole=is_whole),
        "about": sorted(wanted.about),
        "sources": list(wanted.sources),
        "articles": list(wanted.articles),
        "words": wanted.words,
        "words_in": wanted.words_in.value,
        "kinds": list(wanted.kinds),
        "min_significance": wanted.min_significance,
        "only_silent": wanted.only_silent,
        "only_unnoted": wanted.only_unnoted,
        "include": sorted(wanted.include),
        "times": times_label(subscription),
        "paused": subscription.is_paused,
        "from_file": subscription.is_of_file,
        "of_reader": subscription.opt_in is not None,
        "confirmed_at": subscription.opt_in.confirmed_at if subscription.opt_in else None,
        "ends_at": subscription.opt_in.ends_at if subscription.opt_in else None,
        "created_at": subscription.created_at,
        "failing_since": lane.failing_since if lane else None,
        "closed": bool(lane and lane.is_closed),
        "error": lane.error if lane else "",
    }


def row_value(row: Row) -> dict[str, Any]:
    """Return a row of the outbox as it is printed as JSON."""
    return {
        "key": row.key,
        "subscription": row.subscription,
        "kind": row.kind.value,
        "source": row.source,
        "article_id": row.article_id or None,
        "version": row.number or None,
        "alarm_id": row.alarm_id or None,
        "state": row.state.value,
        "delivery": row.delivery,
        "attempts": row.attempts,
        "error": row.error,
        "at": row.at,
        "queued_at": row.queued_at,
        "next_at": row.next_at if row.ended_at is None else None,
        "ended_at": row.ended_at,
    }
