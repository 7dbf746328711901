"""How often the listings of a source are read: as its file states, else as the operator's configuration does."""

from __future__ import annotations

from datetime import timedelta

from newscrawl.errors import ConfigError
from newscrawl.sources.catalogue import load_spider


def listing_period(source: str, default_seconds: float) -> timedelta:
    """Return the time from one reading of a source's listings to the next; the default for one without a sound file."""
    try:
        stated = load_spider(source).listing_period
    except ConfigError:
        stated = None
    return timedelta(seconds=default_seconds if stated is None else stated)
