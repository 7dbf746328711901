"""Trees and proofs against the vectors of RFC 6962's reference implementation, and against a naive tree."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.tlog import merkle, tiles
from newscrawl.tlog.merkle import leaf_hash, node_hash

# certificate-transparency, cpp/merkletree/merkle_tree_test.cc: eight leaves and the roots of their first one to eight.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def naive_root(hashes: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while 2 * split < len(hashes):
        split *= 2
    return node_hash(naive_root(hashes[:split]), naive_root(hashes[split:]))


def naive_inclusion(index: int, hashes: list[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1."""
    if len(hashes) == 1:
        return []
    split = 1
    while 2 * split < len(hashes):
        split *= 2
    if index < split:
        return [*naive_inclusion(index, hashes[:split]), naive_root(hashes[split:])]
    return [*naive_inclusion(index - split, hashes[split:]), naive_root(hashes[:split])]


def naive_consistency(old: int, hashes: list[bytes], *, is_whole: bool = True) -> list[bytes]:
    """RFC 9162, 2.1.4.1."""
    if old == len(hashes):
        return [] if is_whole else [naive_root(hashes)]
    split = 1
    while 2 * split < len(hashes):
        split *= 2
    if old <= split:
        return [*naive_consistency(old, hashes[:split], is_whole=is_whole), naive_root(hashes[split:])]
    return [*naive_consistency(old - split, hashes[split:], is_whole=False), naive_root(hashes[:split])]


class Tree:
    """A tree as it is kept: in tiles that were extended in steps."""

    def __init__(self, *steps: int) -> None:
        self.tiles: dict[tiles.Tile, bytes] = {}
        self.hashes: list[bytes] = []
        for count in steps:
            self.append([leaf_hash(str(len(self.hashes) + n).encode()) for n in range(count)])

    def append(self, new: list[bytes]) -> None:
        size = len(self.hashes)
        last = {level: count // 256 for level, count in tiles.sizes(size) if count % 256}
        self.tiles |= tiles.extended(size, new, {level: self.tiles[level, at] for level, at in last.items()})
        self.hashes += new

    def hash_of(self, node: merkle.Node) -> bytes:
        return tiles.hash_of(self.tiles, node)

    def root(self, size: int) -> bytes:
        return merkle.root((0, size), self.hash_of)

    def hashes_of(self, parts: list[merkle.Part]) -> list[bytes]:
        return [merkle.root(part, self.hash_of) for part in parts]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference_implementation(size: int) -> None:
    tree = Tree()
    tree.append([leaf_hash(leaf) for leaf in LEAVES])
    assert tree.root(size).hex() == ROOTS[size - 1]
    assert merkle.root((0, 0), tree.hash_of) == hashlib.sha256(b"").digest()


def test_proofs_are_those_of_the_reference_implementation() -> None:
    tree = Tree()
    tree.append([leaf_hash(leaf) for leaf in LEAVES])
    first = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [each.hex() for each in tree.hashes_of(merkle.inclusion_parts(0, 8))] == first
    sixth_to_eighth = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [each.hex() for each in tree.hashes_of(merkle.consistency_parts(6, 8))] == sixth_to_eighth


TREE = Tree(1, 254, 1, 1, 300, 700, 65_000, 600)  # tiles of three levels, full and not, extended across their ends
SIZES = st.one_of(st.integers(1, 700), st.integers(65_400, len(TREE.hashes)), st.sampled_from([256, 257, 512, 65_536]))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_proofs_of_inclusion_are_those_of_the_definition(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    root, proof = TREE.root(size), TREE.hashes_of(merkle.inclusion_parts(index, size))
    if size < 2_000:
        assert root == naive_root(TREE.hashes[:size])
        assert proof == naive_inclusion(index, TREE.hashes[:size])
    assert merkle.root_of_inclusion(index, size, TREE.hashes[index], proof) == root
    other = data.draw(st.integers(0, size - 1).filter(lambda at: at != index)) if size > 1 else None
    if other is not None:
        assert _root_or_none(other, size, TREE.hashes[index], proof) != root
    for wrong in ([*proof, root], *([proof[:-1]] if proof else []), *([proof[::-1]] if len(proof) > 1 else [])):
        assert _root_or_none(index, size, TREE.hashes[index], wrong) != root


def _root_or_none(index: int, size: int, leaf: bytes, proof: list[bytes]) -> bytes | None:
    try:
        return merkle.root_of_inclusion(index, size, leaf, proof)
    except ValueError:
        return None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_proofs_of_consistency_are_those_of_the_definition(data: st.DataObject) -> None:
    new = data.draw(SIZES)
    old = data.draw(st.integers(1, new))
    roots, proof = (TREE.root(old), TREE.root(new)), TREE.hashes_of(merkle.consistency_parts(old, new))
    if new < 2_000:
        assert proof == naive_consistency(old, TREE.hashes[:new])
    assert merkle.is_consistent(old, new, *roots, proof)
    forged = leaf_hash(b"another past")
    assert not merkle.is_consistent(old, new, forged, roots[1], proof)
    assert not merkle.is_consistent(old, new, roots[0], forged, proof)
    assert not merkle.is_consistent(old, new, *roots, [*proof, forged])
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        assert not merkle.is_consistent(old, new, *roots, [*proof[:at], forged, *proof[at + 1 :]])
        assert not merkle.is_consistent(old, new, *roots, proof[:-1])


def test_what_no_tree_has_is_refused() -> None:
    for index, size in ((0, 0), (-1, 3), (3, 3)):
        with pytest.raises(ValueError, match="no entry"):
            merkle.inclusion_parts(index, size)
        with pytest.raises(ValueError, match="no entry"):
            merkle.root_of_inclusion(index, size, b"", [])
    for old, new in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="cannot be shown"):
            merkle.consistency_parts(old, new)
    assert merkle.is_consistent(0, 3, hashlib.sha256(b"").digest(), b"any", [])
    assert not merkle.is_consistent(0, 3, b"any", b"any", [])
    assert not merkle.is_consistent(4, 3, b"any", b"any", [b"any"])
    with pytest.raises(ValueError, match="too few hashes"):
        tiles.hash_of({(0, 0): b"x" * 32}, (1, 0))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 600), min_size=1, max_size=6), st.integers(0, 255))
