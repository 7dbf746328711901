"""Whatever a site states of itself ends in its spider file as the same literal, and never as code (rows 33 and 41)."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newscrawl.errors import ConfigError, NewscrawlError
from newscrawl.sources.site_discovery import ARTICLE_PATTERNS, GUID_PATTERNS, Site, name_of
from newscrawl.sources.spider_files import spider_source, write_spider_file
from tests.fetch.conftest import environment
from tests.forked import commands as forked

SITE = Site(name="quay", publisher="The Quay", domain="quay.example", language="en")
HOSTILE = [
    "\\", "\\x", "\\N{DIGIT ONE}", "\\u12", '"', "'", '"""', "'''", '"""\nimport os\n"""', "'\"\\", "{0}", "{{ x }}",
    "%s", "a\nb", "a\rb", "a\x0cimport os", "a\u2028import os", "a\u2029b", "a\x85b", "\ud800",
    "\udfff\ud800", "\u202egnp.exe",
    "\0", "\ufeff", "x" * 10_000, ",__import__('os').system('id'),#", "# coding: utf-7", "é–漢𐀀",
]  # fmt: skip


def literals(text: str) -> dict[str, object]:
    """Return what the class of a file assigns, after a check that the file has nothing else that runs."""
    tree = ast.parse(text.encode("utf-8"))
    assert [type(node).__name__ for node in tree.body] == ["Expr", "ImportFrom", "ClassDef"]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Call | ast.JoinedStr | ast.Import)]
    [definition] = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {line.targets[0].id: ast.literal_eval(line.value) for line in definition.body}  # type: ignore[attr-defined]


@pytest.mark.parametrize("stated", HOSTILE)
def test_hostile_statements_are_literals(stated: str) -> None:
    url = f"https://quay.example/feed?{stated}"
    site = replace(SITE, publisher=stated, domain=stated, language=stated, feeds=(url, stated), sitemaps=(url,))
    found = literals(spider_source(site))
    assert (found["publisher"], found["domains"], found["feeds"], found["sitemaps"]) == (
        stated,
        (stated,),
        (url, stated),
        (url,),
    )


@given(st.text(st.characters(codec=None), min_size=1), st.lists(st.text(st.characters(codec=None), min_size=1)))
@example('"\\', ["\\'"])
def test_any_text_is_the_same_literal(publisher: str, feeds: list[str]) -> None:
    found = literals(spider_source(replace(SITE, publisher=publisher, feeds=tuple(feeds))))
    assert found["publisher"] == publisher
    assert found.get("feeds", ()) == tuple(feeds)


@pytest.mark.parametrize("stated", HOSTILE)
def test_what_is_saved_can_be_loaded(stated: str, tmp_path: Path) -> None:
    site = replace(
        SITE, publisher=stated, feeds=(f"https://quay.example/{stated}",), article_pattern=ARTICLE_PATTERNS[0]
    )
    path = write_spider_file(site, tmp_path)
    program = (
        "import importlib.util, sys; spec = importlib.util.spec_from_file_location('quay', sys.argv[1]);"
        "module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module);"
        "print(ascii((module.QuaySpider.publisher, module.QuaySpider.feeds)))"
    )
    if stated in HOSTILE[::7]:  # in a process of its own: as a crawl loads it
        loaded = subprocess.run(
            [sys.executable, "-c", program, str(path)], capture_output=True, text=True, env=environment(), check=True
        )
        assert ast.literal_eval(loaded.stdout) == (stated, site.feeds)
    assert literals(path.read_text("utf-8"))["publisher"] == stated
    assert [each.name for each in tmp_path.iterdir() if each.name != "__pycache__"] == ["quay.py"]


@pytest.mark.parametrize("pattern", [*ARTICLE_PATTERNS, *GUID_PATTERNS, r'a"b\d', "a\\\\", r"a'\w", "a\nb"])
def test_patterns_stay_the_same_pattern(pattern: str) -> None:
    found = literals(spider_source(replace(SITE, article_pattern=pattern, guid_pattern=pattern)))
    assert (found["article_pattern"], found["guid_pattern"]) == (pattern, pattern)


def test_patterns_are_written_raw() -> None:
    assert f'article_pattern = r"{ARTICLE_PATTERNS[0]}"' in spider_source(
        replace(SITE, article_pattern=ARTICLE_PATTERNS[0])
    )


@pytest.mark.parametrize("name", ["9to5", "class", "import", "a", "a__b", "none"])
def test_any_name_of_a_source_makes_a_file_that_loads(name: str, tmp_path: Path) -> None:
    path = write_spider_file(replace(SITE, name=name), tmp_path)
    assert literals(path.read_text("utf-8"))["name"] == name


BAD_NAMES = ["../x", "/etc/x", "a/b", "..", "", "A", "a.b", "a b", "-a", "_a", "a\n", "a\0", "é", "a\\b", "%2e%2e"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_no_name_leaves_the_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "spiders"
    folder.mkdir()
    with pytest.raises(ConfigError):
        write_spider_file(replace(SITE, name=name), folder)
    assert list(tmp_path.rglob("*")) == [folder]


@pytest.mark.parametrize(
    "domain", ["..", "../../x", "[::1]", "1.2.3.4:80", "%2e.example", "\0", "漢字", "class.com", ""]
)
def test_a_derived_name_is_a_name(domain: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*", name_of(domain))


def test_a_file_that_cannot_be_loaded_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(NewscrawlError):
        write_spider_file(replace(SITE, article_pattern="("), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    (tmp_path / "quay.py").write_text("mine")
    with pytest.raises(ConfigError, match="already exists"):
        write_spider_file(SITE, tmp_path)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("quay.py", "mine")]


@pytest.mark.parametrize("command", [("add-source",), ("fixture", "add", "washpo")])
@pytest.mark.parametrize("name", ["../../escape", "/tmp/escape", "a/b", "-x"])  # noqa: S108 - refused, not written
def test_commands_refuse_other_names_before_any_request(command: tuple[str, ...], name: str, tmp_path: Path) -> None:
    arguments = (*command, "https://quay.example/", f"--name={name}")
    ended = forked.run(arguments, env=environment(NEWSCRAWL_HOME=str(tmp_path / "home")), cwd=tmp_path)
    assert (ended.returncode, "--name" in ended.stderr) == (2, True), ended.stderr
