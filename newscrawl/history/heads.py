"""The next head of an article after one check. Pure: it decides what to store and stores nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from newscrawl.history.identical import containers_of, reading_digest
from newscrawl.humanize import short_duration
from newscrawl.items import (
    Article,
    Capture,
    Cause,
    CheckHistory,
    FetchFailure,
    Head,
    IdenticalPage,
    NextCheck,
    Outcome,
    ParsedPage,
    Revisit,
    State,
    Tombstone,
    Validators,
    Verdict,
    Version,
    without_readers,
)
from newscrawl.normalize import canonical_url
from newscrawl.recheck import (
    Policy,
    recheck_after_failure,
    recheck_after_first_gone,
    recheck_after_gone,
    recheck_after_too_costly,
)
from newscrawl.recheck.advance import advance
from newscrawl.recheck.rates import MAX_INTERVAL


def first_head(page: ParsedPage, article: Article, version: Version, policy: Policy) -> Head:
    """Return the head of a new article."""
    at = page.capture.fetched_at
    published = article.date_published.value if article.date_published else page.listed_at
    check_history = CheckHistory(
        source=page.source, first_seen_at=at, published_at=published, is_backfilled=page.is_backfilled
    )
    check_history = advance(check_history, Outcome.NEW, at, kind=article.kind)
    head = Head(
        article_id=page.article_id,
        source=page.source,
        guid=page.guid,
        url=article.url,
        number=version.number,
        wording_digest=article.wording_digest,
        display_digest=article.display_digest,
        stamp=article.stamp,
        chain=version.chain,
        payload_digest=version.payload_digest,
        seen_at=at,
        headline=article.headline,
        state=State.WATCHED,
        check_history=check_history,
        aliases=_aliases((), article, page.capture),
        validators=validators_of(page.capture),
        reading_digest=_reading_digest(page, article),
        containers_digest=containers_of(page.extraction),
    )
    return with_next_check(head, policy.next_check(check_history, at))


def head_after_page(head: Head, page: ParsedPage, article: Article, verdict: Verdict, policy: Policy) -> Head:
    """Return the head after a page was read; `head_after_version` adds the fields of a new version."""
    at = page.capture.fetched_at
    edited = verdict.cause is Cause.RESTORED
    expected = policy.expected(head.check_history, at)
    check_history = advance(
        head.check_history, verdict.outcome, at, kind=article.kind, edited=edited, expected=expected
    )
    if check_history.published_at is None and article.date_published is not None:
        check_history = replace(check_history, published_at=article.date_published.value)
    head = replace(
        head,
        url=article.url,
        wording_digest=article.wording_digest,
        display_digest=article.display_digest,
        stamp=article.stamp,
        headline=article.headline,
        check_history=check_history,
        aliases=_aliases((*head.aliases, head.url), article, page.capture),
        validators=validators_of(page.capture),
        reading_digest=_reading_digest(page, article),
        containers_digest=containers_of(page.extraction),
        gone_seen_at=None,
    )
    if head.state is not State.HIDDEN:
        head = _with_state(head, State.WATCHED, "", at)
    return with_next_check(head, policy.next_check(check_history, at))


def head_after_version(head: Head, version: Version) -> Head:
    """Return the head with the fields of its new version."""
    return replace(
        head,
        number=version.number,
        chain=version.chain,
        payload_digest=version.payload_digest,
        seen_at=version.seen_at,
        wording_digest=version.article.wording_digest,
        display_digest=version.article.display_digest,
        stamp=version.article.stamp,
        headline=version.article.headline,
    )


def head_after_not_modified(head: Head, revisit: Revisit, policy: Policy) -> Head:
    """Return the head after a 304."""
    at = revisit.capture.fetched_at
    check_history = advance(
        head.check_history, Outcome.NOT_MODIFIED, at, expected=policy.expected(head.check_history, at)
    )
    head = replace(head, check_history=check_history, gone_seen_at=None)
    return with_next_check(head, policy.next_check(check_history, at))


def head_after_identical(head: Head, page: IdenticalPage, policy: Policy) -> Head:
    """Return the head after a response with the bytes or containers that the newest check had read."""
    at = page.capture.fetched_at
    kind, expected = head.check_history.kind, policy.expected(head.check_history, at)
    check_history = advance(head.check_history, Outcome.UNCHANGED, at, kind=kind, expected=expected)
    head = replace(head, check_history=check_history, validators=validators_of(page.capture))
    return with_next_check(head, policy.next_check(check_history, at))


def validators_missed_change(head: Head, page: ParsedPage, verdict: Verdict) -> bool:
    """Return whether a text changed while its validators stayed the same: a 304 of such a server proves nothing."""
    validators = head.validators
    return verdict.outcome.is_edit and validators != Validators() and validators == validators_of(page.capture)


def containers_missed_change(head: Head, page: ParsedPage) -> bool:
    """Return whether a displayed text changed under the same rules, and not what it is said to be read from."""
    if page.article is None or page.article.stamp != head.stamp or not head.containers_digest:
        return False
    is_same = head.containers_digest == containers_of(page.extraction)
    return is_same and page.article.display_digest != head.display_digest


def head_after_gone(head: Head, tombstone: Tombstone) -> Head:
    """Return the head after a page was gone: the first such check only schedules a second one soon (promise P4)."""
    at = tombstone.capture.fetched_at
    if head.state is State.GONE:
        return with_next_check(head, recheck_after_gone(head.check_history, at))
    if head.gone_seen_at is None:
        return with_next_check(replace(head, gone_seen_at=at), recheck_after_first_gone(head.check_history, at))
    gone = _with_state(head, State.GONE, f"{tombstone.reason}, first seen {head.gone_seen_at:%Y-%m-%d %H:%M} UTC", at)
    return with_next_check(gone, recheck_after_gone(head.check_history, at))


def head_after_failure(head: Head, item: ParsedPage | FetchFailure, verdict: Verdict) -> Head:
    """Return the head after a check without a readable text: only the failure count and the next check change."""
    at = item.at if isinstance(item, FetchFailure) else item.capture.fetched_at
    if isinstance(item, FetchFailure) and not item.is_requested:
        return _postponed(head, item)
    check_history = advance(head.check_history, verdict.outcome, at)
    if verdict.is_too_costly:
        retry = recheck_after_too_costly(check_history, at)
    else:
        retry_at = item.retry_at if isinstance(item, FetchFailure) else None
        retry = recheck_after_failure(check_history, at, retry_at=retry_at)
    # The priority stays: after an outage, articles whose checks failed are claimed in the same order as before.
    retry = replace(retry, priority=head.priority)
    return with_next_check(replace(head, check_history=check_history), retry)


def _postponed(head: Head, item: FetchFailure) -> Head:
    """Return the head after a request that was not sent: the same priority, and no failure of the article."""
    at = max(item.retry_at or item.at, item.at)
    return replace(head, next_check_at=at, next_check_reason=f"not requested: {item.detail}")


def still_watched(head: Head) -> Head:
    """Return a head that its policy retired as one whose address a person watches: it is checked now and then."""
    if head.state is not State.RETIRED:
        return head
    at = (head.check_history.last_checked_at or head.seen_at) + MAX_INTERVAL
    if head.next_check_at is not None:
        at = min(at, head.next_check_at)
    reason = f"its address is watched: again in {short_duration(MAX_INTERVAL)} at the latest"
    watched = _with_state(head, State.WATCHED, "", head.check_history.last_checked_at or head.seen_at)
    return replace(watched, next_check_at=at, next_check_reason=reason)


def with_next_check(head: Head, next_check: NextCheck) -> Head:
    """Return the head with a policy's decision; a decision without a time, or to retire, ends regular checks."""
    check_history = (
        head.check_history if next_check.interval is None else replace(head.check_history, interval=next_check.interval)
    )
    head = replace(
        head,
        check_history=check_history,
        next_check_at=next_check.at,
        next_check_reason=next_check.reason,
        priority=next_check.priority,
    )
    if (next_check.is_retired or next_check.at is None) and head.state is State.WATCHED:
        return _with_state(head, State.RETIRED, next_check.reason, check_history.last_checked_at or head.seen_at)
    return head


def _with_state(head: Head, state: State, reason: str, at: datetime) -> Head:
    if head.state is state:
        return head
    return replace(head, state=state, state_reason=reason, state_since=at)


def _reading_digest(page: ParsedPage, article: Article) -> str:
    return "" if page.is_text else reading_digest(page.capture, without_readers(article.stamp))


def _aliases(earlier: tuple[str, ...], article: Article, capture: Capture) -> tuple[str, ...]:
    """Return all URLs that led to the article, and its canonical URL, newest last, without its present URL."""
    urls = (*earlier, canonical_url(article.url), capture.target_uri, *capture.redirects, capture.final_uri)
    return tuple(url for url in dict.fromkeys(urls) if url != article.url)


def validators_of(capture: Capture) -> Validators:
    """Return the validators of a response, verbatim, for the next conditional request."""
    if capture.is_rendered:
        return Validators()  # they are of the response, and say nothing of what scripts draw from other data
    return Validators(etag=capture.header("etag"), last_modified=capture.header("last-modified"))
