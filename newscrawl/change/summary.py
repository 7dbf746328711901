"""Summarise a change in one line."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawl.change.fact_changes import FactChanges
from newscrawl.change.significance import clip
from newscrawl.change.spelling import Spelling
from newscrawl.humanize import counted
from newscrawl.items import Diff, DiffOp, NotedFact

_ALONE = {
    "typography": "only typography differs",
    "boilerplate": "only boilerplate changed",
    "byline": "the byline changed",
    "dates": "the date of publication changed",
    "wording": "reworded",
}
_SPELLINGS = {
    Spelling.CORRECTED: "a typo was corrected",
    Spelling.SLIPPED_IN: "a typo slipped in",
    Spelling.OTHER: "spelling differs",
}
_COUNTED_OPS = (DiffOp.ADDED, DiffOp.REMOVED, DiffOp.EDITED, DiffOp.MOVED, DiffOp.SPLIT, DiffOp.MERGED)


def summary(
    types: Sequence[str],
    facts: FactChanges,
    diff: Diff,
    spellings: Sequence[Spelling] = (),
    noted: Sequence[NotedFact] = (),
) -> str:
    """Return what changed in one line, the most important first; empty if nothing changed."""
    if not types:
        return ""
    clauses = [*_notes(facts, noted), *_facts(types, facts), *_shape(diff)]
    if spellings and len(types) == 1:
        clauses.append(_SPELLINGS[spellings[0]] if len(set(spellings)) == 1 else "spelling differs")
    clauses += [_ALONE[name] for name in types if name in _ALONE and (len(types) == 1 or name in {"byline", "dates"})]
    line = "; ".join(clauses) or ", ".join(types)
    return clip(line[0].upper() + line[1:], 220)


def _notes(facts: FactChanges, noted: Sequence[NotedFact]) -> list[str]:
    clauses = ["correction note added"] if facts.corrections else []
    clauses += ["update note added"] if facts.updates else []
    if clauses and noted:
        shown = [f"{clip(fact.old, 30)} → {clip(fact.new, 30)}" if fact.old and fact.new else "" for fact in noted]
        clauses[-1] += f" on {next(filter(None, shown), clip(noted[0].old or noted[0].new, 30))}"
    return clauses


def _facts(types: Sequence[str], facts: FactChanges) -> list[str]:
    clauses = []
    if "headline" in types:
        clauses.append("headline reworded")
    if "lede" in types:
        clauses.append("lede changed")
    for noun, pairs in (
        ("negation", facts.negation),
        ("opposite", facts.opposite),
        ("role", facts.roles),
        ("number", facts.numbers),
        ("name", facts.names),
        ("place", facts.place),
        ("speaker", facts.speaker),
        ("thing", facts.thing),
        ("cause", facts.cause),
        ("time", facts.time),
        ("modality", facts.modality),
    ):
        clauses += _replacements(noun, pairs)
    if altered := [*facts.quotes_altered, *facts.quotes_reworded]:
        clauses.append(counted(len(altered), "quote") + " altered")
    if facts.quotes_removed:
        clauses.append(counted(len(facts.quotes_removed), "quote") + " removed")
    if facts.quotes_added:
        clauses.append(counted(len(facts.quotes_added), "quote") + " added")
    clauses += _replacements("hedge", [*facts.hedging, *facts.modal_hedging])
    clauses += _replacements("attribution", facts.attribution)
    return clauses


def _replacements(noun: str, pairs: Sequence[tuple[str, str]]) -> list[str]:
    if not pairs:
        return []
    old, new = pairs[0]
    if old and new:
        example = f"{clip(old, 30)} → {clip(new, 30)}"
    else:
        example = f"{clip(new or old, 30)} {'added' if new else 'removed'}"
    return [
        f"{noun} {example}"
        if len(pairs) == 1
        else f"{counted(len(pairs), noun, 'modalities' if noun == 'modality' else None)} changed ({example}, …)"
    ]


def _shape(diff: Diff) -> list[str]:
    ops = [row.op for row in diff.rows]
    counts = [(ops.count(op), op.value) for op in _COUNTED_OPS if op in ops]
    if not counts:
        return []
    (first, word), *others = counts
    clauses = [f"{counted(first, 'paragraph')} {word}", *(f"{count} {word}" for count, word in others)]
    return [", ".join(clauses)]
