"""Replay histories through the same policy code that crawls use, and score the result."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from statistics import median

from newscrawl.items import CheckHistory, Outcome, PageKind
from newscrawl.recheck.advance import advance
from newscrawl.recheck.hazard import Hazard
from newscrawl.recheck.histories import History
from newscrawl.recheck.policy import Policy

# Feeds and news sitemaps list an article for about three days; after that no signal comes.
LISTED_SECONDS = 72 * 3600.0
EARLY_SECONDS = 72 * 3600.0

Event = tuple[float, int, bool]  # Unix seconds, number of the article, whether it is a signal (else a check)


@dataclass(frozen=True, slots=True)
class Score:
    """The result of one policy on one set of histories: checks without each article's first, delays in minutes."""

    policy: str
    articles: int
    versions: int
    checks: int
    caught: int
    median_delay: float
    p90_delay: float
    p90_delay_early: float  # of versions of the first 72 hours

    @property
    def checks_per_article(self) -> float:
        return self.checks / self.articles if self.articles else 0.0

    @property
    def share_caught(self) -> float:
        return self.caught / self.versions if self.versions else 1.0

    @property
    def hit_share(self) -> float:
        """Return the share of checks that found a new wording."""
        return self.caught / self.checks if self.checks else 0.0


@dataclass(slots=True)
class Replayed:
    """One article during or after a replay."""

    history: History
    check_history: CheckHistory
    due: float | None = None
    appeared: int = 0  # versions that had appeared by the last check
    checks: int = 0
    delays: list[tuple[float, bool]] = field(default_factory=list)  # seconds, and whether in the first 72 hours


def replay(
    histories: Sequence[History], policy_of: Callable[[str], Policy], *, signals: bool = True, name: str = ""
) -> Score:
    """Return the score of a policy; `policy_of` makes it for a source. Events of all articles are in order of time.

    The first check, at `discovered`, is given and not counted. A wording is caught when a check falls between its
    appearance and the next one's. Checks take no time.
    """
    return score_of(name, replayed(histories, policy_of, signals=signals))


def replayed(
    histories: Sequence[History], policy_of: Callable[[str], Policy], *, signals: bool = True
) -> list[Replayed]:
    """Return every article after its replay."""
    policies: dict[str, Policy] = {}
    for history in histories:
        if history.source not in policies:
            policies[history.source] = policy_of(history.source)
    signalling = {history.source for history in histories if history.signals} if signals else set()
    articles = [Replayed(h, CheckHistory(source=h.source, first_seen_at=_moment(h.discovered))) for h in histories]
    queue = _first_events(histories, signals=signals)
    while queue:
        at, number, is_signal = heapq.heappop(queue)
        article = articles[number]
        policy = policies[article.history.source]
        if is_signal:
            due = _signal(article, at, policy)
        elif article.checks and at != article.due:
            continue  # a signal moved this check forward
        else:
            due = _check(article, at, policy, is_listed=article.history.source in signalling)
        if due is not None and due < article.history.observed_until:
            heapq.heappush(queue, (due, number, False))
    return articles


def _first_events(histories: Sequence[History], *, signals: bool) -> list[Event]:
    """Return a heap of each article's first check and all its signals."""
    queue: list[Event] = []
    for number, history in enumerate(histories):
        queue.append((history.discovered, number, False))
        if signals:
            queue.extend((signal, number, True) for signal in history.signals if signal < history.observed_until)
    heapq.heapify(queue)
    return queue


def _check(article: Replayed, at: float, policy: Policy, *, is_listed: bool) -> float | None:
    """Check an article; return when it is due again."""
    history, now = article.history, _moment(at)
    listed_at = now if is_listed and at - history.published <= LISTED_SECONDS else None
    check_history = replace(article.check_history, listed_at=listed_at)
    if article.checks == 0:
        published = _moment(min(history.published, history.discovered))
        kind = PageKind.LIVE if history.kind == "live" else PageKind.ARTICLE
        check_history = replace(check_history, published_at=published, kind=kind)
        check_history = advance(check_history, Outcome.NEW, now)
    else:
        edited = _catch(article, at)
        if isinstance(policy, Hazard):
            policy.learn(check_history, now, edited=edited)
        expected = policy.expected(check_history, now)
        check_history = advance(check_history, Outcome.CHANGED if edited else Outcome.UNCHANGED, now, expected=expected)
    article.checks += 1
    decision = policy.next_check(check_history, now)
    article.check_history = (
        check_history if decision.interval is None else replace(check_history, interval=decision.interval)
    )
    article.due = None if decision.at is None else decision.at.timestamp()
    return article.due


def _catch(article: Replayed, at: float) -> bool:
    """Record the wording that a check found and its delay; return whether it is a new one."""
    versions = article.history.versions
    before = article.appeared
    while article.appeared < len(versions) and versions[article.appeared] <= at:
        article.appeared += 1
    if article.appeared == before:
        return False
    appeared_at = versions[article.appeared - 1]
    article.delays.append((at - appeared_at, appeared_at - article.history.published <= EARLY_SECONDS))
    return True


def _signal(article: Replayed, at: float, policy: Policy) -> float | None:
    """Pass a signal to the policy; return the earlier due time that follows, if any."""
    if article.check_history.signal_at is not None or not article.checks:
        return None
    now = _moment(at)
    check_history = replace(article.check_history, signal_at=now, listed_at=now)
    decision = policy.next_check(check_history, now)
    if not isinstance(policy, Hazard):
        return None
    article.check_history = check_history
    if decision.at is None or (article.due is not None and decision.at.timestamp() >= article.due):
        return None
    article.due = decision.at.timestamp()
    return article.due


def score_of(name: str, articles: Iterable[Replayed]) -> Score:
    articles = list(articles)
    delays = sorted(delay / 60 for article in articles for delay, _ in article.delays)
    early = sorted(delay / 60 for article in articles for delay, is_early in article.delays if is_early)
    return Score(
        policy=name,
        articles=len(articles),
        versions=sum(len(article.history.versions) for article in articles),
        checks=sum(article.checks - 1 for article in articles if article.checks),
        caught=len(delays),
        median_delay=median(delays) if delays else 0.0,
        p90_delay=_quantile(delays, 0.9),
        p90_delay_early=_quantile(early, 0.9),
    )


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
