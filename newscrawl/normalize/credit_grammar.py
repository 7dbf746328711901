"""The grammar of credits, whatever their language: labels that no table has, jobs before names, helpers, dates.

A label ends in a colon and a name follows; a job is a noun of a table before a name; who helped follows "with the help
of". Whether a name follows is seen by its words, which begin with capital letters but for particles.
"""

from __future__ import annotations

import re

from newscrawl.normalize.credit_words import QUALIFIERS, WRITERS, WRITERS_CJK

# Vowel signs and the like, which are no letters of a word to Python's patterns.
MARKS = r"\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0980-\u0983\u09bc-\u09cd\u0a00-\u0a51"
MARKS += r"\u0a81-\u0acd\u0b01-\u0b57\u0b82-\u0bcd\u0c00-\u0c56\u0c81-\u0cd6\u0d00-\u0d57\u0e31-\u0e4e\u1000-\u109f"
MARKS += r"\u064b-\u065f\u0670\u0591-\u05c7\u0a70\u0a71\u0a75\u0b82\u0d81-\u0d83\u0dca-\u0df3\u0eb1-\u0ecd\u17b4-\u17d3"
MARKS += r"\u0730-\u074a\u07a6-\u07b0\u200c\u200d"
_CJK_NAME = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff·]{2,12}|[\uac00-\ud7af]{2,5}")
_PARTICLES = frozenset(
    {
        "da", "de", "di", "do", "du", "das", "des", "dos", "del", "della", "la", "le", "van", "von", "der", "den",
        "ten", "ter", "bin", "ibn", "bint", "ben", "al", "el", "zu", "zum", "zur", "vom", "af", "av", "st", "st.", "y",
        "e", "i", "las", "los", "lo", "degli", "dei", "delle", "dalla", "aan", "het", "ní", "nic", "mac", "ó",
        "'t", "’t",
    }
)  # fmt: skip
_WITH_PARTICLE = re.compile(r"[a-zà-ž]{1,5}(?:[-'’][^\W\d_a-zß-ÿ]|[A-Z])")  # "al-Suwaidi", "d’Ávila", "kaNdlovu"
_SIGN = re.compile(r"[,;،、/|&(（\n]")
_LABEL = re.compile(r"([^\W\d_][^:：|,]*)[:：]\s*")
# What comes behind these is a source, a topic, an address or a control.
_NO_LABEL = re.compile(
    r"(?:search|sources?|quellen?|fuentes?|fontes?|bron|kilde|källa|źródło|источник|kaynak|sumber|nguồn|via|topics?|tags?|"
    r"themen?|temas?|categor|section|rubri|ressort|contact|kontakt|e-?mail|tel|phone|follow|share|read|see|more|related|"
    r"copyright|published|location|place|ort|last|date|language|issn|doi|المصدر|מקור|출처|来源|來源|出典)",
    re.IGNORECASE,
)
ORGANISATION = re.compile(
    r"\b(?:News|Times|Post|Servisi|Ajansı|Gazetesi|Agencia|Agência|Agenzia|Agence|Diario|Giornale|Gazeta|Media|Press|Herald|Tribune|Journal|Magazine|Network|Radio|TV|Zeitung|Foundations?|Institute?|"
    r"University|Universität|Université|College|School|Program(?:me)?|Cent(?:er|re)|Agency|Company|Inc|Ltd|GmbH|"
    r"Ministry|Department|Association|Union|Group)\b|(?<![^\W_])(?!I{3}\b|VII|VIII)(?:[A-ZÄÖÜ]{3,}|[Ѐ-Я]{3,}|[Α-Ω]{3,})(?![^\W_])"
)
# "Institute for …": no person's employer.
_ORGANISED_FOR = re.compile(
    r"(?:[^\W\d_][\w.’'-]*\s+){0,4}?(?:Institut[eo]?|Cent(?:er|re)|Zentrum|Bureau|Council|Committee|Campaign|Coalition|"
    r"Alliance|Association|Academy|Office|Ministry|Department|Federation|Society|University|Universität|Université|"
    r"School|College|Museum|Bank|Board|Commission|Agency|Organi[sz]ation|Fund|Foundation|Network|Project|Initiative|"
    r"Partnership|Fellowship|Friends|Citizens|Doctors|Lawyers|Mothers|Parents|Physicians|Scientists|Students|"
    r"Teachers|Voices|Women|Workers|Union|League|Trust|Movement|Verein|Verband|Stiftung|Fondation|Fundación)\s+"
    r"(?:for|für|pour|para|of|in|at|from|i|v|w)\b"
)
_MAX_LABEL_WORDS = 4
_MAX_LABEL_LENGTH = 40  # characters
_BY = frozenset(
    {
        "by", "par", "por", "door", "av", "od", "oleh", "bởi", "от", "від", "deur",
    }
)  # fmt: skip
_OF = frozenset(
    {
        "von", "de", "di", "da", "del", "af", "d", "na",
    }
)  # fmt: skip  # also in names
_ARTICLES = frozenset(
    {
        "ein", "eine", "un", "une", "una", "um", "uma", "en", "et", "el", "la", "le", "il", "lo", "o", "a", "this",
    }
)  # fmt: skip
_ELIDED = re.compile(r"\b([dl])['’](?=[^\W\d_])", re.IGNORECASE)
_JOB = re.compile(rf"(?:{WRITERS})s?", re.IGNORECASE)
_QUALIFIERS = re.compile(rf"(?:(?:{QUALIFIERS})(?:\s|$)){{1,5}}", re.IGNORECASE)
_MAX_WORDS_OF_JOB = 5
_JOB_CJK = re.compile(
    rf"[^\s:：,，、/／|・]{{0,12}}(?:{WRITERS_CJK}|部|支局|総局|报道中心)[\s・]\s*(?=[\u3040-\u30ff\u4e00-\u9fff])"
)
_PLACE_CJK = re.compile(r"[\u30a0-\u30ff\u4e00-\u9fff]{1,8}[＝=](?=[\u3040-\u30ff\u4e00-\u9fff]{2,})")
_FILED_CJK = re.compile(r"\s(?:[发發]自[\u4e00-\u9fff]{2,8}|[\u4e00-\u9fff]{0,6}(?:综合)?(?:报道|報導|報道))$")
_HELPERS = re.compile(
    r"[,.;]?(?<!\s)\s++(?:and |e |y |et )?(?:with |(?:con|com|avec|unter|in|med|met|z) )(?:the |la |a |l['’]|le |"
    r"samenwerking |bijdrage(?:n)? )?(?:(?:additional|further|extra|original) )?"
    r"(?:reporting|help|assistance|contributions?|research|files|ayuda|colaboración|colaboração|ajuda|collaborazione|"
    r"aiuto|collaboration|participation|aide|contribution|mitarbeit|mithilfe|hilfe|samenwerking|"
    r"bistand|hjälp|hjelp|pomocą)"
    r"[ ](?:by|from|of|de la|del?|di|da|von|van|met|fra|från|av|af)\s++(?=[^\W\d_])"
    r"|(?:[,.;]|(?<!\s)\s)\s*+(?:colabor(?:ó|ou|aron|aram)|ha(?:nno)? collaborato|mitarbeit:|contribu(?:yó|iu))"
    r"\s++(?=[^\W\d_])",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan|feb|fév|fev|mar|mär|apr|avr|abr|ma[iyj]|jun|juin|jul|juil|aug|aoû|ago|sep|set|o[ck]t|out|nov|d[ei][cz]|"
    r"ene|gen|giu|lug|mag|ott|dic)[a-zéûä]{0,8}\.?"
)
_DATE_BEHIND = re.compile(
    rf"(?<=[^\W\d_.])[\s,|•·–-]+(?:{_MONTH} \d{{1,2}},? (?:19|20)\d\d|"
    rf"\d{{1,2}}\.? (?:de )?{_MONTH} (?:de )?(?:19|20)\d\d|"
    r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}).*$",
    re.IGNORECASE,
)
# Without a sign behind them, only words that are no section of a paper ("Video Ada Lind").
_PICTURES_IN_PLAIN = (
    r"photos?|photograph(?:s|y)|pictures|fotos?|foto['’]s|fotografi\w{1,2}|fotografías?|kuvat?|beeld|bilder|zdjęcia|"
    r"argazkiak|ảnh|immagini|illustrations?|фото"
)
_PICTURES_BY = re.compile(
    rf"(?:^|[,;.]\s*|(?<!\s)(?P<inside>\s))(?i:{_PICTURES_IN_PLAIN})\s+(?=[^\W\d_a-z][^\s,;]*\s[^\W\d_a-z])[^,;]*"
)
_WORDS_BEFORE = re.compile(
    r"(?i:words|texte?|texto|testo|teksti?|teks|szöveg|текст|bài|testua|tekstas)\s+(?=[^\W\d_a-z]\S*\s[^\W\d_a-z])"
)
_VERBS = re.compile(
    # Who wrote, prepared, asked, in Slavic languages with the name behind the verb.
    r"(?:(?:tekst |text |materiał |artykuł )?(?:rozmawia|opracowa|przygotowa|napisa|notowa|zebra|pisa)ł[aiy]?|"
    r"(?:připravi|zpracova|zapsa|napsa|sepsa|pripravi|spracova)l[ai]?|(?:napisa|pripremi|razgovara|zabilježi)(?:o|la|li)|"
    r"(?:подготови|беседова|записа|написа|рассказа|собра|опроси|разговарива)л[аи]?|"
    r"(?:rozhovor |разговор |интервью |беседу )?(?:vedla?|вел[аи]?|взял[аи]?)|"
    r"(?:mit|met|med|with|con|avec|с|з|z|s|so)\s.{2,60}?\s(?:sprach(?:en)?|spraken?|snakket|talade|talte|rozmawiał[aiy]?|"
    r"hovořil[ai]?|беседовал[аи]?|розмовлял[аи])|"
    r"(?:підготува|записа|написа|розмовля|спілкува|зібра)(?:в|ла|ли)(?:с[яь])?|pi[šs]e|пише|разговарал[аи]|"
    r"noteaz[ăa]|consemneaz[ăa]|παρουσιάζει(?: [ηο])?)\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
# What a name's words may be followed by: who writes, in many languages, and nouns of agents by their endings.
_VERB_OR_JOB_BEHIND = re.compile(
    r"skrifar|skri(?:v|f)er|schr(?:eib|ijf)t|schrieb|writes?|reports?|reporting|wrote|écrit|escri(?:be|bió|ve|u)|scri(?:v|ss)e|"
    r"scrie|pisze|píše|piše|пише|пишет|kirjoittaa|raportoi|yaz(?:ıyor|dı|ar)|írja|írta|berichtet|informa|reporta|"
    r"rappor\w{1,6}|γράφει|freelan\w{1,4}|zeichnet|kommen\w{1,8}|komentuje|erzählt|meint|analy[sz]\w{1,5}|explains?|opina|"
    r"\w{2,20}(?:ist(?:a|e|in|en|ka|ė|i)?|иста?|истка|log(?:ue|o|a|in|i|e|en)?|лог|[td]or[ae]?|tør|"
    r"[tsd]ör(?:en)?|t[oö]ri|teur(?:in)?|euse|trice|[dln]ent(?:e|in|en|ka)?|граф|graf\w{0,2}|graph(?:er|e)|"
    r"[aá]ř(?:ka)?|arz|arka|ičar(?:ka)?|ólogo|óloga|író|olog|ник|няк|nik|nica|man|maður|ari|aria)",
    re.IGNORECASE,
)
# "Ada Lind kazetaria", but no "Weir Valley staff".
_GROUP = re.compile(
    r"(?:staff|team|desk|newsroom|council|group|agencies|redaktion|redakce|toimitus|redaksjon|wire|wires|news)$",
    re.IGNORECASE,
)


def is_organised_for(name: str) -> bool:
    """Return whether a name is an organisation's with "for" or "of" in it."""
    return _ORGANISED_FOR.match(name) is not None


def own_words(name: str) -> list[str]:
    """Return the words of a name without particles."""
    return [word for word in name.split() if word.casefold() not in _PARTICLES]


def _is_small(word: str) -> bool:
    """Return whether a word begins with a small letter, in a script whose names begin with capital ones."""
    if _WITH_PARTICLE.match(word):
        return False
    return word[0].islower() and not "\u10d0" <= word[0] <= "\u10ff"  # Georgian has small letters alone


def _looks_like_name(text: str) -> bool:
    """Return whether the words of a text are those of a person's name, or of several: two at least, in capitals."""
    if _CJK_NAME.fullmatch(text):
        return True
    words = own_words(text)
    return 2 <= len(words) <= 6 and all(word[0].isalpha() and not _is_small(word) for word in words)


def begins_with_name(text: str) -> bool:
    """Return whether a name stands at the beginning of a text, up to a sign or a word in small letters."""
    own: list[str] = []
    for word in _SIGN.split(text, maxsplit=1)[0].split():
        if _is_small(word) and word.casefold() not in _PARTICLES:
            break
        own.append(word)
    return _looks_like_name(" ".join(own))


def _without_label(line: str) -> str:
    """Return a line without what stands before a name with a colon: "Piše: Ada Lind", "Ρεπορτάζ: …", "ライター：…"."""
    label = _LABEL.match(line[: _MAX_LABEL_LENGTH + 2])
    if label is None or len(label[1].split()) > _MAX_LABEL_WORDS or _NO_LABEL.match(label[1]):
        return line
    return line[label.end() :] if begins_with_name(line[label.end() :]) else line


def _without_phrase(line: str) -> str:
    """Return a line without words up to "by": "Publisert av Ada Lind", "Una crónica de Ada Lind", "Enquête d'Ada Lind".

    Where that word is also a particle of names, an article with a noun must stand before it, or one word in small
    letters behind another.
    """
    words = _ELIDED.sub(r"\1 ", line[:120]).split()
    for at, word in enumerate(words[1:6], 1):
        folded = word.casefold()
        is_by = folded in _BY or (folded in _OF and _is_noun_phrase(words[:at]))
        if is_by and word.islower() and begins_with_name(rest := _from_word(line, at + 1)):
            return rest
    return line


def _is_noun_phrase(words: list[str]) -> bool:
    first = words[0].casefold()
    if first in ("ein", "eine"):
        return len(words) > 1
    if first in _ARTICLES:
        return len(words) > 1 and all(word.islower() for word in words[1:])
    # "Intervista a cura di", "Aufgezeichnet von", "Scris de"
    return words[-1] == "cura" or bool(_PARTICIPLE.fullmatch(words[-1])) or first in _KINDS


_PARTICIPLE = re.compile(
    r"\w{2,20}ge\w{2,20}(?:t|en)|(?:ge|ver|er|be)(?:schrieben|fasst|stellt|arbeitet)|scris[ăe]?|realizat[ăo]?|realizad[oa]|"
    r"ime\w{2,20}wa|preparad[oa]|publikovan\w{1,20}|publi[sc]er\w{1,20}|elaborat[ăo]?|redactat[ăo]?|redigert|redigeret",
    re.IGNORECASE,
)
_KINDS = frozenset(
    {
        "chronique", "enquête", "reportage", "analyse", "récit", "tribune", "entretien", "portrait", "billet",
        "éditorial", "crónica", "análisis", "reportaje", "columna", "artículo", "opinión", "reportagem", "coluna",
        "artigo", "análise", "intervista", "analisi", "inchiesta", "reportatge", "anàlisi", "article", "interviu",
        "analiză", "reportaj", "leder", "kronik", "debatindlæg", "kommentar", "klumme", "anmeldelse",
    }
)  # fmt: skip


def _from_word(line: str, count: int) -> str:
    """Return a line without its first words; an elided article counts as one."""
    spaced = _ELIDED.sub(r"\1 ", line)
    return spaced.split(maxsplit=count)[count] if len(spaced.split(maxsplit=count)) > count else ""


def _without_job(line: str) -> str:
    """Return a line without the job before a name: "Political Correspondent Ada Lind", "特约撰稿人 林爱达"."""
    if match := _JOB_CJK.match(line) or _PLACE_CJK.match(line) or _VERBS.match(line) or _WORDS_BEFORE.match(line):
        return line[match.end() :]
    words = line[:120].split()
    for size in range(min(len(words) - 2, _MAX_WORDS_OF_JOB), 0, -1):
        job = words[size - 1].rstrip(",:")
        is_job = any(
            _JOB.fullmatch(" ".join([*words[start : size - 1], job])) for start in range(max(0, size - 3), size)
        )
        before = " ".join(words[: size - 1])
        if is_job and (not _looks_like_name(before) or _QUALIFIERS.fullmatch(before)):
            rest = line.split(maxsplit=size)[size]
            is_other = ORGANISATION.search(_SIGN.split(rest)[0]) or any(map(_JOB.fullmatch, rest.split()))
            return rest if begins_with_name(rest) and not is_other else line
    return line


def without_job_behind(name: str) -> str:
    """Return a name without the one word in small letters behind it, which is a job or a verb: "Ada Lind skrifar"."""
    name = _FILED_CJK.sub("", name)
    words = name.split()
    if not 3 <= len(words) <= 5 or not _is_small(words[-1]) or words[-1] in _PARTICLES or _GROUP.match(words[-1]):
        return name
    if _JOB.fullmatch(words[-1]) or not _VERB_OR_JOB_BEHIND.fullmatch(words[-1]):
        return name  # a job as a whole: "North America editor"; an organisation: "Médecins Sans frontières"
    own = words[:-1]
    is_person = all(word[0].isupper() for word in own) and _looks_like_name(" ".join(own))
    return " ".join(own) if is_person and words[-1].isalpha() else name


def with_helpers_apart(line: str) -> str:
    """Return a line with a semicolon where those follow who helped: "Ada Lind, with additional reporting by Bo Ek"."""
    return _HELPERS.sub("; ", line)


def without_date(line: str) -> str:
    """Return a line without the date behind a name, and what follows it."""
    return _DATE_BEHIND.sub("", line) if any(map(str.isdigit, line)) else line


def without_pictures(line: str) -> str:
    """Return a line without who made its pictures, where no sign says so: "Words Ada Lind Photography Bo Ek"."""
    is_of_words = _WORDS_BEFORE.match(line) is not None

    def left(match: re.Match[str]) -> str:
        name = match[0].split(maxsplit=1)[-1]
        return match[0] if (match["inside"] and not is_of_words) or any(map(_JOB.fullmatch, name.split())) else ""

    return _PICTURES_BY.sub(left, line)


def credited(line: str) -> str:
    """Return a line, or a part of one, without what the grammar of credits says to be before its names."""
    line = _without_phrase(_without_label(line))
    return _without_job(without_pictures(line))
