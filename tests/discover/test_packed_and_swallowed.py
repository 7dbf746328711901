"""Listings packed without a word, escaped or encoded twice, and entries that another one's mistake would swallow."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

from newscrawl.discover import listing

HERE = "https://paper.example"
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title><link>/</link>%s</channel></rss>'
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</urlset>'
JSON = '{"version":"https://jsonfeed.org/version/1.1","items":%s}'


def item(number: int) -> str:
    return f"<item><title><![CDATA[No. {number}]]></title><link>/{number}</link></item>"


def address(number: int) -> str:
    return f"<url><loc>{HERE}/{number}</loc></url>"


def found(body: str | bytes) -> list[str]:
    parsed = listing(body if isinstance(body, bytes) else body.encode(), url=f"{HERE}/all", content_type="text/html")
    return [candidate.url.removeprefix(f"{HERE}/") for candidate in parsed.candidates]


FEED = RSS % "".join(map(item, (1, 2, 3)))
ITEMS = [f'{{"url":"/{number}","title":"No. {number}"}}' for number in (1, 2, 3)]
TEXT = "".join(f"{HERE}/{number}\n" for number in (1, 2, 3))
ALL = ["1", "2", "3"]


@pytest.mark.parametrize("level", [1, 5, 6, 9])
@pytest.mark.parametrize(
    "text", [FEED, JSON % f"[{','.join(ITEMS)}]", TEXT, SITEMAP % "".join(map(address, (1, 2, 3)))]
)
def test_a_zlib_stream_is_unpacked(text: str, level: int) -> None:
    packed = zlib.compress(text.encode(), level)
    assert found(packed) == found(packed + b"\r\n<!-- 3 ms -->") == found(gzip.compress(packed)) == ALL


def test_a_text_that_only_begins_like_a_zlib_stream_is_one() -> None:
    assert found(f"x^2 warnings {FEED}") == ALL


def test_a_zlib_stream_that_is_cut_short_is_a_problem() -> None:
    parsed = listing(zlib.compress(FEED.encode())[:-20], url=f"{HERE}/all")
    assert (parsed.candidates, parsed.problems) == ((), (f"{HERE}/all: the listing's zlib stream is cut short",))


OPEN_SECTION = "<item><title><![CDATA[No. 2</title><link>/2</link></item>"
OPEN_COMMENT = "<item><title>No. 2</title><link>/2</link><!-- a draft </item>"


@pytest.mark.parametrize("broken", [OPEN_SECTION, OPEN_COMMENT])
@pytest.mark.parametrize("rest", [item(3), "<item><title>No. 3</title><!-- a --><link>/3</link></item>"])
def test_a_section_or_comment_that_is_never_closed_ends_with_its_entry(broken: str, rest: str) -> None:
    assert found(RSS % (item(1) + broken + rest)) == ALL


def test_a_section_may_quote_a_feed_and_a_comment_take_out_entries() -> None:
    quoted = "<item><title>X</title></item> <item>"
    quoting = f"<item><title>A</title><link>/1</link><description><![CDATA[{quoted}]]></description></item>"
    assert found(RSS % (quoting + item(2))) == ["1", "2"]
    assert found(RSS % f"{item(1)}<!-- {item(8)}{item(9)} -->{item(2)}") == ["1", "2"]


def test_openings_that_are_never_closed_take_no_quadratic_time() -> None:
    assert found(RSS % (item(1) + "<item><title><![CDATA[" * 20_000)) == ["1"]


def test_entries_that_a_script_appended_belong_to_the_listing() -> None:
    assert found(SITEMAP % address(1) + "\n" + address(2) + "\n" + address(3)) == ALL
    assert found(RSS % item(1) + item(2) + item(3)) == ALL


def test_a_feed_that_is_shown_as_text_is_one_unless_the_page_has_links() -> None:
    shown = FEED.replace("&", "&amp;").replace("<", "&lt;")
    assert found(f"<html><head></head><body><pre>{shown}</pre></body></html>") == ALL
    assert found(f'<html><body><a href="/how-to">x</a><pre>{shown}</pre></body></html>') == ["how-to"]


def test_items_of_a_json_feed_may_be_an_object() -> None:
    assert found(JSON % f'{{"0":{ITEMS[0]},"1":nil,"2":{ITEMS[2]}}}') == ["1", "3"]
    assert found(JSON % f'{{"0":{ITEMS[0]},"1":{ITEMS[1]},"5":{ITEMS[2]}}}') == ALL


def test_a_json_feed_may_be_encoded_twice() -> None:
    assert found(json.dumps(JSON % f"[{','.join(ITEMS)}]")) == ALL


def test_a_quote_in_a_title_of_a_json_feed_costs_that_item() -> None:
    broken = '{"url":"/8","title":"A 5" pipe","authors":[{"name":"Ada","url":"/ada"}]}'
    assert found(JSON % f"[{ITEMS[0]},{broken},{ITEMS[1]}, {ITEMS[2]}]") == ALL


@pytest.mark.parametrize(
    "line",
    [
        "%s/{}\t2026-11-09",
        "%s/{};2026-11-09T10:00Z",
        "%s/{},2026-11-09",
        '"%s/{}","2026-11-09T10:00Z"',
        "<%s/{}>",
        "%s/{},",
    ],
)
def test_an_address_may_be_a_column_of_a_table(line: str) -> None:
    assert found("loc\r\n" + "".join(f"{line % HERE}\r\n".format(number) for number in (1, 2, 3))) == ALL


def test_a_comma_in_an_address_belongs_to_it() -> None:
    assert found(f"{HERE}/a,1234.html\n{HERE}/2026,11,09\n") == ["a,1234.html", "2026,11,09"]
    assert found(f"{HERE}/a,2026-11-09-fog\n") == ["a,2026-11-09-fog"]


def test_an_attribute_that_is_never_closed_is_no_address() -> None:
    atom = '<feed xmlns="http://www.w3.org/2005/Atom">%s</feed>'
    broken = '<entry><title>B</title><link href="/2/></entry>'
    assert found(atom % f'<entry><link href="/1"/></entry>{broken}<entry><link href="/3"/></entry>') == ["1", "3"]
