"""Compare the aligner with methods of peers in one run: quality against known alignments, and pairs per second.

usage: python -m benchmarks.diff_bench [PAIRS]

Needs the corpus of real pages (NEWSCRAWL_CORPUS); diff-match-patch comes with the extra `bench`. All methods get
revisions of the same real articles (slow methods a half or a tenth of them, see the column `pairs`): first ordinary
updates (a tenth of the paragraphs edited), then rewrites (a third). Methods that compare whole texts return no links
between paragraphs: two paragraphs count as linked if at least half the words of the shorter one are kept from one in
the other. One core, process time, best of two rounds.
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
    return compare_texts(a, b)


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
    edits: list[tuple[int, Sequence[str]]] = []
    for tag, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if tag == "replace":
            edits += [(DELETE, old[a_start:a_end]), (INSERT, new[b_start:b_end])]
        else:
            edits.append((ops.get(tag, KEEP), new[b_start:b_end] if tag == "insert" else old[a_start:a_end]))
    return edits


def dmp_characters(a: Sequence[str], b: Sequence[str]) -> object:
    """Compare characters of the whole texts and clean up semantically, as NewsDiffs does."""
    engine = diff_match_patch()
    engine.Diff_Timeout = 0
    edits = engine.diff_main("\n".join(a), "\n".join(b))
    engine.diff_cleanupSemantic(edits)
    return edits


def lxml_tokens(a: Sequence[str], b: Sequence[str]) -> object:
    old, new = ("".join(f"<p>{html.escape(text)}</p>" for text in texts) for texts in (a, b))
    return lxml_diff.htmldiff(old, new)


def pair_links(pairs: object, _: Revision) -> tuple[set[Link], set[Link]]:
    return set(pairs), set()  # type: ignore[call-overload]


def word_links(edits: object, revision: Revision) -> tuple[set[Link], set[Link]]:
    return _kept_words(edits, revision), set()  # type: ignore[arg-type]


def dmp_links(edits: object, revision: Revision) -> tuple[set[Link], set[Link]]:
    """Link paragraphs by kept characters, since the edits may split words."""
    paragraph_a = [i for i, text in enumerate(revision.a) for _ in f"{text}\n"]
    paragraph_b = [j for j, text in enumerate(revision.b) for _ in f"{text}\n"]
    pairs = ((op, text) for op, text in edits)  # type: ignore[attr-defined]
    sizes_a, sizes_b = list(map(len, revision.a)), list(map(len, revision.b))
    return _linked(_kept(pairs, paragraph_a, paragraph_b), sizes_a, sizes_b), set()


def lxml_links(markup: object, revision: Revision) -> tuple[set[Link], set[Link]]:
    root = fragment_fromstring(str(markup), create_parent="div")
    return _kept_words(_edits_in_order(root, KEEP), revision), set()


def _edits_in_order(element: HtmlElement, op: int) -> Iterator[tuple[int, Sequence[str]]]:
    own = {"ins": INSERT, "del": DELETE}.get(str(element.tag), op)
    yield own, (element.text or "").split()
    for child in element:
        yield from _edits_in_order(child, own)
        yield own, (child.tail or "").split()


def _kept_words(edits: Iterable[tuple[int, Sequence[str]]], revision: Revision) -> set[Link]:
    paragraph_a = [i for i, text in enumerate(revision.a) for _ in text.split()]
    paragraph_b = [j for j, text in enumerate(revision.b) for _ in text.split()]
    sizes_a, sizes_b = ([len(text.split()) for text in side] for side in (revision.a, revision.b))
    return _linked(_kept(edits, paragraph_a, paragraph_b), sizes_a, sizes_b)


def _kept(edits: Iterable[tuple[int, Sequence[str]]], paragraph_a: list[int], paragraph_b: list[int]) -> Counter[Link]:
    """Count the words or characters kept from each old paragraph in each new one.

    `paragraph_a` and `paragraph_b` give the paragraph of each word or character.
    """
    kept: Counter[Link] = Counter()
    at_a = at_b = 0
    for op, part in edits:
        if op == KEEP:
            kept.update(zip(paragraph_a[at_a : at_a + len(part)], paragraph_b[at_b : at_b + len(part)], strict=False))
        at_a += len(part) if op != INSERT else 0
        at_b += len(part) if op != DELETE else 0
    return kept


def _linked(kept: Counter[Link], sizes_a: list[int], sizes_b: list[int]) -> set[Link]:
    return {(i, j) for (i, j), size in kept.items() if 2 * size >= max(min(sizes_a[i], sizes_b[j]), 1)}


METHODS: dict[str, tuple[Method, Linker, int]] = {  # comparison, links of its result, N: it gets every Nth pair
    "newscrawl": (newscrawl_rows, newscrawl_links, 1),
    "paired by position (News Sniffer)": (by_position, pair_links, 1),
    "difflib, words of whole text": (difflib_words, word_links, 2),
    "lxml.html.diff": (lxml_tokens, lxml_links, 2),
    "diff-match-patch (NewsDiffs)": (dmp_characters, dmp_links, 10),
}


def measure(name: str, pairs: Sequence[Revision], rounds: int = 2) -> dict[str, float]:
    """Return quality and speed of one method."""
    method, linker, every = METHODS[name]
    sample = pairs[::every]
    best = float("inf")
    results: list[object] = []
    for _ in range(rounds if every < 10 else 1):
        started = time.process_time()
        results = [method(revision.a, revision.b) for revision in sample]
        best = min(best, time.process_time() - started)
    all_links, only_changed, moves = Score(), Score(), Score()
    for result, revision in zip(results, sample, strict=True):
        linked, moved = linker(result, revision)
        all_links.count(linked, revision.links)
        only_changed.count(changed(linked, revision.a, revision.b), changed(revision.links, revision.a, revision.b))
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
        print(f"\n{len(sample)} {kind} of real articles, {paragraphs:.0f} paragraphs on average\n")
        _table(sample)


def _table(sample: Sequence[Revision]) -> None:
    print(f"{'method':<36}{'pairs':>6}{'pairs/s':>9}{'slower':>8}{'F1':>8}{'changed':>9}{'moves':>8}")
    ours = 0.0
    for name in METHODS:
        if diff_match_patch is None and name.startswith("diff-match-patch"):
            print(f"{name:<36}  not installed: pip install 'newscrawl[bench]'")
            continue
        result = measure(name, sample)
        ours = ours or result["pairs/s"]
        print(
            f"{name:<36}{result['pairs']:>6}{result['pairs/s']:>9.1f}{ours / result['pairs/s']:>7.1f}×"
            f"{result['F1']:>8.3f}{result['changed F1']:>9.3f}{result['moves F1']:>8.3f}"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
