"""`newscrawl simulate`: replay histories through recheck policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson, existing
from newscrawl.cli.terminal import console, print_json, print_json_line
from newscrawl.errors import ConfigError
from newscrawl.policy_spec import NAMES

if TYPE_CHECKING:
    from newscrawl.recheck.histories import History
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("simulate")(simulate)


def simulate(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="HISTORIES|POLICY", help="Files of histories, and policies by name."),
    ] = None,
    histories: Annotated[
        list[Path] | None, typer.Option(help="File of histories as JSON lines (.jsonl or .jsonl.gz); may be repeated.")
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(help="Policy, such as sniffer, hazard:price=0.02 or hazard:match=sniffer-catch; may be repeated."),
    ] = None,
    from_store: Annotated[
        bool, typer.Option("--from-store", help="Replay the histories recorded in the archive.")
    ] = False,
    no_signals: Annotated[bool, typer.Option("--no-signals", help="Ignore the signals of listings.")] = False,
    as_json: AsJson = False,
    as_lines: Annotated[bool, typer.Option("--jsonl", help="Print one JSON line per row.")] = False,
) -> None:
    """Replay histories through policies: checks per article, share of wordings found, delays until they are found."""
    from newscrawl.cli.policy_comparison import simulate_files, simulate_histories, table

    files = [*(histories or ()), *(Path(name) for name in names or () if not _is_policy(name))]
    policies = [*(policy or ()), *(name for name in names or () if _is_policy(name))] or ["hazard"]
    if bool(files) == from_store:
        raise ConfigError("give either files of histories or --from-store")
    for path in files:
        existing(path, "HISTORIES")
    if from_store:
        rows = simulate_histories("the archive", _archived_histories(), policies, signals=not no_signals)
    else:
        rows = simulate_files(files, policies, signals=not no_signals)
    if as_json:
        print_json(rows)
    elif as_lines:
        for row in rows:
            print_json_line(row)
    else:
        console().print(table(rows))


def _is_policy(name: str) -> bool:
    return name.partition(":")[0] in NAMES


def _archived_histories() -> list[History]:
    """Return the histories recorded in the archive; raises ConfigError if there are none."""
    from newscrawl.recheck.histories import parse

    async def read(store: Store) -> list[History]:
        lines = [json.dumps(history) async for history in store.histories()]
        return list(parse(lines, name="the archive"))

    histories = with_store(read)
    if not histories:
        raise ConfigError("the archive has no histories yet; crawl first, or give --histories FILE")
    return histories
