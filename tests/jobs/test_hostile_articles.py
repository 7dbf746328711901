"""Pages made to break the store: names that are its operators, a text that no document holds, versions without end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import bson
import pytest

from newscrawl.store.session import Store
from tests.store.samples import HOUR, NOON, append, article, first_version, next_version

from .archive import heads_by_guid, with_store
from .gazette import Gazette, page

if TYPE_CHECKING:
    from .conftest import CrawlDriver

HTML = {"Content-Type": "text/html; charset=utf-8"}
ODD = ("$where", "$set", "a.b", "__proto__", "constructor", "")
LIMIT = 16 * 2**20  # bytes, of a document of MongoDB


def keys(value: Any) -> Iterator[str]:
    """Yield the names of a document's fields, at every depth."""
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from keys(each)
    elif isinstance(value, list):
        for each in value:
            yield from keys(each)


async def documents(store: Store) -> list[dict[str, Any]]:
    names = await store.db.list_collection_names(filter={"name": {"$not": {"$regex": "^system"}}})
    return [document for name in names async for document in store.db[name].find({})]


def test_what_a_page_calls_its_metadata_names_no_field(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    stated = {"@type": "NewsArticle", "author": [{"$ne": 1, "name": "$where"}], "articleSection": {"$gt": ""}}
    stated |= {name: {name: "stated"} for name in ODD}
    metas = "".join(f'<meta property="{name}" content="stated"><meta name="og:{name}" content="1">' for name in ODD)
    head = f'{metas}<script type="application/ld+json">{json.dumps(stated)}</script></head>'
    text = page("pier-101", ["The pier is open."]).replace("</head>", head)
    headers = HTML | dict.fromkeys(("$where", "$set", "__proto__"), "stated") | {"a.b": "1"}
    gazette.overrides["pier-101"] = lambda _: (200, headers, text)
    gazette.listed = {"pier-101": ""}
    assert gazette_driver.crawl().outcomes == {"new": 1}
    stored = with_store(gazette_driver.config, documents)
    assert any("The pier is open." in str(document) for document in stored)
    assert [key for document in stored for key in keys(document) if key in ODD or "$" in key or "." in key] == []


@pytest.mark.slow
def test_a_text_that_no_document_holds_waits_with_its_reason_and_others_are_stored(
    gazette_driver: CrawlDriver, gazette: Gazette
) -> None:
    doubled = "\ufb2c"  # three bytes, and six in NFC
    giant = page("giant-109", [f"It is a very long report of the {doubled} harbour. " * 200_000, doubled * 2_500_000])
    assert LIMIT - 2**20 < len(giant.encode()) < LIMIT
    gazette.articles = {"pier-101": ["The pier is open."], "storm-102": ["The storm is over."]}
    gazette.overrides["giant-109"] = lambda _: (200, HTML, giant)
    gazette.listed = dict.fromkeys(("giant-109", "pier-101", "storm-102"), "")
    report = gazette_driver.crawl()
    assert report.outcomes == {"new": 2, "quarantined": 1}
    heads = with_store(gazette_driver.config, heads_by_guid)
    assert sorted(heads) == ["101", "102"]

    async def reason(store: Store) -> str:
        (entry,) = await store.quarantined(source="demo")
        return str(entry["reason"])

    # The former where the processor is slow: it takes about five seconds of CPU time to read.
    refused = "too_costly: |.*/giant-109 has [0-9,]+ bytes of text; MongoDB holds"
    assert re.match(refused, with_store(gazette_driver.config, reason))


@pytest.mark.slow
async def test_no_document_grows_with_the_number_of_versions(store: Store) -> None:
    head = await append(store, version := first_version(article()))
    sizes = []
    for count in (50, 200):
        for number in range(version.number + 1, count + 1):
            version = next_version(version, article("lighthouse", f"Wording {number:06}."), NOON + number * HOUR)
            head = await append(store, version)
        sizes.append(max(len(bson.encode(document)) for document in await documents(store)))
    assert head.number == 200
    assert await store.db.versions.count_documents({"article_id": head.article_id}) == 200
    assert sizes[1] - sizes[0] < 200
