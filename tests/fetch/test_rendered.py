"""Pages that scripts draw, in a real Chromium: what is read, and that nothing passes the gates."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl.fetch.browser import NAMES
from tests.conftest import missing
from tests.faults.waiting import PATIENCE_SECONDS

from .conftest import ROOT, RUNNER, Crawled, Wire, crawl, environment, page
from .drawn_paper import browsers_of, data, publish, script, shell

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _chromium() -> None:
    if not any(map(shutil.which, NAMES)):
        missing("Chromium is not installed")


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Wire]:
    server = Wire(host="127.0.0.9")
    yield server
    server.close()


@pytest.fixture(scope="module")
def paper() -> Iterator[Wire]:
    server = Wire()
    yield server
    server.close()


def plan_for(*urls: str, wire: Wire, **settings: Any) -> dict[str, Any]:
    allowed = {"NEWSCRAWL_EGRESS_ALLOW": [wire.authority, "127.0.0.9"]}
    return {"urls": urls, "settings": {**allowed, **settings}, "rendered": [wire.host]}


def drawn(*urls: str, wire: Wire, env: dict[str, str] | None = None, **settings: Any) -> Crawled:
    plan = plan_for(*urls, wire=wire, **settings)
    return crawl(*urls, settings=plan["settings"], plan={"rendered": plan["rendered"]}, env=env)


def test_a_page_is_read_as_its_scripts_draw_it(wire: Wire) -> None:
    url = publish(wire, 1)
    result = drawn(url, wire=wire)[url]
    assert result["text"] == "Ship number 1 came in.", result
    assert result["response_sha256"] == hashlib.sha256(shell(1)).hexdigest()
    assert result["headers"]["content-type"] == "text/html; charset=utf-8"
    assert {"/robots.txt", "/news/1", "/app.js", "/data/1.json"} <= set(wire.paths())


ESCAPES = """
const there = "http://127.0.0.9:{port}";
const quietly = work => {{ try {{ work(); }} catch (error) {{ }} }};
quietly(() => navigator.sendBeacon(there + "/beacon", "x"));
quietly(() => {{ new Image().src = there + "/image"; }});
quietly(() => {{ new Image().src = "/own-image"; }});
quietly(() => new WebSocket("ws://127.0.0.9:{port}/socket"));
quietly(() => new EventSource(there + "/events"));
quietly(() => navigator.serviceWorker.register("/worker.js").catch(() => 0));
quietly(() => new Worker("/own-worker.js"));
quietly(() => new SharedWorker("/shared-worker.js"));
quietly(() => window.open(there + "/popup"));
quietly(() => new RTCPeerConnection({{ iceServers: [{{ urls: "stun:127.0.0.9:{port}" }}] }}).createDataChannel("x"));
quietly(() => fetch(there + "/fetched").catch(() => 0));
quietly(() => fetch("/posted", {{ method: "POST", body: "x" }}).catch(() => 0));
quietly(() => fetch("/data/leaves.json").catch(() => 0));
quietly(() => import(there + "/module.js").catch(() => 0));
quietly(() => alert("read this"));
quietly(() => {{ document.body.insertAdjacentHTML("beforeend",
    `<iframe src="${{there}}/frame"></iframe><iframe src="/own-frame"></iframe>` +
    `<link rel="preconnect" href="${{there}}"><link rel="prefetch" href="${{there}}/prefetch">` +
    `<link rel="dns-prefetch" href="${{there}}"><link rel="stylesheet" href="${{there}}/style.css">` +
    `<video src="${{there}}/video"></video><form action="${{there}}/form"></form>`); }});
