"""Labels in bylines: which part of a line credits its authors, in the languages of the sources."""

from __future__ import annotations

import re
from itertools import pairwise

_KINDS = (
    r"story|words|reporting|reported|report|analysis|text|interview|opinion|comment|commentary|essay|column|article|"
    r"review|posted|published|compiled|written|updated|protokoll|gastbeitrag|kommentar|analyse|kolumne|reportage|"
    r"leitartikel|glosse|texte|texto|testo|tekst|teksti|propos recueillis|recueilli|entretien|tribune|chronique|"
    r"análisis|opinión|artículo|reportaje|entrevista|análise|opinião|skrevet|skriven|uppdaterad"
)
_BY = r"by|von|par|por|door|av|af|od|oleh|bởi|от|de la"
_LABELS = (
    r"words|text|texte|texto|testo|tekst|teksti|autor(?:en|in|innen|es|a|i|ka)?|auteurs?|autore|autori|authors?|"
    r"written by|reporter|penulis|författare|forfatter|skribent(?:er)?|szerző|írta|автор(?:ы|и)?|текст|yazan|yazar|"
    r"haber|protokoll|interview|"
    r"γράφει|συντάκτης|بقلم|كتب|מאת|tác giả|kirjoittaja|autorius"
)
# "Text und Fotos: Anna Frei" credits one person with both.
_WITH_PICTURES = re.compile(
    r"\b(words|text|texte|texto|testo|tekst|story|reporting)\s*(?:and|und|et|y|e|og|och|&|\+|/)\s*"
    r"(?:photo(?:s|graph[ys]?)?|pictures?|video|images?|foto(?:s|grafie|grafía)?|bild(?:er)?|foton?)\b",
    re.IGNORECASE,
)
_OTHERS = (
    r"photo(?:s|graphs?|graphy|graphed|graphie)?|pictures?|illustrat(?:ions?|ed|or)|illustrazioni|ilustraci(?:ón|ones)|images?|video|"
    r"graphics?|foto(?:s|n|grafie|grafía|grafia|grafo|graf|er)?|bild(?:er)?|illustration(?:en)?|grafik(?:en)?|kamera|schnitt|"
    r"translat(?:ed|ion|or)|übersetz(?:t|ung)|aus dem \w+|traduit|traduction|traducción|traducido|edit(?:ed|ing)|"
    r"fact[- ]?check(?:ed|ing)?|(?:medically |legally )?reviewed|produced|narrated|audio|voiced|design(?:ed)?|"
    r"artwork|animation|zdjęcia|фото|写真|撮影|사진|ảnh|redigering|lektorat"
)
_OTHER_CREDIT = re.compile(
    rf"(?<!\w)(?:{_OTHERS})\s*+(?:(?:{_BY}|di|van)\b\s*+:?|[:：/／])\s*+[^\n;|•]*?"
    rf"(?=$|[\n;|•]|[,.]?(?<!\s)\s++(?:and\s++)?(?:{_KINDS}|{_LABELS})\s*+(?:(?:{_BY}|di)\b|[:：]))",
    re.IGNORECASE,
)
_OPENING = re.compile(
    rf"^(?:(?:(?:eine?|une?|an?|el|la)\s++)?"
    rf"(?:(?:{_KINDS})(?:\s*+[:,])?\s++)?(?:{_BY})\b(?:\s*+[:：])?\s++"
    rf"|(?:{_LABELS})\b(?:\s*+[:：]\s*+|\s++(?={_BY}\b))(?:(?:{_BY})\b(?:\s*+[:：])?\s++)?"
    r"|(?:autor(?:en|in|es|a)?|auteurs?|authors?|text|texte|tekst|автор|written by)\s+"
    r"|(?:as )?(?:told|dictated) to\s+(?=[A-Z])|(?:本报|本報|本社|本台)?(?:記者|记者)\s+"
    r"|(?:testo|servizio|intervista) di\s+|(?:מאת|بقلم|από τ(?:ην|ον?)|γράφει (?:η|ο))\s+"
    r"|una? (?:articolo|informazione) di\s+|(?:文|取材|記者|记者|编辑|作者)\s*[/／:：]\s*)",
    re.IGNORECASE,
)
_OPENING_BEFORE_NAMES = re.compile(
    r"^(?:di|Di|a cura di|A cura di|dal nostro inviato|De|de|Na|Per|Του|Της)\s+(?=[^\W\d_a-z]\S+\s+[^\W\d_a-z])"
)
_PRINTED_LABEL = re.compile(rf"^(?:(?:{_KINDS})\s+)?(?:{_BY}|di|na)\s+\S|^(?:{_LABELS})\s*:", re.IGNORECASE)
# What templates print beside a name.
_LABEL_ALONE = re.compile(
    rf"(?:(?:eine?|une?|an?) )?(?:(?:{_KINDS})\s*)?(?:{_BY}|di)\s*:?|(?:{_KINDS}|{_LABELS})\s*:?", re.IGNORECASE
)
# "Tuesday May 24, 2016 1:54 pm PDT by Jane Doe", "Veröffentlicht am 3. Mai von Jane Doe"
_DATE_BEFORE = re.compile(rf"^(?:(?!{_BY}\b)\D){{0,40}}\d.{{0,40}}?\s(?=(?:{_BY})\s+[^\W\d_a-z])")
_CONTROLS = re.compile(
    r"(?:(?:^|(?<![\s,·|])[\s,·|]++)(?:e-?mail(?: the author)?|bio(?:graphy)?|follow(?:ing)?|contact|share|subscribe|"
    r"profile|view (?:profile|bio|all)|"
    r"(?:follow )?@\w++|"
    r"facebook|twitter|linkedin|instagram|threads|bluesky|mastodon|whatsapp|reddit|rss|website|author page|folgen|"
    r"s'abonner|suivre|seguir|segui|follow on \w++|get email alerts|show more|read more|see all)){1,12}\s*+$",
    re.IGNORECASE,
)


# "Jane Doe Published 3 March 2026"
_DATE_BEHIND = re.compile(
    r"(?<=[^\W\d_])[\s|,·–-]+(?:first |last )?"
    r"(?:published|posted|updated|modified|veröffentlicht|aktualisiert|stand|publié|"
    r"mis à jour|publicado|actualizado|atualizado|pubblicato|aggiornato)\b.{0,12}\d.*$",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)


def author_credits(text: str) -> str:
    """Return a byline without the parts that credit photographers, editors or translators, and without controls."""
    text = _MARKUP.sub(" ", text) if "<" in text else text
    text = _OTHER_CREDIT.sub("\n", _WITH_PICTURES.sub(r"\1", text))
    lines = (_DATE_BEHIND.sub("", _DATE_BEFORE.sub("", _CONTROLS.sub("", line))).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if not _LABEL_ALONE.fullmatch(line))


def without_opening(line: str) -> str:
    """Return a line without the label that it begins with."""
    return _OPENING_BEFORE_NAMES.sub("", _OPENING.sub("", line))


def labelled_lines(byline: str) -> str:
    """Return those lines of a byline that say that a name follows: "By …", "Von …", "Text: …"; empty if none does."""
    lines = [line.strip() for line in byline.split("\n") if line.strip()]
    joined = [f"{one} {two}" for one, two in pairwise(lines) if _LABEL_ALONE.fullmatch(one)]
    return "\n".join(line for line in (*lines, *joined) if _PRINTED_LABEL.match(line))
