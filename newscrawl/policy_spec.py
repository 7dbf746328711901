"""Parse a recheck policy with its options, as written in the environment, in spiders and on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newscrawl.errors import ConfigError

NAMES = ("hazard", "sniffer", "newsdiffs", "diffengine", "gdelt", "fixed")
MIN_CATCH, MAX_CATCH = 0.5, 0.99  # share of wordings that one may want to catch
OPTIONS = {"hazard": {"catch", "price", "match"}, "fixed": {"minutes"}}
NUMBER_OPTIONS = {"catch", "price", "minutes"}


@dataclass(frozen=True, slots=True)
class PolicySpec:
    """A policy's name and options as written: `hazard:price=0.02`, `fixed:minutes=60`, `hazard:match=sniffer-catch`."""

    name: str
    options: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> PolicySpec:
        """Parse a policy; raises ConfigError for an unknown policy or option, or a number that is not above zero."""
        name, _, option_text = text.partition(":")
        if name not in NAMES:
            raise ConfigError(f"policy {text!r}: no such policy; the policies are {', '.join(NAMES)}")
        options = {}
        for part in filter(None, option_text.split(",")):
            key, equals, value = part.partition("=")
            if not equals or key not in OPTIONS.get(name, ()):
                options_of_policy = ", ".join(sorted(OPTIONS.get(name, ()))) or "none"
                raise ConfigError(f"policy {text!r}: {part!r} is no option of {name} (options: {options_of_policy})")
            options[key] = value
        spec = cls(name, options)
        for key in NUMBER_OPTIONS & options.keys():
            spec.number(key, MAX_CATCH)
        return spec

    def number(self, key: str, default: float) -> float:
        """Return an option as a positive number; raises ConfigError for anything else."""
        try:
            value = float(self.options.get(key, default))
        except ValueError as error:
            raise ConfigError(f"policy {self.name}: {key}={self.options[key]!r} is not a number") from error
        if not 0 < value < float("inf"):
            raise ConfigError(f"policy {self.name}: {key}={value:g} must be above zero")
        if key == "catch" and not MIN_CATCH <= value <= MAX_CATCH:
            raise ConfigError(f"policy {self.name}: catch={value:g} must be from {MIN_CATCH:g} to {MAX_CATCH:g}")
        return value


def with_catch(text: str, catch: float) -> str:
    """Return a policy as written, with the share of wordings to catch added if it is `hazard` without options."""
    spec = PolicySpec.of(text)
    return f"{spec.name}:catch={catch:g}" if spec.name == "hazard" and not spec.options else text
