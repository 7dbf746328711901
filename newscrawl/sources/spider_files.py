"""Write the spider file of a new source: what a site states of itself gets into it as literals and as nothing else."""

from __future__ import annotations

import ast
import os
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from newscrawl.errors import ConfigError
from newscrawl.project import Project, project
from newscrawl.sources.catalogue import spider_in
from newscrawl.sources.folders import NAME, own_folder
from newscrawl.sources.probe import ProbeFailed
from newscrawl.sources.site_discovery import Site


def folder_to_write() -> Path:
    """Return the folder of the project's own spiders; raises ConfigError outside of a project."""
    folder = own_folder()
    if folder is None:
        raise ConfigError(f"{_without_folder(project())}; `newscrawl init FOLDER` makes a project, in which this works")
    folder.mkdir(exist_ok=True)
    return folder


def _without_folder(found: Project) -> str:
    if found.root is None:
        return "this folder belongs to no project, so there is no place for a source's file"
    return f"the project {found.root} does not switch newscrawl on (ADDONS)"


def write_spider_file(site: Site, folder: Path | None = None) -> Path:
    """Write the spider's file and return its path; raises ConfigError if there is one of that name.

    The file is complete or not there, and can be loaded: ProbeFailed is raised, and nothing saved, if it could not.
    """
    if NAME.match(site.name) is None:
        raise ConfigError(f"{site.name!r} is no name of a source: lower-case letters, digits and _, not _ first")
    text = spider_source(site)
    _require_loadable(text, site.name)
    folder = folder_to_write() if folder is None else folder
    path = folder / f"{site.name}.py"
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, prefix=".", suffix=".new") as file:
        file.write(text)
        file.flush()
        Path(file.name).chmod(0o644)
        try:
            os.link(file.name, path)
        except FileExistsError:
            raise ConfigError(f"{path} already exists; give another --name") from None
    return path


def spider_source(site: Site) -> str:
    """Return the text of the file; raises ProbeFailed if it does not state what the site does."""
    values = _values(site)
    class_name = "".join(part.capitalize() for part in site.name.split("_")) + "Spider"
    if class_name[0].isdigit():
        class_name = f"Site{class_name}"
    lines = [
        _docstring(f"{site.publisher}: read by the generic extractor; add Rules if it reads pages wrongly."),
        "",
        "from newscrawl.spider import NewsSpider",
        "",
        "",
        f"class {class_name}(NewsSpider):",
        *(line for name, value in values.items() for line in _assignment(name, value)),
    ]
    text = "\n".join(lines) + "\n"
    if _stated(text, site.name) != values:
        raise ProbeFailed(f"what {site.domain} states cannot be written into a spider file")
    return text


def _values(site: Site) -> dict[str, Any]:
    """Return the attributes of the spider."""
    values = {
        "name": site.name,
        "publisher": site.publisher,
        "domains": (site.domain, *site.further_domains),
        "languages": (site.language.partition("-")[0],),
        "feeds": tuple(site.feeds),
        "sitemaps": tuple(site.sitemaps),
        "sections": tuple(site.sections),
        "article_pattern": site.article_pattern,
        "guid_pattern": site.guid_pattern,
    }
    return {name: value for name, value in values.items() if value}


def _assignment(name: str, value: str | tuple[str, ...]) -> list[str]:
    if isinstance(value, str):
        return [f"    {name} = {_literal(value, is_raw=name.endswith('_pattern'))}"]
    if len(value) == 1 and name in {"domains", "languages", "sections"}:
        return [f"    {name} = ({_literal(value[0])},)"]
    return [f"    {name} = (", *(f"        {_literal(each)}," for each in value), "    )"]


def _literal(text: str, *, is_raw: bool = False) -> str:
    """Return a literal in double quotes if that is as short; what is not printable, lone surrogates too, is escaped."""
    written = repr(text)
    if is_raw and written == "'" + text.replace("\\", "\\\\") + "'" and '"' not in text and not text.endswith("\\"):
        return f'r"{text}"' if "\\" in text else f'"{text}"'
    return f'"{written[1:-1]}"' if '"' not in text and written[0] == "'" else written


def _docstring(text: str) -> str:
    literal = _literal(text)
    return f'""{literal}""' if literal[0] == '"' and '"' not in literal[1:-1] else literal


def _stated(text: str, name: str) -> dict[str, Any] | None:
    """Return the literals that the class of a file assigns; None if the file holds anything else."""
    try:
        docstring, imported, definition = ast.parse(text).body
    except (SyntaxError, ValueError):
        return None
    if not isinstance(docstring, ast.Expr) or not isinstance(docstring.value, ast.Constant):
        return None
    if not isinstance(imported, ast.ImportFrom) or not isinstance(definition, ast.ClassDef):
        return None
    stated = {}
    for line in definition.body:
        if not isinstance(line, ast.Assign) or not isinstance(line.targets[0], ast.Name):
            return None
        try:
            stated[line.targets[0].id] = ast.literal_eval(line.value)
        except ValueError:
            return None
    return stated


def _require_loadable(text: str, name: str) -> None:
    """Load the file as a crawl would; raises SpiderFileError."""
    module = ModuleType(f"spiders.{name}")
    exec(compile(text, f"spiders/{name}.py", "exec"), vars(module))  # noqa: S102 - parsed back: literals, one import
    spider_in(module, name)
