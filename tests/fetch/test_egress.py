"""No way into a private network: by an unusual spelling, a name, a changing DNS answer, or a redirect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.exceptions import CannotResolveHostError

from newscrawl.fetch.egress import EgressFilter, PinnedResolver, host_and_port, is_public, system_lookup
from newscrawl.fetch.failures import PrivateAddress

from .conftest import Crawled, Wire, crawl, page

SPELLINGS = [
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://127.8.9.1/",
    "http://0.0.0.0/",
    "http://0/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://100.127.255.254/",
    "http://192.0.0.8/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://0x7f000001/",
    "http://127.1/",
    "http://127.0.1/",
    "http://134744072/",  # 8.8.8.8: public, but in a spelling that parsers read differently
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/",
    "http://[fd12:3456::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:c0a8:101::1]/",
    "http://[2001:0:53aa:64c:0:0:80ff:fffe]/",
    "http://[2001:db8::1]/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://127.0.0.1:8888\\@good.example/",
    "http://good.example\\.evil.example/",
    "http://good.example@127.0.0.1/",
    "http://a@b@127.0.0.1/",
    "http://user:secret@good.example/",
    "http://good.example\x00.evil.example/",
    "http://good.example\r\n.evil.example/",
    "http://good.example%00.evil.example/",
    "http://good .example/",
    "http:///127.0.0.1/",
    "http://[::1/",
    "http://good.example:99999/",
    "file:///etc/passwd",
    "ftp://good.example/",
]  # fmt: skip


@pytest.mark.parametrize("url", SPELLINGS)
async def test_no_spelling_of_a_private_address_is_admitted(url: str) -> None:
    async def lookup(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host} was looked up")

    egress_filter = EgressFilter(lookup=lookup)
    with pytest.raises(PrivateAddress):
        await egress_filter.addresses(*host_and_port(url))


@pytest.fixture(scope="module")
def crawled_spellings(wire: Wire) -> Crawled:
    """A crawl of all spellings; those of this machine are also tried with the port of a listening server."""
    before = wire.connections
    local_urls = [f"http://{host}:{wire.port}/" for host in LOCAL_SPELLINGS]
    crawled = crawl(*SPELLINGS_ACCEPTED_BY_SCRAPY, *local_urls, plan={"names": {"good.example": ["10.9.8.7"]}})
    assert wire.connections == before
    return crawled


LOCAL_SPELLINGS = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.8.9.1",
    "0.0.0.0",
    "0",
    "2130706433",
    "0x7f.1",
    "[::ffff:127.0.0.1]",
    "localhost",
]
# Scrapy itself refuses or rewrites the others before our code gets them.
SPELLINGS_ACCEPTED_BY_SCRAPY = [url for url in SPELLINGS if "[::1/" not in url and ":99999" not in url]


def test_a_crawl_connects_to_none_of_them(crawled_spellings: Crawled) -> None:
    reasons = [result.get("reason") for result in crawled_spellings.results]
    assert set(reasons) <= {"private_address", "scheme", "dns"}
    assert len(reasons) == len(SPELLINGS_ACCEPTED_BY_SCRAPY) + len(LOCAL_SPELLINGS)
    assert reasons.count("private_address") > 50


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_is_never_more_public_inside_another(address: Any) -> None:
    for carrier in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert is_public(carrier) == is_public(str(address))
    assert not is_public(f"::{address}")


@pytest.mark.parametrize(
    "url", ["http://news.example/a?q=a@b", "https://news.example:8443/x", "http://xn--bcher-kva.de/"]
)
def test_ordinary_urls_are_parsed(url: str) -> None:
    host, port = host_and_port(url)
    assert (host, port) in {("news.example", 80), ("news.example", 8443), ("xn--bcher-kva.de", 80)}


def lookup_of(*answers: list[str]) -> Any:
    remaining: Iterator[list[str]] = iter(answers)

    async def lookup(host: str, port: int) -> list[str]:
        return next(remaining)

    return lookup


async def test_only_the_public_addresses_of_a_name_are_used() -> None:
    egress_filter = EgressFilter(lookup=lookup_of(["10.0.0.1", "8.8.8.8", "::1"]))
    assert await egress_filter.addresses("news.example", 80) == ["8.8.8.8"]


async def test_a_name_that_leads_inside_is_refused_with_its_address() -> None:
    egress_filter = EgressFilter(lookup=lookup_of(["192.168.0.7"]))
    with pytest.raises(PrivateAddress, match=r"news\.example leads to 192\.168\.0\.7"):
        await egress_filter.addresses("news.example", 80)


@pytest.mark.parametrize("entry", ["inside.example", "inside.example:8080", "INSIDE.example"])
async def test_an_exemption_admits_only_the_named_host(entry: str) -> None:
    egress_filter = EgressFilter([entry], lookup=lookup_of(["127.0.0.1"], ["127.0.0.1"]))
    assert await egress_filter.addresses("inside.example", 8080) == ["127.0.0.1"]
    with pytest.raises(PrivateAddress):
        await egress_filter.addresses("other.example", 8080)


async def test_an_exemption_for_one_port_admits_no_other() -> None:
    egress_filter = EgressFilter(["127.0.0.1:8080"], lookup=lookup_of(["127.0.0.1"]))
    assert await egress_filter.addresses("127.0.0.1", 8080) == ["127.0.0.1"]
    with pytest.raises(PrivateAddress):
        await egress_filter.addresses("127.0.0.1", 27017)


async def test_a_name_that_cannot_exist_is_a_dns_failure() -> None:
    with pytest.raises(CannotResolveHostError):
        await system_lookup("x" * 70 + ".example", 80)


class Receiver:
    """A receiver as Twisted passes it to a resolver."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.is_complete = False

    def resolutionBegan(self, resolution: Any) -> None:
        resolution.cancel()

    def addressResolved(self, address: Any) -> None:
        self.addresses.append(f"{address.host} {address.port}")

    def resolutionComplete(self) -> None:
        self.is_complete = True


