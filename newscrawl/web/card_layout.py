"""Lines of a card image: where they break, and which of them are shown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import regex

from newscrawl.items import Segment, SegmentOp
from newscrawl.languages import UNSPACED_SCRIPTS
from newscrawl.web.card_fonts import Fonts

Character = tuple[str, SegmentOp]
Line = tuple[Segment, ...]

# Between letters of scripts without spaces a line may break, but neither before closing signs nor behind opening ones.
_BREAK = regex.compile(
    rf"(?<=\s)(?=\S)|(?:(?<=[{UNSPACED_SCRIPTS}\p{{Po}}\p{{Pe}}\p{{Pf}}])(?=[{UNSPACED_SCRIPTS}])"
    rf"|(?<=[{UNSPACED_SCRIPTS}])(?=[\p{{Ps}}\p{{Pi}}\p{{L}}\p{{N}}]))(?!\p{{M}})"
)


def lines(segments: Sequence[Segment], fonts: Fonts, size: float, width: float) -> list[Line]:
    """Return segments as lines of at most `width`."""
    characters = [(c, segment.op) for segment in _apart(segments) for c in fonts.shown(segment.text)]
    text = "".join(c for c, _ in characters)
    ends = [*(match.start() for match in _BREAK.finditer(text) if match.start()), len(text)]
    found: list[Line] = []
    line: list[Character] = []
    start = 0
    for end in ends:
        for part in _parts(characters[start:end], fonts, size, width):
            if line and fonts.width(_text([*line, *part]).rstrip(), size) > width:
                found.append(_line(line))
                line = []
            line += part
        start = end
    return [*found, _line(line)] if line else found


def window(found: Sequence[Line], count: int) -> list[Line]:
    """Return at most `count` lines, the first marked one among them; dots stand for what is left out."""
    if len(found) <= count:
        return list(found)
    marked = next((i for i, line in enumerate(found) if any(s.op is not SegmentOp.KEEP for s in line)), 0)
    start = max(0, min(marked - 1, len(found) - count))
    shown = list(found[start : start + count])
    dots = Segment(SegmentOp.KEEP, "…")
    if start > 0:
        shown[0] = (dots, *shown[0])
    if start + count < len(found):
        shown[-1] = (*shown[-1], dots)
    return shown


def _apart(segments: Sequence[Segment]) -> list[Segment]:
    """Return segments with a space between old and new words, which would read as one on a picture."""
    apart: list[Segment] = []
    for segment in segments:
        if apart and apart[-1].op is SegmentOp.DELETE and segment.op is SegmentOp.INSERT:
            apart.append(Segment(SegmentOp.KEEP, " "))
        apart.append(segment)
    return apart


def _parts(word: Sequence[Character], fonts: Fonts, size: float, width: float) -> list[list[Character]]:
    """Return a word in parts that fit into a line; nearly always it fits itself."""
    parts: list[list[Character]] = [[]]
    for character in word:
        if parts[-1] and fonts.width(_text([*parts[-1], character]).rstrip(), size) > width:
            parts.append([])
        parts[-1].append(character)
    return parts if parts[-1] else parts[:-1]


def _text(characters: Sequence[Character]) -> str:
    return "".join(character for character, _ in characters)


def _line(characters: Sequence[Character]) -> Line:
    end = len(_text(characters).rstrip())
    grouped = groupby(characters[:end], key=lambda character: character[1])
    return tuple(Segment(op, _text(list(group))) for op, group in grouped)
