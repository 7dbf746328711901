"""When to look at a story again: policies, what failures and deletions mean, and the words for it. Pure."""

from newscrawl.recheck.explain import explain
from newscrawl.recheck.fit import fit
from newscrawl.recheck.lifecycle import after_failure, after_first_gone, after_gone, not_before, retire
from newscrawl.recheck.policy import NAMES, Policy, policy

__all__ = [
    "NAMES",
    "Policy",
    "after_failure",
    "after_first_gone",
    "after_gone",
    "explain",
    "fit",
    "not_before",
    "policy",
    "retire",
]
