"""Fetching: what every exchange with a news site must pass, whoever asks for it."""

from newscrawl.fetch.clock import clock_of
from newscrawl.fetch.failures import FetchFailed, reason_of, reason_of_status
from newscrawl.fetch.manners import retry_at_of
from newscrawl.fetch.replay import Records, records_of
from newscrawl.fetch.validators import conditional_headers

__all__ = [
    "FetchFailed",
    "Records",
    "clock_of",
    "conditional_headers",
    "reason_of",
    "reason_of_status",
    "records_of",
    "retry_at_of",
]
