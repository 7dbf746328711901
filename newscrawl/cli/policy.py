"""`newscrawl policy fit`: learn each source's rates of change from its recorded histories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from newscrawl.store.session import Store

policy = typer.Typer(no_args_is_help=True, help="What the recheck policy has learnt about each source.")


def register(app: typer.Typer) -> None:
    app.add_typer(policy, name="policy")


@policy.command("fit")
def policy_fit(as_json: AsJson = False) -> None:
    """Learn each source's rates of change from the recorded histories; run it once a day."""
    import json

    from newscrawl.recheck import fit
    from newscrawl.recheck.histories import parse

    async def learn(store: Store) -> dict[str, Any]:
        lines = [json.dumps(history) async for history in store.histories()]
        rates_by_source = fit(parse(lines, name="the archive"))
        for source, rates in rates_by_source.items():
            await store.save_rates(source, rates)
        return dict(rates_by_source)

    rates_by_source = with_store(learn)
    if as_json:
        print_json(rates_by_source)
        return
    sources = ", ".join(sorted(rates_by_source)) or "none"
    console().print(f"learnt the rates of {counted(len(rates_by_source), 'source')}: {sources}")
