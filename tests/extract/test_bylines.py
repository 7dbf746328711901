"""The byline of a page, in the places where papers print it; and the names beside it that are no authors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import Page
from newscrawl.extract.bylines import printed_byline, signature
from newscrawl.items import Capture, Source
from newscrawl.reading import PageReader

PROSE = "<p>" + "The ferry will stay in the harbour until the autumn, the council said on Monday evening. " * 4 + "</p>"
HEADLINE = "<h1>Ferry stays in the harbour until the autumn</h1>"


def page(body: str, head: str = "") -> Page:
    return Page(capture(body, head))


def capture(body: str, head: str = "") -> Capture:
    url = "https://courier.example/ferry"
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    now = datetime(2026, 11, 1, tzinfo=UTC)
    return Capture(url, url, 200, (("content-type", "text/html; charset=utf-8"),), html.encode(), now)


def authors(body: str, head: str = "") -> list[str]:
    reader = PageReader.of(Source("courier", "The Courier", ("courier.example",)))
    article = reader.read(capture(body, head), guid="1").article
    assert article is not None
    return list(article.author)


def ld(author: str) -> str:
    return (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": '
        f'"Ferry stays in the harbour until the autumn", "author": {author}}}</script>'
    )


@pytest.mark.parametrize(
    "byline",
    [
        '<div class="article-byline">By <a href="/author/eva-kern">Eva Kern</a></div>',
        '<span class="ContentHeaderByline">Eva Kern</span>',
        '<div data-testid="byline">Eva Kern</div>',
        '<a rel="author" href="/people/kern">Eva Kern</a>',
        '<p itemprop="author">Eva Kern</p>',
        "<p>By Eva Kern</p>",
        "<div><span>Von</span> <b>Eva Kern</b></div>",
        '<ul class="caption meta"><li class="author"><a href="/x">Eva Kern</a></li></ul>',
    ],
)
def test_the_byline_near_the_headline_is_read_whatever_marks_it(byline: str) -> None:
    body = f"<article>{HEADLINE}{byline}{PROSE * 3}</article>"
    assert authors(body) == ["Eva Kern"]


@pytest.mark.parametrize(
    "beside",
    [
        '<div class="related"><span class="byline">By Max Other</span></div>',
        '<ul><li><h3>Harbour sold</h3><p class="byline">By Max Other</p></li></ul>',
        '<section class="comments"><span class="comment-author author">Max Other</span></section>',
        '<figure><figcaption>The pier. <span class="author">Max Other</span></figcaption></figure>',
        '<div class="photo-credit"><span class="author">Max Other</span></div>',
        f'<div class="analysis"><span class="byline">Max Other</span>{PROSE}</div>',
    ],
)
def test_names_of_teasers_comments_pictures_and_boxes_are_no_authors(beside: str) -> None:
    assert authors(f"<article>{HEADLINE}{PROSE}{beside}{PROSE * 3}</article>") == []
    assert authors(f'<article>{HEADLINE}<p class="byline">By Eva Kern</p>{PROSE}{beside}{PROSE * 3}</article>') == [
        "Eva Kern"
    ]


def test_a_byline_above_the_headline_counts_if_both_stand_in_one_header() -> None:
    byline = '<div class="byline">Eva Kern</div>'
    assert printed_byline(page(f"<main><div>{byline}{HEADLINE}</div>{PROSE * 3}</main>")) == "Eva Kern"
    apart = f"<div><div>{byline}</div>{PROSE}</div><main>{HEADLINE}{PROSE * 3}</main>"
    assert printed_byline(page(apart)) is None


def test_names_in_elements_of_their_own_are_not_glued_together() -> None:
    names = "<span>Eva Kern</span> <span>Jan Michael Marchart</span>"
    byline = printed_byline(page(f'<article>{HEADLINE}<div class="byline">{names}</div>{PROSE * 3}</article>'))
    assert byline == "Eva Kern\nJan Michael Marchart"
    glued = '<div class="byline">By EVA KERN<span>an hour ago</span></div>'
    assert printed_byline(page(f"<article>{HEADLINE}{glued}{PROSE * 3}</article>")) == "By EVA KERN\nan hour ago"


def test_further_authors_of_the_byline_are_added_to_those_of_the_metadata() -> None:
    body = f'<article>{HEADLINE}<div class="byline">By EVA KERN and JAN M. ROE</div>{PROSE * 3}</article>'
    assert authors(body, ld('{"name": "Eva Kern"}')) == ["Eva Kern", "JAN M. ROE"]


def test_a_labelled_byline_counts_instead_of_whoever_filed_the_article() -> None:
    body = f'<article>{HEADLINE}<div class="byline">By Eva Kern</div>{PROSE * 3}</article>'
    assert authors(body, ld('{"name": "Desk User"}')) == ["Eva Kern"]
    assert authors(body, '<meta name="author" content="Big Media Group">') == ["Eva Kern"]


def test_sections_and_profiles_linked_beside_a_name_are_left_out() -> None:
    links = '<a href="/authors/kern">Eva Kern</a> <a href="/social">Social Net</a> <a href="/t">Big Tech</a>'
    assert authors(f'<article>{HEADLINE}<div class="byline">{links}</div>{PROSE * 3}</article>') == ["Eva Kern"]


@pytest.mark.parametrize("at_the_end", [False, True])
def test_a_name_alone_in_bold_above_or_below_the_text_signs_it(at_the_end: bool) -> None:
    name = "<p><strong>Mohloai Mpesi</strong></p>"
    text = f"{PROSE * 3}{name}" if at_the_end else f"{name}{PROSE * 3}"
    read = page(f"<article>{HEADLINE}<div>{text}</div></article>")
    assert signature(read) == "Mohloai Mpesi"
    assert authors(f"<article>{HEADLINE}<div>{text}</div></article>") == ["Mohloai Mpesi"]


def test_a_house_is_credited_where_no_person_is_unless_it_says_that_it_names_none() -> None:
    body = f"<article>{HEADLINE}{PROSE * 3}</article>"
    house = '{"@type": "Organization", "name": "The Courier"'
    assert authors(body, ld(house + "}")) == ["The Courier"]
    assert authors(body, ld(house + ', "noBylinesPolicy": "https://courier.example/policy"}')) == []


def test_a_page_of_nested_bylines_is_read_within_bounds() -> None:
    nested = '<div class="author">' * 1500 + "Eva Kern" + "</div>" * 1500
    many = '<span class="byline">Eva Kern</span>' * 20_000
    assert printed_byline(page(f"{HEADLINE}{nested}{PROSE * 3}")) == "Eva Kern"
    assert printed_byline(page(f"{HEADLINE}{many}{PROSE * 3}")) == "Eva Kern"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Автор: Ада Линд", ("Ада Линд",)),
        ("Текст: Ада Линд", ("Ада Линд",)),
        ("Autorka: Ada Lind", ("Ada Lind",)),
        ("Por: Ada Lind", ("Ada Lind",)),
        ("Tekst: Ada Lind", ("Ada Lind",)),
        ("Szerző: Ada Lind", ("Ada Lind",)),
        ("Haber: Ada Lind", ("Ada Lind",)),
        ("بقلم: آدا ليند", ("آدا ليند",)),
        ("מאת: עדה לינד", ("עדה לינד",)),
        ("本报记者 林爱达", ("林爱达",)),
        ("김아다 기자", ("김아다",)),
        ("김아다 기자 ada@courier.example", ("김아다",)),
    ],
)
def test_a_label_of_any_language_names_the_author_in_an_element_without_a_name(
    line: str, names: tuple[str, ...]
) -> None:
    assert authors(f"<article>{HEADLINE}<div class=x7>{line}</div>{PROSE * 3}</article>") == list(names)


@pytest.mark.parametrize("line", ["Texto: íntegro", "Autor", "Текст документа опубликован сегодня утром", "기자 회견"])
def test_a_word_that_is_also_a_label_names_nobody(line: str) -> None:
    assert authors(f"<article>{HEADLINE}<div class=x7>{line}</div>{PROSE * 3}</article>") == []


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ('"Ada Lind, Bo Ek and Cy Roe"', ["Ada Lind", "Bo Ek", "Cy Roe"]),
        ('["Ada Lind, Bo Ek", "Cy Roe"]', ["Ada Lind", "Bo Ek", "Cy Roe"]),
        ('{"@type":"Person","name":"https://courier.example/author/ada-lind/"}', []),
        ('[{"@type":"Organization","name":"The Courier"},{"@type":"Person","name":"Ada Lind"}]', ["Ada Lind"]),
        ('{"@type":"Person","name":["Ada Lind","Bo Ek"]}', ["Ada Lind", "Bo Ek"]),
        ('{"@type":"Person","name":{"@value":"Ada Lind","@language":"en"}}', ["Ada Lind"]),
        ('{"@type":"Person","name":"","givenName":"Ada","familyName":"Lind"}', ["Ada Lind"]),
        ('{"@type":"Person","name":"null null"}', []),
        ('[[{"name":"Ada Lind"}],[{"name":"Bo Ek"}]]', ["Ada Lind", "Bo Ek"]),
        ('{"@type":"Person","name":"staff"}', ["staff"]),
        (
            '{"@type":"Person","name":"Ada Lind","worksFor":{"@type":"Organization","name":"The Courier"}}',
            ["Ada Lind"],
        ),
        ('{"Person":{"name":"Ada Lind"}}', ["Ada Lind"]),
        ('{"@type":"Person","firstName":"Ada","lastName":"Lind"}', ["Ada Lind"]),
        ('{"@type":"Person","alternateName":"Ada Lind"}', ["Ada Lind"]),
        ('{"0":{"@type":"Person","name":"Ada Lind"},"1":{"@type":"Person","name":"Bo Ek"}}', ["Ada Lind", "Bo Ek"]),
        (
            '{"@type":"Organization","employee":{"@type":"Person","name":"Ada Lind"},"name":"The Courier"}',
            ["The Courier"],
        ),
        ('"<a href=\\"/ada\\" rel=\\"author\\">Ada Lind</a>"', ["Ada Lind"]),
    ],
)
def test_authors_are_read_in_whatever_form_json_ld_states_them(stated: str, names: list[str]) -> None:
    assert authors(f"<article>{HEADLINE}{PROSE * 3}</article>", ld(stated)) == names


@pytest.mark.parametrize("name", ["राम कुमार", "রহিম উদ্দিন", "สมชาย ใจดี", "عدا لند", "עדה לינד", "ადა ლინდი"])
def test_a_marked_byline_is_read_in_scripts_without_capital_letters(name: str) -> None:
    assert authors(f'<article>{HEADLINE}<div class="byline">{name}</div>{PROSE * 3}</article>') == [name]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("लेखक: राम कुमार", "राम कुमार"),
        ("Piše: Ada Lind", "Ada Lind"),
        ("Ρεπορτάζ: Άντα Λιντ", "Άντα Λιντ"),
        ("作者：林爱达", "林爱达"),
        ("Pewarta: Budi Santoso", "Budi Santoso"),
    ],
)
def test_a_label_of_further_languages_names_the_author_in_an_element_without_a_name(line: str, name: str) -> None:
    assert authors(f"<article>{HEADLINE}<div class=x7>{line}</div>{PROSE * 3}</article>") == [name]
