"""`newscrawl quarantine`: list, show, confirm and dismiss doubtful pages."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, iso, print_json, safe, when
from newscrawl.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from newscrawl.store.session import Store

EntryId = Annotated[str, typer.Argument(metavar="ID", help="Id of the entry, from `newscrawl quarantine list`.")]
TEXTS = ("url", "reason", "problem", "evidence", "headline", "paragraphs")  # of an entry, and of what was read
quarantine = typer.Typer(no_args_is_help=True, help="List, show, confirm and dismiss doubtful pages.")


def register(app: typer.Typer) -> None:
    app.add_typer(quarantine, name="quarantine")


@quarantine.command("list")
def quarantine_list(
    source: Annotated[str | None, typer.Argument(help="List only pages of this source.")] = None,
    state: Annotated[str, typer.Option(help="State of the entries: open, confirmed or dismissed.")] = "open",
    as_json: AsJson = False,
) -> None:
    """List quarantined pages, newest first."""
    if state not in {"open", "confirmed", "dismissed"}:
        raise ConfigError(f"--state {state!r}: must be open, confirmed or dismissed")

    async def read(store: Store) -> list[dict[str, Any]]:
        return await _as_shown(store, await store.quarantined(source=source, state=state))

    entries = with_store(read)
    if as_json:
        print_json([_public(entry) for entry in entries])
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


async def _as_shown(store: Store, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return entries without redacted words; without any texts where the article or a version of it is hidden."""
    from newscrawl.store.takedowns import Row

    fields = [{name: entry[name] for name in TEXTS if name in entry} for entry in entries]
    rows = [Row(entry["article_id"], texts, is_page=True) for entry, texts in zip(entries, fields, strict=True)]
    shown = await store.all_as_shown(rows)
    withheld = {**dict.fromkeys(TEXTS), "reason": "withheld: the article, or a version of it, is hidden"}
    return [{**entry, **(withheld if texts is None else texts)} for entry, texts in zip(entries, shown, strict=True)]


def _public(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a quarantine entry that are printed."""
    names = ("source", "article_id", "url", "kind", "reason", "problem", "evidence", "state", "payload", "seen")
    return {"id": entry["_id"], "at": iso(entry["at"]), **{name: entry.get(name) for name in names}}


@quarantine.command("show")
def quarantine_show(key: EntryId, as_json: AsJson = False) -> None:
    """Show what was read from a quarantined page, and why it is doubtful."""

    async def read(store: Store) -> dict[str, Any]:
        entry = await store.quarantine_entry(key)
        if entry is None:
            raise NotFound(f"no quarantine entry {key!r}; `newscrawl quarantine list` shows them")
        evidence = await store.quarantine_evidence(key)
        if evidence is not None:
            entry |= {"headline": evidence[1].headline, "paragraphs": evidence[1].paragraphs}
        return (await _as_shown(store, [entry]))[0]

    entry = with_store(read)
    texts = {name: entry[name] for name in ("headline", "paragraphs") if entry.get(name)}
    if as_json:
        print_json({**_public(entry), **texts})
        return
    out = console()
    for name, value in _public(entry).items():
        out.print(f"{name}: {safe(str(value))}", markup=False)
    if texts:
        out.print(f"\n{safe(texts.get('headline'))}", style="bold", markup=False)
        for paragraph in texts.get("paragraphs", ()):
            out.print(safe(paragraph), markup=False)


@quarantine.command("confirm")
def quarantine_confirm(key: EntryId) -> None:
    """Accept a doubtful page: its text is recorded when a check finds it again; that check is due now."""
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
