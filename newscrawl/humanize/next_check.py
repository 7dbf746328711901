"""Whether and when an article is checked again, as text for pages and commands."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from newscrawl.humanize.durations import approximate_duration
from newscrawl.humanize.locales import gettext, ngettext
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
        return gettext("It is hidden and not checked.")
    if article.state is State.RETIRED or article.next_check_at is None:
        return _retired(article, now)
    due = moment(article.next_check_at)
    if article.next_check_at <= now:
        return gettext("A check has been due since %(moment)s.", moment=due)
    wait = approximate_duration(article.next_check_at - now)
    return gettext("The next check is planned for %(moment)s, in %(duration)s.", moment=due, duration=wait)


def erased_sentence(since: datetime | None) -> str:
    """Return the sentence for an article of whose newest version something was erased."""
    if since is None:
        return gettext("Something of it was erased by order; it is no longer checked by itself.")
    return gettext(
        "Something of it was erased by order on %(moment)s; it is no longer checked by itself.", moment=moment(since)
    )


def _gone(article: Scheduled) -> str:
    reason = f" ({article.state_reason.replace('_', ' ')})" if article.state_reason else ""
    if article.state_since:
        found = gettext(
            "It was found deleted on %(moment)s%(reason)s.", moment=moment(article.state_since), reason=reason
        )
    else:
        found = gettext("It was found deleted%(reason)s.", reason=reason)
    if article.next_check_at is None:
        return found
    return found + " " + gettext("It is checked again on %(moment)s.", moment=moment(article.next_check_at))


def _retired(article: Scheduled, now: datetime) -> str:
    """Return the sentences for a retired article; a late audit may still be planned."""
    if article.state_reason == ERASED_BY_ORDER and article.next_check_at is None:
        return erased_sentence(article.state_since)
    count = (now - (article.last_changed_at or article.first_seen_at)).days
    sentences = []
    if count > 0 and article.last_changed_at:  # else it was old when it was first seen
        sentences.append(
            ngettext("It last changed over %(num)s day ago.", "It last changed over %(num)s days ago.", count)
        )
    elif count > 0:
        sentences.append(
            ngettext("It has not changed in over %(num)s day.", "It has not changed in over %(num)s days.", count)
        )
    if article.state_since:
        end = gettext("Regular checks ended on %(moment)s", moment=moment(article.state_since))
    else:
        end = gettext("Regular checks ended")
    if article.next_check_at is None:
        last = gettext("%(end)s; it is not checked again.", end=end)
    elif article.next_check_at <= now:
        due = moment(article.next_check_at)
        last = gettext("%(end)s; one more check has been due since %(moment)s.", end=end, moment=due)
    else:
        due = moment(article.next_check_at)
        last = gettext("%(end)s; one more check is planned for %(moment)s.", end=end, moment=due)
    return " ".join([*sentences, last])
