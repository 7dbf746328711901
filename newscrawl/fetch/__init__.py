"""Fetching: what every exchange with a news site must pass, whoever asks for it."""

from newscrawl.fetch.clock import clock_of
from newscrawl.fetch.failures import reason_of, reason_of_status
from newscrawl.fetch.validators import conditional_headers, validators_of

__all__ = ["clock_of", "conditional_headers", "reason_of", "reason_of_status", "validators_of"]
