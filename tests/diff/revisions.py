"""Make revisions of real stories whose truth is known: what an editor does in a newsroom, done by dice."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from newscrawl.diff.words import sentences


@dataclass(slots=True)
class Revision:
    """Two texts and what became of the paragraphs: links (old, new); which of them moved, were split or merged."""

    a: list[str]
    b: list[str]
    links: set[tuple[int, int]] = field(default_factory=set)
    moved: set[tuple[int, int]] = field(default_factory=set)
    pieces: set[tuple[int, int]] = field(default_factory=set)


@dataclass(slots=True)
class _Paragraph:
    text: str
    origins: tuple[int, ...]
    is_moved: bool = False
    is_piece: bool = False


def stories(pages: Path, *, least: int = 12, most: int = 60, language: str | None = None) -> list[list[str]]:
    """Return the labelled paragraphs of the corpus's stories of an ordinary length."""
    found = []
    for page in map(json.loads, pages.open(encoding="utf-8")):
        expected = page["expected"]
        paragraphs = expected.get("paragraphs") or []
        is_wanted = page["kind"] == "article" and least <= len(paragraphs) <= most
        if is_wanted and language in (None, (expected.get("language") or "")[:2]):
            found.append(paragraphs)
    return found


HEAVY = 0.35  # share of paragraphs an editor goes over in a rewrite
ORDINARY = 0.1  # the same in an ordinary update


def revise(story: Sequence[str], others: Sequence[str], dice: random.Random, share: float = HEAVY) -> Revision:
    """Return a revision of `story`; sentences and words that come new are taken from `others`."""
    draft = [_Paragraph(text, (i,)) for i, text in enumerate(story)]
    for step in (_remove, _split, _merge, partial(_edit, share=share), _move, _add):
        draft = step(draft, others, dice)
    revision = Revision(list(story), [paragraph.text for paragraph in draft])
    for j, paragraph in enumerate(draft):
        pairs = {(i, j) for i in paragraph.origins}
        revision.links |= pairs
        revision.moved |= pairs if paragraph.is_moved else set()
        revision.pieces |= pairs if paragraph.is_piece else set()
    return revision


def revisions(texts: Sequence[Sequence[str]], count: int, seed: int, share: float = HEAVY) -> Iterator[Revision]:
    dice = random.Random(seed)
    for number in range(count):
        others = texts[(number * 7 + 3) % len(texts)]
        yield revise(texts[number % len(texts)], others, dice, share)


def _remove(draft: list[_Paragraph], _: Sequence[str], dice: random.Random) -> list[_Paragraph]:
    for _turn in range(dice.choice((0, 0, 1, 1, 2, 3))):
        draft.pop(dice.randrange(len(draft)))
    return draft


def _split(draft: list[_Paragraph], _: Sequence[str], dice: random.Random) -> list[_Paragraph]:
    for _turn in range(dice.choice((0, 0, 1, 2))):
        places = [k for k, p in enumerate(draft) if len(sentences(p.text)) > 1 and not p.is_piece]
        if places:
            k = dice.choice(places)
            paragraph = draft[k]
            cut = dice.choice(sentences(paragraph.text)[1:])[0]
            parts = (paragraph.text[:cut].rstrip(), paragraph.text[cut:])
            draft[k : k + 1] = [_Paragraph(text, paragraph.origins, is_piece=True) for text in parts]
    return draft


def _merge(draft: list[_Paragraph], _: Sequence[str], dice: random.Random) -> list[_Paragraph]:
    for _turn in range(dice.choice((0, 0, 1, 2))):
        k = dice.randrange(len(draft) - 1)
        first, second = draft[k : k + 2]
        is_next = second.origins[0] == first.origins[-1] + 1
        if is_next and not first.is_piece and not second.is_piece:
            text = f"{first.text} {second.text}"
            draft[k : k + 2] = [_Paragraph(text, (*first.origins, *second.origins), is_piece=True)]
    return draft


def _edit(draft: list[_Paragraph], others: Sequence[str], dice: random.Random, *, share: float) -> list[_Paragraph]:
    strange = " ".join(others).split()
    for paragraph in draft:
        if dice.random() < share:
            paragraph.text = _reworded(paragraph.text, strange, dice, share=dice.choice((0.05, 0.1, 0.2, 0.35)))
        if dice.random() < 0.06 and not paragraph.is_piece:
            paragraph.text = f"{paragraph.text} {dice.choice(others)}"
        spans = sentences(paragraph.text)
        if dice.random() < 0.06 and len(spans) > 2 and not paragraph.is_piece:
            start, end = dice.choice(spans)
            paragraph.text = (paragraph.text[:start] + paragraph.text[end:].lstrip()).strip()
    return draft


def _reworded(text: str, strange: Sequence[str], dice: random.Random, *, share: float) -> str:
    made: list[str] = []
    for word in text.split():
        if dice.random() >= share:
            made.append(word)
            continue
        turn = dice.random()
        if turn < 0.5:
            made.append(dice.choice(strange))
        elif turn < 0.75:
            made += [word, dice.choice(strange)]
    return " ".join(made) or text


def _move(draft: list[_Paragraph], _: Sequence[str], dice: random.Random) -> list[_Paragraph]:
    for _turn in range(dice.choice((0, 1, 1, 2))):
        places = [k for k, p in enumerate(draft) if not p.is_piece and not p.is_moved]
        k = dice.choice(places)
        paragraph = draft.pop(k)
        # A swap of two neighbours could be told either way round: a move goes at least two places.
        targets = [t for t in range(len(draft) + 1) if abs(t - k) >= 2 and not _parts_pieces(draft, t)]
        paragraph.is_moved = True
        draft.insert(dice.choice(targets), paragraph)
    return draft


def _parts_pieces(draft: list[_Paragraph], place: int) -> bool:
    return 0 < place < len(draft) and bool(set(draft[place - 1].origins) & set(draft[place].origins))


def _add(draft: list[_Paragraph], others: Sequence[str], dice: random.Random) -> list[_Paragraph]:
    for _turn in range(dice.choice((0, 1, 1, 2, 4))):
        place = dice.randrange(len(draft) + 1)
        if not _parts_pieces(draft, place):
            draft.insert(place, _Paragraph(dice.choice(others), ()))
    return draft


def gold_pairs(path: Path) -> Iterator[dict[str, object]]:
    """Read a file of gold alignments, packed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
