"""An independent check of a sample, written from the specification, nothing imported (sampling.md section 15)."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

METHOD = "casework-sample/1"
Rows = Sequence[Mapping[str, str]]


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


def complaints(frame: Rows, sample: Rows, *, seed: str, fraction: Fraction, rule: str = "share") -> list[str]:
    """Return everything that is wrong with a sample; none means that it holds."""
    return [*_cases(frame, sample, rule), *_margins(frame, sample, fraction, rule), *_order(frame, sample, seed, rule)]


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


def expected(frame: Rows, fraction: Fraction, rule: str) -> dict[tuple[str, ...], Fraction]:
    """Return the expected number in every margin that is promised."""
    person = {r["practitioner_id"]: r for r in frame}
    x: dict[tuple[str, ...], Fraction] = defaultdict(Fraction)
    key: tuple[str, ...]
    for who, laws in candidates(frame, rule).items():
        area, band = person[who]["service_area"], person[who]["performance_band"]
        for key in (("total",), ("area", area), ("area-band", area, band)):
            x[key] += fraction
        for law in laws:
            for key in (("law", law), ("area-law", area, law), ("cell", area, law, band)):
                x[key] += fraction / len(laws)
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


def _margins(frame: Rows, sample: Rows, fraction: Fraction, rule: str) -> Iterator[str]:
    n = drawn(sample)
    x = expected(frame, fraction, rule)
    for key in {*x, *n}:
        if abs(n[key] - x[key]) >= 1:
            yield f"{key}: {n[key]} drawn where {x[key]} are expected"


def _order(frame: Rows, sample: Rows, seed: str, rule: str) -> Iterator[str]:
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
        if r["case_ref"] != min(same_day, key=lambda case: ticket(seed, "case", case)):
            yield f"{r['case_ref']} has not the lowest ticket of its day"
        if "ticket" in r and r["ticket"] != ticket(seed, "practitioner", r["practitioner_id"]):
            yield f"the ticket of {r['practitioner_id']} is wrong"


def rows_of(filings: Iterable[tuple[str, ...]]) -> list[dict[str, str]]:
    """Return filings as rows."""
    columns = ("case_ref", "practitioner_id", "service_area", "law_type", "performance_band", "employment", "filed_on")
    return [dict(zip(columns, filing, strict=False)) for filing in filings]
