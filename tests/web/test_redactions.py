"""A passage redacted for legal reasons leaves a neutral mark in every output, whichever field it is in."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from warcio.archiveiterator import ArchiveIterator

from newscrawl.archive.export import Export
from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.items import OptionalText, OptionalType
from newscrawl.store import Store, takedowns
from newscrawl.store.evidence_search import MAX_BYTES
from newscrawl.store.reader import Reader
from newscrawl.store.redactions import Redaction, Redactor
from newscrawl.store.verify import verify
from newscrawl.web import create_app
from tests.tlog.archive import write_log_once
from tests.web.press import BRIDGE, LEDE, NOW, Draft, Press, TakedownArchive

WORDS = "Zyxwort’s gambling debts"
TYPED_WORDS = "Zyxwort's gambling debts"  # as an editor types them
NAME = "Zyxwort"
ORDER = "court order 14/26"
MARK = f"[passage withheld: {ORDER}]"
URL = "https://www.harbour.example/news/redacted-article"
CLEAN = Draft(0, "Harbour master on leave", [LEDE])
FIELDS = {
    "headline": Draft(1, f"Leave over {WORDS}, council says", [LEDE]),
    "byline": Draft(1, "Harbour master on leave today", [LEDE], extra={"byline": f"By a friend of {WORDS}"}),
    "paragraph": Draft(1, "Harbour master on leave today", [LEDE, f"Nobody would speak of {WORDS} on Monday."]),
    "optional": Draft(
        1,
        "Harbour master on leave today",
        [LEDE],
        extra={"optional": (OptionalText(OptionalType.CREDIT, f"Photo: a reader who knew of {WORDS}"),)},
    ),
    "facts": Draft(
        1,
        "Harbour master on leave today",
        [LEDE],
        extra={
            "description": f"On {WORDS}.",
            "alternative_headlines": (WORDS,),
            "author": ("Ada Quill", WORDS),
            "article_section": WORDS,
        },
    ),
}
AFTER = Draft(2, "Harbour master back", [LEDE])
OUTPUTS = (
    "/",
    "/newest",
    "/headlines",
    "/unnoted",
    "/corrections.atom",
    "/deleted",
    "/deleted.json",
    "/matters.atom",
    "/first",
    "/?source=harbour",
    "/changes.atom",
    "/changes.rss",
    "/changes.json",
    "/first.json",
    f"/search?q={NAME}+gambling",
    f"/search?q={NAME}+gambling&in=added",
    f"/search?q={NAME}+gambling&in=removed",
    f"/search.atom?q={NAME}+gambling",
    "/search?q=harbour+master",
    "/search?q=Zyx*+OR+harbour",
    "/search/found.csv?q=harbour",
    "/search/found.jsonl?q=Zyx*+OR+harbour",
    "/search/found.jsonl?q=monday&in=added",
    "/search?q=Zyx*+OR+harbour&sort=weight",
    "/search?q=monday&in=added",
    "/search?q=leave&in=removed",
    "/source/harbour",
    "/sitemap-articles.xml",
    "/sources",
    "/method",
    "/api/v1/sources",
    "/article/{key}",
    "/article/{key}/1",
    "/article/{key}/2",
    "/article/{key}/3",
    "/article/{key}/1/2",
    "/article/{key}/2/3",
    "/article/{key}/1/2?view=inline",
    "/article/{key}/1/2/embed",
    "/article/{key}/2/3/embed",
    "/article/{key}/2/proof",
    "/article/{key}/2/evidence",
    "/article/{key}/3/evidence",
    "/log/checkpoint",
    "/log/tile/entries/000.p/7",
    "/article/{key}/blame",
    "/api/v1/articles/{key}/blame",
    "/article/{key}/changes.atom",
    "/article/{key}/changes.rss",
    "/article/{key}/changes.json",
    "/api/v1/changes",
    "/api/v1/articles",
    f"/api/v1/search?q={NAME}+gambling",
    f"/api/v1/search?q={NAME}+gambling&in=added",
    "/api/v1/search?q=harbour+master",
    "/api/v1/search?q=Zyx*&in=removed",
    "/api/v1/search?q=monday&in=added",
    f"/api/v1/lookup?url={URL}",
    "/api/v1/articles/{key}",
    "/api/v1/articles/{key}/versions",
    "/api/v1/articles/{key}/versions/2",
    "/api/v1/articles/{key}/diffs/1/2",
    "/api/v1/articles/{key}/diffs/2/3",
    "/api/v1/articles/{key}/events",
    f"/url/{URL}",
    f"/timemap/link/{URL}",
    f"/timemap/json/{URL}",
)
GONE = ("/article/{key}/2/payload", "/article/{key}/2/warc")
PATHS_WITH_MARK = {
    "headline": (
        "/article/{key}/1/2/embed",
        "/",
        "/changes.json",
        "/article/{key}",
        "/article/{key}/2",
        "/api/v1/articles/{key}/versions",
    ),
    "byline": ("/article/{key}/2", "/article/{key}/1/2", "/api/v1/articles/{key}/versions/2"),
    "paragraph": ("/changes.atom", "/article/{key}/2", "/article/{key}/2/3", "/api/v1/articles/{key}/diffs/1/2"),
    "optional": ("/article/{key}/2", "/api/v1/articles/{key}/versions/2"),
    "facts": ("/api/v1/articles/{key}/versions/2",),
}


async def archive_with_redaction(uri: str, draft: Draft) -> AsyncIterator[TakedownArchive]:
    """An archive whose reader answered every path before the redaction, so that stale caches would show."""
    config = Config(mongo_uri=uri, mongo_database=f"test-{uuid.uuid4().hex}", serve_indexed=True)
    store = await Store.open(config)
    press = Press(store)
    await press.publish("open-article", BRIDGE)
    key = await press.publish("redacted-article", (CLEAN, draft, AFTER), url=URL)
    await write_log_once(store, config)
    app = create_app(config, SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        before = {path: await client.get(path.format(key=key)) for path in (*OUTPUTS, *GONE)}
        assert await takedowns.redact(store.db, key, TYPED_WORDS, reason=ORDER, by="editor", at=NOW) == 1
        yield TakedownArchive(client, store, key, before)
    await store.db.client.drop_database(store.db.name)
    await store.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=list(FIELDS))
async def redacted(request: pytest.FixtureRequest, mongo_uri: str) -> AsyncIterator[tuple[str, TakedownArchive]]:
    """The name of the redacted field, and its archive."""
    async for archive in archive_with_redaction(mongo_uri, FIELDS[request.param]):
        yield request.param, archive


def text_without_query(response: httpx.Response, path: str) -> str:
    """Return the text of a response without the search query, which search pages repeat."""
    text = response.text.replace("\\u2019", "’")
    for query in (f"{NAME} gambling", f"{NAME}+gambling", f"{NAME}%20gambling"):
        text = text.replace(query, "") if "search" in path else text
    return text


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("path", OUTPUTS)
async def test_redacted_words_are_in_no_output(redacted: tuple[str, TakedownArchive], path: str) -> None:
    _, archive = redacted
    response = await archive.client.get(path.format(key=archive.key))
    assert response.status_code == archive.before[path].status_code
    assert response.status_code in {200, 303}
    text = text_without_query(response, path)
    for word in (NAME, "gambling", "debts"):
        assert word not in text


@pytest.mark.asyncio(loop_scope="session")
async def test_search_engines_are_not_led_to_a_redacted_article(redacted: tuple[str, TakedownArchive]) -> None:
    _, archive = redacted
    assert archive.key in archive.before["/sitemap-articles.xml"].text
    assert archive.key not in (await archive.client.get("/sitemap-articles.xml")).text


@pytest.mark.asyncio(loop_scope="session")
async def test_a_mark_replaces_the_words(redacted: tuple[str, TakedownArchive]) -> None:
    field, archive = redacted
    for path in PATHS_WITH_MARK[field]:
        assert NAME in archive.before[path].text
        response = await archive.client.get(path.format(key=archive.key))
        text = response.text.replace("\\u005b", "[")
        assert MARK in text or ("/diffs/" in path and "passage withheld" in text)


@pytest.mark.asyncio(loop_scope="session")
async def test_search_finds_visible_words_and_not_redacted_ones(redacted: tuple[str, TakedownArchive]) -> None:
    _, archive = redacted
    for scope in ("wordings", "added", "removed"):
        results = (await archive.client.get(f"/api/v1/search?q=gambling&in={scope}")).json()
        assert results["items"] == []
    results = (await archive.client.get("/api/v1/search?q=harbour+master")).json()
    assert archive.key in {item["line"]["article_id"] for item in results["items"]}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("path", GONE)
async def test_evidence_that_shows_the_words_is_410(mongo_uri: str, path: str) -> None:
    async for archive in archive_with_redaction(mongo_uri, FIELDS["paragraph"]):
        assert archive.before[path].status_code == 200
        response = await archive.client.get(path.format(key=archive.key))
        assert response.status_code == 410
        assert ORDER in response.text
        assert NAME not in response.text
        assert (await archive.client.get(path.format(key=archive.key).replace("/2/", "/1/"))).status_code == 200


async def test_stored_versions_stay_unaltered_and_verify_finds_no_problem(store: Store, press: Press) -> None:
    key = await press.publish("redacted-article", (CLEAN, FIELDS["paragraph"], AFTER))
    before = await store.db.versions.find({}).sort("_id", 1).to_list()
    await takedowns.redact(store.db, key, TYPED_WORDS, reason=ORDER, by="editor", at=NOW)
    assert await store.db.versions.find({}).sort("_id", 1).to_list() == before
    assert (await verify(store)).problems == ()


async def test_words_of_a_later_version_are_redacted_too(store: Store, client: httpx.AsyncClient, press: Press) -> None:
    key = await press.publish("redacted-article", (CLEAN, FIELDS["paragraph"]))
    await takedowns.redact(store.db, key, TYPED_WORDS, reason=ORDER, by="editor", at=NOW)
    later = Draft(3, f"Again: {WORDS.upper()}", [LEDE])
    await press.publish("redacted-article", (CLEAN, FIELDS["paragraph"], later))
    for path in ("/", f"/article/{key}", f"/article/{key}/3", "/changes.atom"):
        response = await client.get(path)
        assert MARK in response.text
        assert "ZYXWORT" not in response.text


async def test_export_redacts_words_and_leaves_out_evidence(reader: Reader, press: Press, tmp_path: Path) -> None:
    key = await press.publish("redacted-article", (CLEAN, FIELDS["paragraph"], AFTER))
    await takedowns.redact(press.store.db, key, TYPED_WORDS, reason=ORDER, by="editor", at=NOW)
    await Export(reader, tmp_path / "rows", "jsonl", None).run(lambda done: None)
    rows = [json.loads(line) for line in (tmp_path / "rows" / "versions.jsonl").read_text().splitlines()]
    assert any(MARK in paragraph for paragraph in rows[1]["paragraphs"])
    assert NAME not in "".join(path.read_text() for path in (tmp_path / "rows").glob("*.jsonl"))
    await Export(reader, tmp_path / "warc", "warc", None).run(lambda done: None)
    with (tmp_path / "warc" / "captures.warc.gz").open("rb") as file:
        bodies = [record.content_stream().read() for record in ArchiveIterator(file)]
    assert len(bodies) == 2
    assert not any(NAME.encode() in body for body in bodies)


async def test_redaction_is_an_event_and_can_be_undone(client: httpx.AsyncClient, press: Press) -> None:
    db = press.store.db
    key = await press.publish("redacted-article", (CLEAN, FIELDS["paragraph"]))
    path = f"/article/{key}/2"
    assert await takedowns.redact(db, key, TYPED_WORDS, reason=ORDER, by="editor", at=NOW)
    assert "passage withheld" in (await client.get(f"/api/v1/articles/{key}/events")).text
    assert not await takedowns.unredact(db, key, "other words", reason="lifted", by="editor", at=NOW)
    assert await takedowns.unredact(db, key, TYPED_WORDS, reason="order lifted", by="editor", at=NOW)
    assert WORDS in (await client.get(path)).text
    assert WORDS in (await client.get(f"/article/{key}/1/2")).text
    events = await db.events.find({"article_id": key}).sort("_id", 1).to_list()
    assert [(e["kind"], e["words"]) for e in events] == [
        ("passage withheld", TYPED_WORDS),
        ("passage shown again", TYPED_WORDS),
    ]


async def test_words_that_occur_nowhere_are_not_redacted(press: Press) -> None:
    key = await press.publish("redacted-article", (CLEAN,))
    assert await takedowns.redact(press.store.db, key, "unheard of", reason=ORDER, by="editor", at=NOW) == 0
    assert "withheld" not in (await press.store.db.articles.find_one({"_id": key}) or {})


async def test_a_reason_may_not_repeat_the_words(press: Press) -> None:
    key = await press.publish("redacted-article", (CLEAN,))
    with pytest.raises(ValueError, match="repeats"):
        await takedowns.redact(press.store.db, key, "on leave", reason="who is on leave", by="editor", at=NOW)


@pytest.mark.parametrize(
    ("words", "text", "is_found"),
    [
        ("Ian Roe", "IAN\u00a0ROE spoke", True),
        ("Ian Roe", "Ian  \n Roe", True),
        ("Ian", "Indian Ianson", False),
        ("O'Neil", "O’Neil", True),
        ("half-truth", "half–truth", True),
        ("Zyxwort", "Zyx\u00adwort", True),
        ("佐藤", "その佐藤氏は", True),
        ("a.c", "abc", False),
        ("café", "cafe\u0301", True),
    ],
)
def test_words_are_found_in_all_usual_spellings(words: str, text: str, is_found: bool) -> None:
    assert Redactor([Redaction(words, ORDER)]).covers(text) is is_found


def test_overlapping_passages_leave_nothing_between_them() -> None:
    redactor = Redactor([Redaction("one two", "a"), Redaction("two three", "b")])
    assert redactor.text("zero one two three four") == "zero [passage withheld: a] four"


@pytest.mark.parametrize(
    "body",
    [
        b"<p>Ian Roe</p>",
        b"<p>Ian <b>Roe</b></p>",
        b"<p>I<i>an</i> Roe</p>",
        b"<p>&#73;an&nbsp;Roe</p>",
        rb'{"x": "\u0049an Roe"}',
        "<p>Ian\u00a0Roe</p>".encode("cp1252"),
        b"<td>Ian</td><td>Roe</td>",
    ],
)
def test_words_are_found_in_a_page_whatever_its_markup_and_encoding(body: bytes) -> None:
    assert Redactor([Redaction("Ian Roe", ORDER)]).is_in_page(body)
    content_type = "text/html; charset=windows-1252"
    assert not Redactor([Redaction("Ian Row", ORDER)]).is_in_page(body, content_type)


@pytest.mark.parametrize(
    ("words", "charset"),
    [
        ("Иван Петров", "windows-1251"),
        ("Иван Петров", "koi8-r"),
        ("山田太郎", "shift_jis"),
        ("山田太郎", "euc-jp"),
        ("王小明", "gb18030"),
        ("Łukasz Żuk", "iso-8859-2"),
        ("Ann Quay", "utf-16"),
        ("Ann Quay", "utf-8"),
    ],
)
def test_words_are_found_in_the_encoding_of_a_page(words: str, charset: str) -> None:
    page = f"<html><p>Asked on Monday, {words} said nothing.</p></html>".encode(charset)
    other = "<html><p>Asked on Monday, Bob said nothing.</p></html>".encode(charset)
    redactor = Redactor([Redaction(words, ORDER)])
    content_type = f"text/html; charset={charset}"
    assert redactor.is_in_page(page, content_type)
    assert not redactor.is_in_page(other, content_type)
    assert redactor.is_in_page(page)  # found, or in doubt
    assert redactor.is_in_page(f'<meta charset="{charset}">'.encode() + page)


@pytest.mark.parametrize(
    "text",
    [
        "Ann <!-- > --> Quay", "\\x41nn Quay", "\\u{41}nn Quay", "Ann%20Quay", "An%256e+Quay", "A&shy;nn Quay",
        "<i>Ann</i> <b title='a>b'>Quay</b>", "Ann\u2011Quay", "ANN QUAY", "Ann\\/Quay", "A\u0301nn Quay",
        "\uff21nn \uff31uay", "&amp;#65;nn Quay", "Ann</p>\n<p>Quay",
    ],
)  # fmt: skip
def test_words_are_found_however_they_are_written(text: str) -> None:
    redactor = Redactor([Redaction("Ann Quay", ORDER)])
    assert redactor.is_in_page(f'<p>{text}</p><script>{{"x": "{text}"}}</script>'.encode())
    assert not redactor.is_in_page(b"<p>Ann met Bob at the quay</p>")


def test_page_in_doubt_counts_as_containing_the_words() -> None:
    redactor = Redactor([Redaction("Ann Quay", ORDER)])
    assert redactor.is_in_page(b"<p>caf\xe9</p>")  # no UTF-8, and nothing is declared
    assert not redactor.is_in_page(b"<p>caf\xe9</p>", "text/html; charset=iso-8859-1")
    assert redactor.is_in_page(b"<p>caf\xff</p>", "text/html; charset=utf-8")
    assert redactor.is_in_page(b"x" * (MAX_BYTES + 1))
