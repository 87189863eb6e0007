"""An independent check of a sample, written from the specification, nothing imported (sampling.md section 15)."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

METHOD = "casework-sample/1"
Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Chances:
    """What of each practitioner's chance is not the fraction, and how many cases each gives."""

    areas: Mapping[str, Fraction] = field(default_factory=dict)
    employment: Mapping[str, Fraction] = field(default_factory=dict)
    cases: int = 1

    def of(self, person: Mapping[str, str], fraction: Fraction) -> Fraction:
        return self.employment.get(person["employment"], self.areas.get(person["service_area"], fraction))


USUAL = Chances()


def ticket(seed: str, kind: str, label: str) -> str:
    return hashlib.sha256(f"{METHOD}\n{seed}\n{kind}\n{label}".encode()).hexdigest()


def candidates(frame: Rows, rule: str) -> dict[str, list[str]]:
    """Return the law types under which each practitioner can be drawn."""
    days: dict[str, dict[str, str]] = defaultdict(dict)
    for row in frame:
        kept = days[row["practitioner_id"]]
        kept[row["law_type"]] = max(kept.get(row["law_type"], ""), row["filed_on"])
    if rule == "share":
        return {who: sorted(laws) for who, laws in days.items()}
    return {who: sorted(law for law, day in laws.items() if day == max(laws.values())) for who, laws in days.items()}


def complaints(
    frame: Rows, sample: Rows, *, seed: str, fraction: Fraction, rule: str = "share", chances: Chances = USUAL
) -> list[str]:
    """Return everything that is wrong with a sample; none means that it holds."""
    once = list({r["practitioner_id"]: r for r in sample}.values())
    return [
        *(_cases(frame, sample, rule) if chances.cases == 1 else _several(frame, sample, rule, seed, chances.cases)),
        *_margins(once if chances.cases > 1 else sample, expected(frame, fraction, rule, chances)),
        *_order(frame, sample if chances.cases == 1 else once, seed, rule, ties=chances.cases == 1),
    ]


def _several(frame: Rows, sample: Rows, rule: str, seed: str, most: int) -> Iterator[str]:
    """Each practitioner with so many of their latest cases of one law type, fewer only where there are fewer."""
    days: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for r in frame:
        of = days[r["practitioner_id"], r["law_type"]]
        of[r["case_ref"]] = max(of.get(r["case_ref"], ""), r["filed_on"])
    may = candidates(frame, rule)
    for who in sorted({r["practitioner_id"] for r in sample}):
        theirs = [r for r in sample if r["practitioner_id"] == who]
        laws = {r["law_type"] for r in theirs}
        if len(laws) != 1 or not laws <= set(may[who]):
            yield f"{who} cannot be drawn under {laws}"
            continue
        left = dict(days[who, laws.pop()])
        wanted: list[str] = []
        while left and len(wanted) < most:
            last = max(left.values())
            wanted.append(min((c for c in left if left[c] == last), key=lambda case: ticket(seed, "case", case)))
            del left[wanted[-1]]
        if sorted(wanted) != sorted(r["case_ref"] for r in theirs):
            yield f"the cases of {who} are not the latest {most}"


def _cases(frame: Rows, sample: Rows, rule: str) -> Iterator[str]:
    """Each practitioner once, with the most recent filing of a law type under which they can be drawn."""
    columns = ("case_ref", "practitioner_id", "service_area", "law_type", "performance_band", "employment", "filed_on")
    filings = {tuple(r[c] for c in columns) for r in frame}
    latest: dict[tuple[str, str], str] = {}
    for r in frame:
        key = (r["practitioner_id"], r["law_type"])
        latest[key] = max(latest.get(key, ""), r["filed_on"])
    may = candidates(frame, rule)
    for who, count in Counter(r["practitioner_id"] for r in sample).items():
        if count > 1:
            yield f"{who} is drawn {count} times"
    for r in sample:
        if tuple(r[c] for c in columns) not in filings:
            yield f"{r['case_ref']} is not in the frame as it stands in the sample"
        elif r["law_type"] not in may[r["practitioner_id"]]:
            yield f"{r['practitioner_id']} cannot be drawn under {r['law_type']}"
        elif latest[r["practitioner_id"], r["law_type"]] != r["filed_on"]:
            yield f"{r['case_ref']} is not the most recent of {r['practitioner_id']}"


