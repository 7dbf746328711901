"""What only a proxy can do wrong: see names, be led inside, answer in the newspaper's place, leak its credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.fetch.proxies import Proxy, fault_of_proxy, proxy_of

from .conftest import Crawled, Wire, crawl, page
from .connect_proxy import ConnectProxy
from .test_failures import certificate

HTML = b"<html><body>the paper</body></html>"
SECRET = "hunter%402"


@pytest.fixture
def site() -> Iterator[Wire]:
    server = Wire(host="127.0.0.2")
    server.answers["/"] = page(HTML)
    yield server
    server.close()


@pytest.fixture
def run_proxy() -> Iterator[Callable[..., ConnectProxy]]:
    proxies: list[ConnectProxy] = []

    def run(**options: Any) -> ConnectProxy:
        proxies.append(ConnectProxy(**options))
        return proxies[-1]

    yield run
    for each in proxies:
        each.close()


def crawled_through(
    url: str, site: Wire, env: Mapping[str, str], *, addresses: str = "127.0.0.2", **settings: Any
) -> Crawled:
    """Crawl paper.example at the site's port, a host that this machine knows as `addresses`."""
    return crawl(
        url.replace(site.authority, f"paper.example:{site.port}"),
        settings={"NEWSCRAWL_EGRESS_ALLOW": [f"paper.example:{site.port}"], "ROBOTSTXT_OBEY": False, **settings},
        plan={"names": {"paper.example": [addresses]}},
        env=env,
    )


def test_it_is_asked_for_the_address_that_was_admitted(site: Wire, run_proxy: Callable[..., ConnectProxy]) -> None:
    proxy = run_proxy()
    (result,) = crawled_through(site.url("/"), site, {"NEWSCRAWL_PROXY_URL": proxy.url}).results
    assert result["size"] == len(HTML)
    assert proxy.asked == [f"CONNECT 127.0.0.2:{site.port} HTTP/1.1"]
    assert "paper.example" not in proxy.heads[0]
    assert site.requests[0].headers["host"] == f"paper.example:{site.port}"


def test_tls_is_with_the_host_by_its_name(tmp_path: Path, run_proxy: Callable[..., ConnectProxy]) -> None:
    context, file = certificate(tmp_path, "paper.example")
    names: list[str | None] = []
    context.sni_callback = lambda _, name, __: names.append(name)
    site, proxy = Wire(host="127.0.0.2", tls=context), run_proxy()
    site.answers["/"] = page(HTML)
    env = {"NEWSCRAWL_PROXY_URL": proxy.url, "SSL_CERT_FILE": str(file)}
    (result,) = crawled_through(site.url("/"), site, env).results
    site.close()
    assert (result.get("status"), names) == (200, ["paper.example"]), result
    assert proxy.asked == [f"CONNECT 127.0.0.2:{site.port} HTTP/1.1"]


def test_it_may_be_spoken_to_by_tls_itself(tmp_path: Path, site: Wire, run_proxy: Callable[..., ConnectProxy]) -> None:
    context, file = certificate(tmp_path, "proxy.example")
    proxy = run_proxy(tls=context)
    env = {"NEWSCRAWL_PROXY_URL": f"https://proxy.example:{proxy.port}", "SSL_CERT_FILE": str(file)}
    plan = {"names": {"paper.example": ["127.0.0.2"], "proxy.example": ["127.0.0.1"]}}
    settings = {"NEWSCRAWL_EGRESS_ALLOW": ["paper.example"], "ROBOTSTXT_OBEY": False}
    (result,) = crawl(f"http://paper.example:{site.port}/", settings=settings, plan=plan, env=env).results
    assert (result.get("status"), len(proxy.asked)) == (200, 1), result


