"""Layouts that fewer than two pages of the corpus show, in other markup: never an edit (promise P8).

Golden pages are varied in the same ways as real pages are in test_variations.py, and so is the real page of such a
layout where there is one. A source that changes its markup is read as before, or its pages are doubtful until a person
or new rules decide.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from lxml import etree, html

from newscrawl.extract import layouts_of
from newscrawl.items import Capture
from newscrawl.sources.catalogue import load_spider, source_names
from newscrawl.sources.golden_pages import GoldenPage, golden_pages
from newscrawl.spider import reader_of
from tests.extract.test_variations import (
    varied,
    verdict,
    with_promotion,
    with_renamed_classes,
    with_wrapped_paragraphs,
    without_boxes,
)

Vary = Callable[[etree._Element], None]
VARIATIONS: tuple[Vary, ...] = (without_boxes, with_renamed_classes, with_wrapped_paragraphs, with_promotion)
AT = datetime(2026, 10, 1, tzinfo=UTC)
PAGES_FOR_TRUST = 2  # of the corpus; with fewer, a layout is tested here
PAGES = [page for name in source_names() if name != "demo" for page in golden_pages(name)]


def layout_read(source: str, capture: Capture) -> str:
    return reader_of(load_spider(source)).extract(capture).rules


@pytest.mark.parametrize("vary", VARIATIONS, ids=lambda vary: vary.__name__)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_golden_page_in_other_markup_is_no_edit(page: GoldenPage, vary: Vary) -> None:
    reader = reader_of(load_spider(page.name.partition("/")[0]))
    assert verdict(reader, *varied(page.capture, vary)) in ("same", "doubtful")


def test_a_box_that_comes_or_goes_leaves_a_golden_page_as_it_was() -> None:
    # Rules survive what an article has one day and not the next; doubt is for renamed classes and other structures.
    for vary in (without_boxes, with_promotion):
        verdicts = {
            page.name: verdict(reader_of(load_spider(page.name.partition("/")[0])), *varied(page.capture, vary))
            for page in PAGES
        }
        assert {name: each for name, each in verdicts.items() if each != "same"} == {}


@dataclass(frozen=True)
class CorpusPage:
    key: str
    capture: Capture
    paragraphs: tuple[str, ...]  # as labelled, without those that may count either way


@cache
def corpus_pages(corpus: Path) -> dict[tuple[str, str], list[CorpusPage]]:
    """Return the pages of the corpus that each layout reads, by source and layout."""
    found: dict[tuple[str, str], list[CorpusPage]] = {}
    for line in (corpus / "pages.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        source = entry["source"]
        known = source in source_names() and layouts_of(load_spider(source))
        if known and entry["kind"] != "invalid" and not entry.get("variant_of"):
            url = entry["url"] or f"https://{load_spider(source).domains[0]}/"
            capture = Capture(url, url, 200, (), gzip.decompress((corpus / entry["html"]).read_bytes()), AT)
            labels, optional = (entry["expected"].get(name) or () for name in ("paragraphs", "optional"))
            paragraphs = tuple(text for index, text in enumerate(labels) if index not in optional)
            found.setdefault((source, layout_read(source, capture)), []).append(
                CorpusPage(entry["id"], capture, paragraphs)
            )
    return found


def rare_layouts(corpus: Path) -> dict[tuple[str, str], list[CorpusPage]]:
    """Return the layouts that hardly any page of the corpus shows, with those that do."""
    layouts = [(name, layout.name()) for name in source_names() for layout in layouts_of(load_spider(name))]
    shown = {key: corpus_pages(corpus).get(key, []) for key in layouts if key[0] != "demo"}
    return {key: pages for key, pages in shown.items() if len(pages) < PAGES_FOR_TRUST}


def loses_text(page: CorpusPage, before: Capture, after: Capture) -> bool:
    """Return whether a variation removed a paragraph of the article, as a quotation in a figure: an edit is right."""
    shown = "//body//text()[not(ancestor::script)]"
    texts = ["".join("".join(html.fromstring(each.body.decode()).xpath(shown)).split()) for each in (before, after)]
    labels = ["".join(text.split())[:60] for text in page.paragraphs]
    return any(label in texts[0] and label not in texts[1] for label in labels)


@pytest.mark.corpus
@pytest.mark.slow
def test_layout_that_hardly_any_page_shows_has_a_golden_page(corpus: Path) -> None:
    golden = {(name, layout_read(name, page.capture)) for page in PAGES for name in [page.name.partition("/")[0]]}
    assert [key for key in rare_layouts(corpus) if key not in golden] == []


@pytest.mark.corpus
@pytest.mark.slow
def test_real_page_of_such_a_layout_in_other_markup_is_no_edit(corpus: Path) -> None:
    found = {}
    for (source, _), pages in rare_layouts(corpus).items():
        for page in pages:
            for vary in VARIATIONS:
                before, after = varied(page.capture, vary)
                if not loses_text(page, before, after):
                    found[f"{page.key} {vary.__name__}"] = verdict(reader_of(load_spider(source)), before, after)
    assert len(found) > 4 * 40
    assert {key: each for key, each in found.items() if each == "edit"} == {}
    assert Counter(found.values())["same"] > 0.75 * len(found)
