"""`newscrawl listing`: what a saved feed, sitemap or section page lists, for evaluation by outside tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newscrawl.cli.options import existing
from newscrawl.cli.terminal import print_json_line


def register(app: typer.Typer) -> None:
    app.command("listing")(listing)


def listing(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Feed, sitemap or section page as served, gzipped or not.")
    ],
    url: Annotated[str, typer.Option(help="URL it was fetched from; relative links are resolved against it.")],
    content_type: Annotated[str, typer.Option(help="Its Content-Type header.")] = "",
) -> None:
    """Read a saved listing: print one JSON line per candidate, further sitemap and problem, then what is left out."""
    from newscrawl.discover import listing as parse

    existing(file, "FILE")
    found = parse(file.read_bytes(), url=url, content_type=content_type)
    for candidate in found.candidates:
        print_json_line(
            {
                "url": candidate.url,
                "headline": candidate.headline,
                "published": candidate.published,
                "modified": candidate.modified,
                "guid": candidate.guid,
            }
        )
    for sitemap in found.sitemaps:
        print_json_line({"sitemap": sitemap})
    for problem in found.problems:
        print_json_line({"problem": problem})
    if found.left_out:
        print_json_line({"left_out": found.left_out})
