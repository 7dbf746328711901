"""Decide when an article is checked again: policies, what follows a failure or a deletion, explanations. Pure."""

from newscrawl.recheck.active_hours import active_hours, sleeps_until, within_hours
from newscrawl.recheck.explain import explain
from newscrawl.recheck.fit import fit
from newscrawl.recheck.lifecycle import (
    costly_pause,
    not_before,
    recheck_after_failure,
    recheck_after_first_gone,
    recheck_after_gone,
    recheck_after_too_costly,
    retire,
)
from newscrawl.recheck.policy import Policy, policy

__all__ = [
    "Policy",
    "active_hours",
    "costly_pause",
    "explain",
    "fit",
    "not_before",
    "policy",
    "recheck_after_failure",
    "recheck_after_first_gone",
    "recheck_after_gone",
    "recheck_after_too_costly",
    "retire",
    "sleeps_until",
    "within_hours",
]
