"""Adding and tending sources: `try`, `add-source`, `fixture add`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from newscrawl.cli.care import AsJson
from newscrawl.cli.terminal import console, iso, print_json, safe
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.errors import ConfigError

if TYPE_CHECKING:
    from newscrawl.jobs.scout import Tried

fixture = typer.Typer(no_args_is_help=True, help="Golden pages of sources.")
GOLDEN = PROJECT_ROOT / "tests" / "extract" / "golden"
# What the fields of a reading are called where they are shown.
_SHOWN = {"article_section": "section", "in_language": "language", "url": "canonical_url"}
Replay = Annotated[Path | None, typer.Option(help="Answer from this WARC file or folder, not from the network.")]


def register(app: typer.Typer) -> None:
    app.command("try")(try_url)
    app.command("add-source")(add_source)
    app.add_typer(fixture, name="fixture")


def try_url(
    url: Annotated[str, typer.Argument(help="Address of a story.")],
    source: Annotated[str | None, typer.Option(help="Rules to read it with; default: those of its domain.")] = None,
    replay: Replay = None,
    as_json: AsJson = False,
) -> None:
    """Show what would be recorded of a page, and which rule gave what; nothing is written."""
    tried = _try(url, source, replay)
    if as_json:
        print_json(_data(tried))
    else:
        _show(tried)
    raise typer.Exit(0 if tried.article is not None else 1)


def _try(url: str, source: str | None, replay: Path | None) -> Tried:
    from newscrawl.jobs.due import spider_class
    from newscrawl.jobs.probe import Fetch, run_probe
    from newscrawl.jobs.run import check_source
    from newscrawl.jobs.scout import name_of, read_page
    from newscrawl.spider import NewsSpider

    _check_address(url)
    name = check_source(source) if source else _source_of(url)
    if name is not None:
        spider = spider_class(name)()
    else:
        domain = urlsplit(url).netloc
        spider = type("Unknown", (NewsSpider,), {"name": name_of(domain), "publisher": domain, "domains": (domain,)})()

    async def explore(fetch: Fetch) -> Tried:
        return read_page(await fetch(url), spider.layouts, spider.source)

    return run_probe(explore, Config.from_env(), replay=replay)


def _check_address(url: str) -> None:
    from newscrawl.discover.listing import is_address

    if not is_address(url):
        raise ConfigError(f"{url!r} is no http or https address")


def _source_of(url: str) -> str | None:
    """Return the source that watches this address' domain, None where none does; the demo's is any port of loopback."""
    from newscrawl.jobs.due import spider_class
    from newscrawl.jobs.run import sources

    return next((name for name in sources() if name != "demo" and spider_class(name)().is_ours(url)), None)


def _data(tried: Tried) -> dict[str, Any]:
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


def _show(tried: Tried) -> None:
    out = console()
    told = _data(tried)
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


def add_source(
    url: Annotated[str, typer.Argument(help="Address of the site's front page.")],
    name: Annotated[str | None, typer.Option(help="Key of the source; default: from the domain.")] = None,
    replay: Replay = None,
) -> None:
    """Find a site's feeds and sitemaps, write its spider file, and show three of its stories as they would be read."""
    from dataclasses import replace

    from newscrawl.jobs.probe import Fetch, run_probe
    from newscrawl.jobs.run import NAME
    from newscrawl.jobs.scout import Site, scout, spider_file

    _check_address(url)
    if name is not None and not NAME.match(name):
        raise ConfigError(f"--name {name!r}: must be lower-case letters, digits and _")
    if (known := _source_of(url)) is not None:
        raise ConfigError(f"{url} is watched already: spiders/{known}.py")

    async def explore(fetch: Fetch) -> Site:
        return await scout(url, fetch)

    site = run_probe(explore, Config.from_env(), replay=replay)
    site = replace(site, name=name or site.name)
    path = PROJECT_ROOT / "spiders" / f"{site.name}.py"
    if path.exists():
        raise ConfigError(f"{path} exists; give another --name")
    path.write_text(spider_file(site), encoding="utf-8")
    out = console()
    for tried in site.tried:
        _show(tried)
        out.print("")
    if not (site.feeds or site.sitemaps):
        out.print("No feed and no sitemap was found: add `sections = (…)` with pages that list stories.")
    out.print(f"wrote {path}; next: newscrawl crawl {site.name}", markup=False)


@fixture.command("add")
def fixture_add(
    source: Annotated[str, typer.Argument(help="Source whose rules read the page.")],
    url: Annotated[str, typer.Argument(help="Address of a story.")],
    name: Annotated[str | None, typer.Option(help="Folder of the page; default: from its address.")] = None,
    replay: Replay = None,
) -> None:
    """Record a golden page: the page as it is served, and what the rules read from it, for you to check by eye."""
    from newscrawl.jobs.run import check_source

    tried = _try(url, check_source(source), replay)
    if tried.article is None:
        raise ConfigError(f"{url}: nothing to keep as golden: {tried.problem or tried.extraction.kind.value}")
    slug = name or re.sub(r"[^a-z0-9]+", "-", urlsplit(url).path.lower()).strip("-")[-60:] or "page"
    folder = GOLDEN / source / slug
    if folder.exists():
        raise ConfigError(f"{folder} exists; give another --name")
    told = _data(tried)
    kept = {"url": told["url"], "captured": tried.capture.fetched_at.isoformat()}
    kept |= {n: told[n] for n in ("kind", "rules", "headline", "author", "date_published", "paragraphs")}
    folder.mkdir(parents=True)
    (folder / "page.html").write_bytes(tried.capture.body)
    (folder / "expected.json").write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    _show(tried)
    console().print(f"wrote {folder}: check expected.json by eye; the tests hold the rules to it", markup=False)
