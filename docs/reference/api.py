"""The page of the JSON API, made of its OpenAPI document as the reader's own page `/api` is."""

from __future__ import annotations

import tempfile
from pathlib import Path

from docs.reference.tables import code, page, table
from newscrawl.config import Config
from newscrawl.web import create_app
from newscrawl.web.api_page import Field, Object, Operation, objects, operations

INTRODUCTION = """
The reader (`newscrawl serve`) answers under `/api/v1/` in JSON, read-only. Its own description is `/api/v1/openapi.json` (OpenAPI 3.1); the same
as here stands at `/api` of each reader. Every answer has an ETag; lists have `after`, the cursor of their next page, which is null at the end. A
parameter that an operation does not have is refused with 400 and the name that was probably meant. Errors are problems as RFC 9457 has
them: 400 and 422 for what cannot be meant, 404 for what is not there, 410 for what was taken down, 503 with Retry-After while the
database is slow or away. Times are in UTC. Objects may get further fields; none is renamed or removed without a line in the changelog.

`/api/v1/changes?source=washpo&least=50` asks for changes of one source of at least medium weight; `newscrawl` commands with `--json` print
objects of their own ([JSON for programs](json.md)).
"""


def document() -> dict[str, object]:
    """Return the OpenAPI document of a reader with its defaults; nothing is opened for it."""
    with tempfile.TemporaryDirectory() as folder:
        described: dict[str, object] = create_app(Config(home=Path(folder))).openapi()
    return described


def text() -> str:
    stated = document()
    found, parts = operations(stated), objects(stated)
    overview = table(
        ("operation", "what it returns"),
        ((f"[`GET {each.path}`](#{_slug(each)})", _first(each.description)) for each in found),
    )
    return page(
        "JSON API",
        "newscrawl/web/api.py",
        INTRODUCTION,
        "## Operations",
        overview,
        *map(_operation, found),
        "## Objects",
        "What answers are made of. A field with “or null” is null where it is not known or does not apply.",
        *map(_object, parts),
    )


def _slug(operation: Operation) -> str:
    return operation.id.replace("_", "-")


def _first(text: str) -> str:
    return text.partition("\n\n")[0]


def _operation(operation: Operation) -> str:
    parts = [f"### {operation.id.replace('_', '-')}", code(f"GET {operation.path}"), operation.description]
    if operation.parameters:
        columns = ("parameter", "value", "default", "meaning")
        parts.append(
            table(
                columns,
                ((code(each.name), _kind(each), _default(each), each.description) for each in operation.parameters),
            )
        )
    parts.append(f"Returns: {_kind(operation.answer)}.")
    return "\n\n".join(parts)


def _object(described: Object) -> str:
    parts = [f"### {_name(described.name)}", described.description]
    if described.words:
        parts.append("One of " + ", ".join(map(code, described.words)) + ".")
    if described.fields:
        parts.append(
            table(
                ("field", "value", "meaning"),
                ((code(each.name), _kind(each), each.description) for each in described.fields),
            )
        )
    return "\n\n".join(part for part in parts if part)


def _name(name: str) -> str:
    return f"page of {name.removeprefix('Listed_').rstrip('_')}" if name.startswith("Listed_") else name


def _kind(field: Field) -> str:
    if field.link is None:
        return field.kind.replace("'", "`")
    return f"[{field.kind}](#{_name(field.link).lower().replace(' ', '-')})"


def _default(field: Field) -> str:
    if field.is_required:
        return "required"
    return code(field.default) if field.default else ""
