"""The next head of an article after one look at it. Pure: what to store is decided here, storing is elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from newscrawl.items import (
    Article,
    Capture,
    Cause,
    Head,
    Mishap,
    NextCheck,
    Observation,
    Outcome,
    Revisit,
    State,
    Tombstone,
    Track,
    Validators,
    Verdict,
    Version,
)
from newscrawl.normalize import canonical_url
from newscrawl.recheck import Policy, after_failure, after_first_gone, after_gone
from newscrawl.recheck.advance import EDITS, advance

# Reasons of mishaps in which nothing was asked.
UNASKED = frozenset({"host_budget", "host_paused", "host_resting"})


def first_head(observation: Observation, article: Article, version: Version, policy: Policy) -> Head:
    """Return the head of a story seen for the first time."""
    at = observation.capture.fetched_at
    published = article.date_published.value if article.date_published else None
    track = Track(source=observation.source, first_seen_at=at, published_at=published)
    track = advance(track, Outcome.NEW, at, kind=article.kind)
    head = Head(
        article_id=observation.article_id,
        source=observation.source,
        guid=observation.guid,
        url=article.url,
        number=version.number,
        wording=article.wording,
        text=article.text,
        stamp=article.stamp,
        chain=version.chain,
        payload_digest=version.payload_digest,
        seen_at=at,
        headline=article.headline,
        state=State.WATCHED,
        track=track,
        aliases=_aliases((), article, observation.capture),
        validators=validators_of(observation.capture),
    )
    return planned(head, policy.next_check(track, at))


def looked(head: Head, observation: Observation, article: Article, verdict: Verdict, policy: Policy) -> Head:
    """Return the head after a page that was read well; a new version's fields are laid over it by `advanced`."""
    at = observation.capture.fetched_at
    edited = verdict.cause is Cause.RESTORED
    expected = policy.expected(head.track, at)
    track = advance(head.track, verdict.outcome, at, kind=article.kind, edited=edited, expected=expected)
    if track.published_at is None and article.date_published is not None:
        track = replace(track, published_at=article.date_published.value)
    head = replace(
        head,
        url=article.url,
        wording=article.wording,
        text=article.text,
        stamp=article.stamp,
        headline=article.headline,
        track=track,
        aliases=_aliases((*head.aliases, head.url), article, observation.capture),
        validators=validators_of(observation.capture),
        gone_seen_at=None,
    )
    if head.state is not State.HIDDEN:
        head = _in_state(head, State.WATCHED, "", at)
    return planned(head, policy.next_check(track, at))


def advanced(head: Head, version: Version) -> Head:
    """Return the head pointing at its new version."""
    return replace(
        head,
        number=version.number,
        chain=version.chain,
        payload_digest=version.payload_digest,
        seen_at=version.seen_at,
        wording=version.article.wording,
        text=version.article.text,
        stamp=version.article.stamp,
        headline=version.article.headline,
    )


def revisited(head: Head, revisit: Revisit, policy: Policy) -> Head:
    """Return the head after a 304."""
    at = revisit.capture.fetched_at
    track = advance(head.track, Outcome.NOT_MODIFIED, at, expected=policy.expected(head.track, at))
    head = replace(head, track=track, gone_seen_at=None)
    return planned(head, policy.next_check(track, at))


def is_denied_by_validators(head: Head, observation: Observation, verdict: Verdict) -> bool:
    """Tell whether a text changed under validators that stayed: a 304 of such a server proves nothing."""
    held = head.validators
    is_edit = verdict.outcome in EDITS
    return is_edit and held != Validators() and held == validators_of(observation.capture)


def buried(head: Head, tombstone: Tombstone) -> Head:
    """Return the head after a page was found gone: a first look only asks for a second one soon (promise P4)."""
    at = tombstone.capture.fetched_at
    if head.state is State.GONE:
        return planned(head, after_gone(head.track, at))
    if head.gone_seen_at is None:
        return planned(replace(head, gone_seen_at=at), after_first_gone(head.track, at))
    gone = _in_state(head, State.GONE, f"{tombstone.reason}, first seen {head.gone_seen_at:%Y-%m-%d %H:%M} UTC", at)
    return planned(gone, after_gone(head.track, at))


def failed(head: Head, item: Observation | Mishap, verdict: Verdict) -> Head:
    """Return the head after a look that tells nothing of the text: only its own back-off moves."""
    at = item.at if isinstance(item, Mishap) else item.capture.fetched_at
    if isinstance(item, Mishap) and item.reason in UNASKED:
        return _postponed(head, item)
    track = advance(head.track, verdict.outcome, at)
    retry_at = item.retry_at if isinstance(item, Mishap) else None
    # Its worth stays: once the outage is over, what failed in it comes in the same order as before.
    retry = replace(after_failure(track, at, retry_at=retry_at), value=head.value)
    return planned(replace(head, track=track), retry)


def _postponed(head: Head, item: Mishap) -> Head:
    """Return the head for a look that its host had no room for: still worth the same, and no failure of the story."""
    at = max(item.retry_at or item.at, item.at)
    return replace(head, next_check_at=at, next_check_reason=f"not asked: {item.detail}")


def planned(head: Head, next_check: NextCheck) -> Head:
    """Return the head with a policy's decision; one that retires, or names no time, ends regular checks."""
    track = head.track if next_check.period is None else replace(head.track, period=next_check.period)
    head = replace(
        head, track=track, next_check_at=next_check.at, next_check_reason=next_check.reason, value=next_check.value
    )
    if (next_check.retired or next_check.at is None) and head.state is State.WATCHED:
        return _in_state(head, State.RETIRED, next_check.reason, track.last_checked_at or head.seen_at)
    return head


def _in_state(head: Head, state: State, reason: str, at: datetime) -> Head:
    if head.state is state:
        return head
    return replace(head, state=state, state_reason=reason, state_since=at)


def _aliases(known: tuple[str, ...], article: Article, capture: Capture) -> tuple[str, ...]:
    """Return every address the story answered at and its canonical form, newest last, without its present one."""
    seen = (*known, canonical_url(article.url), capture.target_uri, *capture.redirects, capture.final_uri)
    return tuple(url for url in dict.fromkeys(seen) if url != article.url)


def validators_of(capture: Capture) -> Validators:
    """Return what a response gave for the next conditional request, verbatim."""
    return Validators(etag=capture.header("etag"), last_modified=capture.header("last-modified"))
