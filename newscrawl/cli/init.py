"""`newscrawl init`: make a project for own sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from newscrawl.cli.terminal import console
from newscrawl.errors import ConfigError
from newscrawl.project import PACKAGE

TEMPLATES = PACKAGE / "templates" / "project"


def register(app: typer.Typer) -> None:
    app.command("init")(init)


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder of the project; created if it does not exist.")
    ],
) -> None:
    """Make a project: a folder for your own sources, a choice of the shipped ones, and a test of golden pages.

    In a folder that has files it only adds its own: nothing is overwritten.
    """
    files = {folder / path: text for path, text in project_files(folder.absolute().name)}
    _require_free(folder, list(files))
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}") from error
    out = console()
    for path in files:
        out.print(f"wrote {path.relative_to(folder)}", markup=False, highlight=False)
    out.print(f"next: cd {folder}; newscrawl add-source URL", markup=False, highlight=False, soft_wrap=True)


def project_files(name: str) -> Iterator[tuple[Path, str]]:
    """Yield the files of a new project: paths below its folder, and their texts."""
    name = re.sub(r"[^\w.-]+", "-", name).strip("-") or "project"
    for template in sorted(TEMPLATES.rglob("*.tmpl")):
        path = template.relative_to(TEMPLATES).with_suffix("")
        if path.name == "gitignore":  # files of a wheel do not begin with a dot
            path = path.with_name(".gitignore")
        yield path, template.read_text("utf-8").replace("$name", name)


def _require_free(folder: Path, files: list[Path]) -> None:
    """Raise ConfigError if something is there that would be overwritten."""
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file, not a folder")
    if (folder / "scrapy.cfg").exists():
        hint = 'ADDONS = {"newscrawl.Addon": 0} in its settings switches newscrawl on'
        raise ConfigError(f"{folder} is a Scrapy project already; {hint}")
    taken = [str(path.relative_to(folder)) for path in files if path.exists() or path.is_symlink()]
    if taken:
        raise ConfigError(f"{folder} has {', '.join(taken)} already, and nothing was written; name another folder")
