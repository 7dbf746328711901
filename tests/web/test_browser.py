"""The reader in a real Chromium: light and dark, desktop and phone, keyboard only, without JavaScript, accessible."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.conftest import missing
from tests.faults.waiting import PATIENCE_SECONDS
from tests.web.press import SharedArchive

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
PAGES = (
    "/", "/?kind=headline", "/first", "/article/{key}", "/article/{key}/1/2", "/article/{key}/2/3",
    "/article/{key}/1/3?view=inline", "/article/{key}/2", "/sources", "/source/harbour", "/search?q=bridge",
    "/search?q=night&in=added", "/about", "/nowhere",
)  # fmt: skip
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


class _Patient:
    """A browser whose pages wait for minutes, as a busy machine needs, and not for half a minute."""

    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium

    def new_context(self, **options: Any) -> Any:
        context = self._chromium.new_context(**options)
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        return context

    def new_page(self) -> Any:
        page = self._chromium.new_page()
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        return page


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("no Chromium on this machine")
    with playwright.sync_playwright() as api:
        chromium = api.chromium.launch(executable_path=path, args=FLAGS)
        yield _Patient(chromium)
        chromium.close()


def test_times_below_a_timeline_can_be_read_on_a_phone(reader_url: str, browser: Any, shared: SharedArchive) -> None:
    page = browser.new_context(viewport=PHONE).new_page()
    for path in (f"/article/{shared.bridge}", "/source/harbour"):
        page.goto(reader_url + path)
        boxes = page.evaluate(
            "[...document.querySelectorAll('.timeline text')].map(each => each.getBoundingClientRect())"
            ".filter(box => box.width).map(box => [box.left, box.right, box.height])"
        )
        assert boxes, path
        assert all(left >= 0 and right <= PHONE["width"] and height > 10 for left, right, height in boxes), boxes
        assert all(one[1] < other[0] for one, other in pairwise(boxes)), boxes


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_are_accessible_and_fit(
    reader_url: str, browser: Any, shared: SharedArchive, size: dict[str, int], scheme: str
) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)  # for the audit's own script
    page = context.new_page()
    for path in PAGES:
        page.goto(reader_url + path.format(key=shared.bridge))
        violations = axe.Axe().run(page).response["violations"]
        serious = [
            (v["id"], [node["html"][:200] for node in v["nodes"]])
            for v in violations
            if v["impact"] in {"serious", "critical"}
        ]
        assert serious == [], path
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
    context.close()


def test_pages_request_no_other_host_and_break_no_policy(reader_url: str, browser: Any, shared: SharedArchive) -> None:
    page = browser.new_page()
    urls: list[str] = []
    messages: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    for path in PAGES[:-1]:
        page.goto(reader_url + path.format(key=shared.bridge))
    page.close()
    assert all(url.startswith(reader_url) for url in urls)
    assert messages == []


def test_everything_works_without_javascript(reader_url: str, browser: Any, shared: SharedArchive) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reader_url)
    page.get_by_label("Kind of change").select_option("headline")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/?source=&kind=headline*")
    page.locator(".entry h3 a").first.click()
    page.wait_for_url(f"**/article/{shared.bridge}/2/3")
    page.get_by_label("with").select_option("3")
    page.get_by_label("Version", exact=True).select_option("1")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(f"**/article/{shared.bridge}/1/3")
    page.get_by_role("link", name="Inline").click()
    assert page.locator(".inline .block ins").count() > 0
    page.get_by_role("searchbox").first.fill("ferrymen")
    page.get_by_role("button", name="Find").first.click()
    page.wait_for_url("**/search?q=ferrymen")
    assert page.locator(".entry").count() > 0
    context.close()


def test_a_keyboard_reaches_the_content_and_the_picker(reader_url: str, browser: Any, shared: SharedArchive) -> None:
    page = browser.new_page()
    page.goto(f"{reader_url}/article/{shared.bridge}/1/2")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "pick-b":
            break
    page.keyboard.press("3")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/article/{shared.bridge}/1/3")
    page.close()


def test_a_permalink_highlights_its_paragraph(reader_url: str, browser: Any, shared: SharedArchive) -> None:
    page = browser.new_page()
    page.goto(f"{reader_url}/article/{shared.bridge}/1/2#new-2")
    marked = page.evaluate("getComputedStyle(document.querySelector('#new-2')).backgroundColor")
    other = page.evaluate("getComputedStyle(document.querySelector('#new-1')).backgroundColor")
    assert marked != other
    page.close()


def test_unchanged_text_is_shown_once_on_a_phone(reader_url: str, browser: Any, shared: SharedArchive) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{reader_url}/article/{shared.bridge}/1/2")
    row = page.locator(".row.kept").first
    assert not row.locator(".a").is_visible()
    assert row.locator(".b").is_visible()
    context.close()
