"""The documentation of the JSON API as a page, made of its OpenAPI document: nothing of another site is loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from newscrawl.web.context import Context

router = APIRouter(include_in_schema=False)
DOCUMENT = "/api/v1/openapi.json"
_LISTED = re.compile(r"Listed_(\w+)_")  # the name that pydantic makes of a generic type
_SCHEMAS = "#/components/schemas/"
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a field of an answer; `link` is the name of the object that it is, or is a list of."""

    name: str
    kind: str
    link: str | None
    description: str
    is_required: bool
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its path, what it does, and the object that it returns."""

    id: str
    path: str
    description: str
    parameters: tuple[Field, ...]
    answer: Field


@dataclass(frozen=True, slots=True)
class Object:
    """An object of answers, or the words that a field may have."""

    name: str
    description: str
    fields: tuple[Field, ...]
    words: tuple[str, ...]


@router.get("/api")
async def api_page(request: Request, context: Context) -> Response:
    document = request.app.openapi()
    values = {
        "title": "JSON API",
        "root": context.root_url,
        "document": DOCUMENT,
        "operations": operations(document),
        "objects": objects(document),
    }
    return context.page(request, "api.html", values)


def operations(document: Schema) -> list[Operation]:
    """Return the operations of an OpenAPI document in its order."""
    found = ((path, methods["get"]) for path, methods in document["paths"].items())
    return [
        Operation(
            id=stated["operationId"],
            path=path,
            description=stated.get("description", ""),
            parameters=tuple(_parameter(each) for each in stated.get("parameters", ())),
            answer=_answer(stated["responses"]["200"]["content"]["application/json"]["schema"]),
        )
        for path, stated in found
    ]


def objects(document: Schema) -> list[Object]:
    """Return the objects that answers are made of, by name."""
    return [
        Object(
            name=name,
            description=stated.get("description", ""),
            fields=tuple(
                _field(field, schema, is_required=field in stated.get("required", ()))
                for field, schema in stated.get("properties", {}).items()
            ),
            words=tuple(map(str, stated.get("enum", ()))),
        )
        for name, stated in sorted(document["components"]["schemas"].items())
    ]


def _parameter(stated: Schema) -> Field:
    where = "in the path, " if stated["in"] == "path" else ""
    field = _field(stated["name"], stated["schema"], is_required=stated.get("required", False))
    return Field(field.name, where + field.kind, field.link, field.description, field.is_required, field.default)


def _answer(schema: Schema) -> Field:
    return _field("", schema, is_required=True)


def _field(name: str, schema: Schema, *, is_required: bool) -> Field:
    kind, link = _kind(schema)
    stated = schema.get("default")
    default = None if stated in (None, "", []) else str(stated)
    return Field(name, kind, link, schema.get("description", ""), is_required, default)


def _kind(schema: Schema) -> tuple[str, str | None]:
    """Return what a value is in words, and the object that it is or has."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_SCHEMAS)
        return _LISTED.sub(r"page of \1", name), name
    if "anyOf" in schema:
        others = [each for each in schema["anyOf"] if each.get("type") != "null"]
        kinds = [_kind(each) for each in others]
        is_nullable = len(others) < len(schema["anyOf"])
        link = next((link for _, link in kinds if link), None)
        return " or ".join([kind for kind, _ in kinds] + ["null"] * is_nullable), link
    if schema.get("type") == "array" and isinstance(schema.get("items"), Mapping):
        kind, link = _kind(schema["items"])
        return f"list of {kind}", link
    if "enum" in schema:
        return ", ".join(repr(word) for word in schema["enum"]), None
    return str(schema.get("format") or schema.get("type") or "any value") + _bounds(schema), None


def _bounds(schema: Schema) -> str:
    if "minimum" in schema and "maximum" in schema:
        return f" {schema['minimum']} to {schema['maximum']}"
    return f" of {schema['maxLength']} characters at most" if "maxLength" in schema else ""
