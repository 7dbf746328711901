"""Histories of articles: when each wording appeared. Policies are fitted to them and measured with them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from newscrawl.errors import ConfigError

# How long a history without a stated end is taken to be observed: as long as the recorded ones.
FOLLOWED_SECONDS = 240 * 86400.0


@dataclass(frozen=True, slots=True)
class History:
    """The history of one article; times are Unix seconds, ascending.

    `versions` are the times at which a new wording replaced the one before, after the first check at `discovered`.
    `signals` are the times at which a listing showed a newer date, rightly or wrongly.
    """

    article: str
    source: str
    published: float
    discovered: float
    observed_until: float
    versions: tuple[float, ...] = ()
    signals: tuple[float, ...] = ()
    kind: str = "normal"


def parse(lines: Iterable[str], *, name: str = "histories") -> Iterator[History]:
    """Yield the history of each line of JSON; raises ConfigError with the number of a line that is not one."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _history(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(f"{name}, line {number}: not a history: {type(error).__name__}: {error}") from error


def _history(fields: Mapping[str, Any]) -> History:
    published = _seconds(fields["published"])
    stated = fields.get("discovered")
    discovered = published if stated is None else _seconds(stated)
    versions = _times_after(discovered, fields.get("versions"))
    signals = _times_after(discovered, fields.get("signals"))
    end = fields.get("observed_until")
    last = max((discovered, *versions[-1:], *signals[-1:]))
    return History(
        article=str(fields["article"]),
        source=str(fields.get("source") or "unknown"),
        published=published,
        discovered=discovered,
        observed_until=max(last, discovered + FOLLOWED_SECONDS) if end is None else _seconds(end),
        versions=versions,
        signals=signals,
        kind=str(fields.get("kind") or "normal"),
    )


def _times_after(discovered: float, values: Iterable[object] | None) -> tuple[float, ...]:
    return tuple(sorted(seconds for seconds in map(_seconds, values or ()) if seconds > discovered))


def _seconds(value: object) -> float:
    """Return a moment given as Unix seconds or as an ISO time; without an offset it is UTC. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is neither seconds nor an ISO time")
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return float(value)
