"""Driver errors as StoreUnavailable, after lost connections were retried for the configured time."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractContextManager
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import pymongo
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WriteConcernError,
)

from newscrawl.errors import StoreUnavailable

P = ParamSpec("P")
T = TypeVar("T")

# Error codes of a server that answers but does not serve: no rights, no login, no disk, no primary, over quota.
REFUSALS = {8, 13, 18, 50, 91, 189, 262, 8000, 10107, 11600, 11602, 13435, 14031}
DUPLICATE_KEY = 11000
PAUSE_SECONDS, LONG_PAUSE_SECONDS = 0.02, 1.0
BRIEF_SECONDS = 2.0  # for an operation after the patience was exhausted


class RetryingSession(Protocol):
    """What an error message states about a session, and how long the session retries."""

    address: str  # URI without its password
    timeout_seconds: float
    patience_seconds: float

    @property
    def has_given_up(self) -> bool:
        """Whether the patience was exhausted, and nothing was answered since."""
        ...

    def operation(self) -> AbstractContextManager[None]:
        """Count an operation that is under way."""
        ...

    def is_waiting(self, reason: str) -> None:
        """Take note of an operation that waits for the database."""
        ...

    def has_answered(self) -> None:
        """Take note of an operation that the database answered."""
        ...

    def patience_exhausted(self) -> None:
        """Take note that the database was away for longer than the patience."""
        ...

    def fault(self) -> str:
        """Return why the server is gone, if that is known; else an empty string."""
        ...


S = TypeVar("S", bound=RetryingSession)


async def with_retries(session: RetryingSession, ask: Callable[[], Awaitable[T]]) -> T:
    """Return the answer of `ask`; raise StoreUnavailable if the database gives none.

    A lost connection is repeated for the configured timeout, and while a run is under way whatever keeps the database
    from serving for the session's patience: every operation of the store has the same result when it is repeated. Once
    the patience is exhausted, further operations fail within two seconds until one succeeds.
    """
    began = time.monotonic()
    while True:
        try:
            with pymongo.timeout(BRIEF_SECONDS) if session.has_given_up else contextlib.nullcontext():
                answer = await ask()
        except (AutoReconnect, ConnectionFailure, WriteConcernError, ExecutionTimeout, OperationFailure) as error:
            if isinstance(error, OperationFailure) and not _is_refusal(error):
                raise
            limit = BRIEF_SECONDS if session.has_given_up else session.timeout_seconds
            waits = limit if _is_lost_connection(error) else 0.0
            waited = time.monotonic() - began
            if waited > max(waits, session.patience_seconds):
                session.patience_exhausted()
                raise unavailable(session, error) from error
            session.is_waiting(str(error))
            await asyncio.sleep(PAUSE_SECONDS if waited < 1 else LONG_PAUSE_SECONDS)
        else:
            session.has_answered()
            return answer


def _is_lost_connection(error: PyMongoError) -> bool:
    return isinstance(error, AutoReconnect) and not isinstance(error, ServerSelectionTimeoutError)


def _is_refusal(error: OperationFailure) -> bool:
    if isinstance(error, BulkWriteError):
        details: Mapping[str, Any] = error.details
        codes = {fault["code"] for fault in details["writeErrors"]}
        # Of a write that is repeated, since it was applied and not acknowledged, keys are there already.
        is_refused = bool(details["writeConcernErrors"]) or bool(codes & REFUSALS)
        return is_refused and codes <= REFUSALS | {DUPLICATE_KEY}
    is_of_server = isinstance(error, WriteConcernError | ExecutionTimeout) or error.code in REFUSALS
    return is_of_server and not isinstance(error, DuplicateKeyError)


def translate_errors(
    method: Callable[Concatenate[S, P], Awaitable[T]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Run a session's method under `with_retries`."""

    @functools.wraps(method)
    async def call(session: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with session.operation():
            return await with_retries(session, lambda: method(session, *args, **kwargs))

    return call


def unavailable(session: RetryingSession, error: PyMongoError) -> StoreUnavailable:
    """Return the driver's error in one line, without the driver's settings."""
    reason = (str(error).splitlines() or ["no answer"])[0]
    reason = reason.split(", Timeout:")[0].split(", full error:")[0].split(" (configured timeouts")[0]
    fault = session.fault()
    return StoreUnavailable(f"MongoDB at {session.address} cannot be used: {reason}{fault and f' ({fault})'}")
