"""Names that an edit replaces: those of places, and single words of longer names."""

from __future__ import annotations

from newscrawl.change import cues
from newscrawl.change.edits import Edit, Replacement
from newscrawl.change.lexicon import CAPITALS_EVERYWHERE
from newscrawl.change.tokens import tokens
from newscrawl.change.wordnet import is_place, is_word

Pair = tuple[str, str]
_REACH = 24  # characters before a name that say what it names: "the town of"


def places(edit: Edit, language: str) -> list[Pair]:
    """Return the names of places that an edit replaces: behind a word for a place, or known ones; and the compass."""
    known, ambiguous = cues.words("place", language), cues.words("place_ambiguous", language)
    pairs = []
    for gap in edit.replaced:
        old, new = gap.old.strip(), gap.new.strip()
        if not old or not new:
            continue
        before = next(reversed(tokens(edit.old[: gap.old_span[0]])), "").casefold()
        is_behind = (
            before in known
            or _is_of_place(edit, gap, language)
            or (before in ambiguous and (is_place(old) or is_place(new)))
        )
        is_name = old[:1].isupper() and new[:1].isupper()
        if (is_name and (is_behind or (is_place(old) and is_place(new)))) or _is_compass(old, new, language):
            pairs.append((old, new))
    return pairs


def parts_of_names(edit: Edit, language: str) -> list[Pair]:
    """Return the words of names of which an edit replaced one, before a word that stayed: "Justice Minister"."""
    if language in CAPITALS_EVERYWHERE:
        return []
    pairs = []
    for gap in edit.replaced:
        old, new = tokens(gap.old), tokens(gap.new)
        if len(old) == len(new) == 1 and old[0][:1].isupper() and new[0][:1].isupper():
            is_before_name = edit.old[gap.old_span[1] :].lstrip()[:1].isupper()
            # What begins a sentence is a name if no dictionary has it: "Boeing".
            is_unknown = language == "en" and not (is_word(old[0]) and is_word(new[0]))
            if (is_before_name or is_unknown) and _are_parts(old[0].casefold(), new[0].casefold()):
                pairs.append((old[0], new[0]))
    return pairs


def _are_parts(one: str, other: str) -> bool:
    apart = cues.words("titles", "en") | cues.words("function", "en")
    is_longer = one.startswith(other) or other.startswith(one)
    return not is_longer and min(len(one), len(other)) > 2 and not {one, other} & apart


def _is_of_place(edit: Edit, gap: Replacement, language: str) -> bool:
    pattern = cues.phrases("of_place", language)
    return (
        pattern is not None and pattern.search(edit.old[max(0, gap.old_span[0] - _REACH) : gap.old_span[0]]) is not None
    )


def _is_compass(old: str, new: str, language: str) -> bool:
    known = cues.words("compass", language)
    return old.casefold() in known and new.casefold() in known
