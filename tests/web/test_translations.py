"""What readers are told: complete catalogues, the language and zone of a request, and that both survive navigation."""

from __future__ import annotations

import importlib.util
import re
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from lxml import html

from newscrawl.humanize import LANGUAGES, Locale, change_interval, moment, using
from newscrawl.humanize.locales import catalogue_path
from newscrawl.web.localization import preferred
from tests.web.press import Press

TRANSLATED = sorted(set(LANGUAGES) - {"en"})
ROOT = Path(__file__).parents[2]
PATHS = ("/", "/newest", "/deleted", "/search?q=bridge", "/sources", "/source/harbour", "/article/{key}",
         "/article/{key}/2", "/article/{key}/1/2", "/article/{key}/blame", "/about", "/method", "/api")  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)s")
# Text of a template between tags or in an attribute that is read: letters outside of {{ }} and {% %}.
TEXT = re.compile(r">([^<>{}]*[A-Za-z]{3}[^<>{}]*)<|(?:aria-label|title|placeholder)=\"([^\"{}]*[A-Za-z]{3}[^\"{}]*)\"")
# English throughout, and marked so, as what it describes is.
ENGLISH = {
    "api.html",
}
NAMES = {"news", "crawl", "newscrawl", "Atom", "RSS", "JSON Feed"}


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("update_catalogues", ROOT / "docs" / "update_catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _catalogue(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_what_make_catalogues_writes(language: str) -> None:
    assert catalogue_path(language).read_bytes() == _script().updated(language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_has_its_translation_with_the_same_placeholders(language: str) -> None:
    catalogue = _catalogue(language)
    for message in catalogue:
        if not message.id:
            continue
        forms = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(forms), message.id
        assert not message.fuzzy, message.id
        plural = message.id if isinstance(message.id, str) else message.id[1]
        assert sorted(PLACEHOLDER.findall(forms[-1])) == sorted(PLACEHOLDER.findall(plural)), message.id
        assert len(forms) == (1 if isinstance(message.id, str) else catalogue.num_plurals), message.id


@pytest.mark.parametrize("path", sorted((ROOT / "newscrawl/web/templates").glob("*.html")), ids=lambda path: path.name)
def test_no_template_has_text_that_is_in_no_catalogue(path: Path) -> None:
    if path.name in ENGLISH:
        return
    # Without comments and expressions: messages may have markup.
    template = re.sub(r"\{#.*?#\}|\{\{.*?\}\}", "", path.read_text(), flags=re.DOTALL)
    found = [a or b for a, b in TEXT.findall(template)]
    assert [text for text in found if text.strip(" ·") not in NAMES] == []


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "en"), ("de", "de"), ("de-AT,en;q=0.5", "de"), ("en-US,de;q=0.9", "en"), ("fr, ar;q=0.3, de;q=0.2", "ar"),
     ("de;q=0", "en"), ("xx;q=oops,de;q=0.1", "de")],
)  # fmt: skip
def test_accept_language_is_read_by_its_weights(header: str, language: str) -> None:
    assert preferred(header) == language


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("path", PATHS)
async def test_a_page_is_in_the_language_of_its_query(
    client: httpx.AsyncClient, bridge: str, path: str, language: str
) -> None:
    path = path.format(key=bridge)
    answer = await client.get(f"{path}{'&' if '?' in path else '?'}lang={language}&zone=Europe/Berlin")
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    assert "Accept-Language" in answer.headers["vary"]
    page = html.fromstring(answer.text)
    assert page.get("lang") == language
    assert page.get("dir") == ("rtl" if language == "ar" else "ltr")
    links = [link.get("href") for link in page.cssselect("body a[href]")]
    own = [link for link in links if link.startswith("/") and not link.startswith("/api/")]
    assert own
    assert [link for link in own if "lang=" not in link or "zone=" not in link] == []
    alternates = {link.get("hreflang"): link.get("href") for link in page.cssselect("link[hreflang]")}
    assert set(alternates) == {*LANGUAGES, "x-default"}
    (canonical,) = page.cssselect("link[rel=canonical]")
    assert canonical.get("href") == alternates[language]
    assert not any("zone=" in url for url in alternates.values())


