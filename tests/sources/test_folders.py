"""A project's own sources beside the shipped ones: which of them are there, and which file of two wins."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from newscrawl.config import PROJECT_ROOT
from newscrawl.sources.source_files import is_of_source
from tests.faults.waiting import PATIENCE_SECONDS
from tests.forked import commands as forked

NEWS = """\
from newscrawl.spider import NewsSpider


class {kind}(NewsSpider):
    name = "{name}"
    publisher = "{publisher}"
    domains = ("{name}.example",)
    feeds = ("https://{name}.example/feed.xml",)
"""
QUOTES = 'import scrapy\n\n\nclass Quotes(scrapy.Spider):\n    name = "quotes"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "spiders").mkdir(parents=True)
    (root / "scrapy.cfg").write_text("[settings]\ndefault = newscrawl.project_settings\n", "utf-8")
    (root / "spiders" / "__init__.py").touch()
    return root


def write(root: Path, name: str, publisher: str = "Own") -> None:
    text = NEWS.format(kind=name.capitalize(), name=name, publisher=publisher)
    (root / "spiders" / f"{name}.py").write_text(text, "utf-8")


def python(root: Path, program: str) -> str:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSCRAWL_", "SCRAPY_"))}
    words, environ = forked.command(root, environ | {"PYTHONPATH": str(PROJECT_ROOT)}, "-c", program)
    done = subprocess.run(
        words, cwd=root, capture_output=True, text=True, check=False, env=environ, timeout=PATIENCE_SECONDS
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


FROM_CATALOGUE = "from newscrawl.sources.catalogue import *\n"


def test_own_and_shipped_sources_mix_and_an_own_file_wins_and_says_so(project: Path) -> None:
    write(project, "courier")
    write(project, "washpo")
    out = python(
        project,
        "import logging, sys; logging.basicConfig(level='INFO', stream=sys.stdout, format='%(message)s')\n"
        + FROM_CATALOGUE
        + "for name in ('courier', 'washpo', 'bbc'): print(load_spider(name).publisher, load_spider(name).__module__)\n"
        "print(len(source_names()) > 100, 'courier' in source_names(), [f.origin for f in folders_of('washpo')])",
    )
    assert out.splitlines() == [
        "Own spiders.courier",
        "source=washpo is read by the project's spiders/washpo.py, not by shipped rules",
        "Own spiders.washpo",
        "BBC News newscrawl.spiders.bbc",
        "True True ['own', 'shipped']",
    ]


def test_a_project_chooses_shipped_sources_by_name(project: Path) -> None:
    write(project, "courier")
    (project / "sources.toml").write_text('shipped = ["bbc"]\n', "utf-8")
    assert python(project, FROM_CATALOGUE + "print(source_names())") == "['bbc', 'courier', 'demo']\n"
    program = "\ntry: check_source('washpo')\nexcept Exception as error: print(error)"
    assert "the shipped source 'washpo' is none of this project's" in python(project, FROM_CATALOGUE + program)


def test_a_project_that_does_not_switch_newscrawl_on_has_the_shipped_sources_alone(project: Path) -> None:
    write(project, "courier")
    (project / "scrapy.cfg").write_text("[settings]\ndefault = other\n", "utf-8")
    (project / "other.py").write_text('SPIDER_MODULES = ["spiders"]\n', "utf-8")
    program = "print('courier' in source_names(), len(source_names()) > 100, [f.origin for f in source_folders()])"
    assert python(project, FROM_CATALOGUE + program) == "False True ['shipped']\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("shipped = 1", 'sources.toml: shipped must be "all" or a list'),
        ("ship = []", "sources.toml: there is no 'ship'"),
        ("shipped = [", "sources.toml: "),
    ],
)
def test_a_bad_choice_is_refused(project: Path, text: str, message: str) -> None:
    (project / "sources.toml").write_text(text, "utf-8")
    program = "\ntry: source_names()\nexcept Exception as error: print(type(error).__name__, error)"
    assert python(project, FROM_CATALOGUE + program).startswith(f"ConfigError {message}")


def test_the_rules_of_a_source_have_one_stamp_in_checkout_and_project(project: Path) -> None:
    # washpo's rules have methods, whose module is part of the stamp.
    program = FROM_CATALOGUE + "print([load_spider(name)().reader.rules_stamp for name in ('washpo', 'bbc', 'demo')])"
    assert python(project, program) == python(PROJECT_ROOT, program)


def test_spiders_of_other_kinds_are_no_sources_and_are_listed_by_scrapy(project: Path) -> None:
    write(project, "courier")
    (project / "sources.toml").write_text("shipped = []\n", "utf-8")
    (project / "spiders" / "quotes.py").write_text(QUOTES, "utf-8")
    (project / "spiders" / "broken.py").write_text("import newscrawl\nclass Broken(:\n", "utf-8")
    assert python(project, FROM_CATALOGUE + "print(source_names())") == "['broken', 'courier', 'demo']\n"
    program = "import sys; sys.argv = ['scrapy', 'list']; from scrapy.cmdline import execute; execute()"
    assert python(project, program).split() == ["broken", "courier", "demo", "quotes"]


def test_a_file_is_a_sources_if_it_imports_newscrawl_itself_or_by_a_file_beside_it(tmp_path: Path) -> None:
    texts = {
        "direct": "from newscrawl.spider import NewsSpider\n",
        "derived": "from ._papers import Paper\n",
        "further": "import re\nfrom . import derived\n",
        "absolute": "from spiders._papers import Paper\n",
        "_papers": "import newscrawl.spider\n",
        "ordinary": "import scrapy\nfrom .circle import x\n",
        "circle": "from .ordinary import y\n",
        "syntax": "class Lock(:\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe")
    of_sources = {path.stem for path in tmp_path.glob("*.py") if is_of_source(path)}
    assert of_sources == {"direct", "derived", "further", "absolute", "_papers", "binary"}


def test_sources_in_an_archive_are_found(project: Path) -> None:
    write(project, "courier")
    egg = project.parent / "project.egg"
    with zipfile.ZipFile(egg, "w") as file:
        for path in (project / "spiders").iterdir():
            file.write(path, f"spiders/{path.name}")
    elsewhere = project.parent / "elsewhere"
    elsewhere.mkdir()
    out = python(
        elsewhere,
        f"import os, sys; sys.path.insert(0, {str(egg)!r})\n"
        "os.environ['SCRAPY_SETTINGS_MODULE'] = 'newscrawl.project_settings'\n"
        "import newscrawl.project; newscrawl.project.CHECKOUT = None  # as where it is installed\n"
        + FROM_CATALOGUE
        + "print(load_spider('courier').publisher, 'bbc' in source_names(), len(digest_of_spider('courier')))",
    )
    assert out == "Own True 64\n"


ENTRY = "[newscrawl.sources]\nharbour = harbour_papers.spiders\n"


def test_sources_of_other_packages_are_added(project: Path) -> None:
    site = project.parent / "site"
    info = site / "harbour_papers-1.dist-info"
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_text(ENTRY, "utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: harbour-papers\nVersion: 1\n", "utf-8")
    (site / "harbour_papers" / "spiders").mkdir(parents=True)
    for folder in ("harbour_papers", "harbour_papers/spiders"):
        (site / folder / "__init__.py").touch()
    write(site / "harbour_papers", "pilot", "Harbour Pilot")
    write(site / "harbour_papers", "bbc", "Theirs")
    out = python(
        project,
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        + FROM_CATALOGUE
        + "print(load_spider('pilot').publisher, [f.origin for f in folders_of('bbc')], load_spider('bbc').publisher)",
    )
    assert out == "Harbour Pilot ['harbour', 'shipped'] Theirs\n"
