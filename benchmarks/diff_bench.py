"""Compare the aligner with what peers use, side by side in one run: quality on known truth, and pairs per second.

usage: python -m benchmarks.diff_bench [PAIRS]

Needs the corpus of real pages (NEWSCRAWL_CORPUS); diff-match-patch comes with the extra `bench`. All methods get
revisions of the same real stories (slow ones a half or a tenth of them, as the column `pairs` says), once ordinary
updates (a tenth of the paragraphs edited), once rewrites (a third). Peers that compare whole texts say no links: two
paragraphs count as linked where at least half the words of the shorter one were kept from one into the other. One core,
process time, best of two rounds.
"""

from __future__ import annotations

import difflib
import html
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from lxml.html import HtmlElement, fragment_fromstring
from lxml.html import diff as lxml_diff

from newscrawl.diff import compare_texts
from newscrawl.items import DiffOp
from tests.diff.revisions import HEAVY, ORDINARY, Revision, articles, revisions
from tests.diff.scoring import Link, Score, changed, links

try:
    from diff_match_patch import diff_match_patch
except ImportError:
    diff_match_patch = None

Method = Callable[[Sequence[str], Sequence[str]], object]
Linker = Callable[[object, Revision], tuple[set[Link], set[Link]]]
KEEP, DELETE, INSERT = 0, -1, 1


def newscrawl_rows(a: Sequence[str], b: Sequence[str]) -> object:
    return compare_texts(a, b, deadline_seconds=30)


def newscrawl_links(rows: object, _: Revision) -> tuple[set[Link], set[Link]]:
    return links(rows), links(rows, DiffOp.MOVED)  # type: ignore[arg-type]


def by_position(a: Sequence[str], b: Sequence[str]) -> object:
    """Pair the paragraphs between two equal ones by their position, as News Sniffer does."""
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return {
        pair
        for _, a_start, a_end, b_start, b_end in matcher.get_opcodes()
        for pair in zip(range(a_start, a_end), range(b_start, b_end), strict=False)
    }


def difflib_words(a: Sequence[str], b: Sequence[str]) -> object:
    old, new = "\n".join(a).split(), "\n".join(b).split()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    ops = {"delete": DELETE, "insert": INSERT}
    pieces: list[tuple[int, Sequence[str]]] = []
    for tag, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if tag == "replace":
            pieces += [(DELETE, old[a_start:a_end]), (INSERT, new[b_start:b_end])]
        else:
            pieces.append((ops.get(tag, KEEP), new[b_start:b_end] if tag == "insert" else old[a_start:a_end]))
    return pieces


def dmp_characters(a: Sequence[str], b: Sequence[str]) -> object:
    """Compare characters of the whole texts and clean up semantically, as NewsDiffs does."""
    engine = diff_match_patch()
    engine.Diff_Timeout = 0
    found = engine.diff_main("\n".join(a), "\n".join(b))
    engine.diff_cleanupSemantic(found)
    return found


def lxml_tokens(a: Sequence[str], b: Sequence[str]) -> object:
    old, new = ("".join(f"<p>{html.escape(text)}</p>" for text in texts) for texts in (a, b))
    return lxml_diff.htmldiff(old, new)


def pair_links(found: object, _: Revision) -> tuple[set[Link], set[Link]]:
    return set(found), set()  # type: ignore[call-overload]


def word_links(found: object, revision: Revision) -> tuple[set[Link], set[Link]]:
    return _kept_words(found, revision), set()  # type: ignore[arg-type]


def dmp_links(found: object, revision: Revision) -> tuple[set[Link], set[Link]]:
    """Link paragraphs by kept characters: words may be cut anywhere."""
    place_a = [i for i, text in enumerate(revision.a) for _ in f"{text}\n"]
    place_b = [j for j, text in enumerate(revision.b) for _ in f"{text}\n"]
    pieces = ((op, text) for op, text in found)  # type: ignore[attr-defined]
    sizes_a, sizes_b = list(map(len, revision.a)), list(map(len, revision.b))
    return _linked(_walk(pieces, place_a, place_b), sizes_a, sizes_b), set()


def lxml_links(found: object, revision: Revision) -> tuple[set[Link], set[Link]]:
    root = fragment_fromstring(str(found), create_parent="div")
    return _kept_words(_in_order(root, KEEP), revision), set()


