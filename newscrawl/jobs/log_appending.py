"""Appends to the transparency log, signs checkpoints and has them stamped: where the log's key is, and nowhere else.

Nothing waits for this: versions are recorded without the log, and without its key.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newscrawl.config import Config
from newscrawl.errors import ConfigError, NewscrawlError
from newscrawl.jobs.operator_address import NoAnswer, answer_of
from newscrawl.secret_text import SecretUrl
from newscrawl.store.retries import with_retries
from newscrawl.store.session import Store
from newscrawl.store.tlog import LogState, checkpoints, sequencer, state, tree
from newscrawl.tlog import Checkpoint, Signer, key_file, stamps
from newscrawl.tlog.merkle import is_consistent

EVERY_SECONDS = 60.0
MAX_SECONDS = 5.0  # of one time in a worker, which must end within seconds; what is left is for the next one
STAMP_EVERY = timedelta(days=1)
KEPT_UNSTAMPED = timedelta(days=2)  # each checkpoint; of the days before the stamped ones, and the last of each day
STAMP_AGAIN_SECONDS = 600.0  # after one was refused, or the authority was away

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Appended:
    """What came of it: the log's size before and after, and the newest checkpoint."""

    before: int
    size: int
    checkpoint: str


async def state_for(store: Store, signer: Signer) -> LogState:
    """Return the state of the log that a key signs for; raises ConfigError if it is another key's, or there is none."""
    seen = await with_retries(store, lambda: state(store.db))
    if seen is None:
        raise ConfigError("this archive has no transparency log; `newscrawl log init` begins one")
    if seen.key and str(signer.verifier) != seen.key:
        raise ConfigError(
            f"the key file holds {signer.verifier}, and the log is signed by {seen.key}: "
            "restore that key, or `newscrawl log rotate --lost` gives the log another one"
        )
    return seen


async def append(store: Store, config: Config, *, max_seconds: float | None = None) -> Appended:
    """Append what the log has not, and sign a checkpoint if that is anything; raises ConfigError.

    It ends after `max_seconds`, or when all is in the log.
    """
    await finish_rotation(store, config)
    before = await state_for(store, key_file.read(config.log_key))
    until = None if max_seconds is None else time.monotonic() + max_seconds
    while await with_retries(store, lambda: sequencer.step(store.db)):
        if until is not None and time.monotonic() > until:
            break
    await finish_rotation(store, config)  # its entry may have been among those
    signer = key_file.read(config.log_key)
    size, note = await _sign(store, config, signer, await state_for(store, signer))
    return Appended(before.size, size, note)


async def finish_rotation(store: Store, config: Config) -> None:
    """Take the next key in use if the log has it already: a rotation was cut short."""
    waiting = key_file.next_path(config.log_key)
    if not waiting.exists():
        return
    seen = await with_retries(store, lambda: state(store.db))
    if seen is not None and seen.key == str(key_file.read(waiting).verifier):
        key_file.take_next(config.log_key)


async def _sign(store: Store, config: Config, signer: Signer, seen: LogState) -> tuple[int, str]:
    """Return size and note of the newest checkpoint: a new one, if the log has grown."""
    db, path = store.db, config.log_key
    newest = await with_retries(store, lambda: checkpoints.newest(db))
    if newest is not None and newest.size == seen.size:
        return newest.size, newest.note
    root = await with_retries(store, lambda: tree.root(db, seen.size))
    signed = key_file.signed_before(path)
    if signed is not None:
        await _require_consistent(store, signed, Checkpoint(seen.name, seen.size, root))
    note = signer.signed(Checkpoint(seen.name, seen.size, root).text)
    key_file.note_signed(path, note)
    now = datetime.now(UTC)
    await with_retries(store, lambda: checkpoints.add(db, seen.size, note, now))
    if newest is not None and newest.at.astimezone(UTC).date() != now.date():
        await with_retries(store, lambda: checkpoints.thin(db, now - KEPT_UNSTAMPED))
    return seen.size, note


