"""The process of one attempt by Apprise or by a notifier of another package: its calls may take for ever, this ends.

Standard input is {"kind", "address", "message"}. It exits with 0 if the message was delivered; else it prints why.
It is run as a file, and imports nothing of newscrawl.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

GROUP = "newscrawl.notifiers"
APPRISE = "apprise"
MIN_SECRET = 4  # characters; shorter parts of an address are found in every word


def main() -> int:
    document = json.load(sys.stdin)
    notify = _apprise if document["kind"] == APPRISE else _of_entry_point(document["kind"])
    try:
        notify(document["address"], document["message"])
    except Exception as error:  # noqa: BLE001  code of others: whatever it raises, the message is not delivered
        sys.stderr.write(without_secrets(f"{type(error).__name__}: {error}", document["address"]) + "\n")
        return 1
    return 0


def _of_entry_point(name: str) -> Any:
    found = [each for each in entry_points(group=GROUP) if each.name == name]
    if not found:
        return _missing(name)
    return found[0].load()


def _missing(name: str) -> Any:
    def refuse(address: str, message: Mapping[str, Any]) -> None:
        raise LookupError(f"no installed package has a notifier {name!r} (entry points {GROUP})")

    return refuse


def _apprise(address: str, message: Mapping[str, Any]) -> None:
    try:
        import apprise
    except ImportError:
        raise RuntimeError("Apprise is not installed: pip install 'newscrawl[notify]'") from None
    warnings = _Warnings()
    logging.getLogger("apprise").addHandler(warnings)
    service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
    if service is None:
        raise ValueError("Apprise does not know this address")
    # A service that shows markup gets it; what Apprise would make of markup for others loses the marks of old and new.
    has_markup = service.resolve_format("html") == apprise.NotifyFormat.HTML
    body, body_format = (message["html"], "html") if has_markup else (message["text"], "text")
    everywhere = apprise.Apprise()
    everywhere.add(service)
    if not everywhere.notify(body=body, title=message["subject"], body_format=body_format):
        raise RuntimeError(warnings.last or "the service refused it")


class _Warnings(logging.Handler):
    """Keeps the last warning."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING:
            self.last = record.getMessage()


def without_secrets(text: str, address: str) -> str:
    """Return a text without an address and the parts of it behind its scheme."""
    scheme, _, rest = address.partition("://")
    # The first part of other addresses, such as slack://TOKEN/…, may be a secret.
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2] if scheme in {"http", "https"} else ""
    parts = {address, *re.split(r"[/:@?&=#]+", rest)} - {host, host.partition(":")[0], host.rpartition(":")[2]}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= MIN_SECRET:
            text = text.replace(part, "***")
    return text


if __name__ == "__main__":
    sys.exit(main())
