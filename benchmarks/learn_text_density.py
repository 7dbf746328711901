"""Learn the weights of newscrawl/extract/text_density.json from the labelled corpus.

`python -m benchmarks.learn_text_density`
Logistic regression over binary marks, with Adagrad and a fixed seed. Prints how the blocks of held-out sources are told
apart (five folds, whole sources left out), then writes the weights learned on all. Raise EXTRACTOR when they change.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newscrawl.extract.blocks import blocks
from newscrawl.extract.generic import is_hidden_or_control
from newscrawl.extract.headline import default_headline
from newscrawl.extract.page import Page
from newscrawl.extract.structured import strings
from newscrawl.extract.text_density import bare, block_contexts, features
from newscrawl.items import Capture
from newscrawl.normalize import display, fold

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "newscrawl" / "extract" / "text_density.json"
ABOUT = (
    "Log-odds that a block with a mark is of the story, learned on labelled pages by benchmarks/learn_text_density.py."
)
EPOCHS, RATE, DECAY, FOLDS = 12, 0.15, 2e-4, 5

Example = tuple[list[str], bool, float]  # marks, is it of the story, weight


def main() -> None:
    corpus = Path(os.environ.get("NEWSCRAWL_CORPUS", ROOT.parent / "shared" / "corpus"))
    by_source: dict[str, list[Example]] = {}
    for line in (corpus / "pages.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"] == "article" and not entry.get("variant_of") and entry["expected"]["paragraphs"]:
            body = gzip.decompress((corpus / entry["html"]).read_bytes())
            by_source.setdefault(entry["source"], []).extend(examples(entry, body))
    check(by_source)
    weights = learn([one for found in by_source.values() for one in found])
    kept = {mark: round(weight, 3) for mark, weight in sorted(weights.items()) if abs(weight) > 0.02}
    TARGET.write_text(json.dumps({"about": ABOUT, "weights": kept}, ensure_ascii=False, indent=0) + "\n", "utf-8")
    print(f"{len(kept)} weights written to {TARGET.relative_to(ROOT)}")


def examples(entry: dict[str, Any], body: bytes) -> Iterator[Example]:
    """Yield a page's blocks with their truth; pages weigh the same, half by paragraphs, half by size."""
    url = entry["url"] or "http://unknown.invalid/"
    page = Page(Capture(url, url, 200, (), body, datetime(2026, 1, 1, tzinfo=UTC)))
    around = block_contexts(list(blocks(page.tree, is_hidden_or_control)))
    marks = list(features(around, default_headline(page), bare("\n".join(strings(page.ld.get("articleBody"))))))
    told = entry["expected"]
    optional = {fold(display(told["paragraphs"][at])) for at in told["optional"]}
    truth = {fold(display(text)) for text in told["paragraphs"]} - optional
    whole = "\n".join(truth)
    texts = [fold(display(one.block.text)) for one in around]
    labels = [text in truth or (len(text) >= 25 and text in whole) for text in texts]
    count, size = (
        sum(labels) or 1,
        sum(len(t) for t, is_article_url in zip(texts, labels, strict=True) if is_article_url) or 1,
    )
    for text, found, is_article_url in zip(texts, marks, labels, strict=True):
        if text not in optional:
            yield found, is_article_url, 20 * (1 / count + min(len(text) / size, 1.0))


def learn(found: Sequence[Example]) -> dict[str, float]:
    """Return the weight of every mark, and `bias`."""
    weights: dict[str, float] = {"bias": 0.0}
    squares: dict[str, float] = {}
    order = list(found)
    shuffled = random.Random(7)
    for _ in range(EPOCHS):
        shuffled.shuffle(order)
        for marks, is_article_url, weight in order:
            active = {"bias", *marks}
            error = weight * (1 / (1 + math.exp(-max(-30.0, min(30.0, score(weights, active))))) - is_article_url)
            for mark in active:
                step = error + DECAY * weights.get(mark, 0.0)
                squares[mark] = squares.get(mark, 1e-6) + step * step
                weights[mark] = weights.get(mark, 0.0) - RATE * step / math.sqrt(squares[mark])
    return weights


def score(weights: dict[str, float], marks: set[str]) -> float:
    return sum(weights.get(mark, 0.0) for mark in marks)


def check(by_source: dict[str, list[Example]]) -> None:
    """Print precision and recall over blocks of sources that the weights were not learned on."""
    sources = sorted(by_source)
    random.Random(5).shuffle(sources)
    right = wrong = missed = 0
    for fold_number in range(FOLDS):
        held = set(sources[fold_number::FOLDS])
        weights = learn([one for source in sources if source not in held for one in by_source[source]])
        for marks, is_article_url, _ in (one for source in held for one in by_source[source]):
            is_taken = score(weights, {"bias", *marks}) > 0
            right += is_taken and is_article_url
            wrong += is_taken and not is_article_url
            missed += is_article_url and not is_taken
    print(f"held-out blocks: precision {right / (right + wrong):.3f}, recall {right / (right + missed):.3f}")


if __name__ == "__main__":
    main()
