"""Measure how long a due source waits for its first request while others are large or slow.

`python benchmarks/fairness_bench.py [SOURCES [OPTION ...]]` (default 500) serves that many news sites on loopback whose
articles are known and not due, one more with 500 due articles and one that takes five seconds for each page. With all
of them due at once it starts `newscrawl worker` with the options, and a second between two requests to a host, and
prints the time until the first request to each of the others. It exits with 1 if one waited for more than a minute,
which says something about newscrawl only where nothing else keeps the processors busy.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.archive import Archive
from tests.faults.behaviours import slow
from tests.faults.mongo import Mongod
from tests.faults.project import Project
from tests.faults.waiting import until
from tests.faults.world import Site, World

MAX_WAIT_SECONDS = 60.0
LARGE, SLOW = range(1, 501), range(1, 21)
SLOW_SECONDS = 5.0


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as folder, World() as world:
        mongod = Mongod(Path(folder) / "mongod")
        mongod.start()
        try:
            waits = measure(Path(folder), world, mongod, count)
        finally:
            mongod.kill()
    median, most, last = waits[count // 2], waits[count * 95 // 100], waits[-1]
    print(f"{count} sources, first request after: median {median:.1f} s, 95 % {most:.1f} s, last {last:.1f} s")
    return 1 if last > MAX_WAIT_SECONDS else 0


def measure(folder: Path, world: World, mongod: Mongod, count: int) -> list[float]:
    """Return the seconds until the first request to each of the ordinary sources, in order."""
    project = Project(folder / "project")
    sites = {f"source{number}": world.site([1, 2]) for number in range(count)}
    large, sluggish = world.site(LARGE), world.site(SLOW)
    for name, site in {"large": large, "sluggish": sluggish, **sites}.items():
        project.add_source(name, site)
    archive = Archive(project, mongod.uri, "fairness", folder, sites=world.sites)
    archive.crawl("--due", RECHECK_MAX_PER_RUN="1000")
    sluggish.behaviours["articles"] = slow(SLOW_SECONDS)
    archive.make_due("large")
    archive.make_due("sluggish")
    for site in sites.values():
        site.requests.clear()
    return waits_of(archive, [*sites, "large", "sluggish"], list(sites.values()))


def waits_of(archive: Archive, names: list[str], sites: list[Site]) -> list[float]:
    archive.ask(lambda store: store.make_sources_due(names, datetime.now(UTC)))
    began = time.monotonic()
    worker = archive.start("worker", *sys.argv[2:], DELAY_SECONDS="1")
    try:
        until(lambda: all(site.requests for site in sites), "every source is to be requested", seconds=1800)
    finally:
        worker.kill()
    return sorted(site.requests[0].at - began for site in sites)


if __name__ == "__main__":
    sys.exit(main())
