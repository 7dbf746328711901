"""Whether and when an article will be looked at again, in words that are true."""

from __future__ import annotations

from datetime import datetime

from newscrawl.items import State
from newscrawl.store.reader import ArticleView
from newscrawl.web.text import counted, moment, span


def schedule(story: ArticleView, now: datetime) -> str:
    """Return one sentence on the next check, or on why there is none."""
    if story.state is State.GONE:
        return _gone(story)
    if story.state is State.RETIRED or story.next_check_at is None:
        return _retired(story, now)
    if story.next_check_at <= now:
        return f"A check has been due since {moment(story.next_check_at)}."
    return f"The next check is planned for {moment(story.next_check_at)}, in {span(story.next_check_at - now)}."


def _gone(story: ArticleView) -> str:
    since = f" on {moment(story.state_since)}" if story.state_since else ""
    told = f" ({story.state_reason.replace('_', ' ')})" if story.state_reason else ""
    again = f" It will be looked for again on {moment(story.next_check_at)}." if story.next_check_at else ""
    return f"The publisher no longer had it{since}{told}.{again}"


def _retired(story: ArticleView, now: datetime) -> str:
    quiet_since = story.last_changed_at or story.first_seen_at
    days = max(0, (now - quiet_since).days)
    did = "last changed" if story.last_changed_at else "has not changed since it was first seen,"
    retired = f"; checks ended on {moment(story.state_since)}" if story.state_since else ""
    return f"It {did} over {counted(days, 'day')} ago and won’t be checked again{retired}."
