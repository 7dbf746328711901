"""The language and the time zone in which text is made, of one request or of the whole process; messages of gettext.

A module that makes text for readers imports `gettext` and `ngettext` from here, and marks constants with `N_`. Without
a request (commands, stored text) it is English in UTC; mails to readers are made in the locale of their subscription.
"""

from __future__ import annotations

import gettext as _gettext
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

CATALOGUES = Path(__file__).parent / "catalogues"
# The source of all messages, and those with a catalogue; each named in itself.
LANGUAGES = {"en": "English", "de": "Deutsch", "ar": "العربية"}
_CLDR = {"en": "en_GB"}  # day before month, as our own English has it


@dataclass(frozen=True, slots=True)
class Locale:
    """A language of LANGUAGES, and the IANA name of a zone."""

    language: str = "en"
    zone: str = "UTC"

    @property
    def tzinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def cldr(self) -> str:
        """The name under which CLDR has the language."""
        return _CLDR.get(self.language, self.language)


_current: ContextVar[Locale] = ContextVar("newscrawl.locale", default=Locale())  # noqa: B039  frozen


def current() -> Locale:
    return _current.get()


@contextmanager
def using(locale: Locale) -> Iterator[None]:
    """Make text in this locale within."""
    token = _current.set(locale)
    try:
        yield
    finally:
        _current.reset(token)


def gettext(message: str, /, **values: Any) -> str:
    """Return a message in the current language; its values are filled in, whole numbers as the language writes them."""
    return _translations(current().language).gettext(message) % filled(values)


def ngettext(singular: str, plural: str, number: int, /, **values: Any) -> str:
    """Return the form of a message for a number, which is its value `num`."""
    text = _translations(current().language).ngettext(singular, plural, number)
    return text % filled({"num": number, **values})


def N_(message: str) -> str:
    """Mark a constant as a message; it is translated where it is shown."""
    return message


def NN_(singular: str, plural: str) -> tuple[str, str]:
    """Mark both forms of a constant as a message."""
    return singular, plural


def raw(message: str) -> str:
    """Return a message in the current language, its values not yet filled in."""
    return _translations(current().language).gettext(message)


def raw_plural(singular: str, plural: str, number: int) -> str:
    return _translations(current().language).ngettext(singular, plural, number)


def filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: number_text(value) if type(value) in {int, float} else value for name, value in values.items()}


def number_text(number: float) -> str:
    """Return a number with the separators of the current language; one that is not whole with two decimals at most."""
    if isinstance(number, int):
        return _number(current().cldr, number, None)
    return _number(current().cldr, round(number, 2), "#,##0.0#")


def signed_text(number: float) -> str:
    """Return a number with its sign and two decimals."""
    return ("+" if number >= 0 else "-") + _number(current().cldr, abs(number), "#,##0.00")


@lru_cache(maxsize=4096)
def _number(cldr: str, number: float, pattern: str | None) -> str:
    if cldr == _CLDR["en"] and pattern is None:  # commands that speak English do without Babel, whose import is slow
        return f"{number:,}"
    from babel.numbers import format_decimal

    return str(format_decimal(number, pattern, locale=cldr))


@cache
def _translations(language: str) -> _gettext.NullTranslations:
    """Return the messages of a language, compiled in memory: no compiled file can be older than its catalogue."""
    if language == "en":
        return _gettext.NullTranslations()
    # Babel takes some tens of milliseconds to import: commands that speak English do without.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def catalogue_path(language: str) -> Path:
    return CATALOGUES / f"{language}.po"
