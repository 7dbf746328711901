"""Random revisions of real articles with their true alignment, made of what an editor does in a newsroom."""

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
    """Two texts and the true links (old, new) of their paragraphs: all, the moved ones, those of splits and merges."""

    a: list[str]
    b: list[str]
    links: set[tuple[int, int]] = field(default_factory=set)
    moved: set[tuple[int, int]] = field(default_factory=set)
    parts: set[tuple[int, int]] = field(default_factory=set)


@dataclass(slots=True)
class _Paragraph:
    text: str
    origins: tuple[int, ...]
    is_moved: bool = False
    is_part: bool = False


def articles(
    pages: Path, *, min_paragraphs: int = 12, max_paragraphs: int = 60, language: str | None = None
) -> list[list[str]]:
    """Return the labelled paragraphs of each article of ordinary length in the corpus."""
    texts = []
    for page in map(json.loads, pages.open(encoding="utf-8")):
        expected = page["expected"]
        paragraphs = expected.get("paragraphs") or []
        is_wanted = page["kind"] == "article" and min_paragraphs <= len(paragraphs) <= max_paragraphs
        if is_wanted and language in (None, (expected.get("language") or "")[:2]):
            texts.append(paragraphs)
    return texts


HEAVY = 0.35  # share of paragraphs that are edited in a rewrite
ORDINARY = 0.1  # the same in an ordinary update


def revise(article: Sequence[str], others: Sequence[str], rng: random.Random, share: float = HEAVY) -> Revision:
    """Return a revision of `article`; new sentences and words are taken from `others`."""
    draft = [_Paragraph(text, (i,)) for i, text in enumerate(article)]
    for step in (_remove, _split, _merge, partial(_edit, share=share), _move, _add):
        draft = step(draft, others, rng)
    revision = Revision(list(article), [paragraph.text for paragraph in draft])
    for j, paragraph in enumerate(draft):
        pairs = {(i, j) for i in paragraph.origins}
        revision.links |= pairs
        revision.moved |= pairs if paragraph.is_moved else set()
        revision.parts |= pairs if paragraph.is_part else set()
    return revision


def revisions(texts: Sequence[Sequence[str]], count: int, seed: int, share: float = HEAVY) -> Iterator[Revision]:
    rng = random.Random(seed)
    for number in range(count):
        others = texts[(number * 7 + 3) % len(texts)]
        yield revise(texts[number % len(texts)], others, rng, share)


def _remove(draft: list[_Paragraph], _: Sequence[str], rng: random.Random) -> list[_Paragraph]:
    for _turn in range(rng.choice((0, 0, 1, 1, 2, 3))):
        draft.pop(rng.randrange(len(draft)))
    return draft


def _split(draft: list[_Paragraph], _: Sequence[str], rng: random.Random) -> list[_Paragraph]:
    for _turn in range(rng.choice((0, 0, 1, 2))):
        places = [k for k, p in enumerate(draft) if len(sentences(p.text)) > 1 and not p.is_part]
        if places:
            k = rng.choice(places)
            paragraph = draft[k]
            cut = rng.choice(sentences(paragraph.text)[1:])[0]
            parts = (paragraph.text[:cut].rstrip(), paragraph.text[cut:])
            draft[k : k + 1] = [_Paragraph(text, paragraph.origins, is_part=True) for text in parts]
    return draft


def _merge(draft: list[_Paragraph], _: Sequence[str], rng: random.Random) -> list[_Paragraph]:
    for _turn in range(rng.choice((0, 0, 1, 2))):
        k = rng.randrange(len(draft) - 1)
        first, second = draft[k : k + 2]
        is_next = second.origins[0] == first.origins[-1] + 1
        if is_next and not first.is_part and not second.is_part:
            text = f"{first.text} {second.text}"
            draft[k : k + 2] = [_Paragraph(text, (*first.origins, *second.origins), is_part=True)]
    return draft


def _edit(draft: list[_Paragraph], others: Sequence[str], rng: random.Random, *, share: float) -> list[_Paragraph]:
    new_words = " ".join(others).split()
    for paragraph in draft:
        if rng.random() < share:
            paragraph.text = _reworded(paragraph.text, new_words, rng, share=rng.choice((0.05, 0.1, 0.2, 0.35)))
        if rng.random() < 0.06 and not paragraph.is_part:
            paragraph.text = f"{paragraph.text} {rng.choice(others)}"
        spans = sentences(paragraph.text)
        if rng.random() < 0.06 and len(spans) > 2 and not paragraph.is_part:
            start, end = rng.choice(spans)
            paragraph.text = (paragraph.text[:start] + paragraph.text[end:].lstrip()).strip()
    return draft


def _reworded(text: str, new_words: Sequence[str], rng: random.Random, *, share: float) -> str:
    reworded: list[str] = []
    for word in text.split():
        if rng.random() >= share:
            reworded.append(word)
            continue
        draw = rng.random()
        if draw < 0.5:
            reworded.append(rng.choice(new_words))
        elif draw < 0.75:
            reworded += [word, rng.choice(new_words)]
    return " ".join(reworded) or text


def _move(draft: list[_Paragraph], _: Sequence[str], rng: random.Random) -> list[_Paragraph]:
    for _turn in range(rng.choice((0, 1, 1, 2))):
        places = [k for k, p in enumerate(draft) if not p.is_part and not p.is_moved]
        k = rng.choice(places)
        paragraph = draft.pop(k)
        # In a swap of two neighbours either one could be the moved one: a move goes at least two positions.
        targets = [t for t in range(len(draft) + 1) if abs(t - k) >= 2 and not _separates_parts(draft, t)]
        paragraph.is_moved = True
        draft.insert(rng.choice(targets), paragraph)
    return draft


def _separates_parts(draft: list[_Paragraph], place: int) -> bool:
    return 0 < place < len(draft) and bool(set(draft[place - 1].origins) & set(draft[place].origins))


def _add(draft: list[_Paragraph], others: Sequence[str], rng: random.Random) -> list[_Paragraph]:
    for _turn in range(rng.choice((0, 1, 1, 2, 4))):
        place = rng.randrange(len(draft) + 1)
        if not _separates_parts(draft, place):
            draft.insert(place, _Paragraph(rng.choice(others), ()))
    return draft


def read_alignments(path: Path) -> Iterator[dict[str, object]]:
    """Read a file of human alignments, gzipped or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
