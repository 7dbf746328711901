"""A source whose articles scripts draw: its histories, its evidence, and what becomes of them where that changes."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import sys
from pathlib import Path

import pytest

from newscrawl.fetch.browser import NAMES
from newscrawl.items import RENDERED, Cause, Version
from newscrawl.store import Store, payloads
from tests.conftest import missing
from tests.fetch.drawn_paper import browsers_of

from .archive import Archive
from .behaviours import hanging
from .conftest import MakeArchive
from .project import Project
from .waiting import until
from .world import Answer, Site, World

pytestmark = pytest.mark.slow

ARTICLES = (1, 2)
HTML, JSON, SCRIPT = (
    {"Content-Type": kind} for kind in ("text/html; charset=utf-8", "application/json", "text/javascript")
)
SHELL = """<!doctype html><html lang="en"><head><title>Report {number}</title></head><body class="report">
<h1>The pier and the ferry, part {number}</h1><div class="text">{text}</div>
<script>window.number = {number};</script><script src="/app.js"></script></body></html>"""
APP = b"""
fetch(`/data/${window.number}.json`).then(answer => answer.json()).then(paragraphs => {
    document.querySelector("div.text").innerHTML = paragraphs.map(text => `<p>${text}</p>`).join("");
});
"""
SERVED = "".join(
    f"<p>{text}</p>" for text in ("The ferry was late on Monday, the office said.", "No reason was given.")
)


@pytest.fixture(autouse=True)
def _chromium() -> None:
    if not any(map(shutil.which, NAMES)):
        missing("Chromium is not installed")


@pytest.fixture
def site(world: World) -> Site:
    site = world.site(ARTICLES)
    site.has_etags = True
    site.pages["/app.js"] = Answer(200, SCRIPT, APP)
    for number in ARTICLES:
        site.pages[f"/news/report-{number}"] = Answer(200, HTML, SHELL.format(number=number, text=SERVED).encode())
        write(site, number, "seven")
    return site


def write(site: Site, number: int, metres: str) -> None:
    texts = [
        f"The pier of part {number} is {metres} metres long, the harbour office said on Monday morning.",
        "The ferry goes twice a day in winter and six times a day in summer, as it has for thirty years.",
        "A ticket costs two crowns, and children travel free if they are with a grown-up person.",
    ]
    site.pages[f"/data/{number}.json"] = Answer(200, JSON, json.dumps(texts).encode())


def add_source(project: Project, site: Site, *, rendered: bool) -> None:
    project.add_source("reed", site, more=f"\n    rendered = {rendered}\n")


def versions(archive: Archive, number: int) -> list[Version]:
    async def read(store: Store) -> list[Version]:
        key = await store.db.articles.find_one({"guid": str(number)}, {"_id": 1})
        assert key is not None
        return await store.versions(key["_id"])

    return archive.ask(read)


def test_the_page_drawn_and_the_response_are_kept_and_an_edit_of_its_data_is_one(
    site: Site, project: Project, archive: Archive
) -> None:
    add_source(project, site, rendered=True)
    archive.crawl("reed")
    write(site, 1, "eight")
    archive.make_due()
    site.requests.clear()
    crawled = archive.crawl("reed")
    assert crawled.json["outcomes"] == {"changed": 1, "unchanged": 1}, crawled.told()
    assert not [request for request in site.requests if request.number and request.is_conditional]
    first, second = versions(archive, 1)
    assert "seven metres" in first.article.paragraphs[0]
    assert "eight metres" in second.article.paragraphs[0]
    assert RENDERED in second.article.stamp

    async def evidence(store: Store) -> tuple[bytes | None, bytes | None]:
        capture = await store.capture(second.article_id, 2)
        assert capture is not None
        assert capture.response_digest is not None
        response = await payloads.response_of(store.db, second.payload_digest, capture.response_digest)
        assert hashlib.sha256(response or b"").hexdigest() == capture.response_digest
        return capture.body, response

    drawn, response = archive.ask(evidence)
    assert response == site.pages["/news/report-1"].body
    assert b"eight metres" in (drawn or b"")
    assert archive.run("verify").code == 0
    archive.ask(lambda store: store.db.payloads.delete_many({"response": {"$ne": None}}))
    verified = archive.run("verify")
    assert (verified.code, "is missing" in verified.out + verified.err) == (1, True), verified.told()


def test_a_source_that_is_drawn_from_now_on_or_no_longer_shows_no_edit(
    site: Site, project: Project, archive: Archive
) -> None:
    for rendered in (False, True, False):
        add_source(project, site, rendered=rendered)
        archive.make_due()
        archive.crawl("reed")
    for number in ARTICLES:
        assert [version.cause for version in versions(archive, number)] == [Cause.FIRST, Cause.REBASE, Cause.REBASE]
    assert not archive.run("changes").out.count("metres")


def test_a_page_is_tried_as_its_scripts_draw_it(site: Site, project: Project, archive: Archive) -> None:
    add_source(project, site, rendered=True)
    tried = archive.run("try", site.url(1), "--source", "reed", "--json")
    assert tried.code == 0, tried.told()
    assert "seven metres" in tried.json["paragraphs"][0]
    assert RENDERED in tried.json["stamp"]


def test_a_round_draws_the_pages_of_several_sources(
    world: World, site: Site, project: Project, archive: Archive
) -> None:
    add_source(project, site, rendered=True)
    other = world.site(ARTICLES)
    other.pages = site.pages
    project.add_source("sedge", other, more="\n    rendered = True\n")
    archive.crawl("reed", "sedge")
    assert len(archive.histories()) == 2 * len(ARTICLES)
    assert "seven metres" in versions(archive, 1)[0].article.paragraphs[0]


def test_a_crawl_that_is_stopped_while_a_page_is_drawn_gives_its_articles_back_and_leaves_no_browser(
    site: Site, project: Project, archive: Archive
) -> None:
    add_source(project, site, rendered=True)
    site.behaviours["/data/1.json"] = site.behaviours["/data/2.json"] = hanging
    crawl = archive.start("crawl", "reed", "--json", DOWNLOAD_TIMEOUT_SECONDS="600")
    until(lambda: site.count("/data/1.json") + site.count("/data/2.json") > 0, "a script is to ask for its data")
    browsers = browsers_of(crawl.pid)
    assert browsers
    crawl.send(signal.SIGTERM)
    assert crawl.wait() == 7, crawl.told()
    assert archive.claimed() == 0
    until(lambda: not any(Path(f"/proc/{each}/exe").exists() for each in browsers), "the browser is to end")


def test_a_replay_of_its_recording_gives_the_same_histories_without_a_browser(
    site: Site, project: Project, make_archive: MakeArchive, tmp_path: Path
) -> None:
    add_source(project, site, rendered=True)
    live, replayed, recording = make_archive(), make_archive(), tmp_path / "reed.warc.gz"
    live.crawl("reed", "--record", recording)
    replayed.environ = without_chromium()
    replayed.crawl("reed", "--replay", recording)
    assert replayed.histories() == live.histories()
    assert len(live.histories()) == len(ARTICLES)


def without_chromium() -> dict[str, str]:
    return {"PATH": str(Path(sys.executable).parent)}


def test_without_chromium_or_the_extra_a_crawl_says_what_to_do(
    site: Site, project: Project, make_archive: MakeArchive, tmp_path: Path
) -> None:
    add_source(project, site, rendered=True)
    done = make_archive(environ=without_chromium()).run("crawl", "reed")
    assert done.code == 2, done.told()
    assert "install Debian's package chromium, or name the program in NEWSCRAWL_CHROMIUM" in done.err
    (tmp_path / "scrapy_playwright").mkdir()
    (tmp_path / "scrapy_playwright" / "__init__.py").write_text("raise ImportError('not installed')")
    done = make_archive(paths=[tmp_path]).run("crawl", "reed")
    assert done.code == 2, done.told()
    assert "pip install 'newscrawl[browser]'" in done.err
    assert site.requests == []
