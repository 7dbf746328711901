"""How often the significance of a change is wrong, measured on revisions that two judges weighed (docs/judging.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SEEN_BY_NOBODY = "unseen"  # the part by which no rule was made or mended: what other pages will show


@dataclass(frozen=True, slots=True)
class JudgedPart:
    """One part of the judged pairs; no article stands in two."""

    name: str
    correlation: float  # rank correlation of newscrawl's weights with the judges' mean
    missed: int  # factual reversals that weigh less than .2
    reversals: int
    overrated_per_cent: float  # of edits of style, typos and templates, those that weigh more than .2


@dataclass(frozen=True, slots=True)
class ErrorRates:
    pairs: int
    parts: tuple[JudgedPart, ...]

    def part(self, name: str) -> JudgedPart:
        return next(part for part in self.parts if part.name == name)


@cache
def error_rates() -> ErrorRates:
    """Return the rates as they were last measured; tests hold them."""
    stored = json.loads(files("newscrawl.change").joinpath("error_rates.json").read_text("utf-8"))
    return ErrorRates(stored["pairs"], tuple(JudgedPart(**part) for part in stored["parts"]))
