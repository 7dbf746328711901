"""No page comes from a server whose certificate is not verified, unless its source exempts itself, which is noted."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.store import Store
from newscrawl.web import create_app
from tests.fetch.conftest import Crawled, Wire, crawl, page
from tests.hostile.certificates import Authority, contexts
from tests.store.samples import NOON, append, article, first_version

REFUSED = [
    "common-name",
    "any-common-name",
    "uri",
    "malformed",
    "strange-star",
    "nul",
    "expired",
    "future",
    "other",
    "self",
]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(Path(tmp_path_factory.mktemp("tls")))


@pytest.fixture(scope="module")
def servers(authority: Authority) -> Iterator[Mapping[str, Wire]]:
    servers = {name: Wire(tls=context) for name, context in contexts(authority).items()}
    for server in servers.values():
        server.answers |= {"/": page(b"<html></html>"), "/again": page(b"<html></html>")}
    yield servers
    for server in servers.values():
        server.close()


def urls(servers: Mapping[str, Wire], path: str = "/") -> dict[str, str]:
    return {name: f"https://{name}.example:{server.port}{path}" for name, server in servers.items()}


def crawled_with(servers: Mapping[str, Wire], authority: Authority, *pages: str, **plan: object) -> Crawled:
    return crawl(
        *pages,
        settings={"NEWSCRAWL_EGRESS_ALLOW": [f"{name}.example" for name in servers], **plan.pop("settings", {})},  # type: ignore[dict-item]
        plan={"names": {f"{name}.example": ["127.0.0.1"] for name in servers}, **plan},
        env={"SSL_CERT_FILE": str(authority.trusted)},
    )


@pytest.fixture(scope="module")
def crawled(servers: Mapping[str, Wire], authority: Authority) -> Crawled:
    return crawled_with(servers, authority, *urls(servers).values())


def test_a_valid_certificate_is_accepted(crawled: Crawled, servers: Mapping[str, Wire]) -> None:
    result = crawled[urls(servers)["good"]]
    assert (result.get("status"), result.get("certificate_fault")) == (200, None)


@pytest.mark.parametrize("name", REFUSED)
def test_an_invalid_certificate_is_refused(crawled: Crawled, servers: Mapping[str, Wire], name: str) -> None:
    assert crawled[urls(servers)[name]].get("reason") == "tls", crawled[urls(servers)[name]]
    assert servers[name].paths() == []  # not even the request was sent


@pytest.mark.parametrize(
    ("name", "words"),
    [("expired", "has expired"), ("future", "not yet valid"), ("self", "self-signed"), ("other", "other.example")],
)
def test_a_refusal_says_what_is_wrong(crawled: Crawled, servers: Mapping[str, Wire], name: str, words: str) -> None:
    assert words in str(crawled[urls(servers)[name]].get("detail"))


def test_no_setting_turns_the_verification_off(servers: Mapping[str, Wire], authority: Authority) -> None:
    pages = [urls(servers)[name] for name in ("common-name", "self", "expired")]
    crawled = crawled_with(servers, authority, *pages, settings={"DOWNLOAD_VERIFY_CERTIFICATES": False})
    assert [crawled[url].get("reason") for url in pages] == ["tls"] * 3


def test_a_source_that_exempts_itself_is_exempt_on_its_own_hosts_and_that_is_noted(
    servers: Mapping[str, Wire], authority: Authority
) -> None:
    exempt = ["good", "common-name", "malformed", "expired", "self"]
    # "other" is no host of the source; the second request takes the connection, or the decision, of the first.
    pages = [urls(servers, path)[name] for name in (*exempt, "other") for path in ("/", "/again")]
    crawled = crawled_with(servers, authority, *pages, exempt=[f"{name}.example" for name in exempt])
    faults = {url: crawled[url].get("certificate_fault") for url in pages}
    assert [crawled[url].get("status") for url in pages] == [200] * 10 + [None] * 2
    assert [crawled[url].get("reason") for url in pages[-2:]] == ["tls"] * 2
    assert [faults[url] for url in pages[:2]] == [None, None]
    assert all(faults[url] for url in pages[2:10]), faults
    assert "expired" in str(faults[pages[6]])
    assert "self-signed" in str(faults[pages[8]])


def test_a_redirect_through_an_exempt_host_is_noted(servers: Mapping[str, Wire], authority: Authority) -> None:
    servers["self"].answers["/leave"] = page(b"", f"Location: {urls(servers)['good']}", status="302 Found")
    start = urls(servers, "/leave")["self"]
    crawled = crawled_with(servers, authority, start, exempt=["self.example"])
    assert (crawled[start].get("status"), bool(crawled[start].get("certificate_fault"))) == (200, True)


def test_the_name_goes_into_host_and_sni_and_the_connection_to_the_checked_address(
    servers: Mapping[str, Wire], authority: Authority
) -> None:
    asked: list[str | None] = []
    good = servers["good"]
    assert good.tls is not None
    good.tls.sni_callback = lambda connection, name, context: asked.append(name)
    good.answers["/named"] = page(b"<html></html>")
    url = urls(servers, "/named")["good"]
    changing = {"good.example": ["127.0.0.1", "127.0.0.2", "10.0.0.1"]}  # the answers of later lookups lead elsewhere
    crawled = crawled_with(servers, authority, url, names=changing)
    good.tls.sni_callback = None
    [request] = [request for request in good.requests if request.path == "/named"]
    assert (crawled[url].get("status"), set(asked)) == (200, {"good.example"})  # robots.txt was asked for as well
    assert request.headers["host"] == f"good.example:{good.port}"


async def test_a_version_says_that_the_certificate_was_not_valid(store: Store, config: Config) -> None:
    version = first_version(article())
    assert version.capture is not None
    fault = "certificate has expired"
    stamped = replace(version, capture=replace(version.capture, certificate_fault=fault))
    await append(store, stamped)
    app = create_app(config, SteppingClock(NOON))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as client,
    ):
        path = f"/{version.article_id}/1"
        assert f"not valid: {fault}" in (await client.get(f"/article{path}")).text
        assert (await client.get(f"/api/v1/articles/{version.article_id}/versions/1")).json()[
            "certificate_fault"
        ] == fault
        warc = (await client.get(f"/article{path}/warc")).content
    [record] = ArchiveIterator(io.BytesIO(warc))
    assert record.http_headers.get_header("X-Archive-Certificate-Fault") == fault