def expected(frame: Rows, fraction: Fraction, rule: str, chances: Chances = USUAL) -> dict[tuple[str, ...], Fraction]:
    """Return the expected number in every margin that is promised."""
    person = {r["practitioner_id"]: r for r in frame}
    x: dict[tuple[str, ...], Fraction] = defaultdict(Fraction)
    key: tuple[str, ...]
    for who, laws in candidates(frame, rule).items():
        area, band = person[who]["service_area"], person[who]["performance_band"]
        chance = chances.of(person[who], fraction)
        for key in (("total",), ("area", area), ("area-band", area, band)):
            x[key] += chance
        for law in laws:
            for key in (("law", law), ("area-law", area, law), ("cell", area, law, band)):
                x[key] += chance / len(laws)
    return x


def drawn(sample: Rows) -> Counter[tuple[str, ...]]:
    """Return the number drawn in every margin that is promised."""
    n: Counter[tuple[str, ...]] = Counter()
    for r in sample:
        area, law, band = r["service_area"], r["law_type"], r["performance_band"]
        for key in (
            ("total",),
            ("area", area),
            ("area-band", area, band),
            ("law", law),
            ("area-law", area, law),
            ("cell", area, law, band),
        ):
            n[key] += 1
    return n


def _margins(sample: Rows, x: Mapping[tuple[str, ...], Fraction]) -> Iterator[str]:
    n = drawn(sample)
    for key in {*x, *n}:
        wanted = x.get(key, Fraction())
        if abs(n[key] - wanted) >= 1:
            yield f"{key}: {n[key]} drawn where {wanted} are expected"


def _order(frame: Rows, sample: Rows, seed: str, rule: str, *, ties: bool = True) -> Iterator[str]:
    """Of practitioners alike those of the lowest tickets are drawn, the first under the first law type."""
    person = {r["practitioner_id"]: r for r in frame}
    groups: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for who, laws in candidates(frame, rule).items():
        of = person[who]
        groups[of["service_area"], of["performance_band"], of["employment"], *laws].append(who)
    law_of = {r["practitioner_id"]: r["law_type"] for r in sample}
    cases: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for r in frame:
        cases[r["practitioner_id"], r["law_type"], r["filed_on"]].append(r["case_ref"])
    for members in groups.values():
        order = sorted(members, key=lambda who: (ticket(seed, "practitioner", who), who))
        chosen = [who for who in order if who in law_of]
        if chosen != order[: len(chosen)]:
            yield f"{chosen} are drawn, though others have lower tickets"
        if [law_of[who] for who in chosen] != sorted(law_of[who] for who in chosen):
            yield f"the law types of {chosen} do not follow their tickets"
    for r in sample:
        same_day = cases[r["practitioner_id"], r["law_type"], r["filed_on"]]
        if ties and r["case_ref"] != min(same_day, key=lambda case: ticket(seed, "case", case)):
            yield f"{r['case_ref']} has not the lowest ticket of its day"
        if "ticket" in r and r["ticket"] != ticket(seed, "practitioner", r["practitioner_id"]):
            yield f"the ticket of {r['practitioner_id']} is wrong"


def rows_of(filings: Iterable[tuple[str, ...]]) -> list[dict[str, str]]:
    """Return filings as rows."""
    columns = ("case_ref", "practitioner_id", "service_area", "law_type", "performance_band", "employment", "filed_on")
    return [dict(zip(columns, filing, strict=False)) for filing in filings]
