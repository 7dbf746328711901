"""A newspaper's own line on how it corrects itself: "Corrections are noted at the foot of the article"."""

from __future__ import annotations

import regex

_POLICY = regex.compile(
    r"""(?xiV1)
      \b(?:updates?|corrections?|changes?|amendments?|edits?)\b.{0,40}\b(?:are|will\ be)\b.{0,20}
        \b(?:noted|marked|listed|flagged|recorded|indicated|acknowledged|explained|disclosed)\b
    | \bwe\ (?:always\ )?(?:note|mark|flag|list|acknowledge|disclose)\b.{0,30}
        \b(?:corrections?|updates?|changes?|edits?)\b
    | \b(?:korrekturen|änderungen|aktualisierungen|berichtigungen)\b.{0,60}
        \b(?:vermerkt|gekennzeichnet|kenntlich|ausgewiesen)\b
    | \bles\ (?:corrections|modifications|mises\ à\ jour)\b.{0,40}\bsont\ (?:signalées|indiquées|mentionnées)\b
    | \blas\ (?:correcciones|modificaciones|actualizaciones)\b.{0,20}\bse\ (?:indican|señalan|anotan|hacen\ constar)\b
    | \bas\ (?:correções|alterações|atualizações)\b.{0,20}\bsão\ (?:indicadas|assinaladas|sinalizadas)\b
    | \ble\ (?:correzioni|modifiche)\b.{0,20}\b(?:sono|vengono)\ (?:segnalate|indicate)\b
    | \b(?:correcties|wijzigingen|aanpassingen)\b.{0,20}\bworden\b.{0,30}\b(?:vermeld|aangegeven|gemeld)\b
    | \b(?:исправления|изменения|обновления)\b.{0,30}\b(?:отмечаются|указываются|помечаются)
    | (?:訂正|修正|変更).{0,20}(?:明記|記載|お知らせ)(?:し(?:ます|ている)|する|され)
    | (?:更正|更新|修改).{0,10}(?:注明|标明|註明)
    """
)
# Every alternative has one of these in it, and most paragraphs have none.
_STEMS = (
    "updat", "corre", "chang", "amend", "edit", "korrektur", "änderung", "aktuali", "actuali", "berichtigung", "modifi",
    "mises", "altera", "atualiza", "wijziging", "aanpassing", "исправ", "измен", "обновл", "訂", "修", "変更", "更",
)  # fmt: skip
_MAX_LENGTH = 300  # characters; a longer paragraph is news


def is_policy(text: str) -> bool:
    """Return whether a paragraph promises that edits are noted."""
    if len(text) > _MAX_LENGTH:
        return False
    folded = text.casefold()
    return any(stem in folded for stem in _STEMS) and _POLICY.search(text) is not None
