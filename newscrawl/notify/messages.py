"""What is sent: a message of one or more items, with its subject, and its values, which are English in UTC. Pure.

Headlines and passages are texts of strangers: here they become harmless, each on one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from newscrawl.harmless_text import harmless, one_line
from newscrawl.humanize import N_, Locale, change_interval, gettext, moment, ngettext, using
from newscrawl.items import Change, EventKind, Excerpt
from newscrawl.notify.lines import isolated, line

MAX_SUBJECT = 150
MAX_VALUE_ITEMS = 200
LEVELS = ("minor", "notable", "large", "major")  # quarters of the significance, as lists have them
TITLES = {
    EventKind.EDIT: N_("Changed: %(what)s"),
    EventKind.FIRST: N_("New: %(what)s"),
    EventKind.DELETION: N_("Deleted: %(what)s"),
    EventKind.RESTORATION: N_("Restored: %(what)s"),
    EventKind.RETRACTION: N_("Retracted: %(what)s"),
    # Of alarms operators hear alone, in English.
    EventKind.ALARM_OPENED: "Alarm: %(what)s",
    EventKind.ALARM_RESOLVED: "Alarm resolved: %(what)s",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One event as a subscriber is shown it."""

    kind: EventKind
    source: str
    publisher: str
    headline: str
    link: str  # to the reader
    seen_at: datetime
    not_before: datetime | None = None
    url: str = ""  # of the newspaper
    article_id: str = ""
    number: int = 0
    previous_headline: str | None = None
    change: Change = Change()
    detail: str = ""  # why it was retracted, what an alarm says
    command: str = ""  # to begin with, of an alarm that is open
    runbook: str = ""  # the manual's page on it

    @property
    def significance(self) -> int:
        return round(self.change.significance * 100)

    @property
    def level(self) -> str:
        return LEVELS[min(3, self.significance // 25)]

    @property
    def interval(self) -> str:
        if self.kind in {EventKind.EDIT, EventKind.RETRACTION}:
            return change_interval(self.not_before, self.seen_at)
        return moment(self.seen_at)


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said of a subscription itself; `challenge` is what a webhook's receiver answers with."""

    kind: str
    subject: str
    text: str
    value: Mapping[str, str]
    challenge: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """`key` is the same for each attempt: receivers know by it what they have already."""

    key: str
    subscription: str
    at: datetime
    items: tuple[Item, ...]
    is_digest: bool = False
    is_test: bool = False
    title: str = ""  # in the place of a name that says nothing; a harmless line
    revoke_link: str = ""  # by which a reader ends it
    notice: Notice | None = None
    locale: Locale = Locale()  # of its subject, text and markup

    @property
    def subject(self) -> str:
        with using(self.locale):
            return line(self._subject(), MAX_SUBJECT)

    def _subject(self) -> str:
        if self.notice:
            return self.notice.subject
        if self.is_test:
            return f"newscrawl: test of {one_line(self.subscription, MAX_SUBJECT)}"
        if self.is_digest:
            name = self.title or isolated(self.subscription)
            return ngettext(
                "newscrawl: %(num)s announcement for %(name)s",
                "newscrawl: %(num)s announcements for %(name)s",
                len(self.items),
                name=name,
            )
        return title(self.items[0])


def title(item: Item) -> str:
    """Return what happened to what, as a line in the current language."""
    if not item.article_id:
        return gettext(TITLES[item.kind], what=isolated(f"{item.source}: {item.detail}"))
    says = gettext(TITLES[item.kind], what=isolated(item.headline))
    return gettext("%(title)s (%(publisher)s)", title=says, publisher=isolated(item.publisher))


def value(message: Message) -> dict[str, Any]:
    """Return a message as webhooks, commands and notifiers get it: docs/subscriptions.md documents it as stable."""
    with using(Locale()):
        return _value(message)


def _value(message: Message) -> dict[str, Any]:
    kind = "test" if message.is_test else "digest" if message.is_digest else "announcement"
    data: dict[str, Any] = {"end": message.revoke_link} if message.revoke_link else {}
    if message.notice:
        kind, data = message.notice.kind, {**message.notice.value, **data}
    return {
        "type": f"newscrawl.{kind}",
        "timestamp": _iso(message.at),
        "data": {
            "id": message.key,
            "subscription": message.subscription,
            "count": len(message.items),
            "items": [_item_value(item) for item in message.items[:MAX_VALUE_ITEMS]],
            **data,
        },
    }


def _item_value(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": item.kind.value,
        "source": item.source,
        "publisher": harmless(item.publisher),
        "headline": harmless(item.headline),
        "link": item.link,
        "seen_at": _iso(item.seen_at),
        "not_before": _iso(item.not_before) if item.not_before else None,
        "interval": item.interval,
        "detail": harmless(item.detail),
    }
    if item.command:
        found |= {"command": harmless(item.command), "runbook": item.runbook}
    if not item.article_id:
        return found
    found |= {"article_id": item.article_id, "url": item.url}
    if item.number:
        found |= {"version": item.number, "previous_headline": item.previous_headline, **_change_value(item)}
    return found


def _change_value(item: Item) -> dict[str, Any]:
    change = item.change
    return {
        "summary": harmless(change.summary),
        "types": list(change.types),
        "significance": item.significance,
        "level": item.level,
        "silent": change.silent,
        "unnoted": change.unnoted,
        "words_added": change.words_added,
        "words_removed": change.words_removed,
        "excerpts": [_excerpt_value(excerpt) for excerpt in change.excerpts],
    }


def _excerpt_value(excerpt: Excerpt) -> list[dict[str, str]]:
    return [{"op": segment.op.value, "text": harmless(segment.text)} for segment in excerpt.segments]


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
