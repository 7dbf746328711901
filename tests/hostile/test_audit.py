"""`make audit`, against an index of advisories on loopback: what it knows is reported, and silence is no good news."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from newscrawl.config import PROJECT_ROOT
from tests.conftest import missing

pytestmark = pytest.mark.slow
TOOLS = ("pip-audit", "cyclonedx-bom")
PINNED = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (PROJECT_ROOT / "requirements.txt").read_text(), re.MULTILINE))
ADVISORY = {"id": "PYSEC-2026-9999", "summary": "A tide table that is never right.", "schema_version": "1.0.0"}


class Advisories(ThreadingHTTPServer):
    """Speaks as much of the API of OSV (google.github.io/osv.dev/post-v1-query) as pip-audit asks for."""

    daemon_threads = True

    def __init__(self, affected: dict[str, str], status: int = 200) -> None:
        asked = self.asked = dict[str, str]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                name, version = query["package"]["name"], query["version"]
                asked[name] = version
                package = {"name": name, "ecosystem": "PyPI"}
                known = [{**ADVISORY, "affected": [{"package": package}]}] if affected.get(name) == version else []
                body = json.dumps({"vulns": known} if known else {}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Print nothing: `asked` has the request."""

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1/query"


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with both tools; the test is skipped where they cannot be installed."""
    folder = tmp_path_factory.mktemp("audit") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    command = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", *TOOLS]
    if (done := subprocess.run(command, capture_output=True, text=True, check=False)).returncode:
        missing(f"pip cannot install {' and '.join(TOOLS)}: {done.stderr[-200:]}")
    return folder


@pytest.fixture
def sbom(tmp_path: Path) -> Path:
    return tmp_path / "sbom.json"


def audit(tools: Path, sbom: Path, url: str) -> subprocess.CompletedProcess[str]:
    # pip-audit and pip keep what they got: the cache of this user is none of theirs here.
    environ = {**os.environ, "XDG_CACHE_HOME": str(sbom.parent / "cache")}
    command = ["make", "audit", f"AUDIT={tools}", f"SBOM={sbom}", f"AUDIT_ARGS=-s osv --osv-url {url}"]
    return subprocess.run(command, cwd=PROJECT_ROOT, env=environ, capture_output=True, text=True, check=False)


def serving(index: Advisories) -> Iterator[Advisories]:
    with index:
        Thread(target=index.serve_forever, args=(0.05,), daemon=True).start()
        yield index
        index.shutdown()


@pytest.fixture
def index(request: pytest.FixtureRequest) -> Iterator[Advisories]:
    yield from serving(Advisories(**request.param))


@pytest.mark.parametrize("index", [{"affected": {}}], indirect=True)
def test_every_pinned_requirement_is_asked_about_and_listed(tools: Path, sbom: Path, index: Advisories) -> None:
    done = audit(tools, sbom, index.url)
    assert done.returncode == 0, done.stderr
    assert "No known vulnerabilities found" in done.stdout + done.stderr
    listed = {each["name"]: each["version"] for each in json.loads(sbom.read_text())["components"]}
    assert len(PINNED) > 50
    assert index.asked == PINNED == listed


@pytest.mark.parametrize("index", [{"affected": {"lxml": PINNED["lxml"], "scrapy": "0.1"}}], indirect=True)
def test_an_advisory_for_a_pinned_version_fails_the_audit(tools: Path, sbom: Path, index: Advisories) -> None:
    done = audit(tools, sbom, index.url)
    assert done.returncode != 0
    (line,) = (line for line in done.stdout.splitlines() if "PYSEC" in line)
    assert line.split()[:3] == ["lxml", PINNED["lxml"], "PYSEC-2026-9999"]
    assert "make audit failed: an advisory above" in done.stdout


@pytest.mark.parametrize("index", [{"affected": {}, "status": 503}, {"affected": {}, "status": 404}], indirect=True)
def test_an_index_that_does_not_answer_is_no_good_news(tools: Path, sbom: Path, index: Advisories) -> None:
    done = audit(tools, sbom, index.url)
    assert done.returncode != 0
    assert "an index that could not be asked" in done.stdout


def test_without_a_network_the_audit_fails(tools: Path, sbom: Path) -> None:
    index = Advisories({})
    index.server_close()
    done = audit(tools, sbom, index.url)
    assert done.returncode != 0
    assert "an index that could not be asked" in done.stdout


def test_a_requirement_that_the_index_does_not_know_fails_the_audit() -> None:
    # PyPI answers 404 for it, and mirrors for all: pip-audit lists it as skipped, and ends well unless it is strict.
    done = subprocess.run(["make", "-n", "audit"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert re.search(r"pip-audit .*--strict .*-r requirements\.txt", done.stdout)
