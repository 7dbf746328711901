"""Page kinds: walls, errors and galleries are recognized, and articles with banners stay articles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest

from newscrawl.extract import extract
from newscrawl.items import Capture, Extraction, PageKind, Source

SOURCE = Source(name="example", publisher="The Example", domains=("example.org",))
URL = "https://example.org/2026/a-story"
PROSE = "".join(
    f"<p>Paragraph {n} tells at some length what the council of the harbour town decided about its second bridge.</p>"
    for n in range(18)
)
BANNER = "<div id='cookie-banner'><p>We use cookies. Accept all or reject all. Read our privacy policy.</p></div>"
OFFER = "<div class=paywall>Subscribe to continue reading. Already a subscriber?</div>"
SIGN_IN = "<form action='/login'>Sign in <input type=password> <a>Forgot password?</a></form>"


def read(
    title: str, body: str, *, head: str = "", status: int = 200, final_url: str = URL, **headers: str
) -> Extraction:
    page = f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>"
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return extract(Capture(URL, final_url, status, fields, page.encode(), now), (), SOURCE)


later = partial(partial, read)  # when the test runs, and not in each process that collects tests
WALLS = {
    PageKind.BOT_WALL: [
        later("Just a moment...", "<p>Enable JavaScript and cookies to continue</p>"),
        later("Access Denied", "<p>You don't have permission. Reference #18.2f</p>"),
        later("example.org", "<p>Verifying you are human. This may take a few seconds.</p>", cf_mitigated="challenge"),
        later("Pardon Our Interruption", "<p>Something made us think you were a bot.</p>"),
        later("Forbidden", "", status=403),
    ],
    PageKind.CONSENT: [
        later("Before you continue", "<p>We and our partners use cookies. Accept all or reject all.</p>"),
        later("Wir verwenden Cookies", "<p>Alle akzeptieren oder Einwilligung verwalten.</p>"),
        later("Example", "<p>Accept all cookies</p>", final_url="https://consent.example.org/v2/collectConsent?s=1"),
    ],
    PageKind.LOGIN: [
        later("Sign in", SIGN_IN),
        later("Anmelden", "<form><input type=password></form><p>Passwort vergessen?</p>"),
        later("Welcome", SIGN_IN, final_url="https://account.example.org/login?next=/a-story"),
    ],
    PageKind.SOFT_404: [
        later("Page not found", "<p>The page you requested could not be found. Try searching.</p>"),
        later("404", "<p>Sorry.</p>"),
        later("Seite nicht gefunden", "<p>Diese Seite existiert nicht.</p>"),
        later("ページが見つかりません", "<p>お探しのページは見つかりませんでした。</p>"),
    ],
    PageKind.ERROR_PAGE: [
        later("503 Service Unavailable", "<p>The server is temporarily unavailable.</p>"),
        later("Something went wrong", "<p>An error occurred. Please try again later.</p>"),
        later("Bad gateway", "", status=502),
    ],
    PageKind.PAYWALL: [
        later("Council decides on bridge",
            "<p>The council of the harbour town met on Monday.</p><div class=paywall-offer>"
            "Subscribe to continue reading. Already a subscriber?</div>",
            head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"Council decides on bridge",'
            '"isAccessibleForFree":false}</script>',
        ),
    ],
    PageKind.GALLERY: [
        later("The bridge in pictures", "<p>Twelve views.</p>", final_url="https://example.org/gallery/bridge",
            head='<script type="application/ld+json">{"@type":"ImageGallery"}</script>',
        ),
    ],
    PageKind.LIVE: [
        later("Vote on the bridge: live", PROSE,
             head='<script type="application/ld+json">{"@type":"LiveBlogPosting"}</script>'),
    ],
    PageKind.EMPTY: [later("A story", "")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "read_page"),
    [(kind, read_page) for kind, pages in WALLS.items() for read_page in pages],
    ids=lambda value: value.args[0] if isinstance(value, partial) else str(value),
)
def test_page_that_is_no_article_has_its_kind_and_evidence(kind: PageKind, read_page: Callable[[], Extraction]) -> None:
    extraction = read_page()
    assert extraction.kind is kind
    assert extraction.evidence


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Council decides on bridge", PROSE),
        ("Council decides on bridge", BANNER + PROSE + SIGN_IN),
        ("Council decides on bridge", PROSE + OFFER),
        ("Why your cookie consent is worth nothing", PROSE),
        ("Page not found: how links die", PROSE),
        ("The captcha is dead", PROSE + "<p>Verify you are human, it said. Are you a robot? Solve this captcha.</p>"),
        ("Service unavailable: a day without trains", PROSE),
    ],
)  # fmt: skip
def test_article_is_an_article_whatever_else_is_on_the_page(title: str, body: str) -> None:
    assert read(title, body).kind is PageKind.ARTICLE


def test_short_notice_is_an_article() -> None:
    notice = "<article><p>The ferry to the islands does not run on Monday, the harbour office said.</p></article>"
    assert read("No ferry on Monday", BANNER + notice).kind is PageKind.ARTICLE


def test_short_notice_with_a_cover_picture_is_an_article() -> None:
    notice = "<article><p>The ferry to the islands does not run on Monday, the harbour office said.</p></article>"
    nodes = '{"@type":"WebPage","name":"No ferry"},{"@type":"ImageObject","url":"https://example.org/ferry.jpg"}'
    graph = f'<script type="application/ld+json">{{"@context":"https://schema.org","@graph":[{nodes}]}}</script>'
    assert read("No ferry on Monday", notice, head=graph).kind is PageKind.ARTICLE


def test_picture_that_is_all_of_a_page_is_a_gallery() -> None:
    picture = '<script type="application/ld+json">{"@type":"ImageObject","caption":"The ferry"}</script>'
    caption = "<p>The ferry to the islands at its pier on Monday, seen from the harbour office.</p>"
    assert read("The ferry", caption, head=picture).kind is PageKind.GALLERY
