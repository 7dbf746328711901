"""A request of which nobody has asked the validator yet: who reads its list tells it to who keeps the answer."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from newscrawl.store.reader.validators import Validator
from newscrawl.web.context import AppContext


@dataclass(slots=True)
class Unvalidated:
    """What KeptAnswers has not asked for, since no answer of this minute is kept: who reads the list tells it."""

    context: AppContext
    validator: Validator | None = None


def unvalidated(request: Request) -> Unvalidated | None:
    found: Unvalidated | None = request.scope.get("newscrawl.unvalidated")
    return found
