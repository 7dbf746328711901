"""Recheck policies: their interface, and construction by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from newscrawl.errors import ConfigError
from newscrawl.items import CheckHistory, NextCheck
from newscrawl.policy_spec import PolicySpec
from newscrawl.recheck.catch import CATCH
from newscrawl.recheck.hazard import Hazard
from newscrawl.recheck.peer_policies import DiffEngine, Fixed, Gdelt, NewsDiffs, Sniffer
from newscrawl.recheck.prior import shipped_prior
from newscrawl.recheck.statistics import SourceStatistics


class Policy(Protocol):
    """Decides when an article is checked again. Pure, so that the simulator runs the same code as crawls."""

    @property
    def name(self) -> str: ...

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        """Return the next check after one that ended at `now`, or after a signal at `now`."""
        ...

    def expected(self, check_history: CheckHistory, at: datetime) -> float:
        """Return the edits expected since the last check, for `advance`; 0 if a policy does not estimate them."""
        ...


def policy(name: str, *, rates: Mapping[str, Any] | None = None) -> Policy:
    """Return the policy of that name; options follow a colon, as in `hazard:catch=0.95` or `fixed:minutes=60`.

    `rates` are the source's rates as `fit` returns them, for `hazard`. Raises ConfigError for an unknown name or
    option.
    """
    spec = PolicySpec.of(name)
    match spec.name:
        case "sniffer":
            return Sniffer()
        case "newsdiffs":
            return NewsDiffs()
        case "diffengine":
            return DiffEngine()
        case "gdelt":
            return Gdelt()
        case "fixed":
            return Fixed(every=timedelta(minutes=spec.number("minutes", 60.0)))
    if "match" in spec.options:
        raise ConfigError(f"policy {name!r}: match= compares policies in `newscrawl simulate`; a crawl needs a price")
    return Hazard(
        prior=shipped_prior(),
        catch=spec.number("catch", CATCH),
        price=spec.number("price", 0.0) if "price" in spec.options else None,
        statistics=SourceStatistics.of(rates or {}),
    )
