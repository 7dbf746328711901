"""Compute the significance of a change as a sum of named parts, each with its reason, so that it can be verified.

The strongest edit decides; each other part adds ever less, so that many small edits never outweigh a great one. The
weights are calibrated on judged pairs (docs/judging.md), on that scale.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import e, log

from newscrawl.change.fact_changes import FactChanges

_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)\b")
Pairs = list[tuple[str, str]]  # old and new; one of them may be empty


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    weight: float
    detail: str = ""
    is_wording: bool = False  # it states no fact otherwise: of such parts only the strongest counts

    def __str__(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.name}{detail} ({self.weight:+.2f})"


_NOTHING = Part("", 0.0)
# Weights of minor changes: they are listed, but never outweigh a change of a fact.
MINOR_WEIGHTS = {"typography": 0.01, "boilerplate": 0.01, "typo": 0.05, "moved": 0.1}
# What one fact weighs beside the main point, by kind, if it is stated otherwise.
WEIGHTS = {
    "negation": 0.65, "opposite": 0.65, "roles": 0.65, "speaker": 0.5, "cause": 0.55, "modality": 0.45, "time": 0.45,
    "numbers": 0.45, "names": 0.4, "place": 0.4, "thing": 0.45, "quotes_altered": 0.35,
    "negation_reworded": 0.2, "hedging": 0.25, "modal_hedging": 0.08, "attribution": 0.15, "quotes_removed": 0.2,
    "quotes_added": 0.15, "quotes_reworded": 0.08, "corrections": 0.3, "updates": 0.02,
}  # fmt: skip
# Of these it is not known that they state anything else.
_WORDING = frozenset({"negation_reworded", "quotes_reworded", "modal_hedging", "attribution", "updates"})
# What one weighs that only came or went: something more or less is said.
ONE_SIDED = {"numbers": 0.2, "names": 0.15, "time": 0.12}
IN_HEADLINE, IN_LEDE = 0.5, 0.2  # how far a changed fact is raised towards 1 by its place
LESSER = (1.0, 0.15, 0.1, 0.06, 0.04, 0.02)  # what the strongest part counts, and each of those behind it


def amount_part(share: float) -> Part:
    """Return the part for the share of the text that was added or removed; it grows ever more slowly with the share."""
    weight = round(0.03 + 0.1 * log(1 + (e - 1) * min(share, 1.0)), 2)
    detail = f"{share:.0%} of the text changed" if share >= 0.01 else "a few words changed"
    return Part("text", weight, detail, is_wording=True)


def fact_parts(facts: FactChanges) -> list[Part]:
    """Return the parts for facts that differ."""
    parts = [
        _part("negation", facts, "negation"),
        _part("negation reworded", facts, "negation_reworded"),
        *(_part(kind, facts, kind) for kind in ("opposite", "roles", "place", "speaker", "thing", "cause", "modality")),
        *(part for kind in ("numbers", "names", "time") for part in _replaced_or_one_sided(kind, facts)),
        _of("numbers in a date", [pair for pair in facts.time if all(map(_ORDINAL.search, pair))], 0.01),
        _part("quotes altered", facts, "quotes_altered"),
        _part("quotes reworded", facts, "quotes_reworded"),
        _of("quotes removed", [(text, "") for text in facts.quotes_removed], WEIGHTS["quotes_removed"]),
        _of("quotes added", [("", text) for text in facts.quotes_added], WEIGHTS["quotes_added"]),
        _part("attribution", facts, "attribution"),
        _part("hedging", facts, "hedging"),
        _part("hedging by a modal verb", facts, "modal_hedging"),
        _of("correction note", [("", text) for text in facts.corrections], WEIGHTS["corrections"]),
        _of("update note", [("", text) for text in facts.updates], WEIGHTS["updates"]),
    ]
    return [part for part in parts if part.weight]


def fact_pairs(facts: FactChanges) -> list[tuple[float, tuple[str, str]]]:
    """Return each changed fact with the weight that it has alone."""
    weighed: list[tuple[float, tuple[str, str]]] = []
    for kind, weight in WEIGHTS.items():
        for fact in getattr(facts, kind):
            pair = fact if isinstance(fact, tuple) else (fact, "") if kind == "quotes_removed" else ("", fact)
            weighed.append((weight if all(pair) else ONE_SIDED.get(kind, weight), pair))
    return weighed


def _part(name: str, facts: FactChanges, kind: str) -> Part:
    if not getattr(facts, kind):
        return _NOTHING
    # In a headline "may be safe" and "is safe" are two claims; elsewhere "may" comes and goes with rewordings.
    is_wording = kind in _WORDING and not (kind == "modal_hedging" and kind in facts.in_headline)
    weight = WEIGHTS[kind] if is_wording else _placed(WEIGHTS[kind], facts, kind)
    return _of(name, getattr(facts, kind), weight, is_wording=is_wording)


def _replaced_or_one_sided(kind: str, facts: FactChanges) -> list[Part]:
    """Return the parts of facts that are stated otherwise, and of those only added or gone, which weigh less."""
    pairs: Pairs = getattr(facts, kind)
    if not pairs:
        return []
    both = [pair for pair in pairs if all(pair)]
    alone = [pair for pair in pairs if not all(pair)]
    return [
        _of(kind, both, _placed(WEIGHTS[kind], facts, kind)),
        _of(kind, alone, ONE_SIDED[kind], is_wording=True),
    ]


def _placed(weight: float, facts: FactChanges, kind: str) -> float:
    raised = IN_HEADLINE if kind in facts.in_headline else IN_LEDE if kind in facts.in_lede else 0.0
    return weight + (1 - weight) * raised


def _of(name: str, pairs: Pairs, weight: float, *, is_wording: bool = False) -> Part:
    """Return a part that weighs `weight` for one pair, and a little more for others that state a fact otherwise."""
    if not pairs:
        return _NOTHING
    if not is_wording:
        weight += 0.02 * min(len(pairs) - 1, 3)
    return Part(name, round(min(weight, 1.0), 2), arrows(pairs), is_wording)


def arrows(pairs: Pairs) -> str:
    """Return the first two pairs, and how many more there are."""
    more = f" and {len(pairs) - 2} more" if len(pairs) > 2 else ""
    return ", ".join(_arrow(*pair) for pair in pairs[:2]) + more


def _arrow(old: str, new: str) -> str:
    if old and new:
        return f"{clip(old)} → {clip(new)}"
    return f"+ {clip(new)}" if new else f"− {clip(old)}"


def clip(text: str, max_length: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= max_length else line[: max_length - 1].rstrip() + "…"


def total(parts: Sequence[Part]) -> tuple[float, tuple[str, ...]]:
    """Return the significance (0..1) and its reasons by falling weight; a sum above 1 is reduced by a last part.

    A further part, or a stronger one, never lowers the sum: the factors fall, and the weights are in order.
    """
    wording = sorted((part for part in parts if part.is_wording), key=_by_weight)
    ordered = sorted([*(part for part in parts if not part.is_wording), *wording[:1]], key=_by_weight)
    factors = (*LESSER, *[0.0] * len(ordered))
    counted = [
        replace(part, weight=round(part.weight * factor, 2)) for part, factor in zip(ordered, factors, strict=False)
    ]
    counted = [part for part in counted if part.weight]
    weight = round(sum(part.weight for part in counted), 2)
    if weight > 1.0:
        counted.append(Part("sum limited to 1", round(1.0 - weight, 2)))
    return min(weight, 1.0), tuple(map(str, counted))


def _by_weight(part: Part) -> float:
    return -part.weight
