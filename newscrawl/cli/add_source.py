"""`newscrawl add-source`: discover what a spider for a new site needs, and write its file."""

from __future__ import annotations

from typing import Annotated

import typer

from newscrawl.cli.address_lists import DryRun, From, add_sources_from
from newscrawl.cli.options import Replay, require_name
from newscrawl.cli.terminal import console
from newscrawl.cli.try_url import check_url, show_page
from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.humanize import counted


def register(app: typer.Typer) -> None:
    app.command("add-source")(add_source)


def add_source(
    url: Annotated[str | None, typer.Argument(metavar="URL", help="URL of the site's front page.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the new source; default: derived from the domain.")] = None,
    replay: Replay = None,
    from_file: From = None,
    dry_run: DryRun = False,
) -> None:
    """Find a site's feeds, sitemaps or section pages, write its spider file, and show three of its articles."""
    from dataclasses import replace

    from newscrawl.sources.folders import NAME
    from newscrawl.sources.probe import Fetch, run_probe
    from newscrawl.sources.site_discovery import Site, discover_site
    from newscrawl.sources.spider_files import folder_to_write, write_spider_file
    from newscrawl.sources.taken_places import in_its_place, name_to_keep

    if (url is None) == (from_file is None) or (dry_run and from_file is None):
        raise ConfigError("give the URL of a front page, or --from FILE (with --dry-run, to see what it would add)")
    if from_file is not None:
        add_sources_from(from_file, is_dry_run=dry_run)
    if url is None:  # which ends above
        return
    check_url(url)
    if name is not None and not NAME.match(require_name(name, "--name")):
        raise ConfigError(f"--name {name!r}: must be lower-case letters, digits and _, and not begin with _")
    folder = folder_to_write()
    kept = name_to_keep(url, name)

    async def explore(fetch: Fetch) -> Site:
        return await discover_site(url, fetch)

    site = run_probe(explore, Config.from_env(), replay=replay)
    kept = kept or name_to_keep(f"https://{site.domain}/", name)  # front pages may lead to another domain
    site = in_its_place(replace(site, name=kept or name or site.name))
    path = write_spider_file(site, folder)
    out = console()
    for page in site.tried_pages:
        show_page(page)
        out.print("")
    if site.sections:
        found = f"No feed or sitemap was found. {counted(len(site.sections), 'page')} of it list articles:"
        out.print(found, *(f"  {url}" for url in site.sections), sep="\n", markup=False)
        out.print(f"Addresses of articles match {site.article_pattern}", markup=False)
    elif not (site.feeds or site.sitemaps):
        out.print("No feed or sitemap was found, nor pages that list articles: add `sections = (…)` and a pattern.")
    out.print(f"wrote {path}; next: newscrawl crawl {site.name}", markup=False)
