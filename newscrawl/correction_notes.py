"""Notes in which a newsroom states that it corrected an article."""

from __future__ import annotations

import regex

# What begins a note in a word or two. Behind most of them, a word in small letters says that the sentence is news
# ("Correction officers went on strike", "Oprava mostu potrvá"); but for a date, and words that name the article.
_LABELS = r"""
      corrections?|clarifications?|erratum|errata(?:\ corrige)?
      |(?:update|clarification)\ and\ correction
      |korrektur(?:hinweis)?|berichtigung|richtigstellung
      |rectificatif|précisions?|correcci[oó]n|fe\ de\ err(?:ores|atas)|rectificaci[oó]n|aclaraci[oó]n|erramos
      |correç[aã]o|retificação|rettifica|precisazione|correctie|rectificatie
      |rättelse|rättning|korrigering|förtydligande|rettelse|retting|presisering|præcisering|berigtigelse
      |oikaisu|korjaus|korjattu|täpsustus|parandus|labojums|precizējums|patikslinimas
      |sprostowanie|oprava|upřesnění|ispravak|ispravka|popravek|исправка
      |helyesbítés|helyreigazítás|pontosítás|erată|rectificare|rectificació|fe\ d[’']err(?:ades|ors)|correcció|zuzenketa
      |düzeltme(?:\ ve\ özür)?|özür(?:\ ve\ düzeltme)
      |ralat|koreksi|đính\ chính|исправление|поправка|уточнение|виправлення|уточнення|корекция
      |διόρθωση|διευκρίνιση|leiðrétting
"""
# These are of a newsroom itself, whatever follows.
_OF_THE_NEWSROOM = r"""
      editor[’']?s?\ note|anmerkung\ der\ redaktion|note\ de\ la\ rédaction
      |nota\ (?:de\ la|da|della|del)\ (?:redacci[oó]n
      |redação|redazione|redacció|editor)|catatan\ redaksi|от\ редакции
"""
# In scripts without small letters, a sign or a number behind it shows that a word stands alone.
_LABELS_BEFORE_A_SIGN = r"""
      تصحيح|تنويه|توضيح|اصلاحیه|تصحیح|תיקון|הבהרה|सुधार|भूल\ सुधार|शुद्धिपत्र|সংশোধনী|แก้ไข|订正|訂正|更正|勘误|勘誤
      |お詫び|おわび|정정(?:\ ?보도)?
"""
# What a newsroom calls what it has written; the general words only as "this story", for others have reports, too.
_EN_ARTICLE = r"article|story|headline|caption|column|editorial|newsletter|obituary|dispatch|infographic|transcript"
_EN_ANY = (
    rf"{_EN_ARTICLE}|report|post|piece|page|text|list|map|chart|graphic|video|review|item|interview|profile|podcast"
)
_OF_THE_ARTICLE = rf"""
      to\ (?:this|our|an?\ (?:earlier|previous)|(?:an?|the)\ (?:[^\W\d_]+\ ){{0,2}}?(?:{_EN_ARTICLE}))
      |and|appended|added|notice|note|de\ la\ r[eé]da|der\ red|aangebracht
      |(?:zu[mr]?|till?|do|al|à|au|de)\ (?:diese[mr]?\ )?(?:art|text|beitrag|bericht)|\w{{1,4}}\ (?:\w+\.?\ )?\d
"""
_ARTICLE = {
    "de": r"(?:artikel|text|beitrag|bericht|meldung)\w{0,3}",
    "fr": r"(?:article|texte|dépêche|papier)",
    "romance": r"(?:artículo|nota|noticia|texto|información|reportaje|artigo|matéria|notícia|reportagem|articolo|testo"
    r"|article)",
    "nordic": r"(?:artikeln|artiklen|artikkelen|texten|teksten|saken|sagen|notisen|nyheten|inlägget)",
}
_SUBJECT = rf"\b(?:it|(?:this|our)\ (?:{_EN_ANY})|the\ (?:{_EN_ARTICLE}))\b"
# "An earlier version of the law": behind "version", what is no article.
_OF_OTHERS = {
    "de": rf"(?!\ (?:des|der|vom|von|eines|einer)\ (?!dieses|unseres|{_ARTICLE['de']}))",
    "fr": rf"(?!\ (?>du\b|de\ la\b|de\ l[’']|des\b|d[’']une?\b)\ ?+(?!{_ARTICLE['fr']}))",
    "es": rf"(?!\ (?>de\ l[ao]s?\b|de\ l[’']|del\b|d[oae]s?\b)\ ?+(?!d?est|aquest|nuestr|noss|{_ARTICLE['romance']}))",
    "it": rf"(?!\ (?>dell[’']|dell[ao]\b|del\b|di\b)\ ?+(?!quest|nostr|{_ARTICLE['romance']}))",
    "nl": r"(?!\ van\ (?:de|het|een)\ (?!artikel|tekst|stuk|bericht|verhaal))",
}
CORRECTION = regex.compile(
    rf"""(?xiV1)
      ^\W*(?:{_LABELS})\b(?!\ to:)(?!\ (?!{_OF_THE_ARTICLE})(?-i:\p{{Ll}}\p{{L}}*)(?!\p{{L}}))
      (?!\ (?:officer|department|official|commissioner|bureau|secretary|facilit))
    | ^\W*(?:{_OF_THE_NEWSROOM})\b(?!\ to:)
    | ^\W*(?:{_LABELS_BEFORE_A_SIGN})(?=\s*[^\w\s]|\s*\d|\s*$)
    | (?:^\W*|{_SUBJECT}\ .{{0,40}}?)\b(?:updated|amended|edited|revised|changed|corrected)\b.{{0,60}}
      \bto\ (?:correct|clarify|fix|reflect\ that|make\ clear|show\ that)\b
    | {_SUBJECT}\ (?:has\ been|was)\ (?:updated|amended|edited|revised|changed)\b.{{0,40}}
      \b(?:wrongly|incorrectly|mistakenly|misstated|mistaken|erroneously)\b
    | ^\W*corrected\b(?!\ (?!(?:at|on|to|version|story|copy)\b)(?-i:\p{{Ll}}))
    | ^\W*(?:this\ (?:version|article|story|report|post|dispatch)\ )?(?:corrects|refiles\ to\ (?:fix|correct|clarify))\b
    | \b(?:an|a)\ (?:earlier|previous)\ version\ of\ (?:this\b|the\ (?:[^\W\d_]+\ )?(?:{_EN_ANY})s?\b)
    | \b(?:an|a)\ (?:earlier|previous)\ (?:headline|caption)\b
    | \b(?:an|a)\ (?:earlier|previous)\ version\ (?:misstated|incorrectly|wrongly|mistakenly|misidentified|said|gave)\b
    | \b(?:a|the\ following)\ corrections?\ (?:was|were|has\ been|have\ been)\ (?:made|added|appended)\ on\b
    | \bthis\ (?:article|story|report|post|headline|piece|page)\ (?:has\ been|was)
      \ (?:corrected|amended|clarified|changed|edited)\b
    | \bwe\ (?:have\ corrected|regret\ the\ error)\b
    | \bin\ (?:einer|der)\ (?:früheren|ersten|vorherigen|ursprünglichen)\ (?:version|fassung)\b{_OF_OTHERS["de"]}
    | \bwir\ hatten\ (?:zunächst|zuerst|ursprünglich)\ (?:\w+\ )?(?:geschrieben|berichtet|gemeldet)\b
    | \b(?:der|dieser|diesen|den|unser)\ {_ARTICLE["de"]}\ (?:wurde|haben\ wir)\ .{{0,60}}\b(?:korrigiert|berichtigt)\b
    | \bwir\ haben\ (?:das|dies|den\ fehler|die\ stelle)\ .{{0,40}}\b(?:korrigiert|berichtigt)\b
    | \bune\ (?:première\ )?version\ (?:précédente|antérieure)\b{_OF_OTHERS["fr"]}
    | \bcontrairement\ à\ ce\ que\ nous\ (?:avons|avions|écrivions|indiquions|affirmions|annoncions)\b
    | \bcet(?:te)?\ {_ARTICLE["fr"]}\ a\ été\ (?:corrigée?|rectifiée?|modifiée?)\b
    | \bnous\ avons\ (?:corrigé|rectifié)\b.{{0,80}}\b(?:{_ARTICLE["fr"]}|titre)\b
    | \b(?:hemos\ corregido|corrigimos|abbiamo\ corretto)\b.{{0,80}}\b(?:{_ARTICLE["romance"]}|titular|título|titolo)\b
    | \buna\ versión\ (?:previa|inicial)\ de\ est[ea]\b
    | \b(?:una\ versión|uma\ versão|una\ versió)\ anterior\b{_OF_OTHERS["es"]}
    | \buna\ versione\ precedente\b{_OF_OTHERS["it"]} | \been\ eerdere\ versie\b{_OF_OTHERS["nl"]}
    | \bde\ oorspronkelijke\ versie\ van\ dit\b
    | \b(?:est[ea]|quest[oa]|o|a|aquest)\ {_ARTICLE["romance"]}\ (?:ha\ sido|fue|foi|è\ stat[oa])
      \ (?:corregid|rectificad|corrigid|retificad|corrett|modificat)[oa]\b
    | \b(?:dit|deze)\ (?:artikel|tekst|stuk|bericht)\ (?:is|werd)\b.{{0,40}}\b(?:gecorrigeerd|aangepast|verbeterd)\b
    | \bi\ en\ (?:tidigare|tidligere)\ (?:version|versjon|utgave|udgave)
      \ a[vf]\ (?:den\ här\ |denne\ )?{_ARTICLE["nordic"]}\b
    | \b{_ARTICLE["nordic"]}\ (?:har|er|är)\ (?:blitt\ |blevet\ )?
      (?:rättats?|korrigera[td]s?|rettet|korrigert|korrigeret)\b
    | \b(?:tidigare|tidligere|først)\ (?:stod|sto|skrev|stod\ der|skrev\ vi|het|hed|hette)\ (?:det|vi|der)\b.{{0,40}}
      \b(?:feil|fel|forkert|fejl)\b
    | \b(?:jutun|artikkelin|uutisen)\ aiemmassa\ versiossa\b
    | \bw\ (?:poprzedniej|wcześniejszej|pierwotnej)\ wersji\ (?:artykułu|tekstu|tego)\b
    | \bv\ (?:předchozí|původní|dřívější)\ verzi\ (?:článku|textu|tohoto)\b
    | \bв\ (?:предыдущей|первоначальной|более\ ранней|первой)\ версии\ (?:этого|статьи|текста|материала|новости)\b
    | \bу\ (?:попередній|первісній|першій)\ версії\ (?:цього|цієї|статті|тексту|матеріалу|новини)\b
    | \b(?:haberin|metnin|yazının)\ (?:önceki|ilk)\ (?:hal|sürüm|versiyon)
    | \b(?:cikkünk|írásunk|hírünk)\ (?:korábbi|első|eredeti)\ (?:verzió|változat)
    | \bîntr-o\ versiune\ anterioară\b | \bσε\ προηγούμενη\ (?:έκδοση|εκδοχή)\ του\b
    | \bartikel\ ini\ telah\ (?:dikoreksi|diralat|diperbaiki)\b
    | \bversi\ sebelumnya\ dari\ artikel\b | \bphiên\ bản\ trước\ của\ bài\b
    | (?:記事|見出し|本文|初出時?|掲載時|配信時).{{0,60}}(?:訂正|修正)(?:し|いた|致) | お詫びして訂正
    | 特此(?:更正|说明) | (?:記事|本文).{{0,20}}(?:更正|勘誤|勘误) | 바로잡습니다
    """
)

