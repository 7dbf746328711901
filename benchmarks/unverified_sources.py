"""Write spiders/unverified.toml: `python -m benchmarks.unverified_sources publishers.jsonl`.

Takes facts alone from publisher definitions (name, domain, languages, country, listings), one line of JSON each, as the
test corpus has them from Fundus; see NOTICE. Left out are publishers that are deprecated there, that have a file in
spiders/, and that have neither a feed nor a news sitemap: the sitemap of a whole site lists its archive.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newscrawl.config import PROJECT_ROOT
from newscrawl.languages import language_tag
from newscrawl.sources.catalogue import load_spider, source_names
from newscrawl.sources.unverified import unverified_names

TABLE = PROJECT_ROOT / "spiders" / "unverified.toml"
HEAD = """\
# Sources that nobody has verified: no page of theirs was compared with what is read from it. Generic spiders are made
# of these facts; docs/sources.md says when they are crawled, and how one becomes a verified source.
# Written by benchmarks/unverified_sources.py from the publisher definitions of Fundus (MIT License; see NOTICE).
"""
MAX_LISTINGS = 3  # of each kind
# Time zone of dates stated without an offset; where a country has several, that of its largest newsrooms.
ZONES = {
    "at": "Europe/Vienna", "au": "Australia/Sydney", "be": "Europe/Brussels", "ca": "America/Toronto",
    "ch": "Europe/Zurich", "cn": "Asia/Shanghai", "cz": "Europe/Prague", "de": "Europe/Berlin",
    "dk": "Europe/Copenhagen", "es": "Europe/Madrid", "fr": "Europe/Paris", "gl": "America/Nuuk",
    "id": "Asia/Jakarta", "il": "Asia/Jerusalem", "ind": "Asia/Kolkata", "isl": "Atlantic/Reykjavik",
    "it": "Europe/Rome", "jp": "Asia/Tokyo", "kr": "Asia/Seoul", "lb": "Asia/Beirut", "li": "Europe/Vaduz",
    "lt": "Europe/Vilnius", "lu": "Europe/Luxembourg", "mx": "America/Mexico_City", "my": "Asia/Kuala_Lumpur",
    "na": "Africa/Windhoek", "no": "Europe/Oslo", "pl": "Europe/Warsaw", "pt": "Europe/Lisbon",
    "py": "America/Asuncion", "ru": "Europe/Moscow", "se": "Europe/Stockholm", "tr": "Europe/Istanbul",
    "tw": "Asia/Taipei", "tz": "Africa/Dar_es_Salaam", "ua": "Europe/Kyiv", "uk": "Europe/London",
    "us": "America/New_York", "vn": "Asia/Ho_Chi_Minh", "za": "Africa/Johannesburg",
}  # fmt: skip
OTHER_ZONES = {"theprovince": "America/Vancouver", "westaustralian": "Australia/Perth"}
# Others write DMY; Canada has all three in use.
DATE_ORDERS = {"ca": None, "us": "MDY", "cn": "YMD", "jp": "YMD", "kr": "YMD", "lt": "YMD", "tw": "YMD"}
_DATED = re.compile(r"20\d\d|-\d\d\d\d\.xml")  # a sitemap of one month or year


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("publishers", type=Path)
    lines = parser.parse_args().publishers.read_text("utf-8").splitlines()
    TABLE.write_text(table(map(json.loads, lines)), encoding="utf-8")


def table(publishers: Iterable[Mapping[str, Any]]) -> str:
    """Return the text of the table, ordered by name."""
    files = [name for name in source_names() if name not in unverified_names()]
    domains = {domain for name in files for domain in (*load_spider(name).domains, *load_spider(name).former_domains)}
    rows = {}
    for publisher in publishers:
        name, domain = publisher["name"].lower(), domain_of(publisher["domain"])
        is_verified = name in files or any(domain == each or domain.endswith(f".{each}") for each in domains)
        if not publisher["deprecated"] and not is_verified and listings(publisher):
            rows[name] = row(publisher, domain)
    return "\n".join([HEAD, *(f"[{name}]\n{rows[name]}" for name in sorted(rows))])


def row(publisher: Mapping[str, Any], domain: str) -> str:
    """Return the lines of one source."""
    name, country = publisher["name"].lower(), publisher["country"]
    values = {
        "publisher": publisher["title"],
        "domains": [domain],
        "languages": [tag for tag in publisher["languages"] if language_tag(tag) == tag],
        "timezone": OTHER_ZONES.get(name, ZONES[country]),
        "date_order": DATE_ORDERS.get(country, "DMY"),
        **listings(publisher),
    }
    # JSON's strings and lists of strings are TOML's too.
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items() if value)


def listings(publisher: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return feeds and news sitemaps by attribute, without those that there are none of."""
    stated = {"feeds": publisher["sources"].get("RSSFeed", ()), "sitemaps": publisher["sources"].get("NewsMap", ())}
    lasting = {kind: [url for url in dict.fromkeys(urls) if not _DATED.search(url)] for kind, urls in stated.items()}
    return {kind: urls[:MAX_LISTINGS] for kind, urls in lasting.items() if urls}


def domain_of(url: str) -> str:
    return re.sub(r"^www\d?\.", "", urlsplit(url).hostname or "")


if __name__ == "__main__":
    main()
