"""Write the pages of the manual that are made from the code: `make reference`.

`python docs/write_reference.py` writes them; `--check` names those that differ from what the code says now, and fails.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from docs.reference import api, commands, data_model, log_keys, outcomes, rules, statistics  # noqa: E402 - by the line above

FOLDER = ROOT / "docs"
PAGES: dict[str, Callable[[], str]] = {
    "reference-commands.md": commands.text,
    "reference-rules.md": rules.text,
    "reference-outcomes.md": outcomes.text,
    "reference-statistics.md": statistics.text,
    "reference-data.md": data_model.text,
    "reference-api.md": api.text,
    "logs.md": lambda: (FOLDER / "logs.md").read_text("utf-8").partition(log_keys.BEGINNING)[0] + log_keys.text(),
}


def main() -> int:
    stale = []
    for name, text in PAGES.items():
        path, now = FOLDER / name, text()
        if path.exists() and path.read_text("utf-8") == now:
            continue
        stale.append(f"docs/{name}")
        if "--check" not in sys.argv[1:]:
            path.write_text(now, "utf-8")
    if stale and "--check" in sys.argv[1:]:
        sys.stderr.write(f"{', '.join(stale)}: not what the code says now; run `make reference`\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
