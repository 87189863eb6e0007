"""Two versions of a threshold document side by side, by standard, and which examples come out differently. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.audit.thresholds.checks import can_be_read, outcome, sound_rules
from app.audit.thresholds.document import Example, Standard, ThresholdDocument
from app.audit.thresholds.words import rule_in_words

# Texts with more pairs of words than this are not compared word by word: the work grows with their product.
LONGEST = 4_000_000


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words: in both texts, or taken out, or put in."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One text in both versions, empty where it is missing in one."""

    name: str
    old: str
    new: str

    @property
    def spans(self) -> Sequence[Span]:
        """Return the texts together, with what was taken out and put in."""
        return marked(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that both versions have, or one of them: how it stands and what changed in it."""

    code: str
    title: str
    # "changed", "added", "removed", "moved" or "same".
    state: str
    changes: Sequence[Change]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Different:
    """An example that comes out differently in the two versions; empty where a version cannot read it."""

    example: Example
    old: str
    new: str


@dataclass(frozen=True)
class Comparison:
    """Two versions, part by part: (heading, entries)."""

    parts: Sequence[tuple[str, Sequence[Entry]]]
    standards: Sequence[Entry]
    examples: Sequence[Different]

    @property
    def changed(self) -> bool:
        """Say whether anything differs."""
        return bool(self.examples) or any(
            e.state != "same" for entries in (self.standards, *(p for _, p in self.parts)) for e in entries
        )


def marked(old: str, new: str) -> list[Span]:
    """Return two texts as one, word by word: what is in both, taken out and put in."""
    before, after = (re.findall(r"\S+\s*|\s+", text) for text in (old, new))
    if len(before) * len(after) > LONGEST:
        return [Span(kind, text) for kind, text in (("del", old), ("ins", new)) if text]
    found: list[Span] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Span("same", "".join(before[a:b])))
            continue
        found += [Span(name, "".join(words)) for name, words in (("del", before[a:b]), ("ins", after[c:d])) if words]
    return found


def _levels(d: ThresholdDocument) -> list[tuple[str, str, dict[str, str]]]:
    return [(x.code, x.label, {"Name": x.label, "Meaning": x.meaning}) for x in d.scale]


def _practice_areas(d: ThresholdDocument) -> list[tuple[str, str, dict[str, str]]]:
    return [(a.code, a.title, {"Title": a.title}) for a in d.practice_areas]


def compare(old: ThresholdDocument, new: ThresholdDocument) -> Comparison:
    """Return what differs between two versions of a document."""
    parts = [
        ("Wording", _entries({"document": _wording(old)}, {"document": _wording(new)}, {"document": "The document"})),
        ("Levels", _coded(_levels(old), _levels(new))),
        ("Degrees of improvement", _coded(_degrees(old), _degrees(new))),
        ("Rules", _coded(_rules(old), _rules(new))),
        ("Facts", _coded(_facts(old), _facts(new))),
        ("Strengths and learning points", _coded(_themes(old), _themes(new))),
        ("Prompts", _coded(_prompts(old), _prompts(new))),
        ("Practice areas", _coded(_practice_areas(old), _practice_areas(new))),
    ]
    return Comparison(parts, _standards(old, new), tuple(_examples(old, new)))


Texts = Mapping[str, str]
Coded = Sequence[tuple[str, str, Texts]]


def _coded(old: Coded, new: Coded) -> list[Entry]:
    titles = {code: title for code, title, _ in (*old, *new)}
    return _entries({code: texts for code, _, texts in old}, {code: texts for code, _, texts in new}, titles)


def _entries(old: Mapping[str, Texts], new: Mapping[str, Texts], titles: Texts) -> list[Entry]:
    """Return the entries in the order of the new version, what was removed last."""
    kept = [code for code in old if code in new]
    moved = _moved(kept, [code for code in new if code in old])
    entries = [
        _entry(code, titles[code], old.get(code), new.get(code), moved=code in moved)
        for code in (*new, *(c for c in old if c not in new))
    ]
    return sorted(entries, key=lambda e: e.state == "removed")


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Return the fewest codes that have another place among the others."""
    stay = {
        code
        for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
        for code in before[block.a : block.a + block.size]
    }
    return set(before) - stay


def _entry(code: str, title: str, old: Texts | None, new: Texts | None, *, moved: bool) -> Entry:
    was, now = old or {}, new or {}
    changes = [
        Change(name, was.get(name, ""), now.get(name, ""))
        for name in dict.fromkeys([*now, *was])
        if was.get(name, "") != now.get(name, "")
    ]
    if old is None or new is None:
        return Entry(code, title, "added" if old is None else "removed", changes)
    note = "It has another place in the order." if moved else ""
    return Entry(code, title, "changed" if changes else "moved" if moved else "same", changes, note)


def _wording(d: ThresholdDocument) -> Texts:
    return {"Title": d.title, "Summary": d.summary, "Name of the overall grade": d.grade_title, "Subject": d.subject}


def _degrees(d: ThresholdDocument) -> Coded:
    return [
        (x.code, x.label, {"Name": x.label, "Meaning": x.meaning, "Due within months": str(x.due_months or "")})
        for x in d.improvement_degrees
    ]


def _rules(d: ThresholdDocument) -> Coded:
    return [
        (
            r.id,
            r.because,
            {
                "Grade": d.label(r.grade),
                "When": "; ".join(rule_in_words(d, r)) or "in every other case",
                "Because": r.because,
            },
        )
        for r in d.grade_rules
    ]


def _facts(d: ThresholdDocument) -> Coded:
    return [
        (
            f.code,
            f.question,
            {
                "Question": f.question,
                "Kind": f.kind,
                "Law types": ", ".join(f.law_types or ()),
                "Answers": "\n".join(f"{a.label} ({a.help})" if a.help else a.label for a in f.answers),
            },
        )
        for f in d.facts
    ]


def _themes(d: ThresholdDocument) -> Coded:
    return [
        (
            t.code,
            t.label,
            {
                "Words": t.label,
                "Kind": t.kind,
                "Practice area": t.practice_area,
                "Law types": ", ".join(t.law_types or ()),
                "Standards": ", ".join(t.standards or ()),
            },
        )
        for t in d.learning_themes
    ]


def _prompts(d: ThresholdDocument) -> Coded:
    return [
        (
            f"{p.fact} {' '.join(p.answers)}",
            f"{p.fact}: {', '.join(p.answers)}",
            {
                "Standards": ", ".join(p.standards),
                "Expected": ", ".join([*map(d.label, p.judgement or ()), *(["set aside"] if p.set_aside else [])]),
                "Note": p.note or "",
            },
        )
        for p in d.prompts
    ]


def _standards(old: ThresholdDocument, new: ThresholdDocument) -> list[Entry]:
    texts = [
        {s.code: _standard(d, s, area.title) for area in d.practice_areas for s in area.standards} for d in (old, new)
    ]
    return _entries(texts[0], texts[1], {s.code: s.title for d in (old, new) for s in d.standards()})


def _standard(d: ThresholdDocument, s: Standard, area: str) -> Texts:
    return {
        "Title": s.title,
        "Question": s.question,
        **{level.label: s.descriptors.get(level.code, "") for level in d.scale},
        "Practice area": area,
        "Law types": ", ".join(s.law_types or ()),
        "Critical": "yes" if s.critical else "no",
        "May be set aside": s.not_applicable_when or "",
        "Where to look": s.evidence_hint,
        "Source": s.source,
        **_worked(d, s),
    }


def _worked(d: ThresholdDocument, s: Standard) -> Texts:
    """Return the worked examples at a standard by level, several at one level in a text."""
    found: dict[str, str] = {}
    for w in s.worked:
        key, law_types = f"Worked example, {d.label(w.level)}", f" ({', '.join(w.law_types)})" if w.law_types else ""
        found[key] = "\n".join([*([found[key]] if key in found else []), f"{w.text} Why: {w.why}{law_types}"])
    return found


def _examples(old: ThresholdDocument, new: ThresholdDocument) -> Iterator[Different]:
    """Yield the examples of either version that come out differently, judged by the rules of each."""
    for example in {e.id: e for d in (old, new) for e in d.examples}.values():
        before, after = (_outcome(d, example) for d in (old, new))
        if before != after:
            yield Different(example, before, after)


def _outcome(d: ThresholdDocument, example: Example) -> str:
    if not sound_rules(d) or not can_be_read(d, example):
        return ""
    found = outcome(d, example)
    return f"{d.label(found.grade)}, by the rule {found.rule}"