def test_tiles_are_the_same_in_whatever_steps_they_were_extended(steps: list[int], longer: int) -> None:
    stepwise, at_once = Tree(*steps), Tree(sum(steps))
    assert stepwise.tiles.keys() == at_once.tiles.keys()
    assert {key: stepwise.tiles[key] for key in at_once.tiles} == at_once.tiles
    size = sum(steps)
    # A batch that was begun before: its tiles are longer than the tree that it extends.
    hashes = [leaf_hash(str(size + n).encode()) for n in range(longer)]
    at_once.append(hashes)
    last = {level: count // 256 for level, count in tiles.sizes(size) if count % 256}
    again = tiles.extended(size, hashes, {level: at_once.tiles[level, at] for level, at in last.items()})
    assert all(at_once.tiles[key] == data for key, data in again.items())


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1_234_067, 256, "tile/0/x001/x234/067"),
        (1, 999, 17, "tile/1/999.p/17"),
        (2, 1000, 1, "tile/2/x001/000.p/1"),
        ("entries", 273, 112, "tile/entries/273.p/112"),
    ],
)
def test_paths_are_those_of_the_specification(level: int | str, index: int, width: int, path: str) -> None:
    assert tiles.path(level, index, width) == path
    assert tiles.parse_index(path.split("/", 2)[2]) == (index, width)


@pytest.mark.parametrize(
    "text",
    ["", "0", "00", "0000", "x000/001", "001/002", "x001", "001.p/", "001.p/0", "001.p/256", "001.p/257", "001.p/01",
     "001.p/1.p/2", "x1/001", "../etc", "٠٠١", "001.p/٣", "x001/x002", "-01", "1e3", "x999/" * 9 + "000"],
)  # fmt: skip
def test_what_is_no_path_of_a_tile_is_none(text: str) -> None:
    assert tiles.parse_index(text) is None


def test_a_log_of_70_000_has_the_tiles_that_the_specification_counts() -> None:
    assert tiles.sizes(70_000) == [(0, 273 * 256 + 112), (1, 256 + 17), (2, 1)]
    assert tiles.sizes(256) == [(0, 256), (1, 1)]


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_give_their_entries_again(entries: list[bytes]) -> None:
    data = tiles.bundle(entries)
    assert list(tiles.entries_of(data)) == entries
    if data and entries[-1]:
        with pytest.raises(ValueError, match="breaks off"):
            list(tiles.entries_of(data[:-1]))
