"""What a listing says of a story that is known: a newer date, or another headline. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from newscrawl.items import Candidate, CheckHistory, Head, Source
from newscrawl.normalize import fold, instant

# Listings test headlines on their readers, and write times and counts into them. Each wording that one listing ever
# showed pulls at most once, and after so many its headlines say nothing about this story.
MAX_HEADLINES = 5
MAX_REMEMBERED = 40  # over all listings of a story


def track_after_listing(candidate: Candidate, head: Head, source: Source, now: datetime) -> CheckHistory:
    """Return a story's track after a listing named it: `signal_at` moves where it claims a change nobody looked at."""
    place, key = _keys(candidate)
    shown = [known for known in head.check_history.seen_headline_keys if known.startswith(place)]
    is_known = key is None or key in shown
    listed_as = (
        head.check_history.seen_headline_keys
        if is_known or key is None
        else (*head.check_history.seen_headline_keys, key)[-MAX_REMEMBERED:]
    )
    claims = [_newer_date(candidate, head, source, now)]
    if shown and not is_known and len(shown) < MAX_HEADLINES and _is_other_headline(candidate, head):
        claims.append(now)
    signal = max((claim for claim in claims if claim is not None), default=head.check_history.signal_at)
    return replace(head.check_history, listed_at=now, signal_at=signal, seen_headline_keys=listed_as)


def _keys(candidate: Candidate) -> tuple[str, str | None]:
    """Return the listing's key, and the key of its headline there: short, since stories keep them for ever."""
    place = hashlib.sha256(candidate.listing_url.encode("utf-8", "replace")).hexdigest()[:6] + ":"
    if not candidate.headline:
        return place, None
    folded = fold(candidate.headline).casefold()
    return place, place + hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()[:10]


def _is_other_headline(candidate: Candidate, head: Head) -> bool:
    """Tell whether a listed headline is another than the article's; what stands around that is the site's."""
    shown, ours = fold(candidate.headline or "").casefold(), fold(head.headline).casefold()
    return bool(shown) and ours not in shown


def _newer_date(candidate: Candidate, head: Head, source: Source, now: datetime) -> datetime | None:
    """Return the moment of a change that the listing claims and that no look of ours has covered yet."""
    stated = candidate.modified or candidate.published
    if stated is None or head.check_history.last_checked_at is None:
        return None
    found = instant(stated, source=source, captured_at=now)
    if found is None or not head.check_history.last_checked_at < found.value <= now:
        return None
    return (
        None
        if head.check_history.signal_at is not None and head.check_history.signal_at >= found.value
        else found.value
    )
