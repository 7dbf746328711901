"""`newscrawl quarantine`: doubtful pages, listed, shown, confirmed, dismissed."""

from __future__ import annotations

import getpass
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

quarantine = typer.Typer(no_args_is_help=True, help="Doubtful pages: list, show, confirm, dismiss.")


def register(app: typer.Typer) -> None:
    app.add_typer(quarantine, name="quarantine")


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
