"""The pairs of revisions that people judge (docs/judging.md): loaded, and the real ones found beside the checkout."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.meaning_bench import article as gold_article
from newscrawl.change import describe
from newscrawl.diff import compare
from newscrawl.items import Article, PageKind
from newscrawl.normalize.text import display_digest, wording_digest

ROOT = Path(__file__).resolve().parent.parent
JUDGED = ROOT / "tests" / "change" / "judged"
JUDGES = ("judge_a", "judge_b")
SCALE = (0.0, 0.05, *(step / 10 for step in range(1, 11)))

# Kinds whose edits state a fact otherwise, and kinds that state nothing else. Of the kinds in neither set (growth,
# removal, rewrite, hedging …) nothing is claimed but what the judges say.
REVERSALS = frozenset({
    "negation", "opposite", "roles", "speaker", "modality", "time", "place", "cause", "thing", "numbers", "names",
    "quotes", "mixed-reversal",
})  # fmt: skip
NEUTRAL = frozenset({
    "number-format", "typography", "spelling", "typo", "style", "template", "boilerplate", "byline", "update-stamp",
    "mixed-neutral",
})  # fmt: skip
OTHERS = frozenset({
    "hedging", "attribution", "addition", "removal", "growth", "live", "rewrite", "headline", "correction", "moved",
    "edit", "redesign", "one-word", "wording", "grammar", "scope", "caption",
})  # fmt: skip


class Unresolved(Exception):
    """A real pair cannot be read here; the message says why."""


@dataclass(frozen=True, slots=True)
class Text:
    headline: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    id: str
    half: str
    kind: str
    language: str
    before: Text
    after: Text


@dataclass(slots=True)
class Loaded:
    pairs: list[Pair] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)  # id and reason


def half_of(article: str) -> str:
    """Return the half of an article, or of a publisher: no text stands in both halves."""
    return "dev" if int(hashlib.sha256(article.encode()).hexdigest(), 16) % 2 == 0 else "test"


def shared_folder() -> Path:
    """Return the folder of the corpus and of the labelled revisions of others."""
    corpus = os.environ.get("NEWSCRAWL_CORPUS")
    return Path(corpus).parent if corpus else ROOT.parent / "shared"


def lines(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as file:
            return [json.loads(line) for line in file]
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def load(shared: Path | None = None) -> Loaded:
    """Return all pairs in their order; real ones that are not beside this checkout are skipped, with reasons."""
    loaded = Loaded()
    for row in lines(JUDGED / "pairs.jsonl"):
        try:
            loaded.pairs.append(_pair(row, shared or shared_folder()))
        except Unresolved as error:
            loaded.skipped[row["id"]] = str(error)
    return loaded


def _pair(row: Mapping[str, Any], shared: Path) -> Pair:
    if "ref" in row:
        language, before, after = _resolved(row["ref"], shared)
    else:
        language, before, after = row["language"], _text(row["before"]), _text(row["after"])
    return Pair(row["id"], row["half"], row["kind"], language, before, after)


def _text(side: Mapping[str, Any]) -> Text:
    return Text(side["headline"], tuple(side["paragraphs"]))


def _resolved(ref: str, shared: Path) -> tuple[str, Text, Text]:
    """Return language, before and after of `FILE#ID`: a pair of the corpus, or a labelled revision."""
    name, _, number = ref.partition("#")
    path = shared / name if name.endswith(".jsonl") else shared / f"{name}.jsonl.gz"
    pair = _indexed(path).get(number)
    if pair is None:
        raise Unresolved(f"{path} has no {number}")
    if name.startswith("gold/"):
        return "en", _framed(pair["A"]), _framed(pair["B"])
    sides = [_indexed(path.parent / "pages.jsonl")[pair[side]]["expected"] for side in ("a", "b")]
    before, after = (Text(side["title"], tuple(side["paragraphs"])) for side in sides)
    return sides[1]["language"] or "en", before, after


def _framed(text: str) -> Text:
    """Return a labelled revision as the fourth paragraph of an article whose other paragraphs stay."""
    framed = gold_article(text)
    return Text(framed.headline, framed.paragraphs)


@cache
def _indexed(path: Path) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        raise Unresolved(f"{path.name} is not beside this checkout (NEWSCRAWL_CORPUS)")
    return {row["id"]: row for row in lines(path)}


def significance(pair: Pair) -> float:
    """Return newscrawl's own weight of a pair."""
    before, after = _article(pair.before, pair.language), _article(pair.after, pair.language)
    return describe(before, after, compare(before, after)).significance


def _article(text: Text, language: str) -> Article:
    return Article(
        source="judged", guid="1", url="", headline=text.headline, paragraphs=text.paragraphs,
        wording_digest=wording_digest(text.headline, text.paragraphs),
        display_digest=display_digest(text.headline, text.paragraphs),
        stamp="", kind=PageKind.ARTICLE, rules="judged", in_language=language,
    )  # fmt: skip


def judgements(name: str) -> dict[str, float]:
    """Return the weights of one judge by id. Raises ValueError for a weight outside the scale or an id judged twice."""
    path = JUDGED / f"{name}.jsonl"
    weights: dict[str, float] = {}
    for row in lines(path) if path.is_file() else []:
        if row["weight"] not in SCALE:
            raise ValueError(f"{path.name}: {row['id']} weighs {row['weight']}; the scale is {SCALE}")
        if row["id"] in weights:
            raise ValueError(f"{path.name}: {row['id']} is judged twice")
        weights[row["id"]] = float(row["weight"])
    return weights


def judged_by_all(loaded: Loaded) -> Iterator[tuple[Pair, tuple[float, ...]]]:
    """Yield the pairs that every judge has judged, with their weights."""
    weights = [judgements(name) for name in JUDGES]
    for pair in loaded.pairs:
        if all(pair.id in each for each in weights):
            yield pair, tuple(each[pair.id] for each in weights)
