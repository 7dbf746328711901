"""What is wrong with a project's sources: spiders, their rules and patterns, tables, golden pages, sources.toml.

Each function yields all problems that it finds; none asks the network or the database.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from newscrawl.declarations import line_of_attribute
from newscrawl.discover.addresses import is_http_url
from newscrawl.errors import ConfigError
from newscrawl.extract import Rules, layouts_of
from newscrawl.extract.boilerplate import line_pattern
from newscrawl.items import MAX_URL_LENGTH
from newscrawl.policy_spec import PolicySpec
from newscrawl.problems import Problem, line_of_key, meant, parsed_toml, unknown_keys
from newscrawl.project import project
from newscrawl.sources.catalogue import refusals_of
from newscrawl.sources.chosen_sources import FILE
from newscrawl.sources.folders import ALWAYS, NAME, SourceFolder, source_folders
from newscrawl.sources.golden_pages import GoldenPage, pages_with
from newscrawl.sources.slow_patterns import slow_text
from newscrawl.spider import NewsSpider

MAX_LINE_LENGTH = 500  # characters that line patterns are tried on (newscrawl/extract/rules.py)


def chosen_problems() -> Iterator[Problem]:
    """Yield what is wrong with the project's sources.toml: its keys, and names of sources that are not shipped."""
    root = project().root
    path = root / FILE if root is not None else None
    if path is None or not path.is_file():
        return
    text = path.read_bytes().decode("utf-8", "replace")
    stated = parsed_toml(FILE, text)
    if isinstance(stated, Problem):
        yield stated
        return
    yield from unknown_keys(FILE, text, stated, {"shipped"})
    chosen, line = stated.get("shipped", "all"), line_of_key(text, "shipped")
    if chosen == "all":
        return
    if not isinstance(chosen, list) or not all(isinstance(name, str) for name in chosen):
        yield Problem(FILE, line, 'shipped must be "all" or a list of names, such as ["washpo", "bbc"]')
        return
    shipped = _names_in(source_folders(has_all=True)[-1])
    for name in dict.fromkeys(chosen):
        if name not in shipped:
            yield Problem(FILE, line, f"there is no shipped source {name!r}{meant(name, shipped)}")


def _names_in(folder: SourceFolder) -> set[str]:
    rows = _rows(folder)
    return {*folder.file_names(), *(rows if isinstance(rows, dict) else ())}


def _rows(folder: SourceFolder) -> dict[str, Any] | Problem:
    """Return the rows of a folder's table, or what is wrong with it."""
    if not folder.table.is_file():
        return {}
    return parsed_toml(_shown(folder), _text_of(folder))


def _text_of(folder: SourceFolder) -> str:
    return folder.table.read_bytes().decode("utf-8", "replace")


def _shown(folder: SourceFolder) -> str:
    return f"{folder.folder.name}/{folder.table.name}"


def source_problems(names: Collection[str] = ()) -> Iterator[Problem]:
    """Yield what is wrong with all sources of the project, or with those that are named."""
    for folder in source_folders(has_all=_is_choice_broken()):
        for name in sorted(folder.file_names()):
            if not names or name in names:
                yield from _problems_of_file(folder, name)
        yield from _problems_of_table(folder, names)


def _is_choice_broken() -> bool:
    """Return whether sources.toml cannot be read: then all shipped sources are checked."""
    try:
        source_folders()
    except ConfigError:
        return True
    return False


def _problems_of_file(folder: SourceFolder, name: str) -> Iterator[Problem]:
    spider, refused = refusals_of(folder, name)
    yield from (Problem.of(error, folder.shown(name)) for error in refused)
    if spider is None or refused:  # what it states is of other types than it must be
        return
    place = _place_in(folder, name)
    yield from _problems_of_spider(spider, place)
    if name not in ALWAYS and not spider.unverified:
        yield from _problems_of_pages(folder, name)


Place = Callable[[type, str], tuple[str, int | None]]


def _place_in(folder: SourceFolder, name: str) -> Place:
    """Return what gives the file and line of an attribute of a spider or layout in a file."""
    file = folder.file(name)

    def place(cls: type, attribute: str) -> tuple[str, int | None]:
        line = line_of_attribute(file, cls, attribute) if isinstance(file, Path) else None
        return folder.shown(name), line

    return place


