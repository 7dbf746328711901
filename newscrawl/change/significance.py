"""Add up how much a change matters: named parts, each with its reason, so that anyone can check the sum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import e, log

from newscrawl.change.fact_changes import FactChanges

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    weight: float
    detail: str = ""

    def __str__(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.name}{detail} ({self.weight:+.2f})"


# What a lone slip, a template line or a quotation mark is worth: it is listed, and never outweighs a change of fact.
SLIGHT = {"typography": 0.01, "boilerplate": 0.02, "typo": 0.03, "moved": 0.05}


MIN_WEIGHT = 0.02  # any new wording weighs more than typography


def amount_part(share: float) -> Part:
    """Return the part for the share of the text that came or went: the first changes weigh most."""
    weight = max(MIN_WEIGHT, round(0.3 * log(1 + (e - 1) * min(share, 1.0)), 2))
    return Part("text", weight, f"{share:.0%} of the text changed" if share >= 0.01 else "a few words changed")


def fact_parts(found: FactChanges) -> list[Part]:
    """Return the parts for facts that differ."""
    parts = [
        _several("numbers", found.numbers, 0.12, 0.04),
        _several("names", found.names, 0.10, 0.03),
        _several("quotes altered", found.quotes_altered, 0.12, 0.03),
        _several("quotes removed", [(text, "") for text in found.quotes_removed], 0.08, 0.03),
        _several("quotes added", [("", text) for text in found.quotes_added], 0.05, 0.02),
        _several("attribution", found.attribution, 0.05, 0.02),
        _several("hedging", found.hedging, 0.08, 0.03),
        _several("correction note", [("", text) for text in found.corrections], 0.3, 0.0),
        _several("update note", [("", text) for text in found.updates], 0.05, 0.0),
    ]
    return [part for part in parts if part.weight]


def _several(name: str, pairs: Pairs, first: float, more: float) -> Part:
    """Weigh the first of several and, each less, up to three more; the detail shows two."""
    if not pairs:
        return Part(name, 0.0)
    weight = first + more * min(len(pairs) - 1, 3)
    shown = ", ".join(_arrow(*pair) for pair in pairs[:2]) + (f" and {len(pairs) - 2} more" if len(pairs) > 2 else "")
    return Part(name, round(weight, 2), shown)


def _arrow(old: str, new: str) -> str:
    if old and new:
        return f"{clip(old)} → {clip(new)}"
    return f"+ {clip(new)}" if new else f"− {clip(old)}"


def clip(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def total(parts: list[Part]) -> tuple[float, tuple[str, ...]]:
    """Return the significance (0..1) and its reasons, weightiest first; where the sum passes 1 a last part says so."""
    weight: Callable[[Part], float] = lambda part: -part.weight  # noqa: E731
    ordered = sorted(parts, key=weight)
    whole = round(sum((part.weight for part in parts), 0.0), 2)
    if whole > 1.0:
        ordered.append(Part("more than everything", round(1.0 - whole, 2)))
    return min(whole, 1.0), tuple(str(part) for part in ordered)
