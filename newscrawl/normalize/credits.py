"""Labels in bylines: which part of a line credits its authors, in the languages of the sources."""

from __future__ import annotations

import re
from itertools import pairwise

from newscrawl.normalize.credit_grammar import credited, without_date
from newscrawl.normalize.credit_words import EDITORS, PICTURES, TRANSLATIONS

MAX_LINE_LENGTH = 2000  # characters

_KINDS = (
    r"story|words|reporting|reported|report|analysis|text|interview|opinion|comment|commentary|essay|column|article|"
    r"review|posted|published|compiled|written|updated|protokoll|gastbeitrag|kommentar|analyse|kolumne|reportage|"
    r"leitartikel|glosse|texte|texto|testo|tekst|teksti|propos recueillis|recueilli|"
    r"\w{0,20}(?:kommentar|beitrag|analyse|reportage|bericht|essay|kolumne|porträt|kritik)|rezension|"
    r"entretien|tribune|chronique|"
    r"análisis|opinión|artículo|reportaje|entrevista|análise|opinião|skrevet|skriven|skrivet|uppdaterad|"
    r"contributed|filed|gathered|verfasst|geschrieben|écrite?|rédigée?|publiée?|signée?|escrit[oa]|publicad[oa]|"
    r"redactad[oa]|"
    r"elaborad[oa]|reportagem|geschreven|ditulis"
)
_BY = r"by|von|par|por|door|av|af|od|oleh|bởi|от|de la"
_LABELS = (
    r"words|text|texte|texto|testo|tekst|teksti|autor(?:en|in|innen|es|a|i|ka)?|auteurs?|autore|autori|authors?|"
    r"written by|reporter|penulis|författare|forfatter|skribent(?:er)?|szerző|szöveg|írta|bài|teks|yazı|"
    r"автор(?:ы|и)?|текст|"
    r"yazan|yazar|redacción|redacció|redação|mwandishi|egilea|höfundur|tekstas|κείμενο|نویسنده|خبرنگار|کاتب|إعداد|"
    r"लेखक|লেখক|ผู้เขียน|작성자|글쓴이|記者|记者|作者|撰文|采写|"
    r"haber|muhabir|protokoll|interview|journalist(?:er|en)?|autoři|opracowanie|oprac\.|napsala?|toimittaja|"
    r"подготовил[аи]?|materiał|γράφει|συντάκτης|بقلم|كتب|מאת|tác giả|kirjoittaja|autorius|"
    r"testua|piše|пише|penulis|pewarta|phóng viên"
)
# "Text und Fotos: Anna Frei" credits one person with both.
_WITH_PICTURES = re.compile(
    r"\b(words|text|texte|texto|testo|tekst|teksti|teks|szöveg|текст|bài|yazı|story|reporting)\s*"
    r"(?:and|und|et|y|e|og|och|en|i|a|ja|és|ir|un|și|ve|dan|và|и|та|&|\+|/)\s*"
    r"(?:photo(?:s|graph[ys]?)?|pictures?|video|images?|foto(?:['’]?s|grafie|grafía|ğraf)?|bild(?:er)?|foton?|"
    r"zdjęcia|kuvat?|fotók?|фото|ảnh)\b",
    re.IGNORECASE,
)
_WITH_PICTURES_CJK = re.compile(r"(文|글)\s?[・·と&]\s?(?:写真|撮影|사진)")
_FROM_LANGUAGE = r"(?:\s(?:from(?: the)?|aus dem|du|de l['’]|del?|do|dal?l?['’]?|uit het|från|fra|z|с)\s?[^\W\d_]+)?"
_OTHERS = rf"{PICTURES}|{EDITORS}|(?:{TRANSLATIONS}){_FROM_LANGUAGE}|aus dem \w+"
_OTHER_CREDIT = re.compile(
    rf"(?<!\w)(?:{_OTHERS})\s*+(?:(?:{_BY}|di|de|van)\b\s*+:?|[:：/／=｜＝])\s*+[^\n;|•]*?"
    rf"(?=$|[\n;|•]|[,.]?(?<!\s)\s++(?:and\s++)?(?:{_KINDS}|{_LABELS})\s*+(?:(?:{_BY}|di)\b|[:：])|[.]\s++[^\W\d_]++[:：])",
    re.IGNORECASE,
)
_OPENING = re.compile(
    rf"^(?:(?:(?:eine?|une?|an?|el|la)\s++)?(?:(?:guest|additional|further|exclusive|special|original|invited)\s++)?"
    rf"(?:(?:{_KINDS})(?:\s*+[:,])?\s++)?(?:{_BY})\b(?:\s*+[:：])?\s++"
    rf"|(?:{_LABELS})\b(?:\s*+[:：]\s*+|\s++(?={_BY}\b))(?:(?:{_BY})\b(?:\s*+[:：])?\s++)?"
    r"|(?:autor(?:en|in|es|a)?|auteurs?|authors?|text|texte|tekst|автор|written by)\s+"
    r"|(?:as )?(?:told|dictated) to\s+(?=[A-Z])"
    r"|[\u4e00-\u9fff]{0,8}?(?:記者|记者|通讯员)(?:\s+|(?=[\u4e00-\u9fff·]{2,4}(?:[,，]|$)))"
    r"|(?:testo|servizio|intervista|articolo|scritto|pubblicato|realizzato|redatto) (?:di|da)\s+"
    r"|(?:texto|reportagem|reportaje|artigo|crónica|entrevista) de\s+(?=(?-i:[^\W\d_a-z]))"
    r"|(?:aus|from|depuis|desde|vanuit) [^\W\d_][\w-]+ (?:berichtet|berichten|reports)\s+"
    # "Toimittaja Ada Lind", "Napsala Ada Lind": with a capital letter behind it, and so no sentence.
    r"|(?:toimittaja|muhabir|napsala?|oprac\.|подготовил[аи]?|كتبت?(?:\s*[-–])?)\s+(?=[^\W\d_])"
    r"|(?:โดย\s*(?=[ก-๛])|द्वारा\s+)"
    r"|(?:מאת|بقلم|από τ(?:ην?|ον?|ους|ις)|γράφ(?:ει (?:η|ο)|ουν (?:οι|ο|η)))\s+"
    r"|una? (?:articolo|informazione) di\s+|(?:(?:文|取材|構成|聞き手)(?:[・と&](?:文|取材|構成|写真|撮影))*|"
    r"記者|记者|编辑|作者|撰文|撰稿|采写|採寫|採訪|文字|供稿|通讯员)\s*[/／:：=・|｜]\s*"
    r"|글(?:[·・]사진)?(?:\s*[=:·]\s*|\s+)(?=[\uac00-\ud7af]))",
    re.IGNORECASE,
)
_OPENING_BEFORE_NAMES = re.compile(
    r"^(?:di|Di|a cura di|A cura di|dal nostro inviato|De|de|Na|Deur|Του|Της|Των)\s+(?=[^\W\d_a-z]\S+\s+[^\W\d_a-z])"
)
_PRINTED_LABEL = re.compile(rf"^(?:(?:{_KINDS})\s+)?(?:{_BY}|di|na)\s+\S|^(?:{_LABELS})\s*:", re.IGNORECASE)
# What templates print beside a name.
_LABEL_ALONE = re.compile(
    rf"(?:(?:eine?|une?|an?) )?(?:(?:{_KINDS})\s*)?(?:{_BY}|di)\s*:?|(?:{_KINDS}|{_LABELS})\s*:?", re.IGNORECASE
)
# "Tuesday May 24, 2016 1:54 pm PDT by Jane Doe", "Veröffentlicht am 3. Mai von Jane Doe"
_DATE_BEFORE = re.compile(rf"^(?:(?!{_BY}\b)\D){{0,40}}\d.{{0,40}}?\s(?=(?:{_BY})\s+[^\W\d_a-z])")
_CONTROL_BEFORE = re.compile(
    r"^(?:(?:follow|contact|e-?mail|meet)|(?:see |view |read )?more (?:from|by)|view all posts by|posts by|"
    r"suivre|seguir(?: a)?|segui|folgen sie|kontakt)\s++(?=(?-i:[^\W\d_a-z])\S* \S)",
    re.IGNORECASE,
)
_WHERE_TO_FOLLOW = re.compile(r"(?<!\s)\s++(?:on|at|via|auf|unter|sur|en|su)\s++\S++$", re.IGNORECASE)
# "Ada Lind and 3 others"
_AND_OTHERS = re.compile(
    r"(?<=\w)[\s,]+(?:(?:and|und|et|y|e|i|og|och|en|&)\s+)?(?:\+?\s?\d{1,2}\s+(?:others?|more|weitere|autres|otros|outros|"
    r"altri|andre|andra|anderen|inni|colleagues|más|mais)|others|et al|andere|autres|otros)\.?$"
    r"|\s[&+]\s?\d{1,2}$|\s外\s?\d{1,2}人$|\s외\s?\d{1,2}[명인]$|(?<=[\u4e00-\u9fff])\s?(?:ほか|等)$",
    re.IGNORECASE,
)
_CONTROLS = re.compile(
    r"(?:(?:^|(?<![\s,·|])[\s,·|]++)(?:e-?mail(?: the author)?|bio(?:graphy)?|follow(?:ing)?|contact|share|subscribe|"
    r"profile|view (?:profile|bio|all)|"
    r"(?:follow )?@\w++|"
    r"facebook|twitter|linkedin|instagram|threads|bluesky|mastodon|whatsapp|reddit|rss|website|author page|folgen|"
    r"s'abonner|suivre|seguir|segui|follow on \w++|get email alerts|show more|read more|see all)){1,12}\s*+$",
    re.IGNORECASE,
)


