"""The kinds of files that are mapped, as they are where there is no audit: their fields, whatever their codes."""

import json
from collections.abc import Mapping
from pathlib import Path

from app.mapping.kinds import Kind
from app.mapping.profile import Profile, read_profile
from app.people.kinds import SHIPPED, KindsOfWork
from app.sampling.columns import Allowed
from app.sampling.commands import EVER
from app.sampling.mapping.kind import filings_kind

FILINGS, RESULTS, PEOPLE = "filings", "results", "people"
# What files of each kind are, in words.
OF: Mapping[str, str] = {FILINGS: "Lists of filings", RESULTS: "Results of earlier audits", PEOPLE: "Lists of people"}
THRESHOLD = Path(__file__).resolve().parents[2] / "data" / "thresholds" / "national-casework-2014-10.yaml"


def any_kind(of: str, kinds: KindsOfWork = SHIPPED) -> Kind:
    """Return a kind of mapping by its name."""
    if of == RESULTS:
        from app.audit.thresholds.loading import load_file  # noqa: PLC0415 - only who maps results waits for it
        from app.earlier.mapping.kind import results_kind  # noqa: PLC0415

        return results_kind(load_file(THRESHOLD), kinds, {})
    if of == PEOPLE:
        from app.work.lists.kind import people_kind  # noqa: PLC0415 - as above

        return people_kind()
    known = kinds.reopened()
    return filings_kind(Allowed((), known.law_types.codes, (), EVER, kinds=known))


def kind_in(text: str) -> str:
    """Return which kind of file a mapping says it is of; filings where it does not say."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return FILINGS
    said = body.get("kind") if isinstance(body, dict) else None
    return said if isinstance(said, str) and said in OF else FILINGS


def mapping_in(text: str, kinds: KindsOfWork = SHIPPED) -> Profile:
    """Return the mapping of a text, whatever files it is of; raises Unreadable with a sentence."""
    return read_profile(text, any_kind(kind_in(text), kinds))
