"""Walls that are served with status 200 are distinguished from articles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import extract
from newscrawl.items import Capture, PageKind, Source

SOURCE = Source(name="paper", publisher="Paper", domains=("paper.example",))
SENTENCES = (
    "The council met in the evening and spoke of roofs, of rain and of what a bucket in a classroom may cost. " * 4
)
ARTICLE = f"<h1>A story about cookies</h1><article><p>{SENTENCES}</p><p>{SENTENCES}</p></article>"


def kind(html: str, *headers: tuple[str, str]) -> PageKind:
    url = "https://paper.example/2026/03/story-1"
    fields = (("content-type", "text/html; charset=utf-8"), *headers)
    return extract(Capture(url, url, 200, fields, html.encode(), datetime(2026, 3, 2, tzinfo=UTC)), (), SOURCE).kind


@pytest.mark.parametrize("title", ["Just a moment...", "Access to this page has been denied", "Are you a robot?"])
def test_bot_wall_is_recognized_by_its_title(title: str) -> None:
    assert kind(f"<title>{title}</title><h1>paper.example</h1><p>Please wait while we check.</p>") is PageKind.BOT_WALL


def test_bot_wall_is_recognized_by_its_captcha() -> None:
    assert kind("<title>paper.example</title><p>One more step.</p><div class='h-captcha'></div>") is PageKind.BOT_WALL


def test_bot_wall_is_recognized_by_its_header() -> None:
    assert kind(f"<title>Paper</title>{ARTICLE}", ("cf-mitigated", "challenge")) is PageKind.BOT_WALL


def test_page_that_is_mostly_a_request_for_consent_is_a_consent_wall() -> None:
    request = "<p>We and our partners use cookies for advertising and measurement.</p><button>Accept all</button>"
    assert kind(f"<title>Paper</title><div class='cmp-consent'>{request}</div><p>Imprint</p>") is PageKind.CONSENT


def test_article_below_a_cookie_banner_is_an_article() -> None:
    banner = "<div class='cookie-banner'><p>We use cookies.</p><button>Accept</button></div>"
    assert kind(f"<title>A story</title>{banner}{ARTICLE}") is PageKind.ARTICLE


def test_article_about_captchas_is_an_article() -> None:
    meta = "<meta property='og:type' content='article'>"
    assert kind(f"<title>Captcha, and no end</title>{meta}{ARTICLE}") is PageKind.ARTICLE
