"""The page of commands: every command with its arguments, options, defaults and exit codes, from the command itself."""

from __future__ import annotations

import inspect
import re
import sys
import typing
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer.main

from docs.reference.tables import cell, code, page, table
from newscrawl.cli.main import app

INTRODUCTION = """
All commands in the order of `newscrawl --help`. `newscrawl COMMAND --help` prints the same; `newscrawl --version` prints the version.
Values in brackets may be left out, and … stands for several. Where `--json` is an option, [JSON for programs](json.md) says which keys
are printed. What is set by environment variables is on the page [configuration](configuration.md).
"""
CODES = """
## Exit codes of all commands

0: done. 2: usage or configuration; the message names the argument, variable or file. 70: a defect of newscrawl, with a report file. A command
that opens the archive also ends with 4 if MongoDB cannot be reached or written, and with 5 if a newer newscrawl wrote the database; one
that is given the name, number or URL of something that is not there ends with 1, and with 2 if it is that of a source. What else a code
means stands with the command; [exit codes](exit-codes.md) has all of them, with the tests that show them.

`scrapy crawl`, `check`, `parse`, `list`, `shell` and `genspider` work in a project, too: [rules](rules.md).
"""
_OF_CRAWL = {
    1: "pages failed, or none could be read",
    3: "another run crawls the source",
    6: "with `--fail-on-drift`: an alarm that nobody acknowledged",
    7: "stopped by SIGTERM or SIGINT",
}
# What a code means of one command, beside what it means of all.
OWN_CODES: dict[str, dict[int, str]] = {
    "crawl": _OF_CRAWL,
    "worker": {7: "stopped by SIGTERM or SIGINT, as it should be"},
    "cluster batches": {1: "a shard failed"},
    "status": {1: "an alarm is open"},
    "notify": {1: "the channel did not take the test"},
    "subscriptions test-match": {1: "nothing matched"},
    "outbox deliver": {1: "something could not be sent"},
    "verify": {1: "something is not as it must be"},
    "erase": {3: "a run crawls the source: pause it first"},
    "try": {1: "no article could be read"},
    "watch": {1: "the article could not be recorded"},
    "backfill": {1: "pages failed", 3: "another run crawls the source", 7: "stopped by SIGTERM or SIGINT"},
    "fixture check": {1: "a golden page is read differently"},
    "check": {2: "at least one problem was found"},
    "import": {1: "a record is damaged", 3: "another run has one of the sources", 7: "stopped by SIGTERM or SIGINT"},
    "doctor": {1: "an alarm is open; any other fault ends with its own code"},
    "demo": {1: "an edition was not recorded as it should be"},
}
_OPENS_ARCHIVE = re.compile(r"cli\.opening|newscrawl\.(?:store|jobs|web|notify|archive)\b")


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command that can be run, by its words, in the order of `newscrawl --help`."""
    group: Any = typer.main.get_command(app)
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from ((f"{name} {each}", sub) for each, sub in command.commands.items() if not sub.hidden)
        else:
            yield name, command


def text() -> str:
    found = list(commands())
    if unknown := set(OWN_CODES) - {name for name, _ in found}:
        raise KeyError(f"codes of commands that there are not: {sorted(unknown)}")
    overview = table(
        ("command", "what it does"),
        ((f"[`newscrawl {name}`](#{_slug(name)})", _first(each.help)) for name, each in found),
    )
    sections = [_section(name, each) for name, each in found]
    return page("Commands", "docs/reference/commands.py", INTRODUCTION, overview, CODES, *sections)


def _slug(name: str) -> str:
    return "newscrawl-" + name.replace(" ", "-")


def _section(name: str, command: Any) -> str:
    parameters = [each for each in command.params if not getattr(each, "hidden", False) and each.name != "help"]
    arguments = [each for each in parameters if each.param_type_name == "argument"]
    usage = " ".join([f"newscrawl {name}", *(["[OPTIONS]"] if len(arguments) < len(parameters) else [])])
    usage = " ".join([usage, *map(_usage, arguments)])
    parts = [f"## newscrawl {name}", _sentences(command.help), code(usage)]
    if parameters:
        columns = ("argument, option", "value", "default", "meaning")
        parts.append(table(columns, map(_row, parameters)))
    parts.append(_codes(name, command))
    return "\n\n".join(parts)


def _usage(argument: Any) -> str:
    return _metavar(argument) if argument.required else f"[{_metavar(argument)}]"


def _metavar(argument: Any) -> str:
    return f"{argument.metavar}{'…' * (argument.nargs == -1)}"


def _row(parameter: Any) -> tuple[str, str, str, str]:
    is_argument = parameter.param_type_name == "argument"
    names = [_metavar(parameter)] if is_argument else [*parameter.opts, *parameter.secondary_opts]
    required = "required" if parameter.required else ""
    return ", ".join(map(code, names)), _value(parameter), required or _default(parameter), _sentences(parameter.help)


def _value(parameter: Any) -> str:
    annotation = parameter.type_descriptor.annotation
    is_repeated = typing.get_origin(annotation) is list
    kind = typing.get_args(annotation)[0] if is_repeated else annotation
    if kind is bool:
        return ""
    if isinstance(kind, type) and issubclass(kind, Enum):
        words = " or ".join(code(member.value) for member in kind)
    elif parameter.metavar and parameter.param_type_name != "argument":
        words = code(parameter.metavar)
    else:
        names = {int: "whole number", float: "number", Path: "path"}
        words = names.get(kind, "text") + _range(parameter)
    return f"{words}; may be repeated" if is_repeated and parameter.param_type_name != "argument" else words


def _range(parameter: Any) -> str:
    low, high = getattr(parameter, "min", None), getattr(parameter, "max", None)
    if low is not None and high is not None:
        return f", {low:g} to {high:g}"
    if low is not None:
        return f", from {low:g}"
    return "" if high is None else f", up to {high:g}"


def _default(parameter: Any) -> str:
    default = parameter.default
    if isinstance(default, Enum):
        default = default.value
    if default in (None, False, "", ()) or default == [] or callable(default):
        return ""
    if isinstance(default, list | tuple):
        return ", ".join(map(code, default))
    return code(f"{default:g}" if isinstance(default, float) else default)


def _codes(name: str, command: Any) -> str:
    module = sys.modules[inspect.unwrap(command.callback).__module__]
    opens = bool(_OPENS_ARCHIVE.search(inspect.getsource(module)))
    own = "; ".join(f"{number}: {meaning}" for number, meaning in OWN_CODES.get(name, {}).items())
    of_all = "0, 1, 2, 4, 5, 70" if opens else "0, 2, 70"
    return f"Exit codes: {of_all} as of all commands" + (f"; here {own}." if own else ".")


def _first(help_text: str | None) -> str:
    return _sentences(help_text).partition("\n\n")[0]


def _sentences(help_text: str | None) -> str:
    """Return a help text as prose: what is typed in capitals or quotes stays as it is."""
    paragraphs = inspect.cleandoc(help_text or "").split("\n\n")
    return "\n\n".join(cell(paragraph).replace("\\|", "|").replace("<", "&lt;") for paragraph in paragraphs)
