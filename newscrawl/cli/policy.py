"""`newscrawl policy fit`: learn each source's rates anew from its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json

if TYPE_CHECKING:
    from newscrawl.store.session import Store

policy = typer.Typer(no_args_is_help=True, help="What the recheck policy has learnt.")


def register(app: typer.Typer) -> None:
    app.add_typer(policy, name="policy")


@policy.command("fit")
def policy_fit(as_json: AsJson = False) -> None:
    """Learn each source's rates anew from the recorded histories; meant to run once a day."""
    import json

    from newscrawl.recheck import fit
    from newscrawl.recheck.histories import parse

    async def ask(store: Store) -> dict[str, Any]:
        lines = [json.dumps(found) async for found in store.histories()]
        fitted = fit(parse(lines, name="the archive"))
        for name, rates in fitted.items():
            await store.save_rates(name, rates)
        return dict(fitted)

    fitted = with_store(ask)
    if as_json:
        print_json(fitted)
        return
    console().print(
        f"rates of {len(fitted)} sources learnt from their histories: {', '.join(sorted(fitted)) or 'none'}"
    )
