"""Errors that newscrawl raises on purpose: for each, which room raises it and what happens then."""

from __future__ import annotations


class NewscrawlError(Exception):
    """Base of all: a message that a person can act on, and the exit code of a command that ends with it."""

    exit_code = 70


class ConfigError(NewscrawlError):
    """Raised by config and cli for a bad variable, argument or source name; nothing was started."""

    exit_code = 2


class LeaseHeld(NewscrawlError):
    """Raised by store when another run holds the source; nothing was requested. Has that run's id and process.

    Raised by a migration too, when another one, a crawl or a worker is at work on the database.
    Raised by jobs too, when another try of a shard was begun: the late one puts nothing in its place.
    """

    exit_code = 3

    def __init__(self, message: str, *, run_id: str = "", pid: int = 0, process: str = "") -> None:
        super().__init__(message)
        self.run_id = run_id
        self.pid = pid
        self.process = process


class SpiderFileError(ConfigError):
    """Raised by sources for a spider file that cannot be loaded; names file, line and cause. Other sources go on."""


class NotFound(NewscrawlError):
    """Raised by store and cli if a URL, id, number or name matches nothing in the archive, or several articles."""

    exit_code = 1


class NotDelivered(NewscrawlError):
    """Raised by cli when a channel did not take a test; names the channel and the reason."""

    exit_code = 1


class StoreUnavailable(NewscrawlError):
    """Raised by store when MongoDB cannot be reached or written; stops the run before anything is acknowledged."""

    exit_code = 4


class BrokerUnavailable(NewscrawlError):
    """Raised by jobs when the broker of a cluster cannot be reached: a worker does not start, or publishes later."""

    exit_code = 4


class SchemaMismatch(NewscrawlError):
    """Raised by store for a database of a newer newscrawl, or of an older one that must be migrated first.

    Nothing was read or written.
    """

    exit_code = 5


class DamagedDocuments(NewscrawlError):
    """Raised by a migration for documents that it cannot read; all others of its step are changed."""

    exit_code = 1


class StillWritten(NewscrawlError):
    """Raised by a migration when an older newscrawl goes on writing; it goes on when it is run again."""

    exit_code = 3


class RestoreUnfinished(SchemaMismatch):
    """Raised by store for a database that a backup is being restored into: nothing but that restore may use it."""


class BackupError(NewscrawlError):
    """Raised by store for the folder of a backup that cannot be written, or has a file that is damaged or foreign."""

    exit_code = 2


class StaleHead(NewscrawlError):
    """Raised by store when another crawl advanced the article first; history judges again against the new head."""


class Fenced(NewscrawlError):
    """Raised by store when another run has taken a run's lease on an article or source; the late write is dropped."""


class ExtractionError(NewscrawlError):
    """Raised by extract when a page cannot be read at all; the check is quarantined, the head stays."""


class DocumentTooLarge(ExtractionError):
    """Raised by store for a page whose text exceeds MongoDB's limit of 16 MB; the check is quarantined."""


class TooCostly(ExtractionError):
    """Raised by bounds when a page or listing took more CPU time or memory than one may, twice; the head stays."""


class Abandoned(NewscrawlError):
    """Raised by bounds in a crawl that was given up, for what it still waits to have read; the claim passes on."""


class RecordingError(NewscrawlError):
    """Raised by fetch for a WARC that cannot be read or written."""

    exit_code = 2


class NotRecorded(NewscrawlError):
    """Raised by fetch in a replay for a request without a recorded response; no request is ever sent instead."""
