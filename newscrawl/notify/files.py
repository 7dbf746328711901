"""`subscriptions.toml` of a project: subscriptions that are kept with it, and follow what it states."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from newscrawl.errors import ConfigError
from newscrawl.items import Subscription
from newscrawl.notify.definitions import Invalid, define
from newscrawl.problems import Problem, meant, parsed_toml
from newscrawl.project import project
from newscrawl.store.session import Store

FILE = "subscriptions.toml"
TABLE = "subscriptions"


@dataclass(frozen=True, slots=True)
class LoadedFile:
    subscriptions: tuple[Subscription, ...]
    problems: tuple[Problem, ...]


def load_file(path: Path, now: datetime | None = None) -> LoadedFile:
    """Return the subscriptions that a file states, and all that is wrong with it."""
    file = path.name
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = str(error.strerror) if isinstance(error, OSError) else "is not UTF-8"
        return LoadedFile((), (Problem(file, None, reason),))
    stated = parsed_toml(file, text)
    if isinstance(stated, Problem):
        return LoadedFile((), (stated,))
    problems = [
        Problem(file, _line(text, None, key), f"there is no {key!r}; tables are named [{TABLE}.NAME]")
        for key in stated
        if key != TABLE
    ]
    tables = stated.get(TABLE, {})
    if not isinstance(tables, dict):
        return LoadedFile((), (*problems, Problem(file, None, f"{TABLE} must be tables: [{TABLE}.NAME]")))
    found = []
    for name, table in tables.items():
        try:
            if not isinstance(table, dict):
                raise Invalid(name, f"must be a table: [{TABLE}.{name}]")
            found.append(define(name, table, now or datetime.now(UTC), is_of_file=True).subscription)
        except Invalid as error:
            problems.append(Problem(file, _line(text, name, error.key), f"{name}: {error}"))
    return LoadedFile(tuple(found), tuple(problems))


def unknown_sources(path: Path, known: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each source of a valid file that there is not."""
    for subscription in load_file(path).subscriptions:
        for source in subscription.wanted.sources:
            if source not in known:
                line = _line(path.read_text("utf-8"), subscription.name, "sources")
                text = f"{subscription.name}: there is no source {source!r}{meant(source, known)}"
                yield Problem(path.name, line, text)


def _line(text: str, table: str | None, key: str) -> int | None:
    """Return the line of a table's key, else of the table, else None."""
    table_line, is_inside = 0, table is None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("["):
            names = [part.strip().strip("\"'") for part in line.strip().strip("[]").split(".")]
            is_inside = table is None or names == [TABLE, table] or (names == [TABLE] and key == table)
            if is_inside or names == [key]:
                table_line = table_line or number
        elif is_inside and "=" in line and line.partition("=")[0].strip().strip("\"'") == key:
            return number
    return table_line or None


def project_file() -> Path | None:
    """Return the file of the project that one works in; None if it has none."""
    root = project().root
    path = root / FILE if root is not None else None
    return path if path is not None and path.is_file() else None


async def sync_project_file(store: Store, now: datetime) -> Sequence[str]:
    """Make the stored subscriptions of the file those that it states; raises ConfigError if it is not valid.

    Returns the names of those that it no longer has. A project without the file changes nothing.
    """
    path = project_file()
    if path is None:
        return ()
    loaded = load_file(path, now)
    if loaded.problems:
        raise ConfigError("\n".join(str(problem) for problem in loaded.problems))
    taken = {each.name for each in await store.subscriptions() if not each.is_of_file}
    for subscription in loaded.subscriptions:
        if subscription.name in taken:
            raise ConfigError(f"{FILE}: {subscription.name}: there is a subscription of this name, made by a command")
    return await store.sync_subscriptions(loaded.subscriptions, now)
