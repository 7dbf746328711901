"""`newscrawl verify`: prove that the archive is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json, safe

if TYPE_CHECKING:
    from newscrawl.store.session import Store

FOUND_PROBLEMS = 1


def register(app: typer.Typer) -> None:
    app.command("verify")(verify)


def verify(
    sample: Annotated[int | None, typer.Option(min=1, help="Only so many articles, picked by chance.")] = None,
    reread: Annotated[int, typer.Option(min=0, help="Stories a source to read again from their payloads.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Prove that the archive is sound: digests, chain hashes and heads are computed again from what is stored."""
    from newscrawl.store.verify import verify as verify_store

    async def ask(store: Store) -> tuple[Any, list[str]]:
        report = await verify_store(store, sample)
        return report, await _unreadable(store, reread)

    report, unreadable = with_store(ask)
    if as_json:
        print_json(
            {
                "articles": report.articles, "versions": report.versions, "payloads": report.payloads,
                "problems": report.problems, "orphans": report.orphans, "unreadable": unreadable,
            }
        )  # fmt: skip
    else:
        out = console()
        for line in report.problems:
            out.print(f"FAULT {line}", markup=False)
        for line in (*report.orphans, *unreadable):
            out.print(f"note  {safe(line)}", markup=False)
        sound = "sound" if not report.problems else f"{len(report.problems)} problems"
        out.print(f"{report.articles} articles, {report.versions} versions, {report.payloads} payloads: {sound}")
    raise typer.Exit(FOUND_PROBLEMS if report.problems else 0)


async def _unreadable(store: Store, sample: int) -> list[str]:
    """Return stories of known sources whose stored page today's rules no longer read, a sample of each source."""
    from newscrawl.history import ReextractionResult, reextract_all
    from newscrawl.sources.catalogue import source_names, spider_class
    from newscrawl.spider import reader_of

    found = []
    for source in sorted(set(await store.article_counts()) & set(source_names())) if sample else ():
        async for one in reextract_all(store, reader_of(spider_class(source)), sample=sample):
            if one.result in {ReextractionResult.UNREADABLE, ReextractionResult.NO_PAYLOAD}:
                found.append(f"{one.head.url}: {one.reason}")
    return found
