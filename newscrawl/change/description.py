"""Describe what a change between two versions means: its types, its significance and why, in words and numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from newscrawl.change.changed_texts import changed_sentences, changed_texts
from newscrawl.change.disclosure import disclosure
from newscrawl.change.edits import Edit, edits
from newscrawl.change.excerpt import excerpts
from newscrawl.change.fact_changes import fact_changes
from newscrawl.change.facts import words
from newscrawl.change.significance import MINOR_WEIGHTS, Part, amount_part, fact_parts, total
from newscrawl.change.spelling import Spelling
from newscrawl.change.summary import summary
from newscrawl.change.unsaid import is_abbreviated, is_dateline, said
from newscrawl.change.wording_parts import wording_parts
from newscrawl.items import Article, Change, Diff, DiffOp, Precision
from newscrawl.languages import primary_language

EDITED_OPS = {DiffOp.EDITED, DiffOp.SPLIT, DiffOp.MERGED}


def describe(previous: Article, current: Article, diff: Diff, *, would_be_noted: bool = False) -> Change:
    """Return the meaning of `diff`, which leads from `previous` to `current`.

    `would_be_noted`: the source promises notes, or its server dates this edit; see `disclosure`.
    """
    all_edits = edits(diff)
    language = primary_language(current.in_language or previous.in_language)
    text_edits = [said(edit, language) for edit in all_edits if not (edit.is_typography() or _is_boilerplate(edit))]
    spellings = {id(edit): way for edit in text_edits if (way := _spelling(edit, language)) is not None}
    rewordings = [edit for edit in text_edits if id(edit) not in spellings]
    facts = fact_changes(previous, current, text_edits, rewordings)
    added = changed_texts(all_edits, diff.passages, is_new=True)
    removed = changed_texts(all_edits, diff.passages, is_new=False)
    parts = _metadata_parts(previous, current, diff) + fact_parts(facts) + wording_parts(rewordings, language)
    parts += _spelling_parts(list(spellings.values()))
    if rewordings:
        parts.append(amount_part(sum(map(len, (*added, *removed))) / max(_size(previous) + _size(current), 1)))
    if not parts:
        parts = _minor_parts(all_edits, diff)
    significance, reasons = total(parts)
    types = _types(parts, rewordings, diff)
    ops = [row.op for row in diff.rows]
    disclosed = disclosure(previous, current, facts, language, would_be_noted=would_be_noted)
    return Change(
        types=types,
        words_added=sum(len(words(text)) for text in added),
        words_removed=sum(len(words(text)) for text in removed),
        paragraphs_added=ops.count(DiffOp.ADDED),
        paragraphs_removed=ops.count(DiffOp.REMOVED),
        paragraphs_edited=sum(op in EDITED_OPS for op in ops),
        paragraphs_moved=ops.count(DiffOp.MOVED),
        significance=significance,
        reasons=reasons,
        summary=summary(types, facts, diff, list(spellings.values()), disclosed.noted),
        silent=disclosed.silent,
        unnoted=disclosed.unnoted,
        noted=disclosed.noted,
        excerpts=excerpts(text_edits, facts),
        added=added,
        removed=removed,
        new_sentences=changed_sentences(all_edits, added, is_new=True),
        old_sentences=changed_sentences(all_edits, removed, is_new=False),
    )


def _is_boilerplate(edit: Edit) -> bool:
    return edit.is_boilerplate() or is_dateline(edit)


def _spelling(edit: Edit, language: str) -> Spelling | None:
    way = edit.spelling(language)
    return Spelling.OTHER if way is None and is_abbreviated(edit, language) else way


def _spelling_parts(spellings: Sequence[Spelling]) -> list[Part]:
    ways = Counter(spellings)
    detail = ", ".join(f"{count} {way}" for way, count in ways.items())
    return [Part("typo", MINOR_WEIGHTS["typo"], detail, is_wording=True)] if spellings else []


def _metadata_parts(previous: Article, current: Article, diff: Diff) -> list[Part]:
    parts = []
    if _has_other_authors(previous, current, diff):
        parts.append(Part("byline", 0.03, "the stated authors differ"))
    if _is_redated(previous, current):
        parts.append(Part("dates", 0.03, "the date of publication differs"))
    return parts


def _has_other_authors(previous: Article, current: Article, diff: Diff) -> bool:
    """Return whether other authors are named; the printed byline is compared only if neither page names any.

    A redesign changes "By A and B" to "A, B": another template, the same authors.
    """
    if previous.author or current.author:
        return set(previous.author) != set(current.author)
    return diff.byline.op is not DiffOp.KEPT


def _is_redated(previous: Article, current: Article) -> bool:
    """Return whether the date of publication differs by more than its stated precision."""
    old, new = previous.date_published, current.date_published
    if old is None or new is None:
        return False
    if Precision.DAY in {old.precision, new.precision}:
        return abs((old.value - new.value).days) > 1
    return abs((old.value - new.value).total_seconds()) >= 60


def _minor_parts(all_edits: Sequence[Edit], diff: Diff) -> list[Part]:
    """Return the single part of a change without new wording, if there is one."""
    if any(map(_is_boilerplate, all_edits)):
        return [Part("boilerplate", MINOR_WEIGHTS["boilerplate"], "lines of the page, not of the article")]
    if any(row.op is DiffOp.MOVED for row in diff.rows):
        return [Part("moved", MINOR_WEIGHTS["moved"], "paragraphs in another order")]
    if all_edits or any(row.op is not DiffOp.KEPT for row in diff.rows):
        return [Part("typography", MINOR_WEIGHTS["typography"], "only punctuation marks and spaces")]
    return []


_TYPE_OF = {"correction note": "correction", "update note": "update", "text": "", "wording": ""}


def _by_telling(part: Part) -> tuple[bool, float]:
    """Sort a note of correction first, whatever it corrects, then by falling weight."""
    return part.name != "correction note", -part.weight


def _types(parts: Sequence[Part], rewordings: Sequence[Edit], diff: Diff) -> tuple[str, ...]:
    """Return the types by falling weight; a change of wording that affects no fact is of the type `wording`."""
    names = [_TYPE_OF.get(part.name, part.name.split()[0]) for part in sorted(parts, key=_by_telling)]
    if any(row.op is DiffOp.MOVED for row in diff.rows):
        names.append("moved")
    names += ["added"] * any(edit.op is DiffOp.ADDED for edit in rewordings)
    names += ["removed"] * any(edit.op is DiffOp.REMOVED for edit in rewordings)
    types = tuple(dict.fromkeys(filter(None, names)))
    return types or (("wording",) if rewordings else ())


def _size(article: Article) -> int:
    return sum(map(len, (article.headline, *article.paragraphs)))
