"""The room's door: a policy by its name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from newscrawl.errors import ConfigError
from newscrawl.items import NextCheck, Track
from newscrawl.recheck.base import shipped
from newscrawl.recheck.hazard import PRICE, Hazard
from newscrawl.recheck.ladders import DiffEngine, Fixed, NewsDiffs, Sniffer
from newscrawl.recheck.tally import Tally


class Policy(Protocol):
    """When to look at a story again; pure, so that the simulator runs the very code that crawls use."""

    @property
    def name(self) -> str: ...

    def next_check(self, track: Track, now: datetime) -> NextCheck:
        """Return the next look after the track's last one, which ended at `now`, or after a signal at `now`."""
        ...

    def expected(self, track: Track, at: datetime) -> float:
        """Return the edits to be expected since the last look, for `advance`; 0 where a policy keeps no account."""
        ...


NAMES = ("hazard", "sniffer", "newsdiffs", "diffengine", "fixed")


def policy(name: str, *, rates: Mapping[str, Any] | None = None) -> Policy:
    """Return the policy of that name; options follow a colon, as in `hazard:price=0.02` or `fixed:minutes=60`.

    `rates` are what `fit` learnt, for `hazard`. Raises ConfigError for an unknown name or option.
    """
    word, _, text = name.partition(":")
    options = dict(part.split("=", 1) for part in text.split(",") if "=" in part)
    match word:
        case "sniffer":
            return Sniffer()
        case "newsdiffs":
            return NewsDiffs()
        case "diffengine":
            return DiffEngine()
        case "fixed":
            return Fixed(every=timedelta(minutes=float(options.get("minutes", 60))))
        case "hazard":
            return Hazard(price=float(options.get("price", PRICE)), tally=Tally.of(rates or {}), base=shipped())
    raise ConfigError(f"policy {name!r}: no such policy; there are {', '.join(NAMES)}")
