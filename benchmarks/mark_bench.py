"""Compare the word marks with those of peers on revised sentences: words marked, edits, and islands between edits.

usage: python -m benchmarks.mark_bench

Needs revised sentences (NEWSCRAWL_GOLD, a folder with NAME.jsonl.gz of A and B). There is no gold for marks here: the
table gives how much is marked, in how many edits, and how often a single short word or mark stands between two edits.
"""

from __future__ import annotations

import difflib
import gzip
import json
import os
import re
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

from rapidfuzz.distance import LCSseq

from newscrawl.diff.budget import Budget
from newscrawl.diff.word_diff import word_segments
from newscrawl.items import SegmentOp

TOKEN = re.compile(r"\w+(?:[-'’.,]\w+)*|[^\w\s]")
SETS = ("argrewrite", "condaqa", "cf_nli")
SHORT_LETTERS = 4

Part = tuple[bool, str]  # whether it is kept, its text
Method = Callable[[str, str], list[Part]]


def newscrawl(old: str, new: str) -> list[Part]:
    return [(segment.op is SegmentOp.KEEP, segment.text) for segment in word_segments(old, new, Budget())]


def difflib_words(old: str, new: str) -> list[Part]:
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return _parts(a, b, matcher.get_opcodes())


def common_subsequence(old: str, new: str) -> list[Part]:
    """Keep a longest common subsequence of words and marks, as News Sniffer does."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    codes = LCSseq.opcodes(a, b)
    return _parts(a, b, [(c.tag, c.src_start, c.src_end, c.dest_start, c.dest_end) for c in codes])


def _parts(a: Sequence[str], b: Sequence[str], codes: Sequence[tuple[str, int, int, int, int]]) -> list[Part]:
    parts: list[Part] = []
    for tag, a_start, a_end, b_start, b_end in codes:
        if tag == "equal":
            parts.append((True, " ".join(a[a_start:a_end])))
        else:
            parts.append((False, " ".join([*a[a_start:a_end], *b[b_start:b_end]])))
    return parts


METHODS: dict[str, Method] = {
    "newscrawl": newscrawl,
    "words in common (News Sniffer)": common_subsequence,
    "difflib, words": difflib_words,
}


def measure(method: Method, pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Return the tokens marked, edits and short islands for each pair, and the pairs compared in a second."""
    started = time.process_time()
    results = [method(old, new) for old, new in pairs]
    seconds = time.process_time() - started
    marked = edits = islands = 0
    for parts in results:
        runs = [(kept, " ".join(text for _, text in run)) for kept, run in groupby(parts, key=lambda part: part[0])]
        marked += sum(len(TOKEN.findall(text)) for kept, text in runs if not kept)
        edits += sum(1 for kept, _ in runs if not kept)
        islands += sum(1 for kept, text in runs[1:-1] if kept and len(text.strip()) <= SHORT_LETTERS)
    count = len(pairs)
    return {"marked": marked / count, "edits": edits / count, "islands": islands / count, "pairs/s": count / seconds}


def pairs(name: str) -> list[tuple[str, str]]:
    folder = Path(os.environ.get("NEWSCRAWL_GOLD", Path(__file__).resolve().parents[2] / "shared" / "gold"))
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [(pair["A"], pair["B"]) for pair in map(json.loads, lines) if pair["A"] != pair["B"]]


def main() -> None:
    for name in SETS:
        sample = pairs(name)
        print(f"\n{len(sample)} pairs of {name}\n")
        print(f"{'method':<34}{'marked':>8}{'edits':>8}{'islands':>9}{'pairs/s':>9}")
        for title, method in METHODS.items():
            row = measure(method, sample)
            print(f"{title:<34}{row['marked']:>8.2f}{row['edits']:>8.2f}{row['islands']:>9.3f}{row['pairs/s']:>9.0f}")


if __name__ == "__main__":
    main()
