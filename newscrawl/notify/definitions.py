"""Subscriptions as people state them: in subscriptions.toml, or by the options of a command. Checked value by value."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from newscrawl.items import (
    BurstLimit,
    Channel,
    Every,
    Extra,
    QuietHours,
    Schedule,
    Subject,
    Subscription,
    Wanted,
    WordsIn,
)
from newscrawl.notify.channels.webhook import key_of
from newscrawl.secret_text import SecretUrl
from newscrawl.store.reader.search_query import SearchQuery
from newscrawl.store.subscriptions import new_token

E = TypeVar("E", bound=StrEnum)

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KINDS = (
    "correction", "headline", "lede", "negation", "opposite", "roles", "cause", "speaker", "numbers", "time", "thing",
    "modality", "names", "place", "quotes", "attribution", "hedging", "added", "removed", "moved", "wording", "update",
    "byline", "dates", "typo", "typography", "boilerplate",
)  # fmt: skip
# The keys by which a channel is stated: exactly one of them.
CHANNELS = ("apprise", "apprise_env", "webhook", "webhook_env", "command", "feed", "notifier")


class Invalid(ValueError):
    """Raised for a value that is not valid; the message ends a sentence that begins with the key."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key} {reason}")
        self.key = key


@dataclass(frozen=True, slots=True)
class Definition:
    """A subscription as it is stated, and the secret that was made for it, if none was."""

    subscription: Subscription
    made_secret: str = ""


def define(
    name: str,
    stated: Mapping[str, Any],
    now: datetime,
    *,
    is_of_file: bool,
    make_secret: Callable[[], str] | None = None,
) -> Definition:
    """Return the subscription that a table of values states; raises Invalid."""
    if NAME.match(name) is None:
        raise Invalid(f"name {name!r}", "must be at most 63 lower-case letters, digits and -, not - first")
    for key in stated:
        if key not in _KEYS:
            similar = difflib.get_close_matches(key, _KEYS, n=1)
            raise Invalid(key, f"is no key of a subscription{f'; did you mean {similar[0]}?' if similar else ''}")
    channel, made = _channel(stated, make_secret)
    subscription = Subscription(
        name=name,
        channel=channel,
        created_at=now,
        feed_token=new_token(),
        wanted=wanted(stated),
        schedule=schedule(stated),
        quiet=_quiet(stated),
        burst=_burst(stated),
        is_of_file=is_of_file,
    )
    return Definition(subscription, made)


def _channel(stated: Mapping[str, Any], make_secret: Callable[[], str] | None) -> tuple[Channel, str]:
    chosen = [key for key in CHANNELS if stated.get(key)]
    if len(chosen) != 1:
        given = f"states {' and '.join(chosen)}" if chosen else "states no channel"
        raise Invalid("it", f"{given}: exactly one of {', '.join(CHANNELS)} is needed")
    key = chosen[0]
    if key.startswith("webhook"):
        return _webhook(stated, key, make_secret)
    if stated.get("secret_env"):
        raise Invalid("secret_env", "is for webhooks only")
    if key == "feed":
        if stated[key] is not True:
            raise Invalid("feed", "must be true")
        return Channel("feed"), ""
    if key == "command":
        return Channel("command", command=_texts(stated, "command")), ""
    if key == "notifier":
        address, variable = _text(stated, "address"), _variable(stated, "address_env")
        return Channel(_text(stated, "notifier"), address=SecretUrl(address), address_env=variable), ""
    if key == "apprise":
        return Channel("apprise", address=_url(stated, key, "://")), ""
    return Channel("apprise", address_env=_variable(stated, key)), ""


def _webhook(stated: Mapping[str, Any], key: str, make_secret: Callable[[], str] | None) -> tuple[Channel, str]:
    variable, made = _variable(stated, "secret_env"), ""
    if not variable:
        if make_secret is None:
            raise Invalid("secret_env", "must name the variable with the secret that signs a webhook, whsec_…")
        made = make_secret()
        key_of(made)
    address = SecretUrl("") if key == "webhook_env" else _url(stated, key, "http://", "https://")
    address_env = _variable(stated, key) if key == "webhook_env" else ""
    return Channel("webhook", address=address, address_env=address_env, secret=made, secret_env=variable), made


def _url(stated: Mapping[str, Any], key: str, *schemes: str) -> SecretUrl:
    text = _text(stated, key)
    if not any(scheme in text if scheme == "://" else text.startswith(scheme) for scheme in schemes):
        raise Invalid(key, f"must be an address with {' or '.join(schemes)}")
    return SecretUrl(text)


def _variable(stated: Mapping[str, Any], key: str) -> str:
    name = _text(stated, key)
    if name and VARIABLE.fullmatch(name) is None:
        raise Invalid(key, "must be the name of an environment variable")
    return name


