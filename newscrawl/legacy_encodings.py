"""The encodings in which pages of each language were written before UTF-8, and the letters that their texts have."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from functools import cache

_LATIN_1 = ("cp1252", "iso8859-15", "mac-roman")
_LATIN_2 = ("cp1250", "iso8859-2")
# Encodings by language, the most usual first.
ENCODINGS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("en", "de", "fr", "es", "it", "pt", "nl", "da", "sv", "nb", "nn", "no", "fi", "is", "ca", "eu", "gl", "ga",
         "id", "ms", "sw", "zu", "xh", "af", "kl", "lb", "sq"),
        _LATIN_1,
    ),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "bs", "ro"), _LATIN_2),
    "sr": ("cp1251", "cp1250", "iso8859-2", "iso8859-5"),
    **dict.fromkeys(("ru", "bg", "mk", "be"), ("cp1251", "koi8-r", "iso8859-5", "cp866")),
    "uk": ("cp1251", "koi8-u", "iso8859-5", "cp866"),
    "el": ("cp1253", "iso8859-7"),
    **dict.fromkeys(("tr", "az", "ku"), ("cp1254", "iso8859-9")),
    "he": ("cp1255", "iso8859-8"),
    **dict.fromkeys(("ar", "fa", "ur"), ("cp1256", "iso8859-6")),
    **dict.fromkeys(("lt", "lv"), ("cp1257", "iso8859-13", "iso8859-4")),
    "et": ("cp1257", "iso8859-15", "iso8859-13", "iso8859-4"),
    "vi": ("cp1258",),
    "th": ("cp874",),
    "ja": ("cp932", "euc-jp", "iso-2022-jp"),
    "zh": ("gb18030", "big5hkscs"),
    "ko": ("cp949",),
}  # fmt: skip
# What the standard decodes these labels with: the same letters, and more.
SUPERSETS = {
    "ascii": "cp1252", "iso-8859-1": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc-kr": "cp949",
}  # fmt: skip
# Labels of the standard that Python has no codec by, in the spelling of `codecs`.
_LABELS: dict[str, str] = {
    label: codec
    for codec, labels in {
        "utf-8": "unicode_1_1_utf_8 unicode11utf8 unicode20utf8 x_unicode20utf8",
        "iso8859-2": "iso88592 iso_8859_2:1987", "iso8859-3": "iso88593 iso_8859_3:1988",
        "iso8859-4": "iso88594 iso_8859_4:1988", "iso8859-5": "iso88595 iso_8859_5:1988",
        "iso8859-6": "csiso88596e csiso88596i iso_8859_6_e iso_8859_6_i iso88596 iso_8859_6:1987",
        "iso8859-7": "iso88597 iso_8859_7:1987 sun_eu_greek",
        "iso8859-8": "csiso88598e iso_8859_8_e iso88598 iso_8859_8:1988 visual csiso88598i iso_8859_8_i logical",
        "iso8859-10": "iso885910", "iso8859-13": "iso885913", "iso8859-14": "iso885914",
        "iso8859-15": "csisolatin9 iso885915", "koi8-r": "koi koi8", "koi8-u": "koi8_ru",
        "mac-roman": "csmacintosh mac x_mac_roman", "mac-cyrillic": "x_mac_cyrillic x_mac_ukrainian",
        "cp874": "dos_874 iso885911", "cp1250": "x_cp1250", "cp1251": "x_cp1251",
        "cp1252": "iso88591 iso_8859_1:1987 x_cp1252", "cp1253": "x_cp1253",
        "cp1254": "iso88599 iso_8859_9:1989 x_cp1254", "cp1255": "x_cp1255", "cp1256": "x_cp1256",
        "cp1257": "x_cp1257", "cp1258": "x_cp1258", "gb18030": "csgb2312 gb_2312 x_gbk",
        "big5hkscs": "cn_big5 x_x_big5", "euc-jp": "cseucpkdfmtjapanese x_euc_jp",
        "cp949": "cseuckr csksc56011987 iso_ir_149 ks_c_5601_1989 ksc_5601 windows_949",
    }.items()
    for label in labels.split()
}  # fmt: skip
# What else browsers know (encoding.spec.whatwg.org, 4.2), or what has seven bits. Python has more codecs, of which
# some are of no text (hex, zip), or read markup out of letters (unicode_escape).
_FURTHER = (
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso8859-3", "iso8859-10", "iso8859-14", "iso8859-16"),
    *("mac-cyrillic", "hz", "iso2022_kr"),
)
ALL = tuple(dict.fromkeys(encoding for encodings in ENCODINGS.values() for encoding in encodings))

_CYRILLIC, _ARABIC = "\u0400-\u045f\u0490-\u0491", "\u0600-\u06ff"
_LETTERS: dict[str, str] = {
    "de": "äöüßÄÖÜ", "fr": "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜ", "es": "áéíñóúüÁÉÍÑÓÚÜ", "it": "àèéìíòóùúÀÈÉÌÒÙ",
    "pt": "áâãàçéêíóôõúüÁÂÃÀÇÉÊÍÓÔÕÚ", "nl": "áäéëèêïíóöúüÉË", "da": "æøåéÆØÅÉ",
    **dict.fromkeys(("nb", "nn", "no"), "æøåéèêóòôÆØÅÉ"),
    "sv": "åäöéÅÄÖÉ", "fi": "äöåÄÖÅšž", "is": "áæðéíóöúýþÁÆÐÉÍÓÖÚÝÞ",
    "ca": "àçéèíïóòúüÀÇÉÈÍÏÓÒÚÜ",
    "pl": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "cs": "áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ", "sk": "áäčďéíĺľňóôŕšťúýžÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽ",
    "hu": "áéíóöőúüűÁÉÍÓÖŐÚÜŰ", "sl": "čšžćđČŠŽ", "hr": "čćđšžČĆĐŠŽ", "bs": "čćđšžČĆĐŠŽ", "ro": "ăâîșțşţĂÂÎȘȚŞŢ",
    "tr": "çğıöşüâîûÇĞİÖŞÜ", "az": "çəğıöşüÇƏĞİÖŞÜ", "lt": "ąčęėįšųūžĄČĘĖĮŠŲŪŽ", "lv": "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ",
    "et": "äõöüšžÄÕÖÜŠŽ",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯ\u1ea0-\u1ef9\u0300\u0301\u0303\u0309\u0323",
    "sr": f"{_CYRILLIC}čćđšžČĆĐŠŽ",
    **dict.fromkeys(("ru", "uk", "bg", "mk", "be"), _CYRILLIC), "el": "\u0370-\u03ff", "he": "\u0590-\u05ff",
    **dict.fromkeys(("ar", "fa", "ur"), _ARABIC), "th": "\u0e00-\u0e7f", "ko": "\uac00-\ud7af",
    "ja": "\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef", "zh": "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef",
}  # fmt: skip
_OTHER_SCRIPTS = {"ru", "bg", "mk", "be", "uk", "sr", "el", "he", "ar", "fa", "ur", "th", "ja", "zh", "ko"}
_LATIN_LETTERS = "\xc0-\xd6\xd8-\xf6\xf8-\u017f"  # of languages whose texts have foreign names at most
_TYPOGRAPHY = "\xa0\xab\xad\xb7\xbb\u2010-\u2026\u2030-\u203a\u20ac\xa3\xa9\xae\xb0\u2122"


def _of_label(label: str) -> codecs.CodecInfo | None:
    codec = _LABELS.get(label)
    return codecs.lookup(codec) if codec else None


codecs.register(_of_label)  # for all who look up what a header or a page states


def encodings_of(languages: Iterable[str]) -> tuple[str, ...]:
    """Return the legacy encodings of some languages, those of the first language first; all if none is known."""
    found = (encoding for language in languages for encoding in ENCODINGS.get(_primary(language), ()))
    return tuple(dict.fromkeys(found)) or ALL


def languages_of(encoding: str) -> tuple[str, ...]:
    """Return the languages whose texts have had an encoding, by any of its names."""
    name = _codec(SUPERSETS.get(encoding, encoding))
    return tuple(language for language, encodings in ENCODINGS.items() if name in map(_codec, encodings))


@cache
def _codec(encoding: str) -> str:
    return codecs.lookup(encoding).name


def is_known(encoding: str) -> bool:
    """Return whether a codec of Python decodes texts as browsers do."""
    return _codec(encoding) in _known()


@cache
def _known() -> frozenset[str]:
    return frozenset(map(_codec, (*ALL, *SUPERSETS, *_FURTHER)))


def letters_of(languages: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern of the characters beyond ASCII that texts in some languages have; None if none is known."""
    known = [_LETTERS.get(of, _LATIN_LETTERS) for language in languages if (of := _primary(language)) in ENCODINGS]
    return re.compile(f"[{''.join(known)}{_TYPOGRAPHY}]") if known else None


def is_ideographic(languages: Iterable[str]) -> bool:
    """Return whether texts in one of the languages are written in encodings of two bytes a letter."""
    return any(_primary(language) in ("ja", "zh", "ko") for language in languages)


def is_latin(languages: Iterable[str]) -> bool:
    """Return whether texts in all of the languages are in the Latin script."""
    return all(_primary(language) not in _OTHER_SCRIPTS for language in languages)


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()
