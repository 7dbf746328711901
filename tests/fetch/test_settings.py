"""The project's Scrapy settings, from the project's root and from folders below it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from newscrawl.config import Config
from newscrawl.settings import from_config, user_agent
from newscrawl.sources.catalogue import source_names
from tests.faults.waiting import PATIENCE_SECONDS

from .conftest import ROOT, Wire, crawl, environment, page

BIN = Path(sys.executable).parent


def command(*arguments: str, folder: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(**env),
        timeout=PATIENCE_SECONDS,
        check=False,
    )


SOURCES = set(source_names())


def test_scrapy_lists_the_sources_from_below_the_root() -> None:
    assert set(command(f"{BIN}/scrapy", "list", folder=ROOT / "newscrawl" / "fetch").stdout.split()) == SOURCES


def test_an_installed_package_named_spiders_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "spiders").mkdir()
    (tmp_path / "spiders" / "__init__.py").write_text("")
    process = command(f"{BIN}/scrapy", "list", PYTHONPATH=str(tmp_path))
    assert set(process.stdout.split()) == SOURCES


def test_scrapy_shell_fetches_through_the_download_handler(tmp_path: Path) -> None:
    server = Wire()
    server.answers["/"] = page(b"<html><title>through</title></html>")
    allow = f"NEWSCRAWL_EGRESS_ALLOW={server.authority}"
    code = "print(response.css('title::text').get(), 'nc_fetched_at' in response.meta)"
    shell = [f"{BIN}/scrapy", "shell", "-s", allow, "-c", code, server.url("/")]
    process = command(*shell, NEWSCRAWL_HOME=str(tmp_path))
    server.close()
    assert "through True" in process.stdout, process.stderr[-2000:]


@pytest.mark.parametrize("program", ["scrapy", "newscrawl"])
def test_a_bad_variable_is_named_and_nothing_starts(program: str) -> None:
    arguments = {"scrapy": ["list"], "newscrawl": ["crawl", "demo"]}[program]
    process = command(f"{BIN}/{program}", *arguments, NEWSCRAWL_DELAY_SECONDS="often")
    last = process.stderr.strip().splitlines()[-1]
    assert "NEWSCRAWL_DELAY_SECONDS='often'" in last
    assert process.returncode == 2


def test_a_crawl_listens_on_no_port_and_refuses_other_schemes(wire: Wire) -> None:
    wire.answers["/"] = page(b"<html></html>")
    others = ["file:///etc/hostname", "data:text/html,hello", "ftp://127.0.0.1/x", "s3://bucket/x"]
    crawled = crawl(
        wire.url("/"), *others, settings={"NEWSCRAWL_EGRESS_ALLOW": [wire.authority], "ROBOTSTXT_OBEY": False}
    )
    assert crawled[wire.url("/")]["status"] == 200
    assert {crawled[url]["reason"] for url in others} == {"scheme"}
    assert crawled.facts["listening"] == 0
    assert "secret" not in crawled.log


def test_a_page_cannot_refresh_to_another_url_or_set_a_cookie(wire: Wire) -> None:
    body = b'<html><head><meta http-equiv="refresh" content="0; url=/elsewhere"></head></html>'
    wire.answers |= {"/refresh": page(body, "Set-Cookie: id=1; Path=/"), "/after": page(b"<html></html>")}
    urls = [wire.url("/refresh"), wire.url("/after")]
    crawl(*urls, settings={"NEWSCRAWL_EGRESS_ALLOW": [wire.authority], "CONCURRENT_REQUESTS": 1})
    assert "/elsewhere" not in wire.paths()
    after = next(request for request in wire.requests if request.path == "/after")
    assert not {"cookie", "referer", "accept-language"} & after.headers.keys()
    assert after.headers["user-agent"].startswith("newscrawl/")


def test_the_user_agent_names_the_contact() -> None:
    config = Config(contact_url="https://news.example/bot")
    assert user_agent(config).endswith("(+https://news.example/bot)")
    assert from_config(config)["USER_AGENT"] == user_agent(config)


def test_limits_follow_the_configuration() -> None:
    values = from_config(Config(delay_seconds=7, download_timeout_seconds=9, download_max_bytes=4096))
    assert (values["DOWNLOAD_DELAY"], values["DOWNLOAD_TIMEOUT"], values["DOWNLOAD_MAXSIZE"]) == (7, 9, 4096)
