"""Gathered writes: sent together, answered one by one, and never before they are stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from newscrawl.config import Config
from newscrawl.errors import Fenced, StaleHead
from newscrawl.store import Store
from newscrawl.store.gathered import MAX_OPERATIONS, SPACING_OF_CRAWLS_SECONDS, SPACING_SECONDS, Gathered, Spacing
from newscrawl.store.gathered_commands import GatheredCollection
from newscrawl.store.shared_store import ProcessStore
from tests.store.samples import HOUR, NOON, SOURCE, TERM, append, article, first_version

LATER = NOON + 2 * HOUR


async def test_operations_of_concurrent_callers_are_sent_together_and_answered_each() -> None:
    batches: list[list[int]] = []

    async def send(numbers: Sequence[int]) -> list[int]:
        batches.append(list(numbers))
        return [10 * number for number in numbers]

    gathered = Gathered(send)
    answers = await asyncio.gather(*(gathered.add(number) for number in range(5)))
    assert answers == [0, 10, 20, 30, 40]
    assert batches == [[0, 1, 2, 3, 4]]


async def test_a_lone_caller_waits_for_nobody() -> None:
    batches: list[list[int]] = []

    async def send(numbers: Sequence[int]) -> list[int]:
        batches.append(list(numbers))
        return list(numbers)

    gathered = Gathered(send)
    first = asyncio.create_task(gathered.add(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert batches == [[1]]
    assert await first == 1
    assert await asyncio.gather(gathered.add(2), gathered.add(3)) == [2, 3]
    assert batches == [[1], [2, 3]]


async def test_a_full_batch_does_not_wait_for_more() -> None:
    sizes: list[int] = []

    async def send(numbers: Sequence[int]) -> list[int]:
        sizes.append(len(numbers))
        return list(numbers)

    gathered = Gathered(send)
    await asyncio.gather(*(gathered.add(number) for number in range(2 * MAX_OPERATIONS + 1)))
    assert sum(sizes) == 2 * MAX_OPERATIONS + 1
    assert len(sizes) <= 3


async def test_crawls_gather_for_longer_than_others(monkeypatch: pytest.MonkeyPatch, config: Config) -> None:
    rests: list[float] = []

    async def nothing(_: Sequence[int]) -> list[int]:
        return [0]

    of_process = ProcessStore(config)
    spacings = [Spacing(), (await of_process.get()).spacing]
    await of_process.close()
    monkeypatch.setattr(asyncio.get_running_loop(), "call_later", lambda rest, _: rests.append(rest))
    for spacing in spacings:
        await Gathered(nothing, spacing).add(1)
    assert rests == [SPACING_SECONDS, SPACING_OF_CRAWLS_SECONDS]


async def test_no_caller_has_an_answer_before_the_batch_was_sent() -> None:
    may_answer = asyncio.Event()

    async def send(numbers: Sequence[int]) -> list[int]:
        await may_answer.wait()
        return list(numbers)

    gathered = Gathered(send)
    calls = [asyncio.create_task(gathered.add(number)) for number in range(3)]
    _, pending = await asyncio.wait(calls, timeout=0.2)
    assert len(pending) == 3
    may_answer.set()
    assert await asyncio.gather(*calls) == [0, 1, 2]


async def test_what_sending_raises_every_caller_raises_and_the_next_batch_is_sent() -> None:
    faults = [OSError("away")]

    async def send(numbers: Sequence[int]) -> list[int]:
        if faults:
            raise faults.pop()
        return list(numbers)

    gathered = Gathered(send)
    first = await asyncio.gather(*(gathered.add(number) for number in range(3)), return_exceptions=True)
    assert [str(error) for error in first] == ["away"] * 3
    assert await gathered.add(7) == 7


async def test_a_caller_that_gives_up_costs_the_others_nothing() -> None:
    async def send(numbers: Sequence[int]) -> list[int]:
        return list(numbers)

    gathered = Gathered(send)
    calls = [asyncio.create_task(gathered.add(number)) for number in range(3)]
    await asyncio.sleep(0)
    calls[0].cancel()
    assert await asyncio.gather(*calls[1:]) == [1, 2]


async def test_each_update_learns_whether_its_own_document_matched(store: Store) -> None:
    writes = GatheredCollection(store.db.sources)
    assert await asyncio.gather(*(writes.insert({"_id": f"paper-{n}", "n": n}) for n in range(4))) == [True] * 4
    calls = [writes.update({"_id": f"paper-{n}", "n": n % 3}, {"$set": {"seen": True}}) for n in range(4)]
    assert await asyncio.gather(*calls) == [True, True, True, False]
    assert await store.db.sources.count_documents({"seen": True}) == 3


async def test_each_insert_learns_whether_its_key_was_taken(store: Store) -> None:
    writes = GatheredCollection(store.db.sources)
    await writes.insert({"_id": "paper-1"})
    assert await asyncio.gather(*(writes.insert({"_id": f"paper-{n}"}) for n in range(3))) == [True, False, True]


async def test_two_updates_of_one_document_are_made_in_their_order(store: Store) -> None:
    writes = GatheredCollection(store.db.sources)
    await writes.insert({"_id": "paper", "n": 0})
    calls = [writes.update({"_id": "paper", "n": n}, {"$set": {"n": n + 1}}) for n in range(10)]
    assert await asyncio.gather(*calls) == [True] * 10


async def test_of_heads_written_together_only_the_fenced_one_fails(store: Store) -> None:
    for n in range(5):
        await append(store, first_version(article(f"article-{n}")))
    heads = await store.claim_due(SOURCE, LATER, 5, "one", term=TERM)
    await store.db.articles.update_one({"_id": heads[2].article_id}, {"$inc": {"claims": 1}})  # claimed by another run
    answers = await asyncio.gather(*(store.touch(head, before=head) for head in heads), return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), type(None), Fenced, type(None), type(None)]
    assert await store.db.articles.count_documents({"lease": {"$exists": True}}) == 1


@pytest.mark.parametrize("field", ["state", "url"])
async def test_a_head_that_was_changed_since_its_claim_is_not_overwritten(store: Store, field: str) -> None:
    await append(store, first_version(article()))
    [head] = await store.claim_due(SOURCE, LATER, 1, "one", term=TERM)
    changed = {"state": "retired", "url": "https://courier.example/other"}[field]
    await store.db.articles.update_one({"_id": head.article_id}, {"$set": {field: changed}})
    with pytest.raises(StaleHead):
        await store.touch(head, before=head)
    stored = await store.db.articles.find_one({"_id": head.article_id})
    assert stored is not None
    assert stored[field] == changed
