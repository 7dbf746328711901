"""The vocabulary of rules: selectors, blocks, drops, layouts and stamps."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import Page, Rules, extract, layouts_of, stamp
from newscrawl.extract.structured import assigned_json, dig, parse_json
from newscrawl.items import Capture, Source

SOURCE = Source(name="example", publisher="The Example", domains=("example.org",))


def capture(body: str, head: str = "") -> Capture:
    page = f"<html><head><title>T</title>{head}</head><body>{body}</body></html>"
    return Capture(
        "https://example.org/a", "https://example.org/a", 200, (), page.encode(), datetime(2026, 1, 1, tzinfo=UTC)
    )


def paragraphs(layout: type[Rules], body: str, head: str = "") -> tuple[str, ...]:
    return layout().read_paragraphs(Page(capture(body, head)))


class DivLayout(Rules):
    body = ".story"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One</p><p>Two</p>", ("One", "Two")),
        (
            "<h2>Head</h2><ul><li>a1</li><li><p>b2</p></li></ul><blockquote>Said</blockquote>",
            ("Head", "a1", "b2", "Said"),
        ),
        ("Loose <b>text</b> here<br><br>and there", ("Loose text here", "and there")),
        ("<p>Roses are red<br>violets are blue</p>", ("Roses are red violets are blue",)),
        ("<p>A</p><figure><figcaption>caption</figcaption></figure><p>B</p>", ("A", "B")),
        (
            "<p>Seen <span class='sr-only'>unseen</span><span style='display: none'>x</span><i hidden>y</i></p>",
            ("Seen",),
        ),
        ("<p>A</p><div class='newsletter-signup'><p>Sign up</p></div><p>B</p>", ("A", "B")),
        ("<p>A</p><p>Read more: bridges</p><p>* * *</p><p>B</p>", ("A", "B")),
        ("<p><span class='drop-cap'>N</span> ight fell</p>", ("Night fell",)),
        ("<pre>two\n  lines</pre>", ("two\n  lines",)),
        ("<p>A</p><h3>More on this</h3>", ("A",)),
        ("<p>before<!-- note -->after</p>", ("beforeafter",)),
        (
            "<p>A</p><table><tr><th>Town</th><th>Seats</th></tr><tr><td>Lund</td><td> 12 </td></tr></table><p>B</p>",
            ("A", "Town Seats", "Lund 12", "B"),
        ),
        ("<table><tr><td><p>One</p><p>Two</p></td><td><p>Menu</p></td></tr></table>", ("One", "Two", "Menu")),
        (
            "<p>A</p><figure><table><tr><td>1</td><td>2</td></tr></table><figcaption>c</figcaption></figure>",
            ("A", "1 2"),
        ),
        (
            "<p>2 May: Lund<br>3 May: Ystad<br>9 May: Malmö<br>11 May: Kiruna</p>",
            ("2 May: Lund", "3 May: Ystad", "9 May: Malmö", "11 May: Kiruna"),
        ),
        (
            "<p>市長は辞任を表明した。<br>後任の選挙は来月の十二日に行われる予定だという。</p>",
            ("市長は辞任を表明した。", "後任の選挙は来月の十二日に行われる予定だという。"),
        ),
        (
            "<dl><dt>Depth</dt><dd>41 metres</dd></dl><pre>ice  3\nsnow 9</pre>",
            ("Depth", "41 metres", "ice  3\nsnow 9"),
        ),
    ],
)
def test_blocks_are_the_paragraphs_a_reader_sees(markup: str, expected: tuple[str, ...]) -> None:
    assert paragraphs(DivLayout, f"<div class=story>{markup}</div>") == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<table><tr><td>Lund</td><td>12</td></tr></table>", ("Lund 12",)),
        ("<ul><li>12 seats</li><li>9 boats</li></ul>", ("12 seats", "9 boats")),
        ("<blockquote><p>I left at 9.</p></blockquote>", ("I left at 9.",)),
        ("<figure><pre>ice 3</pre><figcaption>caption</figcaption></figure>", ("ice 3",)),
        ("<dl><dt>Depth</dt><dd>41</dd></dl>", ("Depth", "41")),
        ("<ul class=related><li>12 seats</li></ul>", ()),
        ("<ul><li><a href=/b>Another article</a></li></ul>", ()),
        ("<figure><img src=a.png><figcaption>caption</figcaption></figure>", ()),
        ("<div>promotion</div>", ()),
    ],
)
def test_what_carries_figures_between_selected_paragraphs_is_read_with_them(
    markup: str, expected: tuple[str, ...]
) -> None:
    class Paragraphs(Rules):
        body = "div.story > p"

    body = f"<div class=story><p>First of two</p>{markup}<p>Second of two</p>{markup}</div>"
    assert paragraphs(Paragraphs, body) == ("First of two", *expected, "Second of two")


def test_all_containers_are_read_in_document_order() -> None:
    body = "<div class=story><p>Lead</p></div><p>advertisement here</p><div class=story><p>Rest</p></div>"
    assert paragraphs(DivLayout, body) == ("Lead", "Rest")


def test_container_inside_a_container_is_read_once() -> None:
    assert paragraphs(DivLayout, "<div class=story><p>A</p><div class=story><p>B</p></div></div>") == ("A", "B")


def test_layout_drops_keeps_and_stops_as_stated() -> None:
    class Picky(Rules):
        body = ".story"
        drop = ".beside"
        keep = ".promo"
        drop_lines = ("Tips to *", "re:\\d+ comments?")
        stop_lines = ("Corrections:*",)
        drop_links = True

    body = (
        "<div class=story><p>A</p><p class=beside>x</p><div class=promo><p>B</p></div><p>Tips to the desk</p>"
        "<p>12 comments</p><p><a href=/y>Other story</a></p><p>C</p><p>Corrections: none</p><p>D</p></div>"
    )
    assert paragraphs(Picky, body) == ("A", "B", "C")


def test_typed_content_is_read_by_type_and_as_markup() -> None:
    class Typed(Rules):
        body = "json:#state:story.parts[type=text,list][subtype!=credit]"

    state = (
        '{"story": {"parts": [{"type": "text", "content": "One <b>bold</b> &amp; plain"},'
        ' {"type": "ad", "content": "x"},'
        ' {"type": "text", "subtype": "credit", "content": "y"}, {"type": "list", "items": [{"content": "i1"}]}]}}'
    )
    assert paragraphs(Typed, f"<script id=state type=application/json>{state}</script>") == ("One bold & plain", "i1")


def test_first_alternative_with_text_is_used() -> None:
    class Either(Rules):
        body = (".gone", "//div[@id='old']", ".story")

    assert paragraphs(Either, "<div id=old><p>A</p></div><div class=story><p>B</p></div>") == ("A",)


def test_bad_selector_is_named() -> None:
    class Wrong(Rules):
        body = "div[["

    with pytest.raises(ValueError, match=r"div\[\["):
        paragraphs(Wrong, "<p>A</p>")


class Spider:
    class Layout2014(Rules):
        match = ".old"
        body = ".old"

    class Layout2024(Layout2014):
        match = ".new"
        body = ".new"

    class Layout2019(Rules):
        match = ".mid"
        body = ".mid"


def test_layouts_are_read_newest_first_by_their_year() -> None:
    assert [layout.__name__ for layout in layouts_of(Spider)] == ["Layout2024", "Layout2019", "Layout2014"]


@pytest.mark.parametrize(
    ("mark", "name"), [("old", "Layout2014"), ("mid", "Layout2019"), ("new", "Layout2024"), ("no", "generic")]
)
def test_page_is_read_by_the_layout_whose_match_it_has(mark: str, name: str) -> None:
    extraction = extract(
        capture(f"<h1>Title</h1><div class={mark}><p>Text of the story.</p></div>"), layouts_of(Spider), SOURCE
    )
    assert extraction.rules == name


def test_stamp_changes_with_a_rule_and_not_with_a_comment() -> None:
    def layout(body: str, example: str) -> type[Rules]:
        return type("Layout2020", (Rules,), {"body": body, "example": example})

    assert stamp([layout(".a", "x")]) == stamp([layout(".a", "y")])
    assert stamp([layout(".a", "x")]) != stamp([layout(".b", "x")])
    assert stamp([]) != stamp([layout(".a", "x")])


def test_json_ld_of_the_page_wins_over_that_of_related_articles() -> None:
    head = (
        '<link rel=canonical href="https://example.org/a"><script type="application/ld+json">{"@graph": ['
        '{"@type": "NewsArticle", "url": "https://example.org/b", "headline": "Other", "datePublished": "2020-01-01"},'
        '{"@type": ["NewsArticle"], "mainEntityOfPage": {"@id": "https://www.example.org/a/"}, '
        '"headline": "Mine &amp; yours",'
        ' "author": {"@id": "#p"}}, {"@id": "#p", "@type": "Person", "name": "Ada Fenn"}]}</script>'
    )
    rules, page = DivLayout(), Page(capture("<div class=story><p>x</p></div>", head))
    assert rules.read_headline(page) == "Mine & yours"
    assert rules.read_author(page) == ("Ada Fenn",)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, 2,],}',
        '//<![CDATA[\n{"a": [1, 2]}\n//]]>',
        '<!-- {"a": [1, 2]} -->',
        '{"a": [1, 2]};',
        '{"a": [1, 2]} trailing',
    ],
)
def test_broken_json_is_repaired(text: str) -> None:
    assert parse_json(text) == {"a": [1, 2]}


@pytest.mark.parametrize(
    "script",
    [
        'window.state = {"a": 1};', 'x.state={"a":1,};more()', 'var o = {"state": {"a": 1}}',
        "state = JSON.parse('{\"a\": 1}')",
        'window["state"] = {"a": 1, "b": undefined}; ',
    ],
)  # fmt: skip
def test_state_is_found_however_it_is_assigned(script: str) -> None:
    assert assigned_json(script, "state")["a"] == 1


def test_paths_reach_lists_depths_and_choices() -> None:
    value = {"a": [{"k": "x", "v": 1}, {"k": "y", "v": 2}], "b": {"c": {"v": 3}}}
    assert dig(value, "a.v") == [1, 2]
    assert dig(value, "a[1].v") == [2]
    assert dig(value, "a[k=y].v") == [2]
    assert dig(value, "b.**.v") == [3]


class Narrow(Rules):
    body = ".story"
    author = ".writer"
    date_published = ".when"


def test_people_and_date_that_are_not_where_the_layout_has_them_are_read_elsewhere() -> None:
    head = """<script type="application/ld+json">{"@type": "NewsArticle",
        "author": {"@type": "Person", "name": "Ida Berg"},
        "datePublished": "2026-03-01T10:00:00Z"}</script>"""
    page = Page(capture("<p class='story'>One</p>", head))
    assert (Narrow().read_author(page), Narrow().read_published(page)) == (("Ida Berg",), ("2026-03-01T10:00:00Z",))


def test_house_in_the_metadata_is_not_read_where_the_layout_has_the_authors() -> None:
    head = """<script type="application/ld+json">{"@type": "NewsArticle", "author": {"@type": "Organization",
        "name": "The Example"}}</script>"""
    assert Narrow().read_author(Page(capture("<p class='story'>One</p>", head))) == ()
