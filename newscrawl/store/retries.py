"""Driver errors as StoreUnavailable, after lost connections were retried for the configured time."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from pymongo.errors import (
    AutoReconnect,
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
PAUSE_SECONDS = 0.02


class RetryingSession(Protocol):
    """What an error message states about a session, and how long the session retries."""

    address: str  # URI without its password
    timeout_seconds: float

    def fault(self) -> str:
        """Return why the server is gone, if that is known; else an empty string."""
        ...


S = TypeVar("S", bound=RetryingSession)


async def with_retries(session: RetryingSession, ask: Callable[[], Awaitable[T]]) -> T:
    """Return the answer of `ask`; raise StoreUnavailable if the database gives none.

    After a lost connection `ask` is repeated until the configured time is over: every operation of the store has the
    same result when it is repeated.
    """
    deadline: float | None = None
    while True:
        try:
            return await ask()
        except ServerSelectionTimeoutError as error:
            raise unavailable(session, error) from error
        except AutoReconnect as error:
            deadline = deadline or time.monotonic() + session.timeout_seconds
            if time.monotonic() > deadline:
                raise unavailable(session, error) from error
            await asyncio.sleep(PAUSE_SECONDS)
        except (ConnectionFailure, WriteConcernError, ExecutionTimeout) as error:
            raise unavailable(session, error) from error
        except OperationFailure as error:
            if isinstance(error, DuplicateKeyError) or error.code not in REFUSALS:
                raise
            raise unavailable(session, error) from error


def translate_errors(
    method: Callable[Concatenate[S, P], Awaitable[T]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Run a session's method under `with_retries`."""

    @functools.wraps(method)
    async def call(session: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await with_retries(session, lambda: method(session, *args, **kwargs))

    return call


def unavailable(session: RetryingSession, error: PyMongoError) -> StoreUnavailable:
    """Return the driver's error in one line, without the driver's settings."""
    reason = (str(error).splitlines() or ["no answer"])[0]
    reason = reason.split(", Timeout:")[0].split(", full error:")[0].split(" (configured timeouts")[0]
    fault = session.fault()
    return StoreUnavailable(f"MongoDB at {session.address} cannot be used: {reason}{fault and f' ({fault})'}")
