"""Operations of concurrent callers, sent together and answered one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Operation = TypeVar("Operation")
Answer = TypeVar("Answer")
MAX_OPERATIONS = 100
SPACING_SECONDS = 0.02
# For a process of crawls: to read a page takes 10 to 30 ms, so that within 20 ms there is seldom another's command. Who
# does one thing after the other, as an import, would wait for nobody.
SPACING_OF_CRAWLS_SECONDS = 0.05


@dataclass(slots=True)
class Spacing:
    """The least time between two batches of each kind; no page is acknowledged before its write is."""

    seconds: float = SPACING_SECONDS


class Gathered(Generic[Operation, Answer]):
    """Sends an operation at once if none was sent just before, and those that come meanwhile together after it.

    So a lone caller waits for nobody. `send` gets operations in the order in which they came and returns as many
    answers; what it raises, all callers raise.
    """

    def __init__(
        self, send: Callable[[Sequence[Operation]], Awaitable[Sequence[Answer]]], spacing: Spacing | None = None
    ) -> None:
        self._send = send
        self._spacing = spacing or Spacing()
        self._waiting: list[tuple[Operation, asyncio.Future[Answer]]] = []
        self._sender: asyncio.Task[None] | None = None  # held strongly: asyncio itself keeps only weak references
        self._is_resting = False  # a batch was sent just before

    async def add(self, operation: Operation) -> Answer:
        """Return the answer to an operation, once it was sent."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((operation, answer))
        self._send_if_time()
        return await answer

    def _send_if_time(self) -> None:
        is_full = len(self._waiting) >= MAX_OPERATIONS
        if self._sender is None and self._waiting and (is_full or not self._is_resting):
            self._sender = asyncio.create_task(self._send_batch())

    def _end_rest(self) -> None:
        self._is_resting = False
        self._send_if_time()

    async def _send_batch(self) -> None:
        batch, self._waiting = self._waiting[:MAX_OPERATIONS], self._waiting[MAX_OPERATIONS:]
        self._is_resting = True
        asyncio.get_running_loop().call_later(self._spacing.seconds, self._end_rest)
        try:
            await self._answer(batch)
        finally:
            self._sender = None
            self._send_if_time()

    async def _answer(self, batch: Sequence[tuple[Operation, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._send([operation for operation, _ in batch])
        except BaseException as error:
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, answer), value in zip(batch, answers, strict=True):
            if not answer.done():  # a caller may have given up
                answer.set_result(value)
