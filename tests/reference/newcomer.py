"""Ten questions of a newcomer, written down before the manual's search was asked any of them.

Each has the pages that answer it; the first hit of the search has to be one of them.
"""

from __future__ import annotations

QUESTIONS = {
    "How do I add a news site?": {"add-a-source"},
    "How do I get an email when an article changes?": {"subscriptions"},
    "How often is an article checked?": {"recheck"},
    "How do I delete an article for good?": {"erasure"},
    "What does exit code 6 mean?": {"exit-codes"},
    "How does it compare to NewsDiffs and changedetection.io?": {"comparison"},
    "How long is my data kept?": {"retention"},
    "How do I run it on several machines?": {"cluster"},
    "Can I prove that nobody altered a version?": {"evidence"},
    "What is a silent edit?": {"changes"},
}