def wanted(stated: Mapping[str, Any]) -> Wanted:
    """Return what a table of values states of what is wanted; raises Invalid."""
    kinds = _texts(stated, "kinds")
    for kind in kinds:
        if kind not in KINDS:
            raise Invalid("kinds", f"has {kind!r}{_nearest(kind, KINDS)}")
    if stated.get("words") and not SearchQuery.of(_text(stated, "words")).groups:
        raise Invalid("words", "has no word that could be searched")
    about = _choices(stated, "about", Subject)
    return Wanted(
        about=about or Wanted().about,
        sources=_texts(stated, "sources"),
        articles=_texts(stated, "articles"),
        words=_text(stated, "words"),
        words_in=_choice(stated, "words_in", WordsIn, WordsIn.ANY),
        kinds=kinds,
        min_significance=_number(stated, "min_significance", 0, 100, 0),
        only_silent=_flag(stated, "only_silent"),
        only_unnoted=_flag(stated, "only_unnoted"),
        include=_choices(stated, "include", Extra),
    )


def schedule(stated: Mapping[str, Any]) -> Schedule:
    """Return when a table of values states that it is sent; raises Invalid."""
    every = _choice(stated, "every", Every, Every.CHANGE)
    day = _text(stated, "on").lower() or DAYS[0]
    if day not in DAYS:
        raise Invalid("on", f"must be a day of the week{_nearest(day, DAYS)}")
    if stated.get("on") and every is not Every.WEEK:
        raise Invalid("on", 'is for every = "week" only')
    if stated.get("at") and every is Every.CHANGE:
        raise Invalid("at", 'is for every = "day" or "week" only')
    at = _time(_text(stated, "at") or "07:00", "at")
    return Schedule(every, at, DAYS.index(day), _zone(stated))


def _quiet(stated: Mapping[str, Any]) -> QuietHours | None:
    text = _text(stated, "quiet")
    if not text:
        return None
    begin, dash, end = text.partition("-")
    if not dash:
        raise Invalid("quiet", "must be two times, such as 22:00-07:00")
    hours = QuietHours(_time(begin.strip(), "quiet"), _time(end.strip(), "quiet"), _zone(stated))
    if hours.begin == hours.end:
        raise Invalid("quiet", "must begin and end at different times")
    return hours


def _burst(stated: Mapping[str, Any]) -> BurstLimit:
    return BurstLimit(
        _number(stated, "burst", 0, 10_000, BurstLimit().announcements),
        _number(stated, "burst_minutes", 1, 1440, BurstLimit().minutes),
    )


def _zone(stated: Mapping[str, Any]) -> str:
    zone = _text(stated, "zone") or "UTC"
    try:
        ZoneInfo(zone)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError
        raise Invalid("zone", f"must be a time zone{_nearest(zone, _zones())}") from None
    except KeyError:
        raise Invalid("zone", f"must be a time zone{_nearest(zone, _zones())}") from None
    return zone


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


def _time(text: str, key: str) -> time:
    if re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", text) is None:
        raise Invalid(key, f"must be a time such as 07:30, not {text!r}")
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute))


def _text(stated: Mapping[str, Any], key: str) -> str:
    found = stated.get(key) or ""
    if not isinstance(found, str):
        raise Invalid(key, "must be a text")
    return found


def _texts(stated: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = stated.get(key) or ()
    if not isinstance(found, list | tuple) or not all(isinstance(each, str) and each for each in found):
        raise Invalid(key, 'must be a list of texts, such as ["a", "b"]')
    return tuple(found)


def _flag(stated: Mapping[str, Any], key: str) -> bool:
    found = stated.get(key, False)
    if not isinstance(found, bool):
        raise Invalid(key, "must be true or false")
    return found


def _number(stated: Mapping[str, Any], key: str, low: int, high: int, default: int) -> int:
    found = stated.get(key)
    if found is None:
        return default
    if not isinstance(found, int) or isinstance(found, bool) or not low <= found <= high:
        raise Invalid(key, f"must be a whole number from {low} to {high:,}")
    return found


def _choice(stated: Mapping[str, Any], key: str, kind: type[E], default: E) -> E:
    text = _text(stated, key)
    if text and text not in list(kind):
        raise Invalid(key, f"must be one of {', '.join(kind)}{_nearest(text, list(kind))}")
    return kind(text) if text else default


def _choices(stated: Mapping[str, Any], key: str, kind: type[E]) -> frozenset[E]:
    texts = _texts(stated, key)
    for text in texts:
        if text not in list(kind):
            raise Invalid(key, f"has {text!r}; there are {', '.join(kind)}")
    return frozenset(map(kind, texts))


def _nearest(text: str, names: tuple[str, ...] | list[Any]) -> str:
    similar = difflib.get_close_matches(text, [str(name) for name in names], n=1)
    return f"; did you mean {similar[0]}?" if similar else ""


_KEYS = (
    *CHANNELS, "secret_env", "address", "address_env", "about", "sources", "articles", "words", "words_in", "kinds",
    "min_significance", "only_silent", "only_unnoted", "include", "every", "at", "on", "zone", "quiet", "burst",
    "burst_minutes",
)  # fmt: skip
