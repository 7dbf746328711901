"""Calls in worker processes: what costs too much ends its process, twice, and nothing else."""

from __future__ import annotations

import asyncio
import ctypes
import os
import pickle
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.bounds import Limits, Pool
from newscrawl.errors import Abandoned, ExtractionError, TooCostly
from tests.faults.waiting import PATIENCE_SECONDS
from tests.forked import commands as forked

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


class NeedsTwoWords(Exception):
    """Is pickled with one argument, and cannot be made of one."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")


def fails_with_two_words() -> None:
    raise NeedsTwoWords("no", "headline")


def returns_what_cannot_be_read_here() -> NeedsTwoWords:
    return NeedsTwoWords("an", "odd value")


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


async def test_an_error_that_cannot_be_unpickled_is_raised_as_text_with_its_place(pool: Pool) -> None:
    worker = await pool.call("paper", os.getpid)
    with pytest.raises(RuntimeError, match="NeedsTwoWords: no headline") as raised:
        await pool.call("paper", fails_with_two_words)
    assert "in fails_with_two_words" in raised.value.__notes__[0]
    assert await pool.call("paper", os.getpid) == worker, "it goes on"


async def test_a_value_that_cannot_be_unpickled_is_an_error_and_the_next_call_is_answered(pool: Pool) -> None:
    with pytest.raises(TypeError, match="second"):
        await pool.call("paper", returns_what_cannot_be_read_here)
    assert await pool.call("paper", len, "four") == 4


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


async def test_call_that_is_cancelled_while_its_worker_is_forked_leaves_no_answer_for_the_next(pool: Pool) -> None:
    os.kill(pool._fork_server.pid, signal.SIGSTOP)  # so that the fork is under way until it goes on
    tasks = [asyncio.create_task(pool.call(lane, time.sleep, 3600)) for lane in ("paper", "other")]
    while not pool._needed:
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.sleep(0)
    tasks[0].cancel()  # again, while it waits for the answer that it must not leave behind
    os.kill(pool._fork_server.pid, signal.SIGCONT)
    await asyncio.wait(tasks)
    assert all(task.cancelled() for task in tasks)
    answers = [await pool.call(lane, str.upper, lane) for lane in ("paper", "other")]
    assert answers == ["PAPER", "OTHER"]
    worker = await pool.call("paper", os.getpid)
    assert Path(f"/proc/{worker}").exists(), "its number is that of its own fork"


def test_loop_that_ends_while_a_worker_is_forked_leaves_no_answer_for_the_next_one(pool: Pool) -> None:
    async def ended() -> None:
        os.kill(pool._fork_server.pid, signal.SIGSTOP)
        asyncio.ensure_future(pool.call("paper", len, "four"))  # noqa: RUF006  cancelled with the loop
        while not pool._needed:
            await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(ended())
    os.kill(pool._fork_server.pid, signal.SIGCONT)
    assert asyncio.run(pool.call("paper", str.upper, "four")) == "FOUR"


async def test_worker_of_a_cancelled_call_ends_at_once_and_its_place_is_free(pool: Pool, tmp_path: Path) -> None:
    tasks = [asyncio.create_task(pool.call(lane, waits_for_ever, str(tmp_path / lane))) for lane in ("paper", "other")]
    workers = [await written(tmp_path / lane) for lane in ("paper", "other")]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await ended(*workers)
    assert [await pool.call(lane, len, "four") for lane in ("paper", "other")] == [4, 4]


async def test_calls_of_an_abandoned_crawl_give_their_places_to_others(pool: Pool, tmp_path: Path) -> None:
    lanes = ("paper", "gazette")
    tasks = [asyncio.create_task(pool.call(lane, waits_for_ever, str(tmp_path / lane))) for lane in (*lanes, *lanes)]
    workers = [await written(tmp_path / lane) for lane in lanes]
    third = asyncio.create_task(pool.call("other", len, "four"))
    await asyncio.sleep(0)
    assert not third.done(), "both workers wait, without using the CPU time that would end them"
    for lane in lanes:
        pool.abandon(lane)
    assert await third == 4
    for task in tasks:
        with pytest.raises(Abandoned, match="was given up"):
            await task
    await ended(*workers)
    assert await pool.call("paper", len, "four") == 4, "a later crawl of the source is served"


async def test_call_that_is_abandoned_while_its_worker_is_forked_is_not_made(pool: Pool, tmp_path: Path) -> None:
    os.kill(pool._fork_server.pid, signal.SIGSTOP)
    task = asyncio.create_task(pool.call("paper", waits_for_ever, str(tmp_path / "paper")))
    while not pool._needed:
        await asyncio.sleep(0)
    pool.abandon("paper")
    os.kill(pool._fork_server.pid, signal.SIGCONT)
    with pytest.raises(Abandoned):
        await task
    assert not (tmp_path / "paper").exists()


async def test_class_that_no_other_process_can_import_is_sent_to_workers_forked_since(pool: Pool) -> None:
    class Local:
        words = "of a function"

    assert await pool.call("paper", words_of, Local) == "of a function"
    worker = await pool.call("paper", os.getpid)
    assert await pool.call("paper", words_of, Local) == "of a function"
    assert await pool.call("paper", os.getpid) == worker, "the pool is renewed once for it"
    with pytest.raises(TooCostly):
        await pool.call("paper", burns_as, Local)


def words_of(local: type) -> str:
    return str(vars(local)["words"])


def burns_as(local: type) -> None:
    burn_python()


async def test_function_that_no_other_process_can_import_is_refused(pool: Pool) -> None:
    with pytest.raises((AttributeError, pickle.PicklingError), match="lambda"):
        await pool.call("paper", lambda: 4)


def waits_for_ever(mark: str) -> None:
    """Say which process it is, and wait without using CPU time."""
    part = Path(f"{mark}.part")
    part.write_text(str(os.getpid()))
    part.rename(mark)
    time.sleep(3600)


async def written(mark: Path) -> int:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not mark.exists():
            await asyncio.sleep(0.01)
    return int(mark.read_text())


async def ended(*pids: int) -> None:
    """Wait until processes have ended; a zombie has."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while any(is_living(pid) for pid in pids):
            await asyncio.sleep(0.01)


