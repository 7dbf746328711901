"""Query parameters for tracking: where a reader came from. They never identify the article."""

from __future__ import annotations

import re

# Adding a name here changes the canonical URL, and so the identity, of every article whose URL has that parameter.
_TRACKING = re.compile(
    r"utm_\w+|at_(?:medium|campaign|custom\d|link_\w+|ptr_name|bbc_team|format)|fb_?(?:clid|ref|source|action_\w+)|gclid|gclsrc|dclid|wbraid|gbraid|"
    r"msclkid|yclid|twclid|ttclid|igshid|igsh|mc_[ce]id|_ga|_gl|_hs(?:enc|mi)|mkt_tok|oly_(?:anon|enc)_id|vero_id|s_cid|"
    r"ns_(?:source|mchannel|campaign|linkname|fee)|xtor|ref_?src|ref|referrer|refer|tblci|srnd|smid|smtyp|cmpid|"
    r"ito|icid|ncid|intcmp|int_(?:medium|source|campaign)|cid|wt_\w+|rss|partner|taid|ocid|guccounter|guce_\w+|"
    r"share(?:d|_source)?|sharetype|unlocked_article_code|giftcopy|wprss|feedtype|ftag|pk_(?:source|campaign|medium|kwd)|"
    r"mtm_\w+|traffic_source|echobox|spm|tpcc|soc_(?:src|trk)|cmp|campaign_id|emc|via|origin|print",
    re.IGNORECASE,
)
# More parameters of URLs that people paste; ignored when an article is looked up, never dropped from its identity.
_PASTED_WITH_URLS = re.compile(
    r"utm_.*|at_.*|ns_.*|source|outputtype|s?rnd|wt\..*|amp|share|campaign.*|nid|feed.*", re.IGNORECASE
)


def is_tracking(name: str) -> bool:
    """Return whether canonical URLs, and so the identities of articles, leave this parameter out."""
    return _TRACKING.fullmatch(name) is not None


def is_ignored_in_lookup(name: str) -> bool:
    """Return whether this parameter is ignored when an article is looked up by its URL."""
    return is_tracking(name) or _PASTED_WITH_URLS.fullmatch(name) is not None
