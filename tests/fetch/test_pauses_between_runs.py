"""A host's pause (RFC 9110, Retry-After) also holds for later runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.jobs import Job
from newscrawl.jobs.subprocesses import run_in_processes

OVERLOADED = EDITIONS[5]  # answers everything but robots.txt with 429 and Retry-After: 1800


def overloaded_job(newsroom: Newsroom, minutes: int) -> Job:
    return Job(
        source="demo",
        arguments={"base": newsroom.base},
        clock=SteppingClock(OVERLOADED.clock + timedelta(minutes=minutes)),
        settings={"NEWSCRAWL_EGRESS_ALLOW": [newsroom.base.removeprefix("http://")]},
        log_level="CRITICAL",
    )


def test_the_next_run_sends_no_request_while_the_pause_lasts(config: Config) -> None:
    with Newsroom(OVERLOADED.number) as newsroom:
        jobs = [overloaded_job(newsroom, minutes) for minutes in (0, 10)]
        counts = [len(newsroom.exchanges) for _ in run_in_processes(jobs, replace(config, delay_seconds=0.0))]
    assert counts == [2, 2]  # robots.txt and one refusal; no request at all within the half hour