# Behind a name: how long the text takes to read, or how old it is; what its bearer does, as a sentence.
_TIME_BEHIND = re.compile(
    r"(?<![\s|•·,(–-])[\s|•·,(–-]+(?:(?:vor|il y a|hace|há|för|for) )?(?:\d{1,3}|an?) ?(?:min(?:ut\w*)?s?\.?|"
    r"hours?|hrs?\.?|h|days?|weeks?|"
    r"std\.?|stunden?|tagen?|heures?|jours?|horas?|días?|dias?|ore|ora|giorni|uur|dagen|timer|timmar|dagar)"
    r"(?:[ -](?:ago|read|reading|lesezeit|de lecture|de lectura|de leitura|di lettura|fa|atrás|geleden|leestijd|"
    r"sedan|siden))?"
    r"\)?\s*$",
    re.IGNORECASE,
)
_BIOGRAPHY = re.compile(
    r"(?<=[^\W\d_])(?:,? (?:who )?(?:is|was|has been) (?:an?|the|our|also)\b|,? (?:covers|writes|reports|joined|"
    r"works)\b"
    r"|,? ist (?:ein|Redakteur|Reporter|Journalist|Autor|seit)|,? est (?:une?|journaliste|correspondant)"
    r"|,? es (?:una?|periodista|redactor)|,? è (?:una?|giornalista)).*$"
)
# "Ada Lind with AFP", "mit Agenturen": the agency helped a person, or the house.
_WITH_AGENCY = re.compile(
    r"(?<=[\w.]) (?:with|mit|avec|con|com|met|med|z|s|и) (?:(?:material|files|reporting|Material|informations?|"
    r"informaciones|"
    r"información|informações|inputs?) (?:from|of|by|von|der|de|di|da|d'|fra|från) ?)?(?:the )?"
    r"(?:agenc(?:y|ies)|agenturen|agences?|agencias?|agências?|agenzie|wires?|AFP|AP|dpa|Reuters|EFE|ANSA|Lusa|"
    r"PA|PTI|ANP|"
    r"Belga|NTB|TT|Ritzau|PAP|ČTK|Associated Press|Bloomberg|ATS|apa|sda|afp)(?![\w])"
    r"(?:[,/ ]+(?:and |und |et |y |e )?(?:AFP|AP|dpa|Reuters|EFE|ANSA|agencies|agenturen|agences|agencias))*\.?$",
    re.IGNORECASE,
)
_FROM_WIRES = re.compile(
    r"(?<=\w) (?:from|with|and) (?:wire|staff|agency|news|combined)(?: and \w+)? (?:reports?|services?|dispatches)\.?$"
    r"|(?<=\w),? (?:special|exclusive(?:ly)?) (?:to|for) (?-i:the |[A-Z]).*$",
    re.IGNORECASE,
)
_WROTE = re.compile(r"^\s*كتبت?\s*[-–:]\s*")
# "Foto" in brackets behind a name, with the name: "Ada Lind (Text) und Bo Ek (Fotos)".
_PICTURES_BEHIND = re.compile(
    r"(?:(?:^|[,;&+]|(?<!\w)(?:und|and|et|y|e|og|och|en|i|и))\s*)"
    r"(?:(?!und\b|and\b|et\b|og\b|och\b)(?-i:[^\W\d_a-z])[\w.'’-]*(?: (?!und\b|and\b|et\b|y\b|e\b|og\b|och\b)"
    r"[\w.'’-]+){0,4})"
    r"\s*\((?:photo|foto|picture|bild|video|image|illustration|zdj|фото|grafik|kuva|kamera)\w*\)",
    re.IGNORECASE,
)
# The name of what supplied the text, before the author's: "来源:新华网 作者:林爱达".
_SUPPLY = r"(?:来源|來源|출처|source|quelle|fonte|fuente|источник|źródło|zdroj|kaynak)\s*[:：]\s*\S+"
_SUPPLIER = re.compile(rf"{_SUPPLY}\s+(?=\S)|(?<=\S)\s{_SUPPLY}$", re.IGNORECASE)
# "〔記者林愛達/台北報導〕"
_PLACED_REPORTER = re.compile(
    r"[〔【\[(（]?(?:[\u4e00-\u9fff]{1,4}[社報报網网])?(?:記者|记者)\s*([\u4e00-\u9fff]{2,4}(?:[、,，\s][\u4e00-\u9fff]{2,4}){0,4})\s*"
    r"[/／]\s*[\u4e00-\u9fff]{2,8}\s?(?:報導|报道|报导|電|电)[〕】\])）]?"
)
# "中央社記者林愛達台北5日電": most names there have three characters, most places two.
_CABLED = re.compile(
    r"[\u4e00-\u9fff]{0,6}(?:記者|记者)\s?([\u4e00-\u9fff]{2}(?=[\u4e00-\u9fff]{2}\d)|[\u4e00-\u9fff]{3})"
    r"[\u4e00-\u9fff]{2,4}\d{1,2}日[電电]"
)
# "本报北京3月5日电（记者王小明 通讯员李大华）": the credit in brackets behind the dateline
_DATELINED = re.compile(
    r"^[〔【\[(（]?[^\n（()）]{0,30}?[電电讯訊][〕】\])）]?\s{0,3}[（(][^\n（()）]{0,10}?(?:記者|记者)\s{0,3}([^\n（()）]{2,60})[)）]"
)
# "撰文 / 王小明": no separator of names
_SPACED_LABEL_CJK = re.compile(
    r"(?<![^\s、，/])(撰文|撰稿|文字|文|作者|記者|记者|采写|採訪|采访|取材|構成|聞き手|글)\s{1,3}[/／|｜]\s{1,3}(?=\S)"
)
_FURTHER_REPORTER = re.compile(
    r"(?<=[\u4e00-\u9fff])\s{1,3}(?:[实實][习習]生|(?:见习|實習|实习)?[记記]者|通[讯訊][员員])\s{0,3}"
)
_PICTURES_OF_CJK = re.compile(
    r"(?:^(?:번역|편집|촬영|사진)|\s(?:摄影|攝影|写真|撮影|사진|图|圖|그림|삽화|일러스트|插[图圖画畫]|イラスト)|[、，](?:摄影|攝影|写真|撮影)[・:：=／/])"
    r"[\s:：=／/]*[^\n;|•]*$",
    re.MULTILINE,
)
_PICTURES_IN_SHORT = re.compile(r"(?<!\w)fot\.\s[^\n;|•]*")
_OUR = re.compile(
    r"(?:(?:von|par|por|door|van|di|by|de|dal(?:la)?|av|af)\s+)?(?:unser(?:er|em|en|e)|notre|nuestr[oa]s?|"
    r"nostr[oa]|onze|our|vår|vores)\s+"
    r"(?:[^\W\d_]+\s+){0,2}?"
    r"(?:[^\W\d_]*(?:korrespondent|reporter|redakteur|mitarbeiter)(?:in)?|correspondante?|envoyée? spéciale?|"
    r"corresponsal|"
    r"enviad[oa] especial|corrispondente|inviat[oa]|verslaggever|verslaggeefster|korrespondent|medarbejder|"
    r"medarbetare|"
    r"correspondent|reporter|staff)(?: (?:in|à|a|au|en|aus|i|da|de|från|fra|uit) (?-i:[^\W\d_a-z])[\w-]+)?"
    r",?\s+(?=(?-i:[^\W\d_a-z])"
    r"\S* \S)",
    re.IGNORECASE,
)
_MAIL_ADDRESS = re.compile(r"<[^<>\s]*@[^<>\s]*>|</?mailto:[^<>]*>", re.IGNORECASE)
_CODE_BEHIND = re.compile(r"(?<=[^\W\d_]{3})\s?/\s?[a-zäöü]{2,4}$")  # "Ada Lind/red"

