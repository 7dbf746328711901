"""Measure how rules read pages that they were not made for: `python -m benchmarks.robustness_bench [--step N]`.

First the scores of all labelled pages of sources with rules: as tuned; with the layout left out that reads the page,
as if nobody had seen that layout; with the layout's own selectors of authors and dates left out; and generically. Then,
for every Nth page, how exactly other markup of it (benchmarks/page_variations.py) is read, with rules and without.
"""

from __future__ import annotations

import argparse
import gzip
import os
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lxml import etree, html

from benchmarks.extract_bench import ROOT, entries, scorer
from benchmarks.page_variations import BESIDE, MARKUP, NEWS, TEMPLATE, Text, Vary, copy_of, located
from newscrawl.cli.extract_pages import read_page
from newscrawl.extract import Rules
from newscrawl.extract.charset import decode
from newscrawl.reading import PageReader
from newscrawl.sources.catalogue import load_spider, source_names
from newscrawl.spider import reader_of

FIELDS = ("title_any", "date_exact", "authors", "rouge_f", "para_f")
VARIATIONS = {vary.__name__: vary for vary in (*NEWS, *BESIDE, *MARKUP, *TEMPLATE)}
Entry = Mapping[str, Any]
Prediction = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--corpus", type=Path, default=os.environ.get("NEWSCRAWL_CORPUS", ROOT.parent / "shared/corpus")
    )
    parser.add_argument("--step", type=int, default=8, help="every Nth page is varied")
    arguments = parser.parse_args()
    corpus = Path(arguments.corpus)
    for name, means in left_out_scores(corpus).items():
        print(f"{name:20}" + "  ".join(f"{field} {means[field]:6.2f}" for field in FIELDS))
    for name, (rules, generic) in varied_scores(corpus, arguments.step, VARIATIONS).items():
        print(f"{name:32} exact paragraphs: rules {rules:6.2f}  generic {generic:6.2f}")


def with_rules(corpus: Path) -> list[Entry]:
    """Return the labelled articles of the corpus whose sources have layouts."""
    return [
        entry
        for entry in entries(corpus)
        if entry["source"] in source_names()
        and not entry.get("variant_of")
        and entry["kind"] not in ("invalid", "live")
        and _reader(entry).layouts
    ]


def _reader(entry: Entry) -> PageReader:
    return reader_of(load_spider(entry["source"]))


# How a page is read.


def as_tuned(reader: PageReader, _: str) -> PageReader:
    return reader


def without_layout(reader: PageReader, name: str) -> PageReader:
    return PageReader.of(reader.source, [layout for layout in reader.layouts if layout.name() != name])


def without_own_selectors(reader: PageReader, name: str) -> PageReader:
    """Return a reader whose layout finds no authors and dates where it has them."""
    absent = {field: (".no-such-class",) for field in ("author", "date_published") if _states(reader, name, field)}
    layouts = [type(name, (layout,), dict(absent)) for layout in reader.layouts if layout.name() == name]
    return PageReader.of(reader.source, layouts)


def _states(reader: PageReader, name: str, field: str) -> bool:
    layout = next(layout for layout in reader.layouts if layout.name() == name)
    return bool(getattr(layout, field)) and getattr(layout, field) != getattr(Rules, field)


def generically(reader: PageReader, _: str) -> PageReader:
    return PageReader.of(reader.source)


READINGS: dict[str, Callable[[PageReader, str], PageReader]] = {
    "as tuned": as_tuned,
    "layout left out": without_layout,
    "selectors left out": without_own_selectors,
    "generic": generically,
}


def left_out_scores(corpus: Path) -> dict[str, dict[str, float]]:
    """Return the mean scores in percent of all pages of sources with rules, by how they are read."""
    score = scorer(corpus)
    rouge = score.Rouge(score.load_punkt(None))
    pages = with_rules(corpus)
    with ProcessPoolExecutor() as pool:
        predicted = list(pool.map(partial(predictions, corpus), pages, chunksize=4))
    return {
        name: _means(
            [score.score_page(page, of_page[name], rouge) for page, of_page in zip(pages, predicted, strict=True)]
        )
        for name in READINGS
    }


def predictions(corpus: Path, entry: Entry) -> dict[str, Prediction]:
    body, reader = gzip.decompress((corpus / entry["html"]).read_bytes()), _reader(entry)
    tuned = predicted(entry, body, reader)
    return {
        name: tuned if adapt is as_tuned else predicted(entry, body, adapt(reader, tuned["rules"]))
        for name, adapt in READINGS.items()
    }


def predicted(entry: Entry, body: bytes, reader: PageReader) -> Prediction:
    empty = {"title": None, "authors": [], "published": None, "paragraphs": []}
    return {**empty, **read_page(entry, body, reader), "id": entry["id"]}


def _means(rows: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    rows = list(rows)
    values = {field: [row[field] for row in rows if row.get(field) is not None] for field in FIELDS}
    return {field: 100 * statistics.mean(of_field) for field, of_field in values.items()}


# Pages in other markup.


@dataclass(frozen=True, slots=True)
class VariedPage:
    """How exactly other markup of a page is read: F1 of the paragraphs with rules and without, by variation."""

    rules: dict[str, float]
    generic: dict[str, float]


def varied_scores(corpus: Path, step: int, variations: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return the mean F1 in percent with rules and without, over every `step`th page whose text is in one element."""
    names = list(variations)
    with ProcessPoolExecutor() as pool:
        varied = pool.map(partial(varied_page, corpus, names), with_rules(corpus)[::step], chunksize=2)
        pages = [page for page in varied if page is not None]
    return {
        name: (
            100 * statistics.mean(page.rules[name] for page in pages),
            100 * statistics.mean(page.generic[name] for page in pages),
        )
        for name in names
    }


def varied_page(corpus: Path, names: Sequence[str], entry: Entry) -> VariedPage | None:
    """Return how exactly variations of a page are read; None if its text is not in one element."""
    _, utf8 = decode(gzip.decompress((corpus / entry["html"]).read_bytes()), None)
    tree = html.document_fromstring(utf8, parser=html.HTMLParser(encoding="utf-8"))
    by_rules = _reader(entry)
    generic = generically(by_rules, "")
    before = {reader: paragraphs(entry, tree, reader) for reader in (by_rules, generic)}
    text = located(tree, before[by_rules])
    if text is None:
        return None
    found: dict[PageReader, dict[str, float]] = {by_rules: {}, generic: {}}
    for name in names:
        varied, added = vary(text, VARIATIONS[name])
        for reader, of_reader in found.items():
            of_reader[name] = f1([*before[reader], *added], paragraphs(entry, varied, reader))
    return VariedPage(found[by_rules], found[generic])


def vary(text: Text, variation: Vary) -> tuple[etree._Element, Sequence[str]]:
    varied = copy_of(text)
    return varied.tree, variation(varied)


def paragraphs(entry: Entry, tree: etree._Element, reader: PageReader) -> list[str]:
    body = etree.tostring(tree, method="html", encoding="utf-8")
    stated = {**entry, "headers": {"content-type": "text/html; charset=utf-8"}}
    return list(predicted(stated, body, reader)["paragraphs"])


def f1(expected: Sequence[str], found: Sequence[str]) -> float:
    """Return the F1 of two multisets of paragraphs, white space aside."""
    wanted, got = (Counter(" ".join(text.split()) for text in texts) for texts in (expected, found))
    return 2 * (wanted & got).total() / max(1, wanted.total() + got.total())


if __name__ == "__main__":
    main()