# One of these is in whatever the pattern finds, once that is folded. To search with the pattern takes a microsecond for
# each character of a text (27 November 2026), and these rule out most texts in two.
_PARTS = (
    "correc", "correç", "clarif", "editor", "refiles", "revised", "updated", "earlier", "previous",
    "contrairement", "hatten", "özür", "tidigare", "tidligere", "først",
    "korrektur", "richtig", "anmerkung", "rectifica", "précision", "fe de err",
    "errat", "erată", "rettific", "rättelse", "rettelse", "oikaisu", "sprostowanie", "helyesb", "düzeltme", "ralat",
    "koreksi", "chính", "исправл", "поправка", "to fix", "to reflect", "to make clear", "amended", "changed", "edited",
    "regret", "versi", "versão", "fassung", "訂正", "更正", "订正", "お詫び", "おわび", "바로잡", "تصحيح",
    "rédaction", "redacci", "redação", "redazione", "redaksi", "редакции", "aclaraci", "erramos", "retifica", "precisa",
    "rättning", "förtydlig", "retting", "presisering", "præcisering", "berigtig", "korjaus", "korjattu", "täpsustus",
    "parandus", "labojums", "precizējums", "patikslinimas", "oprava", "upřesn", "ispravak", "ispravka", "popravek",
    "исправка", "helyreig", "pontosítás", "fe d’err", "fe d'err", "zuzenketa", "уточнен", "виправл", "корекция",
    "διόρθωση", "διευκρίνιση", "leiðrétting", "تنويه", "توضيح", "اصلاحیه", "تصحیح", "תיקון", "הבהרה", "सुधार",
    "शुद्धिपत्र", "সংশোধনী", "แก้ไข", "勘误", "勘誤", "정정", "korrigier", "berichtigt", "corrigé", "rectifié", "modifié",
    "corregid", "rectificad", "corrigid", "corrett", "modificat", "gecorrigeerd", "aangepast", "verbeterd", "version",
    "versjon", "utgave", "udgave", "dikoreksi", "diperbaiki", "corrigimos",
    "rättat", "korriger", "rettet", "wersji", "verzi", "версии", "версії", "önceki",
    "ilk hal", "ilk sürüm", "ilk versiyon", "változat", "εκδο", "phiên bản", "修正", "特此说明",
)  # fmt: skip
_MAX_OPENING = 80  # characters before the words that make a paragraph a note; further on it is news about one
_MAX_SIZE_OF_WORDS = 300  # characters of an opening and of the longest words behind it
_SIZES = range(30, 1500)  # characters: a shorter one is a label or a link, a longer one an article
_SIZES_CJK = range(15, 1500)  # two of whose signs say as much as five letters
_CJK = regex.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


def is_correction_note(text: str) -> bool:
    """Return whether a paragraph as a whole is such a note."""
    if len(text) not in _SIZES and (len(text) not in _SIZES_CJK or not _CJK.search(text)):
        return False
    if not _may_be_found_in(text):
        return False
    # The words are short; only marks before the first of them may be many.
    match = CORRECTION.search(text, endpos=_MAX_SIZE_OF_WORDS if text[0].isalpha() else len(text))
    return match is not None and match.start() <= _MAX_OPENING


def _may_be_found_in(text: str) -> bool:
    # The pattern takes the dotted and the dotless i of Turkish for i, which folding does not.
    folded = text.casefold() if text.isascii() else text.replace("İ", "i").replace("ı", "i").casefold()
    return any(part in folded for part in _PARTS)
