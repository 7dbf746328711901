"""Learn the weights of newscrawl/extract/text_density.json from the labelled corpus.

`python -m benchmarks.learn_text_density`
Logistic regression over binary features of blocks, with Adagrad and a fixed seed. Prints precision and recall on
held-out sources (five folds of whole sources), then writes the weights learned on all sources. Increase EXTRACTOR when
they change.
"""

from __future__ import annotations

import gzip
import json
import math
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.extract_bench import default_corpus, entries
from newscrawl.extract.headline import default_headline
from newscrawl.extract.page import Page
from newscrawl.extract.structured import strings
from newscrawl.extract.text_density import bare, features
from newscrawl.items import Capture
from newscrawl.normalize import display, fold

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "newscrawl" / "extract" / "text_density.json"
ABOUT = (
    "Log-odds that a block with a mark belongs to the story, learned on the labelled corpus by "
    "benchmarks/learn_text_density.py."
)
EPOCHS, RATE, DECAY, FOLDS = 12, 0.15, 2e-4, 5

Example = tuple[list[str], bool, float]  # features of a block, whether it is article text, weight


def main() -> None:
    by_source = examples_by_source(default_corpus())
    check(by_source)
    weights = learn([example for examples_of_source in by_source.values() for example in examples_of_source])
    rounded = {feature: round(weight, 3) for feature, weight in sorted(weights.items()) if abs(weight) > 0.02}
    TARGET.write_text(json.dumps({"about": ABOUT, "weights": rounded}, ensure_ascii=False, indent=0) + "\n", "utf-8")
    print(f"{len(rounded)} weights written to {TARGET.relative_to(ROOT)}")


@lru_cache(maxsize=1)
def examples_by_source(corpus: Path) -> dict[str, list[Example]]:
    """Return the examples of all labelled articles of the corpus."""
    by_source: dict[str, list[Example]] = {}
    for entry in entries(corpus):
        if entry["kind"] == "article" and not entry.get("variant_of") and entry["expected"]["paragraphs"]:
            body = gzip.decompress((corpus / entry["html"]).read_bytes())
            by_source.setdefault(entry["source"], []).extend(examples(entry, body))
    return by_source


def examples(entry: dict[str, Any], body: bytes) -> Iterator[Example]:
    """Yield an example per block of a page; all pages weigh the same, half by paragraphs and half by characters."""
    url = entry["url"] or "http://unknown.invalid/"
    page = Page(Capture(url, url, 200, (), body, datetime(2026, 1, 1, tzinfo=UTC)))
    context = page.contexts
    features_of_blocks = features(context, default_headline(page), bare("\n".join(strings(page.ld.get("articleBody")))))
    expected = entry["expected"]
    optional = {fold(display(expected["paragraphs"][index])) for index in expected["optional"]}
    paragraphs = {fold(display(text)) for text in expected["paragraphs"]} - optional
    article_text = "\n".join(paragraphs)
    texts = [fold(display(block.block.text)) for block in context]
    labels = [text in paragraphs or (len(text) >= 25 and text in article_text) for text in texts]
    count = sum(labels) or 1
    size = sum(len(text) for text, is_article in zip(texts, labels, strict=True) if is_article) or 1
    for text, block_features, is_article in zip(texts, features_of_blocks, labels, strict=True):
        if text not in optional:
            yield block_features, is_article, 20 * (1 / count + min(len(text) / size, 1.0))


def learn(training: Sequence[Example]) -> dict[str, float]:
    """Return the weight of every feature, and `bias`."""
    weights: dict[str, float] = {"bias": 0.0}
    squares: dict[str, float] = {}
    order = list(training)
    rng = random.Random(7)
    for _ in range(EPOCHS):
        rng.shuffle(order)
        for block_features, is_article, weight in order:
            active = {"bias", *block_features}
            error = weight * (1 / (1 + math.exp(-max(-30.0, min(30.0, score(weights, active))))) - is_article)
            for feature in active:
                step = error + DECAY * weights.get(feature, 0.0)
                squares[feature] = squares.get(feature, 1e-6) + step * step
                weights[feature] = weights.get(feature, 0.0) - RATE * step / math.sqrt(squares[feature])
    return weights


def score(weights: dict[str, float], active: set[str]) -> float:
    return sum(weights.get(feature, 0.0) for feature in active)


def folds(sources: Sequence[str]) -> list[set[str]]:
    """Return the sources in five parts, each of which is held out once."""
    shuffled = list(sources)
    random.Random(5).shuffle(shuffled)
    return [set(shuffled[number::FOLDS]) for number in range(FOLDS)]


def check(by_source: dict[str, list[Example]]) -> None:
    """Print precision and recall over blocks of sources that the weights were not learned on."""
    sources = sorted(by_source)
    true_positives = false_positives = false_negatives = 0
    for held_out in folds(sources):
        weights = learn([example for source in sources if source not in held_out for example in by_source[source]])
        for block_features, is_article, _ in (example for source in held_out for example in by_source[source]):
            is_taken = score(weights, {"bias", *block_features}) > 0
            true_positives += is_taken and is_article
            false_positives += is_taken and not is_article
            false_negatives += is_article and not is_taken
    precision = true_positives / (true_positives + false_positives)
    recall = true_positives / (true_positives + false_negatives)
    print(f"held-out blocks: precision {precision:.3f}, recall {recall:.3f}")


if __name__ == "__main__":
    main()
