"""Configuration from the environment: the only reader of `NEWSCRAWL_*` variables.

Every variable is a field of Config; its name is `NEWSCRAWL_` and the field's name in capitals. An invalid value or an
unknown variable raises ConfigError, which names the variable.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newscrawl.errors import ConfigError
from newscrawl.policy_spec import MAX_CATCH, MIN_CATCH, PolicySpec
from newscrawl.project import PACKAGE, default_home
from newscrawl.secret_text import SecretUri, SecretUrl, has_unescaped_credentials, masked, masked_url

PROJECT_ROOT = PACKAGE.parent  # the checkout, for tests and benchmarks
PREFIX = "NEWSCRAWL_"
# Read by the test suite and by .ci/run, not by newscrawl itself.
TEST_VARIABLES = frozenset({"NEWSCRAWL_CORPUS", "NEWSCRAWL_REQUIRE_ALL"})


def _plain(bound: float) -> str:
    """Return a bound as one types it: 2592000, not 2.592e+06."""
    return f"{bound:.15g}"


def _number(kind: type[int] | type[float], low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = kind(text)
        if not low <= value <= high:
            raise ValueError(f"must be between {_plain(low)} and {_plain(high)}")
        return value

    parse.__doc__ = f"a {'whole ' if kind is int else ''}number from {_plain(low)} to {_plain(high)}"
    return parse


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return text

    parse.__doc__ = "one of " + ", ".join(choices)
    return parse


def _mongo_uri(text: str) -> SecretUri:
    """a MongoDB URI such as mongodb://host:27017/"""
    if not text.lower().startswith(("mongodb://", "mongodb+srv://")):  # urlsplit's errors quote what is in brackets
        raise ValueError("must start with mongodb:// or mongodb+srv://")
    if has_unescaped_credentials(text):
        raise ValueError("must have its user name and password percent-encoded, and no @ in its options")
    return SecretUri(text)


def _broker_uri(text: str) -> SecretUri:
    """a broker's URI such as redis://host:6379/0"""
    if "://" not in text or text.startswith("://"):
        raise ValueError("must start with a scheme such as redis:// or amqp://")
    if has_unescaped_credentials(text):
        raise ValueError("must have its user name and password percent-encoded, and no @ in its options")
    return SecretUri(text)


def _require_http(text: str) -> None:
    try:
        parts = urlsplit(text)
        is_http = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # it quotes what is in brackets, which may be one of a password
        is_http = False
    if not is_http:
        raise ValueError("must be an http:// or https:// URL with a host") from None


def _http_url(text: str) -> str:
    """an http or https URL"""
    _require_http(text)
    if "@" in urlsplit(text).netloc:
        raise ValueError("must have no user name or password, since everybody can read it")
    return text


def _secret_url(text: str) -> SecretUrl:
    """an http or https URL, which is never printed"""
    _require_http(text)
    return SecretUrl(text)


def _folder(text: str) -> Path:
    """a folder; created if it does not exist"""
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
            raise ValueError(f"must be hosts or host:port pairs, separated by commas; {host!r} is neither")
    return hosts


def _policy(text: str) -> str:
    """a recheck policy: hazard, sniffer, newsdiffs, diffengine, gdelt or fixed, with options as in hazard:price=0.01"""
    try:
        spec = PolicySpec.of(text)
    except ConfigError as error:
        raise ValueError(f"must be a policy that crawls can use: {error}") from error
    if "match" in spec.options:
        raise ValueError("must not have match=, which is for `newscrawl simulate`; a crawl needs a price")
    return text


