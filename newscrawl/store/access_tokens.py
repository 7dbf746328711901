"""Access tokens: one document a name, with the token that it has and, while that is rotated, the one before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from newscrawl.items import AccessToken
from newscrawl.store.connection import Connection
from newscrawl.store.documents import Document, milliseconds
from newscrawl.store.retries import translate_errors


class AccessTokenRecords(Connection):
    """Base of `AlarmRecords`."""

    @translate_errors
    async def add_token(self, token: AccessToken) -> bool:
        """Store the first token of a name and return True; False if the name has another one."""
        try:
            await self.db.access_tokens.update_one(
                {"_id": token.name, "tokens.id": token.token_id},
                {"$setOnInsert": {"tokens": [_stored(token)]}},
                upsert=True,
            )
        except DuplicateKeyError:
            return False
        return True

    @translate_errors
    async def rotate_token(self, token: AccessToken, *, old_until: datetime) -> bool:
        """Give a name another token, and end those it has at `old_until`; returns whether it had any."""
        end = milliseconds(old_until)
        ending = {"$mergeObjects": ["$$old", {"expires_at": {"$min": [{"$ifNull": ["$$old.expires_at", end]}, end]}}]}
        ended = {"$map": {"input": "$tokens", "as": "old", "in": ending}}
        is_valid = {"$gt": ["$$old.expires_at", milliseconds(token.created_at)]}
        kept = {"$filter": {"input": ended, "as": "old", "cond": is_valid}}
        result = await self.db.access_tokens.update_one(
            {"_id": token.name, "tokens.id": {"$ne": token.token_id}},
            [{"$set": {"tokens": {"$concatArrays": [kept, [{"$literal": _stored(token)}]]}}}],
        )
        return result.matched_count == 1

    @translate_errors
    async def revoke_tokens(self, name: str) -> bool:
        """Delete all tokens of a name; returns whether there were any."""
        return (await self.db.access_tokens.delete_one({"_id": name})).deleted_count == 1

    @translate_errors
    async def tokens(self) -> list[AccessToken]:
        """Return all tokens by name, oldest first; expired ones too."""
        return await all_tokens(self.db)


async def all_tokens(db: AsyncDatabase[Document]) -> list[AccessToken]:
    """Return all tokens by name, oldest first; expired ones too."""
    return [_token(found["_id"], one) async for found in db.access_tokens.find().sort("_id") for one in found["tokens"]]


def _stored(token: AccessToken) -> Document:
    stored: Document = {"id": token.token_id, "digest": token.digest, "created_at": milliseconds(token.created_at)}
    return stored if token.expires_at is None else {**stored, "expires_at": milliseconds(token.expires_at)}


def _token(name: str, stored: Mapping[str, Any]) -> AccessToken:
    return AccessToken(stored["id"], name, stored["digest"], stored["created_at"], stored.get("expires_at"))
