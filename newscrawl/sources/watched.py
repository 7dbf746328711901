"""The table of watched addresses, `watched.toml`: articles of sites without a spider, and further ones of others.

A row is named after its host, or after the source that has the host. One with `domains` is a source of its own, made of
the row; all addresses of a host are one source.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from newscrawl.config import Config
from newscrawl.discover.addresses import is_http_url
from newscrawl.errors import ConfigError, SpiderFileError
from newscrawl.normalize import authority_of, canonical_url, domain_as_compared, is_front_page, request_url
from newscrawl.problems import Problem, meant
from newscrawl.sources.folders import WATCHED_TABLE, own_folder

logger = logging.getLogger(__name__)

HEADER = "# Articles that are watched one by one; `newscrawl watch` writes this file.\n"
_KEYS = {"publisher": str, "domains": list, "languages": list, "addresses": list}


@dataclass(frozen=True, slots=True)
class WatchedRow:
    """The watched addresses of one source; without `domains` it is one that has a spider."""

    name: str
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    publisher: str = ""
    languages: tuple[str, ...] = ("en",)


def table_path() -> Path:
    """Return where the table is: beside the project's spiders, outside of a project with the state."""
    folder = own_folder()
    return (Config.from_env().home if folder is None else folder) / WATCHED_TABLE


def rows() -> dict[str, WatchedRow]:
    """Return the rows of this project's table by name; raises SpiderFileError if it cannot be read."""
    return _read(table_path())


def addresses_of(source: str) -> tuple[str, ...]:
    """Return the watched addresses of a source, also of one with a spider; none of a table that cannot be read."""
    try:
        row = rows().get(source)
    except SpiderFileError as error:  # a crawl of any source goes on; `newscrawl watch` says what is wrong
        logger.warning("%s", error)
        return ()
    return row.addresses if row else ()


def problems() -> Iterator[Problem]:
    """Yield what is wrong with the table, for `newscrawl check`."""
    try:
        rows()
    except SpiderFileError as error:
        yield Problem.of(error, WATCHED_TABLE)


def row_name(url: str) -> str:
    """Return the name of the source that is made for the host of a URL: `lake_example` for www.lake.example."""
    name = re.sub(r"[^a-z0-9]+", "_", host_of(url)).strip("_")
    if not name:
        raise ConfigError(f"{url!r} has no host that could name a source")
    return name


def can_be_named(url: str) -> bool:
    """Return whether the host of a URL can name a source."""
    return re.search(r"[a-z0-9]", host_of(url)) is not None


def checked_address(text: str) -> str:
    """Return a URL as it is watched; raises ConfigError for one that can be no article."""
    url = text.strip()
    if not is_http_url(url):
        raise ConfigError(f"{_without_user(url)!r} is not an http or https URL without user name and password")
    if is_front_page(url):
        raise ConfigError(f"{url} is a front page, not an article; `newscrawl add-source {url}` watches a whole site")
    try:
        return request_url(url)
    except ValueError as error:  # characters that no browser sends
        raise ConfigError(str(error)) from error


def add(url: str, name: str, *, has_spider: bool, languages: tuple[str, ...] = ("en",)) -> tuple[WatchedRow, bool]:
    """Add an address to the row of its source, which is made if need be; returns the row, and whether it is new."""
    added: list[bool] = []

    def change(found: dict[str, WatchedRow]) -> None:
        row = _row_for(url, found.get(name, WatchedRow(name, languages=languages)), has_spider=has_spider)
        added.append(not any(_is_same(url, known) for known in row.addresses))
        found[name] = replace(row, addresses=(*row.addresses, url)) if added[0] else row

    return _changed(change)[name], added[0]


def _row_for(url: str, row: WatchedRow, *, has_spider: bool) -> WatchedRow:
    """Return a row as it is with an address: one that is a source of its own has the host among its domains.

    Hosts of one name, a-b.example and a.b.example, are one source.
    """
    host = host_of(url)
    if has_spider or any(f".{host}".endswith(f".{domain_as_compared(domain)}") for domain in row.domains):
        return row
    return replace(row, domains=(*row.domains, host), publisher=row.publisher or host)


def add_all(urls: Iterable[tuple[str, str, bool]], *, is_dry_run: bool = False) -> list[tuple[str, str, bool]]:
    """Add many addresses with one change of the table; returns each with its source, and whether it is new.

    Of each the source is named, and whether that has a spider. A dry run writes nothing.
    """
    added: list[tuple[str, str, bool]] = []

    def change(found: dict[str, WatchedRow]) -> None:
        known: dict[str, set[str]] = {}
        new: dict[str, list[str]] = {}
        for url, name, has_spider in urls:
            row = found[name] = _row_for(url, found.get(name, WatchedRow(name)), has_spider=has_spider)
            forms = known.setdefault(name, {_comparable(each) for each in row.addresses})
            added.append((url, name, _comparable(url) not in forms))
            if added[-1][2]:
                forms.add(_comparable(url))
                new.setdefault(name, []).append(url)
        for name, more in new.items():
            found[name] = replace(found[name], addresses=(*found[name].addresses, *more))

    if is_dry_run:
        change(dict(rows()))
    else:
        _changed(change)
    return added


