"""Drift: what the newest pages of a source have of each field, beside what they usually have. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newscrawl.health.baselines import READ, WARM_UP_RUNS, Baselines
from newscrawl.health.findings import is_low
from newscrawl.items import SourceState

READABLE = "readable"  # with headline and body: a page without one of them is no article


@dataclass(frozen=True, slots=True)
class FieldDrift:
    """Shares from 0 to 1 of the pages that have a field; `now` is None before enough pages were read."""

    field: str
    usual: float
    now: float | None
    pages: int  # that `now` is the share of
    is_low: bool  # by more than chance: what an alarm is raised for


def drift(state: SourceState) -> list[FieldDrift]:
    """Return the drift of each field by the newest sample that was compared; none before anything was learnt."""
    usual = Baselines.of(state.baselines)
    return [*_readable(state, usual), *_fields(usual)]


def _readable(state: SourceState, usual: Baselines) -> Iterator[FieldDrift]:
    if usual.samples:
        asked, read = state.pages_asked, state.pages_read
        low = usual.samples >= WARM_UP_RUNS and is_low(read, asked, usual.readable)
        yield FieldDrift(READABLE, usual.readable, read / asked if asked else None, asked, low)


def _fields(usual: Baselines) -> Iterator[FieldDrift]:
    newest = usual.newest_fields or {}
    pages = newest.get(READ, 0)
    for name, share in sorted((usual.fields or {}).items()):
        low = usual.field_samples >= WARM_UP_RUNS and is_low(newest.get(name, 0), pages, share)
        yield FieldDrift(name, share, newest.get(name, 0) / pages if pages else None, pages, low)
