"""Forms in which pages state the same: JSON-LD's wrappers and prefixes, text that is escaped or set apart by lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from newscrawl.extract import extract
from newscrawl.items import Article, Capture, Source
from newscrawl.normalize import article
from tests.extract.levee import HEADLINE, TEXT, URL

BODY = "".join(f"<p>{text}</p>" for text in TEXT)
NODE: dict[str, Any] = {"@type": "NewsArticle", "headline": HEADLINE, "datePublished": "2026-03-10T08:00:00+01:00"}


def read(
    body: str = BODY, node: dict[str, Any] | None = None, *, language: str = "en", zone: str = "UTC", head: str = ""
) -> Article:
    source = Source("courier", "The Courier", ("courier.example",), languages=(language,), timezone=zone)
    data = head + (f"<script type='application/ld+json'>{json.dumps(node)}</script>" if node else "")
    page = (
        f"<html lang={language}><head><title>{HEADLINE}</title>{data}</head>"
        f"<body><article><h1>{HEADLINE}</h1>{body}</article></body></html>"
    )
    capture = Capture(URL, URL, 200, (), page.encode(), datetime(2026, 3, 12, tzinfo=UTC))
    return article(extract(capture, (), source), capture, source, guid="1", rules_stamp="s")


ADA = {"@type": "Person", "name": "Ada Lind"}


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ({"@type": "Person", "givenName": "Ada", "familyName": "Lind"}, ("Ada Lind",)),
        ({"@type": "Person", "familyName": "Lind"}, ("Lind",)),
        ({"@list": [ADA, {"@type": "Person", "name": "Bo Ek"}]}, ("Ada Lind", "Bo Ek")),
        ({"@set": [ADA]}, ("Ada Lind",)),
        ({"@type": "Role", "roleName": "Reporter", "author": ADA}, ("Ada Lind",)),
    ],
)
def test_author_is_read_however_json_ld_wraps_it(author: object, names: tuple[str, ...]) -> None:
    assert read(node=NODE | {"author": author}).author == names


PREFIXED = {
    "@context": {"s": "https://schema.org/"}, "@type": "s:NewsArticle", "s:headline": HEADLINE,
    "s:datePublished": NODE["datePublished"], "s:author": {"@type": "s:Person", "s:name": "Ada Lind"},
}  # fmt: skip
ADDRESSED = {
    "@type": "http://schema.org/NewsArticle", "http://schema.org/headline": HEADLINE,
    "http://schema.org/datePublished": NODE["datePublished"], "http://schema.org/author": ADA,
}  # fmt: skip
PARSELY = {"title": HEADLINE, "pub_date": "2026-03-10T07:00:00Z", "authors": ["Ada Lind"], "type": "post"}
WHOLE = json.dumps(NODE | {"author": ADA})
MOMENT = datetime(2026, 3, 10, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "head",
    [
        f"<script type='application/ld+json'>{json.dumps({'@type': 'WebSite', 'name': 'Courier'})}{WHOLE}</script>",
        f"<script type='application/ld+json'>{json.dumps({'@type': 'WebSite'})};\n{WHOLE};</script>",
        f"<script type='application/ld+json'>{json.dumps(PREFIXED)}</script>",
        f"<script type='application/ld+json'>{json.dumps(ADDRESSED)}</script>",
        f"<meta name='parsely-page' content='{json.dumps(PARSELY)}'>",
    ],
    ids=["behind each other", "with a sign between", "prefix", "addresses", "Parse.ly"],
)
def test_json_is_read_however_it_is_written(head: str) -> None:
    found = read(head=head)
    assert found.author == ("Ada Lind",)
    assert found.date_published is not None
    assert found.date_published.value == MOMENT


def test_a_prefix_of_another_vocabulary_is_none() -> None:
    node = NODE | {"@context": {"x": "https://other.example/"}, "x:author": ADA}
    assert read(node=node).author == ()


@pytest.mark.parametrize("stated", [1773126000, "1773126000000", {"@value": "2026-03-10T07:00:00Z"}])
def test_date_is_read_whatever_its_type(stated: object) -> None:
    found = read(node=NODE | {"datePublished": stated}).date_published
    assert found is not None
    assert found.value == MOMENT


def test_the_date_of_creation_is_that_of_publication_where_none_is_stated() -> None:
    created = {"@type": "NewsArticle", "headline": HEADLINE, "dateCreated": "2026-03-10T08:00:00+01:00"}
    for node, moment in ((created, MOMENT), (created | {"datePublished": "2026-03-11T07:00:00Z"}, None)):
        found = read(node=node).date_published
        assert found is not None
        assert found.value == (moment or datetime(2026, 3, 11, 7, tzinfo=UTC))


ITEM = "<div itemscope itemtype='https://schema.org/{type}'>{author}{body}</div>"
AUTHOR = "<span itemprop=author itemscope itemtype='https://schema.org/Person'><b itemprop=name>Ada Lind</b></span>"


def test_microdata_states_the_author_of_its_own_item() -> None:
    assert read(ITEM.format(type="NewsArticle", author=AUTHOR, body=BODY)).author == ("Ada Lind",)
    box = "<div itemprop=author itemscope itemtype='https://schema.org/Person'><a href=/ada>Her week</a></div>"
    assert read(ITEM.format(type="NewsArticle", author=box, body=BODY)).author == ()
    book = ITEM.format(type="Book", author=AUTHOR, body="The book is out.")
    assert read(ITEM.format(type="NewsArticle", author="", body=BODY + book)).author == ()


@pytest.mark.parametrize("name", ["article:author", "citation_author", "dcterms.creator", "cXenseParse:author"])
def test_meta_of_further_systems_state_the_author(name: str) -> None:
    assert read(head=f"<meta name='{name}' content='Ada Lind'>").author == ("Ada Lind",)
    assert read(head=f"<meta name='{name}' content='https://social.example/adalind'>").author == ()


def test_creator_is_the_author_where_none_is_stated() -> None:
    assert read(node=NODE | {"creator": ["Ada Lind"]}).author == ("Ada Lind",)
    assert read(node=NODE | {"creator": ["Zed Other"], "author": ADA}).author == ("Ada Lind",)


@pytest.mark.parametrize(
    "name", ["schema:NewsArticle", "http://schema.org/NewsArticle", "https://schema.org#NewsArticle"]
)
def test_type_is_known_with_any_namespace(name: str) -> None:
    assert read(node=NODE | {"@type": name, "author": ADA}).author == ("Ada Lind",)


def test_live_blog_without_a_date_is_of_the_day_when_it_began() -> None:
    node = {"@type": "LiveBlogPosting", "headline": HEADLINE, "coverageStartTime": "2026-03-10T07:00:00+01:00"}
    found = read(node=node).date_published
    assert found is not None
    assert found.value == datetime(2026, 3, 10, 6, tzinfo=UTC)


def test_stated_text_that_is_escaped_twice_is_read_as_markup() -> None:
    escaped = "".join(f"&lt;p&gt;{text}&lt;/p&gt;" for text in TEXT)
    assert read("<div class=copy></div>", NODE | {"articleBody": escaped}).paragraphs == TEXT


def test_blank_lines_end_the_paragraphs_of_preformatted_text() -> None:
    assert read("<pre>" + "\n\n".join(TEXT) + "</pre>").paragraphs == TEXT


def test_preformatted_table_is_one_paragraph() -> None:
    table = "North   4.2\n\nSouth   3.1\n\nWest    2.8"
    found = read(f"{BODY}<pre>{table}</pre>{BODY.replace('e', 'é')}").paragraphs
    assert "North 4.2 South 3.1 West 2.8" in found


WAITING = "".join(f"<p>{text.replace('a', 'o')} {{{{title}}}}</p>" for text in TEXT)


@pytest.mark.parametrize(
    "beside",
    [
        f"<amp-list><template type=amp-mustache>{WAITING}</template></amp-list>",
        f"<amp-consent><div>{WAITING}</div></amp-consent>",
        f"<amp-sidebar>{WAITING}</amp-sidebar>",
        "<nav>" + "".join(f"<a href=/{n}>Section {n} of the paper</a>" for n in range(40)) + "</nav>",
    ],
)
def test_what_waits_for_a_script_or_leads_elsewhere_does_not_lengthen_a_short_text(beside: str) -> None:
    assert read(f"{BODY}{beside}").paragraphs == TEXT


def test_text_in_a_shadow_tree_that_the_page_declares_is_read() -> None:
    found = read(f"<x-story><template shadowrootmode=open>{BODY}</template></x-story>")
    assert found.paragraphs == TEXT


@pytest.mark.parametrize(
    ("line", "language", "zone", "moment"),
    [
        ("Ada | Updated: 10 मार्च 2026, 12:30 PM IST", "hi", "Asia/Kolkata", "2026-03-10T07:00 minute"),
        ("१० मार्च २०२६", "hi", "Asia/Kolkata", "2026-03-10T00:00 day"),
        ("১০ মার্চ ২০২৬, ১৪:০৫", "bn", "Asia/Dhaka", "2026-03-10T08:05 minute"),
        ("10 மார்ச் 2026", "ta", "Asia/Kolkata", "2026-03-10T00:00 day"),
        ("١٠ مارس ٢٠٢٦", "ar", "Africa/Cairo", "2026-03-10T00:00 day"),
        ("۱۲ اسفند ۱۴۰۴", "fa", "Asia/Tehran", "2026-03-03T00:00 day"),
        ("10 มี.ค. 2569 14:05 น.", "th", "Asia/Bangkok", "2026-03-10T07:05 minute"),
        ("令和8年3月10日", "ja", "Asia/Tokyo", "2026-03-10T00:00 day"),
        ("民國115年3月10日", "zh", "Asia/Taipei", "2026-03-10T00:00 day"),
        ("2026. március 10. 14:05", "hu", "Europe/Budapest", "2026-03-10T13:05 minute"),
        ("10/mar/2026 14h05", "pt", "America/Sao_Paulo", "2026-03-10T17:05 minute"),
        ("10 maart 2026 om 14u05", "nl", "Europe/Brussels", "2026-03-10T13:05 minute"),
        ("2 ore fa", "it", "Europe/Rome", "2026-03-11T22:00 minute"),
        ("há 2 horas", "pt", "America/Sao_Paulo", "2026-03-11T22:00 minute"),
        ("2 uur geleden", "nl", "Europe/Amsterdam", "2026-03-11T22:00 minute"),
        ("2 godziny temu", "pl", "Europe/Warsaw", "2026-03-11T22:00 minute"),
        ("för 2 timmar sedan", "sv", "Europe/Stockholm", "2026-03-11T22:00 minute"),
        ("2 saat önce", "tr", "Europe/Istanbul", "2026-03-11T22:00 minute"),
        ("2 часа назад", "ru", "Europe/Moscow", "2026-03-11T22:00 minute"),
        ("2 години тому", "uk", "Europe/Kyiv", "2026-03-11T22:00 minute"),
        ("2小时前", "zh", "Asia/Shanghai", "2026-03-11T22:00 minute"),
        ("2時間前", "ja", "Asia/Tokyo", "2026-03-11T22:00 minute"),
        ("2시간 전", "ko", "Asia/Seoul", "2026-03-11T22:00 minute"),
        ("לפני 2 שעות", "he", "Asia/Jerusalem", "2026-03-11T22:00 minute"),
        ("منذ 5 ساعات", "ar", "Africa/Cairo", "2026-03-11T19:00 minute"),
        ("2 घंटे पहले", "hi", "Asia/Kolkata", "2026-03-11T22:00 minute"),
    ],
)
def test_printed_date_is_found_in_its_script_and_digits(line: str, language: str, zone: str, moment: str) -> None:
    found = read(f"<div class=x7>{line}</div>{BODY}", language=language, zone=zone).date_published
    assert found is not None
    assert f"{found.value:%Y-%m-%dT%H:%M} {found.precision}" == moment
