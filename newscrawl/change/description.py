"""Say what a change between two versions means: its types, how much it matters and why, in words and numbers."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawl.change.edits import Edit, edits
from newscrawl.change.fact_changes import FactChanges, fact_changes
from newscrawl.change.facts import words
from newscrawl.change.significance import SLIGHT, Part, amount_part, fact_parts, total
from newscrawl.change.summary import summary
from newscrawl.items import Article, Change, Diff, DiffOp, MovedText, Precision

RESHAPED = {DiffOp.EDITED, DiffOp.SPLIT, DiffOp.MERGED}


def describe(previous: Article, current: Article, diff: Diff) -> Change:
    """Return the meaning of `diff`, which leads from `previous` to `current`."""
    changed = edits(diff)
    real = [e for e in changed if not (e.is_typography() or e.is_boilerplate())]
    typos = [e for e in real if e.is_typo()]
    wording = [e for e in real if e not in typos]
    found = fact_changes(previous, current, real, wording)
    added, removed = _passages(changed, diff.passages, is_new=True), _passages(changed, diff.passages, is_new=False)
    came, went = sum(len(words(text)) for text in added), sum(len(words(text)) for text in removed)
    parts = _circumstances(previous, current, diff) + _parts(wording, typos, found)
    if wording:
        parts.append(amount_part(sum(map(len, (*added, *removed))) / max(_size(previous) + _size(current), 1)))
    if not parts:
        parts = _slight(changed, diff)
    significance, reasons = total(parts)
    types = _types(parts, wording, diff)
    ops = [row.op for row in diff.rows]
    return Change(
        types=types,
        words_added=came,
        words_removed=went,
        paragraphs_added=ops.count(DiffOp.ADDED),
        paragraphs_removed=ops.count(DiffOp.REMOVED),
        paragraphs_edited=sum(op in RESHAPED for op in ops),
        paragraphs_moved=ops.count(DiffOp.MOVED),
        significance=significance,
        reasons=reasons,
        summary=summary(types, found, diff),
        silent=_is_silent(previous, current, found),
        added=added,
        removed=removed,
    )


def _parts(wording: Sequence[Edit], typos: Sequence[Edit], found: FactChanges) -> list[Part]:
    parts = fact_parts(found)
    if any(edit.is_headline for edit in wording):
        parts.append(Part("headline", 0.15, "reworded"))
    if any(edit.is_lede for edit in wording):
        parts.append(Part("lede", 0.1, "the first paragraph changed"))
    taken_out = sum(edit.op is DiffOp.REMOVED for edit in wording)
    if taken_out:
        parts.append(Part("removed", 0.04, f"{taken_out} paragraph{'s' if taken_out > 1 else ''} taken out"))
    if typos:
        parts.append(Part("typo", SLIGHT["typo"], f"{len(typos)} corrected"))
    return parts


def _circumstances(previous: Article, current: Article, diff: Diff) -> list[Part]:
    parts = []
    if _is_by_others(previous, current, diff):
        parts.append(Part("byline", 0.03, "who wrote it is stated differently"))
    if _is_redated(previous, current):
        parts.append(Part("dates", 0.03, "another date of publication"))
    return parts


def _is_by_others(previous: Article, current: Article, diff: Diff) -> bool:
    """Tell whether other authors are named; the printed line decides only where neither page names any.

    A redesign turns "By A and B" into "A, B": another template, the same authors.
    """
    if previous.author or current.author:
        return set(previous.author) != set(current.author)
    return diff.byline.op is not DiffOp.KEPT


def _is_redated(previous: Article, current: Article) -> bool:
    """Tell whether the date of publication differs by more than its stated precision."""
    old, new = previous.date_published, current.date_published
    if old is None or new is None:
        return False
    if Precision.DAY in {old.precision, new.precision}:
        return abs((old.value - new.value).days) > 1
    return abs((old.value - new.value).total_seconds()) >= 60


def _slight(changed: Sequence[Edit], diff: Diff) -> list[Part]:
    """Return the one part of a change without new wording."""
    if any(edit.is_boilerplate() for edit in changed):
        return [Part("boilerplate", SLIGHT["boilerplate"], "lines of the page, not of the story")]
    if any(row.op is DiffOp.MOVED for row in diff.rows):
        return [Part("moved", SLIGHT["moved"], "paragraphs in another order")]
    if changed or any(row.op is not DiffOp.KEPT for row in diff.rows):
        return [Part("typography", SLIGHT["typography"], "marks and spaces only")]
    return []


_TYPE_OF = {"correction note": "correction", "update note": "update", "text": ""}


def _types(parts: Sequence[Part], wording: Sequence[Edit], diff: Diff) -> tuple[str, ...]:
    """Return the types, weightiest first; a change of wording that touches no fact is `wording`."""
    named = [_TYPE_OF.get(part.name, part.name.split()[0]) for part in sorted(parts, key=lambda part: -part.weight)]
    if any(row.op is DiffOp.MOVED for row in diff.rows):
        named.append("moved")
    named += ["added"] * any(edit.op is DiffOp.ADDED for edit in wording)
    named += ["removed"] * any(edit.op is DiffOp.REMOVED for edit in wording)
    types = tuple(dict.fromkeys(filter(None, named)))
    return types or (("wording",) if wording else ())


def _is_silent(previous: Article, current: Article, found: FactChanges) -> bool:
    """Tell whether facts were restated without a note and without a newer date of modification."""
    if not found.restates() or found.corrections or found.updates:
        return False
    old, new = previous.date_modified, current.date_modified
    return new is None or (old is not None and new.value <= old.value)


def _passages(changed: Sequence[Edit], moved: Sequence[MovedText], *, is_new: bool) -> tuple[str, ...]:
    """Return the wording that only one version has, a passage each, without what came from elsewhere in it."""
    elsewhere = [passage.text for passage in moved]
    found: list[str] = []
    for edit in changed:
        text, spans = (edit.new, edit.inserted) if is_new else (edit.old, edit.deleted)
        for start, end in spans:
            part = text[start:end]
            for other in elsewhere:
                part = part.replace(other, " ")
            if words(part):
                found.append(part.strip())
    return tuple(found)


def _size(article: Article) -> int:
    return sum(map(len, (article.headline, *article.paragraphs)))
