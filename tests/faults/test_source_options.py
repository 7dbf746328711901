"""What a source's file says of its requests holds on the wire."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.fetch.connect_proxy import ConnectProxy

from .archive import Archive
from .project import Project
from .world import Answer, Site, World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 6)


@pytest.fixture
def site(world: World) -> Site:
    return world.site(ARTICLES)


def options(*lines: str) -> str:
    return "".join(f"\n    {line}" for line in lines) + "\n"


def test_the_slowest_wish_for_a_delay_counts_for_all_sources_of_a_host(
    site: Site, project: Project, archive: Archive
) -> None:
    project.add_source("quick", site)
    project.add_source("slow", site, more=options("delay = 0.4"))
    archive.crawl("quick")
    gaps = [after.at - before.at for before, after in pairwise(site.requests)]
    assert len(gaps) == 1 + len(ARTICLES)
    assert min(gaps) > 0.39


def test_a_delay_is_never_shorter_than_robots_txt_and_the_operator_ask_for(
    site: Site, project: Project, archive: Archive
) -> None:
    project.add_source("hasty", site, more=options("delay = 0.1"))
    site.robots = "User-agent: *\nCrawl-delay: 0.6\n"
    archive.crawl("hasty", DELAY_SECONDS="0.3")
    gaps = [after.at - before.at for before, after in pairwise(site.requests)]
    assert gaps[0] > 0.29
    assert min(gaps[1:]) > 0.59


def test_the_smallest_budget_counts_for_all_sources_of_a_host(site: Site, project: Project, archive: Archive) -> None:
    project.add_source("greedy", site, more=options("budget = 500"))
    project.add_source("modest", site, more=options("budget = 4"))
    archive.crawl("greedy", HOST_REQUESTS_PER_HOUR="1000")
    first_hours = 2 if len(site.requests) > 4 else 1  # the hour may change during the test
    assert len(site.requests) <= 4 * first_hours
    if first_hours == 1:
        assert "host_budget" in {reason for _, reason in archive.last_checks("greedy").values()}


def test_headers_go_to_the_sources_own_domains_alone(
    world: World, site: Site, project: Project, archive: Archive
) -> None:
    elsewhere = world.site([])
    site.pages["/news/report-1"] = redirect_to(elsewhere)
    project.add_source("dyddiol", site, more=options('headers = {"Accept-Language": "cy", "accept": "text/html"}'))
    archive.crawl("dyddiol", good=(0, 1))
    for request in site.requests:
        assert (request.headers.get("accept-language"), request.headers["accept"]) == ("cy", "text/html")
    assert elsewhere.requests
    assert not [request for request in elsewhere.requests if "accept-language" in request.headers]


def redirect_to(site: Site) -> Answer:
    return Answer(302, {"Location": f"{site.base}/elsewhere"})


@pytest.mark.parametrize(("share", "conditional"), [("1", 0), ("0.5", len(ARTICLES)), ("0.01", len(ARTICLES))])
def test_a_share_of_checks_asks_for_the_whole_page(
    site: Site, project: Project, archive: Archive, share: str, conditional: int
) -> None:
    site.has_etags = True
    project.add_source("quay", site, more=options(f"full_get_share = {share}"))
    archive.crawl("quay")
    checks = 2 if share == "0.5" else 1  # the second check of an article is a full one, the third is not
    for _ in range(checks):
        site.requests.clear()
        archive.make_due()
        archive.crawl("quay")
    found = [request for request in site.requests if request.number is not None and request.is_conditional]
    assert len(found) == conditional


def test_listings_are_read_again_after_the_period_that_a_source_states(
    site: Site, project: Project, archive: Archive
) -> None:
    project.add_source("ticker", site, more=options("listing_period = 120"))
    project.add_source("quay", site)
    archive.crawl("ticker", "quay", POLICY="fixed:minutes=45")
    turns = archive.ask(lambda store: store.source_turns())
    for source, seconds in (("ticker", 120), ("quay", 900)):
        (run,) = archive.runs(source)
        assert turns[source] == run.started_at + timedelta(seconds=seconds)


def test_a_source_has_its_own_proxy_and_another_has_none(
    world: World, site: Site, project: Project, archive: Archive
) -> None:
    direct = world.site([1])
    project.add_source("abroad", site, more=options('proxy = "uk"'))
    project.add_source("athome", direct, more=options('proxy = "direct"'))
    proxy, others = ConnectProxy(), ConnectProxy()
    environ = {"PROXIES": f"uk={proxy.url.replace('//', '//me:hunter2@')}", "PROXY_URL": others.url}
    archive.crawl("abroad", **environ)
    archive.crawl("athome", **environ)
    unknown = archive.run("crawl", "abroad", PROXIES="uk2=http://me:hunter2@proxy.example:3128")
    proxy.close()
    others.close()
    assert set(proxy.asked) == {f"CONNECT {site.netloc} HTTP/1.1"}
    assert others.asked == []
    assert len(archive.histories()) == len(ARTICLES) + 1
    assert unknown.code == 2, unknown.told()
    assert "proxy 'uk' is not in NEWSCRAWL_PROXIES; did you mean uk2?" in unknown.err
    assert "hunter2" not in unknown.err
