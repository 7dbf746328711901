"""`newscrawl rebase`: re-extract stored pages with today's rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newscrawl.cli.completion import sources_like
from newscrawl.cli.differing_words import MAX_EDITS, Edit, edits_of, shown_texts
from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from rich.console import Console

    from newscrawl.history import ReextractedArticle, UnfoundedEdit
    from newscrawl.items import Article
    from newscrawl.reading import PageReader
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("rebase")(rebase)


@dataclass(frozen=True, slots=True)
class Differing:
    """An article that reads differently: its two texts as they may be shown, None if they were taken down."""

    article: ReextractedArticle
    texts: tuple[Article, Article] | None

    @property
    def edits(self) -> list[Edit]:
        from newscrawl.diff import compare

        return edits_of(compare(*self.texts)) if self.texts is not None else []


@dataclass(slots=True)
class Rereading:
    """What came of re-extracting a source's articles."""

    counts: Counter[str]
    differing: list[Differing]
    unfounded: list[UnfoundedEdit]
    rewritten: int = 0


def rebase(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="Source whose stored pages are re-extracted.", autocompletion=sources_like
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print which articles would read differently, and why; write nothing.")
    ] = False,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Re-extract only a random sample of N articles.", metavar="N")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Print every word that differs; default: a few for each article.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Re-extract the stored page of each article of a source with today's rules; list the words that read differently.

    Without --dry-run, such an article gets a version with cause `rebase`, which does not count as an edit. Edits that
    today's rules would not report are listed too, with the command that retracts them.
    """
    from newscrawl import bounds
    from newscrawl.sources.catalogue import check_source, load_spider
    from newscrawl.spider import reader_of

    reader = reader_of(load_spider(check_source(source)))
    bounds.prepare()
    found = with_store(lambda store: _reread(store, reader, sample=sample, dry_run=dry_run))
    if as_json:
        print_json(_data(source, found, full=full))
    else:
        _print(source, found, full=full)


async def _reread(store: Store, reader: PageReader, *, sample: int | None, dry_run: bool) -> Rereading:
    from newscrawl.history import ReextractionResult, reextract_all, unfounded_edits
    from newscrawl.history import rebase as rebase_article

    found = Rereading(Counter(), [], [])
    async for article in reextract_all(store, reader, sample=sample):
        found.counts[article.result.value] += 1
        if article.result is not ReextractionResult.SAME:
            found.differing.append(Differing(article, await _texts(store, article)))
        found.unfounded += await unfounded_edits(store, reader, article)
        if not dry_run and await rebase_article(store, article, datetime.now(UTC)):
            found.rewritten += article.result is ReextractionResult.DIFFERENT
    return found


async def _texts(store: Store, article: ReextractedArticle) -> tuple[Article, Article] | None:
    if article.article is None:
        return None
    number = article.head.number
    shown = await shown_texts(
        store, article.head.article_id, [(article.stored.article, number), (article.article, number)]
    )
    return None if shown is None else (shown[0], shown[1])


def _data(source: str, found: Rereading, *, full: bool) -> dict[str, Any]:
    return {
        "source": source,
        "stories": found.counts.total(),
        "results": found.counts,
        "different": [_row(each, full=full) for each in found.differing],
        "rewritten": found.rewritten,
        "unfounded": [asdict(edit) for edit in found.unfounded],
    }


def _row(differing: Differing, *, full: bool) -> dict[str, Any]:
    article, edits = differing.article, differing.edits
    return {
        "article_id": article.head.article_id,
        "url": article.head.url,
        "result": article.result.value,
        "reason": article.reason,
        "edits": [asdict(each) for each in (edits if full else _few(edits))],
        "more": 0 if full else max(0, len(edits) - MAX_EDITS),
    }


def _few(edits: list[Edit]) -> list[Edit]:
    return [each.shortened() for each in edits[:MAX_EDITS]]


def _print(source: str, found: Rereading, *, full: bool) -> None:
    out = console()
    for each in found.differing:
        _print_article(each, out, full=full)
    for edit in found.unfounded:
        out.print(f"unfounded edit: {safe(edit.url)}\n  {safe(edit.summary)}", markup=False)
        out.print(f"  newscrawl retract {edit.article_id}/{edit.number} --reason ...", markup=False)
    summary = ", ".join(f"{count} {result}" for result, count in sorted(found.counts.items())) or "nothing is stored"
    out.print(f"{source}: {counted(found.counts.total(), 'article')} re-extracted: {summary}", markup=False)
    if found.rewritten:
        out.print(f"rewritten: {found.rewritten}; no edit of the newspaper", markup=False)


def _print_article(differing: Differing, out: Console, *, full: bool) -> None:
    article = differing.article
    out.print(f"{article.result.value}: {safe(article.head.url)}\n  {safe(article.reason)}", markup=False)
    if differing.texts is None:
        return
    if full:
        from newscrawl.cli.diff_text import render
        from newscrawl.diff import compare

        render(compare(*differing.texts), *differing.texts, out)
        out.print()
        return
    edits = differing.edits
    for edit in _few(edits):
        out.print(f"    {edit.part}: {safe(str(edit))}", markup=False, soft_wrap=True)
    if (more := len(edits) - MAX_EDITS) > 0:
        out.print(f"    … and {counted(more, 'further edit')} (--full prints all)", markup=False)