def adopt(hosts: Iterable[str]) -> None:
    """Make a source of each host that has none: its articles are known, and no address is watched."""

    def change(found: dict[str, WatchedRow]) -> None:
        for host in hosts:
            url = f"https://{host}/"
            name = row_name(url)
            found[name] = _row_for(url, found.get(name, WatchedRow(name)), has_spider=False)

    _changed(change)


def has(source: str, url: str) -> bool:
    """Return whether an address of a source is watched."""
    return any(_is_same(url, known) for known in addresses_of(source))


def row_with(url: str, found: Mapping[str, WatchedRow] | None = None) -> WatchedRow:
    """Return the row that has an address; raises ConfigError if none has."""
    for row in (rows() if found is None else found).values():
        if any(_is_same(url, known) for known in row.addresses):
            return row
    raise ConfigError(f"{_without_user(url)} is not watched; `newscrawl watch --list` names what is")


def kept_as(url: str, row: WatchedRow) -> str:
    """Return an address of a row as the table has it."""
    return next(known for known in row.addresses if _is_same(url, known))


def remove(url: str) -> None:
    """Take an address out of the table, and its row with the last one; raises ConfigError if it is not watched."""

    def change(found: dict[str, WatchedRow]) -> None:
        row = row_with(url, found)
        kept = tuple(known for known in row.addresses if not _is_same(url, known))
        found[row.name] = replace(row, addresses=kept)
        if not kept:
            del found[row.name]

    _changed(change)


def _changed(change: Callable[[dict[str, WatchedRow]], None]) -> dict[str, WatchedRow]:
    """Change the table, one process at a time; the file is the old one or the new one, never a part of it."""
    path = table_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_name(".watched.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = dict(_read(path))
            change(found)
            _write(path, found)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
    return found


def _write(path: Path, found: Mapping[str, WatchedRow]) -> None:
    text = HEADER + "".join(f"\n{_toml(row)}" for _, row in sorted(found.items()))
    handle, new = tempfile.mkstemp(dir=path.parent, prefix=".watched.", suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(new).chmod(0o644)
        Path(new).replace(path)
    except OSError:
        with suppress(FileNotFoundError):
            Path(new).unlink()
        raise


def _toml(row: WatchedRow) -> str:
    """Return a row as TOML, whose strings are written as those of JSON are."""
    facts = {"publisher": row.publisher, "domains": row.domains, "languages": row.languages} if row.domains else {}
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items()]
    addresses = "".join(f"    {json.dumps(each, ensure_ascii=False)},\n" for each in row.addresses)
    return "\n".join([f"[{row.name}]", *lines, f"addresses = [\n{addresses}]"]) + "\n"


def _read(path: Path) -> dict[str, WatchedRow]:
    try:
        stated = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpiderFileError(f"{path.name}: {error}") from error
    return {name: _row(path, name, row) for name, row in stated.items()}


def _row(path: Path, name: str, row: object) -> WatchedRow:
    """Return a row of the file, which people may have edited; raises SpiderFileError that names it."""
    shown = f"{path.name}, [{name}]"
    if not isinstance(row, dict):
        raise SpiderFileError(f"{path.name}: {name} must stand below the [name] of its source")
    for key, value in row.items():
        if key not in _KEYS:
            raise SpiderFileError(f"{shown}: there is no {key!r}{meant(key, _KEYS)}; a row has {', '.join(_KEYS)}")
        is_list = isinstance(value, list) and all(isinstance(each, str) for each in value)
        if not (is_list if _KEYS[key] is list else isinstance(value, str)):
            raise SpiderFileError(f"{shown}: {key} must be {'a list of texts' if _KEYS[key] is list else 'a text'}")
    if wrong := next((url for url in row.get("addresses", ()) if not is_http_url(url)), None):
        raise SpiderFileError(f"{shown}: {_without_user(wrong)!r} is not an http or https URL")
    lists = {key: tuple(row[key]) for key in ("addresses", "domains", "languages") if key in row}
    return WatchedRow(name, publisher=row.get("publisher", ""), **lists)


def _is_same(url: str, known: str) -> bool:
    return _comparable(url) == _comparable(known)


def _comparable(url: str) -> str:
    try:
        return canonical_url(url)
    except ValueError:
        return url


def host_of(url: str) -> str:
    """Return the host of a URL, without www."""
    return authority_of(url).removeprefix("www.")


def _without_user(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}" if mark else url
