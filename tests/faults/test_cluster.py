"""Workers of a cluster: what a queue names is crawled once, whatever becomes of the queue and of the workers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.secret_text import SecretUri

from . import processes
from .archive import Archive
from .behaviours import Gate
from .conftest import MakeArchive
from .processes import Process
from .project import Project
from .redis import RedisServer
from .twin import assert_like_twin
from .waiting import until
from .world import Site, World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 5)
SOURCES = ("lock", "mole", "quay", "weir")


def start(archive: Archive, redis: RedisServer, *arguments: str) -> Process:
    return archive.start("worker", *arguments, CLUSTER_URI=redis.uri, DOWNLOAD_TIMEOUT_SECONDS="600")


def stop(*workers: Process) -> None:
    processes.stop(*workers)
    for worker in workers:
        assert "quite-secret" not in worker.out + worker.err


def all_crawled(archive: Archive, workers: list[Process]) -> None:
    def are() -> bool:
        ended = all(worker.code is not None for worker in workers)
        return ended or all(any(run.reason == "finished" for run in archive.runs(name)) for name in SOURCES)

    until(are, "every source is to be crawled", every_seconds=0.2)
    assert [worker.told() for worker in workers if worker.code is not None] == []


def test_two_workers_share_what_the_queue_names(
    make_archive: MakeArchive, redis: RedisServer, sites: dict[str, Site]
) -> None:
    archive, twin = make_archive(), make_archive()
    workers = [start(archive, redis, "--processes", "1", "--at-once", "2") for _ in range(2)]
    all_crawled(archive, workers)
    status = archive.run("cluster", "status", "--json", CLUSTER_URI=redis.uri)
    assert status.code == 0, status.told()
    assert [(worker["slots"], worker["is_silent"]) for worker in status.json["workers"]] == [(2, False)] * 2
    assert status.json["broker"] == {"uri": f"redis://***@127.0.0.1:{redis.port}/0", "waiting": 0, "error": ""}
    assert archive.run("cluster", "status", "--here").code == 0
    stop(*workers)
    assert not any(archive.is_held(name) for name in SOURCES)
    assert archive.run("cluster", "status", "--here").code == 1
    assert archive.run("cluster", "status", "--json").json["workers"] == []
    assert {name: len(site.asked()) for name, site in sites.items()} == dict.fromkeys(SOURCES, len(ARTICLES))
    twin.crawl(*SOURCES)
    assert_like_twin(archive, twin)


def test_queue_is_short_and_what_was_not_begun_is_free_when_a_worker_is_stopped(
    archive: Archive, redis: RedisServer, sites: dict[str, Site], world: World, project: Project
) -> None:
    for number in range(12):
        project.add_source(f"pier{number}", world.site([1]))
    gates = [site.behaviours.setdefault("articles", Gate()) for site in world.sites]
    worker = start(archive, redis, "--processes", "1", "--at-once", "3")
    until(lambda: worker.code is not None or under_way(world) == 3, "all slots are to be busy")
    assert redis.length(f"newscrawl-{archive.database}") <= 2 * 3
    until(lambda: redis.ask("HLEN", "unacked") == ":0", "what is at work is acknowledged")
    stop(worker)
    for gate in gates:
        gate.open()
    status = archive.run("cluster", "status", "--json", CLUSTER_URI=redis.uri).json
    assert (status["taken"], status["abandoned"], status["workers"]) == (0, 0, [])
    assert not any(archive.is_held(name) for name in SOURCES)
    heir = start(archive, redis)
    all_crawled(archive, [heir])
    stop(heir)


def under_way(world: World) -> int:
    """Return how many sites have an article's request that is not answered."""
    return sum(any(r.number and not r.is_answered for r in list(site.requests)) for site in world.sites)


