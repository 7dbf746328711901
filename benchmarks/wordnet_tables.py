"""Make newscrawl/change/wordnet.json.gz out of WordNet 3.0: `python -m benchmarks.wordnet_tables FOLDER`.

FOLDER holds WordNet's own files (`index.*`, `data.*`, `*.exc`): /usr/share/wordnet of Debian's wordnet-base. The table
keeps what `newscrawl.change.wordnet` asks: which words there are, their irregular forms, opposites, and of nouns
the kinds below with all synsets between. WordNet's licence is in NOTICE.
"""

# ruff: noqa: E501 -- rows of tables
from __future__ import annotations

import argparse
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parent.parent / "newscrawl" / "change" / "wordnet.json.gz"
PARTS = ("noun", "verb", "adj", "adv")
PART_OF = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
WORD = re.compile(r"[a-z]{2,}(?:-[a-z]+)*\Z")
NOUN = re.compile(r"[a-z]{2,}(?:[-_][a-z]+)?\Z")  # "living room" too
SENSES = 3  # of a noun, the most frequent first; rarer ones make nearly every noun a thing of every kind
# The head of each kind: a lemma and a word of its gloss that tells its sense.
KINDS = (
    ("animal", "animal", "living organism"), ("appliance", "home_appliance", "appliance"), ("art", "art", "products of human"), ("body part", "body_part", "part of an organism"),
    ("container", "container", "object that can be used to hold"),
    ("child or adult", "male", "belongs to the sex that cannot"), ("clothing", "clothing", "covering designed"),
    ("colour", "achromatic_color", "lacking hue"), ("colour", "chromatic_color", "hue"),
    ("country", "country", "territory occupied"), ("crime", "crime", "act punishable"),
    ("date", "Gregorian_calendar_month", "month"), ("date", "season", "one of the natural periods"),
    ("date", "weekday", "any day"), ("disaster", "calamity", "event resulting in great loss"),
    ("disease", "illness", "impairment"), ("drink", "beverage", "any liquid suitable for drinking"),
    ("food", "dish", "particular item of prepared food"),
    ("food", "edible_fruit", "edible reproductive body"), ("food", "foodstuff", "substance that can be used"),
    ("food", "nutriment", "source of materials"), ("food", "produce", "fresh fruits and vegetable"),
    ("food", "sweet", "rich in sugar"), ("food", "vegetable", "edible seeds or roots"),
    ("drug", "drug", "used as a medicine"),
    ("furniture", "furniture", "furnishings that make a room"), ("game", "sport", "active diversion"),
    ("jewellery", "jewelry", "adornment"), ("landform", "geological_formation", "geological features"),
    ("inhabitant", "inhabitant", "person who inhabits"),
    ("instrument", "musical_instrument", "devices or contrivances"), ("leader", "leader", "rules or guides"),
    ("material", "building_material", "material used for constructing"),
    ("material", "fabric", "artifact made by weaving"),
    ("material", "metallic_element", "chemical elements"),
    ("material", "plastic", "generic name"),
    ("material", "rock", "material consisting"), ("material", "wood", "hard fibrous lignified"),
    ("planet", "planet", "celestial bod"), ("plant", "plant_part", "any part of a plant"),
    ("relative", "relative", "related by blood"), ("road", "way", "any artifact consisting of a road"),
    ("room or building", "building", "roof and walls"), ("room or building", "room", "area within a building"),
    ("trade", "professional", "engaged in one of the learned"), ("trade", "skilled_worker", "special skills"),
    ("trade", "worker", "works at a specific"), ("tool", "tool", "implement used in the practice"),
    ("tree", "tree", "tall perennial woody"),
    ("unit of time", "time_unit", "unit for measuring"), ("vehicle", "vehicle", "conveyance that transports"),
    ("vehicle", "public_transport", "conveyance"),
    ("weather", "atmospheric_phenomenon", "physical phenomenon"),
    ("waters", "body_of_water", "part of the earth"), ("weapon", "weapon", "any instrument"),
    ("woman", "female", "belongs to the sex that can"),
)  # fmt: skip
# Kinds whose members stand far apart in WordNet, or have another sense first.
MEMBERS = {
    "material": "brick stone wood glass plastic bronze sand cement copper concrete steel iron marble paper leather metal clay "
    "granite aluminium aluminum rubber cardboard straw mud silver gold brass tin timber bamboo slate limestone",
    "crime": "murder manslaughter homicide assault robbery theft burglary fraud rape arson kidnapping bribery perjury treason "
    "espionage terrorism embezzlement extortion blackmail trespass vandalism smuggling corruption",
    "colour": "black white red green blue yellow grey gray brown orange purple pink silver golden violet turquoise beige",
    "room or building": "hallway corridor lobby classroom courtroom office garage kitchen bedroom bathroom cellar attic cell "
    "balcony basement school hospital church library warehouse factory shop hotel",
    "drink": "champagne juice coke cola lemonade beer wine whisky whiskey tea coffee milk water vodka gin rum",
    "office": "president minister mayor governor senator judge councillor chancellor secretary ambassador commissioner",
    "court outcome": "fine prison probation parole acquittal conviction bail sentence",
    "disaster": "flood fire earthquake storm hurricane drought landslide avalanche tornado tsunami eruption",
}  # fmt: skip


# What a named place is an instance of.
PLACES = (
    ("region", "extended spatial location"), ("district", "marked off for administrative"), ("land", "solid part of the earth"),
    ("body_of_water", "part of the earth"), ("geological_formation", "geological features"),
)  # fmt: skip


