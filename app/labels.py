"""Words: what the fields of our forms are called, for refusals and for errors; counts, shares and lists in prose.

How none, one, few and all of something are said is decided here once, for reports, packs, pages and notices.
"""

import re
from collections.abc import Sequence

_LABELS = {
    "name": "Name",
    "ref": "Reference",
    "kind": "Kind of audit",
    "purpose": "Purpose",
    "window_from": "First day of the filing window",
    "window_to": "Last day of the filing window",
    "law_types": "Law types",
    "bands": "Performance bands",
    "document_kinds": "Only these kinds of document",
    "template_name": "Name of the template",
    "list_by": "The list of filings is there",
    "lock_on": "The list is locked",
    "dice_on": "The dice are thrown and the sample is drawn",
    "grading_from": "Grading begins",
    "grading_to": "Grading ends",
    "last_challenge": "Last day for a challenge",
    "finalise_on": "The audit is finalised",
    "report_on": "The report is written and signed",
    "publish_on": "The report is published",
    "targets_set_in": "Where they were set",
    "fraction": "Share of practitioners of each area",
    "how_many": "How many practitioners are audited?",
    "total": "How many practitioners",
    "each": "From each service area",
    "by_area": "Areas with another number",
    "only_areas": "Only these service areas",
    "only_reason": "Why only these?",
    "without_months": "Leave out practitioners audited lately",
    "agency_share": "Agency staff: a share of their own",
    "cases_each": "Cases of each practitioner",
    "law_rule": "If somebody works in several law types",
    "threshold": "Threshold document",
    "good_target": "At least this share at the best level",
    "not_met_target": "At most this share at the lowest level",
    "review_days": "To record the immediate review of a returned case",
    "challenge_days": "To challenge a grade, from the return",
    "decision_days": "To decide a challenge, from the day it is sent",
    "escalation_days": "To take a decision to the director, from the decision",
    "correction_days": "To correct a submitted grade, from submitting it",
    "correction_reason": "Why do you correct it?",
    "grade_by": "Grading ends on",
    "targets_by": "By when",
    "comparator_when": "Year and month",
    "comparator_good": "Share at the best level",
    "comparator_not_met": "Share at the lowest level",
    "comparator_name": "Name of the earlier audit",
    "seed": "Seed",
    "made_how": "How was it made?",
    "witnesses": "Who saw it being made?",
    "case_ref": "Case reference",
    "practitioner_id": "Practitioner",
    "area": "Service area",
    "law_type": "Law type",
    "performance_band": "Performance band",
    "employment": "Employment",
    "filed_on": "Filed on",
    "why": "Why is it added?",
    "auditors": "Who grades?",
    "children_safe": "Are the children safe?",
    "further_action": "Is further action needed?",
    "action_what": "If so, what will be done?",
    "action_who": "By whom?",
    "action_by": "By when?",
    "done_on": "When was it done?",
    "claimed_grade": "Which overall grade do you claim?",
    "challenge_note": "Your note on the challenge",
    "summary": "Why should the grade change?",
    "departure": "Why does the grade depart from what the rules indicate?",
    "reasons": "Your reasons",
    "reason": "Your reason",
    "answer": "Your answer",
    "note": "What did you find?",
    "practitioner_says": "What does the practitioner say?",
    "grade": "Grade",
    "departure_reason": "Why your grade departs from the indicated grade",
    "themes": "Strengths and learning points",
    "strengths_note": "Strengths in your own words",
    "learning_note": "Learning points in your own words",
    "standards": "Standards that you contest",
    "seen": "What have you seen, and where in the file?",
    "plan": "What will be done?",
    "act_by": "By when will it be done?",
    "action_taken": "What was done?",
    "close_reason": "Why does nothing more have to be done?",
    "people": "Whose cases?",
    "keep": "Do they keep a part?",
    "begun": "Cases in progress",
    "share": "Share of a full load",
    "starts_on": "Starts on",
    "away_from": "First day away",
    "away_to": "Last day away",
    "from_day": "First day",
    "until_day": "Last day",
    "interest_area": "Service area",
    "interest_practitioner": "Practitioner",
    "interest_reason": "Why?",
    "interest_in": "What is your interest in?",
    "discussed_on": "When did you discuss it with the practitioner?",
    "discussed_by": "Who held the talk?",
    "agreed": "What did you agree?",
    "due": "By when?",
    "text": "Your reflection",
    "shared": "Can your service manager read it?",
    "learning": "What will be learned?",
    "learn_by": "By when?",
    "known_by": "How will you both know?",
    "wrong_fact": "What is wrong?",
    "right_fact": "What is right, and where does the file say so?",
    "practitioner": "Practitioner",
    "team": "Name of the team",
    "members": "Who is in it, from today on?",
    "learning_point": "Which learning point does it answer?",
    "what": "What will be done?",
    "who": "Who does it?",
    "by_when": "By when?",
    "what_came": "What came of it?",
    "markdown": "Your text",
    "revision_reason": "Why is it revised?",
    "until": "New last day",
    "deadline": "Which time is extended?",
    "outcome": "Which grade stands?",
    "cause": "Why did the two differ?",
    "resolution": "Your reasons",
    "hand_case": "Case reference",
    "hand_person": "Who benchmarks it?",
    "hand_reason": "Why is it added?",
    "benchmark_share": "Share of each auditor’s other cases",
    "extend_over": "Propose more of an auditor when over this share differs",
    "benchmarkers": "Who benchmarks?",
    "email": "Email address",
    "passkey_name": "Name of this passkey",
    "proof": "Code from your app",
    "job_title": "Job title",
    "role": "Role",
    "scope_kind": "How far does it reach?",
    "audit": "Audit’s reference",
}


