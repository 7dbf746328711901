"""Rows 22, 23, 25 and 26: what one page, one name or one listing does wrong stays with it."""

from __future__ import annotations

import gzip

import pytest

from .archive import Archive
from .conftest import MakeArchive
from .processes import memory_peak_bytes
from .project import Project
from .twin import assert_like_twin
from .waiting import until
from .world import Answer, Site, World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 9)
FAULTY = """

    def parse_article(self, response, head, candidate):
        if response.url.endswith("-3"):
            raise KeyError("a defect of this spider")
        return super().parse_article(response, head, candidate)
"""
MAX_BYTES = 300 * 2**20


@pytest.fixture
def site(world: World, project: Project) -> Site:
    found = world.site(ARTICLES)
    project.add_source("quay", found)
    return found


def test_code_that_raises_on_one_page_fails_the_run_and_costs_that_page_alone(
    site: Site, project: Project, make_archive: MakeArchive
) -> None:
    archive, twin = make_archive(), make_archive()
    sound = (project.root / "spiders" / "quay.py").read_text()
    project.write("quay", sound + FAULTY)
    crawl = archive.crawl("quay", good=(1,))
    assert crawl.json["outcomes"] == {"new": len(ARTICLES) - 1}, crawl.told()
    assert any("a defect of this spider" in message for message in crawl.json["errors"]), crawl.told()
    assert "Traceback" in crawl.err, "a defect without the place where it is"
    project.write("quay", sound)
    archive.crawl("quay")
    twin.crawl("quay")
    assert_like_twin(archive, twin)


def test_name_that_does_not_exist_fails_its_source_and_delays_no_other(
    site: Site, project: Project, archive: Archive
) -> None:
    project.add_source("mole", site, host="no-such-name.invalid")
    crawl = archive.crawl("mole", "quay", good=(1,))
    reports = {report["source"]: report for report in crawl.json}
    assert (reports["mole"]["exit_code"], reports["quay"]["exit_code"]) == (1, 0), crawl.told()
    assert any("dns" in message for message in reports["mole"]["errors"]), crawl.told()
    assert reports["quay"]["outcomes"] == {"new": len(ARTICLES)}


@pytest.mark.parametrize("entries", [150_000, 1_000_000])
def test_huge_sitemap_needs_bounded_memory(world: World, project: Project, archive: Archive, entries: int) -> None:
    """One just below the largest response that is read, and one far beyond it."""
    site = world.site()
    project.add_source("quay", site, sitemaps=("/sitemap.xml",))
    url = "<url><loc>{}/news/report-{}</loc></url>"
    body = "<urlset>" + "".join(url.format(site.base, number) for number in range(entries)) + "</urlset>"
    assert (len(body) < 16 * 2**20) == (entries < 1_000_000)
    headers = {"Content-Type": "application/xml", "Content-Encoding": "gzip"}
    site.pages["/sitemap.xml"] = Answer(200, headers, gzip.compress(body.encode(), 1))
    crawl = archive.start("crawl", "quay", "--json", DISCOVERY_MAX_URLS="20")
    peak = 0

    def has_ended() -> bool:
        nonlocal peak
        peak = max(peak, memory_peak_bytes(crawl.pid))
        return crawl.code is not None

    until(has_ended, "the crawl is to end")
    assert crawl.code == 1, crawl.told()
    assert 0 < peak < MAX_BYTES
    if entries < 1_000_000:
        assert len(site.asked()) == 20
    else:
        assert any("too_large" in message for message in crawl.json["errors"]), crawl.told()


def test_wording_that_comes_and_goes_is_recorded_each_time_and_stored_twice(site: Site, archive: Archive) -> None:
    original, edited = dict(site.articles), {number: text.edited() for number, text in site.articles.items()}
    site.listed = [1]
    for check in range(7):
        site.articles = original if check % 2 == 0 else edited
        archive.make_due()
        archive.crawl("quay")
    (history,) = archive.histories().values()
    wordings = [digest for _, digest, _ in history]
    assert len(wordings) == 7
    assert len(set(wordings)) == 2
    assert archive.ask(lambda store: store.db.payloads.count_documents({})) == 2
