"""Extract the messages of readers from templates and modules, and bring the catalogues of all languages up to date."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from newscrawl.humanize.locales import LANGUAGES, catalogue_path

ROOM = Path(__file__).parents[1] / "newscrawl"
METHODS = [
    ("web/templates/**.html", "jinja2"),
    *((f"{room}/**.py", "python") for room in ("web", "humanize", "notify")),
]
OPTIONS = {"web/templates/**.html": {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "NN_": (1, 2)}


def extracted() -> Catalog:
    """Return all messages of the source, in its order."""
    found = Catalog(project="newscrawl", charset="utf-8", fuzzy=False)
    for file, _line, message, comments, context in extract_from_dir(ROOM, METHODS, OPTIONS, KEYWORDS):
        found.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    return found


def updated(language: str) -> bytes:
    """Return the catalogue of a language with the messages of the source, and no others."""
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    text = io.BytesIO()
    write_po(text, catalogue, no_location=True, omit_header=True, width=118, sort_output=True)
    head = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    return head.encode() + f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'.encode() + text.getvalue()


def main() -> None:
    for language in sorted(set(LANGUAGES) - {"en"}):
        catalogue_path(language).write_bytes(updated(language))


if __name__ == "__main__":
    sys.exit(main())
