"""Whether and when an article is checked again, as text for pages and commands."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from newscrawl.humanize.durations import approximate_duration
from newscrawl.humanize.numbers import counted
from newscrawl.humanize.times import moment
from newscrawl.items import ERASED_BY_ORDER, State


class Scheduled(Protocol):
    """The fields of an article that the sentence needs."""

    @property
    def state(self) -> State: ...
    @property
    def state_reason(self) -> str: ...
    @property
    def state_since(self) -> datetime | None: ...
    @property
    def next_check_at(self) -> datetime | None: ...
    @property
    def first_seen_at(self) -> datetime: ...
    @property
    def last_changed_at(self) -> datetime | None: ...


def next_check_sentence(article: Scheduled, now: datetime) -> str:
    """Return when an article is checked next, or why it is not."""
    if article.state is State.GONE:
        return _gone(article)
    if article.state is State.HIDDEN:
        return "It is hidden and not checked."
    if article.state is State.RETIRED or article.next_check_at is None:
        return _retired(article, now)
    if article.next_check_at <= now:
        return f"A check has been due since {moment(article.next_check_at)}."
    return (
        f"The next check is planned for {moment(article.next_check_at)}, "
        f"in {approximate_duration(article.next_check_at - now)}."
    )


def erased_sentence(since: datetime | None) -> str:
    """Return the sentence for an article of whose newest version something was erased."""
    at = f" on {moment(since)}" if since else ""
    return f"Something of it was erased by order{at}; it is no longer checked by itself."


def _gone(article: Scheduled) -> str:
    gone_at = f" on {moment(article.state_since)}" if article.state_since else ""
    reason = f" ({article.state_reason.replace('_', ' ')})" if article.state_reason else ""
    next_check = f" It is checked again on {moment(article.next_check_at)}." if article.next_check_at else ""
    return f"It was found deleted{gone_at}{reason}.{next_check}"


def _retired(article: Scheduled, now: datetime) -> str:
    """Return the sentences for a retired article; a late audit may still be planned."""
    if article.state_reason == ERASED_BY_ORDER and article.next_check_at is None:
        return erased_sentence(article.state_since)
    unchanged_since = article.last_changed_at or article.first_seen_at
    count = (now - unchanged_since).days
    days = counted(count, "day")
    change = f"It last changed over {days} ago. " if article.last_changed_at else f"It has not changed in over {days}. "
    change = change if count > 0 else ""  # an article that was old when it was first seen
    end = f"Regular checks ended on {moment(article.state_since)}" if article.state_since else "Regular checks ended"
    if article.next_check_at is None:
        return f"{change}{end}; it is not checked again."
    if article.next_check_at <= now:
        return f"{change}{end}; one more check has been due since {moment(article.next_check_at)}."
    return f"{change}{end}; one more check is planned for {moment(article.next_check_at)}."
