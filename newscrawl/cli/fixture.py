"""`newscrawl fixture add`: record a golden page of a source."""

from __future__ import annotations

import json
import re
from typing import Annotated
from urllib.parse import urlsplit

import typer

from newscrawl.cli.options import Replay
from newscrawl.cli.terminal import console
from newscrawl.cli.try_url import page_data, show_page, try_page_at
from newscrawl.config import PROJECT_ROOT
from newscrawl.errors import ConfigError

fixture = typer.Typer(no_args_is_help=True, help="Golden pages of sources.")
GOLDEN = PROJECT_ROOT / "tests" / "extract" / "golden"


def register(app: typer.Typer) -> None:
    app.add_typer(fixture, name="fixture")


@fixture.command("add")
def fixture_add(
    source: Annotated[str, typer.Argument(help="Source whose rules read the page.")],
    url: Annotated[str, typer.Argument(help="Address of a story.")],
    name: Annotated[str | None, typer.Option(help="Folder of the page; default: from its address.")] = None,
    replay: Replay = None,
) -> None:
    """Record a golden page: the page as it is served, and what the rules read from it, for you to check by eye."""
    from newscrawl.sources.catalogue import check_source

    tried = try_page_at(url, check_source(source), replay)
    if tried.article is None:
        raise ConfigError(f"{url}: nothing to keep as golden: {tried.problem or tried.extraction.kind.value}")
    slug = name or re.sub(r"[^a-z0-9]+", "-", urlsplit(url).path.lower()).strip("-")[-60:] or "page"
    folder = GOLDEN / source / slug
    if folder.exists():
        raise ConfigError(f"{folder} exists; give another --name")
    told = page_data(tried)
    kept = {"url": told["url"], "captured": tried.capture.fetched_at.isoformat()}
    kept |= {n: told[n] for n in ("kind", "rules", "headline", "author", "date_published", "paragraphs")}
    folder.mkdir(parents=True)
    (folder / "page.html").write_bytes(tried.capture.body)
    (folder / "expected.json").write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    show_page(tried)
    console().print(f"wrote {folder}: check expected.json by eye; the tests hold the rules to it", markup=False)
