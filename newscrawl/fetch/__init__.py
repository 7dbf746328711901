"""Fetching: the download handler and everything that an HTTP exchange passes."""

from newscrawl.fetch.captures import CERTIFICATE_FAULT, capture_of, rendered_meta, resource_meta
from newscrawl.fetch.clock import clock_of
from newscrawl.fetch.failures import FetchFailed, Interrupted, classify_failure, classify_status
from newscrawl.fetch.politeness import retry_at_of
from newscrawl.fetch.recording import Edition, Recording
from newscrawl.fetch.replay import Records, records_of
from newscrawl.fetch.retries import first_try_of
from newscrawl.fetch.validators import conditional_headers

__all__ = [
    "CERTIFICATE_FAULT",
    "Edition",
    "FetchFailed",
    "Interrupted",
    "Recording",
    "Records",
    "capture_of",
    "classify_failure",
    "classify_status",
    "clock_of",
    "conditional_headers",
    "first_try_of",
    "records_of",
    "rendered_meta",
    "resource_meta",
    "retry_at_of",
]