# "Jane Doe Published 3 March 2026"
_DATE_BEHIND = re.compile(
    r"(?<=[^\W\d_])[\s|,·–-]+(?:first |last )?"
    r"(?:published|posted|updated|modified|veröffentlicht|aktualisiert|stand|publié|"
    r"mis à jour|publicado|actualizado|atualizado|pubblicato|aggiornato)\b.{0,12}\d.*$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:br|/?p|/?div|/?li)\b[^<>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)


def author_credits(text: str) -> str:
    """Return a byline without the parts that credit photographers, editors or translators, and without controls."""
    text = _BREAK.sub("\n", text) if "<" in text else text
    text = _MARKUP.sub(" ", _MAIL_ADDRESS.sub(" ", text)) if "<" in text else text
    text = _SUPPLIER.sub("\n", text) if ":" in text or "：" in text else text
    if not text.isascii():
        text = _SPACED_LABEL_CJK.sub(r"\1:", text)
        text = _reporters_of_cjk(_WITH_PICTURES_CJK.sub(r"\1", text))
        text = _PICTURES_OF_CJK.sub("", text)
    text = _PICTURES_BEHIND.sub("", text) if "(" in text else text
    text = _PICTURES_IN_SHORT.sub("\n", text) if "fot." in text else text
    text = _OTHER_CREDIT.sub("\n", _WITH_PICTURES.sub(r"\1", text))
    lines = (_without_surroundings(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if not _LABEL_ALONE.fullmatch(line))


def _reporters_of_cjk(text: str) -> str:
    """Return a text with the names alone for a Chinese dateline with its reporters."""
    text = _DATELINED.sub(lambda match: _FURTHER_REPORTER.sub("、", match[1]), text)
    return _PLACED_REPORTER.sub(r"\1", _CABLED.sub(r"\1", text))


def _without_surroundings(line: str) -> str:
    """Return a line without what stands before or behind names: days, controls, biographies, agencies that helped."""
    line = line[:MAX_LINE_LENGTH]
    if control := _CONTROL_BEFORE.match(line):
        line = _WHERE_TO_FOLLOW.sub("", line[control.end() :])
    line = _CONTROLS.sub("", line)
    line = _AND_OTHERS.sub("", without_date(_DATE_BEHIND.sub("", _DATE_BEFORE.sub("", line))))
    if any(map(str.isdigit, line)):
        line = _TIME_BEHIND.sub("", line)
    line = _FROM_WIRES.sub("", line)
    line = _WITH_AGENCY.sub("", _BIOGRAPHY.sub("", _OUR.sub("", _WROTE.sub("", line))))
    return _CODE_BEHIND.sub("", line).strip()


def without_opening(line: str) -> str:
    """Return a line without the label that it begins with."""
    return _OPENING_BEFORE_NAMES.sub("", _OPENING.sub("", line))


def labelled_lines(byline: str) -> str:
    """Return those lines of a byline that say that a name follows: "By …", "Von …", "Text: …"; empty if none does."""
    lines = [line.strip() for line in byline.split("\n") if line.strip()]
    joined = [f"{one} {two}" for one, two in pairwise(lines) if _LABEL_ALONE.fullmatch(one)]
    return "\n".join(line for line in (*lines, *joined) if _PRINTED_LABEL.match(line) or credited(line) != line)