@pytest.mark.parametrize("strike", ["freeze", "kill"])
def test_what_runs_goes_on_without_the_broker_and_more_begins_when_it_is_back(
    archive: Archive, redis: RedisServer, sites: dict[str, Site], strike: str
) -> None:
    gates = [site.behaviours.setdefault("articles", Gate()) for site in sites.values()]
    worker = start(archive, redis, "--processes", "1", "--at-once", "2")
    until(lambda: worker.code is not None or sum(bool(site.asked()) for site in sites.values()) == 2, "two are at work")
    begun = {name for name, site in sites.items() if site.asked()}
    getattr(redis, strike)()
    for gate in gates:
        gate.open()
    finished = lambda name: any(run.reason == "finished" for run in archive.runs(name))  # noqa: E731
    until(lambda: worker.code is not None or all(map(finished, begun)), "what runs is to come to its end")
    until(lambda: worker.code is not None or "no more crawls begin" in worker.err, "it is to be said")
    redis.thaw() if strike == "freeze" else redis.start()
    all_crawled(archive, [worker])
    assert worker.err.count("no more crawls begin") == 1, worker.told()
    stop(worker)


def test_source_that_ends_every_process_is_set_aside_with_an_alarm(
    archive: Archive, redis: RedisServer, sites: dict[str, Site], project: Project
) -> None:
    file = project.root / "spiders" / "mole.py"
    deed = "    async def parse_listing(self, response, depth):\n        import os\n        os.kill(os.getpid(), 9)\n"
    file.write_text(file.read_text() + deed + "        yield\n")
    workers = [start(archive, redis, "--processes", "1") for _ in range(2)]
    is_aside = lambda: bool(archive.ask(lambda store: store.sources_set_aside()))  # noqa: E731
    until(lambda: any(w.code is not None for w in workers) or is_aside(), "it is to be set aside", every_seconds=0.2)
    others = [name for name in SOURCES if name != "mole"]
    until(lambda: all(any(r.reason == "finished" for r in archive.runs(n)) for n in others), "the others are crawled")
    assert {alarm["kind"] for alarm in archive.alarms()["mole"]} == {"set_aside", "worker_died"}
    assert archive.run("cluster", "status", "--json").json["set_aside"] == ["mole"]
    stop(*workers)


def test_messages_that_name_no_source_are_dropped(archive: Archive, redis: RedisServer, sites: dict[str, Site]) -> None:
    worker = start(archive, redis, "--processes", "1", "--at-once", "1")
    all_crawled(archive, [worker])
    archive.ask(lambda store: store.make_sources_due(["nosuch", "../lock"], datetime.now(UTC)))
    published = archive.ask(lambda store: publish(archive, redis, ["nosuch", "../lock", "lock"] * 3))
    assert published == 9
    until(lambda: redis.length(f"newscrawl-{archive.database}") == 0, "all messages are to be received")
    archive.make_source_due("lock")
    until(lambda: worker.code is not None or len(archive.runs("lock")) == 2, "it is to be crawled as before")
    stop(worker)


async def publish(archive: Archive, redis: RedisServer, names: list[str]) -> int:
    from newscrawl.jobs.deliveries import CRAWL
    from newscrawl.jobs.engine import Engine

    engine = Engine(SecretUri(redis.uri), f"newscrawl-{archive.database}", 1, lambda delivery: delivery.release())
    await engine.publish(CRAWL, names)
    await engine.close()
    return len(names)


# Run by every Python process that has this file's folder on its path: notes which of them imports the engine.
NOTES = """
import pathlib, sys

class Note:
    def find_spec(self, name, path=None, target=None):
        if name in {"celery", "kombu", "redis"}:
            (pathlib.Path(__file__).parent / f"{name}.imported").touch()

sys.meta_path.insert(0, Note())
"""


def test_nothing_of_the_engine_is_imported_without_a_cluster(
    make_archive: MakeArchive, redis: RedisServer, sites: dict[str, Site], project: Project, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "sitecustomize.py").write_text(NOTES)
    imported = lambda: {path.stem for path in notes.glob("*.imported")}  # noqa: E731
    archive = make_archive(paths=[notes])
    archive.crawl("lock")
    archive.crawl("mole", "quay")
    worker = archive.start("worker")
    all_crawled(archive, [worker])
    stop(worker)
    assert imported() == set()
    archive.make_source_due("lock")
    in_cluster = start(archive, redis)
    until(lambda: in_cluster.code is not None or len(archive.runs("lock")) > 1, "it is to be crawled")
    stop(in_cluster)
    assert imported() == {"celery", "kombu", "redis"}
