"""Values of environment variables: each function parses one kind, and its docstring says what that is.

They raise ValueError with a message that continues the variable's name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from newscrawl.errors import ConfigError
from newscrawl.policy_spec import PolicySpec
from newscrawl.secret_text import SecretUri, SecretUrl, has_unescaped_credentials

# A scheme, a host (of it, all below by *.) and a port: what a source of a content security policy may be, and no more.
_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?", re.ASCII)
_MAIL_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)


def _plain(bound: float) -> str:
    """Return a bound as one types it: 2592000, not 2.592e+06."""
    return f"{bound:.15g}"


def number(kind: type[int] | type[float], low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = kind(text)
        if not low <= value <= high:
            raise ValueError(f"must be between {_plain(low)} and {_plain(high)}")
        return value

    parse.__doc__ = f"a {'whole ' if kind is int else ''}number from {_plain(low)} to {_plain(high)}"
    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return text

    parse.__doc__ = "one of " + ", ".join(choices)
    return parse


def mongo_uri(text: str) -> SecretUri:
    """a MongoDB URI such as mongodb://host:27017/"""
    if not text.lower().startswith(("mongodb://", "mongodb+srv://")):  # urlsplit's errors quote what is in brackets
        raise ValueError("must start with mongodb:// or mongodb+srv://")
    if has_unescaped_credentials(text):
        raise ValueError("must have its user name and password percent-encoded, and no @ in its options")
    return SecretUri(text)


def broker_uri(text: str) -> SecretUri:
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


def http_url(text: str) -> str:
    """an http or https URL"""
    _require_http(text)
    if "@" in urlsplit(text).netloc:
        raise ValueError("must have no user name or password, since everybody can read it")
    return text


def contact(text: str) -> str:
    """a mail address, or an http or https URL"""
    if _MAIL_ADDRESS.fullmatch(text):
        return text
    if "://" not in text:
        raise ValueError("must be a mail address such as editor@archive.example, or an http:// or https:// URL")
    return http_url(text)


def secret_url(text: str) -> SecretUrl:
    """an http or https URL, which is never printed"""
    _require_http(text)
    return SecretUrl(text)


def mail_url(text: str) -> SecretUrl:
    """an smtp or smtps URL with a sender, smtp://user:password@host:587/?from=archive@paper.example, never printed"""
    try:
        parts = urlsplit(text)
        senders = dict(parse_qsl(parts.query, strict_parsing=True)).get("from", "")
        is_whole = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
        has_ascii_login = unquote(f"{parts.username}{parts.password}").isascii()  # as SMTP logs in
    except ValueError:
        is_whole, senders, has_ascii_login = False, "", True
    if not is_whole or not _MAIL_ADDRESS.fullmatch(senders):
        raise ValueError("must be smtp:// or smtps://, with a host and ?from= and a mail address") from None
    if not has_ascii_login:
        raise ValueError("must have a user and a password in ASCII: SMTP takes no others")
    return SecretUrl(text)


def reader_channels(text: str) -> tuple[str, ...]:
    """mail, webhook, or both, separated by a comma"""
    channels = tuple(part.strip() for part in text.split(",") if part.strip())
    if not set(channels) <= {"mail", "webhook"}:
        raise ValueError("must be mail, webhook, or both, separated by a comma")
    return channels


def named_proxies(text: str) -> tuple[tuple[str, SecretUrl], ...]:
    """NAME=URL pairs, separated by commas, whose URLs are never printed"""
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    for name, equals, url in pairs:
        if not equals or not name.replace("-", "").replace("_", "").isalnum() or name == "direct":
            raise ValueError("must be NAME=URL pairs, separated by commas; commas in passwords are written %2C")
        _require_http(url)
    return tuple((name, SecretUrl(url)) for name, _, url in pairs)


def folder(text: str) -> Path:
    """a folder; created if it does not exist"""
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("is a file, not a folder")
    return path


def file_path(text: str) -> Path:
    """the path of a file"""
    path = Path(text).expanduser().absolute()
    if path.is_dir():
        raise ValueError("must be a file, not a folder")
    return path


def program(text: str) -> Path:
    """the path of a program"""
    path = Path(text).expanduser().absolute()
    if not os.access(path, os.X_OK) or path.is_dir():
        raise ValueError("must be a program that can be run")
    return path


def database_name(text: str) -> str:
    """a MongoDB database name of 1 to 63 letters, digits, - or _"""
    if not text or len(text) > 63 or not all(c.isalnum() or c in "-_" for c in text) or not text.isascii():
        raise ValueError("must be 1 to 63 ASCII letters, digits, '-' or '_'")
    return text


def hosts(text: str) -> tuple[str, ...]:
    """hosts or host:port pairs, separated by commas"""
    hosts = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for host in hosts:
        if "/" in host or " " in host or not urlsplit(f"//{host}").hostname:
            raise ValueError(f"must be hosts or host:port pairs, separated by commas; {host!r} is neither")
    return hosts


def origins(text: str) -> tuple[str, ...]:
    """origins such as https://blog.example, separated by commas; * for all, none for no site"""
    if text in {"*", "none"}:
        return ("*",) if text == "*" else ()
    values = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not values or not all(_ORIGIN.fullmatch(value) for value in values):
        raise ValueError("must be *, none, or origins such as https://blog.example, separated by commas")
    return values


def networks(text: str) -> tuple[str, ...]:
    """IP addresses or networks such as 10.0.0.0/24, separated by commas"""
    networks = tuple(part.strip() for part in text.split(",") if part.strip())
    for network in networks:
        ip_network(network)
    return networks


def header_name(text: str) -> str:
    """the name of an HTTP header field"""
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", text):  # _ is left out: proxies take it for - (CGI)
        raise ValueError("must be the name of a header field: letters, digits and -")
    return text


def policy(text: str) -> str:
    """a recheck policy: hazard, sniffer, newsdiffs, diffengine, gdelt or fixed, with options as in hazard:price=0.01"""
    try:
        spec = PolicySpec.of(text)
    except ConfigError as error:
        raise ValueError(f"must be a policy that crawls can use: {error}") from error
    if "match" in spec.options:
        raise ValueError("must not have match=, which is for `newscrawl simulate`; a crawl needs a price")
    return text


def yes_or_no(text: str) -> bool:
    """yes or no"""
    if text.lower() not in {"yes", "no", "true", "false", "1", "0"}:
        raise ValueError("must be yes or no")
    return text.lower() in {"yes", "true", "1"}
