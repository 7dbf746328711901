"""Keys, signed notes and checkpoints as C2SP has them, with examples of Go's implementation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.tlog import (
    BadNote,
    Checkpoint,
    KeyEvent,
    Signer,
    Verifier,
    is_signed_by,
    key_entry,
    keys_of,
    parse_checkpoint,
    version_entry,
)
from newscrawl.tlog.entries import parse_key_entry

# golang.org/x/mod/sumdb/note, example_test.go.
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# sum.golang.org's, as Go programs have it.
SUMDB = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
NAME = "archive.example/log"


def test_keys_and_notes_of_go_are_read_and_written() -> None:
    signer = Signer.parse(GO_PRIVATE)
    assert str(signer.verifier) == GO_PUBLIC
    assert signer.text == f"{GO_PRIVATE}\n"
    text = GO_NOTE.partition("\n\n")[0] + "\n"
    assert signer.signed(text) == GO_NOTE  # Ed25519 is deterministic
    assert is_signed_by(GO_NOTE, Verifier.parse(GO_PUBLIC))
    assert str(Verifier.parse(SUMDB)) == SUMDB


def test_a_key_does_not_print_its_secret() -> None:
    signer = Signer.parse(GO_PRIVATE)
    assert "AYEKFALV" not in f"{signer} {signer!r} {[signer]}"


@pytest.mark.parametrize(
    "text",
    ["", "+", "a+b+c", GO_PUBLIC[:-1], GO_PUBLIC.replace("c74f20a3", "c74f20a4"), GO_PUBLIC.replace("+AR", "+BR"),
     GO_PUBLIC.replace("Peter", "Peter "), GO_PRIVATE, GO_PUBLIC.replace("N", "\u2003N", 1)],
)  # fmt: skip
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Verifier.parse(text)
    with pytest.raises(BadNote):
        Signer.parse(text if text != GO_PRIVATE else GO_PUBLIC)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "\t"])
def test_names_that_a_key_cannot_have_are_refused(name: str) -> None:
    with pytest.raises(BadNote):
        Signer.generate(name)


def signed(**changes: object) -> tuple[Signer, str]:
    signer = Signer.generate(NAME)
    return signer, signer.signed(replace(Checkpoint(NAME, 7, b"\x07" * 32), **changes).text)  # type: ignore[arg-type]


def test_a_checkpoint_is_what_was_signed() -> None:
    signer, note = signed()
    assert parse_checkpoint(note) == Checkpoint(NAME, 7, b"\x07" * 32)
    assert is_signed_by(note, signer.verifier)
    assert not is_signed_by(note, Signer.generate(NAME).verifier)


def test_further_signatures_and_extension_lines_are_no_fault() -> None:
    signer, note = signed()
    witness = Signer.generate("witness.example")
    line = witness.signed(note.partition("\n\n")[0] + "\n").partition("\n\n")[2]
    assert is_signed_by(note + line, signer.verifier)
    assert is_signed_by(note + line, witness.verifier)
    extended = signer.signed(Checkpoint(NAME, 7, b"\x07" * 32).text + "extension\n")
    assert parse_checkpoint(extended).size == 7


@given(st.data())
def test_no_byte_of_a_checkpoint_can_be_altered(data: st.DataObject) -> None:
    signer, note = signed()
    raw = bytearray(note.encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    try:
        altered = raw.decode()
        is_accepted = parse_checkpoint(altered).origin == NAME and is_signed_by(altered, signer.verifier)
    except (BadNote, UnicodeDecodeError):
        return
    assert not is_accepted


ROOT = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="
SIGNED = f"\n— {NAME} AAAAAAAA\n"


@pytest.mark.parametrize(
    "note",
    [
        "", "\n\n", "PK\x03\x04", "x" * 1_000_001, f"a\n1\n{ROOT}\n", f"{NAME}\n7\n{SIGNED}",
        f"{NAME}\n07\n{ROOT}\n{SIGNED}", f"{NAME}\n-7\n{ROOT}\n{SIGNED}", f"{NAME}\n٧\n{ROOT}\n{SIGNED}",
        f"{NAME}\n{'9' * 400}\n{ROOT}\n{SIGNED}", f"{NAME}\n7\nBwcH\n{SIGNED}", f"{NAME}\n7\n{ROOT}\n",
        f"{NAME}\n7\n{ROOT}\n{SIGNED}".replace("\n", "\r\n"), f"{NAME}\n7\n{ROOT}\n{SIGNED}".replace("—", "-"),
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused_with_a_reason(note: str) -> None:
    with pytest.raises(BadNote, match="it is no"):
        parse_checkpoint(note)


def test_keys_follow_one_another() -> None:
    first, second, third = (Signer.generate(NAME) for _ in range(3))
    entries = [
        (0, key_entry(KeyEvent.CREATED, first, None)),
        (1, version_entry("ab" * 32, None)),
        (7, key_entry(KeyEvent.ROTATED, second, first)),
        (9, key_entry(KeyEvent.LOST, third, second.verifier)),
    ]
    assert [entry.key for entry in keys_of(entries)] == [first.verifier, second.verifier, third.verifier]
    for wrong in (entries[1:], [entries[0], entries[3]], [*entries, (11, entries[0][1])]):
        with pytest.raises(BadNote, match="does not follow"):
            keys_of(wrong)


@given(st.data())
def test_no_byte_of_an_entry_about_a_key_can_be_altered(data: st.DataObject) -> None:
    first, second = Signer.generate(NAME), Signer.generate(NAME)
    entry = bytearray(key_entry(KeyEvent.ROTATED, second, first))
    at = data.draw(st.integers(0, len(entry) - 1))
    entry[at] ^= data.draw(st.integers(1, 255))
    try:
        found = parse_key_entry(bytes(entry))
    except BadNote:
        return
    assert found is None  # it is about no key any more


def test_a_rotation_that_the_key_before_did_not_sign_is_refused() -> None:
    first, second, thief = (Signer.generate(NAME) for _ in range(3))
    forged = key_entry(KeyEvent.ROTATED, second, thief).replace(
        str(thief.verifier).encode(), str(first.verifier).encode()
    )
    with pytest.raises(BadNote, match="not signed by the keys"):
        parse_key_entry(forged)
    with pytest.raises(BadNote, match="as many keys"):
        parse_key_entry(key_entry(KeyEvent.LOST, second, first.verifier).replace(b"\nlost\n", b"\nrotated\n"))


def test_an_entry_of_an_old_version_shows_its_chain_to_nobody() -> None:
    chain = "ab" * 32
    assert chain.encode() in version_entry(chain, None)
    assert chain.encode() not in version_entry(chain, None, blinded_by=b"salt")
