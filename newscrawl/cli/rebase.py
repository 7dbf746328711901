"""`newscrawl rebase`: re-extract stored pages with today's rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json, safe

if TYPE_CHECKING:
    from newscrawl.history import ReextractedArticle
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("rebase")(rebase)


def rebase(
    source: Annotated[str, typer.Argument(help="Source whose stored pages are read again with today's rules.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would read differently, and why.")] = False,
    sample: Annotated[int | None, typer.Option(min=1, help="Only so many stories, picked by chance.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read every stored page of a source again with today's rules, and tell which stories read differently.

    Without --dry-run a story that reads differently gets a version with cause `rebase`, which is no edit.
    """
    from newscrawl.history import rebase as rebase_article
    from newscrawl.history import reextract_all
    from newscrawl.sources.catalogue import check_source, spider_class
    from newscrawl.spider import reader_of

    reader = reader_of(spider_class(check_source(source)))

    async def ask(store: Store) -> list[ReextractedArticle]:
        found = []
        async for one in reextract_all(store, reader, sample=sample):
            found.append(one)
            if not dry_run:
                await rebase_article(store, one, datetime.now(UTC))
        return found

    found = with_store(ask)
    counts: dict[str, int] = {}
    for one in found:
        counts[one.result.value] = counts.get(one.result.value, 0) + 1
    told = [one for one in found if one.result.value != "same"]
    if as_json:
        rows = [
            {"article_id": r.head.article_id, "url": r.head.url, "result": r.result.value, "reason": r.reason}
            for r in told
        ]
        print_json({"source": source, "stories": len(found), "results": counts, "different": rows})
        return
    out = console()
    for one in told:
        out.print(f"{one.result.value}: {safe(one.head.url)}\n  {safe(one.reason)}", markup=False)
    summary = ", ".join(f"{count} {word}" for word, count in sorted(counts.items())) or "nothing stored"
    out.print(f"{source}: {len(found)} stories read again: {summary}", markup=False)
