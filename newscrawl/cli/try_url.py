"""`newscrawl try`: what would be recorded for a page, and which rule gave each field; or what a listing lists."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from newscrawl.cli.completion import sources_like
from newscrawl.cli.options import AsJson, Replay
from newscrawl.cli.terminal import console, iso, print_json, safe
from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.secret_text import masked

if TYPE_CHECKING:
    from newscrawl.sources.listing_trial import TriedListing
    from newscrawl.sources.trial import TriedPage
    from newscrawl.spider import NewsSpider

MAX_SHOWN = 5  # of the URLs of a listing
# Printed names of extracted fields, if they differ.
_PRINTED_NAMES = {"article_section": "section", "in_language": "language", "url": "canonical_url"}


def register(app: typer.Typer) -> None:
    app.command("try")(try_url)


def try_url(
    url: Annotated[str, typer.Argument(metavar="URL", help="URL of an article, or of a listing of the source.")],
    source: Annotated[
        str | None,
        typer.Option(
            help="Source whose rules read the page; default: the source of its domain.", autocompletion=sources_like
        ),
    ] = None,
    replay: Replay = None,
    as_json: AsJson = False,
) -> None:
    """Show what would be recorded for a page, and which rule gave each field; nothing is written.

    Of a listing it shows the candidates; if there are none, the listings that the front page links to now.
    """
    from newscrawl.sources.trial import TriedPage

    page = _try_at(url, source, replay)
    if not isinstance(page, TriedPage):
        _show_listing(page, as_json=as_json)
        raise typer.Exit(0 if page.is_good else 1)
    if as_json:
        print_json(page_data(page))
    else:
        show_page(page)
    raise typer.Exit(0 if page.article is not None else 1)


def try_page_at(url: str, source: str | None, replay: Path | None) -> TriedPage:
    """Fetch a page and read it by a source's rules; `source` None means the source of its domain, or generic rules."""
    from newscrawl.sources.probe import Fetch, run_probe
    from newscrawl.sources.trial import try_page

    spider = _spider_of(url, source)

    async def explore(fetch: Fetch) -> TriedPage:
        return await try_page(await fetch(url), spider.reader)

    return run_probe(explore, Config.from_env(), replay=replay, source=type(spider))


def _try_at(url: str, source: str | None, replay: Path | None) -> TriedPage | TriedListing:
    """Fetch a page or a listing that the source states, and read it."""
    from newscrawl.sources.listing_trial import is_listing, try_listing
    from newscrawl.sources.probe import Fetch, run_probe

    spider = _spider_of(url, source)
    if not is_listing(spider, url):
        return try_page_at(url, source, replay)

    async def explore(fetch: Fetch) -> TriedListing:
        return await try_listing(spider, url, fetch)

    return run_probe(explore, Config.from_env(), replay=replay, source=type(spider), is_listing=True)


def _spider_of(url: str, source: str | None) -> NewsSpider:
    from newscrawl.sources.by_host import source_of_url
    from newscrawl.sources.catalogue import check_source, load_spider
    from newscrawl.sources.site_discovery import name_of
    from newscrawl.spider import NewsSpider

    check_url(url)
    name = check_source(source) if source else source_of_url(url)
    if name is not None:
        return load_spider(name)()
    domain = urlsplit(url).netloc
    stated = {"name": name_of(domain), "publisher": domain, "domains": (domain,)}
    unknown: NewsSpider = type("Unknown", (NewsSpider,), stated)()
    return unknown


def check_url(url: str) -> None:
    from newscrawl.discover.addresses import is_http_url

    if is_http_url(url):
        return
    if "@" in url.partition("://")[2]:
        raise ConfigError(f"{masked(url)!r} is not an http or https URL without user name and password")
    raise ConfigError(f"{url!r} is not an http or https URL")


def page_data(page: TriedPage) -> dict[str, Any]:
    """Return the printed fields of a page: of its article, or if it has none, as extracted."""
    extraction, article = page.extraction, page.article
    return {
        "url": page.capture.final_uri,
        "status": page.capture.status,
        "kind": extraction.kind.value,
        "evidence": list(extraction.evidence),
        "rules": extraction.rules,
        "problem": page.problem,
        "headline": article.headline if article else extraction.headline,
        "alternative_headlines": list(extraction.alternative_headlines),
        "byline": extraction.byline,
        "author": list(article.author) if article else list(extraction.author),
        "date_published": iso(article.date_published.value) if article and article.date_published else None,
        "date_modified": iso(article.date_modified.value) if article and article.date_modified else None,
        "section": article.article_section if article else extraction.article_section,
        "language": article.in_language if article else extraction.in_language,
        "canonical_url": article.url if article else extraction.url,
        "guid": extraction.guid,
        "paragraphs": list(article.paragraphs if article else extraction.paragraphs),
        "optional": [asdict(each) for each in (article.optional if article else extraction.optional)],
        "shown": extraction.shown.value,
        "origins": {_PRINTED_NAMES.get(field, field): origin for field, origin in extraction.origins},
        "payload_digest": page.capture.payload_digest,
        "stamp": article.stamp if article else None,
    }


def show_page(page: TriedPage) -> None:
    out = console()
    data = page_data(page)
    paragraphs, origins, optional = data.pop("paragraphs"), data.pop("origins"), data.pop("optional")
    for name, value in data.items():
        if value not in (None, [], ""):
            text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
            out.print(f"{name.replace('_', ' ')}: {safe(text)}{_origin(origins, name)}", markup=False)
    out.print(f"paragraphs: {len(paragraphs)}{_origin(origins, 'paragraphs')}", markup=False)
    for number, paragraph in enumerate(paragraphs, 1):
        out.print(f"  {number}. {safe(paragraph)}", markup=False)
    if optional:
        out.print(f"optional: {len(optional)}", markup=False)
    for each in optional:
        out.print(f"  {each['type']}: {safe(each['text'])}", markup=False)


def _show_listing(tried: TriedListing, *, as_json: bool) -> None:
    if as_json:
        print_json({"kind": "listing", **asdict(tried)})
        return
    out = console()
    out.print(f"listing: {safe(tried.url)}\nstatus: {tried.status}", markup=False)
    for name in ("articles", "sitemaps", "problems", "found"):
        values: tuple[str, ...] = getattr(tried, name)
        if values or name == "articles":
            label = "the front page leads to" if name == "found" else name
            out.print(f"{label}: {len(values)}", markup=False)
        for value in values[:MAX_SHOWN]:
            out.print(f"  {safe(value)}", markup=False)


def _origin(origins: dict[str, str], name: str) -> str:
    return f"  ← {safe(origins[name])}" if name in origins else ""
