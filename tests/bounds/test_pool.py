"""Calls in worker processes: what costs too much ends its process, twice, and nothing else."""

from __future__ import annotations

import asyncio
import ctypes
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.bounds import Limits, Pool
from newscrawl.errors import ExtractionError, TooCostly

CPU_SECONDS = 0.3
WORD = "a" * 10_000_000


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(Limits(cpu_seconds=CPU_SECONDS, memory_bytes=128 << 20), preloaded=())
    yield made
    made.close()


def burn_python() -> None:
    while True:
        pass


def burn_in_c() -> None:
    WORD.count(WORD[:5_000_000] + "b")  # holds the interpreter's lock and heeds no signal handler
    re.search(r"(a+)+b", WORD[:5000])


def take_memory() -> int:
    return len(bytearray(1 << 30))


def end_process() -> None:
    os._exit(3)


def fault() -> None:
    ctypes.string_at(0)


def fail() -> None:
    raise ExtractionError("no headline")


def fails_oddly() -> None:
    class Local(Exception):
        pass

    raise Local("cannot be sent")


def tried(marks: str) -> int:
    """Count the tries of one call in a file."""
    with Path(marks).open("a") as file:
        file.write(".")
    if len(Path(marks).read_text()) == 1:
        burn_python()
    return os.getpid()


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (burn_python, "more than 0.3 s of CPU time"),
        (burn_in_c, "more than 0.3 s of CPU time"),
        (take_memory, "more than 128 MB of memory"),
        (end_process, "its process ended with exit code 3"),
        (fault, "its process ended with SIGSEGV"),
    ],
)
async def test_call_beyond_its_limits_is_too_costly_and_the_next_one_is_answered(
    pool: Pool, function: object, reason: str
) -> None:
    with pytest.raises(TooCostly, match=re.escape(reason)):
        await pool.call("paper", function)  # type: ignore[arg-type]
    assert await pool.call("paper", len, "four") == 4


async def test_what_costs_too_much_once_is_tried_again(pool: Pool, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    assert await pool.call("paper", tried, str(marks)) != os.getpid()
    assert marks.read_text() == ".."


async def test_waiting_is_no_cpu_time(pool: Pool) -> None:
    await pool.call("paper", time.sleep, 2 * CPU_SECONDS)


async def test_what_a_call_raises_is_raised(pool: Pool) -> None:
    with pytest.raises(ExtractionError, match="no headline") as raised:
        await pool.call("paper", fail)
    assert "in fail" in raised.value.__notes__[0], "with the place where it was raised"
    with pytest.raises(RuntimeError, match="Local: cannot be sent"):
        await pool.call("paper", fails_oddly)


async def test_event_loop_goes_on_while_a_page_costs_too_much(pool: Pool) -> None:
    costly = asyncio.create_task(pool.call("hostile", burn_in_c))
    turns = 0
    while not costly.done():
        assert await pool.call("other", len, "four") == 4
        await asyncio.sleep(0)
        turns += 1
    with pytest.raises(TooCostly):
        await costly
    assert turns > 1, "the other source is served meanwhile"


async def test_a_source_has_one_worker_at_a_time_so_that_others_get_theirs(pool: Pool) -> None:
    first, second = (asyncio.create_task(pool.call("hostile", time.sleep, 3600)) for _ in range(2))
    assert await asyncio.wait_for(pool.call("other", len, "four"), 300) == 4
    for task in (first, second):
        task.cancel()
    await asyncio.wait((first, second))


async def test_cancelled_call_leaves_no_answer_for_the_next(pool: Pool) -> None:
    task = asyncio.create_task(pool.call("paper", time.sleep, 0.2))
    await pool.call("other", len, "")  # the first one is under way
    task.cancel()
    await asyncio.wait([task])
    assert await pool.call("paper", len, "four") == 4


async def test_pool_goes_on_when_the_process_that_forks_is_killed(pool: Pool) -> None:
    await pool.call("paper", len, "")
    os.kill(pool._fork_server.pid, signal.SIGKILL)
    with pytest.raises(TooCostly):
        await pool.call("paper", end_process)
    assert await pool.call("paper", len, "four") == 4


async def test_a_renewed_pool_lets_busy_workers_answer(pool: Pool) -> None:
    before = await pool.call("other", os.getpid)
    busy = asyncio.create_task(pool.call("paper", time.sleep, 0.5))
    await pool.call("other", len, "")
    former = pool._fork_server.pid
    pool.renew()
    assert await pool.call("other", os.getpid) != before
    await busy
    assert not Path(f"/proc/{former}").exists()


async def test_the_second_try_is_in_a_process_that_answered_nothing_before(pool: Pool) -> None:
    workers = [await pool.call(lane, os.getpid) for lane in ("paper", "paper")]
    os.kill(workers[0], signal.SIGKILL)
    assert await pool.call("paper", os.getpid) not in workers


async def test_nothing_is_left_when_the_pool_is_closed(pool: Pool) -> None:
    worker = await pool.call("paper", os.getpid)
    busy = asyncio.create_task(pool.call("paper", time.sleep, 3600))
    await pool.call("other", len, "")
    pool.close()
    assert not Path(f"/proc/{worker}").exists()
    assert not Path(f"/proc/{pool._fork_server.pid}").exists()
    busy.cancel()
    await asyncio.wait([busy])


async def test_worker_has_nothing_open_of_the_process_that_forked_it(pool: Pool, tmp_path: Path) -> None:
    with (tmp_path / "held").open("w") as held:
        made = Pool(preloaded=())
        names = await made.call("paper", open_files)
        made.close()
    assert held.name not in names
    assert len([name for name in names if name.startswith("socket:")]) == 1


def open_files() -> list[str]:
    links = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    return [str(path.readlink()) for path in links if path.is_symlink()]
