"""`newscrawl rebase`: re-extract stored pages with today's rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from newscrawl.history import ReextractedArticle, UnfoundedEdit
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("rebase")(rebase)


def rebase(
    source: Annotated[str, typer.Argument(help="Source whose stored pages are re-extracted.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print which articles would read differently, and why; write nothing.")
    ] = False,
    sample: Annotated[int | None, typer.Option(min=1, help="Random sample of N articles.", metavar="N")] = None,
    as_json: AsJson = False,
) -> None:
    """Re-extract the stored page of each article of a source with today's rules, and list those that read differently.

    Without --dry-run, such an article gets a version with cause `rebase`, which does not count as an edit. Edits that
    today's rules would not report are listed too, with the command that retracts them.
    """
    from newscrawl import bounds
    from newscrawl.history import ReextractionResult, reextract_all, unfounded_edits
    from newscrawl.history import rebase as rebase_article
    from newscrawl.sources.catalogue import check_source, load_spider
    from newscrawl.spider import reader_of

    reader = reader_of(load_spider(check_source(source)))
    bounds.prepare()

    async def reextract(store: Store) -> tuple[list[ReextractedArticle], list[UnfoundedEdit], int]:
        articles, edits, rewritten = [], [], 0
        async for article in reextract_all(store, reader, sample=sample):
            articles.append(article)
            edits += await unfounded_edits(store, reader, article)
            if not dry_run and await rebase_article(store, article, datetime.now(UTC)):
                rewritten += article.result is ReextractionResult.DIFFERENT
        return articles, edits, rewritten

    _print(source, *with_store(reextract), as_json=as_json)


def _print(
    source: str, articles: list[ReextractedArticle], edits: list[UnfoundedEdit], rewritten: int, *, as_json: bool
) -> None:
    counts = Counter(article.result.value for article in articles)
    different = [article for article in articles if article.result.value != "same"]
    if as_json:
        rows = [
            {"article_id": a.head.article_id, "url": a.head.url, "result": a.result.value, "reason": a.reason}
            for a in different
        ]
        print_json(
            {
                "source": source,
                "stories": len(articles),
                "results": counts,
                "different": rows,
                "rewritten": rewritten,
                "unfounded": [asdict(edit) for edit in edits],
            }
        )
        return
    out = console()
    for article in different:
        out.print(f"{article.result.value}: {safe(article.head.url)}\n  {safe(article.reason)}", markup=False)
    for edit in edits:
        out.print(f"unfounded edit: {safe(edit.url)}\n  {safe(edit.summary)}", markup=False)
        out.print(f"  newscrawl retract {edit.article_id}/{edit.number} --reason ...", markup=False)
    summary = ", ".join(f"{count} {result}" for result, count in sorted(counts.items())) or "nothing is stored"
    out.print(f"{source}: {counted(len(articles), 'article')} re-extracted: {summary}", markup=False)
    if rewritten:
        out.print(f"rewritten: {rewritten}; no edit of the newspaper", markup=False)
