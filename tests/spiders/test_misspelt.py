"""What a source's file misspells is refused when it is loaded: with file, line, and the name that was meant."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from newscrawl.sources.catalogue import load_spider, source_names
from tests.upgrade.archive import copied_project

SPIDER = '''"""The Courier: an invented newspaper."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class CourierSpider(NewsSpider):
    name = "courier"
    domains = ("courier.example",)
    feeds = ("https://courier.example/feed.xml",)
    {spider}

    class Layout2026(Rules):
        body = "div.text"
        {rules}
'''
# A line of the spider or of its rules → the line in which it stands, and what is said of it.
MISSPELT = {
    ("feed = ('https://courier.example/rss',)", ""): (11, "feed is no attribute of a spider; did you mean feeds?"),
    ("sitemap = ()", ""): (11, "sitemap is no attribute of a spider; did you mean sitemaps?"),
    ("guid_patern = r'-(.+)'", ""): (11, "guid_patern is no attribute of a spider; did you mean guid_pattern?"),
    ("time_zone: str = 'Europe/Paris'", ""): (11, "time_zone is no attribute of a spider; did you mean timezone?"),
    ("colour = 'red'", ""): (11, "colour is no attribute of a spider; a name of your own begins with an underscore"),
    ("sections = 'https://courier.example/all'", ""): (
        11,
        "sections must be a tuple of strings; a single one is written ('https://courier.example/all',)",
    ),
    ("languages = (1,)", ""): (11, "languages must be a tuple of strings, and is (1,)"),
    ("timezone = None", ""): (11, "timezone must be a string, and is None"),
    ("timezone = 'Europe/Pariss'", ""): (11, "timezone = 'Europe/Pariss' is no IANA time zone, such as Europe/Paris"),
    ("date_order = 'DDMY'", ""): (11, "date_order must be one of DMY, MDY, YMD"),
    ("guid_pattern = r'-(\\d+'", ""): (
        11,
        "guid_pattern is no regular expression: missing ), unterminated subpattern at position 1",
    ),
    ("delays = 3", ""): (11, "delays is no attribute of a spider; did you mean delay?"),
    ("delay = '3 s'", ""): (11, "delay must be a number or None, and is '3 s'"),
    ("delay = -1", ""): (11, "delay: must be between 0 and 3600"),
    ("budget = 1.5", ""): (11, "budget must be a whole number or None, and is 1.5"),
    ("budget = 0", ""): (11, "budget: must be between 1 and 1000000"),
    ("full_get_share = 0", ""): (11, "full_get_share: must be between 0.01 and 1"),
    ("full_get_share = True", ""): (11, "full_get_share must be a number, and is True"),
    ("listing_period = 30", ""): (11, "listing_period: must be between 60 and 2592000"),
    ("headers = ('Accept-Language', 'cy')", ""): (11, "headers must be a mapping of strings to strings, and is ("),
    ("headers = {'Cookie': 'a=1'}", ""): (11, "headers: Cookie is a secret, which a file of the project must not have"),
    ("headers = {'Transfer-Encoding': 'x'}", ""): (11, "headers: Transfer-Encoding is of the connection, not of the"),
    ("headers = {'host': 'b.example'}", ""): (11, "headers: host is of the connection, not of the request"),
    ("headers = {'User-Agent': 'Browser'}", ""): (11, "headers: User-Agent is that of all requests: NEWSCRAWL_"),
    ("headers = {'If-None-Match': '*'}", ""): (11, "headers: If-None-Match is set for each request by what is known"),
    ("headers = {'Accept Language': 'cy'}", ""): (11, "headers: 'Accept Language' is no name of a header"),
    ("headers = {'X-A': 'b\\r\\nCookie: c'}", ""): (11, "headers: the value of X-A has other characters"),
    ("proxi = 'uk'", ""): (11, "proxi is no attribute of a spider; did you mean proxy?"),
    ("proxy = 'http://me:pw@proxy.example'", ""): (11, "proxy: has a user name, which belongs in NEWSCRAWL_PROXIES"),
    ("proxy = 'socks5://proxy.example'", ""): (11, "proxy: must be an http:// or https:// URL with a host"),
    ("def discovry(self): ...", ""): (11, "discovry is no attribute of a spider; did you mean discovery?"),
    ("class Layout2020: body = 'p'", ""): (11, "class Layout2020 is no Rules class; write class Layout2020(Rules)"),
    ("", "headlines = 'h1'"): (15, "headlines is no attribute of Rules; did you mean headline?"),
    ("", "drop_line = ('Read more',)"): (15, "drop_line is no attribute of Rules; did you mean drop_lines?"),
    ("", "matches_all = True"): (15, "matches_all is no attribute of Rules; did you mean matches?"),
    ("", "drop_lines = 'Read more'"): (
        15,
        "drop_lines must be a tuple of strings; a single one is written ('Read more',)",
    ),
    ("", "drop_boxes = 'no'"): (15, "drop_boxes must be True or False, and is 'no'"),
    ("", "drop = {'p.a'}"): (15, "drop must be a string or a tuple of strings, and is {'p.a'}"),
    ("", "def author(self, page): ..."): (
        15,
        "author must be a string or a tuple of strings, and is a method here; a method is named read_author",
    ),
    ("", "def read_autor(self, page): ..."): (15, "read_autor is no attribute of Rules; did you mean read_author?"),
    ("", "drop = ('div[', 'p')"): (15, "drop: bad selector 'div['"),
}  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied_project(tmp_path_factory.mktemp("project") / "copy")


def command(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {"PYTHONPATH": str(project), "PATH": "/usr/bin:/bin", "NEWSCRAWL_HOME": str(project / "home")}
    return subprocess.run(words, cwd=project, env=environ, capture_output=True, text=True, check=False, timeout=300)


LOADER = """
import sys, newscrawl.settings
from newscrawl.errors import SpiderFileError
from newscrawl.sources.catalogue import load_spider
for name in sys.argv[1:]:
    try:
        load_spider(name)
        print("loaded")
    except SpiderFileError as error:
        print(error)
"""


def test_every_misspelling_is_named_with_file_and_line(project: Path) -> None:
    names = [f"courier{number}" for number in range(len(MISSPELT))]
    for name, (spider, rules) in zip(names, MISSPELT, strict=True):
        text = SPIDER.replace('"courier"', f'"{name}"').format(spider=spider, rules=rules)
        (project / "spiders" / f"{name}.py").write_text(text, "utf-8")
    said = command(project, sys.executable, "-c", LOADER, *names).stdout.splitlines()
    for name, line, (number, message) in zip(names, said, MISSPELT.values(), strict=True):
        assert line.startswith(f"spiders/{name}.py, line {number}: {message}"), line
        (project / "spiders" / f"{name}.py").unlink()


def test_crawl_of_a_misspelt_source_ends_with_2_and_others_go_on(project: Path) -> None:
    path = project / "spiders" / "courier.py"
    path.write_text(SPIDER.format(spider="feed = ()", rules=""), "utf-8")
    try:
        for program in (("newscrawl", "crawl"), ("scrapy", "crawl")):
            done = command(project, sys.executable, "-m", *program, "courier")
            assert (done.returncode, done.stdout) == (2, "")
            assert done.stderr.endswith(
                "spiders/courier.py, line 11: feed is no attribute of a spider; did you mean feeds?\n"
            )
        assert command(project, sys.executable, "-m", "scrapy", "list").returncode == 0
    finally:
        path.unlink()


def test_a_class_of_ones_own_may_have_private_names_and_methods() -> None:
    from newscrawl.extract import Rules
    from newscrawl.spider import NewsSpider

    class CourierSpider(NewsSpider):
        name = "courier"
        _pages = 3
        feeds = ["https://courier.example/feed.xml"]  # type: ignore[assignment]  # noqa: RUF012

        def pages_of_a_day(self) -> int:
            return self._pages

        class Layout2026(Rules):
            _rows = "p"
            body = "div.text"

        class Layout2027(Layout2026):
            body = ("div.text", "div.body")

    assert CourierSpider().pages_of_a_day() == 3


def test_every_shipped_source_is_sound() -> None:
    assert [load_spider(name).name for name in source_names()] == source_names()