def _problems_of_spider(spider: type[NewsSpider], place: Place) -> Iterator[Problem]:
    """Yield what a spider states that loads, and does not work."""
    if not spider.domains:
        yield Problem(*place(spider, "name"), "states no domains: no URL would be one of its articles")
    listings = [(name, url) for name in ("feeds", "sitemaps", "sections") for url in getattr(spider, name)]
    if not listings and spider.discovery is NewsSpider.discovery:
        yield Problem(*place(spider, "name"), "states no listing: feeds, sitemaps or sections must name one")
    for name, url in listings:
        if not is_http_url(url):
            yield Problem(*place(spider, name), f"{name}: {url!r} is no http or https URL")
    try:
        PolicySpec.of(spider.policy or "hazard")
    except ConfigError as error:
        yield Problem(*place(spider, "policy"), str(error))
    for name in ("article_pattern", "guid_pattern"):
        pattern = getattr(spider, name)
        if pattern and (text := slow_text(re.compile(pattern), "search", MAX_URL_LENGTH)):
            yield Problem(*place(spider, name), f"{name} takes more than linear time, for one on {text + '…'!r}")
    for layout in layouts_of(spider):
        yield from _problems_of_layout(layout, place)


def _problems_of_layout(layout: type[Rules], place: Place) -> Iterator[Problem]:
    for name in ("drop_lines", "stop_lines"):
        for line in getattr(layout, name):
            try:
                pattern = line_pattern((line,))
            except re.error as error:
                yield Problem(*place(layout, name), f"{name}: {line!r} is no pattern of a line: {error}")
                continue
            if text := slow_text(pattern, "fullmatch", MAX_LINE_LENGTH):
                message = f"{name}: {line!r} takes more than linear time, for one on {text + '…'!r}"
                yield Problem(*place(layout, name), message)


def _problems_of_table(folder: SourceFolder, names: Collection[str]) -> Iterator[Problem]:
    """Yield what is wrong with a folder's table of unverified sources."""
    rows, file = _rows(folder), _shown(folder)
    if isinstance(rows, Problem):
        yield rows
        return
    text = _text_of(folder) if rows else ""
    for name, row in rows.items():
        if names and name not in names:
            continue
        if not isinstance(row, dict):
            yield Problem(
                file, line_of_key(text, name), f"{name}: every fact must stand below the [name] of its source"
            )
        elif not NAME.match(name):
            yield Problem(
                file, line_of_key(text, "", name), f"[{name}] is no name of a source: lower-case letters first"
            )
        elif folder.is_chosen(name) and not folder.has_file(name):
            yield from _problems_of_row(folder, name, text)


def _problems_of_row(folder: SourceFolder, name: str, text: str) -> Iterator[Problem]:
    file = _shown(folder)

    def place(cls: type, attribute: str) -> tuple[str, int | None]:
        return file, line_of_key(text, attribute, name) or line_of_key(text, "", name)

    spider, refused = refusals_of(folder, name)
    for error in refused:
        message = str(error).partition(": ")[2]
        attribute = message.partition(" ")[0].rstrip(":")
        yield Problem(*place(NewsSpider, attribute), f"[{name}] {message}")
    if spider is not None and not refused:
        yield from (
            Problem(each.file, each.line, f"[{name}] {each.text}") for each in _problems_of_spider(spider, place)
        )


def _problems_of_pages(folder: SourceFolder, name: str) -> Iterator[Problem]:
    """Yield what is wrong with a source's golden pages; `newscrawl fixture check` reads them."""
    pages = pages_with(folder, name)
    if not pages:
        yield Problem(folder.shown(name), None, f"has no golden page: `newscrawl fixture add {name} URL` saves one")
    yield from (problem for page in pages if (problem := _problem_of_page(page)) is not None)


def _problem_of_page(page: GoldenPage) -> Problem | None:
    file = f"{page.root.name}/{page.name}/expected.json"
    try:
        expected = page.expected
    except OSError as error:
        return Problem(file, None, error.strerror or str(error))
    except json.JSONDecodeError as error:
        return Problem(file, error.lineno, f"is no JSON: {error.msg}")
    missing = [key for key in ("url", "captured") if key not in expected]
    return Problem(file, None, f"states no {' and no '.join(missing)}") if missing else None
