"""Put a change into one line of words."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawl.change.fact_changes import FactChanges
from newscrawl.change.significance import clip
from newscrawl.items import Diff, DiffOp

_ALONE = {
    "typography": "only typography differs",
    "boilerplate": "only boilerplate changed",
    "typo": "a typo was corrected",
    "byline": "the byline changed",
    "dates": "the date of publication changed",
    "wording": "reworded",
}


def summary(types: Sequence[str], found: FactChanges, diff: Diff) -> str:
    """Return what changed in one line, most telling first; empty for no change."""
    if not types:
        return ""
    clauses = [*_notes(found), *_facts(types, found), *_shape(diff)]
    clauses += [_ALONE[name] for name in types if name in _ALONE and (len(types) == 1 or name in {"byline", "dates"})]
    line = "; ".join(clauses) or ", ".join(types)
    return clip(line[0].upper() + line[1:], 220)


def _notes(found: FactChanges) -> list[str]:
    clauses = ["correction note added"] if found.corrections else []
    return clauses + (["update note added"] if found.updates else [])


def _facts(types: Sequence[str], found: FactChanges) -> list[str]:
    clauses = []
    if "headline" in types:
        clauses.append("headline reworded")
    if "lede" in types:
        clauses.append("lede changed")
    clauses += _swapped("number", found.numbers)
    clauses += _swapped("name", found.names)
    if found.quotes_altered:
        clauses.append(_count(len(found.quotes_altered), "quote") + " altered")
    if found.quotes_removed:
        clauses.append(_count(len(found.quotes_removed), "quote") + " removed")
    if found.quotes_added:
        clauses.append(_count(len(found.quotes_added), "quote") + " added")
    clauses += _swapped("hedge", found.hedging)
    clauses += _swapped("attribution", found.attribution)
    return clauses


def _swapped(noun: str, pairs: Sequence[tuple[str, str]]) -> list[str]:
    if not pairs:
        return []
    old, new = pairs[0]
    shown = (
        f"{clip(old, 30)} → {clip(new, 30)}" if old and new else f"{clip(new or old, 30)} {'added' if new else 'gone'}"
    )
    return [f"{noun} {shown}" if len(pairs) == 1 else f"{_count(len(pairs), noun)} changed ({shown}, …)"]


def _shape(diff: Diff) -> list[str]:
    ops = [row.op for row in diff.rows]
    told = {DiffOp.ADDED: "added", DiffOp.REMOVED: "removed", DiffOp.EDITED: "edited", DiffOp.MOVED: "moved"}
    told |= {DiffOp.SPLIT: "split", DiffOp.MERGED: "merged"}
    clauses = [f"{count} {word}" for op, word in told.items() if (count := ops.count(op))]
    if not clauses:
        return []
    first, *rest = clauses
    number, word = first.split()
    return [", ".join([f"{_count(int(number), 'paragraph')} {word}", *rest])]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
