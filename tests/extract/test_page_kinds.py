"""Page verdicts: what is no story is named, and what is a story is left alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import extract
from newscrawl.items import Capture, Extraction, PageKind, Source

SOURCE = Source(name="example", publisher="The Example", domains=("example.org",))
ASKED = "https://example.org/2026/a-story"
PROSE = "".join(
    f"<p>Paragraph {n} tells at some length what the council of the harbour town decided about its second bridge.</p>"
    for n in range(18)
)
BANNER = "<div id='cookie-banner'><p>We use cookies. Accept all or reject all. Read our privacy policy.</p></div>"
OFFER = "<div class=paywall>Subscribe to continue reading. Already a subscriber?</div>"
SIGN_IN = "<form action='/login'>Sign in <input type=password> <a>Forgot password?</a></form>"


def seen(title: str, body: str, *, head: str = "", status: int = 200, final: str = ASKED, **headers: str) -> Extraction:
    page = f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>"
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return extract(Capture(ASKED, final, status, named, page.encode(), now), (), SOURCE)


WALLS = {
    PageKind.BOT_WALL: [
        seen("Just a moment...", "<p>Enable JavaScript and cookies to continue</p>"),
        seen("Access Denied", "<p>You don't have permission. Reference #18.2f</p>"),
        seen("example.org", "<p>Verifying you are human. This may take a few seconds.</p>", cf_mitigated="challenge"),
        seen("Pardon Our Interruption", "<p>Something made us think you were a bot.</p>"),
        seen("Forbidden", "", status=403),
    ],
    PageKind.CONSENT: [
        seen("Before you continue", "<p>We and our partners use cookies. Accept all or reject all.</p>"),
        seen("Wir verwenden Cookies", "<p>Alle akzeptieren oder Einwilligung verwalten.</p>"),
        seen("Example", "<p>Accept all cookies</p>", final="https://consent.example.org/v2/collectConsent?s=1"),
    ],
    PageKind.LOGIN: [
        seen("Sign in", SIGN_IN),
        seen("Anmelden", "<form><input type=password></form><p>Passwort vergessen?</p>"),
        seen("Welcome", SIGN_IN, final="https://account.example.org/login?next=/a-story"),
    ],
    PageKind.SOFT_404: [
        seen("Page not found", "<p>The page you requested could not be found. Try searching.</p>"),
        seen("404", "<p>Sorry.</p>"),
        seen("Seite nicht gefunden", "<p>Diese Seite existiert nicht.</p>"),
        seen("ページが見つかりません", "<p>お探しのページは見つかりませんでした。</p>"),
    ],
    PageKind.ERROR_PAGE: [
        seen("503 Service Unavailable", "<p>The server is temporarily unavailable.</p>"),
        seen("Something went wrong", "<p>An error occurred. Please try again later.</p>"),
        seen("Bad gateway", "", status=502),
    ],
    PageKind.PAYWALL: [
        seen(
            "Council decides on bridge",
            "<p>The council of the harbour town met on Monday.</p><div class=paywall-offer>"
            "Subscribe to continue reading. Already a subscriber?</div>",
            head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"Council decides on bridge",'
            '"isAccessibleForFree":false}</script>',
        ),
    ],
    PageKind.GALLERY: [
        seen(
            "The bridge in pictures", "<p>Twelve views.</p>", final="https://example.org/gallery/bridge",
            head='<script type="application/ld+json">{"@type":"ImageGallery"}</script>',
        ),
    ],
    PageKind.LIVE: [
        seen("Vote on the bridge: live", PROSE,
             head='<script type="application/ld+json">{"@type":"LiveBlogPosting"}</script>'),
    ],
    PageKind.EMPTY: [seen("A story", "")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "extraction"),
    [(kind, one) for kind, found in WALLS.items() for one in found],
    ids=lambda value: str(value)[:30],
)
def test_page_that_is_no_article_is_named_with_its_evidence(kind: PageKind, extraction: Extraction) -> None:
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
def test_story_is_an_article_whatever_stands_beside_it(title: str, body: str) -> None:
    assert seen(title, body).kind is PageKind.ARTICLE


def test_short_notice_is_an_article() -> None:
    notice = "<article><p>The ferry to the islands does not run on Monday, the harbour office said.</p></article>"
    assert seen("No ferry on Monday", BANNER + notice).kind is PageKind.ARTICLE
