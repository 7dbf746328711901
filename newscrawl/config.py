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

from newscrawl.config_values import (
    broker_uri,
    contact,
    database_name,
    file_path,
    folder,
    header_name,
    hosts,
    http_url,
    mail_url,
    mongo_uri,
    named_proxies,
    networks,
    number,
    one_of,
    origins,
    policy,
    program,
    reader_channels,
    secret_url,
    yes_or_no,
)
from newscrawl.errors import ConfigError
from newscrawl.policy_spec import MAX_CATCH, MIN_CATCH
from newscrawl.project import PACKAGE, default_home
from newscrawl.secret_text import MASK, SecretUri, SecretUrl, masked, masked_url

PROJECT_ROOT = PACKAGE.parent  # the checkout, for tests and benchmarks
PREFIX = "NEWSCRAWL_"
# Read by the test suite and by .ci/run, not by newscrawl itself.
TEST_VARIABLES = frozenset({"NEWSCRAWL_CORPUS", "NEWSCRAWL_FUZZ", "NEWSCRAWL_REQUIRE_ALL"})


def _setting(default: Any, parse: Callable[[str], Any], meaning: str) -> Any:
    return field(default=default, metadata={"parse": parse, "meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Typed settings of one process; units are in the names."""

    mongo_uri: SecretUri | None = _setting(
        None,
        mongo_uri,
        "MongoDB to use; if unset, a private mongod is started when needed, with its data in NEWSCRAWL_HOME",
    )
    mongo_database: str = _setting("newscrawl", database_name, "name of the database")
    mongo_timeout_seconds: float = _setting(13.0, number(float, 0.1, 300), "maximum time to wait for MongoDB")
    store_patience_seconds: float = _setting(
        120.0,
        number(float, 0, 86_400),
        "how long a crawl waits, without sending requests, for a MongoDB that went away",
    )
    home: Path = field(
        default_factory=default_home,
        metadata={
            "parse": folder,
            "default": "the project's .newscrawl; outside of any $XDG_STATE_HOME/newscrawl",
            "meaning": "folder of the embedded database and of error reports",
        },
    )
    contact_url: str | None = _setting(
        None, http_url, "page that informs webmasters about this crawler; sent in the User-Agent"
    )
    download_timeout_seconds: float = _setting(30.0, number(float, 1, 600), "maximum time for one complete response")
    download_max_bytes: int = _setting(
        16 * 2**20, number(int, 1024, 2**30), "maximum size of a response body, decompressed"
    )
    delay_seconds: float = _setting(1.0, number(float, 0, 3600), "minimum time between two requests to the same host")
    crawl_delay_max_seconds: float = _setting(
        30.0, number(float, 0, 3600), "maximum Crawl-delay of a robots.txt that is obeyed in full"
    )
    host_requests_per_hour: int = _setting(
        1200,
        number(int, 0, 1_000_000),
        "maximum requests per host and hour, over all sources and processes; 0: no limit",
    )
    egress_allow: tuple[str, ...] = _setting(
        (), hosts, "hosts in private networks that may be requested; all others there are refused"
    )
    proxy_url: SecretUrl | None = _setting(
        None, secret_url, "HTTP proxy through which sources are requested whose files do not state another"
    )
    proxies: tuple[tuple[str, SecretUrl], ...] = _setting(
        (), named_proxies, "further HTTP proxies, by the names under which spider files state them"
    )
    proxy_resolves: str = _setting(
        "no",
        one_of("no", "yes"),
        "whether proxies resolve host names, for those that refuse IP addresses; names are not checked then",
    )
    chromium: Path | None = _setting(
        None, program, "Chromium for sources whose pages scripts draw; if unset, the one on PATH"
    )
    discovery_max_urls: int = _setting(
        2000,
        number(int, 1, 1_000_000),
        "maximum number of candidates taken from one listing (feed, sitemap or section page)",
    )
    discovery_every_seconds: float = _setting(
        900.0, number(float, 60, 30 * 86400), "time after which `crawl --due` reads a source's listings again"
    )
    recheck_max_per_run: int = _setting(
        500, number(int, 0, 10_000_000), "maximum number of due articles checked in one run"
    )
    yield_after_seconds: float = _setting(
        1800.0, number(float, 1, 86_400), "time after which a crawl of a round or worker makes room for other sources"
    )
    stalled_after_seconds: float = _setting(
        300.0, number(float, 1, 86_400), "time without progress after which a crawl is ended as an error"
    )
    cluster_uri: SecretUri | None = _setting(
        None, broker_uri, "broker of the cluster that `newscrawl worker` joins; needs newscrawl[cluster]"
    )
    worker_silence_seconds: float = _setting(
        30.0, number(float, 1, 3600), "time after which a process of crawls whose event loop is blocked is replaced"
    )
    mass_change_window_seconds: float = _setting(
        7200.0,
        number(float, 60, 30 * 86400),
        "how far back a source's checks count when its edits are examined for a mass change",
    )
    policy: str = _setting("hazard", policy, "recheck policy of sources whose spider does not name one")
    catch: float = _setting(
        0.9,
        number(float, MIN_CATCH, MAX_CATCH),
        "share of new wordings that the policy hazard aims to see before they are overwritten; more takes more checks",
    )
    checks_keep_days: int = _setting(90, number(int, 1, 3650), "number of days that the check log is kept")
    runs_keep_days: int = _setting(365, number(int, 1, 3650), "number of days that the records of runs are kept")
    quarantine_keep_days: int = _setting(
        365, number(int, 1, 3650), "number of days that doubtful pages are kept in quarantine after a decision"
    )
    log_format: str = _setting("kv", one_of("kv", "json"), "format of log lines: key=value or JSON")
    log_level: str = _setting("INFO", one_of("DEBUG", "INFO", "WARNING", "ERROR"), "minimum level of log lines")
    serve_host: str = _setting("127.0.0.1", str, "host or address that the reader listens on")
    serve_port: int = _setting(8000, number(int, 1, 65535), "port the reader listens on")
    ping_url: SecretUrl | None = _setting(
        None,
        secret_url,
        "address that is requested after each good round, and by a worker each minute, as healthchecks.io expects",
    )
    log_key_file: Path | None = _setting(
        None, file_path, "file of the transparency log's key; if unset, log.key in NEWSCRAWL_HOME"
    )
    timestamp_url: SecretUrl | None = _setting(
        None,
        secret_url,
        "authority that stamps a checkpoint of the transparency log each day (RFC 3161)",
    )
    unwatched_after_seconds: float = _setting(
        7200.0,
        number(float, 0, 30 * 86400),
        "time without an article read after which the reader says so on every page; 0: never",
    )
    metrics_host: str = _setting("127.0.0.1", str, "host or address that metrics are served on")
    metrics_port: int = _setting(0, number(int, 0, 65535), "port of `newscrawl worker` for /metrics; 0: none")
    serve_metrics_port: int = _setting(0, number(int, 0, 65535), "port of `newscrawl serve` for /metrics; 0: none")
    public_url: str | None = _setting(
        None, http_url, "public URL of the reader, for links in feeds; its host is answered"
    )
    serve_access: str = _setting(
        "",
        one_of("", "open", "token", "proxy"),
        "who may read: all who reach it (default on loopback), who has a token, or whom a proxy names",
    )
    serve_indexed: bool = _setting(
        False, yes_or_no, "whether search engines may index lists and histories; versions and changes never are"
    )
    serve_framed_by: tuple[str, ...] = _setting(
        ("*",), origins, "sites that may show a change in a frame; * counts only where everybody may read"
    )
    serve_contact: str | None = _setting(
        None, contact, "where readers complain, said on the reader's method page: a mail address or a page"
    )
    serve_watch: bool = _setting(
        False, yes_or_no, "whether readers may ask for an address to be watched, which the reader then writes down"
    )
    serve_subscribe: tuple[str, ...] = _setting(
        (), reader_channels, "channels by which readers may subscribe from a page, which the reader then writes down"
    )
    mail_url: SecretUrl | None = _setting(
        None, mail_url, "server that mails to readers are sent by, and the address that they are from"
    )
    subscriptions_keep_months: int = _setting(
        12, number(int, 1, 120), "months after which a reader's subscription ends that was not renewed"
    )
    serve_user_header: str = _setting(
        "X-Forwarded-User", header_name, "header in which a trusted proxy names the user whom it let in"
    )
    trusted_proxies: tuple[str, ...] = _setting(
        ("127.0.0.1", "::1"), networks, "addresses of proxies whose user header is believed"
    )
    allowed_hosts: tuple[str, ...] = _setting(
        (), hosts, "further hosts under which the reader answers, as a proxy names it; others than loopback get 421"
    )

    @property
    def log_key(self) -> Path:
        """Where the key of the transparency log is, if this machine has it."""
        return self.log_key_file or self.home / "log.key"

    @property
    def framed_by(self) -> tuple[str, ...]:
        """The origins whose pages may frame a change: all of them only where everybody may read."""
        return (
            () if self.serve_access in {"token", "proxy"} and self.serve_framed_by == ("*",) else self.serve_framed_by
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
    if name in {f"{PREFIX}PING_URL", f"{PREFIX}PROXY_URL", f"{PREFIX}MAIL_URL", f"{PREFIX}TIMESTAMP_URL"}:
        return repr(masked_url(value))
    if name == f"{PREFIX}PROXIES":
        return MASK
    return repr(masked(value) if name.endswith("_URI") or "@" in value else value)


def variables() -> list[tuple[str, str, str]]:
    """Return (variable, default, meaning) of every setting, for `newscrawl doctor` and the documentation."""
    return [
        (
            PREFIX + f.name.upper(),
            f.metadata["default"] if f.default is MISSING else _shown(f.default),
            f"{f.metadata['meaning']} ({(f.metadata['parse'].__doc__ if f.metadata['parse'] is not str else 'text')})",
        )
        for f in fields(Config)
    ]


def _shown(default: object) -> str:
    """Return a default as it is written into the environment."""
    return ",".join(default) if isinstance(default, tuple) else "" if default is None else str(default)
