"""What a host permits: rules for budget, pause, back-off and pace, without a store."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.items import Resource
from newscrawl.store.host_allowance import FAILURES, MAX_BACKOFF, MIN_BACKOFF, HostAllowance, HostState, Pace
from tests.store.samples import HOUR, NOON

MINUTE = timedelta(minutes=1)


def failing(failures: int = FAILURES, resource: Resource = Resource.ARTICLE) -> HostAllowance:
    """Return a host that has failed so often at noon."""
    host = HostAllowance(HostState("www.courier.example"))
    for _ in range(failures):
        host.failed(NOON, "timeout", resource)
    return host


def refusal(host: HostAllowance, now: datetime = NOON) -> str:
    """Return why a request is refused; one that is not is counted."""
    if refused := host.refusal(now, is_limited=False):
        return refused.reason
    host.count(now, is_limited=False)
    return ""


def backoff_end(host: HostAllowance) -> datetime:
    assert host.state.backoff_until is not None
    return host.state.backoff_until


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    host = HostAllowance(HostState("www.courier.example"))
    host.pause(NOON + HOUR, NOON)
    host.pause(NOON + MINUTE, NOON)
    refused = host.refusal(NOON + 59 * MINUTE, is_limited=False)
    assert refused is not None
    assert (refused.reason, refused.opens_at) == ("pause", NOON + HOUR)
    assert refusal(host, NOON + HOUR) == ""


def test_each_failed_probe_doubles_the_back_off_up_to_six_hours() -> None:
    host, now, backoffs = failing(), NOON, []
    for _ in range(9):
        opens_at = backoff_end(host)
        backoffs.append(opens_at - now)
        now = opens_at
        assert refusal(host, now) == ""
        host.failed(now, "dns", Resource.ARTICLE)
    assert backoffs[:3] == [MIN_BACKOFF, 2 * MIN_BACKOFF, 4 * MIN_BACKOFF]
    assert backoffs[-1] == max(backoffs) == MAX_BACKOFF


@pytest.mark.parametrize("late", [1, 3])
def test_requests_under_way_when_the_back_off_began_do_not_prolong_it(late: int) -> None:
    assert backoff_end(failing(FAILURES + late)) == NOON + MIN_BACKOFF


@pytest.mark.parametrize("alive", [(Resource.ROBOTS,), (Resource.ROBOTS, Resource.LISTING)])
def test_the_back_off_grows_while_articles_fail_although_lesser_files_are_answered(
    alive: tuple[Resource, ...],
) -> None:
    host, now, backoffs = failing(), NOON, []
    for _ in range(4):
        opens_at = backoff_end(host)
        backoffs.append(opens_at - now)
        now = opens_at
        for resource in alive:
            assert refusal(host, now) == ""
            assert not host.answered(now, resource)
        assert [refusal(host, now) for _ in range(2)] == ["", "rest"], "one article is the probe"
        host.failed(now, "http_500", Resource.ARTICLE)
    assert backoffs == [MIN_BACKOFF * 2**n for n in range(4)]
    assert host.answered(now, Resource.ARTICLE)
    assert host.state.failures == 0


@pytest.mark.parametrize("resource", [Resource.LISTING, Resource.ARTICLE])
def test_failures_of_a_listing_end_with_an_answer_to_a_listing_or_an_article(resource: Resource) -> None:
    host = failing(resource=Resource.LISTING)
    assert not host.answered(NOON, Resource.ROBOTS)
    assert host.state.failures == FAILURES
    assert host.answered(NOON, resource)
    assert refusal(host) == ""


def test_failures_of_articles_that_nobody_requests_any_more_are_forgotten() -> None:
    host = failing()
    assert not host.answered(NOON + timedelta(hours=23), Resource.LISTING)
    assert host.answered(NOON + timedelta(hours=25), Resource.LISTING)


@dataclass
class Simulation:
    """A host with owners one after the other; the store's part is played by its fields."""

    per_hour: int
    block: int
    now: float = 0.0  # seconds since noon
    counts: Counter[datetime] = field(default_factory=Counter)
    sent: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)  # least gap before each request
    last: float = -math.inf  # the latest exchange, as the store knows it
    delay: float = 0.0
    owner: HostAllowance | None = None

    def moment(self) -> datetime:
        return NOON + timedelta(seconds=self.now)

    def take(self) -> HostAllowance:
        owner = HostAllowance(HostState("www.courier.example"))
        owner.pace = Pace.after(self.last, self.delay)
        self.owner = owner
        return owner

    def draw(self, owner: HostAllowance) -> None:
        hour = self.moment().replace(minute=0, second=0, microsecond=0)
        drawn = min(self.block, self.per_hour - self.counts[hour])
        self.counts[hour] += drawn
        owner.budget.draw(hour, drawn)

    def request(self, delay: float, takes: float) -> None:
        owner = self.owner or self.take()
        while (refused := owner.refusal(self.moment(), is_limited=True)) is None and not owner.budget.unspent:
            self.draw(owner)
        if refused is not None:
            return
        owner.count(self.moment(), is_limited=True)
        self.now += owner.pace.place(self.now, delay)
        self.sent.append(self.now)
        self.gaps.append(delay)
        self.now += takes
        owner.pace.exchanged(self.now)

    def release(self) -> None:
        if self.owner is not None:
            self.last, self.delay = self.owner.pace.last, self.owner.pace.delay_seconds
            if self.owner.budget.window is not None:
                self.counts[self.owner.budget.window] -= self.owner.budget.unspent
        self.owner = None

    def die(self, term: float) -> None:
        """End the owner without a word: the next one begins a delay after the end of its term."""
        if self.owner is not None:
            self.now += term
            self.last, self.delay = self.now, max(self.delay, self.owner.pace.delay_seconds)
        self.owner = None


steps = st.one_of(
    st.tuples(st.just("request"), st.floats(0, 60), st.floats(0, 90)),
    st.tuples(st.just("release"), st.just(0.0), st.just(0.0)),
    st.tuples(st.just("die"), st.floats(0, 60), st.just(0.0)),
    st.tuples(st.just("pass"), st.floats(0, 4000), st.just(0.0)),
)


@given(per_hour=st.integers(1, 30), block=st.integers(1, 25), plan=st.lists(steps, max_size=80))
def test_no_request_is_early_or_above_the_budget_whoever_owns_the_host(
    per_hour: int, block: int, plan: list[tuple[str, float, float]]
) -> None:
    host = Simulation(per_hour, block)
    admitted: Counter[datetime] = Counter()
    for what, first, second in plan:
        if what == "request":
            before, hour = len(host.sent), host.moment().replace(minute=0, second=0, microsecond=0)
            host.request(first, second)
            admitted[hour] += len(host.sent) - before
        elif what == "release":
            host.release()
        elif what == "die":
            host.die(first)
        else:
            host.now += first
    assert max(admitted.values(), default=0) <= per_hour
    assert all(count <= per_hour for count in host.counts.values())
    assert all(
        later - earlier > delay - 1e-6
        for (earlier, later), delay in zip(pairwise(host.sent), host.gaps[1:], strict=True)
    )


@given(st.integers(1, 200), st.lists(st.sampled_from([True, False]), max_size=50))
def test_what_is_given_back_and_what_was_sent_are_what_was_drawn(per_hour: int, plan: list[bool]) -> None:
    host = Simulation(per_hour, 25)
    for is_request in plan:
        host.request(0.0, 0.0) if is_request else host.release()
    host.release()
    assert sum(host.counts.values()) == len(host.sent) == min(per_hour, sum(plan))
