"""Configuration from the environment: the only reader of `NEWSCRAWL_*` variables.

Every variable is a field of Config; its name is `NEWSCRAWL_` and the field's name in capitals. A value that cannot be
used, or a variable nobody knows, fails at once and is named.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newscrawl.errors import ConfigError
from newscrawl.policy_spec import PolicySpec

PROJECT_ROOT = Path(__file__).resolve().parent.parent
HOME = PROJECT_ROOT / ".newscrawl"
PREFIX = "NEWSCRAWL_"
# Read by the test suite and by .ci/run, not by newscrawl itself.
TEST_VARIABLES = frozenset({"NEWSCRAWL_CORPUS", "NEWSCRAWL_REQUIRE_ALL"})


def _number(kind: type[int] | type[float], low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = kind(text)
        if not low <= value <= high:
            raise ValueError(f"must lie between {low:g} and {high:g}")
        return value

    parse.__doc__ = f"a {'whole ' if kind is int else ''}number from {low:g} to {high:g}"
    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text

    parse.__doc__ = "one of " + ", ".join(words)
    return parse


def _mongo_uri(text: str) -> str:
    """a MongoDB address such as mongodb://host:27017/"""
    if urlsplit(text).scheme not in {"mongodb", "mongodb+srv"}:
        raise ValueError("must start with mongodb:// or mongodb+srv://")
    return text


def _web_address(text: str) -> str:
    """an http or https address"""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http:// or https:// address with a host")
    return text


def _folder(text: str) -> Path:
    """a folder; made when missing"""
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("is a file, not a folder")
    return path


def _database_name(text: str) -> str:
    """a MongoDB database name of 1 to 63 letters, digits, - or _"""
    if not text or len(text) > 63 or not all(c.isalnum() or c in "-_" for c in text) or not text.isascii():
        raise ValueError("must be 1 to 63 ASCII letters, digits, '-' or '_'")
    return text


def _hosts(text: str) -> tuple[str, ...]:
    """hosts or host:port pairs, separated by commas"""
    hosts = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for host in hosts:
        if "/" in host or " " in host or not urlsplit(f"//{host}").hostname:
            raise ValueError(f"must be hosts or host:port pairs, separated by commas; {host!r} is none")
    return hosts


def _policy(text: str) -> str:
    """a recheck policy: hazard, sniffer, newsdiffs, diffengine or fixed, with options as in hazard:price=0.01"""
    try:
        spec = PolicySpec.of(text)
    except ConfigError as error:
        raise ValueError(f"must be a policy that crawls can use: {error}") from error
    if "match" in spec.options:
        raise ValueError("must not have match=: it compares policies in `newscrawl simulate`; a crawl needs a price")
    return text


def _setting(default: Any, parse: Callable[[str], Any], meaning: str) -> Any:
    return field(default=default, metadata={"parse": parse, "meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Typed settings of one process; units are in the names."""

    mongo_uri: str | None = _setting(
        None, _mongo_uri, "MongoDB to use; unset: a private mongod below NEWSCRAWL_HOME is started on first need"
    )
    mongo_database: str = _setting("newscrawl", _database_name, "database name")
    mongo_timeout_seconds: float = _setting(8.0, _number(float, 0.1, 300), "longest wait for MongoDB before giving up")
    home: Path = _setting(HOME, _folder, "where the embedded database and reports live")
    contact_url: str | None = _setting(
        None, _web_address, "page that tells webmasters who crawls; printed in the User-Agent"
    )
    download_timeout_seconds: float = _setting(30.0, _number(float, 1, 600), "longest time for one whole response")
    download_max_bytes: int = _setting(16 * 2**20, _number(int, 1024, 2**30), "largest response body, decompressed")
    delay_seconds: float = _setting(1.0, _number(float, 0, 3600), "least pause between two requests to one host")
    crawl_delay_max_seconds: float = _setting(
        30.0, _number(float, 0, 3600), "longest Crawl-delay of a robots.txt that is honoured in full"
    )
    host_requests_per_hour: int = _setting(
        1200,
        _number(int, 0, 1_000_000),
        "most requests to one host in an hour, over all sources and workers; 0: no limit",
    )
    egress_allow: tuple[str, ...] = _setting(
        (), _hosts, "hosts in private networks that may be asked all the same; all others are refused"
    )
    discovery_max_urls: int = _setting(
        2000, _number(int, 1, 1_000_000), "most candidates taken from one feed, sitemap or section page"
    )
    discovery_every_seconds: float = _setting(
        900.0, _number(float, 60, 30 * 86400), "longest time that `crawl --due` leaves a source's listings unread"
    )
    recheck_max_per_run: int = _setting(500, _number(int, 0, 10_000_000), "most due stories one run looks at again")
    policy: str = _setting("hazard", _policy, "when to check again, unless a source's file says")
    checks_keep_days: int = _setting(90, _number(int, 1, 3650), "how long single checks are kept")
    log_format: str = _setting("kv", _one_of("kv", "json"), "log lines as key=value or as JSON")
    log_level: str = _setting("INFO", _one_of("DEBUG", "INFO", "WARNING", "ERROR"), "least level of log lines shown")
    serve_host: str = _setting("127.0.0.1", str, "address the reader listens on")
    serve_port: int = _setting(8000, _number(int, 1, 65535), "port the reader listens on")
    public_url: str | None = _setting(None, _web_address, "address of the reader as the public sees it, for feeds")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Read and check every `NEWSCRAWL_*` variable; raises ConfigError naming the first that is wrong."""
        environ = os.environ if environ is None else environ
        known = {PREFIX + f.name.upper(): f for f in fields(cls)}
        values: dict[str, Any] = {}
        for name in sorted(n for n in environ if n.startswith(PREFIX) and n not in TEST_VARIABLES):
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"; did you mean {near[0]}?" if near else "; `newscrawl doctor` lists all variables"
                raise ConfigError(f"{name}: no such setting{hint}")
            if not environ[name]:
                continue  # set but empty means unset, as in most compose files
            parse = known[name].metadata["parse"]
            try:
                values[known[name].name] = parse(environ[name])
            except ValueError as error:
                told = "" if "must" in str(error) or "is a" in str(error) else f" (expected {parse.__doc__})"
                raise ConfigError(f"{name}={_shown(name, environ[name])}: {error}{told}") from error
        return cls(**values)


def _shown(name: str, value: str) -> str:
    """Return a value as it may appear in a message: an address without its password."""
    if name.endswith("_URI") and "@" in value:
        return value.split("://", 1)[0] + "://…@" + value.rsplit("@", 1)[1]
    return repr(value)


def variables() -> list[tuple[str, str, str]]:
    """Return (variable, default, meaning) of every setting, for doctor and the documentation."""
    return [
        (
            PREFIX + f.name.upper(),
            "" if f.default in (None, ()) else str(f.default),
            f"{f.metadata['meaning']} ({(f.metadata['parse'].__doc__ if f.metadata['parse'] is not str else 'text')})",
        )
        for f in fields(Config)
    ]
