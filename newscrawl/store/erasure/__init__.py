"""Erasure by order: what a court forbids to keep is deleted for good, and a tombstone says so in its place."""

from newscrawl.store.erasure.carrying_out import complete_pending, erase
from newscrawl.store.erasure.order import Order, What, is_erased_digest

__all__ = ["Order", "What", "complete_pending", "erase", "is_erased_digest"]