async def test_forms_and_redirects_keep_language_and_zone(client: httpx.AsyncClient, bridge: str) -> None:
    page = html.fromstring((await client.get("/newest?lang=de&zone=Asia/Tokyo")).text)
    for form in page.cssselect("form[method=get]"):
        names = [field.get("name") for field in form.cssselect("[name]")]
        assert (names.count("lang"), names.count("zone")) == (1, 1)
    answer = await client.get(f"/article/{bridge}/diff?a=2&b=1&lang=de&zone=Asia/Tokyo")
    assert answer.headers["location"] == f"/article/{bridge}/1/2?lang=de&zone=Asia%2FTokyo"
    slashes = await client.get("/newest/?lang=de")
    assert (slashes.status_code, slashes.headers["location"]) == (308, "/newest?lang=de")


async def test_answers_that_are_kept_tell_languages_and_zones_apart(client: httpx.AsyncClient, bridge: str) -> None:
    seen = {}
    for _ in range(2):
        for header in ("de", "ar", "en"):
            answer = await client.get("/newest", headers={"accept-language": header})
            assert html.fromstring(answer.text).get("lang") == header
            assert seen.setdefault(header, answer.headers["etag"]) == answer.headers["etag"]
        for zone in ("Europe/Berlin", "Asia/Tokyo"):
            answer = await client.get(f"/newest?zone={zone}")
            assert seen.setdefault(zone, answer.headers["etag"]) == answer.headers["etag"]
    assert len(set(seen.values())) == len(seen)


async def test_an_unknown_language_or_zone_is_an_error_that_names_a_near_one(client: httpx.AsyncClient) -> None:
    for query, hint in (
        ("zone=Europe/Berln", "Europe/Berlin"),
        ("zone=tokyo", "Asia/Tokyo"),
        ("lang=xx", "en, de, ar"),
    ):
        answer = await client.get(f"/newest?{query}")
        assert answer.status_code == 400
        assert hint in answer.text
    german = await client.get("/newest?zone=nowhere&lang=de")
    assert "Diese URL ist nicht gültig" in german.text


async def test_times_and_days_are_those_of_the_zone(client: httpx.AsyncClient, press: Press, bridge: str) -> None:
    page = (await client.get(f"/article/{bridge}/2?zone=Asia/Tokyo")).text
    assert "2 March 2026, 18:00 JST" in page
    assert "2. März 2026, 10:00 CET" in (await client.get(f"/article/{bridge}/2?lang=de&zone=Europe/Berlin")).text
    # 09:00 UTC is a day later on Kiritimati.
    assert bridge not in (await client.get("/first?zone=Pacific/Kiritimati&day=2026-03-01")).text


async def test_the_api_and_downloads_speak_english(client: httpx.AsyncClient, bridge: str) -> None:
    for path in (f"/api/v1/articles/{bridge}", "/search/found.csv?q=bridge", "/changes.json"):
        plain = await client.get(path)
        german = await client.get(path, headers={"accept-language": "de"})
        assert german.content == plain.content
        assert "accept-language" not in german.headers.get("vary", "").lower()
    feed = await client.get("/changes.json?lang=de")
    assert "Änderungen in den Nachrichten" in feed.json()["title"]


def test_a_moment_names_year_and_zone() -> None:
    when = datetime(2026, 7, 6, 14, 5, tzinfo=UTC)
    assert moment(when) == "6 July 2026, 14:05 UTC"
    with using(Locale("de", "Europe/Berlin")):
        assert moment(when) == "6. Juli 2026, 16:05 CEST"
        assert change_interval(None, when) == "bis 6. Juli 2026, 16:05 CEST"
    with using(Locale("en", "Asia/Dubai")):
        assert moment(when) == "6 July 2026, 18:05 UTC+04:00"
