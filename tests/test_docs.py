"""Every command block of the manual runs, and prints what the manual says.

In docs/*.md a block marked `sh` is run by bash, all of one page in one fresh folder; a block marked `text` right behind
it is its output, to the letter. A block marked `sh no-run` is shown only, and says in a comment why it cannot run here.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from newscrawl.config import PROJECT_ROOT
from tests.manual import PAGES, blocks, folder_for, run

LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
# Run by tests/test_manual.py, as the built page has them; by tests/upgrade/test_migrate.py, on an old archive; by
# tests/packaging/test_tutorial.py, in an empty folder.
RUN_ELSEWHERE = {"quick-start", "upgrade", "tutorial"}
# What a fence may be marked with, and what holds it to the truth.
LANGUAGES = {
    "sh": "run",
    "sh no-run": "says why it is not run",
    "text": "output of the block before, or compared with the code by the test of its page",
    "json": "read as JSON",
    "toml": "read as TOML",
    "python": "compiled",
    "js": "what scaling.md states of shard keys is compared with the code by tests/test_scaling.py",
    "{glossary}": "built by Sphinx; its entries are compared by tests/test_glossary.py",
    "{toctree}": "built by Sphinx, which refuses pages that are not there, or in no list",
}
COMMANDS = [page for page in PAGES if page.stem not in RUN_ELSEWHERE and any(block.is_run for block in blocks(page))]
# Pages that code names and nobody has written yet: take one out once it is there.
UNWRITTEN: set[str] = set()
GUIDES = [PROJECT_ROOT / "README.md", PROJECT_ROOT / "CONTRIBUTING.md"]


@pytest.mark.parametrize("page", COMMANDS, ids=lambda page: page.stem)
def test_commands_of_a_page_print_what_it_says(page: Path, tmp_path: Path) -> None:
    run([(block.text, block.output) for block in blocks(page) if block.is_run], folder_for(page, tmp_path))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_of_a_page_is_run_or_says_why_not(page: Path) -> None:
    for block in blocks(page):
        assert block.language in LANGUAGES
        if block.language == "sh no-run":
            assert re.search(r"#\s+\S+(\s+\S+){2,}", block.text), block.text
        if block.language == "json":
            json.loads(block.text)
        if block.language == "toml":
            tomllib.loads(block.text)
        if block.language == "python":
            compile(block.text, str(page), "exec")
    fences = re.findall(r"^```", page.read_text("utf-8"), re.M)
    assert len(fences) == 2 * sum(1 if block.output is None else 2 for block in blocks(page))


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_commands_of_a_guide_are_targets_of_make_or_tests_that_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT_ROOT / "Makefile").read_text("utf-8"), re.M))
    for line in "".join(block.text for block in blocks(page) if block.language == "sh").splitlines():
        command, _, argument = line.partition(" ")
        if command == "make":
            assert argument.split()[0] in targets, line
        else:
            paths = re.findall(r"tests/[\w/.]+", line)
            assert paths, line
            assert all((PROJECT_ROOT / path).exists() for path in paths), line


@pytest.mark.parametrize("page", [*PAGES, *GUIDES], ids=lambda page: page.stem)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_pictures_of_the_readme_are_small_and_say_what_they_show() -> None:
    shown = re.findall(r"^!\[([^\]]*)\]\((docs/pictures/[\w-]+\.webp)\)$", GUIDES[0].read_text("utf-8"), re.M)
    assert [path for _, path in shown] == ["docs/pictures/diff.webp", "docs/pictures/history.webp"]
    assert all(len(text.split()) > 5 for text, _ in shown)
    for _, path in shown:
        picture = (PROJECT_ROOT / path).read_bytes()
        assert (picture[:4], picture[8:12]) == (b"RIFF", b"WEBP")
        assert len(picture) < 100_000


def test_the_readme_is_read_in_two_minutes() -> None:
    text = re.sub(r"^```.*?^```$|\]\([^)]*\)", "", GUIDES[0].read_text("utf-8"), flags=re.M | re.S)
    assert len(text.split()) < 500  # 250 words a minute


def test_pages_that_code_and_messages_name_exist() -> None:
    """Also in what `newscrawl --help` and errors say; an anchor is a heading of its page."""
    named = set()
    for folder in ("newscrawl", "spiders", "pipelines", "deploy", "tests", "benchmarks"):
        for path in (PROJECT_ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".html", ".tmpl", ".toml", ".service", ".yaml"}:
                named |= set(re.findall(r"docs/([a-z][\w-]*\.md)(?:#([\w-]+))?", path.read_text("utf-8", "replace")))
    for guide in GUIDES:
        named |= set(re.findall(r"\(docs/([\w-]+\.md)(?:#([\w-]+))?\)", guide.read_text("utf-8")))
    assert len(named) > 20
    missing = []
    for page, anchor in sorted(named):
        path = PROJECT_ROOT / "docs" / page
        if not path.is_file() or (anchor and anchor not in anchors(path)):
            missing.append(f"{page}#{anchor}")
    assert set(missing) - UNWRITTEN == set()


def test_links_to_other_sites_are_https_in_one_spelling() -> None:
    """`make linkcheck` follows them where there is a network."""
    spellings: dict[str, set[str]] = {}
    for page in [*PAGES, *GUIDES]:
        for link in re.findall(r"\]\((\w+://[^)\s]+)\)", page.read_text("utf-8")):
            assert link.startswith("https://"), f"{page.name}: {link}"
            address = link.partition("#")[0]
            spellings.setdefault(re.sub(r"^https://(?:www\.)?|(?:\.html|/)$", "", address.lower()), set()).add(address)
    assert len(spellings) > 20
    assert [sorted(links) for links in spellings.values() if len(links) > 1] == []


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and the built manual make them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_in_the_index() -> None:
    text = (PROJECT_ROOT / "docs" / "index.md").read_text("utf-8")
    listed = re.findall(r"^[a-z-]+$", "".join(re.findall(r"^```{toctree}\n(.*?)^```$", text, re.M | re.S)), re.M)
    assert sorted([*listed, "index"]) == [page.stem for page in PAGES]


def test_the_table_of_configuration_is_that_of_the_code() -> None:
    script = PROJECT_ROOT / "docs" / "write_configuration.py"
    done = subprocess.run([sys.executable, str(script), "--check"], cwd=PROJECT_ROOT, check=False, timeout=300)
    assert done.returncode == 0, "run `make picture`"
