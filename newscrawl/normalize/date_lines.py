"""Lines with dates: which part of a line states the instant that is asked for."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

_LABELS = {
    "published": (
        "published|posted|created|issued|filed|released?|release date|date published|publication date|veröffentlicht|"
        "erstveröffentlichung|erstellt|publiée?|pubblicato|publicad[oa]|opublikowano|dodano|publisert|publicerad|offentliggjort|udgivet|"
        "julkaistu|gepubliceerd|geplaatst|zveřejněno|zverejnené|vydáno|közzétéve|megjelent|publicat|objavljeno|"
        "avaldatud|publicēts|paskelbta|birt|argitaratua|imechapishwa|публикуван[аои]?|објављено|"
        "(?:yayınlanma|oluşturulma|giriş)(?: tarihi)?|"
        "δημοσίευση|δημοσιεύτηκε|опубликовано|опубліковано|дата публикации|diterbitkan|dipublikasikan|xuất bản|"
        "เผยแพร่|نُ?شر(?: في)?|تاريخ النشر|انتشار|منتشر شده|شائع|פורסם|प्रकाशित|প্রকাশ(?:িত)?|"
        "公開|掲載|発行|配信|发布时间|发布|發佈|發布|입력|등록|기사입력|승인"
    ),
    "modified": (
        "(?:last )?updated?|(?:last )?modified|(?:last )?edited|(?:letztes )?update|aktualisiert|stand|"
        "(?:dernière )?mise? à jour(?: le)?|modifiée?|modifica(?:to|do|da)?|(?:ultimo )?aggiorna(?:to|mento)|"
        "(?:última )?actualiza(?:do|da|ción)|(?:última )?atualiza(?:do|da|ção)|aktualizacja|aktual[.]|oppdatert|"
        "uppdaterad|"
        "opdateret|päivitetty|muokattu|bijgewerkt|laatste update|aktualizováno|aktualizované|frissítve|frissült|"
        "actualizat|(?:última )?actualit(?:zat|zació)|ažurirano|ажурирано|posodobljeno|uuendatud|atjau(?:nots|nināts)|"
        "atnaujinta|uppfært|eguneratua|imesasishwa|обновен[аои]?|"
        "(?:son )?güncellen?me(?: tarihi)?|güncellendi|(?:τελευταία )?ενημέρωση|обновлено|изменено|оновлено|"
        "diperbarui|dikemas ?kini|cập nhật|อัปเดต|আপডেট|(?:آخر )?تحديث|بروزرسانی|به‌روزرسانی|עודכן|अपडेटेड|अपडेट|"
        "(?:最終|最后|最後)?更新(?:日時|时间|時間)?|(?:최종 ?|마지막 ?)?(?:수정|업데이트)"
    ),
}
_LABEL_WORDS = "|".join(f"(?P<{role}>{words})" for role, words in _LABELS.items())
_LABEL = re.compile(
    # In Chinese, Japanese and Korean nothing separates a label from the clock before it: "9:10更新".
    r"(?:(?<![^\W_])|(?<=\d)(?=[\u3040-\u9fff\uac00-\ud7af]))(?:first |originally |article )?"
    rf"(?:{_LABEL_WORDS})(?![^\W\d_])(?: time)?"
    r"\s*(?:on|at|am|le|il|el|em|den|dne|dnia|op|på)?\s*[:：]?\s*",
    re.IGNORECASE,
)
SEPARATOR = re.compile(r"(?<!\s)\s++[|•·/–—-]\s++")
_HAS_DIGIT = re.compile(r"\d").search
_READING_TIME = re.compile(
    r"\d{1,3}\s?min\w*\.?(?:\s(?:read|lesezeit|de lecture|de lectura|de leitura|di lettura))?", re.I
)
_BRACKET = re.compile(r"(?:(?<!\s)\s++)?[(（\[]\s*+(?=[^()（）\[\]]*\d)")  # not that of a weekday: "3/12(木)"
_CLOCK = re.compile(r"\d{1,2}\s?[:.hu]\s?\d\d(?:\s?:\s?\d\d)?|(?<!\d)\d{1,2}\s?h(?!\w)")
_OFFSET = re.compile(r"\b(?:GMT|UTC)\s?[+−-]\d{1,2}(?::?\d\d)?(?!\d)")  # with a digit, and no day: "09:10 (GMT+7)"
# "24 May 2016 1:54 pm PDT by Jane Doe", "2026-03-12 14:05 来源:新华网"
_TRAILING_CREDIT = re.compile(
    r"(?<=[\d.mMT])[\s|,]+(?:by\b|(?:source|quelle|fonte|fuente|źródło|источник|来源|來源|出典|출처|作者|记者|記者|"
    r"(?:责任|責任)?(?:编辑|編輯))\s?[:：]).*$",
    re.IGNORECASE,
)


class DateRole(Enum):
    """Which of the instants of a line is asked for."""

    PUBLISHED = "published"
    MODIFIED = "modified"


def with_ascii_digits(text: str) -> str:
    """Return a text with the decimal digits of all scripts as ASCII, and without marks of direction."""
    digits = (str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    return "".join(char for char in digits if char not in "\u200e\u200f\u200b\u061c").replace("：", ":")


def lines(text: str, role: DateRole) -> list[str]:
    """Return the parts of a line that may state an instant, without their labels, the one of `role` first."""
    text = _TRAILING_CREDIT.sub("", text)
    labels = list(_LABEL.finditer(text))
    if not labels:
        return _unlabelled(text, role)
    starts, ends = [label.start() for label in labels], [label.end() for label in labels]
    parts: list[tuple[DateRole | None, str]] = []
    if _HAS_DIGIT(text[: starts[0]]) and not _HAS_DIGIT(text[ends[-1] :]):  # "2026/3/3 5:04公開 2026/3/3 18:00更新"
        for label, begin, end in zip(labels, [0, *ends], starts, strict=False):
            *others, own = _BRACKET.split(text[begin:end])
            parts += [*((None, other) for other in others), (_role(label), own)]
    else:
        parts.append((None, text[: starts[0]]))
        parts += [
            (_role(label), text[begin:end])
            for label, begin, end in zip(labels, ends, [*starts[1:], len(text)], strict=True)
        ]
    found = [(of, line.strip(" ,;|•·/–—-()")) for of, line in parts]
    ranked = sorted(found, key=lambda item: (item[0] is not role, item[0] is not None))
    return [line for _, line in ranked if line] or [text]


def _role(label: re.Match[str]) -> DateRole:
    return DateRole.PUBLISHED if label["published"] else DateRole.MODIFIED


def _unlabelled(text: str, role: DateRole) -> list[str]:
    """Return a line as it stands, or its parts if more than one of them has a day; a clock alone goes with its day."""
    parts: list[str] = []
    stated = SEPARATOR.split(text)
    kept = [part for part in stated if not _READING_TIME.fullmatch(part.strip())]
    for part in kept:
        if _HAS_DIGIT(_CLOCK.sub("", _OFFSET.sub("", part))):
            parts.append(part)
        elif parts and _HAS_DIGIT(part) and not _CLOCK.search(parts[-1]):
            parts[-1] += f" {part}"
    if len(parts) < 2:
        return [text if len(kept) == len(stated) else " | ".join(kept)]
    return parts[::-1] if role is DateRole.MODIFIED else parts
