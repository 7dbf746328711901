"""Imports by several processes, of one machine or of a cluster: the same histories as by one, whoever is killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.errors import ConfigError
from newscrawl.jobs.batches import batch_states
from newscrawl.jobs.cluster_shards import ClusterShards
from newscrawl.jobs.deliveries import SHARD, Delivery
from newscrawl.jobs.import_shards import IMPORT_FILE, SourceHeld, do_source
from newscrawl.jobs.import_workers import TRIES, run_tasks
from newscrawl.jobs.shard_work import make_import_batch
from newscrawl.jobs.source_lease import run_record
from newscrawl.spider import NewsSpider
from newscrawl.store import Store
from newscrawl.store.shards import Shard
from newscrawl.store.source_schedule import Taker
from tests.faults.waiting import PATIENCE_SECONDS

from .import_files import Shot, documents, empty, environment, faults, found_faults, histories, page, write

PAPERS = ("ash", "birch", "cedar", "elm")
SPIDER = """
from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class Paper(NewsSpider):
    name = "{name}"
    publisher = "{name}"
    domains = ("{name}.example",)
    article_pattern = r"-\\d+$"
    feeds = ("https://{name}.example/feed",)

    class Classic(Rules):
        match = "body.classic"
        body = "div.story-body > p"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with four papers."""
    folder = tmp_path / "project"
    (folder / "spiders").mkdir(parents=True)
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = newscrawl.project_settings\n", "utf-8")
    (folder / "sources.toml").write_text("shipped = []\n", "utf-8")
    (folder / "spiders" / "__init__.py").write_text("", "utf-8")
    for name in PAPERS:
        (folder / "spiders" / f"{name}.py").write_text(SPIDER.format(name=name), "utf-8")
    return folder


def shots(articles: int = 6, editions: int = 3) -> list[Shot]:
    return [
        Shot(
            f"https://{paper}.example/story-{number}",
            10 * edition + number,
            page(f"{paper} {number}", f"The {number}th warden of {paper} said {edition} times that it was so."),
        )
        for paper in PAPERS
        for number in range(1, articles + 1)
        for edition in range(editions)
    ]


def collection(folder: Path, found: list[Shot], files: int = 5) -> Path:
    """Write captures into files, in no order, some of them twice."""
    mixed = [*found, *found[::7], *(replace(each, url=each.url.replace("https", "http")) for each in found[::11])]
    random.Random(7).shuffle(mixed)
    folder.mkdir()
    for number in range(files):
        write(folder / f"{number}.warc.gz", mixed[number::files])
    return folder


def started(config: Config, project: Path, *arguments: str) -> subprocess.Popen[str]:
    variables = {**os.environ, **environment(config), "PYTHONPATH": str(PROJECT_ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "newscrawl", "import", "--json", *arguments],
        cwd=project, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def imported(config: Config, project: Path, *arguments: str) -> dict[str, Any]:
    process = started(config, project, *arguments)
    out, error = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, error
    value: dict[str, Any] = json.loads(out)
    return value


def children(pid: int) -> list[int]:
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(each) for task in tasks for each in (task / "children").read_text("utf-8").split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def workers(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes that do tasks: those that are forked from the server of multiprocessing."""
    return [worker for child in children(process.pid) if _is_fork_server(child) for worker in children(child)]


