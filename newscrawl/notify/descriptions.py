"""Subscriptions and rows as lists show them: without what is secret. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

from newscrawl.humanize import N_, gettext
from newscrawl.items import Channel, Every, Extra, Subject, Subscription
from newscrawl.secret_text import MASK, masked_url
from newscrawl.store.outbox import Row
from newscrawl.store.outbox_lanes import Lane

ABOUT = {
    Subject.EDITS: N_("edits"),
    Subject.FIRST: N_("first"),
    Subject.DELETIONS: N_("deletions"),
    Subject.RETRACTIONS: N_("retractions"),
    Subject.ALARMS: N_("alarms"),
}
EXTRAS = {Extra.LATE: N_("late"), Extra.REBASED: N_("rebased"), Extra.HELD: N_("held")}
WEEKLY = (
    N_("Mondays at %(time)s %(zone)s"),
    N_("Tuesdays at %(time)s %(zone)s"),
    N_("Wednesdays at %(time)s %(zone)s"),
    N_("Thursdays at %(time)s %(zone)s"),
    N_("Fridays at %(time)s %(zone)s"),
    N_("Saturdays at %(time)s %(zone)s"),
    N_("Sundays at %(time)s %(zone)s"),
)


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
    says = {Every.CHANGE: N_("at once"), Every.DAY: N_("daily at %(time)s %(zone)s")}
    label = gettext(says.get(schedule.every, WEEKLY[schedule.weekday]), time=f"{schedule.at:%H:%M}", zone=schedule.zone)
    if quiet is None:
        return label
    begin, end = f"{quiet.begin:%H:%M}", f"{quiet.end:%H:%M}"
    return gettext("%(times)s, not %(begin)s-%(end)s %(zone)s", times=label, begin=begin, end=end, zone=quiet.zone)


def wanted_label(subscription: Subscription, shown: Callable[[str], str] = str) -> str:
    """Return what it is about; `shown` makes parts of the line of what are no words of ours."""
    wanted = subscription.wanted
    parts = [_listed(gettext(ABOUT[each]) for each in sorted(wanted.about))]
    if wanted.sources:
        parts.append(gettext("of %(sources)s", sources=_listed(map(shown, wanted.sources))))
    if wanted.articles:
        parts.append(gettext("of article %(articles)s", articles=_listed(map(shown, wanted.articles))))
    if wanted.words:
        parts.append(gettext("with %(words)s", words=shown(wanted.words)))
    if wanted.kinds:
        parts.append(f"({_listed(gettext(kind) for kind in wanted.kinds)})")
    if wanted.min_significance:
        parts.append(gettext("significance %(number)s and more", number=wanted.min_significance))
    if wanted.only_silent or wanted.only_unnoted:
        parts.append(gettext("silent only") if wanted.only_silent else gettext("unnoted only"))
    if wanted.include:
        parts.append(
            gettext("also %(extras)s", extras=_listed(gettext(EXTRAS[each]) for each in sorted(wanted.include)))
        )
    return " ".join(parts)


def _listed(words: Iterable[str]) -> str:
    return reduce(lambda before, word: gettext("%(before)s, %(word)s", before=before, word=word), words)


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
