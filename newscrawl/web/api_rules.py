"""What holds for every operation of the JSON API: no unknown parameters, and an id that stays."""

from __future__ import annotations

import difflib

from fastapi import HTTPException, Request
from fastapi.routing import APIRoute


async def refuse_unknown_parameters(request: Request) -> None:
    """Raise HTTPException (400) for a parameter that an operation does not have, naming one that is spelt alike."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    described = request.app.openapi()["paths"].get(route.path_format, {}).get("get", {}).get("parameters", ())
    known = {parameter["name"] for parameter in described if parameter["in"] == "query"}
    for name in request.query_params:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(sorted(known)) or 'none'}"
            raise HTTPException(400, f"{request.url.path} has no parameter {name!r}{hint}")


def operation_id(route: APIRoute) -> str:
    """Return the id of an operation: its function's name, which stays when a path or a method is added."""
    return route.name