class ChangingResolver:
    """A resolver whose answer has changed to a private and a public address."""

    def resolveHostName(self, receiver: Any, hostName: str, portNumber: int = 0, *rest: Any) -> None:
        from twisted.internet.address import IPv4Address

        for host in ("10.0.0.1", "8.8.4.4"):
            receiver.addressResolved(IPv4Address("TCP", host, portNumber))
        receiver.resolutionComplete()


def test_twisted_gets_the_pinned_addresses_without_another_lookup() -> None:
    resolver = PinnedResolver(ChangingResolver())
    resolver.pin("news.example", 443, ["8.8.8.8", "2606:4700::1111"])
    receiver = Receiver()
    resolver.resolveHostName(receiver, "News.example.", 443)
    assert receiver.addresses == ["8.8.8.8 443", "2606:4700::1111 443"]
    assert receiver.is_complete


def test_a_name_without_pins_gets_only_public_addresses() -> None:
    receiver = Receiver()
    PinnedResolver(ChangingResolver()).resolveHostName(receiver, "other.example", 443)
    assert receiver.addresses == ["8.8.4.4 443"]


def test_the_connection_goes_to_the_pinned_address_when_the_name_changes(wire: Wire) -> None:
    decoy = Wire(host="127.0.0.2")
    wire.answers["/flip"] = page(b"<html></html>")
    urls = [f"http://flip.example:{wire.port}/flip?{n}" for n in range(3)]
    wire.answers |= {f"/flip?{n}": page(b"<html></html>") for n in range(3)}
    crawled = crawl(
        *urls,
        settings={"NEWSCRAWL_EGRESS_ALLOW": [f"flip.example:{wire.port}"]},
        plan={"names": {"flip.example": ["127.0.0.1", "127.0.0.2"]}},
    )
    decoy.close()
    assert [crawled[url].get("status") for url in urls] == [200, 200, 200]
    assert decoy.connections == 0


@pytest.fixture(scope="module")
def redirected(wire: Wire, second_wire: Wire) -> Crawled:
    before = second_wire.connections
    targets = {
        "/to-private": second_wire.url("/secret"),
        "/to-metadata": "http://169.254.169.254/latest/",
        "/to-decimal": f"http://2130706433:{second_wire.port}/secret",
        "/to-user": f"http://good.example@127.0.0.1:{second_wire.port}/secret",
        "/to-file": "file:///etc/passwd",
        "/to-data": "data:text/html,hello",
        "/loop": "/loop",
    }
    wire.answers |= {path: page(b"", f"Location: {target}", status="302 Found") for path, target in targets.items()}
    chain = {f"/hop{n}": page(b"", f"Location: /hop{n + 1}", status="301 Moved Permanently") for n in range(12)}
    wire.answers |= chain | {"/hop12": page(b"<html></html>")}
    crawled = crawl(
        *[wire.url(path) for path in (*targets, "/hop0", "/hop2")],
        settings={"NEWSCRAWL_EGRESS_ALLOW": [wire.authority]},
    )
    assert second_wire.connections == before
    return crawled


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/to-private", "private_address"),
        ("/to-metadata", "private_address"),
        ("/to-decimal", "private_address"),
        ("/to-user", "private_address"),
        ("/to-file", "http_302"),
        ("/to-data", "http_302"),
        ("/loop", "redirect_loop"),
        ("/hop0", "redirect_loop"),
        ("/hop2", None),
    ],
)
def test_every_hop_of_a_redirect_is_checked(redirected: Crawled, wire: Wire, path: str, reason: str | None) -> None:
    assert redirected[wire.url(path)].get("reason") == reason


def test_a_second_origin_gets_no_secrets_and_no_validators(wire: Wire, second_wire: Wire) -> None:
    wire.answers["/leave"] = page(b"", f"Location: {second_wire.url('/arrive')}", status="302 Found")
    second_wire.answers["/arrive"] = page(b"<html></html>")
    headers = {
        "Authorization": "Basic c2VjcmV0",
        "Cookie": "session=1",
        "If-None-Match": '"a"',
        "If-Modified-Since": "Sat, 02 Nov 2019 06:00:00 GMT",
    }
    settings = {"NEWSCRAWL_EGRESS_ALLOW": [wire.authority, second_wire.authority]}
    crawl(wire.url("/leave"), settings=settings, plan={"headers": headers})
    first = next(request for request in wire.requests if request.path == "/leave")
    second = next(request for request in second_wire.requests if request.path == "/arrive")
    names = {name.lower() for name in headers} | {"referer"}
    assert names - {"referer"} <= first.headers.keys()
    assert not names & second.headers.keys()
