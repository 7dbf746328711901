"""The reader in a real Chromium: light and dark, desktop and phone, keyboard only, without JavaScript, accessible."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import uvicorn

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.store import Store
from newscrawl.web import create_app
from tests.web.accessibility import violations
from tests.web.press import COST, LEDE, NIGHT, NOW, Draft, Press, SharedArchive

pytestmark = pytest.mark.browser

PAGES = (
    "/", "/newest?kind=headline", "/unnoted", "/deleted", "/first", "/article/{key}", "/article/{key}/1/2",
    "/article/{key}/2/3", "/article/{key}/blame",
    "/article/{key}/1/3?view=inline", "/article/{key}/2", "/sources", "/source/harbour", "/search?q=bridge",
    "/search?q=night&in=added", "/api", "/about", "/method",
    "/subscribe?q=bridge", "/nowhere",
)  # fmt: skip
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
NARROW = {"width": 320, "height": 640}


def test_times_below_a_timeline_can_be_read_on_a_phone(reader_url: str, browser: Any, shared: SharedArchive) -> None:
    page = browser.new_context(viewport=PHONE).new_page()
    for path in (f"/article/{shared.bridge}", "/source/harbour"):
        page.goto(reader_url + path)
        lines = page.evaluate(
            "[...document.querySelectorAll('.timeline')].map(svg => [...svg.querySelectorAll('text')]"
            ".map(each => each.getBoundingClientRect()).filter(box => box.width)"
            ".map(box => [Math.round(box.top), box.left, box.right, box.height]))"
        )
        assert all(lines), path
        for box in (box for boxes in lines for box in boxes):
            assert box[1] >= 0, path
            assert box[2] <= PHONE["width"], path
            assert box[3] > 10, path
        for boxes in lines:
            assert all(one[0] != other[0] or one[2] < other[1] for one, other in pairwise(boxes)), boxes


# Light ones on a desktop are those of the next test, which passes over no violation.
VIEWS = {"desktop-dark": (DESKTOP, "dark"), "phone-light": (PHONE, "light"), "phone-dark": (PHONE, "dark")}


def test_pages_are_accessible_and_fit(reader_url: str, browser: Any, shared: SharedArchive) -> None:
    """Each page is loaded once, and then shown in each way: to load it and axe takes most of an audit's CPU time."""
    context = browser.new_context(bypass_csp=True)  # for the audit's own script
    page = context.new_page()
    for path in PAGES:
        page.goto(reader_url + path.format(key=shared.bridge))
        for view, (size, scheme) in VIEWS.items():
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            serious = [
                (v["id"], [node["html"][:200] for node in v["nodes"]])
                for v in violations(page)
                if v["impact"] in {"serious", "critical"}
            ]
            assert serious == [], (path, view)
            assert too_wide(page) <= 0, (path, view)
    context.close()


