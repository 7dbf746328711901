"""Compare the time of diffs with that of peers, and that of `describe` with parsing a page, side by side in one run.

usage: python -m benchmarks.pair_bench [GENERATED]

Needs the corpus of real pages (NEWSCRAWL_CORPUS) with hand-made alignments beside it (../diff); diff-match-patch comes
with the extra `bench`. Ordinary pairs are those of the corpus whose editors changed something, two versions of one
Washington Post article (a rewrite), and GENERATED updates of real articles (100). Each peer has the call that its
documentation recommends, on the whole text. diff-match-patch has no deadline: with one its result depends on the
machine. Process time, best of three rounds (slow peers: one), in microseconds for a pair; then how many times longer a
peer takes, for all pairs together and for the median pair. The page that lxml parses has 30 KB.
"""

from __future__ import annotations

import difflib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import html

from benchmarks.diff_bench import diff_match_patch, dmp_characters, lxml_tokens
from newscrawl.change import beginnings, describe, facts, moments, negations, numerals, tokens, unsaid
from newscrawl.diff import compare
from newscrawl.items import Article, PageKind
from tests.diff.revisions import ORDINARY, articles, read_alignments, revisions

Texts = Sequence[str]
PARSINGS = 50


@dataclass(frozen=True, slots=True)
class Pair:
    old: Article
    new: Article


def article(headline: str, paragraphs: Texts, language: str | None) -> Article:
    return Article(
        source="bench",
        guid="1",
        url="https://news.example/1",
        headline=headline,
        paragraphs=tuple(paragraphs),
        wording_digest="",
        display_digest="",
        stamp="",
        kind=PageKind.ARTICLE,
        rules="generic",
        in_language=language,
    )


def change_pairs(corpus: Path) -> Iterator[Pair]:
    """Yield the labelled texts of two captures that differ by a true edit."""
    pages = {entry["id"]: entry["expected"] for entry in _lines(corpus / "pages.jsonl")}
    for entry in _lines(corpus / "change_pairs.jsonl"):
        sides = [pages[str(entry[side])] for side in ("a", "b")]
        if all(side.get("paragraphs") for side in sides):
            old, new = (article(s.get("title") or "", s["paragraphs"], s.get("language")) for s in sides)
            yield Pair(old, new)


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def paragraph_pairs(texts: Sequence[tuple[Texts, Texts]]) -> list[Pair]:
    return [Pair(article("Headline", old, "en"), article("Headline", new, "en")) for old, new in texts]


def samples(corpus: Path, generated: int) -> dict[str, list[Pair]]:
    gold = read_alignments(corpus.parent / "diff" / "news_gold.jsonl")
    rewrite = [(pair["A"], pair["B"]) for pair in gold if str(pair["id"]).startswith("wapo")]
    updates = revisions(articles(corpus / "pages.jsonl"), generated, seed=2026, share=ORDINARY)
    return {
        "real edits": list(change_pairs(corpus)),
        "a real rewrite": paragraph_pairs(rewrite),  # type: ignore[arg-type]
        "generated updates": paragraph_pairs([(update.a, update.b) for update in updates]),
    }


def difflib_words(a: Texts, b: Texts) -> object:
    return difflib.SequenceMatcher(None, "\n".join(a).split(), "\n".join(b).split(), autojunk=False).get_opcodes()


def by_position(a: Texts, b: Texts) -> object:
    """Pair paragraphs between equal ones by position, and mark words in common, as News Sniffer does."""
    edits = []
    for tag, a_start, a_end, b_start, b_end in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "replace":
            pairs = zip(a[a_start:a_end], b[b_start:b_end], strict=False)
            edits += [
                difflib.SequenceMatcher(None, x.split(), y.split(), autojunk=False).get_opcodes() for x, y in pairs
            ]
    return edits


