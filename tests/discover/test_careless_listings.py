"""Listings of writers whose readers forgive much: signs that are no markup, addresses in part, words escaped again."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from newscrawl.discover import Listing, listing

HERE = "https://paper.example"
URL = f"{HERE}/feeds/all.xml"
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title><link>/</link>%s</channel></rss>'
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</urlset>'


def item(title: str, link: str, more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def read(body: str | bytes) -> Listing:
    return listing(body if isinstance(body, bytes) else body.encode(), url=URL)


TITLES = {
    # What is no markup.
    "Profits < losses at R&D <3": "Profits < losses at R&D <3",
    "Inflation <2 % und a<b im Test": "Inflation <2 % und a<b im Test",
    "Was heißt a[b[0]]>1": "Was heißt a[b[0]]>1",
    "<![CDATA[<![CDATA[Water rises]]>]]>": "Water rises",
    "The <em>Big</em> one<br/>again": "The Big one again",
    # Escaped once more, and numbers without a semicolon.
    "Q&amp;amp;amp;A &amp;amp;quot;now&amp;amp;quot;": 'Q&A "now"',
    "<![CDATA[Bürger&amp;#8217;s Haus]]>": "Bürger’s Haus",
    "&amp;lt;i&amp;gt;Iliad&amp;lt;/i&amp;gt; returns": "Iliad returns",
    "Use &amp;lt;br&amp;gt; or &amp;lt;p&amp;gt;": "Use <br> or <p>",
    "Caf&eacute;&nbsp;Noir &#8211 le retour": "Café Noir – le retour",
    "<![CDATA[L&#39avenir &#x2013 demain]]>": "L'avenir – demain",
    "Zimmer &#7 und AT&T": "Zimmer &#7 und AT&T",
}


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_what_its_writer_meant(title: str) -> None:
    found = read(RSS % (item(title, "/1") + item("Zwei", "/2")))
    assert {each.url: each.headline for each in found.candidates} == {f"{HERE}/1": TITLES[title], f"{HERE}/2": "Zwei"}


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("www.paper.example/2026/1", "https://www.paper.example/2026/1"),
        ("paper.example/2026/1?a=b", f"{HERE}/2026/1?a=b"),
        ("\n PAPER.example/1", "https://PAPER.example/1"),
        ("www.html", f"{HERE}/feeds/www.html"),
        ("paper.example.html", f"{HERE}/feeds/paper.example.html"),
        ("https://https://paper.example/1", f"{HERE}/1"),
        ("http:// https://paper.example/1", f"{HERE}/1"),
        ("http://HTTPS://paper.example/1", f"{HERE}/1"),
        ("/redirect?to=https://https://paper.example/1", f"{HERE}/redirect?to=https://https://paper.example/1"),
    ],
)
def test_an_address_lacks_its_scheme_or_has_it_twice(link: str, expected: str) -> None:
    bodies = [
        RSS % item("A", link),
        SITEMAP % f"<url><loc>{link}</loc></url>",
        json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "url": link}]}),
    ]
    found = [each.url for body in bodies for each in read(body).candidates]
    assert found == [expected] * 3


def test_a_page_s_links_are_those_of_browsers() -> None:
    page = '<html><body><a href="www.paper.example/1">A longer headline</a></body></html>'
    assert [each.url for each in read(page).candidates] == [f"{HERE}/feeds/www.paper.example/1"]


ADDRESSES: Mapping[str, str] = {
    "linked and shortened": '<link><a href="/2026/ferry">https://paper.example/20…</a></link>',
    "permalink as XML Schema says": f'<guid isPermaLink="1">{HERE}/2026/ferry</guid>',
    "permalink said to be one": '<guid isPermaLink="yes">/2026/ferry</guid>',
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_is_found_where_it_is(name: str) -> None:
    found = read(RSS % f"<item><title>A</title>{ADDRESSES[name]}</item>")
    assert [each.url for each in found.candidates] == [f"{HERE}/2026/ferry"]


@pytest.mark.parametrize("said", ["0", "no", "False", "n/a"])
def test_what_is_said_to_be_no_permalink_is_none(said: str) -> None:
    assert not read(RSS % f'<item><guid isPermaLink="{said}">{HERE}/no</guid></item>').candidates


def test_titles_of_json_feeds_may_be_escaped() -> None:
    titles = {"Mayor&#8217;s plan &amp; more": "Mayor’s plan & more", "1 < 2 & <b>": "1 < 2 & <b>"}
    items = [{"id": str(n), "url": f"/{n}", "title": title} for n, title in enumerate(titles)]
    found = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}))
    assert [each.headline for each in found.candidates] == list(titles.values())


@pytest.mark.parametrize("root", ["urlset", "sitemapindex"])
def test_addresses_and_sitemaps_are_read_in_each_others_root(root: str) -> None:
    broken = "<url><loc>/2</loc><changefreq>daily</changefrequency></url>"
    found = read(f"<{root}><sitemap><loc>/s.xml?a=1&b=2</loc></sitemap><url><loc>/1</loc></url>{broken}</{root}>")
    assert ([each.url for each in found.candidates], found.sitemaps) == (
        [f"{HERE}/1", f"{HERE}/2"],
        (f"{HERE}/s.xml?a=1&b=2",),
    )


def test_entries_of_one_address_complete_each_other() -> None:
    news = "<url><loc>/1</loc><lastmod>2026-05-02</lastmod><news:news><news:title>Ferry</news:title></news:news></url>"
    found = read(SITEMAP % f"<url><loc>/1</loc><lastmod>2026-05-01</lastmod></url>{news}")
    assert [(each.url, each.headline, each.modified) for each in found.candidates] == [
        (f"{HERE}/1", "Ferry", "2026-05-01")
    ]


def test_dates_and_guids_may_be_escaped_sections_or_within_elements() -> None:
    more = (
        "<pubDate>&lt;![CDATA[Fri, 01 May 2026 10:00:00 GMT]]&gt;</pubDate><guid>&lt;![CDATA[x7]]&gt;</guid>"
        "<atom:updated><time>2026-05-02</time></atom:updated>"
    )
    (found,) = read(RSS % item("A", "/1", more)).candidates
    assert (found.published, found.guid, found.modified) == ("Fri, 01 May 2026 10:00:00 GMT", "x7", "2026-05-02")


UNCLOSED = {
    "title": "<title>Uno<link>/1</link><pubDate>x</pubDate>",
    "link": "<title>Uno</title><link>/1<pubDate>x</pubDate>",
    "guid": f"<title>Uno</title><pubDate>x</pubDate><guid>{HERE}/1",
    "link as in HTML": '<pubDate>x</pubDate><link href="/1"><title>Uno</title>',
    "two of them": "<TITLE>Uno<LINK>/1<pubDate>x</pubDate>",
}


@pytest.mark.parametrize("name", UNCLOSED)
def test_an_element_without_its_end_ends_where_the_next_one_begins(name: str) -> None:
    found = read(RSS % (item("Prima", "/0") + f"<item>{UNCLOSED[name]}</item>" + item("Due", "/2")))
    assert [(each.url, each.headline, each.published) for each in found.candidates] == [
        (f"{HERE}/0", "Prima", None),
        (f"{HERE}/1", "Uno", "x"),
        (f"{HERE}/2", "Due", None),
    ]


def test_an_address_of_a_sitemap_may_lack_its_end() -> None:
    found = read(SITEMAP % "<url><loc>/1<lastmod>2026</lastmod></url><url><loc>/2</url>")
    assert [(each.url, each.modified) for each in found.candidates] == [(f"{HERE}/1", "2026"), (f"{HERE}/2", None)]
