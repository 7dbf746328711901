"""Find for each sentence of the newest version when it entered and which version last changed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newscrawl.diff.budget import MAX_STEPS
from newscrawl.diff.compare import compare_texts
from newscrawl.diff.words import sentences
from newscrawl.items import DiffOp, DiffRow, Version


@dataclass(frozen=True, slots=True)
class Blame:
    """One sentence of the newest version; `entered`, `changed` and `earlier` are numbers of versions."""

    paragraph: int  # -1: the headline
    span: tuple[int, int]  # characters of that paragraph
    text: str
    entered: int  # the first version of the uninterrupted series that has the sentence, in whatever wording
    changed: int  # the version that last changed its wording; equal to `entered` if none did
    earlier: int | None = None  # if this wording was removed before and came back: the last version that had it


def blame(versions: Sequence[Version], *, max_steps: int = MAX_STEPS) -> tuple[Blame, ...]:
    """Return the sentences of the last of `versions` (oldest first) in reading order, each with its history.

    `max_steps` bounds each step from one version to the next.
    """
    current: list[Blame] = []
    last_seen: dict[str, int] = {}
    for version in versions:
        new = _sentences(version)
        rows = compare_texts([s.text for s in current], [s.text for s in new], max_steps=max_steps)
        current = _with_history(rows, current, new, last_seen)
        last_seen.update((sentence.text, version.number) for sentence in current)
    return tuple(current)


def _sentences(version: Version) -> list[Blame]:
    article = version.article
    return [
        Blame(number, span, text[slice(*span)], version.number, version.number)
        for number, text in enumerate((article.headline, *article.paragraphs), start=-1)
        for span in sentences(text)
    ]


def _with_history(
    rows: Sequence[DiffRow], old: Sequence[Blame], new: Sequence[Blame], last_seen: dict[str, int]
) -> list[Blame]:
    """Return the new sentences with the history of the old sentences that they continue."""
    result = list(new)
    for row in rows:
        continued = [old[i] for i in row.a]
        for j in row.b:
            if not continued:
                result[j] = replace(new[j], earlier=last_seen.get(new[j].text))
                continue
            is_same = row.op in {DiffOp.KEPT, DiffOp.MOVED} and continued[0].text == new[j].text
            result[j] = replace(
                new[j],
                entered=min(sentence.entered for sentence in continued),
                changed=continued[0].changed if is_same else new[j].changed,
                earlier=continued[0].earlier if is_same else None,
            )
    return result