async def _require_consistent(store: Store, signed: Checkpoint, new: Checkpoint) -> None:
    """Raise ConfigError unless a tree begins with the one that was signed last: no log signs two histories."""
    is_same = signed.origin == new.origin and signed.size <= new.size
    if is_same and signed.size:
        proof = await with_retries(store, lambda: tree.consistency(store.db, signed.size, new.size))
        is_same = is_consistent(signed.size, new.size, signed.root, new.root, proof)
    if not is_same:
        raise ConfigError(
            f"a checkpoint of {signed.size} entries of {signed.origin} was signed with this key, and the log in the "
            f"database, of {new.size} entries, does not begin with them: it was set back or altered. Restore a newer "
            "backup; or begin another log, `newscrawl log init --anew --name OTHER`"
        )


async def stamp(store: Store, config: Config, *, now: datetime, is_forced: bool = False) -> str | None:
    """Have the newest checkpoint stamped if none was for a day; return when and by whom, None if nothing was due.

    Raises NewscrawlError if the authority does not answer with a stamp; a later call tries again.
    """
    url = config.timestamp_url
    newest = await with_retries(store, lambda: checkpoints.newest(store.db))
    last = await with_retries(store, lambda: checkpoints.newest_stamped_at(store.db))
    if url is None or newest is None or newest.stamp is not None:
        return None
    if last is not None and now - last < STAMP_EVERY and not is_forced:
        return None
    answer = await asyncio.to_thread(_post, url, stamps.request(newest.note))
    try:
        stated = stamps.examine(answer, newest.note)
    except stamps.Refused as error:
        raise NotStamped(f"{url}: {error}") from error
    await with_retries(store, lambda: checkpoints.set_stamp(store.db, newest.size, answer, now))
    return stated


class NotStamped(NewscrawlError):
    """Raised by jobs when a time-stamping authority gave no stamp; the next time it is asked again."""

    exit_code = 1


def _post(url: SecretUrl, body: bytes) -> bytes:
    """Send a request to an authority and return its answer; raises NotStamped."""
    headers = {"Content-Type": stamps.REQUEST_TYPE, "Accept": stamps.RESPONSE_TYPE}
    try:
        answer = answer_of(url, body, headers, max_bytes=stamps.MAX_BYTES)
    except NoAnswer as error:
        raise NotStamped(f"{url} gave no stamp: {error}") from error
    if len(answer) > stamps.MAX_BYTES:
        raise NotStamped(f"{url} gave no stamp: its answer is longer than {stamps.MAX_BYTES} bytes")
    return answer


class LogAppending:
    """Appends each minute in a resident worker, where the log's key is."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._at = time.monotonic() - EVERY_SECONDS
        self._stamp_at = time.monotonic()
        self._is_running = False

    def is_due(self) -> bool:
        is_time = time.monotonic() - self._at >= EVERY_SECONDS and not self._is_running
        return is_time and self._config.log_key.exists()

    async def run(self, store: Store) -> None:
        self._at, self._is_running = time.monotonic(), True
        try:
            done = await append(store, self._config, max_seconds=MAX_SECONDS)
            if done.size != done.before:
                logger.info("log=appended entries=%s size=%s", done.size - done.before, done.size)
            await self._stamp(store)
        except (NewscrawlError, ValueError) as error:
            logger.warning("log=not_appended reason=%r", str(error))
        finally:
            self._is_running = False

    async def _stamp(self, store: Store) -> None:
        if time.monotonic() < self._stamp_at:
            return
        try:
            stated = await stamp(store, self._config, now=datetime.now(UTC))
        except NewscrawlError as error:
            self._stamp_at = time.monotonic() + STAMP_AGAIN_SECONDS
            logger.warning("log=not_stamped reason=%r", str(error))
        else:
            if stated is not None:
                logger.info("log=stamped reason=%r", stated)
