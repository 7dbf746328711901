"""Listings as they come: with company around them, packed oddly, JSON that is broken, encodings that are not stated."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping

import pytest

from newscrawl.discover import Listing, listing

HERE = "https://paper.example"
URL = f"{HERE}/feeds/all.xml"
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title><link>/</link>%s</channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title><link href="/"/>%s</feed>'
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</urlset>'
IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
A = 'xmlns:a="http://www.w3.org/2005/Atom"'


def item(title: str, link: str, more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def read(body: str | bytes, content_type: str = "text/html") -> Listing:
    return listing(body if isinstance(body, bytes) else body.encode(), url=URL, content_type=content_type)


FEED = '{"version":"https://jsonfeed.org/version/1.1","items":[%s]}'
ONE, TWO = '{"url":"/1","title":"A"}', '{"url":"/2","title":"B, }"}'
BOTH: dict[str, str | None] = {f"{HERE}/1": "A", f"{HERE}/2": "B, }"}
FIRST: dict[str, str | None] = {f"{HERE}/1": "A"}
WRITTEN: Mapping[str, tuple[str | bytes, dict[str, str | None]]] = {
    # Which element gives the address: the first in the format's order that gives one of a page.
    "script-as-link": (
        RSS % f"<item><title>A</title><link>javascript:void(0)</link><guid>{HERE}/1</guid></item>", FIRST,
    ),
    "mail-as-link": (
        RSS % f'<item {A}><title>A</title><link>mailto:desk@paper.example</link><a:link href="/1"/></item>', FIRST,
    ),
    "mail-as-alternate": (ATOM % '<entry><title>A</title><link href="mailto:x@y.z"/><link href="/1"/></entry>', FIRST),
    "phone-as-url-of-json": (FEED % '{"url":"tel:123","external_url":"/1","title":"A"}', FIRST),
    "no-permalink-misspelt": (
        RSS % f'<item {A}><title>A</title><guid isPermalink="false">{HERE}/no</guid><a:link href="/1"/></item>', FIRST,
    ),
    "no-permalink-in-capitals": (
        RSS % f'<item {A}><title>A</title><guid ISPERMALINK="FALSE">{HERE}/no</guid><a:link href="/1"/></item>', FIRST,
    ),
    "relative-permalink": (RSS % '<item><title>A</title><guid isPermaLink="true">/1</guid></item>', FIRST),
    "atom-in-capitals": (
        '<FEED><ENTRY><TITLE TYPE="html">A</TITLE><LINK REL="self" HREF="/no"/>'
        '<LINK REL="alternate" HREF="/1"/></ENTRY></FEED>', FIRST,
    ),
    "text-behind-a-closed-link": (RSS % f"<item><title>A</title><link/>{HERE}/1<pubdate>x</pubdate></item>", FIRST),
    "resource-of-rdf": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<item rdf:about="/x"><title>A</title><link rdf:resource="/1"/></item></rdf:RDF>', FIRST,
    ),
    "address-of-an-image-first": (
        SITEMAP.replace("<urlset", f"<urlset {IMAGE}") % "<url><image:loc>/i.jpg</image:loc><loc>/1</loc></url>",
        {f"{HERE}/1": None},
    ),
    "address-of-a-video-undeclared": (
        SITEMAP % "<url><video:loc>/v</video:loc><loc>/1?a&b</loc></url>", {f"{HERE}/1?a&b": None},
    ),
    "what-no-editor-shows": (RSS % item("A", f"\xa0\u200b{HERE}/1\ufeff"), FIRST),
    "escaped-section": (RSS % item("&lt;![CDATA[A]]&gt;", f"&lt;![CDATA[{HERE}/1]]&gt;"), FIRST),
    "base64-title": (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="base64" type="text/plain">RsOkaHJl'
        '</title><link rel="alternate" type="text/html" href="/1"/></entry></feed>', {f"{HERE}/1": "Fähre"},
    ),
    "numbers-of-utf-16": (RSS % item("A &#55357;&#56832; &#xD83D;&#xde00; &#xD83D;", "/1"), {f"{HERE}/1": "A 😀 😀"}),
    # Company.
    "warnings-with-links": (
        "<br /><b>Warning</b>: include() [<a href='function.include'>function.include</a>]: failed in <b>/x.php</b>"
        + RSS % item("A", "/1"), FIRST,
    ),
    "warnings-with-links-of-the-manual": (
        'Deprecated: each() <a href="http://www.php.net/function.each">[...]</a> in /x.php\n'
        + RSS % item("A", "/1"), FIRST,
    ),
    "sitemap-in-a-page-without-content": (
        f"<html><head></head><body>{SITEMAP % '<url><loc>/1</loc></url>'}</body></html>", {f"{HERE}/1": None},
    ),
    "comments-before-a-text-sitemap": (f"# Sitemap\n# of the paper\n# 2026\n\n{HERE}/1\n", {f"{HERE}/1": None}),
    # Packing.
    "line-before-gzip": (b"\n" + gzip.compress((RSS % item("A", "/1")).encode()), FIRST),
    "mark-before-gzip": (b"\xef\xbb\xbf\r\n" + gzip.compress((FEED % ONE).encode()), FIRST),
    # JSON.
    "json-cut": ((FEED % f'{ONE},{TWO},{{"url":"/3"}}')[:-8], BOTH),
    "json-with-last-commas": (FEED.replace("]}", ",],}") % (ONE[:-1] + ",}," + TWO), BOTH),
    "json-with-one-bad-item": (FEED % f'{ONE},{{"url":"/3","title":"\\x41"}},{TWO}', BOTH),
    "json-with-a-missing-comma": (FEED % f"{ONE} {TWO}", BOTH),
    "json-with-a-brace-in-a-bad-item": (FEED % f'{{"title":"}}]","x":nil}},{ONE}', FIRST),
    "json-behind-warnings": ("<br />\n<b>Notice</b>: x in /y.php\n" + FEED % ONE, FIRST),
    "json-that-is-no-script": (")]}',\n" + FEED % ONE, FIRST),
    "json-in-a-loop": ("while(1);" + FEED % ONE, FIRST),
    "json-in-a-call": (f"/**/ feed.show({FEED % ONE});", FIRST),
    "json-behind-two-marks": ("\ufeff\ufeff\n" + FEED % ONE, FIRST),
    # Links of pages.
    "what-a-script-fills-in": (
        '<html><body><a href="/1">A</a><a href="/2026/${id}">x</a><a href="/2026/{{ slug }}">y</a>'
        '<a href="<%= url %>">z</a><a href="%7B%7Burl%7D%7D">u</a><template><a href="/3">t</a></template>', FIRST,
    ),
    "areas-and-drawings": (
        '<html><body><map><area href="/1" alt="A"></map><svg><a xlink:href="/2"><text>B, }</text></a></svg>', BOTH,
    ),
    "shadow-of-an-element": (
        '<html><body><x-y><template shadowrootmode="open"><a href="/1">A</a></template></x-y></body></html>', FIRST,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_answer_is_the_one_written_by_hand(name: str) -> None:
    body, expected = WRITTEN[name]
    parsed = read(body)
    assert ({each.url: each.headline for each in parsed.candidates}, parsed.problems) == (expected, ())


@pytest.mark.parametrize(
    "body",
    [
        '<!doctype html><html><body><a href="#">x</a><a href="javascript:go()">y</a><a href="">z</a></body></html>',
        '<!doctype html><html><body><div id="app"></div><template><a href="/2026/1">A</a></template></body></html>',
        '<!doctype html><html><body><a href="{{ item.url }}">{{ item.title }}</a></body></html>',
        '<!doctype html><html><body><p><a href="/x"></p><script>var f = {"version": "https://jsonfeed.org/version/1"',
        '{"version": "https://jsonfeed.org/version/1.1", "items": [nil]}',
        '{"message": "not found"}',
        "callback({})",
    ],
)
def test_a_listing_without_a_story_is_a_told_problem(body: str) -> None:
    parsed = read(body)
    assert parsed.problems_for_source(URL, has_articles=False, depth=0, is_alone=True)


def test_a_broken_json_feed_is_read_in_linear_time() -> None:
    items = ",".join(json.dumps({"url": f"/{n}", "title": "{[" * 5}) for n in range(20_000))
    parsed = read(FEED.replace("]}", ",]}") % (items + ',{"url":"' + "[" * 100_000))
    assert len(parsed.candidates) == 20_000


TEXTS = {
    "pl": "Żółć i łąka, święto miasta Łódź, mówił burmistrz w piątek",
    "cs": "Přívoz nepojede až do příštího týdne, řekl starosta města",
    "hu": "A komp a jövő hétig nem közlekedik, fűtetlen várókban ülnek",
    "hr": "Trajekt neće ploviti do idućeg tjedna, rekao je čelnik općine Šibenčić",
    "ro": "Feribotul nu va circula până săptămâna viitoare, a spus primăria oraşului",
    "tr": "Feribot gelecek haftaya kadar çalışmayacak, iskelede inşaat sürüyor",
    "lt": "Keltas neplauks iki kitos savaitės, žiūrės toliau, sakė meras",
    "ru": "Паром не будет ходить до следующей недели, сказал мэр города",
    "el": "Το πλοίο δεν θα κάνει δρομολόγια μέχρι την επόμενη εβδομάδα",
}


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("pl", "cp1250"), ("pl", "iso8859-2"), ("cs", "cp1250"), ("cs", "iso8859-2"), ("hu", "cp1250"),
        ("hr", "cp1250"),
        ("hr", "iso8859-2"), ("ro", "cp1250"), ("tr", "cp1254"), ("lt", "cp1257"), ("ru", "cp1251"), ("ru", "koi8-r"),
        ("el", "cp1253"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("stated", ["", "utf-8", "iso-8859-1"])
@pytest.mark.parametrize("place", ["rss", "page"])
def test_an_encoding_that_is_stated_wrongly_is_that_of_the_stated_language(
    language: str, encoding: str, stated: str, place: str
) -> None:
    text = TEXTS[language]
    feed = RSS % (f"<language>{language}</language>" + "".join(item(text, f"/{n}") for n in range(3)))
    page = (
        f'<html lang="{language}"><body>' + "".join(f'<a href="/{n}">{text}</a>' for n in range(3)) + "</body></html>"
    )
    body = (feed if place == "rss" else page).encode(encoding)
    content_type = f"text/xml; charset={stated}" if stated else "text/xml"
    assert {each.headline for each in read(body, content_type).candidates} == {text}


@pytest.mark.parametrize(("stated", "sent"), [("windows-1251", "koi8-r"), ("koi8-r", "cp1251"), ("euc-jp", "cp932")])
def test_a_stated_encoding_whose_text_is_rubbish_gives_way(stated: str, sent: str) -> None:
    text = "フェリーは来週まで運休する。桟橋の工事のためだ" if sent == "cp932" else TEXTS["ru"]
    body = (RSS % "".join(item(text, f"/{n}") for n in range(3))).encode(sent)
    assert {each.headline for each in read(body, f"text/xml; charset={stated}").candidates} == {text}
