"""Query parameters that say where a reader came from, never which article it is."""

from __future__ import annotations

import re

# Part of every identity that is a canonical URL: a name added here gives such articles a new one.
_TRACKING = re.compile(
    r"utm_\w+|at_(?:medium|campaign|custom\d|link_\w+|ptr_name|bbc_team|format)|fb_?(?:clid|ref|source|action_\w+)|gclid|gclsrc|dclid|wbraid|gbraid|"
    r"msclkid|yclid|twclid|ttclid|igshid|igsh|mc_[ce]id|_ga|_gl|_hs(?:enc|mi)|mkt_tok|oly_(?:anon|enc)_id|vero_id|s_cid|"
    r"ns_(?:source|mchannel|campaign|linkname|fee)|xtor|ref_?src|ref|referrer|refer|tblci|srnd|smid|smtyp|cmpid|"
    r"ito|icid|ncid|intcmp|int_(?:medium|source|campaign)|cid|wt_\w+|rss|partner|taid|ocid|guccounter|guce_\w+|"
    r"share(?:d|_source)?|sharetype|unlocked_article_code|giftcopy|wprss|feedtype|ftag|pk_(?:source|campaign|medium|kwd)|"
    r"mtm_\w+|traffic_source|echobox|spm|tpcc|soc_(?:src|trk)|cmp|campaign_id|emc|via|origin|print",
    re.IGNORECASE,
)
# Beyond these, what people paste with an address; dropped only where an article is looked up, never from its identity.
_PASTED = re.compile(
    r"utm_.*|at_.*|ns_.*|source|outputtype|s?rnd|wt\..*|amp|share|campaign.*|nid|feed.*", re.IGNORECASE
)


def is_tracking(name: str) -> bool:
    """Return whether a parameter is left out of an article's identity."""
    return _TRACKING.fullmatch(name) is not None


def is_ignored_in_lookup(name: str) -> bool:
    """Return whether a parameter may be missing or wrong where an article is looked up by its URL."""
    return is_tracking(name) or _PASTED.fullmatch(name) is not None