@pytest.mark.parametrize("resolves", ["no", "yes"])
def test_it_is_never_asked_for_a_private_address(
    site: Wire, run_proxy: Callable[..., ConnectProxy], resolves: str
) -> None:
    proxy = run_proxy()
    env = {"NEWSCRAWL_PROXY_URL": proxy.url, "NEWSCRAWL_PROXY_RESOLVES": resolves}
    urls = [f"http://127.0.0.2:{site.port}/", f"http://[::1]:{site.port}/", "http://169.254.169.254/"]
    urls += [f"http://inside.example:{site.port}/"] if resolves == "no" else []
    settings = {"ROBOTSTXT_OBEY": False}
    crawled = crawl(*urls, settings=settings, plan={"names": {"inside.example": ["127.0.0.2"]}}, env=env)
    assert [result["reason"] for result in crawled.results] == ["private_address"] * len(urls)
    assert proxy.heads == []


FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n<html>not the paper</html>"
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "asks for credentials": ({"answer": b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"}, "proxy_http_407"),
    "has no route": ({"lost": frozenset({"127.0.0.2"})}, "proxy_http_502"),
    "forbids": ({"answer": FORBIDDEN}, "proxy_http_403"),
    "forbids as a gone page": ({"answer": b"HTTP/1.1 410 Gone\r\n\r\n"}, "proxy_http_410"),
    "is not modified": ({"answer": b"HTTP/1.1 304 Not Modified\r\n\r\n"}, "proxy_http_304"),
    "is frozen": ({"is_frozen": True}, "proxy_timeout"),
    "is no proxy": ({"answer": b"SSH-2.0-OpenSSH_9.2\r\n\r\n"}, "proxy_unreachable"),
    "says nothing": ({"answer": b"HTTP/1.1 200"}, "proxy_unreachable"),
    "never ends its head": ({"answer": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 40_000}, "proxy_unreachable"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_its_failures_are_not_the_newspapers(site: Wire, run_proxy: Callable[..., ConnectProxy], fault: str) -> None:
    options, reason = FAULTS[fault]
    env = {"NEWSCRAWL_PROXY_URL": run_proxy(**options).url, "NEWSCRAWL_DOWNLOAD_TIMEOUT_SECONDS": "2"}
    (result,) = crawled_through(site.url("/"), site, env).results
    assert (result.get("outcome"), result.get("reason")) == ("error", reason), result
    assert site.connections == 0


def test_one_that_does_not_listen_is_unreachable(site: Wire, run_proxy: Callable[..., ConnectProxy]) -> None:
    closed = Wire()
    closed.close()
    (result,) = crawled_through(site.url("/"), site, {"NEWSCRAWL_PROXY_URL": f"http://{closed.authority}"}).results
    assert result["reason"] == "proxy_unreachable"


def test_the_next_address_of_a_host_is_tried_where_it_has_no_route(
    site: Wire, run_proxy: Callable[..., ConnectProxy]
) -> None:
    proxy = run_proxy(lost=frozenset({"127.0.0.3"}))
    env = {"NEWSCRAWL_PROXY_URL": proxy.url}
    (result,) = crawled_through(site.url("/"), site, env, addresses="127.0.0.3 127.0.0.2").results
    assert (result.get("status"), len(proxy.asked)) == (200, 2), result


def test_one_that_refuses_addresses_may_resolve_names_if_asked_to(
    site: Wire, run_proxy: Callable[..., ConnectProxy]
) -> None:
    proxy = run_proxy(refuses_addresses=True, names={"paper.example": "127.0.0.2"})
    env = {"NEWSCRAWL_PROXY_URL": proxy.url}
    (result,) = crawled_through(site.url("/"), site, env).results
    assert result["reason"] == "proxy_http_403"
    assert "NEWSCRAWL_PROXY_RESOLVES=yes" in result["detail"]
    (result,) = crawled_through(site.url("/"), site, {**env, "NEWSCRAWL_PROXY_RESOLVES": "yes"}).results
    assert result.get("status") == 200, result
    assert proxy.asked[-1] == f"CONNECT paper.example:{site.port} HTTP/1.1"


def test_its_credentials_go_to_it_and_nowhere_else(
    site: Wire, run_proxy: Callable[..., ConnectProxy], tmp_path: Path
) -> None:
    proxy = run_proxy()
    url = proxy.url.replace("http://", f"http://reader:{SECRET}@")
    recording = tmp_path / "paper.warc"
    settings = {"NEWSCRAWL_RECORD": str(recording), "LOG_LEVEL": "DEBUG", "STATS_DUMP": True}
    crawled = crawled_through(site.url("/"), site, {"NEWSCRAWL_PROXY_URL": url}, **settings)
    assert "Proxy-Authorization: Basic cmVhZGVyOmh1bnRlckAy" in proxy.heads[0]
    assert "proxy-authorization" not in site.requests[0].headers
    everything = crawled.log + str(crawled.results) + recording.read_text("latin-1")
    assert not [text for text in ("hunter", "cmVhZGVy", "Proxy-Auth") if text in everything]


def test_the_address_on_record_is_the_newspapers(
    site: Wire, run_proxy: Callable[..., ConnectProxy], tmp_path: Path
) -> None:
    recording = tmp_path / "paper.warc"
    env = {"NEWSCRAWL_PROXY_URL": run_proxy().url}
    crawled_through(site.url("/"), site, env, NEWSCRAWL_RECORD=str(recording))
    with recording.open("rb") as file:
        fields = [record.rec_headers.get_header("WARC-IP-Address") for record in ArchiveIterator(file)]
    assert [address for address in fields if address] == ["127.0.0.2"]


def chosen(stated: str | None, **values: str) -> Proxy | None:
    class Spider:
        name = "paper"
        proxy = stated

    class Crawler:
        spidercls = Spider
        settings = {"NEWSCRAWL_CONFIG": Config.from_env({f"NEWSCRAWL_{name}": value for name, value in values.items()})}  # noqa: RUF012

    return proxy_of(Crawler())  # type: ignore[arg-type]


def test_a_source_states_its_proxy_by_name_by_url_or_none() -> None:
    both = {"PROXY_URL": "http://all.example:3128", "PROXIES": "uk=http://me:pw@uk.example:3128, us=https://us.example"}
    assert str(chosen(None, **both)) == "all.example:3128"
    assert str(chosen("uk", **both)) == "uk.example:3128"
    assert str(chosen("us", **both)) == "us.example:443"
    assert str(chosen("http://own.example:8080", **both)) == "own.example:8080"
    assert chosen("direct", **both) is None
    assert chosen(None) is None
    with pytest.raises(ConfigError, match="paper: proxy 'ukk' is not in NEWSCRAWL_PROXIES; did you mean uk"):
        chosen("ukk", **both)


def test_no_credentials_are_printed() -> None:
    config = Config.from_env(
        {"NEWSCRAWL_PROXIES": "uk=http://me:pw@uk.example:3128/", "NEWSCRAWL_PROXY_URL": "http://me:pw@x/"}
    )
    texts = [repr(config), str(config.proxies), str(config.proxy_url), repr(chosen("uk", PROXIES="uk=http://me:pw@x/"))]
    assert not [text for text in texts if "pw" in text or "bWU6" in text]
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"NEWSCRAWL_PROXIES": "uk=http://me:pw@uk.example:3128, pw"})
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("stated", "fault"),
    [
        ("http://proxy.example:3128", None),
        ("uk", None),
        ("direct", None),
        ("http://me:pw@proxy.example", "NEWSCRAWL_PROXIES"),
        ("socks5://proxy.example", "http"),
        ("proxy.example:3128", "name"),
    ],
)
def test_what_a_source_states_is_examined(stated: str, fault: str | None) -> None:
    found = fault_of_proxy(stated)
    assert (found is None) if fault is None else (fault in (found or ""))
