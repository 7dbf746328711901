"""Merkle trees of RFC 9162 (section 2.1): hashes, proofs of inclusion and of consistency, and their verification. Pure.

A tree is read through its complete subtrees, each named by height and index: `(0, 5)` is the sixth leaf, `(8, 2)` the
third subtree of 256 leaves. A part of a tree, as the algorithms of the RFC cut it, is a row of those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

Node = tuple[int, int]
Part = tuple[int, int]  # leaves from the first up to, without, the second
HashOf = Callable[[Node], bytes]
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def nodes(part: Part) -> list[Node]:
    """Return the complete subtrees that a part of a tree consists of, from left to right."""
    start, end = part
    found: list[Node] = []
    while start < end:
        height = (end - start).bit_length() - 1
        found.append((height, start >> height))
        start += 1 << height
    return found


def root(part: Part, hash_of: HashOf) -> bytes:
    """Return the hash of a part of a tree: with the whole tree as the part, its root."""
    hashes = [hash_of(node) for node in nodes(part)]
    if not hashes:
        return EMPTY_ROOT
    total = hashes.pop()
    while hashes:
        total = node_hash(hashes.pop(), total)
    return total


def inclusion_parts(index: int, size: int) -> list[Part]:
    """Return the parts whose hashes prove that a leaf is in a tree, from the leaf's sibling to below the root.

    Raises ValueError for an index that is not in the tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no entry {index} in a tree of {size}")
    start, end, parts = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((start, middle))
            start = middle
    return parts[::-1]


def consistency_parts(old: int, new: int) -> list[Part]:
    """Return the parts whose hashes prove that a tree of `new` leaves begins with one of `old` (RFC 9162, 2.1.4.1).

    Raises ValueError unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError(f"a tree of {new} cannot be shown to begin with one of {old}")
    start, end, left, parts = 0, new, old, []
    is_whole = True
    while left != end - start:
        middle = _split(end - start)
        if left <= middle:
            parts.append((start + middle, end))
            end = start + middle
        else:
            parts.append((start, start + middle))
            start, left, is_whole = start + middle, left - middle, False
    return [*([] if is_whole else [(start, end)]), *parts[::-1]]


def root_of_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that a proof of inclusion leads to (RFC 9162, 2.1.3.2); raises ValueError if it has none."""
    if not 0 <= index < size:
        raise ValueError(f"there is no entry {index} in a tree of {size}")
    position, last, total = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ValueError("the proof of inclusion is too long")
        if position & 1 or position == last:
            total = node_hash(sibling, total)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            total = node_hash(total, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ValueError("the proof of inclusion is too short")
    return total


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether a proof shows that one tree begins with the other (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if old > new or not proof:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(size: int) -> int:
    """Return the largest power of two below a size above 1."""
    return 1 << ((size - 1).bit_length() - 1)
