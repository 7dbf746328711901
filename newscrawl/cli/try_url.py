"""`newscrawl try`: what would be recorded of a page, and which rule gave what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from newscrawl.cli.options import AsJson, Replay
from newscrawl.cli.terminal import console, iso, print_json, safe
from newscrawl.config import Config
from newscrawl.errors import ConfigError

if TYPE_CHECKING:
    from newscrawl.sources.trial import TriedPage

# What the fields of a reading are called where they are shown.
_SHOWN = {"article_section": "section", "in_language": "language", "url": "canonical_url"}


def register(app: typer.Typer) -> None:
    app.command("try")(try_url)


def try_url(
    url: Annotated[str, typer.Argument(help="Address of a story.")],
    source: Annotated[str | None, typer.Option(help="Rules to read it with; default: those of its domain.")] = None,
    replay: Replay = None,
    as_json: AsJson = False,
) -> None:
    """Show what would be recorded of a page, and which rule gave what; nothing is written."""
    tried = try_page_at(url, source, replay)
    if as_json:
        print_json(page_data(tried))
    else:
        show_page(tried)
    raise typer.Exit(0 if tried.article is not None else 1)


def try_page_at(url: str, source: str | None, replay: Path | None) -> TriedPage:
    from newscrawl.sources.catalogue import check_source, source_of_url, spider_class
    from newscrawl.sources.probe import Fetch, run_probe
    from newscrawl.sources.site_discovery import name_of
    from newscrawl.sources.trial import try_page
    from newscrawl.spider import NewsSpider

    check_url(url)
    name = check_source(source) if source else source_of_url(url)
    if name is not None:
        spider = spider_class(name)()
    else:
        domain = urlsplit(url).netloc
        spider = type("Unknown", (NewsSpider,), {"name": name_of(domain), "publisher": domain, "domains": (domain,)})()

    async def explore(fetch: Fetch) -> TriedPage:
        return try_page(await fetch(url), spider.reader)

    return run_probe(explore, Config.from_env(), replay=replay)


def check_url(url: str) -> None:
    from newscrawl.discover.listing import is_http_url

    if not is_http_url(url):
        raise ConfigError(f"{url!r} is no http or https address")


def page_data(tried: TriedPage) -> dict[str, Any]:
    extraction, found = tried.extraction, tried.article
    return {
        "url": tried.capture.final_uri,
        "status": tried.capture.status,
        "kind": extraction.kind.value,
        "evidence": list(extraction.evidence),
        "rules": extraction.rules,
        "problem": tried.problem,
        "headline": found.headline if found else extraction.headline,
        "alternative_headlines": list(extraction.alternative_headlines),
        "byline": extraction.byline,
        "author": list(found.author) if found else list(extraction.author),
        "date_published": iso(found.date_published.value) if found and found.date_published else None,
        "date_modified": iso(found.date_modified.value) if found and found.date_modified else None,
        "section": found.article_section if found else extraction.article_section,
        "language": found.in_language if found else extraction.in_language,
        "canonical_url": found.url if found else extraction.url,
        "guid": extraction.guid,
        "paragraphs": list(found.paragraphs if found else extraction.paragraphs),
        "origins": {_SHOWN.get(field, field): origin for field, origin in extraction.origins},
        "payload_digest": tried.capture.payload_digest,
        "stamp": found.stamp if found else None,
    }


def show_page(tried: TriedPage) -> None:
    out = console()
    told = page_data(tried)
    paragraphs, origins = told.pop("paragraphs"), told.pop("origins")
    for name, value in told.items():
        if value not in (None, [], ""):
            shown = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
            out.print(f"{name.replace('_', ' ')}: {safe(shown)}{_by(origins, name)}", markup=False)
    out.print(f"paragraphs: {len(paragraphs)}{_by(origins, 'paragraphs')}", markup=False)
    for number, paragraph in enumerate(paragraphs, 1):
        out.print(f"  {number}. {safe(paragraph)}", markup=False)


def _by(origins: dict[str, str], name: str) -> str:
    return f"  ← {safe(origins[name])}" if name in origins else ""
