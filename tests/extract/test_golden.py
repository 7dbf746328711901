"""One test per field of each golden page: `golden/<source>/**/page.html` beside its `expected.json`.

The pages have invented text in the real markup shape of their site. A golden page is added by adding the two files;
expected.json holds `url`, `captured` (ISO 8601) and any of the fields below.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from newscrawl.items import Article, Extraction
from newscrawl.sources.catalogue import load_spider
from newscrawl.sources.golden_pages import GOLDEN, GoldenPage, value_of

PAGES = sorted(path.parent for path in GOLDEN.rglob("page.html"))
REQUIRED = frozenset({"kind", "headline", "author", "date_published", "paragraphs"})


def expected(folder: Path) -> dict[str, Any]:
    return GoldenPage(folder).expected


@cache
def observed(folder: Path) -> tuple[Extraction, Article]:
    reader = load_spider(folder.relative_to(GOLDEN).parts[0])().reader
    capture = GoldenPage(folder).capture
    extraction = reader.extract(capture)
    article = reader.normalise(extraction, capture, guid="g").article
    assert article is not None
    return extraction, article


CASES = [
    pytest.param(folder, field, id=f"{folder.relative_to(GOLDEN)}:{field}")
    for folder in PAGES
    for field in expected(folder)
    if field not in ("url", "captured")
]


@pytest.mark.parametrize(("folder", "field"), CASES)
def test_golden_page_is_read_as_written(folder: Path, field: str) -> None:
    assert value_of(*observed(folder), field) == expected(folder)[field]


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: str(folder.relative_to(GOLDEN)))
def test_golden_page_states_every_field_that_matters(folder: Path) -> None:
    assert set(expected(folder)) >= REQUIRED
