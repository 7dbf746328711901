"""`newscrawl check`: everything that is wrong with configuration and sources, at once."""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newscrawl.cli.completion import sources_like
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.config import PREFIX, TEST_VARIABLES, Config
from newscrawl.errors import ConfigError, NewscrawlError

if TYPE_CHECKING:
    from newscrawl.problems import Problem

# What is checked, and the function that yields its problems; loaded when it is called. A room that reads a file of its
# own adds a line.
VALIDATORS = (
    ("environment", "newscrawl.cli.check:environment_problems"),
    ("sources.toml", "newscrawl.sources.checking:chosen_problems"),
    ("subscriptions.toml", "newscrawl.cli.subscriptions:file_problems"),
    ("sources", "newscrawl.sources.checking:source_problems"),
    ("watched.toml", "newscrawl.sources.watched:problems"),
)


def register(app: typer.Typer) -> None:
    app.command("check")(check)


def check(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE", help="Check only these sources; default: everything.", autocompletion=sources_like
        ),
    ] = None,
    database: Annotated[bool, typer.Option("--database", help="Ask the database too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check environment, sources.toml, subscriptions.toml, spiders with their rules, tables and golden pages.

    Prints every problem with file, line and the name that was meant; asks neither network nor database. Exits with code
    2 if there is one, and with 4 if the only one is the database.
    """
    found = _named(sources) if sources else _all()
    away = list(_database_problems()) if database else []
    problems = [*found, *(("database", problem) for problem, _ in away)]
    if as_json:
        print_json({"problems": [_row(what, problem) for what, problem in problems]})
    else:
        for _, problem in problems:
            console().print(safe(str(problem)), markup=False, soft_wrap=True)
        checked = "sources: " + ", ".join(sources) if sources else ", ".join(what for what, _ in VALIDATORS)
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}" if problems else "no problem"
        console(err=True).print(f"{count}; checked {checked}", style="dim", markup=False)
    raise typer.Exit(ConfigError.exit_code if found else max((code for _, code in away), default=0))


def _all() -> list[tuple[str, Problem]]:
    """Return all problems; that a validator could not go on is one too, unless its cause is among them already."""
    found: list[tuple[str, Problem]] = []
    for what, name in VALIDATORS:
        problems, stop = _run(name)
        found += [(what, problem) for problem in problems]
        said = {each.text for _, each in found} | {each.file for _, each in found}
        if stop is not None and stop.text not in said and (stop.file is None or stop.file not in said):
            found.append((what, stop))
    return found


def _run(name: str) -> tuple[list[Problem], Problem | None]:
    """Return the problems that a validator finds, and the error that keeps it from going on."""
    from newscrawl.problems import Problem

    module, _, function = name.partition(":")
    validate: Callable[[], Iterable[Problem]] = getattr(importlib.import_module(module), function)
    problems: list[Problem] = []
    try:
        for problem in validate():
            problems.append(problem)
    except ConfigError as error:
        return problems, Problem.of(error)
    return problems, None


def _named(sources: list[str]) -> list[tuple[str, Problem]]:
    from newscrawl.sources.catalogue import check_source
    from newscrawl.sources.checking import source_problems

    return [("sources", problem) for problem in source_problems([check_source(name) for name in sources])]


def environment_problems() -> Iterator[Problem]:
    """Yield what is wrong with each variable of newscrawl, and with all of them together."""
    from newscrawl.problems import Problem

    found = 0
    for name in sorted(name for name in os.environ if name.startswith(PREFIX) and name not in TEST_VARIABLES):
        try:
            Config.from_env({name: os.environ[name]})
        except ConfigError as error:
            found += 1
            yield Problem(None, None, str(error))
    if not found:
        Config.from_env()


def _database_problems() -> Iterator[tuple[Problem, int]]:
    """Yield why the database cannot be used, with the exit code for that."""
    from newscrawl.problems import Problem
    from newscrawl.store.session import Store

    async def open_and_close() -> None:
        await (await Store.open(Config.from_env())).close()

    try:
        asyncio.run(open_and_close())
    except NewscrawlError as error:
        yield Problem(None, None, str(error)), error.exit_code


def _row(what: str, problem: Problem) -> dict[str, Any]:
    return {
        "check": what,
        "file": problem.file,
        "line": problem.line,
        "problem": problem.text,
        "near": problem.near,
    }
