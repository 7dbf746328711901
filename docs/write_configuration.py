"""Write the table of docs/configuration.md from the fields of `newscrawl.config.Config`.

`python docs/write_configuration.py` writes it; `--check` fails if it differs from what the code says now.
"""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from newscrawl.config import PREFIX, Config  # noqa: E402 - found by the line above

PAGE = ROOT / "docs" / "configuration.md"
BEGINNING = "<!-- The table below is written by docs/write_configuration.py. -->\n"
# What depends on the machine or the folder, in words.
DEFAULTS = {"home": "`.newscrawl/` of the project"}


def table() -> str:
    rows = ["| variable | default | meaning | value |", "|---|---|---|---|"]
    for field in fields(Config):
        parse = field.metadata["parse"]
        value = "text" if parse is str else parse.__doc__
        cells = (
            f"`{PREFIX}{field.name.upper()}`",
            _default(field.name, field.default),
            field.metadata["meaning"],
            value,
        )
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(rows) + "\n"


def _default(name: str, default: Any) -> str:
    if name in DEFAULTS:
        return DEFAULTS[name]
    return "" if default in (None, ()) else f"`{default}`"


def main() -> int:
    page = PAGE.read_text("utf-8")
    now = page.partition(BEGINNING)[0] + BEGINNING + "\n" + table()
    if "--check" in sys.argv[1:]:
        return 0 if page == now else 1
    PAGE.write_text(now, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
