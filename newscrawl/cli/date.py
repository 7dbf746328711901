"""`newscrawl date`: which moment a stated date means, for evaluation by outside tools."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from newscrawl.cli.terminal import iso, print_json_line
from newscrawl.errors import ConfigError


def register(app: typer.Typer) -> None:
    app.command("date")(date)


def date(
    texts: Annotated[list[str], typer.Argument(metavar="TEXT", help="Dates as pages state them.")],
    timezone: Annotated[str, typer.Option(help="IANA zone of dates stated without an offset.")] = "UTC",
    language: Annotated[
        list[str] | None, typer.Option(help="Language of dates in words, such as de; may be repeated.")
    ] = None,
    date_order: Annotated[str | None, typer.Option(help="DMY, MDY or YMD for dates such as 06.01.2026.")] = None,
    captured: Annotated[str | None, typer.Option(help="When the page was fetched (ISO 8601); default: now.")] = None,
) -> None:
    """Read dates as pages state them: print one JSON line per text, with its moment in UTC and how exact it is."""
    from newscrawl.items import Source
    from newscrawl.normalize import instant

    _check_zone(timezone)
    source = Source("cli", "cli", (), tuple(language or ("en",)), timezone, date_order)
    captured_at = _moment(captured)
    for text in texts:
        found = instant(text, source=source, captured_at=captured_at)
        value = iso(found.value) if found is not None else None
        print_json_line({"text": text, "value": value, "precision": found.precision.value if found else None})


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(f"--timezone {name!r}: must be an IANA time zone such as Europe/London") from error


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"--captured {text!r}: must be an ISO 8601 time such as 2026-03-02T12:00:00Z") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
