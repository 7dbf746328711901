"""Compute the significance of a change as a sum of named parts, each with its reason, so that it can be verified."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import e, log

from newscrawl.change.fact_changes import FactChanges

_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)\b")
Pairs = list[tuple[str, str]]  # old and new; one of them may be empty


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    weight: float
    detail: str = ""

    def __str__(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.name}{detail} ({self.weight:+.2f})"


# Weights of minor changes: they are listed, but never outweigh a change of a fact.
MINOR_WEIGHTS = {"typography": 0.01, "boilerplate": 0.02, "typo": 0.03, "moved": 0.05}

MIN_WEIGHT = 0.02  # any new wording weighs more than typography


def amount_part(share: float) -> Part:
    """Return the part for the share of the text that was added or removed; it grows ever more slowly with the share."""
    weight = max(MIN_WEIGHT, round(0.3 * log(1 + (e - 1) * min(share, 1.0)), 2))
    return Part("text", weight, f"{share:.0%} of the text changed" if share >= 0.01 else "a few words changed")


def fact_parts(facts: FactChanges) -> list[Part]:
    """Return the parts for facts that differ."""
    parts = [
        _several("negation", facts.negation, 0.3, 0.05),
        _several("negation reworded", facts.negation_reworded, 0.1, 0.02),
        _several("opposite", facts.opposite, 0.28, 0.05),
        _several("roles", facts.roles, 0.28, 0.05),
        *_replaced_or_one_sided("numbers", facts.numbers, 0.25, 0.1, 0.04),
        *_replaced_or_one_sided("names", facts.names, 0.25, 0.08, 0.03),
        _several("place", facts.place, 0.25, 0.04),
        _several("speaker", facts.speaker, 0.22, 0.04),
        _several("thing", facts.thing, 0.22, 0.04),
        _several("cause", facts.cause, 0.2, 0.04),
        *_replaced_or_one_sided("time", facts.time, 0.2, 0.06, 0.03),
        _several("numbers in a date", [pair for pair in facts.time if all(map(_ORDINAL.search, pair))], 0.01, 0.0),
        _several("modality", facts.modality, 0.2, 0.03),
        _several("quotes altered", facts.quotes_altered, 0.2, 0.04),
        _several("quotes removed", [(text, "") for text in facts.quotes_removed], 0.1, 0.03),
        _several("quotes added", [("", text) for text in facts.quotes_added], 0.05, 0.02),
        _several("attribution", facts.attribution, 0.05, 0.02),
        _several("hedging", facts.hedging, 0.07, 0.03),
        _several("correction note", [("", text) for text in facts.corrections], 0.3, 0.0),
        _several("update note", [("", text) for text in facts.updates], 0.05, 0.0),
    ]
    return [part for part in parts if part.weight]


def fact_pairs(facts: FactChanges) -> list[tuple[float, tuple[str, str]]]:
    """Return each changed fact with about the weight that it has alone."""
    weighed = (
        (0.3, (*facts.negation, *facts.opposite, *facts.roles)),
        (0.25, (*facts.numbers, *facts.names, *facts.place, *facts.speaker, *facts.thing)),
        (0.2, (*facts.cause, *facts.time, *facts.modality, *facts.quotes_altered)),
        (0.3, [("", text) for text in facts.corrections]),
        (0.1, [*((text, "") for text in facts.quotes_removed), *facts.negation_reworded]),
        (0.05, [*(("", text) for text in facts.quotes_added), *facts.hedging, *facts.attribution]),
    )
    return [(weight, pair) for weight, pairs in weighed for pair in pairs]


def _replaced_or_one_sided(name: str, pairs: Pairs, replaced: float, one_sided: float, more: float) -> list[Part]:
    """Return the parts of facts that are stated otherwise, and of those only added or gone, which weigh less."""
    both = [pair for pair in pairs if all(pair)]
    alone = [pair for pair in pairs if not all(pair)]
    return [_several(name, both, replaced, more), _several(name, alone, 0.02 if both else one_sided, more)]


def _several(name: str, pairs: Pairs, first: float, more: float) -> Part:
    """Return a part that weighs `first` for one pair plus `more` for each of up to three others; its text shows two."""
    if not pairs:
        return Part(name, 0.0)
    weight = first + more * min(len(pairs) - 1, 3)
    detail = ", ".join(_arrow(*pair) for pair in pairs[:2]) + (f" and {len(pairs) - 2} more" if len(pairs) > 2 else "")
    return Part(name, round(weight, 2), detail)


def _arrow(old: str, new: str) -> str:
    if old and new:
        return f"{clip(old)} → {clip(new)}"
    return f"+ {clip(new)}" if new else f"− {clip(old)}"


def clip(text: str, max_length: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= max_length else line[: max_length - 1].rstrip() + "…"


def total(parts: list[Part]) -> tuple[float, tuple[str, ...]]:
    """Return the significance (0..1) and its reasons by falling weight; a sum above 1 is reduced by a last part."""
    ordered = sorted(parts, key=lambda part: -part.weight)
    weight = round(sum((part.weight for part in parts), 0.0), 2)
    if weight > 1.0:
        ordered.append(Part("sum limited to 1", round(1.0 - weight, 2)))
    return min(weight, 1.0), tuple(str(part) for part in ordered)
