"""One test per field of each golden page: `golden/<source>/**/page.html` beside its `expected.json`.

The pages have invented text in the real markup shape of their site. A golden page is added by adding the two files;
expected.json holds `url`, `captured` (ISO 8601) and any of the fields below.
"""

from __future__ import annotations

import importlib
import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from newscrawl.extract import extract, layouts_of, stamp
from newscrawl.items import Article, Capture, Extraction, Source
from newscrawl.normalize import article
from newscrawl.spider import NewsSpider

GOLDEN = Path(__file__).parent / "golden"
PAGES = sorted(path.parent for path in GOLDEN.rglob("page.html"))
REQUIRED = frozenset({"kind", "headline", "author", "date_published", "paragraphs"})


def spider_of(source: str) -> type[NewsSpider]:
    module = importlib.import_module(f"spiders.{source}")
    return next(
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, NewsSpider) and value.name == source
    )


def expected(folder: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    return values


@cache
def observed(folder: Path) -> tuple[Extraction, Article]:
    spider = spider_of(folder.relative_to(GOLDEN).parts[0])
    case = expected(folder)
    source = Source(
        name=spider.name,
        publisher=spider.publisher,
        domains=spider.domains,
        languages=spider.languages,
        timezone=spider.timezone,
        date_order=spider.date_order,
    )
    capture = Capture(
        target_uri=case["url"],
        final_uri=case["url"],
        status=200,
        headers=(("content-type", "text/html"),),
        body=(folder / "page.html").read_bytes(),
        fetched_at=datetime.fromisoformat(case["captured"]),
    )
    layouts = layouts_of(spider)
    extraction = extract(capture, layouts, source)
    return extraction, article(extraction, capture, source, guid="g", rules_stamp=stamp(layouts))


def value_of(folder: Path, field: str) -> Any:
    extraction, parsed = observed(folder)
    if field in ("kind", "guid"):
        return getattr(extraction, field)
    value = getattr(parsed, field)
    if field in ("date_published", "date_modified"):
        return value.value.isoformat() if value else None
    return list(value) if isinstance(value, tuple) else value


CASES = [
    pytest.param(folder, field, id=f"{folder.relative_to(GOLDEN)}:{field}")
    for folder in PAGES
    for field in expected(folder)
    if field not in ("url", "captured")
]


@pytest.mark.parametrize(("folder", "field"), CASES)
def test_golden_page_is_read_as_written(folder: Path, field: str) -> None:
    assert value_of(folder, field) == expected(folder)[field]


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: str(folder.relative_to(GOLDEN)))
def test_golden_page_states_every_field_that_matters(folder: Path) -> None:
    assert set(expected(folder)) >= REQUIRED
