"""Fonts of card images: Noto's families, one a script, as Debian installs them (fonts-noto-core, fonts-noto-cjk)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from newscrawl.languages import language_tag

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
# First words of the names of characters that the fonts of Chinese, Japanese and Korean have.
CJK = frozenset(
    {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH"}
)
# Faces in the collection of these fonts: the same character has other forms in other languages.
CJK_FACES = {"ja": 0, "ko": 1, "zh": 2, "zh-Hans": 2, "zh-TW": 3, "zh-Hant": 3, "zh-HK": 4}
NEEDED = "LMN"  # categories of characters without which a word is not readable; symbols are left out


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    path: Path
    family: str
    widths: Mapping[int, float]  # by character, of a size of 1


@dataclass(frozen=True, slots=True)
class Fonts:
    """Faces of one weight that have all letters of a text; the first one that has a character draws it."""

    faces: tuple[Face, ...]

    def width(self, text: str, size: float) -> float:
        """Return the width of a text at most: letters that are joined or combined take less."""
        return size * sum(self._width(ord(character)) for character in text)

    def shown(self, text: str) -> str:
        """Return a text without the characters that no face has."""
        return "".join(c for c in text if self._has(c) or c.isspace() or unicodedata.category(c) == "Cf")

    @property
    def families(self) -> str:
        return ", ".join(f"'{face.family}'" for face in self.faces)

    def _has(self, character: str) -> bool:
        return any(ord(character) in face.widths for face in self.faces)

    def _width(self, code: int) -> float:
        return next((face.widths[code] for face in self.faces if code in face.widths), 0.0)


def is_installed() -> bool:
    """Return whether newscrawl[cards] is installed."""
    return find_spec("fontTools") is not None and find_spec("resvg_py") is not None


def fonts_of(text: str, language: str | None, weight: str) -> Fonts | None:
    """Return fonts in which a text can be read; None if there are none for one of its scripts."""
    scripts = {_script(character) for character in set(text)} - {"", "LATIN"}
    faces = [_script_face(script, language, weight) for script in sorted(scripts)]
    faces.append(_face(f"NotoSans-{weight}.ttf", 0))
    fonts = Fonts(tuple(dict.fromkeys(face for face in faces if face is not None)))
    needed = (character for character in set(text) if unicodedata.category(character)[0] in NEEDED)
    return fonts if all(fonts._has(character) for character in needed) else None


def _script(character: str) -> str:
    """Return the first word of a character's name, which for a letter is its script; empty for spaces and signs."""
    word = unicodedata.name(character, "").partition(" ")[0]
    return word if unicodedata.category(character)[0] in NEEDED or word in CJK else ""


def _script_face(script: str, language: str | None, weight: str) -> Face | None:
    if script not in CJK:
        return _face(f"NotoSans{script.title()}-{weight}.ttf", 0)
    tag = language_tag(language) or ""
    number = CJK_FACES.get(tag, CJK_FACES.get(tag.partition("-")[0], 0))
    return _face(f"NotoSansCJK-{weight}.ttc", number)


@cache
def _files() -> Mapping[str, Path]:
    return {path.name: path for folder in FOLDERS for path in sorted(folder.rglob("NotoSans*.tt[fc]"))}


@cache
def _face(name: str, number: int) -> Face | None:
    """Return a face of an installed file; None if the file is not installed."""
    from fontTools.ttLib import TTFont

    path = _files().get(name)
    if path is None:
        return None
    with TTFont(path, fontNumber=number, lazy=True) as font:
        metrics, units = font["hmtx"].metrics, font["head"].unitsPerEm
        names = font["name"]
        family = names.getDebugName(16) or names.getDebugName(1)
        widths = {code: metrics[glyph][0] / units for code, glyph in font.getBestCmap().items()}
        return Face(path, family, widths)
