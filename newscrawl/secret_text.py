"""Texts that hold a password or token: shown they are masked, whichever way they get into a message."""

from __future__ import annotations

import re

MASK = "***"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,31}://", re.IGNORECASE)


class SecretUri(str):
    """A URI for its library; printed, formatted or logged it is without credentials and options.

    `str()`, `repr()`, formats and dataclasses' representations give the masked form. Methods of str, and libraries that
    want a str, get the URI.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return masked(str.__str__(self))

    def __repr__(self) -> str:
        return repr(str(self))

    def __format__(self, format_spec: str) -> str:
        return format(str(self), format_spec)

    @property
    def has_secret(self) -> bool:
        """Whether it has credentials or options, some of which are passwords."""
        return "@" in self or "?" in self


class SecretUrl(str):
    """A URL that is a secret as a whole, such as a webhook's; printed or logged it is its scheme and host."""

    __slots__ = ()

    @property
    def revealed(self) -> str:
        """The URL itself."""
        return str.__str__(self)

    def __str__(self) -> str:
        return masked_url(self.revealed)

    def __repr__(self) -> str:
        return repr(str(self))

    def __format__(self, format_spec: str) -> str:
        return format(str(self), format_spec)


def masked_url(url: str) -> str:
    """Return the scheme and host of a URL; of a text that is no URL, nothing."""
    scheme = _SCHEME.match(url)
    if scheme is None:
        return MASK
    host = re.split(r"[/?#]", url[scheme.end() :], maxsplit=1)[0].rpartition("@")[2]
    return f"{scheme[0]}{host}/{MASK}"


def masked(uri: str) -> str:
    """Return a URI without what stands before its last @ and behind its ?; of a text that is no URI, nothing.

    Passwords that nobody escaped may hold each of the characters that end a part of a URI: the last @ counts.
    """
    scheme = _SCHEME.match(uri)
    if scheme is None:
        return MASK
    _, at, rest = uri[scheme.end() :].rpartition("@")
    rest, question_mark, _ = rest.partition("?")
    rest, number_sign, _ = rest.partition("#")
    hidden = question_mark or number_sign
    return f"{scheme[0]}{MASK if at else ''}{at}{rest}{hidden}{MASK if hidden else ''}"


def has_unescaped_credentials(uri: str) -> bool:
    """Return whether a reserved character stands unescaped in a URI's user name or password (RFC 3986, 3.2.1)."""
    scheme = _SCHEME.match(uri)
    credentials = uri[scheme.end() if scheme else 0 :].partition("?")[0].rpartition("@")[0]
    whole = uri[scheme.end() if scheme else 0 :].rpartition("@")[0]
    return credentials.count(":") > 1 or any(character in "/?#[]@" for character in whole)
