"""When to look at a story again: policies, what failures and deletions mean, and the words for it. Pure."""

from newscrawl.recheck.explain import explain
from newscrawl.recheck.fit import fit
from newscrawl.recheck.lifecycle import (
    not_before,
    recheck_after_failure,
    recheck_after_first_gone,
    recheck_after_gone,
    retire,
)
from newscrawl.recheck.policy import Policy, policy

__all__ = [
    "Policy",
    "explain",
    "fit",
    "not_before",
    "policy",
    "recheck_after_failure",
    "recheck_after_first_gone",
    "recheck_after_gone",
    "retire",
]
