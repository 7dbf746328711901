"""The transparency log as others may read it: checkpoints, tiles, and proofs and evidence of visible versions.

It is read from the primary: what a checkpoint covers must be there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

from newscrawl.store import commitments, payloads, versions
from newscrawl.store.documents import Document, version_id
from newscrawl.store.reader.limits import bounded
from newscrawl.store.reader.redacted import shows_redacted_words
from newscrawl.store.reader.replica_reader import ReplicaReader
from newscrawl.store.reader.taken_down import TakenDown
from newscrawl.store.reader.visibility import Absent, Hidden, refuse_hidden
from newscrawl.store.redactions import Redactor
from newscrawl.store.tlog import LogState, checkpoints, state, tree
from newscrawl.store.tlog.checkpoints import SignedCheckpoint
from newscrawl.tlog import Verifier, key_ids, proof_text
from newscrawl.tlog.evidence import Committed, Pages, evidence
from newscrawl.tlog.tiles import bundle

T = TypeVar("T")
# What commits to a whole text or page: with it a guess at what is withheld could be verified.
_WHOLE = ("payload", "wording")


class LogReader(ReplicaReader):
    """Checkpoints, tiles, proofs of inclusion and evidence files."""

    @bounded
    async def state(self) -> LogState:
        """Return the state of the log; raises Absent."""
        found = await state(self.replicas.primary)
        if found is None:
            raise Absent("this archive has no transparency log")
        return found

    @bounded
    async def checkpoint(self) -> SignedCheckpoint:
        """Return the newest checkpoint; raises Absent."""
        found = await checkpoints.newest(self.replicas.primary)
        if found is None:
            raise Absent("this archive has signed no checkpoint of a transparency log")
        return found

    @bounded
    async def tile(self, level: int, index: int, width: int) -> bytes:
        """Return a tile; raises Absent."""
        return _existing(await tree.tile(self.replicas.primary, level, index, width))

    @bounded
    async def bundle(self, index: int, width: int) -> bytes:
        """Return a bundle of entries; raises Absent."""
        return bundle(_existing(await tree.bundle(self.replicas.primary, index, width)))

    @bounded
    async def is_proved(self, article_id: str, number: int) -> bool:
        """Return whether a checkpoint covers a version, as far as the member knows that texts are read from."""
        leaf = await self._db.tlog_leaves.find_one({"_id": version_id(article_id, number)}, {"index": 1})
        return leaf is not None and await checkpoints.proving(self._db, leaf["index"]) is not None

    @bounded
    async def proof(self, article_id: str, number: int) -> str:
        """Return the proof that the log has a version; raises Absent, also while it has not yet, or Hidden."""
        await self._document(article_id, number)
        return (await self._proof(article_id, number))[0]

    @bounded
    async def evidence(self, article_id: str, number: int) -> bytes:
        """Return the evidence file of a version; raises Absent or Hidden.

        Of what is redacted or erased it has the commitments alone.
        """
        document, redactor = await self._document(article_id, number)
        proof, index, checkpoint = await self._proof(article_id, number)
        taken = await self._takedowns.current()
        pages = await self._pages(document, redactor, taken)
        committed = await self._committed(document, index, redactor, taken)
        key = next((key for key in (await self.state()).keys if _is_signer(key, checkpoint)), None)
        if key is None:
            raise Absent(f"the checkpoint of {checkpoint.size} entries is signed by no key of the log")
        return evidence(committed, pages, proof=proof, checkpoint=checkpoint.note, key=key, stamp=checkpoint.stamp)

    async def _proof(self, article_id: str, number: int) -> tuple[str, int, SignedCheckpoint]:
        db = self.replicas.primary
        leaf = await db.tlog_leaves.find_one({"_id": version_id(article_id, number)})
        covering = await checkpoints.proving(db, leaf["index"]) if leaf else None
        if leaf is None or covering is None:
            raise Absent(f"version {number} is not covered by a checkpoint of the log yet")
        hashes = await tree.inclusion(db, leaf["index"], covering.size)
        return proof_text(leaf["index"], hashes, covering.note), leaf["index"], covering

    async def _document(self, article_id: str, number: int) -> tuple[Document, Redactor | None]:
        fields = {"hidden": 1, "state": 1, "state_reason": 1, "erased": 1, "withheld": 1}
        article = await self._db.articles.find_one({"_id": article_id}, fields)
        if article is None:
            raise Absent(f"no article {article_id}")
        refuse_hidden(article, "This article")
        version = await self._db.versions.find_one({"_id": version_id(article_id, number)}, {"terms": 0})
        if version is None:
            raise Absent(f"no version {number} of article {article_id}")
        refuse_hidden(version, f"Version {number}")
        return version, Redactor.of(article)

    async def _pages(self, document: Mapping[str, Any], redactor: Redactor | None, taken: TakenDown) -> Pages:
        """Return the pages of a version that may be shown and are there."""
        capture = await versions.capture_of(self._db, document["article_id"], document["number"])
        if capture is None or document["payload"] in taken.payloads:
            return Pages()
        if redactor is not None and await asyncio.to_thread(shows_redacted_words, document, capture, redactor):
            return Pages()
        own = (document.get("capture") or {}).get("response_digest")
        return Pages(capture.body, await payloads.response_of(self._db, document["payload"], own) if own else None)

    async def _committed(
        self, document: Mapping[str, Any], index: int, redactor: Redactor | None, taken: TakenDown
    ) -> Committed:
        """Return what the entry commits to; raises Hidden for what cannot be shown without what was taken down."""
        article_id, number = document["article_id"], document["number"]
        before = await self._db.versions.find_one({"_id": version_id(article_id, number - 1)}, _CHAIN) or {}
        is_touched = taken.has_part_of(article_id)
        is_old = not commitments.is_salted(document)
        is_touched = is_touched or (is_old and document["payload"] in taken.payloads)
        is_after_old = bool(before) and not commitments.is_salted(before)
        if (is_old and (is_touched or document.get("erased"))) or (
            is_after_old and (is_touched or before.get("erased"))
        ):
            raise Hidden(f"The evidence of version {number}", "its hashes cover what was taken down")
        previous = before.get("chain", "")
        if is_old:
            leaf = await self.replicas.primary.tlog_leaves.find_one({"_id": document["_id"]}) or {}
            blind = bytes(leaf.get("blind", b"")).hex()
            return Committed(previous, {"version": commitments.whole(document)}, {}, {}, blind)
        values, salts, withheld = commitments.shown(document, _withheld(document, redactor, taken))
        logged = (await tree.entry(self.replicas.primary, index) or b"").decode().split("\n")[2]
        if "capture" not in values and logged != "-":
            withheld["capture"] = logged
        return Committed(previous, values, salts, withheld)


_CHAIN = {"chain": 1, "salt": 1, "salts": 1, "erased": 1}


def _withheld(document: Mapping[str, Any], redactor: Redactor | None, taken: TakenDown) -> set[str]:
    """Return the names of the values of a version that may not be shown."""
    if redactor is None:
        return {"payload", "capture"} if document["payload"] in taken.payloads else set()
    texts = {f"paragraphs:{number}": text for number, text in enumerate(document["paragraphs"])}
    values = {name: document.get(name) for name in commitments.all_names(document)} | texts
    values["capture"] = document.get("capture")
    return {*_WHOLE, *(name for name, value in values.items() if redactor.value(value) != value)}


def _is_signer(key: str, checkpoint: SignedCheckpoint) -> bool:
    verifier = Verifier.parse(key)
    return (verifier.name, verifier.key_id) in key_ids(checkpoint.note)


def _existing(found: T | None) -> T:
    if found is None:
        raise Absent("the log has no such tile")
    return found