setTimeout(() => quietly(() => document.forms[0].submit()), 200);
setTimeout(() => quietly(() => {{ location.href = there + "/left"; }}), 300);
"""
SHOWN = "document.getElementById('text').textContent"
PAGES: dict[str, tuple[str, str | None]] = {
    "restless": (f"setInterval(() => {{ {SHOWN} = 'tick ' + Date.now(); }}, 50);", None),
    "asks without end": ("let n = 0; setInterval(() => fetch('/data/1.json?' + n++), 5);", "render_too_many"),
    "large": (f"{SHOWN} = 'x'.repeat(3e6);", "too_large"),
    "large data": ("fetch('/large.json'); fetch('/large.json?2');", "too_large"),
    "data fails": ("fetch('/fails.json');", "render_incomplete"),
    "data is refused": ("fetch('/busy.json');", "render_incomplete"),
    "data leads inside": ("fetch('/inside.json');", None),
    "data is not there": (f"fetch('/none.json').then(a => {{ {SHOWN} = a.status; }});", None),
    "data is cut": ("fetch('/cut.json');", "render_incomplete"),
    "robots": (f"fetch('/closed/a.json').catch(() => {{ {SHOWN} = 'closed'; }});", None),
    "goes away": ("location.href = '/elsewhere'; ", None),
    "downloads": ("location.href = '/file.zip';", None),
    "closes": ("window.close(); window.stop();", None),
    "asks back": ("window.onbeforeunload = () => 'stay'; confirm('really?'); prompt('who?');", None),
    "throws": ("throw new Error('x');", None),
    "secret": ("fetch('/data/2.json', {headers: {'X-Key': 'k', 'Authorization': 'a', 'Cookie': 'b=1'}});", None),
}
LIMITS = {"NEWSCRAWL_DOWNLOAD_MAX_BYTES": "1000000"}


@pytest.fixture(scope="module")
def crawled(paper: Wire, elsewhere: Wire) -> Crawled:
    for number, name in enumerate(PAGES, 100):
        code = PAGES[name][0]
        publish(paper, number, body=f"<p>below</p><script>{code}</script>")
    escapes = f"<script>{ESCAPES.format(port=elsewhere.port)}</script>"
    publish(paper, 99, body=f"<script src='/app.js'></script>{escapes}")
    leaves = page(b"", f"Location: {elsewhere.url('/redirected')}", status="302 Found")
    paper.answers |= {
        "/robots.txt": page(b"User-agent: *\nDisallow: /closed/\n", kind="text/plain"),
        "/data/1.json": data(1),
        "/data/2.json": data(2),
        "/data/leaves.json": leaves,
        "/inside.json": page(b"", "Location: http://169.254.169.254/", status="302 Found"),
        "/large.json": page(b"x" * 600_000),
        "/large.json?2": page(b"x" * 600_000),
        "/fails.json": page(b"{}", status="500 Internal Server Error"),
        "/busy.json": page(b"{}", status="403 Forbidden"),
        "/cut.json": page(b"{}", length=100),
    }
    paper.answers |= {f"/data/1.json?{n}": data(1) for n in range(100)}
    urls = [paper.url(f"/news/{number}") for number in range(99, 100 + len(PAGES))]
    return drawn(*urls, wire=paper, env=LIMITS)


def result_of(crawled: Crawled, paper: Wire, name: str) -> dict[str, Any]:
    return crawled[paper.url(f"/news/{100 + list(PAGES).index(name)}")]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_holds_up_the_crawl_and_none_that_lacks_something_is_read(
    crawled: Crawled, paper: Wire, name: str
) -> None:
    result = result_of(crawled, paper, name)
    assert result.get("reason") == PAGES[name][1], result


def test_a_page_reaches_nothing_but_scripts_and_data_of_its_source(
    crawled: Crawled, paper: Wire, elsewhere: Wire
) -> None:
    assert crawled[paper.url("/news/99")]["text"] == "Ship number 99 came in."
    assert elsewhere.connections == 0, elsewhere.paths()
    found = set(paper.paths())
    never = {"/own-image", "/worker.js", "/own-frame", "/posted", "/closed/a.json", "/elsewhere", "/file.zip"}
    assert not found & never
    assert len(paper.requests) == paper.connections


def test_an_endless_script_is_ended_and_the_crawl_goes_on() -> None:
    server = Wire()
    urls = [publish(server, 1, body="<script>while (true) { }</script>"), publish(server, 2)]
    env = {"NEWSCRAWL_DOWNLOAD_TIMEOUT_SECONDS": "12"}
    crawled = drawn(*urls, wire=server, env=env, CONCURRENT_REQUESTS=1)
    server.close()
    assert crawled[urls[0]].get("reason") == "render_timeout", crawled[urls[0]]
    assert crawled[urls[1]].get("text") == "Ship number 2 came in.", crawled[urls[1]]


def test_what_robots_txt_closes_is_closed_for_scripts(crawled: Crawled, paper: Wire) -> None:
    assert result_of(crawled, paper, "robots")["text"] == "closed"


def test_an_answer_that_there_is_nothing_is_the_papers(crawled: Crawled, paper: Wire) -> None:
    assert result_of(crawled, paper, "data is not there")["text"] == "404"


def test_scripts_are_requested_once_a_crawl(crawled: Crawled, paper: Wire) -> None:
    assert paper.paths().count("/app.js") == 1


def test_scripts_send_headers_of_their_own_and_no_secrets(crawled: Crawled, paper: Wire) -> None:
    (request,) = [each for each in paper.requests if each.path == "/data/2.json"]
    assert request.headers["x-key"] == "k"
    assert not {"authorization", "cookie", "referer"} & request.headers.keys()
    assert request.headers["user-agent"].startswith("newscrawl/")


def test_every_request_of_a_page_keeps_the_pace_and_waiting_for_it_costs_a_page_no_time() -> None:
    server = Wire()
    body = "".join(f'<script src="/part{n}.js"></script>' for n in range(4)) + '<script src="/app.js"></script>'
    url = publish(server, 1, body=body)
    server.answers |= {f"/part{n}.js": script("") for n in range(4)}
    env = {"NEWSCRAWL_DOWNLOAD_TIMEOUT_SECONDS": "20"}
    result = drawn(url, wire=server, env=env, DOWNLOAD_DELAY=3.5)[url]  # more than its time for all of them
    server.close()
    assert result.get("text") == "Ship number 1 came in.", result
    gaps = [after.at - before.at for before, after in pairwise(server.requests[1:])]  # the first one builds the handler
    assert len(gaps) == 6
    assert min(gaps) > 3.4


def test_scripts_and_data_pass_the_egress_filter() -> None:
    server = Wire()
    url = publish(server, 1, body=f'<script src="http://inside.example:{server.port}/app.js"></script>')
    settings = {"NEWSCRAWL_EGRESS_ALLOW": [server.authority]}
    plan = {"rendered": [server.host, "inside.example"], "names": {"inside.example": ["127.0.0.1"]}}
    result = crawl(url, settings=settings, plan=plan)[url]
    server.close()
    assert result["reason"] == "render_incomplete"
    assert "private_address" in result["detail"]
    assert "/app.js" not in server.paths()


def test_a_recording_is_replayed_as_drawn_without_a_browser(tmp_path: Path) -> None:
    server, recording = Wire(), tmp_path / "paper.warc.gz"
    url = publish(server, 1)
    live = drawn(url, wire=server, NEWSCRAWL_RECORD=str(recording))[url]
    server.close()
    env = {"PATH": str(tmp_path)}
    replayed = drawn(url, wire=server, env=env, NEWSCRAWL_REPLAY=str(recording))[url]
    for name in ("text", "sha256", "response_sha256", "fetched_at"):
        assert replayed[name] == live[name]
    with recording.open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert (kinds.count("response"), kinds.count("conversion")) == (4, 1)


def test_a_recording_without_the_page_drawn_is_not_taken_for_one(tmp_path: Path) -> None:
    server, recording = Wire(), tmp_path / "paper.warc"
    url = publish(server, 1)
    crawl(url, settings={"NEWSCRAWL_EGRESS_ALLOW": [server.authority], "NEWSCRAWL_RECORD": str(recording)})
    server.close()
    assert drawn(url, wire=server, NEWSCRAWL_REPLAY=str(recording))[url]["reason"] == "not_recorded"


def test_a_browser_that_dies_is_started_again() -> None:
    server = Wire()
    urls = [publish(server, number) for number in (1, 2)]
    kills: list[int] = []

    def die(wire: Wire, client: socket.socket) -> None:
        for process in browsers_of(os.getpid()) if not kills else ():
            kills.append(process)
            with contextlib.suppress(ProcessLookupError):  # it ended with another one
                os.kill(process, signal.SIGKILL)
        client.sendall(data(1))

    server.answers["/data/1.json"] = die
    crawled = drawn(*urls, wire=server, CONCURRENT_REQUESTS=1)
    server.close()
    assert kills
    assert [crawled[url].get("text") for url in urls] == ["Ship number 1 came in.", "Ship number 2 came in."]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_browser_ends_with_its_crawl(number: signal.Signals) -> None:
    server = Wire()
    url = publish(server, 1)
    server.answers["/data/1.json"] = lambda wire, client: wire.is_closing.wait(PATIENCE_SECONDS)  # type: ignore[assignment, return-value]
    job = json.dumps(plan_for(url, wire=server))
    with subprocess.Popen(
        [sys.executable, RUNNER],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env=environment(),
    ) as process:
        assert process.stdin is not None
        process.stdin.write(job)
        process.stdin.close()
        wait_for(lambda: "/data/1.json" in server.paths())
        browsers = browsers_of(process.pid)
        assert browsers
        process.send_signal(number)
        server.close()
        process.wait(PATIENCE_SECONDS)
    wait_for(lambda: not any(Path(f"/proc/{browser}/exe").exists() for browser in browsers))


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the condition was not met in time"
        time.sleep(0.05)
