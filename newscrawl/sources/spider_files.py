"""Write the spider file of a new source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from newscrawl.config import PROJECT_ROOT
from newscrawl.errors import ConfigError
from newscrawl.sources.probe import ProbeFailed
from newscrawl.sources.site_discovery import Site


def write_spider_file(site: Site) -> Path:
    """Write the spider's file and return its path; raises ConfigError if there is one of that name."""
    path = PROJECT_ROOT / "spiders" / f"{site.name}.py"
    text = spider_source(site)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigError(f"{path} already exists; give another --name") from None
    return path


def spider_source(site: Site) -> str:
    """Return the text of the file; raises ProbeFailed if a value cannot be written as a string literal."""
    class_name = "".join(part.capitalize() for part in site.name.split("_")) + "Spider"
    lines = [
        f'"""{_plain(site.publisher)}: read by the generic extractor; add Rules if it reads pages wrongly."""',
        "",
        "from newscrawl.spider import NewsSpider",
        "",
        "",
        f"class {class_name}(NewsSpider):",
        f"    name = {_literal(site.name)}",
        f"    publisher = {_literal(_plain(site.publisher))}",
        f"    domains = ({_literal(site.domain)},)",
        f"    languages = ({_literal(site.language.partition('-')[0])},)",
        *_tuple("feeds", site.feeds),
        *_tuple("sitemaps", site.sitemaps),
        *([f"    article_pattern = r{_literal(site.article_pattern)}"] if site.article_pattern else []),
        *([f"    guid_pattern = r{_literal(site.guid_pattern)}"] if site.guid_pattern else []),
    ]
    return "\n".join(lines) + "\n"


def _tuple(name: str, values: Sequence[str]) -> list[str]:
    return [f"    {name} = (", *(f"        {_literal(value)}," for value in values), "    )"] if values else []


def _plain(text: str) -> str:
    return re.sub(r"[\x00-\x1f\"\\]", " ", text).strip() or "?"


def _literal(text: str) -> str:
    """Return a string literal in double quotes. Patterns are ours and contain no quotes and no backslash at the end."""
    if any(c in text for c in '"\n\r'):
        raise ProbeFailed(f"{text!r} cannot be written into a spider file")
    return f'"{text}"'
