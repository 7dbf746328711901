"""Rows 19 to 21: clocks that step, the ends of months and years, and time zones that do not exist."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.store import Store

from .archive import Archive
from .clock import WallClock
from .conftest import MakeArchive
from .outages import assert_undisturbed, held
from .project import Project
from .twin import assert_like_twin
from .world import Site, World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 13)


@pytest.fixture
def site(world: World, project: Project) -> Site:
    found = world.site(ARTICLES)
    project.add_source("quay", found)
    return found


@pytest.mark.parametrize(
    "step", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=-30)], ids=["+1 h", "-1 h", "-30 d"]
)
def test_clock_that_steps_during_a_crawl_causes_neither_a_stall_nor_a_storm(
    site: Site, make_archive: MakeArchive, clock: WallClock, step: timedelta
) -> None:
    archive, twin = make_archive(environ=clock.environ()), make_archive()
    crawl, hold = held(archive, site)
    clock.step(step)
    time.sleep(2)  # the library reads the offset once a second
    hold.open()
    assert_undisturbed(crawl)
    assert sorted(site.asked()) == list(ARTICLES), "an article was asked for twice, or not at all"
    twin.crawl("quay")
    assert_like_twin(archive, twin)


@pytest.mark.parametrize(
    "moment",
    [datetime(2028, 2, 28, 23, 59, 50, tzinfo=UTC), datetime(2027, 12, 31, 23, 59, 50, tzinfo=UTC)],
    ids=["eve of a leap day", "end of a year"],
)
def test_crawls_over_a_leap_day_and_over_new_year_plan_the_next_checks(
    site: Site, make_archive: MakeArchive, clock: WallClock, moment: datetime
) -> None:
    archive = make_archive(environ=clock.environ())
    clock.set(moment)
    archive.crawl("quay")
    planned = next_checks(archive)
    assert len(planned) == len(ARTICLES)
    assert all(moment < at < moment + timedelta(days=30) for at in planned)
    clock.set(max(planned) + timedelta(minutes=1))
    again = archive.crawl("quay")
    assert again.json["outcomes"] == {"unchanged": len(ARTICLES)}, again.told()
    assert min(next_checks(archive)) > max(planned)


def next_checks(archive: Archive) -> list[datetime]:
    async def of_all(store: Store) -> list[datetime]:
        return [found["next_check_at"] async for found in store.db.articles.find({})]

    return archive.ask(of_all)


def test_time_zone_that_does_not_exist_is_an_error_of_its_source_alone(
    site: Site, project: Project, archive: Archive
) -> None:
    project.add_source("mole", site, timezone="Atlantis/Capital")
    alone = archive.run("crawl", "mole")
    assert alone.code == 2, alone.told()
    (line,) = alone.err.splitlines()
    assert "spiders/mole.py, line " in line
    assert "timezone = 'Atlantis/Capital' is no IANA time zone" in line
    both = archive.crawl("mole", "quay", good=(2,))
    reasons = {report["source"]: report["reason"] for report in both.json}
    assert reasons == {"mole": "not_started", "quay": "finished"}, both.told()
    assert len(archive.histories()) == len(ARTICLES)