def lines(path: Path) -> Iterator[str]:
    return (line for line in path.read_text("latin-1").splitlines() if not line.startswith("  "))


def synset(line: str) -> dict[str, Any]:
    data, _, gloss = line.partition(" | ")
    fields = data.split()
    count = int(fields[3], 16)
    words = [fields[4 + 2 * index].partition("(")[0] for index in range(count)]
    at = 4 + 2 * count
    pointers = [fields[at + 1 + 4 * n : at + 5 + 4 * n] for n in range(int(fields[at]))]
    return {"words": words, "pointers": pointers, "gloss": gloss}


def read(folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    return {part: {line[:8]: synset(line) for line in lines(folder / f"data.{part}")} for part in PARTS}


def antonyms(synsets: dict[str, dict[str, dict[str, Any]]]) -> set[tuple[str, str]]:
    """Return the pairs of words whose synsets are antonyms, and satellite adjectives with the antonyms of their heads.

    WordNet states antonyms between single words; all words of the two synsets share the opposition.
    """
    pairs: set[tuple[str, str]] = set()
    for part in PARTS:
        for offset, entry in synsets[part].items():
            opposed = [(PART_OF[target], other) for symbol, other, target, _ in entry["pointers"] if symbol == "!"]
            near = [synsets[part][other]["words"] for symbol, other, _, _ in entry["pointers"] if symbol == "&"]
            for target, other in opposed:
                words = synsets[target][other]["words"]
                pairs |= _pairs(entry["words"], words)
                for satellites in near if offset != other else ():
                    pairs |= _pairs(satellites, words)
    return pairs


def _pairs(some: list[str], others: list[str]) -> set[tuple[str, str]]:
    combined = ((one.lower(), other.lower()) for one in some for other in others)
    return {(min(pair), max(pair)) for pair in combined if all(map(WORD.match, pair)) and pair[0] != pair[1]}


def ancestors(nouns: dict[str, dict[str, Any]], offset: str) -> set[str]:
    found: set[str] = set()
    stack = [offset]
    while stack:
        for symbol, target, part, _ in nouns[stack.pop()]["pointers"]:
            if symbol in ("@", "@i") and part == "n" and target not in found:
                found.add(target)
                stack.append(target)
    return found


def kinds(folder: Path, nouns: dict[str, dict[str, Any]]) -> dict[str, list[list[str]]]:
    """Return by noun its senses that are of a kind: the synset, then those above it up to the kind's head."""
    heads = {}
    for kind, lemma, gloss in KINDS:
        found = [offset for offset, entry in nouns.items() if lemma in entry["words"] and gloss in entry["gloss"]]
        if found:
            heads[found[0]] = kind
        else:
            print("no head for", kind, lemma)
    table: dict[str, list[list[str]]] = {}
    for line in lines(folder / "index.noun"):
        fields = line.split()
        lemma = fields[0].lower()
        if not NOUN.match(lemma):
            continue
        for offset in fields[-int(fields[2]) :][:SENSES]:
            above = ancestors(nouns, offset)
            if offset in heads or above & heads.keys():
                path = [offset, *sorted(above)]
                below = [each for each in path if each in heads or ancestors(nouns, each) & heads.keys()]
                table.setdefault(lemma.replace("_", " "), []).append([heads.get(each, each) for each in below])
    for number, (kind, members) in enumerate(sorted(MEMBERS.items())):
        for place, member in enumerate(members.split()):
            table.setdefault(member, []).append([f"{number:04}{place:06}", kind])
    return table


def places(nouns: dict[str, dict[str, Any]]) -> list[str]:
    """Return the names of places in lower case: instances of regions, towns, countries, waters and land."""
    heads = {
        offset
        for offset, entry in nouns.items()
        for lemma, gloss in PLACES
        if lemma in entry["words"] and gloss in entry["gloss"]
    }
    named = set()
    for offset, entry in nouns.items():
        is_instance = any(symbol == "@i" for symbol, *_ in entry["pointers"])
        if is_instance and ancestors(nouns, offset) & heads:
            named |= {word.lower().replace("_", " ") for word in entry["words"] if word[:1].isupper() and len(word) > 3}
    return sorted(named)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    synsets = read(folder)
    words = {line.split(maxsplit=1)[0] for part in PARTS for line in lines(folder / f"index.{part}")}
    irregular = {
        form: base
        for part in PARTS
        for form, base, *_ in map(str.split, lines(folder / f"{part}.exc"))
        if WORD.match(form)
    }
    pairs = antonyms(synsets)
    named = kinds(folder, synsets["noun"])
    ids: dict[str, int] = {}
    table = {
        "words": " ".join(sorted(filter(WORD.match, words))),
        "irregular": irregular,
        "opposites": sorted(map(" ".join, pairs)),
        "places": places(synsets["noun"]),
        "kinds": {
            word: [
                [each if not each.isdigit() else ids.setdefault(each, len(ids)) for each in sense] for sense in senses
            ]
            for word, senses in sorted(named.items())
        },
    }
    text = json.dumps(table, separators=(",", ":"), sort_keys=True)
    with TABLE.open("wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        packed.write(text.encode())
    print(
        len(pairs),
        "pairs of opposites;",
        len(named),
        "nouns of a kind;",
        len(table["places"]),
        "places;",
        TABLE.stat().st_size,
        "bytes",
    )


if __name__ == "__main__":
    main()
