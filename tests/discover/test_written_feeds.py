"""Feeds and sitemaps of each format, as newspapers and their servers damage them, with answers written by hand."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping

import pytest

from newscrawl.discover import listing

URL = "https://paper.example/feeds/all.xml"
HERE = "https://paper.example"
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title><link>/</link>%s</channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title><link href="/"/>%s</feed>'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="/"><title>Paper</title></channel>%s</rdf:RDF>'
)
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" %s>%s</urlset>'


def item(title: str, link: str, more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


ONE = {f"{HERE}/1": "One"}
WRITTEN: Mapping[str, tuple[str | bytes, dict[str, str | None]]] = {
    "rss-0.91-doctype": (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd" '
        '[<!ENTITY paper "The Paper">]>' + RSS % item("&paper; &mdash; one", "/1"),
        {f"{HERE}/1": "The Paper — one"},
    ),
    "warnings-of-the-server-around-it": (
        "<br />\n<b>Warning</b>: in <b>/srv/feed.php</b><br />\n" + RSS % item("One", "/1") + "\n<!-- 1 ms --> &",
        ONE,
    ),
    "raw-ampersands": (RSS % item("Q&A: R&D", "/1?a=1&b=2&copy=3"), {f"{HERE}/1?a=1&b=2&copy=3": "Q&A: R&D"}),
    "control-characters-and-numbers-of-none": (RSS % item("O\x0bn\x00e&#8;&#xFFFF;", "/1\x02"), ONE),
    "windows-1252-numbers": (RSS % item("It&#146;s &#150; one", "/1"), {f"{HERE}/1": "It’s – one"}),
    "undeclared-prefixes": (
        RSS % item("One", "/1", '<media:title>photo</media:title><x-y:z a:b="c"/>') + "",
        ONE,
    ),
    "one-bad-entry-between": (
        RSS % (item("One", "/1") + "<item><title>B <b>ad</i></title><link>/2</link></itm>" + item("Three", "/3")),
        {f"{HERE}/1": "One", f"{HERE}/2": "B ad", f"{HERE}/3": "Three"},
    ),
    "cut-in-its-third-entry": (
        (RSS % (item("One", "/1") + item("Two", "/2") + item("Three", "/3")))[:-50],
        {f"{HERE}/1": "One", f"{HERE}/2": "Two"},
    ),
    "titles-in-html": (
        RSS
        % (
            item("<![CDATA[<em>One</em> &amp; <br/>all]]>", "<![CDATA[ /1 ]]>")
            + item("&lt;i&gt;Two&lt;/i&gt; &amp;#8217;n&amp;rsquo;", "/2")
            + item("3 &lt; 4 and &lt;title&gt; stay", "/3")
            + item("AT&amp;T", "/4")
        ),
        {f"{HERE}/1": "One & all", f"{HERE}/2": "Two ’n’", f"{HERE}/3": "3 < 4 and <title> stay", f"{HERE}/4": "AT&T"},
    ),
    "which-element-of-rss": (
        RSS
        % (
            item("One", "/proxy/1", '<o:origLink xmlns:o="http://rssnamespace.org/feedburner/ext/1.0">/1</o:origLink>')
            + f"<item><guid>{HERE}/2</guid></item>"
            + f'<item><guid isPermaLink="false">{HERE}/no</guid><a:link xmlns:a="http://www.w3.org/2005/Atom" '
            + 'rel="self" href="/self"/><a:link xmlns:a="http://www.w3.org/2005/Atom" href="/3"/></item>'
            + item("", "/4", '<m:title xmlns:m="http://search.yahoo.com/mrss/">media</m:title>')
            + '<item><d:title xmlns:d="http://purl.org/dc/elements/1.1/">Five</d:title><link>/5</link></item>'
            + "<item><title>without an address</title></item>"
        ),
        {f"{HERE}/1": "One", f"{HERE}/2": None, f"{HERE}/3": None, f"{HERE}/4": "media", f"{HERE}/5": "Five"},
    ),
    "rdf-1.0": (
        RDF
        % (
            f'<item rdf:about="{HERE}/id"><title>One</title><link>{HERE}/1</link></item>'
            f'<item rdf:about="{HERE}/2"><dc:title>Two</dc:title></item>'
        ),
        {f"{HERE}/1": "One", f"{HERE}/2": "Two"},
    ),
    "atom-links-and-titles": (
        ATOM
        % (
            '<entry><link rel="enclosure" href="/e"/><link rel="alternate" type="application/json" href="/j"/>'
            '<link rel="ALTERNATE" type="text/html" href="/1"/><title type="xhtml">'
            '<div xmlns="http://www.w3.org/1999/xhtml">One <b>w</b>ord<br/>more</div></title>'
            "<source><title>another</title></source></entry>"
            '<entry><link href="/2"/><title type="html">&lt;b&gt;Two&lt;/b&gt; &amp;amp; more</title></entry>'
            '<entry><link href="/3"/><title>1 &lt; 2 &amp;amp; 3</title></entry>'
            f'<entry><content type="text/html" src="/4"/></entry><entry><id>{HERE}/5</id></entry>'
            "<entry><id>tag:paper.example,2026:6</id></entry>"
        ),
        {
            f"{HERE}/1": "One word more",
            f"{HERE}/2": "Two & more",
            f"{HERE}/3": "1 < 2 &amp; 3",
            f"{HERE}/4": None,
            f"{HERE}/5": None,
        },
    ),
    "atom-with-a-prefix-and-bases": (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:base="/news/"><a:entry xml:base="2026/">'
        '<a:title>One</a:title><a:link xml:base="05/" href="one"/></a:entry></a:feed>',
        {f"{HERE}/news/2026/05/one": "One"},
    ),
    "addresses-as-browsers-resolve-them": (
        RSS
        % "".join(
            item("x", link)
            for link in (
                " \n/a b\t", "//cdn.example/c", "\\d\\e", "https:/f", "HTTP:\\\\g.example", "h/../i", "?j k", "#l"
            )
        ),
        dict.fromkeys(
            (
                f"{HERE}/a%20b", "https://cdn.example/c", f"{HERE}/d/e", f"{HERE}/f", "http://g.example",
                f"{HERE}/feeds/i", f"{HERE}/feeds/all.xml?j%20k", f"{HERE}/feeds/all.xml#l",
            ),
            "x",
        ),
    ),
    "news-sitemap-with-another-prefix": (
        SITEMAP
        % (
            'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:h="http://www.w3.org/1999/xhtml" '
            'xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"',
            '<url><h:link rel="alternate" hreflang="de" href="/de"/><i:image><i:loc>/i.jpg</i:loc><i:title>no</i:title>'
            "</i:image><n:news><n:publication><n:name>Paper</n:name></n:publication>"
            "<n:title>One &amp;amp; all</n:title>"
            "</n:news><loc>\n /1 </loc></url>",
        ),
        {f"{HERE}/1": "One & all"},
    ),
    "broken-sitemap": (
        SITEMAP
        % (
            "",
            "<url><loc>/1?a=1&b=2</loc></url><url><loc>/2</url><url><loc>http://[bad</loc></url>"
            "<url><loc>/3</loc><news:news><news:title>R&D</news:title></news:news></url>",
        ),
        {f"{HERE}/1?a=1&b=2": None, f"{HERE}/2": None, f"{HERE}/3": "R&D"},
    ),
    "text-sitemap": (
        f"\ufeff{HERE}/1\r\n\r\nnot an address\r\n{HERE}/2  \r\n".encode(),
        {f"{HERE}/1": None, f"{HERE}/2": None},
    ),
    "json-feed": (
        "\ufeff"
        + json.dumps(
            {
                "items": [
                    {"id": 7, "url": "/1", "external_url": "https://else.example/1", "title": "One\n<b>"},
                    {"id": "8", "external_url": "https://else.example/2", "title": 3},
                    {"id": f"{HERE}/3"},
                    {"url": ["/no"]},
                    None,
                    {"url": "/4", "title": None},
                ]
            }
        ),
        {f"{HERE}/1": "One <b>", "https://else.example/2": "3", f"{HERE}/3": None, f"{HERE}/4": None},
    ),
    "gzip-of-two-members-twice": (
        gzip.compress(
            gzip.compress((RSS % item("One", "/1"))[:60].encode())
            + gzip.compress((RSS % item("One", "/1"))[60:].encode())
        ),
        ONE,
    ),
    "cdf": (f'<CHANNEL BASE="{HERE}/c/"><ITEM HREF="1"><TITLE>One</TITLE></ITEM></CHANNEL>', {f"{HERE}/c/1": "One"}),
    "doctype-of-a-page-before-it": ("<!DOCTYPE html>\n" + RSS % item("One", "/1"), ONE),
    "extension-with-the-same-name": (
        RSS % item("One", "/1", '<g:entry xmlns:g="urn:g"><g:link href="/no"/></g:entry><image><url>/no</url></image>'),
        ONE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_answer_is_the_one_written_by_hand(name: str) -> None:
    body, expected = WRITTEN[name]
    parsed = listing(body if isinstance(body, bytes) else body.encode(), url=URL, content_type="text/html")
    assert {candidate.url: candidate.headline for candidate in parsed.candidates} == expected
    assert list(expected) == [candidate.url for candidate in parsed.candidates]
    assert parsed.problems == ()


TITLE = "Über – “Łódź”"
DECLARED = '<?xml version="1.0" encoding="%s"?>' + (RSS % item("%s", "/1")).partition("?>")[2]
ENCODED: Mapping[str, tuple[bytes, str]] = {
    "utf-16-declared-utf-8-sent": ((DECLARED % ("utf-16", TITLE)).encode(), ""),
    "utf-16-sent-utf-8-declared": ((DECLARED % ("utf-8", TITLE)).encode("utf-16"), "text/xml; charset=utf-8"),
    "utf-16-without-a-mark": ((DECLARED % ("utf-8", TITLE)).encode("utf-16-be"), ""),
    "latin-1-declared-utf-8-sent": ((DECLARED % ("iso-8859-1", TITLE)).encode(), "text/xml; charset=us-ascii"),
    "mark-against-the-header": ((DECLARED % ("big5", TITLE)).encode("utf-8-sig"), "text/xml; charset=koi8-r"),
    "header-alone": ((RSS % item(TITLE, "/1")).encode("utf-8"), "text/xml; charset=windows-1250"),
    "unknown-encoding": ((DECLARED % ("klingon", TITLE)).encode(), "text/xml; charset=rot13"),
}


@pytest.mark.parametrize("name", ENCODED)
def test_encoding_is_what_the_bytes_are(name: str) -> None:
    body, content_type = ENCODED[name]
    assert [c.headline for c in listing(body, url=URL, content_type=content_type).candidates] == [TITLE]


@pytest.mark.parametrize(
    ("text", "encoding", "declared", "content_type"),
    [
        ("Президент прибыл", "cp1251", "utf-8", "text/xml; charset=windows-1251"),
        ("Президент прибыл", "koi8-r", "koi8-r", "text/xml"),
        ("Élysée “€”", "cp1252", "iso-8859-1", ""),
        ("政府の発表", "shift_jis", "shift_jis", ""),
        ("政府の発表", "iso-2022-jp", "iso-2022-jp", ""),
        ("Президент России прибыл в Москву на встречу с министром", "cp1251", "utf-8", ""),
    ],
)  # fmt: skip
def test_declared_encoding_is_taken_where_the_bytes_are_no_utf_8(
    text: str, encoding: str, declared: str, content_type: str
) -> None:
    body = (DECLARED % (declared, text)).encode(encoding)
    assert [c.headline for c in listing(body, url=URL, content_type=content_type).candidates] == [text]


def test_windows_1252_pasted_into_utf_8_spoils_neither() -> None:
    body = (DECLARED % ("utf-8", "Übér @")).encode().replace(b"@", b"\x93caf\xe9\x94")
    assert [c.headline for c in listing(body, url=URL).candidates] == ["Übér “café”"]
