"""Replays of histories through the very policy code that crawls use, and what came of them."""

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

# Feeds and news sitemaps hold a story for about three days; after that no signal comes.
LISTED_SECONDS = 72 * 3600.0
EARLY_SECONDS = 72 * 3600.0


@dataclass(frozen=True, slots=True)
class Score:
    """What one policy did on one set of histories; checks without each story's first, delays in minutes."""

    policy: str
    stories: int
    versions: int
    checks: int
    caught: int
    median_delay: float
    p90_delay: float
    p90_delay_early: float  # of versions of the first 72 hours

    @property
    def checks_per_story(self) -> float:
        return self.checks / self.stories if self.stories else 0.0

    @property
    def share_caught(self) -> float:
        return self.caught / self.versions if self.versions else 1.0

    @property
    def hit_share(self) -> float:
        """Return the share of checks that found a new wording."""
        return self.caught / self.checks if self.checks else 0.0


@dataclass(slots=True)
class _Story:
    history: History
    check_history: CheckHistory
    due: float | None = None
    shown: int = 0  # versions that had appeared at the last look
    told: int = 0  # signals passed on
    checks: int = 0
    delays: list[tuple[float, bool]] = field(default_factory=list)


def replay(
    histories: Sequence[History], policy_of: Callable[[str], Policy], *, signals: bool = True, name: str = ""
) -> Score:
    """Return what a policy would have caught, story by story in the order of time.

    The first look at `discovered` is given and not counted. A wording is caught when a look falls between its
    appearance and the next one's. Time stands still during a look.
    """
    return score_of(name, replayed(histories, policy_of, signals=signals))


def replayed(histories: Sequence[History], policy_of: Callable[[str], Policy], *, signals: bool = True) -> list[_Story]:
    """Return every story after its replay."""
    policies: dict[str, Policy] = {}
    signalling = {h.source for h in histories if h.signals} if signals else set()
    stories = [_Story(h, CheckHistory(source=h.source, first_seen_at=_moment(h.discovered))) for h in histories]
    queue: list[tuple[float, int, bool]] = []
    for i, history in enumerate(histories):
        if history.source not in policies:
            policies[history.source] = policy_of(history.source)
        heapq.heappush(queue, (history.discovered, i, False))
        if signals:
            queue.extend((s, i, True) for s in history.signals if s < history.observed_until)
    heapq.heapify(queue)
    while queue:
        at, i, is_signal = heapq.heappop(queue)
        story = stories[i]
        policy = policies[story.history.source]
        if is_signal:
            due = _told(story, at, policy)
        elif story.checks and at != story.due:
            continue  # a signal pulled this look forward
        else:
            due = _looked(story, at, policy, story.history.source in signalling)
        if due is not None and due < story.history.observed_until:
            heapq.heappush(queue, (due, i, False))
    return stories


def _looked(story: _Story, at: float, policy: Policy, is_listed: bool) -> float | None:
    """Look at a story; return when it is due again."""
    history, now = story.history, _moment(at)
    listed_at = now if is_listed and at - history.published <= LISTED_SECONDS else None
    check_history = replace(story.check_history, listed_at=listed_at)
    if story.checks == 0:
        published = _moment(min(history.published, history.discovered))
        kind = PageKind.LIVE if history.kind == "live" else PageKind.ARTICLE
        check_history = replace(check_history, published_at=published, kind=kind)
        check_history = advance(check_history, Outcome.NEW, now)
    else:
        edited = _catch(story, at)
        expected = policy.expected(check_history, now)
        if isinstance(policy, Hazard):
            policy.learn(check_history, now, edited=edited)
        check_history = advance(check_history, Outcome.CHANGED if edited else Outcome.UNCHANGED, now, expected=expected)
    story.checks += 1
    decision = policy.next_check(check_history, now)
    story.check_history = (
        check_history if decision.interval is None else replace(check_history, interval=decision.interval)
    )
    story.due = None if decision.at is None else decision.at.timestamp()
    return story.due


def _catch(story: _Story, at: float) -> bool:
    """Note which wording a look found; return whether it is a new one."""
    versions = story.history.versions
    before = story.shown
    while story.shown < len(versions) and versions[story.shown] <= at:
        story.shown += 1
    if story.shown == before:
        return False
    appeared = versions[story.shown - 1]
    story.delays.append((at - appeared, appeared - story.history.published <= EARLY_SECONDS))
    return True


def _told(story: _Story, at: float, policy: Policy) -> float | None:
    """Pass a signal on; return the earlier time it gives, if any."""
    if story.check_history.signal_at is not None or not story.checks:
        return None
    now = _moment(at)
    check_history = replace(story.check_history, signal_at=now, listed_at=now)
    decision = policy.next_check(check_history, now)
    if not isinstance(policy, Hazard):
        return None
    story.check_history = check_history
    if decision.at is None or (story.due is not None and decision.at.timestamp() >= story.due):
        return None
    story.due = decision.at.timestamp()
    return story.due


def score_of(name: str, stories: Iterable[_Story]) -> Score:
    stories = list(stories)
    delays = sorted(delay / 60 for story in stories for delay, _ in story.delays)
    early = sorted(delay / 60 for story in stories for delay, is_early in story.delays if is_early)
    return Score(
        policy=name,
        stories=len(stories),
        versions=sum(len(story.history.versions) for story in stories),
        checks=sum(story.checks - 1 for story in stories if story.checks),
        caught=len(delays),
        median_delay=median(delays) if delays else 0.0,
        p90_delay=_quantile(delays, 0.9),
        p90_delay_early=_quantile(early, 0.9),
    )


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
