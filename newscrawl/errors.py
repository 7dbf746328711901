"""Errors that newscrawl raises on purpose; each says who raises it and what happens then."""

from __future__ import annotations


class NewscrawlError(Exception):
    """Base of all of them: a message a person can act on. `exit_code` is what a command ends with when it surfaces."""

    exit_code = 70


class ConfigError(NewscrawlError):
    """Raised by config and cli for a bad variable, argument or source name; nothing was started."""

    exit_code = 2


class LeaseHeld(NewscrawlError):
    """Raised by store when another run holds the source; nothing was requested. Names that run's id, host and pid."""

    exit_code = 3

    def __init__(self, message: str, *, run_id: str = "", host: str = "", pid: int = 0) -> None:
        super().__init__(message)
        self.run_id = run_id
        self.host = host
        self.pid = pid


class NotFound(NewscrawlError):
    """Raised by store and cli for a URL, id, number or name that means nothing in the archive, or several things."""

    exit_code = 1


class StoreUnavailable(NewscrawlError):
    """Raised by store when MongoDB cannot be reached or written; stops the job before anything is acknowledged."""

    exit_code = 4


class SchemaMismatch(NewscrawlError):
    """Raised by store when the database was written by a newer newscrawl; nothing was read or written."""

    exit_code = 5


class StaleHead(NewscrawlError):
    """Raised by store when another crawl advanced the article first; record judges again against the new head."""


class Fenced(NewscrawlError):
    """Raised by store when a worker's lease on an article passed to another; its late write is dropped."""


class ExtractionError(NewscrawlError):
    """Raised by extract when a page cannot be read at all; the check is quarantined, the head stays."""


class DocumentTooLarge(ExtractionError):
    """Raised by store for a page whose text or body exceeds MongoDB's bound of 16 MB; the check is quarantined."""


class RecordingError(NewscrawlError):
    """Raised by fetch for a WARC that cannot be read or written."""

    exit_code = 2


class NotRecorded(NewscrawlError):
    """Raised by fetch in a replay for a request that the records do not hold; the network is never asked instead."""
