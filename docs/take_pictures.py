"""Take the pictures of the README, a change and a history of the demo's newspaper: `make pictures`.

The demo's times are its own: pictures differ only where pages, browser or fonts do. WebP, as Chromium writes it.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from newscrawl.fetch.browser import NAMES

TO = Path(__file__).resolve().parent / "pictures"
WIDTH, HEIGHT, SCALE = 880, 1200, 2  # CSS pixels; sharp where screens have twice as many
QUALITY = 70
MARGIN = 16
# What each shows, and the last element that it has: the change from version 2 to 3 of the article about the bridge, and
# the newest versions of its history.
PICTURES = {
    "diff": ("/article/{id}/2/3", ".diff .row.edited"),
    "history": ("/article/{id}", "table tr:has(td) >> nth=1"),
}
HEADLINE = "Lorn Bridge"
PATIENCE_MS = 300_000


def main(to: Path = TO) -> None:
    """Run the demo in a folder of its own, serve it, and take the pictures."""
    browser = next(filter(None, map(shutil.which, NAMES)), "")
    if not browser:
        sys.exit("make pictures needs Chromium: install it, and put it on PATH")
    to.mkdir(exist_ok=True)
    newscrawl = [sys.executable, "-m", "newscrawl"]
    with tempfile.TemporaryDirectory() as home:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}
        environ |= {"NEWSCRAWL_HOME": home, "NEWSCRAWL_SERVE_PORT": str(_free_port())}
        subprocess.run([*newscrawl, "demo"], env=environ, stdout=subprocess.DEVNULL, check=True)
        with subprocess.Popen(
            [*newscrawl, "serve", "--demo", "--workers", "1"], env=environ, stderr=subprocess.PIPE, text=True
        ) as reader:
            try:
                line = next(line for line in reader.stderr or () if "http://" in line)
                _take("http://" + line.partition("http://")[2].split()[0], browser, to)
            finally:
                reader.terminate()
                reader.communicate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _take(base: str, browser: str, to: Path) -> None:
    with urllib.request.urlopen(f"{base}/api/v1/changes?least=50") as answer:  # noqa: S310  our own reader
        changes = json.load(answer)
    article_id = next(_ids(changes, HEADLINE))
    with sync_playwright() as api:
        chromium = api.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE, color_scheme="light", locale="en-GB"
        )
        page.set_default_timeout(PATIENCE_MS)
        for name, (path, last) in PICTURES.items():
            page.goto(base + path.format(id=article_id), wait_until="networkidle")
            picture = _picture(page, last)
            (to / f"{name}.webp").write_bytes(picture)
            sys.stdout.write(f"{to / name}.webp: {len(picture):,} bytes\n")
        chromium.close()


def _ids(value: Any, headline: str) -> Any:
    """Yield the ids of articles whose headline has these words, wherever they stand in an answer."""
    if isinstance(value, dict):
        if headline in str(value.get("headline", "")) and "article_id" in value:
            yield value["article_id"]
        for inner in value.values():
            yield from _ids(inner, headline)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner, headline)


def _picture(page: Page, last: str) -> bytes:
    """Return what a page is about, down to an element, without the masthead."""
    whole = page.locator("main").bounding_box() or {}
    end = page.locator(last).first.bounding_box() or {}
    clip = {
        "x": max(0, whole["x"] - MARGIN), "y": whole["y"], "width": min(WIDTH, whole["width"] + 2 * MARGIN),
        "height": end["y"] + end["height"] + MARGIN / 2 - whole["y"], "scale": 1,
    }  # fmt: skip
    session = page.context.new_cdp_session(page)
    taken = session.send(
        "Page.captureScreenshot", {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
    )
    return base64.b64decode(taken["data"])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
