"""The life of the log's key: created with the log, rotated, or replaced after it was lost; each is an entry of the log.

The next key waits in a file of its own until the log has its entry: a command that was killed goes on when it is run
again.
"""

from __future__ import annotations

from functools import partial

from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.jobs.log_appending import append, finish_rotation
from newscrawl.store.retries import with_retries
from newscrawl.store.session import Store
from newscrawl.store.tlog import COLLECTIONS, LogState, sequencer, state
from newscrawl.store.tlog.state import begin
from newscrawl.tlog import BadNote, KeyEvent, Signer, Verifier, key_entry, key_file


async def create(store: Store, config: Config, name: str, *, anew: bool = False) -> LogState:
    """Begin the log, with a key in the file for it; raises ConfigError if there is one of another name or key.

    `anew` deletes the log that is there: its checkpoints prove nothing of the new one, which needs another name.
    """
    path, seen = config.log_key, await with_retries(store, lambda: state(store.db))
    if seen is not None and anew:
        _generated(name)  # a name that no log can have is refused before anything is deleted
        await _delete(store, config, seen, name)
        seen = None
    if seen is None:
        signer = key_file.read(path) if path.exists() else _generated(name)
        if signer.name != name:
            raise ConfigError(
                f"{path} is the key of a log named {signer.name!r}: move it away, or give --name {signer.name}"
            )
        if (signed := key_file.signed_before(path)) is not None:
            raise ConfigError(
                f"{path} has signed a log of {signed.size} entries, and this archive has none: it is the key of "
                "another archive; name another file for the key of this one (NEWSCRAWL_LOG_KEY_FILE)"
            )
        if not path.exists():
            key_file.write(path, signer)
        entry = key_entry(KeyEvent.CREATED, signer, None)
        await with_retries(store, lambda: begin(store.db, name, entry, str(signer.verifier)))
    while (begun := await _state(store)).size == 0:
        await with_retries(store, lambda: sequencer.step(store.db))
    if begun.name != name:
        raise ConfigError(
            f"this archive has a log already, named {begun.name!r}, which keeps its name; --anew begins another one"
        )
    return begun


async def rotate(store: Store, config: Config, *, is_lost: bool) -> str:
    """Give the log another key and return that; with `is_lost` without a signature of the key before.

    Raises ConfigError.
    """
    path = config.log_key
    await _complete(store)
    await finish_rotation(store, config)
    seen = await _state(store)
    before: Signer | Verifier = Verifier.parse(seen.key) if is_lost else key_file.read(path)
    if isinstance(before, Signer):
        if str(before.verifier) != seen.key:
            raise ConfigError(f"{path} is not the key that signs now, {seen.key}: restore that one, or give --lost")
        await append(store, config)  # what was recorded before is signed by the key before
    elif path.exists() and str(key_file.read(path).verifier) == seen.key:
        raise ConfigError(f"{path} is the key that signs now: it is not lost; rotate without --lost")
    waiting = key_file.next_path(path)
    signer = key_file.read(waiting) if waiting.exists() else _generated(seen.name)
    key_file.write(waiting, signer)
    entry = key_entry(KeyEvent.LOST if is_lost else KeyEvent.ROTATED, signer, before)
    await with_retries(store, lambda: sequencer.append_key(store.db, entry, str(signer.verifier), before=seen.key))
    await _complete(store)
    key_file.take_next(path)
    await append(store, config)
    return str(signer.verifier)


async def _complete(store: Store) -> None:
    """Carry out what was decided, such as a rotation that was cut short."""
    while (await _state(store)).batch is not None:
        await with_retries(store, lambda: sequencer.step(store.db))


async def _state(store: Store) -> LogState:
    seen = await with_retries(store, lambda: state(store.db))
    if seen is None:
        raise ConfigError("this archive has no transparency log; `newscrawl log init` begins one")
    return seen


def _generated(name: str) -> Signer:
    try:
        return Signer.generate(name)
    except BadNote as error:
        raise ConfigError(f"--name: {error}") from error


async def _delete(store: Store, config: Config, seen: LogState, name: str) -> None:
    if seen.name == name:
        raise ConfigError(f"--anew needs a --name other than {name!r}: one name stands for one log for ever")
    for collection in reversed(COLLECTIONS):  # the state last: cut short, it is done again
        await with_retries(store, partial(store.db[collection].delete_many, {}))
    for path in (config.log_key, key_file.next_path(config.log_key)):
        if path.exists():
            path.replace(path.with_name(f"{path.name}.of-{seen.size}-entries"))
    key_file.forget_signed(config.log_key)
