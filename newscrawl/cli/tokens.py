"""`newscrawl tokens`: who may read a reader that asks for tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import cell, console, iso, print_json, when
from newscrawl.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from newscrawl.items import AccessToken

MAX_NAME_LENGTH = 100
tokens = typer.Typer(no_args_is_help=True, help="Tokens for a reader with NEWSCRAWL_SERVE_ACCESS=token.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Person or program that has the token.")]
Days = Annotated[int | None, typer.Option(min=1, max=36_500, help="Days for which it is valid; default: for ever.")]


def register(app: typer.Typer) -> None:
    app.add_typer(tokens, name="tokens")


@tokens.command("add")
def tokens_add(name: Name, days: Days = None) -> None:
    """Make a token and print it: it is stored as a digest, and cannot be printed again."""
    token, text = _new(name, days)
    if not with_store(lambda store: store.add_token(token)):
        raise ConfigError(f"{name!r} has a token; `newscrawl tokens rotate` gives it another one")
    typer.echo(text)


@tokens.command("rotate")
def tokens_rotate(
    name: Name,
    days: Days = None,
    keep_hours: Annotated[
        float, typer.Option(min=0, max=8_760, help="Hours for which the token before stays valid.")
    ] = 24.0,
) -> None:
    """Make another token for a name and print it; the one before ends some hours later."""
    token, text = _new(name, days)
    old_until = token.created_at + timedelta(hours=keep_hours)
    if not with_store(lambda store: store.rotate_token(token, old_until=old_until)):
        raise _unknown(name)
    typer.echo(text)


@tokens.command("revoke")
def tokens_revoke(name: Name) -> None:
    """Delete the tokens of a name; running readers refuse them within five seconds."""
    if not with_store(lambda store: store.revoke_tokens(name)):
        raise _unknown(name)
    console().print(f"the tokens of {name!r} are no longer accepted", markup=False)


@tokens.command("list")
def tokens_list(as_json: AsJson = False) -> None:
    """List tokens by name: when they were made, and until when they are valid."""
    now = datetime.now(UTC)
    listed = with_store(lambda store: store.tokens())
    if as_json:
        print_json([_as_row(token, now) for token in listed])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("name", "id", "made", "valid until"):
        table.add_column(column)
    for token in listed:
        until = "ended" if token.has_expired(now) else when(token.expires_at) if token.expires_at else "it is revoked"
        table.add_row(cell(token.name), token.token_id, when(token.created_at), until)
    console().print(table if listed else "no token; `newscrawl tokens add NAME` makes one", markup=False)


def _as_row(token: AccessToken, now: datetime) -> dict[str, object]:
    return {
        "name": token.name,
        "id": token.token_id,
        "created_at": iso(token.created_at),
        "expires_at": iso(token.expires_at),
        "valid": not token.has_expired(now),
    }


def _new(name: str, days: int | None) -> tuple[AccessToken, str]:
    from newscrawl.items import AccessToken

    if not name.strip() or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        raise ConfigError(f"a token's name has 1 to {MAX_NAME_LENGTH} printable characters, not {name!r}")
    now = datetime.now(UTC)
    return AccessToken.create(name, now, now + timedelta(days=days) if days else None)


def _unknown(name: str) -> NotFound:
    return NotFound(f"{name!r} has no token; see `newscrawl tokens list`")
