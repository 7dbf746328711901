"""`newscrawl verify`: verify the integrity of the archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.proofs import kept_checkpoint, verify_proof
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from newscrawl.store.session import Store

FOUND_PROBLEMS = 1


def register(app: typer.Typer) -> None:
    app.command("verify")(verify)


def verify(
    sample: Annotated[
        int | None, typer.Option(min=1, help="Verify only a random sample of N articles.", metavar="N")
    ] = None,
    reread: Annotated[
        int,
        typer.Option(
            min=0, help="Number of articles per source that are re-extracted from their payloads.", metavar="N"
        ),
    ] = 5,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="Compare the log with this checkpoint, kept elsewhere; may be repeated.")
    ] = None,
    proof: Annotated[Path | None, typer.Option(help="Verify this evidence file alone, offline.")] = None,
    key: Annotated[str, typer.Option(help="With --proof: the log's key, or a file of its keys, as published.")] = "",
    authority: Annotated[
        Path | None, typer.Option(help="With --proof: certificate of the time-stamping authority, or of its issuer.")
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="Compare the archive with this export of it instead; may be repeated."),
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend heads, counts and passages from their versions; alters no version.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Verify the integrity of the archive: recompute digests, chain hashes, heads and the log from what is stored."""
    if proof is not None:
        verify_proof(proof, key, authority, as_json=as_json)
        return
    if against:
        from newscrawl.cli.verify_against import verify_against

        raise typer.Exit(verify_against(against, as_json=as_json))
    kept = [kept_checkpoint(path) for path in checkpoint or ()]
    from newscrawl import bounds
    from newscrawl.store.mending import Mending, mend
    from newscrawl.store.tlog.report import LogReport
    from newscrawl.store.tlog.verification import verify_log
    from newscrawl.store.verify import verify as verify_store

    bounds.prepare()

    async def read(store: Store) -> tuple[Mending, Any, LogReport, list[str]]:
        mending = await mend(store) if repair else Mending()
        report = await verify_store(store, sample)
        log = LogReport() if sample is not None and not kept else await verify_log(store, store.db, kept)
        return mending, report, log, await _unreadable(store, reread)

    mending, report, log, unreadable = with_store(read, may_be_older=not repair)
    problems = [*report.problems, *log.problems]
    reasons = [mending.why_left(line) for line in problems] if repair else []
    if as_json:
        print_json(
            {
                "articles": report.articles, "versions": report.versions, "payloads": report.payloads,
                "problems": problems, "orphans": report.orphans, "unreadable": unreadable,
                "erased": report.erased, "entries": log.entries, "checkpoints": log.checkpoints, "notes": log.notes,
                "mended": mending.mended, "left": reasons,
            }
        )  # fmt: skip
    else:
        out = console()
        for line in mending.mended:
            out.print(f"MENDED {line}", markup=False)
        for number, line in enumerate(problems):
            out.print(f"FAULT {line}{f': {reasons[number]}' if repair and reasons[number] else ''}", markup=False)
        for line in (*report.erased, *report.orphans, *unreadable, *log.notes):
            out.print(f"note  {safe(line)}", markup=False)
        result = counted(len(problems), "problem") if problems else "sound"
        if log.entries:
            out.print(f"log: {counted(log.entries, 'entry', 'entries')}, {counted(log.checkpoints, 'checkpoint')}")
        out.print(f"{report.articles} articles, {report.versions} versions, {report.payloads} payloads: {result}")
    raise typer.Exit(FOUND_PROBLEMS if problems else 0)


async def _unreadable(store: Store, sample: int) -> list[str]:
    """Return a line for each article in a sample of each source whose stored page today's rules cannot read."""
    from newscrawl.history import ReextractionResult, reextract_all
    from newscrawl.sources.catalogue import load_spider, source_names
    from newscrawl.spider import reader_of

    if not sample:
        return []
    lines = []
    for source in sorted(set(await store.article_counts()) & set(source_names())):
        async for article in reextract_all(store, reader_of(load_spider(source)), sample=sample):
            if not article.head.payload_digest:
                continue  # erased by order, or brought by others without a page
            if not article.stored.has_page:
                continue
            if article.result in {ReextractionResult.UNREADABLE, ReextractionResult.NO_PAYLOAD}:
                lines.append(f"{article.head.url}: {article.reason}")
    return lines
