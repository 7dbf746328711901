"""Pauses that hosts asked for, kept between the runs of a source (RFC 9110, Retry-After)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from newscrawl.fetch.manners import Manners
from newscrawl.store.session import Store


async def recall(store: Store, source: str, manners: Manners) -> None:
    """Let a new run keep the pauses that earlier ones were asked for."""
    state = await store.source_state(source)
    for host, until in state.blocked_until.items():
        manners.pause_until(host, until)


async def remember(store: Store, source: str, host: str, until: datetime, *, now: datetime) -> None:
    """Store one pause at once, so that a killed run cannot lose it; drop those that are over."""
    state = await store.source_state(source)
    running = {name: moment for name, moment in state.blocked_until.items() if moment > now}
    await store.save_source_state(replace(state, blocked_until={**running, host: until}), only=("blocked_until",))
