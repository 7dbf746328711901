"""Feeds, API, Memento and WARC downloads, read by widely used libraries."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from types import SimpleNamespace
from typing import Any

import feedparser
import pytest
from lxml import etree, html
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from newscrawl.items import Check, Outcome
from newscrawl.store import Store
from tests.web.press import START, SharedArchive

pytestmark = pytest.mark.asyncio(loop_scope="session")
FEEDS = ("/changes", "/first", "/search{q}", "/article/{key}/changes")
ORIGINAL = "https://www.harbour.example/news/swing-bridge-2026"


def feed_path(shared: SharedArchive, path: str, form: str) -> str:
    return path.replace("{key}", shared.bridge).replace("{q}", "") + f".{form}" + ("?q=bridge" if "{q}" in path else "")


@pytest.mark.parametrize("form", ["atom", "rss"])
@pytest.mark.parametrize("path", FEEDS)
async def test_feed_parses_newest_first_with_stable_ids(shared: SharedArchive, path: str, form: str) -> None:
    response = await shared.client.get(feed_path(shared, path, form))
    feed = feedparser.parse(response.content)
    assert not feed.bozo
    assert feed.version == {"atom": "atom10", "rss": "rss20"}[form]
    dates = [entry.published_parsed for entry in feed.entries]
    assert dates == sorted(dates, reverse=True)
    assert feed.entries
    assert all(entry.id.startswith(f"urn:newscrawl:version:{shared.bridge}:") for entry in feed.entries)
    assert response.headers["last-modified"]


async def test_atom_has_what_rfc_4287_requires(shared: SharedArchive) -> None:
    root = etree.fromstring((await shared.client.get("/changes.atom")).content)
    ns = {"a": "http://www.w3.org/2005/Atom"}
    for element in (root, *root.findall("a:entry", ns)):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"a:{name}", ns)) == 1
        for date in element.findall("a:updated", ns):
            assert datetime.fromisoformat(date.text).tzinfo is not None
    assert len(root.findall("a:author", ns)) == 1
    assert {link.get("rel") for link in root.findall("a:link", ns)} == {"self", "alternate"}


async def test_rss_has_what_rss_2_requires(shared: SharedArchive) -> None:
    channel = etree.fromstring((await shared.client.get("/changes.rss")).content).find("channel")
    assert all(channel.find(name).text for name in ("title", "link", "description", "lastBuildDate"))
    for item in channel.findall("item"):
        assert item.find("guid").get("isPermaLink") == "false"
        assert parsedate_to_datetime(item.find("pubDate").text).tzinfo is not None


async def test_json_feed_has_what_version_1_1_requires(shared: SharedArchive) -> None:
    response = await shared.client.get("/changes.json")
    assert response.headers["content-type"].startswith("application/feed+json")
    feed = response.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert {"title", "home_page_url", "feed_url", "items"} <= feed.keys()
    assert all({"id", "url", "content_html", "date_published"} <= item.keys() for item in feed["items"])


async def test_feed_contains_the_diff(shared: SharedArchive) -> None:
    feed = (await shared.client.get("/changes.json")).json()
    second = html.fragment_fromstring(feed["items"][1]["content_html"], create_parent="div")
    assert "4.1" in [mark.text for mark in second.iter("del")]
    assert "5.6" in [mark.text for mark in second.iter("ins")]


async def test_titles_of_feeds_say_what_changed_in_words(shared: SharedArchive) -> None:
    titles = [item["title"] for item in (await shared.client.get("/changes.json")).json()["items"]]
    assert titles == [
        "Headline: “Council to close swing bridge for eleven months” → “Swing bridge will close, and ferrymen object”",
        "Headline: “Council to close swing bridge for a year” → “Council to close swing bridge for eleven months”",
    ]


async def test_the_diff_of_a_feed_survives_readers_that_strip_its_marks(shared: SharedArchive) -> None:
    feed = (await shared.client.get("/changes.json")).json()
    plain = html.fragment_fromstring(feed["items"][1]["content_html"], create_parent="div").text_content()
    assert "[4.1 → 5.6]" in plain
    newest = html.fragment_fromstring(feed["items"][0]["content_html"], create_parent="div").text_content()
    assert "[removed: Children used to wave" in newest or "[Children used to wave" in newest


async def test_feed_answers_conditional_requests(shared: SharedArchive) -> None:
    first = await shared.client.get("/changes.atom")
    by_tag = await shared.client.get("/changes.atom", headers={"if-none-match": first.headers["etag"]})
    by_date = await shared.client.get("/changes.atom", headers={"if-modified-since": first.headers["last-modified"]})
    assert (by_tag.status_code, by_date.status_code) == (304, 304)


async def test_openapi_describes_every_path_of_the_api(shared: SharedArchive) -> None:
    document = (await shared.client.get("/api/v1/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert all(path.startswith("/api/v1") for path in document["paths"])
    assert all(set(operations) == {"get"} for operations in document["paths"].values())


async def test_a_cursor_of_any_time_is_accepted(shared: SharedArchive) -> None:
    for digits in ("0", "fffffffffff"):
        assert (await shared.client.get(f"/api/v1/changes?after={digits}-aaaaaaaaaaaaaaaa-1")).status_code == 200


async def test_api_pages_by_cursor(shared: SharedArchive) -> None:
    first = (await shared.client.get("/api/v1/changes?limit=1")).json()
    second = (await shared.client.get(f"/api/v1/changes?limit=1&after={first['after']}")).json()
    assert [first["items"][0]["line"]["number"], second["items"][0]["line"]["number"]] == [3, 2]
    assert second["after"] is None


async def test_api_diff_rebuilds_both_texts(shared: SharedArchive) -> None:
    base = f"/api/v1/articles/{shared.bridge}"
    rows = (await shared.client.get(f"{base}/diffs/1/2")).json()["rows"]
    for number, side, own_op in ((1, "a", "delete"), (2, "b", "insert")):
        paragraphs = (await shared.client.get(f"{base}/versions/{number}")).json()["paragraphs"]
        rebuilt: dict[int, str] = {}
        for row in rows:
            text = "".join(s["text"] for s in row["segments"] if s["op"] in {"keep", own_op})
            if row[side] and row["segments"]:
                rebuilt |= dict(zip(row[side], text.split("\n"), strict=True))
        assert all(paragraphs[index] == text for index, text in rebuilt.items())


@pytest.mark.parametrize(
    ("path", "status"),
    [("articles/aaaaaaaaaaaaaaaa", 404), ("articles/X", 422), ("sources/nobody", 404), ("changes?after=x", 422)],
)
async def test_api_errors_are_problem_documents(shared: SharedArchive, path: str, status: int) -> None:
    response = await shared.client.get(f"/api/v1/{path}")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status


@pytest.mark.parametrize(("hours", "number"), [(-5, 1), (0, 1), (2.9, 1), (3, 2), (8, 2), (9, 3), (5000, 3)])
async def test_timegate_leads_to_the_version_of_that_time(shared: SharedArchive, hours: float, number: int) -> None:
    wanted = datetime.fromtimestamp(START.timestamp() + hours * 3600, UTC)
    headers = {"accept-datetime": format_datetime(wanted, usegmt=True)}
    response = await shared.client.get(f"/timegate/{ORIGINAL}", headers=headers)
    assert response.status_code == 302
    assert response.headers["location"].endswith(f"/article/{shared.bridge}/{number}")
    assert "accept-datetime" in response.headers["vary"]
    assert 'rel="original"' in response.headers["link"]


async def test_timegate_refuses_a_date_it_cannot_read(shared: SharedArchive) -> None:
    assert (await shared.client.get(f"/timegate/{ORIGINAL}", headers={"accept-datetime": "soon"})).status_code == 400


async def test_version_states_its_memento_datetime(shared: SharedArchive) -> None:
    headers = (await shared.client.get(f"/article/{shared.bridge}/2")).headers
    assert headers["memento-datetime"] == "Mon, 02 Mar 2026 09:00:00 GMT"
    for rel in ("original", "timegate", "timemap", "first memento prev", "last memento next"):
        assert f'rel="{rel}"' in headers["link"]


async def test_timemap_lists_every_version(shared: SharedArchive) -> None:
    link = (await shared.client.get(f"/timemap/link/{ORIGINAL}")).text
    assert [f"/article/{shared.bridge}/{n}>" in link for n in (1, 2, 3)] == [True] * 3
    assert link.count('memento"; datetime=') == 3
    mementos = (await shared.client.get(f"/timemap/json/{ORIGINAL}")).json()["mementos"]["list"]
    assert len(mementos) == 3


async def test_a_version_can_be_downloaded_as_warc(shared: SharedArchive, tmp_path: Any) -> None:
    response = await shared.client.get(f"/article/{shared.bridge}/1/warc")
    records = list(ArchiveIterator(io.BytesIO(response.content)))
    assert [record.rec_type for record in records] == ["response"]
    file = tmp_path / "version.warc.gz"
    file.write_bytes(response.content)
    assert Checker(SimpleNamespace(inputs=[str(file)], verbose=False)).process_all() == 0
    assert b"WARC/1.1" in gzip.decompress(response.content)


async def test_api_says_how_often_an_article_was_checked_in_each_month(shared: SharedArchive) -> None:
    store = await Store.open(shared.config)
    check = Check(shared.bridge, "harbour", ORIGINAL, datetime(2026, 10, 1, tzinfo=UTC), Outcome.NOT_MODIFIED)
    for hours in range(3):
        await store.check(replace(check, at=check.at + timedelta(hours=hours)))
    await store.close()
    months = (await shared.client.get(f"/api/v1/articles/{shared.bridge}")).json()["checks"]
    assert [(month["checks"], month["sentence"]) for month in months if month["month"] == "2026-10"] == [
        (3, "checked 3 times in 2026-10, unchanged")
    ]
    lookup = (await shared.client.get("/api/v1/lookup", params={"url": ORIGINAL})).json()
    assert "checks" not in lookup["items"][0]
