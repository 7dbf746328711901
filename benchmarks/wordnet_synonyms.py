"""Make newscrawl/change/synonyms.txt.gz out of WordNet 3.0: `python -m benchmarks.wordnet_synonyms FOLDER`.

FOLDER holds WordNet's own files, as for `benchmarks.wordnet_tables`. The table says which words may stand for one
another: those of a synset, of one that is similar or directly above it, and words derived from one another. WordNet's
licence is in NOTICE.
"""

from __future__ import annotations

import argparse
import gzip
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.wordnet_tables import PART_OF, PARTS, WORD, lines, read

TABLE = Path(__file__).resolve().parent.parent / "newscrawl" / "change" / "synonyms.txt.gz"
SENSES = 6  # of a word in a part of speech, the most frequent first: in a rare sense nearly every word is another
NEAR = frozenset(
    {"@", "&", "+", "\\", "*", "$", "^"}
)  # above, similar, derived, pertaining, entailed, grouped, see also

Synset = tuple[str, str]  # part of speech and offset


def senses(folder: Path) -> dict[str, list[Synset]]:
    """Return the synsets of each single word."""
    found: dict[str, list[Synset]] = defaultdict(list)
    for part in PARTS:
        for line in lines(folder / f"index.{part}"):
            fields = line.split()
            if WORD.match(fields[0]):
                found[fields[0]] += [(part, offset) for offset in fields[-int(fields[2]) :][:SENSES]]
    return found


def near(synsets: dict[str, dict[str, dict[str, Any]]]) -> dict[Synset, set[Synset]]:
    """Return by synset those whose words may stand for its own."""
    return {
        (part, offset): {(PART_OF[target], other) for symbol, other, target, _ in entry["pointers"] if symbol in NEAR}
        for part, entries in synsets.items()
        for offset, entry in entries.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    words, beside = senses(folder), near(read(folder))
    used = sorted({synset for each in words.values() for synset in each})
    ids = {synset: number for number, synset in enumerate(used)}
    listed = (f"{word} {' '.join(str(ids[each]) for each in own)}" for word, own in sorted(words.items()))
    rows = (" ".join(str(ids[each]) for each in sorted(beside[synset]) if each in ids) for synset in used)
    table = "\n".join([*listed, "", *rows, ""])
    with TABLE.open("wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        packed.write(table.encode())
    print(len(words), "words;", len(used), "synsets;", TABLE.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
