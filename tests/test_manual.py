"""The manual as Sphinx builds it: without a warning, without anything of other hosts, and what it shows runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from newscrawl.config import PROJECT_ROOT
from tests.built_manual import built, shown
from tests.chromium import FLAGS, chromium
from tests.faults.waiting import PATIENCE_SECONDS
from tests.manual import PAGES, blocks, run

__all__ = ["built"]

pytestmark = pytest.mark.slow

# Attributes by which a page loads something; links of `a` are for a person to follow.
LOADED = "//*[not(self::a)]/@href | //@src | //@srcset | //@poster | //@data | //@background | //*[name()='use']/@*"
LINKS_ONLY = {"canonical", "next", "prev", "index", "search", "author", "license"}
ADDRESS = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])\s*((?:https?:)?//[^'\")\s]+)")


def test_every_page_is_built_and_can_be_reached(built: Path) -> None:
    assert {page.stem for page in PAGES} <= {page.stem for page in built.glob("*.html")}
    listed = html.parse(str(built / "index.html")).xpath("//*[contains(@class, 'toctree-wrapper')]//a/@href")
    assert {page.stem for page in PAGES} - {"index"} == {Path(link).stem for link in listed}


def test_the_picture_of_the_rooms_is_shown(built: Path) -> None:
    sources = html.parse(str(built / "architecture.html")).xpath("//img[@alt='Rooms and their imports']/@src")
    assert [(built / source).read_text("utf-8") for source in sources] == [
        (PROJECT_ROOT / "docs" / "rooms.svg").read_text("utf-8")
    ]


def test_nothing_is_loaded_from_another_host(built: Path) -> None:
    found = []
    for path in sorted(built.rglob("*.html")):
        for value in html.parse(str(path)).xpath(LOADED):
            relation = set((value.getparent().get("rel") or "").split())
            if urlsplit(value).netloc and not relation & LINKS_ONLY:
                found.append(f"{path.name}: {value}")
    for path in sorted(path for path in built.rglob("*") if path.suffix in {".css", ".html", ".svg"}):
        found += [f"{path.name}: {address}" for address in ADDRESS.findall(path.read_text("utf-8"))]
    assert found == []


def test_every_link_within_the_manual_leads_to_a_page_and_a_place_on_it(built: Path) -> None:
    pages = {path.name: html.parse(str(path)) for path in built.glob("*.html")}
    ids = {name: set(page.xpath("//@id")) for name, page in pages.items()}
    broken, count = [], 0
    for name, page in pages.items():
        for link in page.xpath("//a/@href"):
            target = urlsplit(link)
            if target.scheme or target.netloc:
                continue
            count += 1
            to = unquote(target.path) or name
            if not (built / to).is_file() or (target.fragment and to in ids and target.fragment not in ids[to]):
                broken.append(f"{name}: {link}")
    assert count > 1000
    assert broken == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_its_window(built: Path, width: int) -> None:
    """What is wide, a table or a line of code, scrolls by itself."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    wide = []
    with playwright.sync_playwright() as api:
        browser = api.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        for path in PAGES:
            page.goto(f"{built.as_uri()}/{path.stem}.html", wait_until="load")
            needed = page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                wide.append(f"{path.stem}: {needed} px")
        browser.close()
    assert wide == []


@pytest.mark.browser
def test_the_pictures_can_be_taken_again(tmp_path: Path) -> None:
    pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    chromium()
    done = subprocess.run(
        [sys.executable, str(PROJECT_ROOT / "docs" / "take_pictures.py"), str(tmp_path / "pictures")],
        cwd=PROJECT_ROOT, env=os.environ | {"PYTHONPATH": str(PROJECT_ROOT)}, capture_output=True, text=True,
        check=False, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for name in ("diff", "history"):
        taken, committed = (
            folder / f"{name}.webp" for folder in (tmp_path / "pictures", PROJECT_ROOT / "docs" / "pictures")
        )
        # The same picture by another browser or other fonts has another size.
        assert 0.5 < taken.stat().st_size / committed.stat().st_size < 2


@pytest.mark.browser
def test_a_browser_asks_no_other_host_for_anything(built: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    asked: list[str] = []
    with playwright.sync_playwright() as api:
        browser = api.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        page.on("request", lambda request: asked.append(request.url))
        for name in ("index.html", "architecture.html", "search.html?q=erasure"):
            page.goto(f"{built.as_uri()}/{name}", wait_until="networkidle")
        page.wait_for_selector("#search-results li a")
        browser.close()
    assert len(asked) > 10  # scripts and styles were
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_commands_of_the_built_quick_start_print_what_it_says(built: Path, tmp_path: Path) -> None:
    commands = shown(built / "quick-start.html")
    written = [block for block in blocks(PROJECT_ROOT / "docs" / "quick-start.md") if block.language.startswith("sh")]
    # As a person would copy it: no entity, quote or dash is another one.
    assert [command for command, _ in commands] == [block.text for block in written]
    folder = tmp_path / "empty"
    folder.mkdir()
    run([commands[place] for place, block in enumerate(written) if block.is_run], folder)
