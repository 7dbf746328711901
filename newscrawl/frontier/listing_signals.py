"""Signals of change that a listing gives for a known article: a newer date, or another headline. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from newscrawl.items import Candidate, CheckHistory, Head, Source
from newscrawl.normalize import fold, instant

# Sites test headlines on their readers, and put times and counts into them. Each headline that one listing ever showed
# is a signal at most once, and after this many a listing's headlines are no signal for this article any more.
MAX_HEADLINES = 5
MAX_REMEMBERED = 40  # over all listings of an article


def track_after_listing(candidate: Candidate, head: Head, source: Source, now: datetime) -> CheckHistory:
    """Return an article's check history after a listing named it.

    `signal_at` is moved if the listing claims a change that no check has covered yet.
    """
    listing_key, headline_key = _listing_and_headline_key(candidate)
    known_keys = [known for known in head.check_history.seen_headline_keys if known.startswith(listing_key)]
    is_known = headline_key is None or headline_key in known_keys
    seen_keys = (
        head.check_history.seen_headline_keys
        if is_known or headline_key is None
        else (*head.check_history.seen_headline_keys, headline_key)[-MAX_REMEMBERED:]
    )
    claimed_at = [_newer_date(candidate, head, source, now)]
    if known_keys and not is_known and len(known_keys) < MAX_HEADLINES and _is_other_headline(candidate, head):
        claimed_at.append(now)
    signal = max((claim for claim in claimed_at if claim is not None), default=head.check_history.signal_at)
    return replace(head.check_history, listed_at=now, signal_at=signal, seen_headline_keys=seen_keys)


def _listing_and_headline_key(candidate: Candidate) -> tuple[str, str | None]:
    """Return the listing's key, and the key of its headline. Both are short because articles keep them for ever."""
    listing_key = hashlib.sha256(candidate.listing_url.encode("utf-8", "replace")).hexdigest()[:6] + ":"
    if not candidate.headline:
        return listing_key, None
    folded = fold(candidate.headline).casefold()
    return listing_key, listing_key + hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()[:10]


def _is_other_headline(candidate: Candidate, head: Head) -> bool:
    """Return whether a listed headline does not contain the article's; sites add words before and after it."""
    listed, own = fold(candidate.headline or "").casefold(), fold(head.headline).casefold()
    return bool(listed) and own not in listed


def _newer_date(candidate: Candidate, head: Head, source: Source, now: datetime) -> datetime | None:
    """Return the time of a change that the listing states, if no check or earlier signal covers it yet."""
    stated = candidate.modified or candidate.published
    if stated is None or head.check_history.last_checked_at is None:
        return None
    moment = instant(stated, source=source, captured_at=now)
    if moment is None or not head.check_history.last_checked_at < moment.value <= now:
        return None
    return (
        None
        if head.check_history.signal_at is not None and head.check_history.signal_at >= moment.value
        else moment.value
    )
