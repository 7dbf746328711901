"""Care of the archive: quarantine, held versions, our own rules, proof."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.table import Table

from newscrawl.cli.read import NotFound
from newscrawl.cli.terminal import console, iso, print_json, safe, when
from newscrawl.config import Config
from newscrawl.errors import ConfigError

if TYPE_CHECKING:
    from newscrawl.jobs.reread import Reread
    from newscrawl.store.session import Store

T = TypeVar("T")
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
FOUND_PROBLEMS = 1

quarantine = typer.Typer(no_args_is_help=True, help="Doubtful pages: list, show, confirm, dismiss.")


def register(app: typer.Typer) -> None:
    app.add_typer(quarantine, name="quarantine")
    app.command("release")(release)
    app.command("rebase")(rebase)
    app.command("verify")(verify)


def with_store(ask: Callable[[Store], Awaitable[T]]) -> T:
    """Open the archive for one job."""
    from newscrawl.store.session import Store

    async def run() -> T:
        store = await Store.open(Config.from_env())
        try:
            return await ask(store)
        finally:
            await store.close()

    return asyncio.run(run())


@quarantine.command("list")
def quarantine_list(
    source: Annotated[str | None, typer.Argument(help="Only of this source.")] = None,
    state: Annotated[str, typer.Option(help="open, confirmed or dismissed")] = "open",
    as_json: AsJson = False,
) -> None:
    """List doubtful pages, newest first."""
    if state not in {"open", "confirmed", "dismissed"}:
        raise ConfigError(f"--state {state!r}: must be open, confirmed or dismissed")
    found = with_store(lambda store: store.quarantined(source=source, state=state))
    if as_json:
        print_json([_entry(e) for e in found])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("id", "source", "at", "kind", "seen", "reason", "url"):
        table.add_column(column)
    for e in found:
        told = safe(e.get("reason") or e.get("problem"))
        table.add_row(e["_id"], e["source"], when(e["at"]), e["kind"], str(e.get("seen", 1)), told, safe(e["url"]))
    console().print(table if found else f"no {state} entries")


def _entry(e: dict[str, Any]) -> dict[str, Any]:
    names = ("source", "article_id", "url", "kind", "reason", "problem", "evidence", "state", "payload", "seen")
    return {"id": e["_id"], "at": iso(e["at"]), **{name: e.get(name) for name in names}}


@quarantine.command("show")
def quarantine_show(key: Annotated[str, typer.Argument(metavar="ID")], as_json: AsJson = False) -> None:
    """Show what was fetched and read, and why it was doubted."""

    async def ask(store: Store) -> tuple[dict[str, Any], Any]:
        entry = await store.quarantine_entry(key)
        if entry is None:
            raise NotFound(f"no quarantine entry {key!r}; `newscrawl quarantine list` shows them")
        evidence = await store.quarantine_evidence(key)
        return entry, evidence

    entry, evidence = with_store(ask)
    extraction = evidence[1] if evidence else None
    if as_json:
        told = {"headline": extraction.headline, "paragraphs": extraction.paragraphs} if extraction else {}
        print_json({**_entry(entry), **told})
        return
    out = console()
    for name, value in _entry(entry).items():
        out.print(f"{name}: {safe(str(value))}", markup=False)
    if extraction is not None:
        out.print(f"\n{safe(extraction.headline)}", style="bold", markup=False)
        for paragraph in extraction.paragraphs:
            out.print(safe(paragraph), markup=False)


@quarantine.command("confirm")
def quarantine_confirm(key: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Believe a doubtful page: its text is recorded when it is seen again, and that look is due now."""
    _decide(key, "confirm")


@quarantine.command("dismiss")
def quarantine_dismiss(key: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Reject a doubtful page; the history stays as it is."""
    _decide(key, "dismiss")


def _decide(key: str, word: str) -> None:
    async def ask(store: Store) -> bool:
        decide = store.confirm if word == "confirm" else store.dismiss
        now = datetime.now(UTC)
        is_done = await decide(key, by=getpass.getuser(), at=now)
        entry = await store.quarantine_entry(key)
        if is_done and word == "confirm" and entry is not None:
            await store.make_due(now, f"quarantine entry {key} was confirmed", ids=[entry["article_id"]])
        return is_done

    if not with_store(ask):
        raise NotFound(f"no open quarantine entry {key!r}; `newscrawl quarantine list` shows them")
    console().print(f"{key} {word}ed")


def release(source: Annotated[str, typer.Argument(help="Source whose held versions may be announced.")]) -> None:
    """Let the held versions of a source, after a mass change, be announced and counted."""
    count = with_store(lambda store: store.release_held(source, by=getpass.getuser(), at=datetime.now(UTC)))
    if not count:
        raise NotFound(f"no version of {source!r} is held")
    console().print(f"{count} version{'' if count == 1 else 's'} of {source} released")


def rebase(
    source: Annotated[str, typer.Argument(help="Source whose stored pages are read again with today's rules.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would read differently, and why.")] = False,
    sample: Annotated[int | None, typer.Option(min=1, help="Only so many stories, picked by chance.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read every stored page of a source again with today's rules, and tell which stories read differently.

    Without --dry-run a story that reads differently gets a version with cause `rebase`, which is no edit.
    """
    from newscrawl.jobs.due import spider_class
    from newscrawl.jobs.reread import rebase as rebase_one
    from newscrawl.jobs.reread import rereads
    from newscrawl.jobs.run import check_source

    spider = spider_class(check_source(source))()

    async def ask(store: Store) -> list[Reread]:
        found = []
        async for one in rereads(store, spider, sample=sample):
            found.append(one)
            if not dry_run:
                await rebase_one(store, one, datetime.now(UTC))
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
    from newscrawl.jobs.due import spider_class
    from newscrawl.jobs.reread import Result, rereads
    from newscrawl.jobs.run import sources

    found = []
    for source in sorted(set(await store.article_counts()) & set(sources())) if sample else ():
        async for one in rereads(store, spider_class(source)(), sample=sample):
            if one.result in {Result.UNREADABLE, Result.NO_PAYLOAD}:
                found.append(f"{one.head.url}: {one.reason}")
    return found


async def article_key(store: Store, text: str) -> str:
    """Return the id of an article by its id or address, hidden or not; raises NotFound."""
    if await store.head(text) is not None:
        return text
    from newscrawl.normalize import canonical_url

    for url in dict.fromkeys((text, canonical_url(text))):
        if found := await store.find(None, url):
            return found[0].article_id
    raise NotFound(f"no article is known by {text!r}: give its address or the 16 letters of its id")
