"""Tasks that are cancelled end, also where their first cancellation is lost."""

from __future__ import annotations

import asyncio

import pytest

from newscrawl import cancelling


async def test_a_task_that_lost_its_cancellation_is_cancelled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cancelling, "AGAIN_SECONDS", 0.01)
    lost = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            lost.append("as by wait_for")
        await asyncio.Event().wait()

    task, other = asyncio.ensure_future(work()), asyncio.ensure_future(asyncio.Event().wait())
    await asyncio.sleep(0)
    await cancelling.cancelled([task, other])
    assert lost == ["as by wait_for"]
    assert task.cancelled()
    assert other.cancelled()


async def test_tasks_that_have_ended_keep_their_results() -> None:
    task = asyncio.ensure_future(asyncio.sleep(0, "done"))
    await task
    await cancelling.cancelled([task])
    assert task.result() == "done"
