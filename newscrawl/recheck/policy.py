"""The room's door: a policy by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from newscrawl.errors import ConfigError
from newscrawl.items import CheckHistory, NextCheck
from newscrawl.recheck.hazard import PRICE, Hazard
from newscrawl.recheck.peer_policies import DiffEngine, Fixed, NewsDiffs, Sniffer
from newscrawl.recheck.prior import shipped_prior
from newscrawl.recheck.statistics import SourceStatistics

NAMES = ("hazard", "sniffer", "newsdiffs", "diffengine", "fixed")
OPTIONS = {"hazard": {"price", "match"}, "fixed": {"minutes"}}


class Policy(Protocol):
    """When to look at a story again; pure, so that the simulator runs the very code that crawls use."""

    @property
    def name(self) -> str: ...

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        """Return the next look after the track's last one, which ended at `now`, or after a signal at `now`."""
        ...

    def expected(self, check_history: CheckHistory, at: datetime) -> float:
        """Return the edits to be expected since the last look, for `advance`; 0 where a policy keeps no account."""
        ...


@dataclass(frozen=True, slots=True)
class PolicySpec:
    """A policy's name and options as written: `hazard:price=0.02`, `fixed:minutes=60`, `hazard:match=sniffer-catch`."""

    word: str
    options: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> PolicySpec:
        """Read a spelling; raises ConfigError naming what is wrong with it."""
        word, _, tail = text.partition(":")
        if word not in NAMES:
            raise ConfigError(f"policy {text!r}: no such policy; there are {', '.join(NAMES)}")
        options = {}
        for part in filter(None, tail.split(",")):
            key, equals, value = part.partition("=")
            if not equals or key not in OPTIONS.get(word, ()):
                known = ", ".join(sorted(OPTIONS.get(word, ()))) or "none"
                raise ConfigError(f"policy {text!r}: {part!r} is no option of {word} (options: {known})")
            options[key] = value
        return cls(word, options)

    def number(self, key: str, default: float) -> float:
        """Return a positive number among the options."""
        try:
            value = float(self.options.get(key, default))
        except ValueError as error:
            raise ConfigError(f"policy {self.word}: {key}={self.options[key]!r} is no number") from error
        if not 0 < value < float("inf"):
            raise ConfigError(f"policy {self.word}: {key}={value:g} must be above zero")
        return value


def policy(name: str, *, rates: Mapping[str, Any] | None = None) -> Policy:
    """Return the policy of that name; options follow a colon, as in `hazard:price=0.02` or `fixed:minutes=60`.

    `rates` are what `fit` learnt of the source, for `hazard`. Raises ConfigError for an unknown name or option.
    """
    spelling = PolicySpec.of(name)
    match spelling.word:
        case "sniffer":
            return Sniffer()
        case "newsdiffs":
            return NewsDiffs()
        case "diffengine":
            return DiffEngine()
        case "fixed":
            return Fixed(every=timedelta(minutes=spelling.number("minutes", 60.0)))
    if "match" in spelling.options:
        raise ConfigError(f"policy {name!r}: match= compares policies in `newscrawl simulate`; a crawl needs a price")
    return Hazard(
        prior=shipped_prior(), price=spelling.number("price", PRICE), statistics=SourceStatistics.of(rates or {})
    )
