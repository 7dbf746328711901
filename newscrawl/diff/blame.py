"""Tell for each sentence of the newest version when it entered and which version last changed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newscrawl.diff.compare import compare_texts
from newscrawl.diff.words import sentences
from newscrawl.items import DiffOp, DiffRow, Version


@dataclass(frozen=True, slots=True)
class Blame:
    """One sentence of the newest version; numbers are versions'."""

    paragraph: int  # -1: the headline
    span: tuple[int, int]  # characters of that paragraph
    text: str
    entered: int  # the version in which it first stood, in whatever wording, without a gap since
    changed: int  # the version that last changed its wording; equal to `entered` where none did
    earlier: int | None = None  # where this wording had stood once and was taken out: the last version that had it


def blame(versions: Sequence[Version], *, deadline_seconds: float = 1.0) -> tuple[Blame, ...]:
    """Return the sentences of the last of `versions` (oldest first) in reading order, each with its history.

    `deadline_seconds` bounds each step from one version to the next.
    """
    known: list[Blame] = []
    last_seen: dict[str, int] = {}
    for version in versions:
        fresh = _sentences(version)
        rows = compare_texts([b.text for b in known], [b.text for b in fresh], deadline_seconds=deadline_seconds)
        known = _carried(rows, known, fresh, last_seen)
        last_seen.update((sentence.text, version.number) for sentence in known)
    return tuple(known)


def _sentences(version: Version) -> list[Blame]:
    article = version.article
    return [
        Blame(number, span, text[slice(*span)], version.number, version.number)
        for number, text in enumerate((article.headline, *article.paragraphs), start=-1)
        for span in sentences(text)
    ]


def _carried(
    rows: Sequence[DiffRow], known: Sequence[Blame], fresh: Sequence[Blame], last_seen: dict[str, int]
) -> list[Blame]:
    """Return the new sentences with what the old ones they continue tell of their past."""
    made = list(fresh)
    for row in rows:
        past = [known[i] for i in row.a]
        for j in row.b:
            if not past:
                made[j] = replace(fresh[j], earlier=last_seen.get(fresh[j].text))
                continue
            is_same = row.op in {DiffOp.KEPT, DiffOp.MOVED} and past[0].text == fresh[j].text
            changed = past[0].changed if is_same else fresh[j].changed
            earlier = past[0].earlier if is_same else None
            made[j] = replace(fresh[j], entered=min(b.entered for b in past), changed=changed, earlier=earlier)
    return made