PEERS: dict[str, tuple[Callable[[Texts, Texts], object], int]] = {  # comparison, rounds
    "lxml.html.diff": (lxml_tokens, 2),
    "diff-match-patch": (dmp_characters, 1),
    "difflib, words of whole text": (difflib_words, 2),
    "by position (News Sniffer)": (by_position, 2),
}


def seconds(call: Callable[[], object], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        call()
        best = min(best, time.process_time() - started)
    return best


def measure(pairs: Sequence[Pair], rounds: int = 3) -> tuple[list[float], list[float]]:
    """Return the seconds of `compare` and of `describe` for each pair.

    A round is a pass over all pairs: right after itself a pair would find its own texts still remembered.
    """
    compared, described = ([float("inf")] * len(pairs) for _ in range(2))
    for _ in range(rounds):
        for number, pair in enumerate(pairs):
            _forget_texts()
            compared[number] = min(compared[number], seconds(lambda p=pair: compare(p.old, p.new), 1))  # type: ignore[misc]
            diff = compare(pair.old, pair.new)
            took = seconds(lambda p=pair, d=diff: describe(p.old, p.new, d), 1)  # type: ignore[misc]
            described[number] = min(described[number], took)
    return compared, described


def _forget_texts() -> None:
    """Empty what is remembered of whole texts; what is known of single words stays, as in a long run."""
    texts = (moments._moments, numerals._numbers, facts._counted_quotes, unsaid._are_same, negations._negation_cues)
    for read in texts:
        read.forget()
    for remembered in (beginnings._short_places, tokens._short_tokens):
        remembered.cache_clear()


def page() -> bytes:
    """Return the page of an article: 30 paragraphs between navigation and teasers, about 30 KB."""
    teasers = "<div class='teaser'><a href='/x'>Another article of the day</a><p>And what it is about.</p></div>" * 140
    body = "".join(
        f"<p>Paragraph {n} is about the council, its {n * n} members and what they said.</p>" for n in range(30)
    )
    head = "<head><title>Article</title><meta property='article:published_time' content='2026-03-02T06:00:00Z'></head>"
    content = f"<article><h1>Article about the council</h1><div class=body>{body}</div></article>"
    body = f"<body><nav>{teasers}</nav>{content}<aside>{teasers}</aside></body>"
    return f"<!doctype html><html lang=en>{head}{body}</html>".encode()


def parsing_seconds() -> float:
    """Return how long lxml takes to parse a page of 30 KB."""
    content = page()
    return seconds(lambda: html.document_fromstring(content), PARSINGS)


def main(generated: int = 100) -> None:
    named = os.environ.get("NEWSCRAWL_CORPUS")
    corpus = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "corpus"
    parsing = parsing_seconds()
    print(f"lxml parses a page of {len(page()) / 1000:.0f} KB in {parsing * 1e6:.0f} µs")
    for name, pairs in samples(corpus, generated).items():
        compared, described = measure(pairs)
        both = [(c + d) / parsing for c, d in zip(compared, described, strict=True)]
        print(f"\n{len(pairs)} pairs: {name}")
        print(f"  compare {statistics.mean(compared) * 1e6:.0f} µs, describe {statistics.mean(described) * 1e6:.0f} µs")
        print(f"  both: {statistics.median(both):.1f} pages parsed (median), {statistics.mean(both):.1f} (mean)")
        for title, (peer, rounds) in PEERS.items():
            if diff_match_patch is None and peer is dmp_characters:
                print(f"  {title}: not installed: pip install 'newscrawl[bench]'")
                continue
            theirs = [
                seconds(lambda p=pair, peer=peer: peer(p.old.paragraphs, p.new.paragraphs), rounds)  # type: ignore[misc]
                for pair in pairs
            ]
            ratios = [t / c for t, c in zip(theirs, compared, strict=True)]
            total = sum(theirs) / sum(compared)
            mean = statistics.mean(theirs) * 1e6
            print(f"  {title:<30}{mean:>10.0f} µs{total:>8.1f}× (all){statistics.median(ratios):>8.1f}× (median)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
