"""A fault-free twin: an archive of the same sites that nothing happened to."""

from __future__ import annotations

from .archive import Archive, Histories


def assert_like_twin(archive: Archive, twin: Archive) -> None:
    """Fail unless both hold the same histories and the archive is sound: nothing lost, nothing invented, no orphan."""
    found, expected = archive.histories(), twin.histories()
    assert set(found) == set(expected), "other articles than in the twin"
    differing = {key: (found[key], expected[key]) for key in found if found[key] != expected[key]}
    assert not differing
    assert_sound(archive)


def assert_sound(archive: Archive) -> None:
    """Fail unless `newscrawl verify` finds every digest, chain and head right."""
    verified = archive.run("verify", "--reread", "0", "--json")
    assert verified.code == 0, verified.told()
    assert not verified.json["problems"], verified.told()


def versions(histories: Histories) -> int:
    return sum(map(len, histories.values()))
