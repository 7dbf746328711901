"""`newscrawl fixture add` and `check`: record a golden page of a source, and read those that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from newscrawl.cli.completion import sources_like
from newscrawl.cli.options import AsJson, Replay, require_name
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.cli.try_url import show_page, try_page_at
from newscrawl.errors import ConfigError, NewscrawlError

if TYPE_CHECKING:
    from newscrawl.sources.golden_pages import GoldenPage

fixture = typer.Typer(
    no_args_is_help=True, help="Golden pages of sources: saved pages with expected values, for the tests."
)
EXPECTED_FIELDS = ("kind", "rules", "headline", "author", "date_published", "paragraphs")


def register(app: typer.Typer) -> None:
    app.add_typer(fixture, name="fixture")


@fixture.command("add")
def fixture_add(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="Source whose rules read the page.", autocompletion=sources_like)
    ],
    url: Annotated[str, typer.Argument(metavar="URL", help="URL of an article.")],
    name: Annotated[str | None, typer.Option(help="Name of the page's folder; default: derived from its URL.")] = None,
    replay: Replay = None,
) -> None:
    """Record a golden page: the page as served, and what the rules read from it; compare the two by eye."""
    from newscrawl.sources.catalogue import check_source
    from newscrawl.sources.golden_pages import folder_of_new_pages, value_of

    if name is not None:
        require_name(name, "--name")
    root = folder_of_new_pages()
    page = try_page_at(url, check_source(source), replay)
    if page.article is None:
        raise ConfigError(f"{url}: no article to record: {page.problem or page.extraction.kind.value}")
    slug = name or re.sub(r"[^a-z0-9]+", "-", urlsplit(url).path.lower())[-60:].strip("-") or "page"
    folder = root / source / slug
    if folder.exists():
        raise ConfigError(f"{folder} already exists; give another --name")
    expected = {"url": page.capture.final_uri, "captured": page.capture.fetched_at.isoformat()}
    expected |= {name: value_of(page.extraction, page.article, name) for name in EXPECTED_FIELDS}
    folder.mkdir(parents=True)
    (folder / "page.html").write_bytes(page.capture.body)
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    show_page(page)
    console().print(f"wrote {folder}: compare expected.json with the page; the tests require its values", markup=False)


@fixture.command("check")
def fixture_check(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE", help="Check only these sources; default: all.", autocompletion=sources_like),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read the golden pages of sources by their rules; exits with code 1 if a value is not the expected one."""
    from newscrawl.sources.catalogue import check_source, source_names
    from newscrawl.sources.golden_pages import golden_pages

    names = [check_source(source) for source in sources] if sources else source_names()
    pages = {name: golden_pages(name) for name in names}
    differences = {name: lines for name in names if (lines := _differences(name, pages[name]))}
    read = sum(map(len, pages.values()))
    if as_json:
        print_json({"sources": len(names), "pages": read, "differences": differences})
    else:
        for lines in differences.values():
            for line in lines:
                console().print(safe(line), markup=False)
        failed = len(differences)
        console().print(f"{read} golden pages of {len(names)} sources; {failed} sources are not read as expected")
    raise typer.Exit(1 if differences else 0)


def _differences(source: str, pages: Iterable[GoldenPage]) -> list[str]:
    """Return what is wrong with the pages of a source, or with its file."""
    from newscrawl.sources.catalogue import load_spider

    try:
        reader = load_spider(source)().reader
        return [f"{page.name}: {line}" for page in pages for line in page.differences(reader)]
    except NewscrawlError as error:
        return [str(error)]
