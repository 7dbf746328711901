"""Text of strangers on its way out: characters that no escaping makes safe become visible, on pages and in messages."""

from __future__ import annotations

import regex

# Controls except tab and newline (C1 holds terminal escapes), surrogates, and the noncharacters that XML 1.0 forbids.
_FORBIDDEN = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Embeddings, overrides and isolates reorder the text around them (CVE-2021-42574); marks such as U+200F stay.
_REORDERING = regex.compile(r"[\u202a-\u202e\u2066-\u2069]")
# No script stacks more than a handful of combining marks; a million of them on one letter freezes text shaping.
_STACKED_MARKS = regex.compile(r"(\p{M}{12})\p{M}+")
_SUSPECT = regex.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]|\p{M}{13}"
)
# A spreadsheet takes a cell that begins so for a formula, which can run a command (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ELLIPSIS = "…"


def harmless(text: str) -> str:
    """Return `text` without characters that hide, reorder or break the text around; bidi controls become visible."""
    if text.isascii() and text.isprintable():
        return text
    if not _SUSPECT.search(text):
        return text
    text = str(_FORBIDDEN.sub("\ufffd", text))
    text = str(_REORDERING.sub(lambda match: f"[U+{ord(match[0]):04X}]", text))
    return str(_STACKED_MARKS.sub(r"\1\ufffd", text))


def one_line(text: str, maximum: int) -> str:
    """Return harmless text on one line, cut to a length: a header field of a mail, a title."""
    line = " ".join(harmless(text).split())  # split() knows line and paragraph separators, too
    return line if len(line) <= maximum else line[: maximum - 1].rstrip() + ELLIPSIS


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet may take a text for a formula."""
    return text.lstrip(" ").startswith(_FORMULA)


def spreadsheet_cell(text: str) -> str:
    """Return the text of a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if is_formula(text) else text


def without_cell_mark(text: str) -> str:
    """Return the text of a cell as it was before `spreadsheet_cell`."""
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text
