"""4 to 8: what the first release did not store yet, or stored otherwise, beside the texts."""

from __future__ import annotations

from newscrawl.items import Hold
from newscrawl.store import disclosure_mark
from newscrawl.store.documents import Document
from newscrawl.store.migrations.steps import Update

DECIDED_AT = (
    Update(
        "quarantine",
        missing={"state": {"$in": ["confirmed", "dismissed"]}, "decided_at": None, "at": {"$type": "date"}},
        update=[{"$set": {"decided_at": "$at"}}],
    ),
)

UNNOTED_MARKS = (
    Update(
        "versions",
        missing={
            "$or": [{"change.silent": True}, {"change.unnoted": True}],
            **dict.fromkeys(disclosure_mark.MARKED, None),
        },
        update={"$set": disclosure_mark.MARKED},
    ),
)

# The first release held edits for one reason alone, and said so by True.
HELD_MASS_CHANGES = (Update("versions", missing={"held": True}, update={"$set": {"held": Hold.MASS_CHANGE.value}}),)

# It wrote who decided into the text of the event: now a field that no output has.
_WITH_NAME = ["hidden", "unhidden", "passage withheld", "passage shown again", "retraction_undone"]
_NAME_ALONE = ["released", "dismissed"]
_DETAIL: Document = {"$ifNull": ["$detail", ""]}
_WHO = r"(?: \(by ([^()]*)\)|, by (\S+))$"
_AT_ITS_END: Document = {"$regexFind": {"input": "$detail", "regex": _WHO}}


def _if_one_word(then: Document | str, otherwise: Document | str) -> Document:
    return {"$cond": [{"$regexMatch": {"input": _DETAIL, "regex": " "}}, otherwise, then]}


EVENT_NAMES = (
    Update(
        "events",
        missing={"kind": {"$in": _WITH_NAME}, "by": {"$exists": False}},
        update=[
            {"$set": {"who": {"$cond": [{"$eq": [{"$type": "$detail"}, "string"]}, _AT_ITS_END, None]}}},
            {
                "$set": {
                    "by": {"$ifNull": [{"$first": {"$filter": {"input": "$who.captures", "cond": "$$this"}}}, ""]},
                    "detail": {
                        "$cond": [
                            {"$ifNull": ["$who.match", False]},
                            {"$substrCP": ["$detail", 0, "$who.idx"]},
                            "$detail",
                        ]
                    },
                }
            },
            {"$unset": "who"},
        ],
    ),
    Update(
        "events",
        missing={"kind": {"$in": _NAME_ALONE}, "by": {"$exists": False}},
        update=[{"$set": {"by": _if_one_word(_DETAIL, ""), "detail": _if_one_word("", _DETAIL)}}],
    ),
)

# It learnt shares from every run, and did not count of how many.
_RUNS: Document = {
    "$first": {"$filter": {"input": "$baselines", "as": "pair", "cond": {"$eq": [{"$first": "$$pair"}, "runs"]}}}
}
_COUNT: Document = {"$ifNull": [{"$last": _RUNS}, 0]}

SAMPLES = (
    Update(
        "sources",
        missing={"baselines.0": {"$exists": True}, "baselines": {"$not": {"$elemMatch": {"0": "samples"}}}},
        update=[
            {"$set": {"baselines": {"$concatArrays": ["$baselines", [["samples", _COUNT], ["field_samples", _COUNT]]]}}}
        ],
    ),
)
