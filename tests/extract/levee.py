"""An invented story on which tests vary how a page states it."""

from __future__ import annotations

URL = "https://courier.example/2026/03/levee-4711"
HEADLINE = "Council votes for a higher levee"
TEXT = (
    "The council of Marsh End voted by eleven to four on Tuesday to raise the levee along the northern bank.",
    "Engineers had warned since the flood of 2019 that the old wall would not hold back another spring tide.",
    "Work begins in April, and the road behind the wall will be closed to lorries until the autumn of next year.",
    "Farmers on the southern bank fear that the water will now come to them, and have asked for a survey of their own.",
)
