"""Routes of addresses without a query, in front of those that read one: all their parameters have their defaults.

To find that out FastAPI takes as long as all the rest of an answer that is not kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from newscrawl.web.localization import NOTHING_CHOSEN


class WithoutQuery(Route):
    """Matches GET of one path if its query chooses a language and a zone at most, and nothing is wrong with it."""

    def __init__(self, path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> None:
        super().__init__(path, endpoint, methods=["GET"], include_in_schema=False)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or scope["path"] != self.path or scope["method"] != "GET":
            return Match.NONE, {}
        if "newscrawl.problem" in scope or _states_parameters(scope):
            return Match.NONE, {}
        return Match.FULL, {"endpoint": self.endpoint, "path_params": {}}


def _states_parameters(scope: Scope) -> bool:
    choice = scope.get("newscrawl.choice", NOTHING_CHOSEN)
    return bool(scope["query_string"]) and (bool(choice.rest) or not choice.carried)