def _is_fork_server(pid: int) -> bool:
    try:
        return "multiprocessing.forkserver" in Path(f"/proc/{pid}/cmdline").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_several_processes_make_the_histories_that_one_makes(config: Config, tmp_path: Path, project: Path) -> None:
    folder = str(collection(tmp_path / "files", shots()))
    one = imported(config, project, folder, "--jobs", "1")
    twin = histories(config)
    assert sum(map(len, twin.values())) == len(shots())
    empty(config)
    three = imported(config, project, folder, "--jobs", "3")
    assert histories(config) == twin
    assert three == one
    assert faults(config) == []
    again = imported(config, project, folder, "--jobs", "2")
    assert [(each["versions"], each["known"]) for each in again["sources"]] == [(0, len(shots()) // 4)] * 4
    assert list((config.home / "import").glob("[!.]*")) == []


def test_what_is_damaged_and_unknown_is_counted_as_by_one_process(
    config: Config, tmp_path: Path, project: Path
) -> None:
    folder = collection(tmp_path / "files", [*shots(2, 2), replace(shots()[0], url="https://nobody.example/a-1")])
    file = folder / "1.warc.gz"
    file.write_bytes(file.read_bytes()[:-30])
    values = []
    for jobs in ("1", "4"):
        process = started(config, project, str(folder), "--jobs", jobs)
        values.append(json.loads(process.communicate(timeout=PATIENCE_SECONDS)[0]))
        assert process.returncode == 1
        empty(config)
    assert values[0] == values[1]
    assert values[0]["unknown_hosts"]


@pytest.mark.slow
def test_killed_processes_cost_another_try_and_nothing_else(config: Config, tmp_path: Path, project: Path) -> None:
    folder = str(collection(tmp_path / "files", shots(20)))
    imported(config, project, folder, "--jobs", "1")
    twin = histories(config)
    empty(config)
    process = started(config, project, folder, "--jobs", "2")
    killed: set[int] = set()
    for wanted in (1, 60):
        while process.poll() is None and len(documents(config, "versions")) < wanted:
            time.sleep(0.002)
        for worker in workers(process)[:1]:
            os.kill(worker, signal.SIGKILL)
            killed.add(worker)
    _, error = process.communicate(timeout=PATIENCE_SECONDS)
    assert len(killed) == 2
    assert process.returncode == 0, error
    assert histories(config) == twin
    assert faults(config) == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_processes_and_the_same_command_goes_on(
    config: Config, tmp_path: Path, project: Path, number: signal.Signals
) -> None:
    folder = str(collection(tmp_path / "files", shots(20)))
    process = started(config, project, folder, "--jobs", "2")
    while process.poll() is None and not documents(config, "versions"):
        time.sleep(0.002)
    at_work = workers(process)
    process.send_signal(number)
    out, error = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 7, error
    assert json.loads(out)["exit_code"] == 7
    assert at_work
    assert not any(Path(f"/proc/{worker}").exists() for worker in at_work)
    assert 0 < len(documents(config, "versions")) < len(shots(20))
    imported(config, project, folder, "--jobs", "2")
    assert sum(map(len, histories(config).values())) == len(shots(20))
    assert faults(config) == []


class Fatal:
    """A task that ends its process."""

    def run(self, on_done: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Fine:
    def run(self, on_done: object) -> None:
        return


def test_a_task_that_ends_each_of_its_processes_is_left_and_named() -> None:
    ended, is_stopped = run_tasks([Fine(), Fatal(), Fine()], 2, lambda done: None)
    assert (is_stopped, [each.fault for each in ended if each.fault]) == (
        False,
        [f"{TRIES} processes ended while they were at it, the last with SIGKILL"],
    )


# A cluster


@pytest.fixture
def variables(config: Config, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By which the processes of shards open the test's archive, in the project of the test."""
    for name, value in {**environment(config), "PYTHONPATH": str(PROJECT_ROOT)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("newscrawl.jobs.cluster_shards.project", lambda: type("Project", (), {"root": project}))


async def done(store: Store, worker: ClusterShards, shard_id: str, *, is_killed: bool = False) -> Shard:
    delivery = Delivery(SHARD, shard_id)
    assert await worker.begin(store, delivery)
    if is_killed:
        await worker.close()
    await worker.until_idle()
    found = await store.shard(shard_id)
    assert found is not None
    return found


@pytest.mark.slow
@pytest.mark.usefixtures("variables")
async def test_a_cluster_does_a_task_a_file_and_then_a_task_a_source(
    config: Config, store: Store, tmp_path: Path, project: Path
) -> None:
    folder = collection(tmp_path / "files", shots(3), files=3)
    imported(config, project, str(folder), "--jobs", "1")
    twin = histories(config)
    empty(config)
    made = await make_import_batch(store, [str(folder)], tmp_path / "shared")
    assert [shard.work for shard in made] == [IMPORT_FILE] * 3
    taker = Taker("one")
    names = [shard.shard_id for shard in made]
    killed = await done(store, ClusterShards(taker, at_once=1), names[2], is_killed=True)
    assert (killed.state, killed.tries) == ("waiting", 0)
    results = [await done(store, ClusterShards(taker, at_once=1), name) for name in reversed(names)]
    assert [each.state for each in results] == ["done"] * 3, [each.error for each in results]
    waiting = await store.waiting_shards(10)
    assert len(waiting) == len(PAPERS)
    assert documents(config, "versions") == []
    await done(store, ClusterShards(taker, at_once=1), waiting[3], is_killed=True)
    results = [await done(store, ClusterShards(taker, at_once=1), name) for name in reversed(waiting)]
    assert [each.state for each in results] == ["done"] * 4, [each.error for each in results]
    assert sum(each.result["versions"] for each in results) == len(shots(3))
    assert histories(config) == twin
    assert await found_faults(config) == []
    left = sorted(path.name for path in (tmp_path / "shared").iterdir())
    assert left == sorted([*(f"{n}.{kind}" for n in range(3) for kind in ("adopted", "sqlite")), "files.json"])


@pytest.mark.usefixtures("variables")
async def test_a_source_that_another_run_has_is_tried_again(
    store: Store, tmp_path: Path, config: Config, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its task fails once, and the next try records it."""
    monkeypatch.setattr("newscrawl.jobs.import_shards.PATIENCE_SECONDS", 0.0)
    monkeypatch.chdir(project)
    folder = collection(tmp_path / "files", [each for each in shots(2) if "ash" in each.url], files=1)
    (made,) = await make_import_batch(store, [str(folder)], tmp_path / "shared")
    await done(store, ClusterShards(Taker("one"), at_once=1), made.shard_id)
    (name,) = await store.waiting_shards(10)
    run = await store.start_run(run_record("other", "ash", {}))
    shard = await store.take_shard(name, Taker("two"))
    assert shard is not None
    monkeypatch.setattr("newscrawl.jobs.import_tasks.load_spider", lambda source: NewsSpider)
    with pytest.raises(SourceHeld, match="ash"):
        await do_source(config, store, shard)
    await store.fail_shard(shard, "two", "held")
    await store.release(run.run_id)
    await store.end_run(replace(run, ended_at=datetime.now(UTC), reason="finished", exit_code=0))
    again = await done(store, ClusterShards(Taker("one"), at_once=1), name)
    assert (again.state, again.tries, again.result["versions"]) == ("done", 2, 6)


async def test_an_import_of_a_cluster_has_a_folder_of_its_own(store: Store, tmp_path: Path) -> None:
    folder = collection(tmp_path / "files", shots(1, 1), files=1)
    with pytest.raises(ConfigError, match="is not empty"):
        await make_import_batch(store, [str(folder)], folder)
    with pytest.raises(ConfigError, match="no file"):
        await make_import_batch(store, [str(tmp_path / "nowhere")], tmp_path / "shared")
    assert await store.waiting_shards(10) == []


@pytest.mark.slow
@pytest.mark.usefixtures("variables")
async def test_a_file_that_fails_each_time_is_left_out_and_the_others_are_recorded(
    config: Config, store: Store, tmp_path: Path
) -> None:
    found = shots(2, 2)
    folder = collection(tmp_path / "files", found, files=2)
    lost = write(folder / "lost.warc.gz", [replace(found[0], hours=100)])
    made = await make_import_batch(store, [str(folder)], tmp_path / "shared")
    lost.unlink()
    names = [shard.shard_id for shard in made]
    assert len(names) == 3
    for name in names[:2]:
        await done(store, ClusterShards(Taker("one"), at_once=1), name)
    for _ in range(3):
        tried = await done(store, ClusterShards(Taker("one"), at_once=1), names[2])
        assert "lost.warc.gz is not to be seen" in tried.error
    assert not await ClusterShards(Taker("one"), at_once=1).begin(store, Delivery(SHARD, names[2]))
    (rest,) = await store.waiting_shards(10)
    await done(store, ClusterShards(Taker("one"), at_once=1), rest)
    sources = await store.waiting_shards(10)
    assert len(sources) == len(PAPERS)
    results = [await done(store, ClusterShards(Taker("one"), at_once=1), name) for name in sources]
    assert sum(each.result["versions"] for each in results) == len(found)
    state = await batch_states(store)
    assert [(each["failed"], each["result"]["left_out"]) for each in state] == [(1, 1)]


@pytest.mark.usefixtures("variables")
async def test_files_without_captures_of_sources_end_an_import(store: Store, tmp_path: Path) -> None:
    shot = replace(shots(1, 1)[0], url="https://nobody.example/a-1")
    folder = collection(tmp_path / "files", [shot], files=1)
    (made,) = await make_import_batch(store, [str(folder)], tmp_path / "shared")
    ended = await done(store, ClusterShards(Taker("one"), at_once=1), made.shard_id)
    assert (ended.state, ended.error) == ("done", "")
    assert await store.waiting_shards(10) == []
