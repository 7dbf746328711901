"""Limits of every query of the reader: in time, in documents, in rounds."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import pymongo
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from newscrawl.errors import NewscrawlError, StoreUnavailable
from newscrawl.store.reader.replicas import Replicas

P = ParamSpec("P")
T = TypeVar("T")

WAIT_SECONDS = 4.0  # per call of the reader, with all its queries; MongoDB itself ends them then
MAX_ROUNDS = 5  # queries that are sent to fill one page of a list in which many entries are hidden
MAX_VERSIONS = 1_000  # in one table or picker; older ones are reached by number
MAX_COUNT = 10_000  # counting stops here, and pages print "more than"
MAX_SAMPLE = 1_000  # newest articles that a source's profile is computed from
MAX_COUNTED_KEYS = 200_000  # keys of an index that one count reads
MAX_TABLE_SOURCES = 1_000  # in the table of sources
MAX_TABLE_ARTICLES = 200  # newest articles of a source that its row is computed from
MAX_TABLE_EDITS = 100  # newest edits, likewise: versions are large documents
MAX_RUNS = 1_000  # newest runs among which gaps are searched
MAX_EVENTS = 200  # per article
MAX_CHECKS = 500  # per article
MAX_TAKEN_DOWN = 20_000  # that queries leave out; whatever is hidden beyond is left out of what they return


class TooSlow(NewscrawlError):
    """Raised by the reader for a query that the database could not answer in time; web answers 503."""

    exit_code = 4


class ReadsReplicas(Protocol):
    """Something of which the methods read texts."""

    replicas: Replicas


S = TypeVar("S", bound=ReadsReplicas)


def bounded(
    method: Callable[Concatenate[S, P], Awaitable[T]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Limit the time of a reader's method, and raise TooSlow or StoreUnavailable for the driver's errors.

    What a secondary does not answer, the primary is asked: it may wait for what it has not replicated.
    """

    @functools.wraps(method)
    async def call(reader: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        is_replicated = reader.replicas.is_replicated
        try:
            return await _within_limits(method(reader, *args, **kwargs))
        except (TooSlow, StoreUnavailable):
            if not is_replicated:
                raise
            reader.replicas.rest()
            return await _within_limits(method(reader, *args, **kwargs))

    return call


async def _within_limits(reading: Awaitable[T]) -> T:
    try:
        with pymongo.timeout(WAIT_SECONDS):
            return await reading
    except PyMongoError as error:
        if error.timeout and not isinstance(error, ConnectionFailure):
            raise TooSlow("this query takes the database too long; narrow it by source or day") from error
        if isinstance(error, ConnectionFailure | OperationFailure):
            raise StoreUnavailable(f"MongoDB cannot be read: {type(error).__name__}") from error
        raise