def _setting(default: Any, parse: Callable[[str], Any], meaning: str) -> Any:
    return field(default=default, metadata={"parse": parse, "meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Typed settings of one process; units are in the names."""

    mongo_uri: SecretUri | None = _setting(
        None,
        _mongo_uri,
        "MongoDB to use; if unset, a private mongod is started when needed, with its data in NEWSCRAWL_HOME",
    )
    mongo_database: str = _setting("newscrawl", _database_name, "name of the database")
    mongo_timeout_seconds: float = _setting(13.0, _number(float, 0.1, 300), "maximum time to wait for MongoDB")
    store_patience_seconds: float = _setting(
        120.0,
        _number(float, 0, 86_400),
        "how long a crawl waits, without sending requests, for a MongoDB that went away",
    )
    home: Path = field(
        default_factory=default_home,
        metadata={
            "parse": _folder,
            "default": "the project's .newscrawl; outside of any $XDG_STATE_HOME/newscrawl",
            "meaning": "folder of the embedded database and of error reports",
        },
    )
    contact_url: str | None = _setting(
        None, _http_url, "page that informs webmasters about this crawler; sent in the User-Agent"
    )
    download_timeout_seconds: float = _setting(30.0, _number(float, 1, 600), "maximum time for one complete response")
    download_max_bytes: int = _setting(
        16 * 2**20, _number(int, 1024, 2**30), "maximum size of a response body, decompressed"
    )
    delay_seconds: float = _setting(1.0, _number(float, 0, 3600), "minimum time between two requests to the same host")
    crawl_delay_max_seconds: float = _setting(
        30.0, _number(float, 0, 3600), "maximum Crawl-delay of a robots.txt that is obeyed in full"
    )
    host_requests_per_hour: int = _setting(
        1200,
        _number(int, 0, 1_000_000),
        "maximum requests per host and hour, over all sources and processes; 0: no limit",
    )
    egress_allow: tuple[str, ...] = _setting(
        (), _hosts, "hosts in private networks that may be requested; all others there are refused"
    )
    discovery_max_urls: int = _setting(
        2000,
        _number(int, 1, 1_000_000),
        "maximum number of candidates taken from one listing (feed, sitemap or section page)",
    )
    discovery_every_seconds: float = _setting(
        900.0, _number(float, 60, 30 * 86400), "time after which `crawl --due` reads a source's listings again"
    )
    recheck_max_per_run: int = _setting(
        500, _number(int, 0, 10_000_000), "maximum number of due articles checked in one run"
    )
    yield_after_seconds: float = _setting(
        1800.0, _number(float, 1, 86_400), "time after which a crawl of a round or worker makes room for other sources"
    )
    stalled_after_seconds: float = _setting(
        300.0, _number(float, 1, 86_400), "time without progress after which a crawl is ended as an error"
    )
    cluster_uri: SecretUri | None = _setting(
        None, _broker_uri, "broker of the cluster that `newscrawl worker` joins; needs newscrawl[cluster]"
    )
    worker_silence_seconds: float = _setting(
        30.0, _number(float, 1, 3600), "time after which a process of crawls whose event loop is blocked is replaced"
    )
    mass_change_window_seconds: float = _setting(
        7200.0,
        _number(float, 60, 30 * 86400),
        "how far back a source's checks count when its edits are examined for a mass change",
    )
    policy: str = _setting("hazard", _policy, "recheck policy of sources whose spider does not name one")
    catch: float = _setting(
        0.9,
        _number(float, MIN_CATCH, MAX_CATCH),
        "share of new wordings that the policy hazard aims to see before they are overwritten; more takes more checks",
    )
    checks_keep_days: int = _setting(90, _number(int, 1, 3650), "number of days that the check log is kept")
    runs_keep_days: int = _setting(365, _number(int, 1, 3650), "number of days that the records of runs are kept")
    quarantine_keep_days: int = _setting(
        365, _number(int, 1, 3650), "number of days that doubtful pages are kept in quarantine after a decision"
    )
    log_format: str = _setting("kv", _one_of("kv", "json"), "format of log lines: key=value or JSON")
    log_level: str = _setting("INFO", _one_of("DEBUG", "INFO", "WARNING", "ERROR"), "minimum level of log lines")
    serve_host: str = _setting("127.0.0.1", str, "host or address that the reader listens on")
    serve_port: int = _setting(8000, _number(int, 1, 65535), "port the reader listens on")
    ping_url: SecretUrl | None = _setting(
        None,
        _secret_url,
        "address that is requested after each good round, and by a worker each minute, as healthchecks.io expects",
    )
    unwatched_after_seconds: float = _setting(
        7200.0,
        _number(float, 0, 30 * 86400),
        "time without an article read after which the reader says so on every page; 0: never",
    )
    metrics_host: str = _setting("127.0.0.1", str, "host or address that metrics are served on")
    metrics_port: int = _setting(0, _number(int, 0, 65535), "port of `newscrawl worker` for /metrics; 0: none")
    serve_metrics_port: int = _setting(0, _number(int, 0, 65535), "port of `newscrawl serve` for /metrics; 0: none")
    public_url: str | None = _setting(
        None, _http_url, "public URL of the reader, for links in feeds; its host is answered"
    )
    allowed_hosts: tuple[str, ...] = _setting(
        (), _hosts, "further hosts under which the reader answers, as a proxy names it; others than loopback get 421"
    )

    @property
    def serve_url(self) -> str:
        """The URL that the reader listens on."""
        host = f"[{self.serve_host}]" if ":" in self.serve_host else self.serve_host
        return f"http://{host}:{self.serve_port}"

    def __post_init__(self) -> None:
        for name in ("mongo_uri", "cluster_uri"):
            if (uri := getattr(self, name)) is not None:
                object.__setattr__(self, name, SecretUri(str.__str__(uri)))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Read and validate every `NEWSCRAWL_*` variable; raises ConfigError for the first invalid one."""
        environ = os.environ if environ is None else environ
        settings = {PREFIX + f.name.upper(): f for f in fields(cls)}
        values: dict[str, Any] = {}
        for name in sorted(n for n in environ if n.startswith(PREFIX) and n not in TEST_VARIABLES):
            if name not in settings:
                similar = difflib.get_close_matches(name, settings, n=1)
                hint = f"; did you mean {similar[0]}?" if similar else "; `newscrawl doctor` lists all variables"
                raise ConfigError(f"{name}: no such setting{hint}")
            if not environ[name]:
                continue  # set but empty means unset, as in most compose files
            parse = settings[name].metadata["parse"]
            try:
                values[settings[name].name] = parse(environ[name])
            except ValueError as error:
                hint = "" if "must" in str(error) or "is a" in str(error) else f" (expected {parse.__doc__})"
                raise ConfigError(f"{name}={_printable(name, environ[name])}: {error}{hint}") from error
        return cls(**values)


def _printable(name: str, value: str) -> str:
    """Return a value for an error message, without the credentials of a URI."""
    if name == f"{PREFIX}PING_URL":
        return repr(masked_url(value))
    return repr(masked(value) if name.endswith("_URI") or "@" in value else value)


def variables() -> list[tuple[str, str, str]]:
    """Return (variable, default, meaning) of every setting, for `newscrawl doctor` and the documentation."""
    return [
        (
            PREFIX + f.name.upper(),
            f.metadata["default"] if f.default is MISSING else "" if f.default in (None, ()) else str(f.default),
            f"{f.metadata['meaning']} ({(f.metadata['parse'].__doc__ if f.metadata['parse'] is not str else 'text')})",
        )
        for f in fields(Config)
    ]
