"""Row 15: sources and processes share a host's pace, and the pause that it asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from .archive import Archive
from .behaviours import Gate, refusing
from .processes import Process
from .project import Project
from .waiting import until
from .world import Site, World

pytestmark = pytest.mark.slow

NAMES = ("quay1", "quay2", "quay3", "quay4")
HOUR = timedelta(hours=1)  # no test takes so long


@pytest.fixture
def site(world: World, project: Project) -> Site:
    """One host with four sources."""
    found = world.site(range(1, 4))
    for name in NAMES:
        project.add_source(name, found)
    return found


def started_together(archive: Archive, site: Site, **environ: str) -> list[Process]:
    """Start two commands with two sources each, and return them once both are at work: one has the host."""
    gate = site.behaviours["robots"] = Gate()
    environ["DOWNLOAD_TIMEOUT_SECONDS"] = "600"  # the other may take its time to start
    commands = [archive.start("crawl", *names, "--fail-on", "0", **environ) for names in (NAMES[:2], NAMES[2:])]
    until(lambda: site.count("/robots.txt") == 1, "one is to request robots.txt")
    until(lambda: any("reason=held" in command.err for command in commands), "the other is to wait for the host")
    gate.open()
    return commands


def test_sources_and_processes_share_the_pace_of_a_host(archive: Archive, site: Site) -> None:
    delay = 0.5
    for command in started_together(archive, site, DELAY_SECONDS=str(delay)):
        assert command.wait() == 0, command.told()
    moments = [request.at for request in site.requests]
    assert len(moments) >= 2 + len(NAMES) + len(site.articles)
    # Arrivals jitter on a busy machine, their sum does not get shorter.
    assert moments[-1] - moments[0] > 0.95 * delay * (len(moments) - 1)


@pytest.mark.parametrize(
    "retry_after",
    [lambda: "3600", lambda: format_datetime(datetime.now(UTC) + HOUR, usegmt=True)],
    ids=["seconds", "HTTP date"],
)
def test_host_that_asks_for_a_pause_gets_it_from_all_processes(
    archive: Archive, site: Site, retry_after: Callable[[], str]
) -> None:
    site.publish(range(1, 200))
    commands = started_together(archive, site, DELAY_SECONDS="0.2")
    until(lambda: len(site.asked()) > 2 * len(commands), "articles are to be requested")
    site.behaviours["all"] = refusing(429, {"Retry-After": retry_after()})
    site.behaviours.pop("robots")
    for command in commands:
        command.until_gone()
    after_the_first = len(site.requests) - [request.status for request in site.requests].index(429)
    assert after_the_first <= len(commands), "one request of each may have been under way"
    site.behaviours.clear()
    before = len(site.requests)
    archive.crawl(NAMES[0], "--fail-on", "0", good=(0, 1))
    assert len(site.requests) == before, "a run that began within the pause"
