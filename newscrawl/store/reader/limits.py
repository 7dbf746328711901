"""Bounds of every query of the reader: in time, in documents, in rounds."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

import pymongo
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from newscrawl.errors import NewscrawlError, StoreUnavailable

P = ParamSpec("P")
T = TypeVar("T")

WAIT_SECONDS = 4.0  # one question of the reader, with all its queries; MongoDB itself ends them then
ROUNDS = 5  # stretches of a list that are read to fill a page when many entries in it are hidden
VERSIONS = 1_000  # most versions in one table or picker; older ones are reached by number
COUNTED = 10_000  # counts stop here and say "more than"
SAMPLED = 1_000  # newest articles that a source's profile is drawn from
RUNS = 1_000  # newest runs that gaps are looked for in
EVENTS = 200
CHECKS = 500


class TooSlow(NewscrawlError):
    """Raised by the reader for a question that the database could not answer in time; web answers 503."""

    exit_code = 4


def bounded(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Give a question its time, and one way to fail for the database's reasons: TooSlow or StoreUnavailable."""

    @functools.wraps(method)
    async def ask(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with pymongo.timeout(WAIT_SECONDS):
                return await method(*args, **kwargs)
        except PyMongoError as error:
            if error.timeout and not isinstance(error, ConnectionFailure):
                raise TooSlow("this question takes the database too long; narrow it by source or day") from error
            if isinstance(error, ConnectionFailure | OperationFailure):
                raise StoreUnavailable(f"MongoDB cannot be read: {type(error).__name__}") from error
            raise

    return ask
