"""Lines with dates: which part of a line states the instant that is asked for."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

_LABELS = {
    "published": (
        "published|posted|created|issued|filed|released?|release date|date published|publication date|veröffentlicht|"
        "erstellt|publiée?|pubblicato|publicad[oa]|opublikowano|dodano|publisert|publicerad|offentliggjort|udgivet|"
        "julkaistu|gepubliceerd|geplaatst|zveřejněno|vydáno|közzétéve|megjelent|publicat|yayınlanma(?: tarihi)?|"
        "δημοσίευση|δημοσιεύτηκε|опубликовано|опубліковано|дата публикации|diterbitkan|dipublikasikan|xuất bản|"
        "เผยแพร่|نُ?شر(?: في)?|تاريخ النشر|انتشار|פורסם|प्रकाशित|"
        "公開|掲載|発行|配信|发布时间|发布|發佈|發布|입력|등록|기사입력|승인"
    ),
    "modified": (
        "(?:last )?updated?|(?:last )?modified|(?:last )?edited|(?:letztes )?update|aktualisiert|stand|"
        "(?:dernière )?mise? à jour(?: le)?|modifié|(?:ultimo )?aggiorna(?:to|mento)|"
        "(?:última )?actualiza(?:do|da|ción)|(?:última )?atualiza(?:do|da|ção)|aktualizacja|oppdatert|uppdaterad|"
        "opdateret|päivitetty|muokattu|bijgewerkt|laatste update|aktualizováno|aktualizované|frissítve|frissült|"
        "actualizat|(?:son )?güncelleme(?: tarihi)?|güncellendi|(?:τελευταία )?ενημέρωση|обновлено|изменено|оновлено|"
        "diperbarui|cập nhật|อัปเดต|(?:آخر )?تحديث|بروزرسانی|به‌روزرسانی|עודכן|अपडेटेड|अपडेट|"
        "更新(?:时间|時間)?|最後更新|수정"
    ),
}
_LABEL_WORDS = "|".join(f"(?P<{role}>{words})" for role, words in _LABELS.items())
_LABEL = re.compile(
    rf"(?<![^\W_])(?:first |originally |article )?(?:{_LABEL_WORDS})(?![^\W\d_])(?: time)?"
    r"\s*(?:on|at|am|le|il|el|em|den|dne|dnia|op|på)?\s*[:：]?\s*",
    re.IGNORECASE,
)
SEPARATOR = re.compile(r"\s+[|•·/–—-]\s+")
_CLOCK = re.compile(r"\d{1,2}\s?[:.h]\s?\d\d(?:\s?:\s?\d\d)?")
_TRAILING_BYLINE = re.compile(r"(?<=[\d.mMT])[\s|,]+by\b.*$", re.IGNORECASE)  # "24 May 2016 1:54 pm PDT by Jane Doe"


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
    text = _TRAILING_BYLINE.sub("", text)
    labels = list(_LABEL.finditer(text))
    if not labels:
        return _unlabelled(text, role)
    ends = [*(label.start() for label in labels[1:]), len(text)]
    parts: list[tuple[DateRole | None, str]] = [(None, text[: labels[0].start()])]
    parts += [(_role(label), text[label.end() : end]) for label, end in zip(labels, ends, strict=True)]
    found = [(of, line.strip(" ,;|•·/–—-()")) for of, line in parts]
    ranked = sorted(found, key=lambda item: (item[0] is not role, item[0] is not None))
    return [line for _, line in ranked if line] or [text]


def _role(label: re.Match[str]) -> DateRole:
    return DateRole.PUBLISHED if label["published"] else DateRole.MODIFIED


def _unlabelled(text: str, role: DateRole) -> list[str]:
    """Return a line as it stands, or its parts if more than one of them has a day."""
    parts = [part for part in SEPARATOR.split(text) if any(char.isdigit() for char in _CLOCK.sub("", part))]
    if len(parts) < 2:
        return [text]
    return parts[::-1] if role is DateRole.MODIFIED else parts