def too_wide(page: Any) -> int:
    """Return by how many pixels a page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


SCROLLED_BY_A_LINE = """[...document.querySelectorAll("body :not(textarea)")].filter(
    each => getComputedStyle(each).overflowY === "auto" && each.scrollHeight > each.clientHeight
).map(each => each.className || each.localName)"""


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_pages_are_accessible_and_fit_in_every_language(
    reader_url: str, browser: Any, shared: SharedArchive, language: str
) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    found, wide = [], []
    for path in PAGES:
        path = path.format(key=shared.bridge)
        page.goto(f"{reader_url}{path}{'&' if '?' in path else '?'}lang={language}&zone=Europe/Berlin")
        for size in (DESKTOP, NARROW):
            page.set_viewport_size(size)
            width = size["width"]
            found += [(path, width, v["id"], [node["html"][:200] for node in v["nodes"]]) for v in violations(page)]
            if too_wide(page) > 0:
                wide.append((path, width))
            assert page.evaluate(SCROLLED_BY_A_LINE) == [], (path, width)  # rows that scroll sideways
            if pictures := os.environ.get("NEWSCRAWL_TEST_PICTURES"):
                name = f"{language}-{width}-{path.strip('/').replace('/', '-').partition('?')[0] or 'front'}.png"
                page.screenshot(path=str(Path(pictures) / name), full_page=True)
    context.close()
    assert (found, wide) == ([], [])


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
    page.get_by_role("link", name="Newest").click()
    page.get_by_text("Filter").click()
    page.get_by_label("Kind of change").select_option("headline")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/newest?source=&kind=headline*")
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


@pytest.mark.parametrize(("size", "most"), [(DESKTOP, 300), ({"width": 390, "height": 844}, 400), (NARROW, 400)])
def test_a_diff_begins_near_the_top(
    reader_url: str, browser: Any, shared: SharedArchive, size: dict[str, int], most: int
) -> None:
    context = browser.new_context(viewport=size)
    page = context.new_page()
    for pair in ("1/2", "2/3", "1/3"):
        page.goto(f"{reader_url}/article/{shared.bridge}/{pair}")
        top = page.locator(".diff .row:not(.heads):visible, .diff details.fold:visible").first.bounding_box()["y"]
        assert top < most, (pair, top)
    context.close()


def test_on_a_phone_an_edited_paragraph_is_shown_once_with_its_marks(
    reader_url: str, browser: Any, shared: SharedArchive
) -> None:
    context = browser.new_context(viewport=NARROW, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{reader_url}/article/{shared.bridge}/1/2#new-2")
    row = page.locator(".row.edited").first
    assert row.locator(".both del").is_visible()
    assert row.locator(".both ins").is_visible()
    assert not row.locator(".a").is_visible()
    assert (
        page.evaluate("document.querySelector('.row:has(:target) .both').getBoundingClientRect().top")
        < NARROW["height"]
    )
    page.goto(f"{reader_url}/article/{shared.bridge}/1/2?view=sides")
    assert page.locator(".row.edited .a").first.is_visible()
    context.close()


def test_keys_lead_through_changes_and_versions(reader_url: str, browser: Any, shared: SharedArchive) -> None:
    page = browser.new_page()
    page.goto(f"{reader_url}/article/{shared.bridge}/1/2")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    page.keyboard.press("n")
    first = page.evaluate("document.activeElement.className")
    assert "changed" in first
    page.keyboard.press("j")
    page.wait_for_url(f"**/article/{shared.bridge}/2/3")
    page.keyboard.press("k")
    page.wait_for_url(f"**/article/{shared.bridge}/1/2")
    page.get_by_role("searchbox").first.press("j")  # typing is not a command
    assert page.get_by_role("searchbox").first.input_value() == "j"
    page.close()


class Busy(NamedTuple):
    """A reader over an archive with more changes of a day than fit on a screen."""

    url: str
    long: str  # the id of an article of two versions with forty unchanged paragraphs


@pytest.fixture(scope="module")
def busy(mongo_uri: str) -> Iterator[Busy]:
    config = Config(mongo_uri=mongo_uri, mongo_database=f"test-{uuid.uuid4().hex}")

    async def publish() -> str:
        store = await Store.open(config)
        press = Press(store)
        for n in range(12):
            headline = f"Council of ward {n} puts off the vote on the ferry pier until after the summer"
            texts = [f"The pier of ward {n} will cost {cost} crowns, the clerk said on Monday." for cost in (310, 345)]
            await press.publish(f"pier-{n}", [Draft(n + at, headline, [LEDE, text]) for at, text in enumerate(texts)])
        same = [f"Paragraph number {n} stays as it is." for n in range(40)]
        long = [Draft(at, "A long read", [*same, text]) for at, text in enumerate((COST, NIGHT))]
        key = await press.publish("long", long)
        await store.close()
        return key

    with ThreadPoolExecutor() as apart:  # in this thread the browser has an event loop
        key = apart.submit(lambda: asyncio.run(publish())).result()
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(replace(config, serve_port=listener.getsockname()[1]), SteppingClock(NOW))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield Busy(f"http://127.0.0.1:{listener.getsockname()[1]}", key)
    server.should_exit = True
    thread.join()


def test_what_is_folded_is_printed(busy: Busy, browser: Any) -> None:
    for has_scripts in (True, False):
        context = browser.new_context(java_script_enabled=has_scripts)
        page = context.new_page()
        page.goto(f"{busy.url}/article/{busy.long}/1/2")
        folded = page.locator("details.fold .side.b p").first
        assert not folded.is_visible()
        page.emulate_media(media="print")
        assert folded.bounding_box()["height"] > 0
        assert page.locator(".printed").is_visible()
        context.close()


@pytest.mark.parametrize(("size", "least"), [(DESKTOP, 8), ({"width": 390, "height": 844}, 4)])
def test_a_screen_of_the_front_page_shows_changes(busy: Busy, browser: Any, size: dict[str, int], least: int) -> None:
    context = browser.new_context(viewport=size)
    page = context.new_page()
    page.goto(busy.url)
    bottoms = [entry.bounding_box() for entry in page.locator(".entry:has(.excerpt ins)").all()]
    shown = [box for box in bottoms if box["y"] + box["height"] <= size["height"]]
    assert len(shown) >= least
    context.close()
