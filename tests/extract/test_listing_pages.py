"""Pages that are no article, whatever they call themselves; and short articles among many links, which are."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.cli.extract_pages import read_page
from newscrawl.extract import extract
from newscrawl.items import Capture, Extraction, PageKind, Source

SOURCE = Source(name="herald", publisher="The Herald", domains=("herald.example",))
URL = "https://herald.example/2026/03/02/lighthouse"
TOPICS = ("ferry", "school", "harbour", "festival", "bakery", "museum", "theatre", "quarry", "airfield", "library")
SUMMARY = "The {0} on the hill above the town will get a new roof this year, its owners told the Herald on Monday."
BODY = (
    "The lighthouse at Cape Ness went dark on Sunday night when a wave broke the glass of its lantern room.",
    "The keeper relit it within the hour by hand, and no ship came to harm, the coast guard said in a statement.",
)
CLAIMS = (
    "<meta property='og:type' content='article'><meta property='article:published_time' content='2026-03-02T08:00:00Z'>"
    "<script type='application/ld+json'>"
    + json.dumps({"@type": "NewsArticle", "headline": "News", "datePublished": "2026-03-02T08:00:00Z"})
    + "</script>"
)


def teasers(count: int, *, summaries: bool = True, tag: str = "div") -> str:
    def teaser(n: int) -> str:
        topic = TOPICS[n % len(TOPICS)]
        summary = f"<p>{SUMMARY.format(topic)}</p>" if summaries else ""
        return f"<{tag}><h3><a href=/{n}>New roof for the old {topic}, number {n}</a></h3>{summary}</{tag}>"

    return "".join(map(teaser, range(count)))


def read(headline: str, body: str, *, head: str = "", url: str = URL) -> Extraction:
    page = f"<html><head><title>{headline}</title>{head}</head><body><h1>{headline}</h1>{body}</body></html>"
    return extract(Capture(url, url, 200, (), page.encode(), datetime(2026, 3, 2, tzinfo=UTC)), (), SOURCE)


TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in BODY)
VIDEO = CLAIMS + (
    '<script type=\'application/ld+json\'>{"@type": "VideoObject", "name": "Waves"}</script>'
    f"<meta property='og:description' content='{BODY[0]}'>"
)


@pytest.mark.parametrize("head", ["", "<meta property='og:type' content='website'>", CLAIMS])
@pytest.mark.parametrize(
    "body",
    [
        teasers(20),
        teasers(9),
        teasers(40, summaries=False),
        f"<ul>{teasers(12, tag='li')}</ul>",
        teasers(14, tag="article"),
    ],
)
def test_section_front_is_a_listing_whatever_it_claims(body: str, head: str) -> None:
    assert read("News", body, head=head).kind is PageKind.LISTING


@pytest.mark.parametrize(
    ("headline", "url"),
    [
        ("Harbour", "https://herald.example/tag/harbour"),
        ("Harbour", "https://herald.example/news/topics/harbour/"),
        ("Ann Smith", "https://herald.example/author/ann-smith"),
        ("Search results for harbour", URL),
        ("Suchergebnisse für Hafen", URL),
        ("Harbour", "https://herald.example/search?q=harbour"),
        ("Harbour", "https://herald.example/?s=harbour"),
    ],
)
def test_page_of_a_tag_author_or_search_is_a_listing(headline: str, url: str) -> None:
    assert read(headline, teasers(6, summaries=False), url=url).kind is PageKind.LISTING


@pytest.mark.parametrize("head", ["", CLAIMS])
@pytest.mark.parametrize(
    "beside", ["", teasers(30, summaries=False), f"<aside>{teasers(12)}</aside>", f"<section>{teasers(4)}</section>"]
)
def test_short_article_among_many_links_stays_an_article(beside: str, head: str) -> None:
    related = f"<section>{beside}</section>"
    assert read("Lighthouse goes dark", TEXT * 2 + related, head=head).kind is PageKind.ARTICLE


@pytest.mark.parametrize("url", [URL, "https://herald.example/topics/lighthouse-goes-dark"])
def test_article_is_none_for_its_address_alone(url: str) -> None:
    long = "".join(f"<p>{paragraph} It was the {n}th time.</p>" for n in range(5) for paragraph in BODY)
    assert read("Lighthouse goes dark", long + teasers(10, summaries=False), url=url).kind is PageKind.ARTICLE


def test_video_without_text_is_a_gallery_though_it_claims_to_be_an_article() -> None:
    assert read("Waves", f"<video src=a.mp4></video><p>{BODY[0]}</p>", head=VIDEO).kind is PageKind.GALLERY
    assert read("Waves", f"<video src=a.mp4></video>{TEXT}", head=VIDEO).kind is PageKind.ARTICLE


def test_quiz_is_interactive_and_an_article_about_one_is_not() -> None:
    questions = "<p>Which lighthouse went dark in March?</p>" + "<label><input type=radio>Ness</label>" * 4
    assert read("Quiz: the week in lighthouses", questions, head=CLAIMS).kind is PageKind.INTERACTIVE
    long = "".join(f"<p>{paragraph} It was question {n}.</p>" for n in range(5) for paragraph in BODY)
    assert read("Quiz show ends after nine years", long + questions).kind is PageKind.ARTICLE


@pytest.mark.parametrize(
    "headline",
    [
        "Page not found", "Seite nicht gefunden", "Page introuvable", "Página no encontrada", "Pagina non trovata",
        "Página não encontrada", "Pagina niet gevonden", "Sidan hittades inte", "Siden ble ikke funnet",
        "Strona nie została znaleziona", "Страница не найдена", "Error 404",
    ],
)  # fmt: skip
def test_error_page_with_status_200_is_no_article(headline: str) -> None:
    body = "<p>The address may have been changed. Please try the front page or our search.</p>" + teasers(3)
    assert read(headline, body, head=CLAIMS).kind is PageKind.SOFT_404


@pytest.mark.corpus
def test_no_front_of_the_corpus_is_an_article(corpus: Path) -> None:
    kinds = {}
    for line in (corpus / "fronts.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        kinds[entry["id"]] = read_page(entry, gzip.decompress((corpus / entry["html"]).read_bytes()))["verdict"]
    assert {key for key, kind in kinds.items() if kind in (PageKind.ARTICLE, PageKind.LIVE)} == set()
