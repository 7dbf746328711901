"""Write the spider file of a new source, as text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newscrawl.sources.probe import ProbeFailed
from newscrawl.sources.site_discovery import Site


def spider_source(site: Site) -> str:
    """Return the text of the spider's file; raises ProbeFailed if a value cannot be written as a string literal."""
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
