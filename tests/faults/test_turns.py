"""A crawl that makes no progress is ended, with an alarm; one whose turn is long goes on in its next turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.jobs.turn_limits import MAX_CLOSE_SECONDS

from .archive import Archive
from .behaviours import hanging
from .project import Project
from .world import Site, World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 13)
SOON = "8"  # seconds; a busy machine makes some progress within them
FOR_EVER = "600"  # a timeout that no test waits for
# Appended to a spider file: code that never returns, as a lock that nobody releases or a wait without a timeout.
HANGING = """
    async def parse_listing(self, response, depth):
        import asyncio
        await asyncio.Event().wait()
        yield None
"""


@pytest.fixture
def site(world: World, project: Project) -> Site:
    found = world.site(ARTICLES)
    project.add_source("quay", found)
    return found


def next_turn(archive: Archive, source: str) -> datetime:
    document = archive.ask(lambda store: store.db.sources.find_one({"_id": source}))
    due_at: datetime = document["due_at"]
    return due_at


def alarms(archive: Archive) -> list[tuple[str, str]]:
    """Return source and kind of the open alarms."""
    return [(alarm.source, alarm.kind) for alarm in archive.ask(lambda store: store.alarms())]


def test_crawl_without_progress_ends_as_stalled_and_holds_up_no_other(
    archive: Archive, project: Project, world: World, site: Site
) -> None:
    silent, endless, patient = (world.site(ARTICLES) for _ in range(3))
    silent.behaviours["articles"] = hanging
    patient.robots = "User-agent: *\nCrawl-delay: 30\n"
    for name, other in (("lock", silent), ("mole", endless), ("weir", patient)):
        project.add_source(name, other)
    file = project.root / "spiders" / "mole.py"
    sound = file.read_text()
    file.write_text(sound + HANGING)
    crawl = archive.crawl("--due", good=(1,), STALLED_AFTER_SECONDS=SOON, DOWNLOAD_TIMEOUT_SECONDS=FOR_EVER)
    expected = {
        "lock": ("stalled", 1),  # its server says nothing
        "mole": ("stalled", 1),  # its own code does not return
        "quay": ("finished", 0),
        "weir": ("yielded", 0),  # waits because of our own limits, which is no fault of it
    }
    assert {report["source"]: (report["reason"], report["exit_code"]) for report in crawl.json} == expected
    for name in expected:
        (run,) = archive.runs(name)
        assert (run.reason, run.exit_code, run.ended_at is not None) == (*expected[name], True)
        assert not archive.is_held(name)
    assert archive.claimed() == 0
    assert alarms(archive) == [("lock", "stalled"), ("mole", "stalled")]

    silent.behaviours.clear()
    file.write_text(sound)
    archive.crawl("lock", "mole")
    assert alarms(archive) == []
    found = [key.partition("/")[0] for key in archive.histories()]
    assert {name: found.count(name) for name in ("lock", "mole")} == dict.fromkeys(("lock", "mole"), len(ARTICLES))


def test_scrapy_crawl_whose_spider_never_returns_ends_too(archive: Archive, project: Project, site: Site) -> None:
    file = project.root / "spiders" / "quay.py"
    file.write_text(file.read_text() + HANGING)
    crawl = archive.start_scrapy("crawl", "quay", STALLED_AFTER_SECONDS="3")
    assert crawl.wait(seconds=60 * MAX_CLOSE_SECONDS) == 1, crawl.told()
    (run,) = archive.runs("quay")
    assert (run.reason, run.exit_code) == ("stalled", 1)


def test_long_crawl_yields_and_goes_on_in_its_next_turn(archive: Archive, site: Site) -> None:
    crawl = archive.crawl("--due", YIELD_AFTER_SECONDS="2", DELAY_SECONDS="0.5")
    (report,) = crawl.json
    assert (report["reason"], report["exit_code"]) == ("yielded", 0)
    assert 0 < len(archive.histories()) < len(ARTICLES)
    assert archive.claimed() == 0
    assert not archive.is_held("quay")
    assert alarms(archive) == []
    assert next_turn(archive, "quay") - datetime.now(UTC) < timedelta(minutes=1)

    archive.ask(lambda store: store.make_sources_due(["quay"], datetime.now(UTC)))
    (report,) = archive.crawl("--due").json
    assert report["reason"] == "finished"
    assert len(archive.histories()) == len(ARTICLES)
