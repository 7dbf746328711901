"""Whether what will, must or may happen is another of them after an edit."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawl.change import cues
from newscrawl.change.edits import Edit
from newscrawl.change.lexicon import HEDGES
from newscrawl.change.tokens import tokens, without_common

Pair = tuple[str, str]
_MAX_PASSAGES = 3  # replaced ones of a sentence that is still the same
_DONE = frozenset({"been", "was", "were"})
_POSSIBLE = frozenset({"may", "might", "could"})
_WOULD = frozenset({"would"})


def modality(edit: Edit, language: str) -> list[Pair]:
    """Return the modal verbs that an edit replaces, as one pair."""
    if signs := cues.signs("modal", language):
        old = [sign for gap in edit.replaced for sign in signs if sign in gap.old]
        new = [sign for gap in edit.replaced for sign in signs if sign in gap.new]
    else:
        if language == "en" and (done := _done(edit)):
            return done
        by_gap = [
            (_modals(edit.old, g.old_span, language), _modals(edit.new, g.new_span, language)) for g in edit.replaced
        ]
        if len(by_gap) > _MAX_PASSAGES:  # of a sentence rewritten only what stands in one place
            by_gap = [sides for sides in by_gap if all(sides)]
        old, new = ([word for gap in by_gap for word in gap[side]] for side in (0, 1))
        if not _is_turned(old, new, language):
            return []  # "may", "could": another shade of the same
        if _WOULD.intersection((*old, *new)) and HEDGES.search(edit.old) and HEDGES.search(edit.new):
            return []  # "would perhaps", "could perhaps"
    old, new = without_common(old, new)
    return [(" ".join(old), " ".join(new))] if old and new else []


def _done(edit: Edit) -> list[Pair]:
    """Return what had happened and only may now, or the other way round: "had been fired", "could be fired"."""
    for gap in edit.replaced:
        old, new = ({*map(str.casefold, tokens(side))} for side in (gap.old, gap.new))
        for done, possible in ((old, new), (new, old)):
            is_done = done & _DONE and not done & (_POSSIBLE | cues.words("negation", "en"))
            if is_done and possible & _POSSIBLE and not possible & _DONE:
                return [(gap.old, gap.new)]
    return []


def _modals(text: str, span: tuple[int, int], language: str) -> list[str]:
    """Return the modal verbs of a passage, and what stands for one before "to": "likely to"."""
    words = tokens(text[slice(*span)])
    before_to = cues.classes("modals_before_to", language) if text[span[1] :].split()[:1] == ["to"] else {}
    known = {**cues.classes("modals", language)}
    return [
        word.casefold()
        for place, word in enumerate(words)
        if (word.casefold() in known and word != "May") or (word.casefold() in before_to and place == len(words) - 1)
    ]


def _is_turned(old: Sequence[str], new: Sequence[str], language: str) -> bool:
    """Return whether what was certain, ordered or advised is another of them or in doubt now, or the other way round.

    "Can" is beside "will" and "may" no other statement, only beside "must".
    """
    known = {**cues.classes("modals_before_to", language), **cues.classes("modals", language)}
    before, after = ({known[word] for word in side} for side in (old, new))
    if not before or not after or before & after:
        return False
    return "able" not in before | after or "ordered" in before | after
