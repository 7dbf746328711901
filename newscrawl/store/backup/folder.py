"""The folder of a backup: generations, each a manifest over shared segments; whatever no manifest names is garbage.

newscrawl-backup.json         which archive it belongs to
generations/000007.json       a manifest; it is renamed into its place last, which completes a generation
segments/00000012.versions.bson.zst
index.sqlite                  which documents are stored where; made anew from the segments if it is missing
orders.jsonl                  orders to erase that were carried out since the newest generation
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from newscrawl.errors import BackupError, LeaseHeld
from newscrawl.store.backup import manifest as manifests
from newscrawl.store.backup.manifest import DamagedManifest, Manifest, NewerFormat
from newscrawl.store.backup.segments import Segment

IDENTITY = "newscrawl-backup.json"
ORDERS = "orders.jsonl"


class Folder:
    """An existing folder of one archive."""

    def __init__(self, path: Path, archive: str) -> None:
        self.path, self.archive = path, archive
        self.segments = path / "segments"
        self.index = path / "index.sqlite"
        self._generations = path / "generations"

    @classmethod
    def create(cls, path: Path, archive: str) -> Folder:
        """Return the folder of an archive; one that is missing or empty is made. Raises BackupError."""
        with writing(path):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not (path / IDENTITY).exists():
                # Left by a backup that was killed in its first moment.
                others = {each.name for each in path.iterdir()} - {"lost+found", f"{IDENTITY}.new"}
                if others:
                    raise BackupError(
                        f"{path} is not empty and no backup of newscrawl: name an empty folder, or one that is new"
                    )
                identity = {"format": manifests.FORMAT, "archive": archive, "created_at": datetime.now(UTC).isoformat()}
                replace(path / IDENTITY, json.dumps(identity) + "\n")
            folder = cls.open(path)
            for each in (folder.segments, folder._generations):
                each.mkdir(mode=0o700, exist_ok=True)
        if folder.archive != archive:
            raise BackupError(
                f"{path} has the backup of another archive ({folder.archive}, this is {archive}): name another folder"
            )
        return folder

    @classmethod
    def open(cls, path: Path) -> Folder:
        """Return an existing folder; raises BackupError."""
        try:
            identity = json.loads((path / IDENTITY).read_text("utf-8"))
            archive, form = str(identity["archive"]), int(identity["format"])
        except (FileNotFoundError, NotADirectoryError):
            raise BackupError(f"{path} is no backup: it has no {IDENTITY}") from None
        except OSError as error:
            raise BackupError(f"{path / IDENTITY} cannot be read: {error.strerror}") from error
        except (ValueError, LookupError, TypeError) as error:
            raise BackupError(f"{path / IDENTITY} is damaged: take it from another copy of the backup") from error
        if form > manifests.FORMAT:
            raise BackupError(f"{path} was written by a newer newscrawl: upgrade newscrawl to use it")
        return cls(path, archive)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder; raises LeaseHeld while another backup has it."""
        with (self.path / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LeaseHeld(f"another backup writes to {self.path}: wait until it has ended") from None
            yield

    def generations(self) -> list[int]:
        """Return the numbers of the generations, oldest first."""
        with contextlib.suppress(FileNotFoundError):
            names = [each.stem for each in self._generations.iterdir() if each.suffix == ".json"]
            return sorted(int(name) for name in names if name.isdigit())
        return []

    def manifest(self, generation: int) -> Manifest:
        """Return a generation's manifest; raises BackupError."""
        path = self._path(generation)
        try:
            found = manifests.of_json(path.read_text("utf-8"))
        except NewerFormat:
            raise BackupError(f"{path} was written by a newer newscrawl: upgrade newscrawl to use it") from None
        except FileNotFoundError:
            there = ", ".join(map(str, self.generations())) or "none"
            raise BackupError(f"{self.path} has no generation {generation}; it has: {there}") from None
        except (DamagedManifest, UnicodeDecodeError) as error:
            others = [n for n in self.generations() if n != generation]
            way = f"restore generation {others[-1]}" if others else "there is no other generation"
            raise BackupError(
                f"{path} is damaged ({error}): take it from another copy of the backup, or delete it; {way}"
            ) from error
        if found.archive != self.archive or found.generation != generation:
            raise BackupError(f"{path} belongs to another backup: take it from another copy of this one, or delete it")
        return found

    def newest(self) -> Manifest | None:
        numbers = self.generations()
        return self.manifest(numbers[-1]) if numbers else None

    def commit(self, manifest: Manifest) -> None:
        """Complete a generation."""
        _sync(self.segments)
        replace(self._path(manifest.generation), manifests.to_json(manifest))

    def clean(self, *, keep: int | None = None) -> list[int]:
        """Delete ended generations, those beyond `keep`, and files that no generation needs; return the former.

        What a newer generation ended, and what a killed backup left, is deleted whenever a backup begins.
        """
        found = [self.manifest(number) for number in self.generations()]
        ending = max((each.generation for each in found if each.ends_earlier), default=0)
        kept = [each for each in found if each.generation >= ending][-(keep or len(found)) :]
        gone = [each.generation for each in found if each not in kept]
        for number in gone:
            self._path(number).unlink()
        newest = kept[-1].generation if kept else 0
        needed = {
            segment.file for each in kept for segment in each.segments
            if not segment.is_newest or each.generation == newest
        }  # fmt: skip
        for path in self.segments.iterdir():
            if path.name not in needed:
                path.unlink()
        for path in self._generations.glob("*.new"):
            path.unlink()
        return gone

    def next_number(self) -> int:
        """Return a number that no segment has or had."""
        stated = [s.number for n in self.generations() for s in self.manifest(n).segments]
        return max(stated, default=0) + 1

    def segment_path(self, segment: Segment) -> Path:
        return self.segments / segment.file

    def _path(self, generation: int) -> Path:
        return self._generations / f"{generation:06}.json"


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise BackupError in the place of an OSError, which names no file where a write failed."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.filename or path} cannot be written: {error.strerror or error}") from error


def replace(path: Path, text: str) -> None:
    """Put a file in its place whole, with what it says on the disk."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="utf-8", errors="surrogatepass") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
