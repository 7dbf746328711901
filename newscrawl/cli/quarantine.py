"""`newscrawl quarantine`: list, show, confirm and dismiss doubtful pages."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from newscrawl.cli.completion import sources_like
from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.quarantine_entries import as_shown, public
from newscrawl.cli.terminal import console, print_json, safe, when
from newscrawl.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from rich.console import Console

    from newscrawl.cli.quarantine_page import DoubtfulPage
    from newscrawl.store.session import Store

EntryId = Annotated[str, typer.Argument(metavar="ID", help="Id of the entry, from `newscrawl quarantine list`.")]
quarantine = typer.Typer(no_args_is_help=True, help="List, show, confirm and dismiss doubtful pages.")


def register(app: typer.Typer) -> None:
    app.add_typer(quarantine, name="quarantine")


@quarantine.command("list")
def quarantine_list(
    source: Annotated[
        str | None,
        typer.Argument(metavar="SOURCE", help="List only pages of this source.", autocompletion=sources_like),
    ] = None,
    state: Annotated[str, typer.Option(help="State of the entries: open, confirmed or dismissed.")] = "open",
    as_json: AsJson = False,
) -> None:
    """List quarantined pages, newest first."""
    if state not in {"open", "confirmed", "dismissed"}:
        raise ConfigError(f"--state {state!r}: must be open, confirmed or dismissed")

    async def read(store: Store) -> list[dict[str, Any]]:
        return await as_shown(store, await store.quarantined(source=source, state=state))

    entries = with_store(read)
    if as_json:
        print_json([public(entry) for entry in entries])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("id", "source", "at", "kind", "seen", "reason", "url"):
        table.add_column(column)
    for entry in entries:
        table.add_row(
            entry["_id"],
            entry["source"],
            when(entry["at"]),
            entry["kind"],
            str(entry.get("seen", 1)),
            safe(entry.get("reason") or entry.get("problem")),
            safe(entry["url"]),
        )
    console().print(table if entries else f"no {state} entries")


@quarantine.command("show")
def quarantine_show(key: EntryId, as_json: AsJson = False) -> None:
    """Show why a page is doubtful, how its text differs from the article's newest version, and the ways out."""
    from newscrawl.cli.quarantine_page import doubtful_page

    page = with_store(lambda store: doubtful_page(store, key))
    if as_json:
        print_json(_data(page))
    else:
        _print_page(page, console())


def _data(page: DoubtfulPage) -> dict[str, Any]:
    from newscrawl.cli.diff_text import as_data

    diff = page.diff
    return {
        **public(dict(page.entry)),
        "why": page.why,
        "headline": page.entry.get("headline"),
        "paragraphs": page.entry.get("paragraphs"),
        "compared_with": page.number,
        "diff": None if diff is None else as_data(diff),
        "commands": [command for command, _ in page.commands],
    }


def _print_page(page: DoubtfulPage, out: Console) -> None:
    from newscrawl.cli.diff_text import render

    entry, diff = page.entry, page.diff
    for name, value in public(dict(entry)).items():
        text = "; ".join(map(str, value)) if isinstance(value, list) else value
        if text not in (None, ""):
            out.print(f"{name}: {safe(str(text))}", markup=False)
    out.print(f"why: {page.why}\n", markup=False)
    if diff is not None and page.head is not None and page.page is not None:
        out.print(f"version {page.number} → this page", style="dim", markup=False)
        render(diff, page.head, page.page, out)
    else:
        out.print(safe(entry.get("headline")), style="bold", markup=False)
        for paragraph in entry.get("paragraphs") or ():
            out.print(safe(paragraph), markup=False)
    for command, effect in page.commands:
        out.print(f"\n{command}\n  {effect}", markup=False, soft_wrap=True)


@quarantine.command("confirm")
def quarantine_confirm(key: EntryId) -> None:
    """Accept a doubtful page: its text is recorded when a check finds it again. That check is made due now."""
    _decide(key, _confirm)
    console().print(f"{key} confirmed")


@quarantine.command("dismiss")
def quarantine_dismiss(key: EntryId) -> None:
    """Reject a doubtful page; the history stays unchanged."""
    _decide(key, _dismiss)
    console().print(f"{key} dismissed")


async def _confirm(store: Store, key: str) -> bool:
    now = datetime.now(UTC)
    is_confirmed = await store.confirm(key, by=getpass.getuser(), at=now)
    entry = await store.quarantine_entry(key)
    if is_confirmed and entry is not None:
        await store.make_due(now, f"quarantine entry {key} was confirmed", ids=[entry["article_id"]])
    return is_confirmed


async def _dismiss(store: Store, key: str) -> bool:
    return await store.dismiss(key, by=getpass.getuser(), at=datetime.now(UTC))


def _decide(key: str, decide: Callable[[Store, str], Awaitable[bool]]) -> None:
    if not with_store(lambda store: decide(store, key)):
        raise NotFound(f"no open quarantine entry {key!r}; `newscrawl quarantine list` shows them")