def label_of(name: str) -> str:
    """Return what a field is called; one that is not known here by its own name in words."""
    whole, _, part = name.rpartition("-")
    if whole.isupper():
        # Of a standard, where its title is not known.
        return f"Standard {whole}: {_LABELS.get(part) or part.replace('_', ' ')}"
    if whole in _LABELS and part in {"day", "month", "year"}:
        return f"{_LABELS[whole]}, {part}"
    return _LABELS.get(name) or name.replace("_", " ").replace("-", " ").capitalize()


def subject(name: str) -> str:
    """Return what a field is called at the start of a sentence."""
    label = label_of(name)
    return f"‘{label}’" if label.endswith("?") else label


def length_fault(what: str, text: str, most: int) -> str | None:
    """Return by how much a text is too long, or None where it is not; `what` begins the sentence."""
    if len(text) <= most:
        return None
    return f"{what} must be {most:,} characters or fewer. It has {len(text):,}, so take out {len(text) - most:,}"


# Of fewer cases than the first no share is printed in a sentence; of fewer than the second nothing is judged: no
# verdict on a target, no interval, no comparison.
LEAST_FOR_A_SHARE, LEAST_FOR_A_VERDICT = 3, 10
# Of so many cases one more or less changes no share by a whole percentage point: fewer are called few.
MANY_CASES = 100
PAIR = 2


def bears_share(of: object) -> bool:
    """Say whether there are enough cases for a percentage in a sentence."""
    return isinstance(of, int) and of >= LEAST_FOR_A_SHARE


def bears_verdict(of: object) -> bool:
    """Say whether there are enough cases to judge by them."""
    return isinstance(of, int) and of >= LEAST_FOR_A_VERDICT


def number(value: object) -> str:
    """Return a count as it is printed, or the mark that stands in its place."""
    return f"{value:,}" if isinstance(value, int) else str(value)


def noun(count: object, one: str, many: str = "") -> str:
    """Return the noun, or the verb, that goes with a count: case or cases, was or were."""
    return one if count == 1 else many or one + "s"


def plural(count: object, one: str, many: str = "") -> str:
    """Return a count, or the mark in its place, with its noun: 1 case, 1,154 cases."""
    return f"{number(count)} {noun(count, one, many)}"


def some(count: object, one: str, many: str = "") -> str:
    """Return a count with its noun as the subject of a sentence: no case, 1 case, 3 cases."""
    return f"no {one}" if count == 0 else plural(count, one, many)


def listed(words: Sequence[str], joined: str = "and") -> str:
    """Return words as a list in prose: A3, A4 and A12; none of them where there is none."""
    if len(words) < PAIR:
        return words[0] if words else "none"
    return f"{', '.join(words[:-1])} {joined} {words[-1]}"


def out_of(count: object, of: object, one: str, many: str = "") -> str:
    """Return how many of how many: 2 of 3 cases, no case, the one case, both cases, all 4 cases."""
    if count == 0:
        return f"no {one}"
    if count == of == 1:
        return f"the one {one}"
    if count == of:
        return f"{'both' if of == PAIR else f'all {number(of)}'} {noun(of, one, many)}"
    return f"{number(count)} of {plural(of, one, many)}"


def named(names: Sequence[str], of: int, one: str, joined: str = "and") -> str:
    """Return which of so many: A3, A4 and A12, but every service area where the list would have them all."""
    if len(names) < of or of == 1:
        return listed(names, joined)
    return f"both {one}s" if of == PAIR else f"every {one}"


def capital(sentence: str) -> str:
    """Return words as a sentence begins: its first letter large, the others as they are."""
    return sentence[:1].upper() + sentence[1:]


def size_in_words(size: int) -> str:
    """Return the size of a file as people read it: 840 KB, 1.2 MB."""
    thousands = max(1, round(size / 1000))
    return f"{thousands} KB" if thousands < 1000 else f"{size / 1_000_000:.1f} MB"  # noqa: PLR2004 - a million bytes


LONGEST_ADDRESS = 200
# As long as what a link that works once has in it: such a word opens something, and is nothing to tell others.
_KEY = re.compile(r"[\w-]{40,}", re.ASCII)


def told_address(path: str) -> str:
    """Return the address of a page as it is told to others: without query, and without words that are keys."""
    plain = "".join(c for c in path.partition("?")[0] if c.isprintable())
    return _KEY.sub("…", plain)[:LONGEST_ADDRESS] if plain.startswith("/") else ""
