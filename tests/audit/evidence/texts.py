"""Evidence as people write it."""

PLAUSIBLE = (
    "Case plan, 12 September, paragraph 4",
    "Contact log, entries 3 and 9: the referral and the reply of the same day.",
    "Section 7 report, 24 October, paragraphs 4-6, 9",
    "In the case plan, last page.",
)
