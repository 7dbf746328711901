"""`newscrawl robots`: what a saved robots.txt allows a crawler, for evaluation by outside tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newscrawl.cli.options import existing
from newscrawl.cli.terminal import print_json_line


def register(app: typer.Typer) -> None:
    app.command("robots")(robots)


def robots(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A robots.txt as served.")],
    urls: Annotated[list[str], typer.Argument(metavar="URL", help="URLs on its host.")],
    agent: Annotated[str, typer.Option(help="Product token of the crawler.")] = "newscrawl",
) -> None:
    """Read a saved robots.txt: print one JSON line per URL, whether the crawler may request it, and the Crawl-delay."""
    from newscrawl.fetch.robots import Robots

    existing(file, "FILE")
    rules = Robots.parse(file.read_bytes(), agent)
    for url in urls:
        print_json_line({"url": url, "allowed": rules.allows(url), "crawl_delay_seconds": rules.crawl_delay_seconds})
