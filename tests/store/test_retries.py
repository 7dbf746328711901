"""Which bulk writes are repeated: those that were refused, or applied and not acknowledged, and no others."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from pymongo.errors import BulkWriteError

from newscrawl.errors import StoreUnavailable
from newscrawl.store.retries import with_retries

DUPLICATE = {"index": 0, "code": 11000, "errmsg": "E11000 duplicate key"}
NO_DISK = {"index": 0, "code": 14031, "errmsg": "not enough disk space"}
INVALID = {"index": 0, "code": 2, "errmsg": "bad value"}
NO_MAJORITY = {"code": 64, "errmsg": "waiting for replication timed out"}


class Session:
    address, timeout_seconds, has_given_up = "mongodb://here/", 0.0, False

    def __init__(self, patience_seconds: float) -> None:
        self.patience_seconds = patience_seconds

    def is_waiting(self, reason: str) -> None: ...

    def has_answered(self) -> None: ...

    def patience_exhausted(self) -> None: ...

    def fault(self) -> str:
        return ""

    def operation(self) -> AbstractContextManager[None]:
        return nullcontext()


def failure(*, errors: list[dict[str, Any]], concerns: list[dict[str, Any]]) -> BulkWriteError:
    return BulkWriteError({"writeErrors": errors, "writeConcernErrors": concerns})


@pytest.mark.parametrize(
    ("errors", "concerns"),
    [([], [NO_MAJORITY]), ([DUPLICATE], [NO_MAJORITY]), ([NO_DISK], []), ([DUPLICATE, NO_DISK], [])],
)
async def test_bulk_write_that_was_refused_or_not_acknowledged_is_repeated(
    errors: list[dict[str, Any]], concerns: list[dict[str, Any]]
) -> None:
    failures = [failure(errors=errors, concerns=concerns)] * 2

    async def write() -> str:
        if failures:
            raise failures.pop()
        return "written"

    assert await with_retries(Session(patience_seconds=60), write) == "written"


async def test_bulk_write_that_stays_refused_ends_as_an_unavailable_store() -> None:
    async def write() -> None:
        raise failure(errors=[DUPLICATE], concerns=[NO_MAJORITY])

    with pytest.raises(StoreUnavailable):
        await with_retries(Session(patience_seconds=0), write)


@pytest.mark.parametrize("error", [DUPLICATE, INVALID])
async def test_bulk_write_with_a_fault_of_its_own_is_not_repeated(error: dict[str, Any]) -> None:
    calls = []

    async def write() -> None:
        calls.append(1)
        raise failure(errors=[error], concerns=[])

    with pytest.raises(BulkWriteError):
        await with_retries(Session(patience_seconds=60), write)
    assert len(calls) == 1
