"""The wheel, built of the sdist and installed outside of the checkout, works in an empty folder and in a project."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pymongo import MongoClient

from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.sources.golden_pages import GOLDEN, GoldenPage
from tests.cli.conftest import environment
from tests.cli.test_exit_codes import free_port
from tests.faults.processes import Process
from tests.faults.waiting import PATIENCE_SECONDS, until
from tests.fetch.warc_files import NOON, entry, warc

from .installation import Installation, clean_environment, pins, succeed, uv

pytestmark = pytest.mark.slow
BESIDE = {"spiders": "newscrawl/spiders", "pipelines": "newscrawl/pipelines", str(GOLDEN): "newscrawl/spiders/golden"}
PAGES = len(list(GOLDEN.rglob("page.html")))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installed")
    yield Installation.of(wheel, folder / "venv", "pytest")
    shutil.rmtree(folder)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def expected_files() -> set[str]:
    """Return what a wheel must hold of this checkout, file by file."""
    files = {path for path in (PROJECT_ROOT / "newscrawl").rglob("*") if "__pycache__" not in path.parts}
    found = {str(path.relative_to(PROJECT_ROOT)) for path in files if path.is_file()}
    for folder, within in BESIDE.items():
        paths = [path for path in (PROJECT_ROOT / folder).rglob("*") if path.is_file()]
        found |= {
            f"{within}/{path.relative_to(PROJECT_ROOT / folder)}" for path in paths if "__pycache__" not in path.parts
        }
    return found


def test_the_wheel_has_every_file_and_no_package_but_newscrawl(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = {name for name in file.namelist() if ".dist-info/" not in name}
        top_level = next(name for name in file.namelist() if name.endswith("/top_level.txt"))
        assert file.read(top_level).decode().split() == ["newscrawl"]
    assert names == expected_files()


def test_an_empty_folder_has_demo_sources_and_golden_pages(
    installed: Installation, empty: Path, tmp_path: Path
) -> None:
    home = {"XDG_STATE_HOME": str(tmp_path / "state")}
    assert "newscrawl serve --demo" in installed.run("newscrawl", "demo", cwd=empty, **home)
    assert (tmp_path / "state" / "newscrawl" / "mongod").is_dir()
    assert f"{PAGES} golden pages of " in installed.run("newscrawl", "fixture", "check", cwd=empty, **home)
    assert installed.run("python", "-m", "newscrawl", "--version", cwd=empty).startswith("newscrawl ")
    refused = subprocess.run(
        [installed.command("newscrawl"), "add-source", "http://127.0.0.1:9/"], cwd=empty,
        env=clean_environment() | home, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert (refused.returncode, "newscrawl init FOLDER" in refused.stderr) == (2, True), refused.stderr
    assert list(empty.iterdir()) == []
    where = "import importlib.util as u; print([u.find_spec(name) for name in ('spiders', 'pipelines')])"
    assert installed.run("python", "-c", where, cwd=empty) == "[None, None]\n"


def test_a_project_adds_a_source_crawls_and_serves_it(
    installed: Installation, empty: Path, config: Config, tmp_path: Path
) -> None:
    installed.run("newscrawl", "init", ".", cwd=empty)
    with Newsroom(EDITIONS[0].number) as newsroom:
        address = newsroom.base.removeprefix("http://")
        environ = {name: v for name, v in environment(config).items() if name.startswith("NEWSCRAWL_")}
        environ |= {"NEWSCRAWL_EGRESS_ALLOW": address}
        installed.run("newscrawl", "add-source", newsroom.base + "/", "--name", "tidewick", cwd=empty, **environ)
        assert (empty / "spiders" / "tidewick.py").is_file()
        report = json.loads(installed.run("newscrawl", "crawl", "tidewick", "--json", cwd=empty, **environ))
        assert report["outcomes"]["new"] > 5
        feed = urllib.request.urlopen(newsroom.base + "/feed.xml").read().decode()  # noqa: S310  our own server
        article = re.findall(r"http://[^<\s\"]+/20\d\d/[^<\s\"]+-\d+", feed)[0]
        installed.run("newscrawl", "fixture", "add", "tidewick", article, cwd=empty, **environ)
    assert len(list((empty / "tests" / "golden" / "tidewick").rglob("page.html"))) == 1
    (empty / "sources.toml").write_text('shipped = ["washpo"]\n', "utf-8")
    assert installed.run("scrapy", "list", cwd=empty).split() == ["demo", "tidewick", "washpo"]
    pages = len(list((GOLDEN / "washpo").rglob("page.html"))) + 1
    assert f"{3 + pages} passed" in installed.run("pytest", "-q", cwd=empty)
    command = [str(installed.command("newscrawl")), "serve", "--port", str(free_port())]
    process = Process.start(command, cwd=empty, environ=clean_environment() | environ, folder=tmp_path)
    try:
        until(lambda: "press Ctrl-C" in process.err or process.code is not None, "the reader is to listen")
        url = process.err.partition("http://")[2].split()[0]
        page = urllib.request.urlopen(f"http://{url}", timeout=PATIENCE_SECONDS).read().decode()
    finally:
        process.kill()
    assert "Tidewick" in page


def test_one_archive_read_by_checkout_and_by_wheel_has_no_rebase(
    installed: Installation, empty: Path, config: Config, tmp_path: Path
) -> None:
    # washpo's rules have methods: the whole module is part of its stamp.
    page = GoldenPage(next(iter(sorted((GOLDEN / "washpo").rglob("page.html")))).parent)
    body, paragraphs = page.capture.body.decode(), page.expected["paragraphs"]
    word = next(word for word in paragraphs[0].split() if word.isalpha() and len(word) > 4)
    assert word in body
    environ = {name: v for name, v in environment(config).items() if name.startswith("NEWSCRAWL_")}
    outcomes = []
    for number, text in enumerate((body, body.replace(word, f"{word} indeed"), body, body)):
        path = tmp_path / f"{number}.warc.gz"
        html = entry(text.encode(), ("Content-Type", "text/html; charset=utf-8"))
        path.write_bytes(warc(("response", page.expected["url"], NOON + timedelta(days=number), html)))
        arguments = ("crawl", "washpo", "--replay", str(path), "--json")
        if number % 2:
            out = succeed(sys.executable, "-m", "newscrawl", *arguments, cwd=PROJECT_ROOT, environ=environ)
        else:
            out = installed.run("newscrawl", *arguments, cwd=empty, **environ)
        outcomes.append(json.loads(out)["outcomes"])
    assert outcomes == [{"new": 1}, {"changed": 1}, {"reverted": 1}, {"unchanged": 1}]
    with MongoClient[dict[str, object]](str(config.mongo_uri)) as client:
        versions = client[config.mongo_database].versions
        assert len(versions.distinct("stamp")) == 1
        assert "rebase" not in versions.distinct("cause")
    for dry in (
        installed.run("newscrawl", "rebase", "washpo", "--dry-run", "--json", cwd=empty, **environ),
        succeed(
            sys.executable, "-m", "newscrawl", "rebase", "washpo", "--dry-run", "--json",
            cwd=PROJECT_ROOT, environ=environ,
        ),
    ):  # fmt: skip
        assert json.loads(dry)["results"] == {"same": 1}


def test_it_is_a_tool_of_its_own(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "pins.txt").write_text(pins(), "utf-8")
    places = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    command = (uv(), "tool", "install", "-q", "--python", sys.executable, "-c", tmp_path / "pins.txt", wheel)
    succeed(*command, cwd=tmp_path, environ=places)
    assert succeed(tmp_path / "bin" / "newscrawl", "--version", cwd=tmp_path).startswith("newscrawl ")


def test_pipx_runs_it_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    succeed(uv(), "venv", "-q", "--python", sys.executable, tmp_path / "venv", cwd=tmp_path)
    tools = tmp_path / "venv" / "bin"
    succeed(uv(), "pip", "install", "-q", "--python", tools / "python", "pipx", "pip", cwd=tmp_path)
    (tmp_path / "empty").mkdir()
    places = {"PIPX_HOME": str(tmp_path / "home"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
    command = (tools / "pipx", "run", "--python", sys.executable, "--spec", wheel, "newscrawl", "--version")
    assert succeed(*command, cwd=tmp_path / "empty", environ=places).startswith("newscrawl ")
    assert list((tmp_path / "empty").iterdir()) == []
