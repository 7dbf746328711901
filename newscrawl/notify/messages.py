"""What is sent: a message of one or more items, as values, text and markup. Pure.

Headlines and passages are texts of strangers: here they become harmless, each on one line, and escaped in markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from newscrawl.harmless_text import harmless, one_line
from newscrawl.humanize import change_interval, counted, moment
from newscrawl.items import Change, EventKind, Excerpt, Segment, SegmentOp

MAX_SUBJECT = 150
MAX_TEXT_ITEMS = 50  # of a digest; the others are a number
MAX_VALUE_ITEMS = 200
LEVELS = ("minor", "notable", "large", "major")  # quarters of the significance, as lists have them
VERBS = {
    EventKind.EDIT: "Changed",
    EventKind.FIRST: "New",
    EventKind.DELETION: "Deleted",
    EventKind.RESTORATION: "Restored",
    EventKind.RETRACTION: "Retracted",
    EventKind.ALARM_OPENED: "Alarm",
    EventKind.ALARM_RESOLVED: "Alarm resolved",
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
    title: str = ""  # in the place of a name that says nothing
    revoke_link: str = ""  # by which a reader ends it
    notice: Notice | None = None

    @property
    def subject(self) -> str:
        if self.notice:
            return one_line(self.notice.subject, MAX_SUBJECT)
        if self.is_test:
            return one_line(f"newscrawl: test of {self.subscription}", MAX_SUBJECT)
        if self.is_digest:
            count = counted(len(self.items), "announcement")
            return one_line(f"newscrawl: {count} for {self.title or self.subscription}", MAX_SUBJECT)
        return one_line(_title(self.items[0]), MAX_SUBJECT)


def _title(item: Item) -> str:
    what = item.headline if item.article_id else f"{item.source}: {item.detail}"
    return f"{VERBS[item.kind]}: {what} ({item.publisher})" if item.article_id else f"{VERBS[item.kind]}: {what}"


def text(message: Message) -> str:
    """Return a message as plain text."""
    if message.is_test:
        return f"This is a test of the subscription {message.subscription}. What it matches is sent like this.\n"
    footer = f"\n-- \nEnd this subscription: {message.revoke_link}\n" if message.revoke_link else ""
    if message.notice:
        return message.notice.text + footer
    parts = [_item_text(item) for item in message.items[:MAX_TEXT_ITEMS]]
    more = len(message.items) - MAX_TEXT_ITEMS
    if more > 0:
        parts.append(f"and {more:,} more")
    return "\n\n".join(parts) + "\n" + footer


def _item_text(item: Item) -> str:
    lines = [one_line(_title(item), 400), *(one_line(line, 1000) for line in _facts(item))]
    lines += [f"  {one_line(marked_text(excerpt.segments), 2000)}" for excerpt in item.change.excerpts]
    return "\n".join([*lines, item.link])


def _facts(item: Item) -> list[str]:
    facts = []
    if item.previous_headline is not None and item.previous_headline != item.headline:
        facts.append(f"Headline before: {item.previous_headline}")
    if item.change.summary:
        facts.append(f"{item.change.summary} ({item.level} change, significance {item.significance})")
    if item.detail and item.article_id:
        facts.append(item.detail)
    if item.change.silent or item.change.unnoted:
        facts.append("A silent edit" if item.change.silent else "No note on the page says so")
    if item.command:
        facts += [f"Begin with: {item.command}", f"Runbook: {item.runbook}"]
    return [*facts, f"Seen {item.interval}"]


def marked_text(segments: Sequence[Segment]) -> str:
    """Return marked words as plain text: [old → new], [added: …], [deleted: …]."""
    return "".join(
        f"[{old.strip()} → {new.strip()}]" if old and new
        else f"[deleted: {old.strip()}]" if old
        else f"[added: {new.strip()}]" if new
        else kept
        for kept, old, new in _grouped(segments)
    )  # fmt: skip


def marked_html(segments: Sequence[Segment]) -> str:
    """Return marked words as markup: the old ones struck, the new ones marked."""
    return "".join(
        _escaped(kept)
        + (f"<del>{_escaped(old)}</del>" if old else "")
        + (" → " if old and new else "")
        + (f"<ins>{_escaped(new)}</ins>" if new else "")
        for kept, old, new in _grouped(segments)
    )


def _grouped(segments: Sequence[Segment]) -> list[tuple[str, str, str]]:
    """Return (kept, old, new) of segments: what was deleted and inserted at one place belongs together."""
    groups: list[tuple[str, str, str]] = []
    for segment in segments:
        before = groups[-1] if groups else ("kept", "", "")
        if segment.op is SegmentOp.KEEP:
            groups.append((segment.text, "", ""))
        elif segment.op is SegmentOp.DELETE:
            groups.append(("", segment.text, ""))
        elif before[1] and not before[2]:
            groups[-1] = ("", before[1], segment.text)
        else:
            groups.append(("", "", segment.text))
    return groups


def html(message: Message) -> str:
    """Return a message as markup of a mail, without anything that is loaded."""
    if message.is_test:
        return f"<p>{_escaped(text(message))}</p>"
    parts = [_item_html(item) for item in message.items[:MAX_TEXT_ITEMS]]
    more = len(message.items) - MAX_TEXT_ITEMS
    if more > 0:
        parts.append(f"<p>and {more:,} more</p>")
    return "\n<hr>\n".join(parts)


def _item_html(item: Item) -> str:
    title = f'<p><strong><a href="{escape(item.link)}">{_escaped(one_line(_title(item), 400))}</a></strong></p>'
    facts = "".join(f"<p>{_escaped(line)}</p>" for line in _facts(item))
    excerpts = "".join(f"<blockquote>{marked_html(e.segments)}</blockquote>" for e in item.change.excerpts)
    # What a mail program without markup shows is made of this: an address that is a link alone would be lost.
    return title + facts + excerpts + f"<p>{escape(item.link)}</p>"


def _escaped(value: str) -> str:
    return escape(harmless(value))


def value(message: Message) -> dict[str, Any]:
    """Return a message as webhooks, commands and notifiers get it: docs/subscriptions.md documents it as stable."""
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