def _in_order(element: HtmlElement, op: int) -> Iterator[tuple[int, Sequence[str]]]:
    own = {"ins": INSERT, "del": DELETE}.get(str(element.tag), op)
    yield own, (element.text or "").split()
    for child in element:
        yield from _in_order(child, own)
        yield own, (child.tail or "").split()


def _kept_words(pieces: Iterable[tuple[int, Sequence[str]]], revision: Revision) -> set[Link]:
    place_a = [i for i, text in enumerate(revision.a) for _ in text.split()]
    place_b = [j for j, text in enumerate(revision.b) for _ in text.split()]
    sizes_a, sizes_b = ([len(text.split()) for text in side] for side in (revision.a, revision.b))
    return _linked(_walk(pieces, place_a, place_b), sizes_a, sizes_b)


def _walk(pieces: Iterable[tuple[int, Sequence[str]]], place_a: list[int], place_b: list[int]) -> Counter[Link]:
    """Count what was kept from each old paragraph into each new one."""
    kept: Counter[Link] = Counter()
    at_a = at_b = 0
    for op, part in pieces:
        if op == KEEP:
            kept.update(zip(place_a[at_a : at_a + len(part)], place_b[at_b : at_b + len(part)], strict=False))
        at_a += len(part) if op != INSERT else 0
        at_b += len(part) if op != DELETE else 0
    return kept


def _linked(kept: Counter[Link], sizes_a: list[int], sizes_b: list[int]) -> set[Link]:
    return {(i, j) for (i, j), size in kept.items() if 2 * size >= max(min(sizes_a[i], sizes_b[j]), 1)}


METHODS: dict[str, tuple[Method, Linker, int]] = {  # how to compare, what it says, one pair of how many it is given
    "newscrawl": (newscrawl_rows, newscrawl_links, 1),
    "paired by position (News Sniffer)": (by_position, pair_links, 1),
    "difflib, words of whole text": (difflib_words, word_links, 2),
    "lxml.html.diff": (lxml_tokens, lxml_links, 2),
    "diff-match-patch (NewsDiffs)": (dmp_characters, dmp_links, 10),
}


def measure(name: str, pairs: Sequence[Revision], rounds: int = 2) -> dict[str, float]:
    """Return quality and speed of one method; slow ones see every tenth pair."""
    method, linker, every = METHODS[name]
    sample = pairs[::every]
    best = float("inf")
    found: list[object] = []
    for _ in range(rounds if every < 10 else 1):
        started = time.process_time()
        found = [method(revision.a, revision.b) for revision in sample]
        best = min(best, time.process_time() - started)
    all_links, only_changed, moves = Score(), Score(), Score()
    for result, revision in zip(found, sample, strict=True):
        said, moved = linker(result, revision)
        all_links.count(said, revision.links)
        only_changed.count(changed(said, revision.a, revision.b), changed(revision.links, revision.a, revision.b))
        moves.count(moved, revision.moved)
    speed = len(sample) / best
    return {
        "pairs": len(sample),
        "pairs/s": speed,
        "F1": all_links.f1,
        "changed F1": only_changed.f1,
        "moves F1": moves.f1,
    }


def main(pairs: int = 300) -> None:
    corpus = Path(os.environ.get("NEWSCRAWL_CORPUS", Path(__file__).resolve().parents[2] / "shared" / "corpus"))
    texts = articles(corpus / "pages.jsonl")
    for kind, share in (("ordinary updates", ORDINARY), ("rewrites", HEAVY)):
        sample = list(revisions(texts, pairs, seed=2026, share=share))
        paragraphs = sum(len(r.a) + len(r.b) for r in sample) / (2 * len(sample))
        print(f"\n{len(sample)} {kind} of real stories, {paragraphs:.0f} paragraphs on average\n")
        _table(sample)


def _table(sample: Sequence[Revision]) -> None:
    print(f"{'method':<36}{'pairs':>6}{'pairs/s':>9}{'times':>8}{'F1':>8}{'changed':>9}{'moves':>8}")
    ours = 0.0
    for name in METHODS:
        if diff_match_patch is None and name.startswith("diff-match-patch"):
            print(f"{name:<36}  not installed: pip install 'newscrawl[bench]'")
            continue
        got = measure(name, sample)
        ours = ours or got["pairs/s"]
        print(
            f"{name:<36}{got['pairs']:>6}{got['pairs/s']:>9.1f}{ours / got['pairs/s']:>7.1f}×"
            f"{got['F1']:>8.3f}{got['changed F1']:>9.3f}{got['moves F1']:>8.3f}"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