def is_living(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


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


async def test_nothing_is_left_when_the_pool_is_closed(pool: Pool, tmp_path: Path) -> None:
    idle = await pool.call("paper", os.getpid)
    tasks = [asyncio.create_task(pool.call(lane, waits_for_ever, str(tmp_path / lane))) for lane in ("paper", "other")]
    workers = [await written(tmp_path / lane) for lane in ("paper", "other")]
    pool.close()
    assert not any(Path(f"/proc/{pid}").exists() for pid in (idle, *workers, pool._fork_server.pid))
    for task in tasks:
        with pytest.raises((TooCostly, EOFError, OSError)):
            await task


async def test_call_whose_worker_is_forked_when_the_pool_is_closed_ends(pool: Pool) -> None:
    task = asyncio.create_task(pool.call("paper", len, "four"))
    while not pool._needed:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    pool.close()
    with pytest.raises((EOFError, OSError)):
        await task


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


# Arrow keeps a pipe from then on, and closes it in each child of a fork.
BESIDE_ARROW = """
import asyncio, io
import pyarrow.csv
from newscrawl.bounds import Pool

async def main():
    pool = Pool(preloaded=())
    assert await pool.call("paper", len, "four") == 4
    pool.close()

pyarrow.csv.read_csv(io.BytesIO(b"a\\n1\\n"))
asyncio.run(main())
"""


def test_worker_lives_where_a_library_closes_its_descriptors_in_forks() -> None:
    assert forked.program(BESIDE_ARROW, []) == 0
